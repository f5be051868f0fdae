#include "compiler/sema/HotCheck.h"

#include "compiler/sema/TypeContext.h"

#include "llvm/ADT/SmallVector.h"

namespace orus::sema {

using basic::Diag;
using basic::Diagnostic;
using llvm::cast;
using llvm::dyn_cast;

namespace {

/// Hot code: a loop, or the body of a function.
struct Region {
  const FunctionInstance *function;
  SourceRange range; // what stands in it is part of it
  SourceRange mark;  // the word of the loop, or the name of the function
  bool isLoop;
};

bool isAny(const Type *type) { return type->kind == TypeKind::Any; }
bool hasAnyElements(const Type *type) {
  auto *array = dyn_cast<ArrayType>(type);
  return array && isAny(array->element);
}

template <class Visit> void forEachOperand(const Expr *expr, Visit visit) {
  auto each = [&](ArrayRef<Expr *> list) {
    for (const Expr *item : list)
      if (item)
        visit(item);
  };
  switch (expr->kind) {
  case ExprKind::Integer:
  case ExprKind::Float:
  case ExprKind::Bool:
  case ExprKind::String:
  case ExprKind::Variable:
  case ExprKind::FunctionValue:
  case ExprKind::Closure: return;
  case ExprKind::Arithmetic: {
    auto *e = cast<ArithmeticExpr>(expr);
    return visit(e->left), visit(e->right);
  }
  case ExprKind::Concat:
    return visit(cast<ConcatExpr>(expr)->left), visit(cast<ConcatExpr>(expr)->right);
  case ExprKind::Repeat:
    return visit(cast<RepeatExpr>(expr)->array), visit(cast<RepeatExpr>(expr)->count);
  case ExprKind::Negate: return visit(cast<NegateExpr>(expr)->operand);
  case ExprKind::Not: return visit(cast<NotExpr>(expr)->operand);
  case ExprKind::Compare:
    return visit(cast<CompareExpr>(expr)->left), visit(cast<CompareExpr>(expr)->right);
  case ExprKind::Chain: return each(cast<ChainExpr>(expr)->operands);
  case ExprKind::Logic:
    return visit(cast<LogicExpr>(expr)->left), visit(cast<LogicExpr>(expr)->right);
  case ExprKind::Cast: return visit(cast<CastExpr>(expr)->operand);
  case ExprKind::ToAny: return visit(cast<ToAnyExpr>(expr)->operand);
  case ExprKind::FromAny: return visit(cast<FromAnyExpr>(expr)->operand);
  case ExprKind::Conditional: {
    auto *e = cast<ConditionalExpr>(expr);
    return visit(e->condition), visit(e->thenValue), visit(e->elseValue);
  }
  case ExprKind::Sequence:
    return visit(cast<SequenceExpr>(expr)->first), visit(cast<SequenceExpr>(expr)->value);
  case ExprKind::Call: return each(cast<CallExpr>(expr)->arguments);
  case ExprKind::CallValue:
    return visit(cast<CallValueExpr>(expr)->callee), each(cast<CallValueExpr>(expr)->arguments);
  case ExprKind::CallBuiltin: return each(cast<CallBuiltinExpr>(expr)->arguments);
  case ExprKind::Index:
    return visit(cast<IndexExpr>(expr)->base), visit(cast<IndexExpr>(expr)->index);
  case ExprKind::Slice: {
    auto *e = cast<SliceExpr>(expr);
    return each({e->base, e->start, e->end});
  }
  case ExprKind::ArrayLiteral: return each(cast<ArrayLiteralExpr>(expr)->elements);
  case ExprKind::ArrayFill: return visit(cast<ArrayFillExpr>(expr)->value);
  case ExprKind::StructNew: return each(cast<StructNewExpr>(expr)->fields);
  case ExprKind::Field: return visit(cast<FieldExpr>(expr)->base);
  case ExprKind::VariantNew: return each(cast<VariantNewExpr>(expr)->payload);
  case ExprKind::VariantTest:
    return visit(cast<VariantTestExpr>(expr)->subject), each(cast<VariantTestExpr>(expr)->payload);
  case ExprKind::Match: {
    auto *e = cast<MatchExpr>(expr);
    visit(e->subject);
    for (const Arm *arm : e->arms)
      each({arm->value, arm->result});
    return;
  }
  }
}

/// Calls `visitExpr` for the expressions of a statement and `visitBlock` for its blocks. What a
/// loop evaluates before its first pass is left out.
template <class VisitExpr, class VisitBlock>
void forEachPart(const Stmt *stmt, VisitExpr visitExpr, VisitBlock visitBlock) {
  auto expr = [&](const Expr *e) {
    if (e)
      visitExpr(e);
  };
  auto block = [&](const Block *b) {
    if (b)
      visitBlock(b);
  };
  switch (stmt->kind) {
  case StmtKind::Expr: return expr(cast<ExprStmt>(stmt)->expr);
  case StmtKind::AssignVariable: return expr(cast<AssignVariableStmt>(stmt)->value);
  case StmtKind::AssignElement: {
    auto *s = cast<AssignElementStmt>(stmt);
    return expr(s->base), expr(s->index), expr(s->value);
  }
  case StmtKind::UpdateElement: {
    auto *s = cast<UpdateElementStmt>(stmt);
    return expr(s->base), expr(s->index), expr(s->value);
  }
  case StmtKind::AssignField:
    return expr(cast<AssignFieldStmt>(stmt)->base), expr(cast<AssignFieldStmt>(stmt)->value);
  case StmtKind::UpdateField:
    return expr(cast<UpdateFieldStmt>(stmt)->base), expr(cast<UpdateFieldStmt>(stmt)->value);
  case StmtKind::Destructure: return expr(cast<DestructureStmt>(stmt)->value);
  case StmtKind::Print:
    for (const Expr *argument : cast<PrintStmt>(stmt)->arguments)
      expr(argument);
    return;
  case StmtKind::Return: return expr(cast<ReturnStmt>(stmt)->value);
  case StmtKind::Break:
  case StmtKind::Continue: return;
  case StmtKind::If:
    for (const IfBranch &branch : cast<IfStmt>(stmt)->branches)
      expr(branch.condition), block(branch.body);
    return block(cast<IfStmt>(stmt)->elseBody);
  case StmtKind::While:
    return expr(cast<WhileStmt>(stmt)->condition), block(cast<WhileStmt>(stmt)->body);
  case StmtKind::ForRange: return block(cast<ForRangeStmt>(stmt)->body);
  case StmtKind::ForArray:
  case StmtKind::ForString:
  case StmtKind::ForRangeValue: return block(cast<ForInStmt>(stmt)->body);
  case StmtKind::Try: return block(cast<TryStmt>(stmt)->body), block(cast<TryStmt>(stmt)->handler);
  case StmtKind::Match:
    expr(cast<MatchStmt>(stmt)->subject);
    for (const Arm *arm : cast<MatchStmt>(stmt)->arms)
      expr(arm->value), block(arm->body);
    return;
  }
}

const Loop *loopOf(const Stmt *stmt) {
  switch (stmt->kind) {
  case StmtKind::While: return cast<WhileStmt>(stmt)->loop;
  case StmtKind::ForRange: return cast<ForRangeStmt>(stmt)->loop;
  case StmtKind::ForArray:
  case StmtKind::ForString:
  case StmtKind::ForRangeValue: return cast<ForInStmt>(stmt)->loop;
  default: return nullptr;
  }
}

class HotCheck {
public:
  HotCheck(const TypedProgram &program, const basic::Interner &interner,
           basic::DiagnosticEngine &diags, HotLoops which, const llvm::DenseSet<uint32_t> &counted)
      : program_(program), types_(*program.types), interner_(interner), diags_(diags),
        which_(which), counted_(counted) {}

