#include "compiler/sema/TypedPrinter.h"

#include "compiler/sema/TypeContext.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cstdio>

namespace orus::sema {

using llvm::cast;
using llvm::dyn_cast;

namespace {

class Printer {
public:
  Printer(llvm::raw_ostream &stream, const TypedProgram &typed, const basic::Interner &names)
      : out(stream), program(typed), interner(names) {}

  void print();

private:
  void function(const FunctionInstance *function);
  void block(const Block *block);
  void stmt(const Stmt *stmt);
  void loop(const Loop *loop);
  void arms(ArrayRef<Arm *> arms);
  void expr(const Expr *expr);
  void list(ArrayRef<Expr *> exprs);
  void call(StringRef name, ArrayRef<Expr *> operands);
  void variable(const Variable *variable);
  void name(const FunctionInstance *function);
  void integer(const IntegerExpr *value);
  void real(double value);
  void text(StringRef value);
  void line() { out.indent(indent); }
  std::string typeName(Type *type) { return program.types->name(type); }

  llvm::raw_ostream &out;
  const TypedProgram &program;
  const basic::Interner &interner;
  unsigned indent = 0;
};

} // namespace

static StringRef spelling(ArithmeticOp op) {
  static constexpr StringRef names[] = {"add", "sub", "mul", "div", "mod", "and", "or"};
  return names[static_cast<size_t>(op)];
}

static StringRef spelling(CompareOp op) {
  static constexpr StringRef names[] = {"==", "!=", "<", "<=", ">", ">="};
  return names[static_cast<size_t>(op)];
}

static StringRef spelling(Builtin builtin) {
  static constexpr StringRef names[] = {"len", "push",  "pop",    "sorted",    "range",    "input",
                                        "int", "float", "typeof", "timestamp", "assert_eq"};
  return names[static_cast<size_t>(builtin)];
}

void Printer::print() {
  for (const auto &module : program.modules) {
    out << "module " << interner.text(module->name) << "\n";
    for (const Variable *v : module->variables) {
      out << "  " << (v->declaredMut ? "mut " : "") << "@" << interner.text(v->name) << ": "
          << typeName(v->type) << (v->maybeUninitialized ? " uninitialized" : "") << "\n";
    }
  }
  for (const auto &f : program.functions)
    function(f.get());
}

void Printer::name(const FunctionInstance *function) {
  if (function->isModuleBody)
    out << "body";
  else if (function->name)
    out << interner.text(function->name);
  else
    out << "fn";
  out << "#" << function->index;
}

void Printer::variable(const Variable *v) {
  if (!v) {
    out << "_";
  } else if (v->kind == VariableKind::Module) {
    out << "@" << interner.text(v->name);
  } else {
    out << (v->name ? interner.text(v->name) : "") << "." << v->index;
  }
}

void Printer::function(const FunctionInstance *f) {
  out << "fn ";
  name(f);
  out << "(";
  for (size_t i = 0; i < f->parameters.size(); ++i) {
    out << (i ? ", " : "");
    variable(f->parameters[i]);
    out << ": " << typeName(f->parameters[i]->type);
  }
  out << ") -> " << typeName(f->result);
  if (f->hot)
    out << " hot";
  if (f->cold)
    out << " cold";
  if (f->inlineHint)
    out << " inline";
  if (f->noinline)
    out << " noinline";
  if (f->isModuleBody)
    out << " of " << interner.text(f->module->name);
  out << "\n";
  indent = 2;
  if (!f->captures.empty()) {
    line();
    out << "captures";
    for (const Capture &capture : f->captures) {
      out << " ";
      variable(capture.variable);
    }
    out << "\n";
  }
  for (const Variable *v : f->variables) {
    if (v->kind == VariableKind::Parameter)
      continue;
    line();
    out << "local ";
    variable(v);
    out << ": " << typeName(v->type) << (v->declaredMut ? " mut" : "")
        << (v->reassigned ? " reassigned" : "") << (v->captured ? " captured" : "")
        << (v->maybeUninitialized ? " uninitialized" : "") << "\n";
  }
  for (const Stmt *s : f->body->statements)
    stmt(s);
}

void Printer::block(const Block *b) {
  indent += 2;
  if (!b->uninitialized.empty()) {
    line();
    out << "uninitialized";
    for (const Variable *v : b->uninitialized) {
      out << " ";
      variable(v);
    }
    out << "\n";
  }
  for (const Stmt *s : b->statements)
    stmt(s);
  indent -= 2;
}

void Printer::loop(const Loop *l) { out << (l->hot ? "hot " : ""); }

void Printer::stmt(const Stmt *s) {
  line();
  switch (s->kind) {
  case StmtKind::Expr:
    out << "drop ";
    expr(cast<ExprStmt>(s)->expr);
    break;
  case StmtKind::AssignVariable: {
    auto *a = cast<AssignVariableStmt>(s);
    out << (a->isDeclaration ? "let " : "set ");
    variable(a->variable);
    out << " = ";
    expr(a->value);
    break;
  }
  case StmtKind::AssignElement: {
    auto *a = cast<AssignElementStmt>(s);
    expr(a->base);
    out << "[";
    expr(a->index);
    out << "] = ";
    expr(a->value);
    break;
  }
  case StmtKind::UpdateElement: {
    auto *a = cast<UpdateElementStmt>(s);
    expr(a->base);
    out << "[";
    expr(a->index);
    out << "] " << spelling(a->op) << "= ";
    expr(a->value);
    break;
  }
  case StmtKind::AssignField: {
    auto *a = cast<AssignFieldStmt>(s);
    expr(a->base);
    out << "." << a->field << " = ";
    expr(a->value);
    break;
  }
  case StmtKind::UpdateField: {
    auto *a = cast<UpdateFieldStmt>(s);
    expr(a->base);
    out << "." << a->field << " " << spelling(a->op) << "= ";
    expr(a->value);
    break;
  }
  case StmtKind::Destructure: {
    auto *d = cast<DestructureStmt>(s);
    for (size_t i = 0; i < d->targets.size(); ++i) {
      out << (i ? ", " : "") << (d->isDeclaration[i] ? "let " : "set ");
      variable(d->targets[i]);
    }
    out << " = elements ";
    expr(d->value);
    break;
  }
  case StmtKind::Print: call("print", cast<PrintStmt>(s)->arguments); break;
  case StmtKind::Return:
    out << "return";
    if (const Expr *value = cast<ReturnStmt>(s)->value) {
      out << " ";
      expr(value);
    }
    break;
  case StmtKind::Break: out << "break"; break;
  case StmtKind::Continue: out << "continue"; break;
  case StmtKind::If: {
    auto *i = cast<IfStmt>(s);
    for (size_t k = 0; k < i->branches.size(); ++k) {
      if (k)
        line();
      out << (k ? "elif " : "if ");
      expr(i->branches[k].condition);
      out << "\n";
      block(i->branches[k].body);
    }
    if (i->elseBody) {
      line();
      out << "else\n";
      block(i->elseBody);
    }
    return;
  }
  case StmtKind::While: {
    auto *w = cast<WhileStmt>(s);
    loop(w->loop);
    out << "while ";
    expr(w->condition);
    out << "\n";
    return block(w->body);
  }
  case StmtKind::ForRange: {
    auto *f = cast<ForRangeStmt>(s);
    loop(f->loop);
    out << (f->isCount ? "for count " : "for ");
    variable(f->variable);
    out << " in ";
    expr(f->start);
    out << (f->inclusive ? "..=" : "..");
    expr(f->end);
    if (f->step) {
      out << "..";
      expr(f->step);
    }
    out << "\n";
    return block(f->body);
  }
  case StmtKind::ForArray:
  case StmtKind::ForString:
  case StmtKind::ForRangeValue: {
    auto *f = cast<ForInStmt>(s);
    loop(f->loop);
    out << (s->kind == StmtKind::ForArray    ? "for element "
            : s->kind == StmtKind::ForString ? "for byte "
                                             : "for next ");
    variable(f->variable);
    out << " in ";
    expr(f->iterable);
    out << "\n";
    return block(f->body);
  }
  case StmtKind::Try: {
    auto *t = cast<TryStmt>(s);
    out << "try\n";
    block(t->body);
    line();
    out << "catch ";
    variable(t->error);
    out << "\n";
    return block(t->handler);
  }
  case StmtKind::Match: {
    auto *m = cast<MatchStmt>(s);
    out << "match ";
    expr(m->subject);
    out << "\n";
    return arms(m->arms);
  }
  }
  out << "\n";
}

void Printer::arms(ArrayRef<Arm *> all) {
  indent += 2;
  for (const Arm *arm : all) {
    line();
    switch (arm->pattern) {
    case PatternKind::Wildcard: out << "_"; break;
    case PatternKind::Value: expr(arm->value); break;
    case PatternKind::Variant:
      out << "variant " << arm->variant << "(";
      for (size_t i = 0; i < arm->bindings.size(); ++i) {
        out << (i ? ", " : "");
        variable(arm->bindings[i]);
      }
      out << ")";
      break;
    }
    out << " ->";
    if (arm->result) {
      out << " ";
      expr(arm->result);
      out << "\n";
    } else {
      out << "\n";
      block(arm->body);
    }
  }
  indent -= 2;
}

void Printer::list(ArrayRef<Expr *> exprs) {
  for (size_t i = 0; i < exprs.size(); ++i) {
    out << (i ? ", " : "");
    if (exprs[i])
      expr(exprs[i]);
    else
      out << "_";
  }
}

void Printer::call(StringRef name, ArrayRef<Expr *> operands) {
  out << name << "(";
  list(operands);
  out << ")";
}

void Printer::integer(const IntegerExpr *value) {
  switch (value->type->kind) {
  case TypeKind::I32: out << static_cast<int32_t>(value->bits); break;
  case TypeKind::I64: out << static_cast<int64_t>(value->bits); break;
  default: out << value->bits; break;
  }
  if (value->type->kind != TypeKind::I32)
    out << typeName(value->type);
}

void Printer::real(double value) {
  char buffer[40];
  snprintf(buffer, sizeof buffer, "%.17g", value);
  StringRef text = buffer;
  out << text;
  if (text.find_first_of(".en") == StringRef::npos)
    out << ".0";
}

void Printer::text(StringRef value) {
  out << '"';
  llvm::printEscapedString(value, out);
  out << '"';
}

/// Left spines of operators may be long: the names are written first, then the operands.
static const Expr *leftOperand(const Expr *expr) {
  if (auto *a = dyn_cast<ArithmeticExpr>(expr))
    return a->left;
  if (auto *c = dyn_cast<ConcatExpr>(expr))
    return c->left;
  if (auto *l = dyn_cast<LogicExpr>(expr))
    return l->left;
  return nullptr;
}

void Printer::expr(const Expr *e) {
  llvm::SmallVector<const Expr *, 8> spine;
  for (; leftOperand(e); e = leftOperand(e)) {
    if (auto *a = dyn_cast<ArithmeticExpr>(e))
      out << spelling(a->op) << "." << typeName(a->type);
    else if (auto *l = dyn_cast<LogicExpr>(e))
      out << (l->isAnd ? "and" : "or");
    else
      out << "concat";
    out << "(";
    spine.push_back(e);
  }
  switch (e->kind) {
  case ExprKind::Arithmetic:
  case ExprKind::Concat:
  case ExprKind::Logic: break;
  case ExprKind::Integer: integer(cast<IntegerExpr>(e)); break;
  case ExprKind::Float: real(cast<FloatExpr>(e)->value); break;
  case ExprKind::Bool: out << (cast<BoolExpr>(e)->value ? "true" : "false"); break;
  case ExprKind::String: text(cast<StringExpr>(e)->value); break;
  case ExprKind::Variable:
    variable(cast<VariableExpr>(e)->variable);
    out << (cast<VariableExpr>(e)->checkInitialized ? "?" : "");
    break;
  case ExprKind::FunctionValue: name(cast<FunctionValueExpr>(e)->function); break;
  case ExprKind::Closure:
    out << "closure ";
    name(cast<ClosureExpr>(e)->function);
    break;
  case ExprKind::Repeat: {
    auto *r = cast<RepeatExpr>(e);
    call("repeat", r->arrayFirst ? ArrayRef<Expr *>{r->array, r->count}
                                 : ArrayRef<Expr *>{r->count, r->array});
    break;
  }
  case ExprKind::Negate: call("neg." + typeName(e->type), {cast<NegateExpr>(e)->operand}); break;
  case ExprKind::Not: call("not", {cast<NotExpr>(e)->operand}); break;
  case ExprKind::Compare: {
    auto *c = cast<CompareExpr>(e);
    out << "(";
    expr(c->left);
    out << " " << spelling(c->op) << "." << typeName(c->left->type) << " ";
    expr(c->right);
    out << ")";
    break;
  }
  case ExprKind::Chain: {
    auto *c = cast<ChainExpr>(e);
    out << "(";
    expr(c->operands.front());
    for (size_t i = 0; i < c->ops.size(); ++i) {
      out << " " << spelling(c->ops[i]) << " ";
      expr(c->operands[i + 1]);
    }
    out << ")";
    break;
  }
  case ExprKind::Cast: call("as." + typeName(e->type), {cast<CastExpr>(e)->operand}); break;
  case ExprKind::ToAny: call("any", {cast<ToAnyExpr>(e)->operand}); break;
  case ExprKind::FromAny:
    call("from_any." + typeName(e->type), {cast<FromAnyExpr>(e)->operand});
    break;
  case ExprKind::Conditional: {
    auto *c = cast<ConditionalExpr>(e);
    call("select", {c->condition, c->thenValue, c->elseValue});
    break;
  }
  case ExprKind::Sequence:
    call("sequence", {cast<SequenceExpr>(e)->first, cast<SequenceExpr>(e)->value});
    break;
  case ExprKind::Call: {
    auto *c = cast<CallExpr>(e);
    name(c->function);
    if (c->closure) {
      out << "{";
      expr(c->closure);
      out << "}";
    }
    call("", c->arguments);
    break;
  }
  case ExprKind::CallValue:
    out << "call ";
    expr(cast<CallValueExpr>(e)->callee);
    call("", cast<CallValueExpr>(e)->arguments);
    break;
  case ExprKind::CallBuiltin:
    call(spelling(cast<CallBuiltinExpr>(e)->builtin), cast<CallBuiltinExpr>(e)->arguments);
    break;
  case ExprKind::Index:
    expr(cast<IndexExpr>(e)->base);
    out << "[";
    expr(cast<IndexExpr>(e)->index);
    out << "]";
    break;
  case ExprKind::Slice: {
    auto *s = cast<SliceExpr>(e);
    expr(s->base);
    out << "[";
    if (s->start)
      expr(s->start);
    out << "..";
    if (s->end)
      expr(s->end);
    out << "]";
    break;
  }
  case ExprKind::ArrayLiteral: call(typeName(e->type), cast<ArrayLiteralExpr>(e)->elements); break;
  case ExprKind::ArrayFill:
    out << typeName(e->type) << "(";
    expr(cast<ArrayFillExpr>(e)->value);
    out << " times " << cast<ArrayFillExpr>(e)->count << ")";
    break;
  case ExprKind::StructNew: call("new." + typeName(e->type), cast<StructNewExpr>(e)->fields); break;
  case ExprKind::Field:
    expr(cast<FieldExpr>(e)->base);
    out << "." << cast<FieldExpr>(e)->field;
    break;
  case ExprKind::VariantNew:
    out << "new." << typeName(e->type) << "." << cast<VariantNewExpr>(e)->variant;
    call("", cast<VariantNewExpr>(e)->payload);
    break;
  case ExprKind::VariantTest: {
    auto *t = cast<VariantTestExpr>(e);
    out << "(";
    expr(t->subject);
    out << " matches " << t->variant;
    call("", t->payload);
    out << ")";
    break;
  }
  case ExprKind::Match:
    out << "match " << "";
    expr(cast<MatchExpr>(e)->subject);
    out << "\n";
    arms(cast<MatchExpr>(e)->arms);
    line();
    out << "end";
    break;
  }
  while (!spine.empty()) {
    const Expr *next = spine.pop_back_val();
    out << ", ";
    if (auto *a = dyn_cast<ArithmeticExpr>(next))
      expr(a->right);
    else if (auto *c = dyn_cast<ConcatExpr>(next))
      expr(c->right);
    else
      expr(cast<LogicExpr>(next)->right);
    out << ")";
  }
}

void printTyped(llvm::raw_ostream &out, const TypedProgram &program,
                const basic::Interner &interner) {
  Printer(out, program, interner).print();
}

} // namespace orus::sema
