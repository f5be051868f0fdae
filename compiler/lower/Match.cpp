// Match statements and expressions, and the test `matches`.
#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

using image::ScalarType;
using ir::kNone;
using sema::PatternKind;

namespace {

constexpr TypeId kBool = static_cast<TypeId>(ScalarType::Bool);
constexpr TypeId kU32 = static_cast<TypeId>(ScalarType::U32);
/// Fewer arms are compared with one after the other.
constexpr size_t kSwitchArms = 4;

} // namespace

ValueId FunctionLowering::tagOf(const sema::Type *type, ValueId value) {
  if (type->kind != sema::TypeKind::Enum)
    return kNone;
  return ir::isScalar(fn_.type(value)) ? value : emit(Op::Tag, kU32, {value});
}

FunctionLowering::Subject FunctionLowering::lowerSubject(const sema::Expr *expr) {
  ValueId value = lowerExpr(expr);
  return {expr, value, tagOf(expr->type, value)};
}

void FunctionLowering::lowerPattern(const sema::Arm *arm, const Subject &subject, BlockId hit,
                                    BlockId miss) {
  switch (arm->pattern) {
  case PatternKind::Wildcard: return jump(hit);
  case PatternKind::Variant: {
    ValueId wanted = constant(kU32, arm->variant);
    return branch(emit(Op::Eq, kBool, {subject.tag, wanted}), hit, miss);
  }
  case PatternKind::Value: {
    ValueId wanted = lowerExpr(arm->value);
    return branch(compare(sema::CompareOp::Equal, subject.value, wanted, arm->range), hit, miss);
  }
  }
}

/// One switch for arms that are all variants; of two arms for one variant the first counts.
void FunctionLowering::switchOnVariants(const Subject &subject, llvm::ArrayRef<sema::Arm *> arms,
                                        llvm::ArrayRef<BlockId> bodies, BlockId miss) {
  uint32_t highest = 0;
  for (const sema::Arm *arm : arms)
    highest = std::max(highest, arm->variant);
  std::vector<SsaBuilder::Edge> targets(highest + 2, SsaBuilder::Edge{miss});
  for (size_t i = arms.size(); i-- > 0;)
    targets[arms[i]->variant] = {bodies[i]};
  terminate(Op::Switch, {subject.tag}, targets);
}

void FunctionLowering::bindPayload(const sema::Arm *arm, const Subject &subject) {
  if (arm->pattern != PatternKind::Variant || ir::isScalar(fn_.type(subject.value)))
    return;
  for (size_t i = 0; i < arm->bindings.size(); ++i) {
    const sema::Variable *binding = arm->bindings[i];
    if (!binding)
      continue;
    const image::Type &row = context_.module.types[fn_.type(subject.value)];
    TypeId type = row.members[arm->variant].types[i];
    ValueId value = emit(Op::PayloadGet, type, {subject.value}, uint64_t{arm->variant} << 32 | i);
    writeVariable(binding, value, binding->range.begin, /*isNew=*/true);
  }
}

void FunctionLowering::lowerArms(const Subject &subject, llvm::ArrayRef<sema::Arm *> arms,
                                 bool coversAll,
                                 llvm::function_ref<void(const sema::Arm *)> lowerArm) {
  auto lowerBody = [&](const sema::Arm *arm, BlockId body) {
    if (!ssa_.hasPredecessors(body))
      return ssa_.seal(body);
    startBlock(body, true);
    bindPayload(arm, subject);
    lowerArm(arm);
    block_ = kNone;
  };
  for (size_t i = 0; i < arms.size() && reachable();) {
    size_t run = i;
    while (run < arms.size() && arms[run]->pattern == PatternKind::Variant)
      ++run;
    size_t count = run - i >= kSwitchArms ? run - i : 1;
    bool isLast = coversAll && i + count == arms.size(); // one of these arms is taken
    llvm::ArrayRef<sema::Arm *> here = arms.slice(i, count);
    llvm::SmallVector<BlockId, 8> bodies;
    for (size_t k = 0; k < count; ++k)
      bodies.push_back(newBlock());
    BlockId next = isLast ? bodies.back() : newBlock();
    if (count > 1)
      switchOnVariants(subject, here, bodies, next);
    else if (isLast)
      jump(bodies[0]);
    else
      lowerPattern(here[0], subject, bodies[0], next);
    for (size_t k = 0; k < count; ++k)
      lowerBody(here[k], bodies[k]);
    if (!isLast) {
      ssa_.seal(next);
      if (ssa_.hasPredecessors(next))
        startBlock(next, false);
    }
    i += count;
  }
}

void FunctionLowering::lowerMatch(const sema::MatchStmt *stmt) {
  Subject subject = lowerSubject(stmt->subject);
  BlockId after = newBlock();
  lowerArms(subject, stmt->arms, stmt->coversAll, [&](const sema::Arm *arm) {
    lowerBlock(*arm->body);
    jump(after);
  });
  jump(after);
  ssa_.seal(after);
  if (ssa_.hasPredecessors(after))
    startBlock(after, false);
}

ValueId FunctionLowering::lowerMatchExpr(const sema::MatchExpr *expr) {
  Subject subject = lowerSubject(expr->subject);
  BlockId after = newBlock();
  ValueId result = addParam(after, typeOf(expr));
  lowerArms(subject, expr->arms, /*coversAll=*/true,
            [&](const sema::Arm *arm) { jump(after, {lowerExpr(arm->result)}); });
  startBlock(after, true);
  return result;
}

void FunctionLowering::lowerVariantTest(const sema::VariantTestExpr *expr, BlockId thenBlock,
                                        BlockId elseBlock) {
  // As in `==`, every operand is evaluated before anything is compared.
  Subject subject = lowerSubject(expr->subject);
  llvm::SmallVector<ValueId, 4> wanted;
  for (const sema::Expr *value : expr->payload)
    wanted.push_back(value ? lowerExpr(value) : kNone);
  ValueId holds = emit(Op::Eq, kBool, {subject.tag, constant(kU32, expr->variant)});
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == kNone)
      continue;
    BlockId next = newBlock();
    branch(holds, next, elseBlock);
    startBlock(next, true);
    const image::Type &row = context_.module.types[fn_.type(subject.value)];
    TypeId type = row.members[expr->variant].types[i];
    ValueId value = emit(Op::PayloadGet, type, {subject.value}, uint64_t{expr->variant} << 32 | i);
    holds = compare(sema::CompareOp::Equal, value, wanted[i], expr->range);
  }
  branch(holds, thenBlock, elseBlock);
}

} // namespace orus::lower