  void run() {
    for (const auto &function : program_.functions) {
      if (function->hot)
        regions_.push_back({function.get(), {}, function->range, false});
      collectLoops(function.get(), function->body);
    }
    size_t loops = regions_.size();
    for (size_t i = 0; i < loops; ++i)
      checkNested(Region(regions_[i]));
  }

private:
  void collectLoops(const FunctionInstance *function, const Block *block);
  /// A profile knows a loop by its word or by the first thing in its condition.
  bool isCounted(const Stmt *stmt, const Loop *loop) const {
    auto *whileLoop = dyn_cast<WhileStmt>(stmt);
    return counted_.contains(loop->keyword.begin.offset) ||
           (whileLoop && counted_.contains(whileLoop->condition->range.begin.offset));
  }
  void checkNested(const Region &region);
  void checkBlock(const Region &region, const FunctionInstance *function, const Block *block);
  void checkStmt(const Region &region, const FunctionInstance *function, const Stmt *stmt);
  void checkExpr(const Region &region, const FunctionInstance *function, const Expr *expr);
  Diagnostic &report(const Region &region, const FunctionInstance *function, SourceRange at,
                     const std::string &what);
  void explain(Diagnostic &report, const Expr *value) const;
  std::string quoted(Symbol name) const { return ("`" + interner_.text(name) + "`").str(); }
  std::string quoted(Type *type) const { return "`" + types_.name(type) + "`"; }

