#include "compiler/lower/FunctionLowering.h"
#include "format/base/Panics.h"

namespace orus::lower {

using ir::kNone;

const FunctionLowering::LoopTargets &FunctionLowering::targetsOf(const sema::Loop *loop) const {
  size_t i = loops_.size() - 1;
  while (loops_[i].loop != loop)
    --i;
  return loops_[i];
}

void FunctionLowering::lowerLoopBody(const sema::Loop *loop, const sema::Block &body,
                                     BlockId continueBlock, BlockId exitBlock) {
  loops_.push_back({loop, continueBlock, exitBlock});
  lowerBlock(body);
  loops_.pop_back();
}

void FunctionLowering::lowerWhile(const sema::WhileStmt *stmt) {
  BlockId header = newBlock(), body = newBlock(), exit = newBlock();
  jump(header);
  ++loopDepth_;
  startBlock(header, /*seal=*/false);
  const auto *literal = llvm::dyn_cast<sema::BoolExpr>(stmt->condition);
  if (literal && literal->value)
    jump(body); // `while true` is only left by break, return or a panic
  else
    lowerCondition(stmt->condition, body, exit);
  ssa_.seal(body);
  if (ssa_.hasPredecessors(body)) {
    startBlock(body, false);
    lowerLoopBody(stmt->loop, *stmt->body, header, exit);
    jump(header);
  }
  ssa_.seal(header);
  --loopDepth_;
  ssa_.seal(exit);
  block_ = kNone;
  if (ssa_.hasPredecessors(exit))
    startBlock(exit, false);
}

/// Decides whether there is a first pass; bounds are start, end and, unless constant, step.
void FunctionLowering::enterRange(const sema::ForRangeStmt *stmt, llvm::ArrayRef<ValueId> bounds,
                                  BlockId body, BlockId exit) {
  constexpr TypeId kBool = static_cast<TypeId>(image::ScalarType::Bool);
  const sema::Type *type = stmt->start->type;
  Op less = stmt->inclusive ? Op::Le : Op::Lt;
  auto enter = [&](bool down) {
    ValueId first = down ? bounds[1] : bounds[0], second = down ? bounds[0] : bounds[1];
    ValueId passes = emit(less, kBool, {first, second});
    terminate(Op::Branch, {passes}, {{body, {bounds[0]}}, {exit}});
  };
  const auto *constantStep = stmt->step ? llvm::dyn_cast<sema::IntegerExpr>(stmt->step) : nullptr;
  bool negative =
      constantStep && type->isSigned() &&
      (type->kind == sema::TypeKind::I32 ? static_cast<int32_t>(constantStep->bits) < 0
                                         : static_cast<int64_t>(constantStep->bits) < 0);
  if (!stmt->step || (constantStep && constantStep->bits != 0))
    return enter(negative);

  ValueId zero = constant(fn_.type(bounds[2]), 0);
  BlockId isZero = newBlock(), isStep = newBlock();
  branch(emit(Op::Eq, kBool, {bounds[2], zero}), isZero, isStep);
  startBlock(isZero, true);
  raise(static_cast<uint32_t>(base::Panic::ZeroRangeStep), stmt->loop->keyword);
  startBlock(isStep, true);
  if (!type->isSigned())
    return enter(false);
  zero = constant(fn_.type(bounds[2]), 0);
  BlockId up = newBlock(), down = newBlock();
  branch(emit(Op::Lt, kBool, {zero, bounds[2]}), up, down);
  startBlock(up, true);
  enter(false);
  startBlock(down, true);
  enter(true);
}

void FunctionLowering::lowerForRange(const sema::ForRangeStmt *stmt) {
  constexpr TypeId kBool = static_cast<TypeId>(image::ScalarType::Bool);
  llvm::SmallVector<ValueId, 3> bounds{lowerExpr(stmt->start), lowerExpr(stmt->end)};
  TypeId type = fn_.type(bounds[0]);
  ir::ForStepForm form;
  form.inclusive = stmt->inclusive;
  form.step = 1;
  if (stmt->step) {
    bounds.push_back(lowerExpr(stmt->step));
    const auto *literal = llvm::dyn_cast<sema::IntegerExpr>(stmt->step);
    bool is32 = stmt->start->type->kind == sema::TypeKind::I32;
    int64_t step = !literal ? 0
                   : is32   ? static_cast<int32_t>(literal->bits)
                            : static_cast<int64_t>(literal->bits);
    bool down = stmt->start->type->isSigned() && step < 0;
    uint64_t magnitude = down ? 0 - static_cast<uint64_t>(step) : static_cast<uint64_t>(step);
    form.step = literal && magnitude <= 255 ? static_cast<uint8_t>(magnitude) : 0;
    form.down = form.step != 0 && down;
  }
  if (stmt->isCount && stmt->start->type->isSigned()) {
    BlockId negative = newBlock(), counts = newBlock();
    branch(emit(Op::Lt, kBool, {bounds[1], bounds[0]}), negative, counts);
    startBlock(negative, true);
    raise(static_cast<uint32_t>(base::Panic::NegativeIteration), stmt->loop->keyword);
    startBlock(counts, true);
  }
  BlockId body = newBlock(), latch = newBlock(), exit = newBlock();
  ValueId counter = fn_.addParam(body, type);
  enterRange(stmt, bounds, body, exit);

  ++loopDepth_;
  startBlock(body, /*seal=*/false);
  writeVariable(stmt->variable, counter, stmt->variable->range.begin, /*isNew=*/true);
  lowerLoopBody(stmt->loop, *stmt->body, latch, exit);
  jump(latch);
  ssa_.seal(latch);
  if (ssa_.hasPredecessors(latch)) {
    startBlock(latch, false);
    ValueId at = readVariable(stmt->variable, false, stmt->range);
    llvm::SmallVector<ValueId, 3> operands{at, bounds[1]};
    if (form.step == 0)
      operands.push_back(bounds[2]);
    terminate(Op::ForStep, operands, {{body, {}, /*implicitFirst=*/true}, {exit}}, form.pack(),
              stmt->loop->keyword);
  }
  ssa_.seal(body);
  --loopDepth_;
  ssa_.seal(exit);
  block_ = kNone;
  if (ssa_.hasPredecessors(exit))
    startBlock(exit, false);
}

void FunctionLowering::lowerForElements(const sema::ForInStmt *stmt) {
  constexpr TypeId kBool = static_cast<TypeId>(image::ScalarType::Bool);
  constexpr TypeId kI32 = static_cast<TypeId>(image::ScalarType::I32);
  bool isArray = stmt->kind == sema::StmtKind::ForArray;
  ValueId object = lowerExpr(stmt->iterable);
  TypeId element = isArray ? context_.module.types.element(fn_.type(object)) : image::kString;
  Op length = isArray ? Op::ArrLen : Op::StrLen, get = isArray ? Op::ArrGet : Op::StrGet;

  BlockId body = newBlock(), latch = newBlock(), exit = newBlock();
  ValueId index = fn_.addParam(body, kI32);
  ValueId zero = constant(kI32, 0);
  ValueId some = emit(Op::Lt, kBool, {zero, emit(length, kI32, {object})});
  terminate(Op::Branch, {some}, {{body, {zero}}, {exit}});

  ++loopDepth_;
  startBlock(body, /*seal=*/false);
  writeVariable(stmt->variable, emit(get, element, {object, index}, 0, stmt->loop->keyword),
                stmt->variable->range.begin, /*isNew=*/true);
  lowerLoopBody(stmt->loop, *stmt->body, latch, exit);
  jump(latch);
  ssa_.seal(latch);
  if (ssa_.hasPredecessors(latch)) {
    startBlock(latch, false);
    // The array may have grown or shrunk (manual 3.5); the index never goes beyond its length.
    ValueId limit = emit(length, kI32, {object});
    ir::ForStepForm form{.step = 1};
    terminate(Op::ForStep, {index, limit}, {{body, {}, /*implicitFirst=*/true}, {exit}},
              form.pack(), stmt->loop->keyword);
  }
  ssa_.seal(body);
  --loopDepth_;
  ssa_.seal(exit);
  block_ = kNone;
  if (ssa_.hasPredecessors(exit))
    startBlock(exit, false);
}

void FunctionLowering::lowerForRangeValue(const sema::ForInStmt *stmt) {
  constexpr TypeId kI64 = static_cast<TypeId>(image::ScalarType::I64);
  ValueId range = lowerExpr(stmt->iterable);
  BlockId header = newBlock(), body = newBlock(), exit = newBlock();
  ValueId element = fn_.addParam(body, kI64);
  jump(header);
  ++loopDepth_;
  startBlock(header, /*seal=*/false);
  terminate(Op::RangeNext, {range}, {{body, {}, /*implicitFirst=*/true}, {exit}}, 0,
            stmt->loop->keyword);
  startBlock(body, true);
  writeVariable(stmt->variable, element, stmt->variable->range.begin, /*isNew=*/true);
  lowerLoopBody(stmt->loop, *stmt->body, header, exit);
  jump(header);
  ssa_.seal(header);
  --loopDepth_;
  ssa_.seal(exit);
  startBlock(exit, false);
}

} // namespace orus::lower
