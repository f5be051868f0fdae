#include "compiler/syntax/AstPrinter.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

namespace orus::syntax {

using basic::Interner;
using basic::LineColumn;
using basic::SourceManager;

namespace {

StringRef text(BinaryOp op) {
  static constexpr StringRef kTexts[] = {"+",  "-",  "*",       "/",   "%",
                                         "==", "!=", "matches", "and", "or"};
  return kTexts[static_cast<size_t>(op)];
}

StringRef text(OrderOp op) {
  static constexpr StringRef kTexts[] = {"<", "<=", ">", ">="};
  return kTexts[static_cast<size_t>(op)];
}

StringRef text(NumberSuffix suffix) {
  static constexpr StringRef kTexts[] = {"", " i32", " i64", " u32", " u64", " f64"};
  return kTexts[static_cast<size_t>(suffix)];
}

class Printer {
public:
  Printer(llvm::raw_ostream &out, const SourceManager &sources, const Interner &interner)
      : out_(out), sources_(sources), interner_(interner) {}

  void statements(ArrayRef<Stmt *> list) {
    for (const Stmt *s : list)
      statement(*s);
  }

private:
  // Indents what is printed while it lives.
  struct Indented {
    explicit Indented(Printer &owner) : printer(owner) { ++printer.depth_; }
    ~Indented() { --printer.depth_; }
    Printer &printer;
  };

  void position(SourceLoc at) {
    LineColumn p = sources_.lineColumn(at);
    out_ << p.line << ':' << p.column;
  }
  void open(StringRef role, StringRef kind, SourceRange range) {
    out_.indent(2 * depth_);
    if (!role.empty())
      out_ << role << ' ';
    out_ << kind << ' ';
    position(range.begin);
    out_ << '-';
    position(range.end);
  }
  void line() { out_ << '\n'; }
  void leaf(StringRef role, StringRef kind, SourceRange range) {
    open(role, kind, range);
    line();
  }
  void at(StringRef what, SourceRange range) {
    out_ << ' ' << what << ' ';
    position(range.begin);
  }
  StringRef spelling(Symbol symbol) const { return symbol ? interner_.text(symbol) : "<missing>"; }
  void path(ArrayRef<Name> names) {
    out_ << ' ';
    llvm::interleave(names, out_, [&](const Name &n) { out_ << spelling(n.symbol); }, ".");
  }
  void name(StringRef role, const Name &n) {
    open(role, "Name", n.range);
    out_ << ' ' << spelling(n.symbol);
    line();
  }
  void quoted(StringRef value) {
    out_ << " \"";
    llvm::printEscapedString(value, out_);
    out_ << '"';
  }

  void type(StringRef role, const TypeExpr *t);
  void expression(StringRef role, const Expr *e);
  void number(const NumberExpr &n);
  void operators(StringRef role, const BinaryExpr &e);
  void function(StringRef role, const FunctionDecl &f);
  void arms(ArrayRef<MatchArm *> list);
  void pattern(const Pattern &p);
  void block(StringRef role, const Block &b);
  void attributes(const Attributes &a);
  void statement(const Stmt &s);
  void assignment(const AssignStmt &s);
  void branches(const IfStmt &s);
  void loopHeader(const Attributes &a, const Name &label);
  void declaration(const Stmt &s);
  void use(const UseDecl &s);