  const TypedProgram &program_;
  TypeContext &types_;
  const basic::Interner &interner_;
  basic::DiagnosticEngine &diags_;
  HotLoops which_;
  const llvm::DenseSet<uint32_t> &counted_;
  std::vector<Region> regions_;
};

/// Checks the hot loops of a function, and notes them for the functions inside.
void HotCheck::collectLoops(const FunctionInstance *function, const Block *block) {
  for (const Stmt *stmt : block->statements) {
    const Loop *loop = loopOf(stmt);
    if (loop && (loop->hot || which_ == HotLoops::All || isCounted(stmt, loop))) {
      Region region{function, stmt->range, loop->keyword, true};
      regions_.push_back(region);
      checkStmt(region, function, stmt);
    }
    forEachPart(
        stmt, [](const Expr *) {}, [&](const Block *inner) { collectLoops(function, inner); });
  }
}

/// The functions that stand in a region, or are it.
void HotCheck::checkNested(const Region &region) {
  for (const auto &function : program_.functions) {
    bool isInside = function.get() == region.function && !region.isLoop;
    for (const FunctionInstance *f = function->parent; f && !isInside; f = f->parent)
      isInside =
          f == region.function && (!region.isLoop || (function->range.begin >= region.range.begin &&
                                                      function->range.begin < region.range.end));
    // Functions of a module's body have no parent.
    if (region.isLoop && region.function->isModuleBody && !function->isModuleBody)
      isInside |=
          function->range.begin >= region.range.begin && function->range.begin < region.range.end;
    if (isInside)
      checkBlock(region, function.get(), function->body);
  }
}

void HotCheck::checkBlock(const Region &region, const FunctionInstance *function,
                          const Block *block) {
  for (const Stmt *stmt : block->statements)
    checkStmt(region, function, stmt);
}

void HotCheck::checkStmt(const Region &region, const FunctionInstance *function, const Stmt *stmt) {
  if (auto *loop = dyn_cast<ForInStmt>(stmt); loop && hasAnyElements(loop->iterable->type))
    explain(
        report(region, function, loop->iterable->range, "the elements of this array are dynamic"),
        loop->iterable);
  if (auto *destructure = dyn_cast<DestructureStmt>(stmt);
      destructure && hasAnyElements(destructure->value->type))
    explain(report(region, function, destructure->value->range,
                   "the elements of this array are dynamic"),
            destructure->value);
  forEachPart(
      stmt, [&](const Expr *expr) { checkExpr(region, function, expr); },
      [&](const Block *block) { checkBlock(region, function, block); });
}

/// Reports the outermost operations on dynamic values in an expression.
void HotCheck::checkExpr(const Region &region, const FunctionInstance *function, const Expr *root) {
  llvm::SmallVector<const Expr *, 16> work{root};
  while (!work.empty()) {
    const Expr *expr = work.pop_back_val();
    SourceRange at = expr->range;
    std::string what;
    const Expr *value = expr;
    if (auto *toAny = dyn_cast<ToAnyExpr>(expr)) {
      what = "this " + quoted(toAny->operand->type) + " becomes a dynamic value here";
    } else if (auto *fromAny = dyn_cast<FromAnyExpr>(expr)) {
      what = "a dynamic value becomes " + quoted(expr->type) + " here";
      value = fromAny->operand;
    } else if (auto *conversion = dyn_cast<CastExpr>(expr);
               conversion && isAny(conversion->operand->type)) {
      what = "`as` works on a dynamic value here";
      value = conversion->operand;
    } else if (auto *compare = dyn_cast<CompareExpr>(expr);
               compare && (isAny(compare->left->type) || isAny(compare->right->type))) {
      what = "a comparison works on a dynamic value here";
      at = compare->opRange;
      value = isAny(compare->left->type) ? compare->left : compare->right;
    } else if (isAny(expr->type)) {
      what = "this value is dynamic";
    }
    if (what.empty())
      forEachOperand(expr, [&](const Expr *operand) { work.push_back(operand); });
    else
      explain(report(region, function, at, what), value);
  }
}

Diagnostic &HotCheck::report(const Region &region, const FunctionInstance *function, SourceRange at,
                             const std::string &what) {
  const char *kind = region.isLoop ? "loop" : "function";
  Diagnostic &report =
      diags_.report(Diag::HotLoopBoxed, at, std::string("this ") + kind + " is hot, but " + what);
  report.label("dynamic").note(std::string("this ") + kind + " is hot", region.mark);
  if (function->madeAt.valid())
    report.note("in the instance that this call makes", function->madeAt);
  return report;
}

/// Where the value comes from, and why it is dynamic.
void HotCheck::explain(Diagnostic &report, const Expr *value) const {
  bool isArray = hasAnyElements(value->type);
  std::string any = isArray ? "`[any]`" : "`any`";
  for (unsigned steps = 0; value && steps < 8; ++steps) {
    const Expr *next = nullptr;
    switch (value->kind) {
    case ExprKind::Variable: {
      const Variable *variable = cast<VariableExpr>(value)->variable;
      bool isParameter = variable->kind == VariableKind::Parameter;
      report.note((variable->name ? quoted(variable->name) : std::string("it")) + " has the type " +
                      any + (isParameter ? ", as its annotation says" : ""),
                  variable->range);
      report.help("give " + (variable->name ? quoted(variable->name) : std::string("it")) +
                  " a type");
      break;
    }
    case ExprKind::Index:
      report.note("it is an element of an array of `any`", value->range);
      next = cast<IndexExpr>(value)->base;
      any = "`[any]`";
      break;
    case ExprKind::Field: report.note("the type of this field is " + any, value->range); break;
    case ExprKind::Call:
      report.note(quoted(cast<CallExpr>(value)->function->name) + " returns " + any,
                  cast<CallExpr>(value)->function->range);
      break;
    case ExprKind::ToAny: report.note("its place asks for `any`", value->range); break;
    case ExprKind::FromAny: next = cast<FromAnyExpr>(value)->operand; break;
    case ExprKind::Cast: next = cast<CastExpr>(value)->operand; break;
    case ExprKind::Slice: next = cast<SliceExpr>(value)->base; break;
    default: report.note("its type is " + any, value->range); break;
    }
    value = next;
  }
}

} // namespace

static void findHotLoops(const Block *block, bool all, std::vector<HotRange> &found) {
  for (const Stmt *stmt : block->statements) {
    if (const Loop *loop = loopOf(stmt); loop && (loop->hot || all))
      found.push_back({stmt->range, loop->keyword});
    forEachPart(
        stmt, [](const Expr *) {}, [&](const Block *inner) { findHotLoops(inner, all, found); });
  }
}

std::vector<HotRange> findHotCode(const TypedProgram &program, HotLoops which) {
  std::vector<HotRange> found;
  for (const auto &function : program.functions) {
    if (which == HotLoops::Off)
      break;
    if (function->hot)
      for (const Stmt *stmt : function->body->statements)
        found.push_back({stmt->range, function->range});
    findHotLoops(function->body, which == HotLoops::All, found);
  }
  return found;
}

void checkHotCode(const TypedProgram &program, const basic::Interner &interner,
                  basic::DiagnosticEngine &diags, HotLoops which,
                  const llvm::DenseSet<uint32_t> &counted) {
  if (which != HotLoops::Off)
    HotCheck(program, interner, diags, which, counted).run();
}

} // namespace orus::sema