  llvm::raw_ostream &out_;
  const SourceManager &sources_;
  const Interner &interner_;
  unsigned depth_ = 0;
};

void Printer::type(StringRef role, const TypeExpr *t) {
  if (!t)
    return;
  switch (t->kind) {
  case TypeExprKind::Path: {
    auto &p = llvm::cast<PathType>(*t);
    open(role, "PathType", t->range);
    path(p.path);
    line();
    Indented in(*this);
    for (const TypeExpr *argument : p.arguments)
      type("", argument);
    return;
  }
  case TypeExprKind::Array: {
    auto &a = llvm::cast<ArrayType>(*t);
    leaf(role, "ArrayType", t->range);
    Indented in(*this);
    type("", a.element);
    expression("length", a.length);
    return;
  }
  case TypeExprKind::Function: {
    auto &f = llvm::cast<FunctionType>(*t);
    leaf(role, "FunctionType", t->range);
    Indented in(*this);
    for (const TypeExpr *parameter : f.parameters)
      type("", parameter);
    type("result", f.result);
    return;
  }
  case TypeExprKind::Error: return leaf(role, "ErrorType", t->range);
  }
}

void Printer::number(const NumberExpr &n) {
  out_ << ' ';
  if (n.malformed)
    out_ << "malformed";
  else if (n.overflow)
    out_ << "overflow";
  else if (n.isFloat)
    out_ << llvm::format("%.17g", n.real);
  else
    out_ << n.integer;
  out_ << (n.isHex ? " hex" : "") << text(n.suffix);
}

/// A left-deep chain is printed from the top down without recursion into its spine.
void Printer::operators(StringRef role, const BinaryExpr &e) {
  llvm::SmallVector<const BinaryExpr *, 8> spine;
  const Expr *left = &e;
  for (; auto *binary = llvm::dyn_cast<BinaryExpr>(left); left = binary->left)
    spine.push_back(binary);
  const unsigned depth = depth_;
  for (const BinaryExpr *binary : spine) {
    open(binary == &e ? role : "", "Binary", binary->range);
    at(text(binary->op), binary->opRange);
    line();
    ++depth_;
  }
  expression("", left);
  for (const BinaryExpr *binary : llvm::reverse(spine)) {
    expression("", binary->right);
    --depth_;
  }
  depth_ = depth;
}

void Printer::expression(StringRef role, const Expr *e) {
  if (!e)
    return;
  switch (e->kind) {
  case ExprKind::Number:
    open(role, "Number", e->range);
    number(llvm::cast<NumberExpr>(*e));
    return line();
  case ExprKind::String:
    open(role, "String", e->range);
    quoted(llvm::cast<StringExpr>(*e).value);
    return line();
  case ExprKind::Bool:
    open(role, "Bool", e->range);
    out_ << (llvm::cast<BoolExpr>(*e).value ? " true" : " false");
    return line();
  case ExprKind::Name:
    open(role, "Name", e->range);
    out_ << ' ' << spelling(llvm::cast<NameExpr>(*e).symbol);
    return line();
  case ExprKind::Error: return leaf(role, "Error", e->range);
  case ExprKind::Binary: return operators(role, llvm::cast<BinaryExpr>(*e));
  case ExprKind::Paren: {
    leaf(role, "Paren", e->range);
    Indented in(*this);
    return expression("", llvm::cast<ParenExpr>(*e).inner);
  }
  case ExprKind::Array: {
    auto &a = llvm::cast<ArrayExpr>(*e);
    open(role, "Array", e->range);
    out_ << (a.trailingComma ? " trailing-comma" : "") << (a.insideCall ? " in-call" : "");
    line();
    Indented in(*this);
    for (const Expr *element : a.elements)
      expression("", element);
    return;
  }
  case ExprKind::Unary: {
    auto &u = llvm::cast<UnaryExpr>(*e);
    open(role, "Unary", e->range);
    at(u.op == UnaryOp::Not ? "not" : "-", u.opRange);
    line();
    Indented in(*this);
    return expression("", u.operand);
  }
  case ExprKind::Comparison: {
    auto &c = llvm::cast<ComparisonExpr>(*e);
    open(role, "Comparison", e->range);
    for (size_t i = 0; i < c.ops.size(); ++i)
      at(text(c.ops[i]), c.opRanges[i]);
    line();
    Indented in(*this);
    for (const Expr *operand : c.operands)
      expression("", operand);
    return;
  }
  case ExprKind::Cast: {
    auto &c = llvm::cast<CastExpr>(*e);
    open(role, "Cast", e->range);
    at("as", c.asRange);
    line();
    Indented in(*this);
    expression("", c.operand);
    return type("", c.target);
  }
  case ExprKind::Conditional: {
    auto &c = llvm::cast<ConditionalExpr>(*e);
    leaf(role, "Conditional", e->range);
    Indented in(*this);
    expression("then", c.thenValue);
    expression("condition", c.condition);
    return expression("else", c.elseValue);
  }
  case ExprKind::Call: {
    auto &c = llvm::cast<CallExpr>(*e);
    open(role, "Call", e->range);
    at("(", c.parenRange);
    line();
    Indented in(*this);
    expression("callee", c.callee);
    for (const Expr *argument : c.arguments)
      expression("", argument);
    return;
  }
  case ExprKind::Index: {
    auto &i = llvm::cast<IndexExpr>(*e);
    open(role, "Index", e->range);
    at("[", i.bracketRange);
    line();
    Indented in(*this);
    expression("base", i.base);
    return expression("index", i.index);
  }
  case ExprKind::Slice: {
    auto &s = llvm::cast<SliceExpr>(*e);
    open(role, "Slice", e->range);
    at("[", s.bracketRange);
    line();
    Indented in(*this);
    expression("base", s.base);
    expression("start", s.start);
    return expression("end", s.end);
  }
  case ExprKind::Member: {
    auto &m = llvm::cast<MemberExpr>(*e);
    open(role, "Member", e->range);
    out_ << ' ' << spelling(m.member.symbol);
    line();
    Indented in(*this);
    return expression("", m.base);
  }
  case ExprKind::StructLiteral: {
    auto &s = llvm::cast<StructLiteralExpr>(*e);
    open(role, "StructLiteral", e->range);
    path(s.path);
    line();
    Indented in(*this);
    for (const FieldValue &field : s.fields) {
      name("field", field.name);
      Indented deeper(*this);
      expression("", field.value);
    }
    return;
  }
  case ExprKind::Function: return function(role, *llvm::cast<FunctionExpr>(*e).function);
  case ExprKind::Match: {
    auto &m = llvm::cast<MatchExpr>(*e);
    leaf(role, "MatchExpr", e->range);
    Indented in(*this);
    expression("subject", m.subject);
    return arms(m.arms);
  }
  }
}

void Printer::function(StringRef role, const FunctionDecl &f) {
  open(role, "Function", f.range);
  if (f.name.symbol || f.name.range.valid())
    out_ << ' ' << spelling(f.name.symbol);
  out_ << (f.isPub ? " pub" : "") << (f.inlineBody ? " inline-body" : "");
  attributes(f.attributes);
  line();
  Indented in(*this);
  for (const Parameter &parameter : f.parameters) {
    name("parameter", parameter.name);
    Indented deeper(*this);
    type("", parameter.type);
  }
  type("result", f.result);
  block("body", f.body);
}

void Printer::arms(ArrayRef<MatchArm *> list) {
  for (const MatchArm *arm : list) {
    leaf("", "Arm", arm->range);
    Indented in(*this);
    pattern(*arm->pattern);
    if (arm->value)
      expression("value", arm->value);
    else
      block("body", arm->body);
  }
}

void Printer::pattern(const Pattern &p) {
  switch (p.kind) {
  case PatternKind::Wildcard: return leaf("pattern", "Wildcard", p.range);
  case PatternKind::Value: return expression("pattern", p.value);
  case PatternKind::Variant: break;
  }
  open("pattern", "Variant", p.range);
  path(p.path);
  if (p.hasParens) {
    out_ << '(';
    llvm::interleave(p.bindings, out_, [&](const Name &n) { out_ << spelling(n.symbol); }, ", ");
    out_ << ')';
  }
  line();
}

void Printer::block(StringRef role, const Block &b) {
  out_.indent(2 * depth_) << role << " Block";
  if (b.range.valid()) {
    out_ << ' ';
    position(b.range.begin);
    out_ << '-';
    position(b.range.end);
  }
  line();
  Indented in(*this);
  statements(b.statements);
}

void Printer::attributes(const Attributes &a) {
  out_ << (a.hot ? " @hot" : "") << (a.cold ? " @cold" : "") << (a.inlineHint ? " @inline" : "")
       << (a.noinline ? " @noinline" : "");
}

void Printer::assignment(const AssignStmt &s) {
  open("", "Assign", s.range);
  out_ << (s.isPub ? " pub" : "");
  line();
  Indented in(*this);
  for (const AssignTarget &target : s.targets) {
    expression(target.isMut ? "mut target" : "target", target.place);
    Indented deeper(*this);
    type("type", target.type);
  }
  expression("value", s.value);
}

void Printer::branches(const IfStmt &s) {
  leaf("", "If", s.range);
  Indented in(*this);
  for (const IfBranch &branch : s.branches) {
    expression("condition", branch.condition);
    block("then", branch.body);
  }
  if (s.hasElse)
    block("else", s.elseBody);
}

void Printer::loopHeader(const Attributes &a, const Name &label) {
  if (label.symbol)
    out_ << " '" << spelling(label.symbol);
  attributes(a);
  line();
}

void Printer::statement(const Stmt &s) {
  switch (s.kind) {
  case StmtKind::Assign: return assignment(llvm::cast<AssignStmt>(s));
  case StmtKind::CompoundAssign: {
    auto &c = llvm::cast<CompoundAssignStmt>(s);
    open("", "CompoundAssign", s.range);
    at((text(c.op) + "=").str(), c.opRange);
    line();
    Indented in(*this);
    expression("target", c.target);
    return expression("value", c.value);
  }
  case StmtKind::Destructure: {
    auto &d = llvm::cast<DestructureStmt>(s);
    leaf("", "Destructure", s.range);
    Indented in(*this);
    for (const Name &target : d.names)
      name("target", target);
    return expression("value", d.value);
  }
  case StmtKind::Expr: {
    leaf("", "ExprStmt", s.range);
    Indented in(*this);
    return expression("", llvm::cast<ExprStmt>(s).expr);
  }
  case StmtKind::Print: {
    leaf("", "Print", s.range);
    Indented in(*this);
    for (const Expr *argument : llvm::cast<PrintStmt>(s).arguments)
      expression("", argument);
    return;
  }
  case StmtKind::Return: {
    leaf("", "Return", s.range);
    Indented in(*this);
    for (const Expr *value : llvm::cast<ReturnStmt>(s).values)
      expression("", value);
    return;
  }
  case StmtKind::Pass: return leaf("", "Pass", s.range);
  case StmtKind::Break:
    open("", "Break", s.range);
    return loopHeader({}, llvm::cast<BreakStmt>(s).label);
  case StmtKind::Continue:
    open("", "Continue", s.range);
    return loopHeader({}, llvm::cast<ContinueStmt>(s).label);
  case StmtKind::If: return branches(llvm::cast<IfStmt>(s));
  case StmtKind::While: {
    auto &w = llvm::cast<WhileStmt>(s);
    open("", "While", s.range);
    loopHeader(w.attributes, w.label);
    Indented in(*this);
    expression("condition", w.condition);
    return block("body", w.body);
  }
  case StmtKind::ForRange: {
    auto &f = llvm::cast<ForRangeStmt>(s);
    open("", f.inclusive ? "ForRange ..=" : "ForRange ..", s.range);
    loopHeader(f.attributes, f.label);
    Indented in(*this);
    name("variable", f.variable);
    expression("start", f.start);
    expression("end", f.end);
    expression("step", f.step);
    return block("body", f.body);
  }
  case StmtKind::ForIn: {
    auto &f = llvm::cast<ForInStmt>(s);
    open("", "ForIn", s.range);
    loopHeader(f.attributes, f.label);
    Indented in(*this);
    name("variable", f.variable);
    expression("iterable", f.iterable);
    return block("body", f.body);
  }
  case StmtKind::Try: {
    auto &t = llvm::cast<TryStmt>(s);
    leaf("", "Try", s.range);
    Indented in(*this);
    block("body", t.body);
    if (t.catchName.symbol)
      name("catch", t.catchName);
    return block("handler", t.handler);
  }
  case StmtKind::Match: {
    auto &m = llvm::cast<MatchStmt>(s);
    leaf("", "Match", s.range);
    Indented in(*this);
    expression("subject", m.subject);
    return arms(m.arms);
  }
  default: return declaration(s);
  }
}

void Printer::declaration(const Stmt &s) {
  switch (s.kind) {
  case StmtKind::Function: return function("", llvm::cast<FunctionDecl>(s));
  case StmtKind::Use: return use(llvm::cast<UseDecl>(s));
  case StmtKind::Constant: {
    auto &c = llvm::cast<ConstantDecl>(s);
    open("", "Constant", s.range);
    out_ << ' ' << spelling(c.name.symbol) << (c.isPub ? " pub" : "");
    line();
    Indented in(*this);
    type("type", c.type);
    return expression("value", c.value);
  }
  case StmtKind::Struct: {
    auto &d = llvm::cast<StructDecl>(s);
    open("", "Struct", s.range);
    out_ << ' ' << spelling(d.name.symbol) << (d.isPub ? " pub" : "");
    line();
    Indented in(*this);
    for (const StructField &field : d.fields) {
      name("field", field.name);
      Indented deeper(*this);
      type("", field.type);
      expression("default", field.defaultValue);
    }
    return;
  }
  case StmtKind::Enum: {
    auto &d = llvm::cast<EnumDecl>(s);
    open("", "Enum", s.range);
    out_ << ' ' << spelling(d.name.symbol) << (d.isPub ? " pub" : "");
    line();
    Indented in(*this);
    for (const Name &parameter : d.typeParameters)
      name("type-parameter", parameter);
    for (const EnumVariant &variant : d.variants) {
      name("variant", variant.name);
      Indented deeper(*this);
      for (const VariantPayload &payload : variant.payload)
        type(payload.name.symbol ? spelling(payload.name.symbol) : "", payload.type);
    }
    return;
  }
  case StmtKind::Impl: {
    auto &d = llvm::cast<ImplDecl>(s);
    open("", "Impl", s.range);
    out_ << ' ' << spelling(d.target.symbol) << (d.isPub ? " pub" : "");
    line();
    Indented in(*this);
    for (const FunctionDecl *method : d.methods)
      function("", *method);
    return;
  }
  default: return leaf("", "ErrorStmt", s.range);
  }
}

void Printer::use(const UseDecl &s) {
  open("", "Use", s.range);
  path(s.path);
  if (s.alias.symbol)
    out_ << " as " << spelling(s.alias.symbol);
  if (s.star)
    out_ << ": *";
  line();
  Indented in(*this);
  for (const UseItem &item : s.items) {
    open("", "Item", item.name.range);
    out_ << ' ' << spelling(item.name.symbol);
    if (item.alias.symbol)
      out_ << " as " << spelling(item.alias.symbol);
    line();
  }
}

} // namespace

void printAst(llvm::raw_ostream &out, const Ast &ast, const SourceManager &sources,
              const Interner &interner) {
  Printer(out, sources, interner).statements(ast.statements);
}

} // namespace orus::syntax
