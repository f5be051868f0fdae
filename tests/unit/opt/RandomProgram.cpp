#include "tests/unit/opt/RandomProgram.h"

#include "format/base/Panics.h"

#include <random>

namespace orus::test {

using image::TypeId;
using ir::BlockId;
using ir::kNone;
using ir::Op;
using ir::ValueId;

namespace {

constexpr TypeId kBool = 0, kI32 = 1, kU32 = 2, kI64 = 3, kU64 = 4, kF64 = 5;
constexpr unsigned kVariables = 9; // of these types, by Shape::types

/// What the functions of a module have in common: the types of variables and of module registers.
struct Shape {
  TypeId ints;               // [i32]
  std::vector<TypeId> types; // of the variables
  TypeId signature;
};

/// Builds one function as lowering does: variables are SSA values; where paths join, each has a
/// parameter.
class FunctionMaker {
public:
  FunctionMaker(ir::Module &module, ir::Function &fn, const Shape &shape, unsigned callees,
                std::mt19937 &random)
      : module_(module), fn_(fn), shape_(shape), callees_(callees), random_(random) {}

  void make() {
    fn_.locals = {kI32, kI32};
    block_ = fn_.addBlock();
    variables_.resize(kVariables);
    for (unsigned i = 0; i < kVariables; ++i)
      variables_[i] = fn_.addParam(block_, shape_.types[i]);
    for (uint64_t local = 0; local < 2; ++local)
      fn_.append(block_, Op::LocalSet, kNone, variables_[1], local);
    statements(0);
    fn_.terminate(block_, Op::Return, variables_[1], {});
  }

private:
  unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }
  basic::SourceLoc nextLoc() { return {++loc_}; }

  ValueId emit(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0) {
    return fn_.insts[fn_.append(block_, op, type, operands, imm, nextLoc())].result;
  }

  ValueId constant(TypeId type) {
    static constexpr uint64_t kBits[] = {0, 1, 2, 3, 7, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000};
    uint64_t bits = kBits[pick(8)];
    switch (type) {
    case kBool: bits &= 1; break;
    case kI64:
    case kU64: bits = pick(4) ? bits : ~bits; break;
    case kF64: {
      static constexpr uint64_t kReals[] = {0,
                                            1ULL << 63,
                                            0x3FF0000000000000,
                                            0x4000000000000000,
                                            0x7FF0000000000000,
                                            0x7FF8000000000000,
                                            0x41DFFFFFFFC00000,
                                            0xBFE0000000000000};
      bits = kReals[pick(8)];
      break;
    }
    default: break;
    }
    return emit(Op::Const, type, {}, bits);
  }

  ValueId value(TypeId type) {
    if (ir::isScalar(type) && pick(4) == 0)
      return constant(type);
    for (;;) {
      unsigned i = pick(kVariables);
      if (shape_.types[i] == type)
        return variables_[i];
    }
  }

  ValueId condition() {
    if (pick(5) == 0)
      return value(kBool);
    static constexpr Op kOps[] = {Op::Eq, Op::Ne, Op::Lt, Op::Le};
    TypeId type = 1 + pick(5);
    ValueId result = emit(kOps[pick(4)], kBool, {value(type), value(type)});
    return pick(4) ? result : emit(Op::Not, kBool, result);
  }

  ValueId computation(TypeId type) {
    static constexpr Op kArithmetic[] = {Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Mod};
    if (type == kBool)
      return condition();
    if (type == image::kString)
      return emit(Op::StrCat, type, {value(type), emit(Op::Str, type, {}, pick(2))});
    if (type == image::kAny) {
      TypeId held = pick(6);
      return emit(Op::Box, type, value(held), held);
    }
    if (type == shape_.ints)
      return emit(Op::ArrNew, type, {});
    switch (pick(9)) {
    case 0: {
      TypeId from = pick(6);
      return from == type ? value(type) : emit(Op::Cvt, type, value(from));
    }
    case 1:
      if (type == kI32 || type == kI64 || type == kF64)
        return emit(Op::Neg, type, value(type));
      return emit(Op::And, type, {value(type), value(type)});
    case 2:
      if (type == kF64)
        return emit(Op::Unbox, type, value(image::kAny), type);
      return emit(Op::Or, type, {value(type), value(type)});
    case 3:
      if (type == kI32)
        return emit(Op::ArrLen, type, value(shape_.ints));
      [[fallthrough]];
    default: return emit(kArithmetic[pick(pick(3) ? 3 : 5)], type, {value(type), value(type)});
    }
  }

  void assignment() {
    unsigned i = pick(kVariables);
    variables_[i] = pick(6) ? computation(shape_.types[i]) : value(shape_.types[i]);
  }

  void print() {
    llvm::SmallVector<ValueId, 3> values;
    std::vector<TypeId> types;
    for (unsigned i = 0; i < 2; ++i) {
      unsigned variable = pick(kVariables);
      types.push_back(shape_.types[variable]);
      values.push_back(variables_[variable]);
    }
    fn_.append(block_, Op::Print, kNone, values, module_.types.function(types, std::nullopt),
               nextLoc());
  }

  void memory() {
    ValueId ints = value(shape_.ints);
    switch (pick(9)) {
    case 0: fn_.append(block_, Op::ArrPush, kNone, {ints, value(kI32)}, 0, nextLoc()); return;
    case 1: variables_[1] = emit(Op::ArrPop, kI32, ints); return;
    case 2: variables_[1] = emit(Op::ArrGet, kI32, {ints, value(pick(2) ? kI32 : kI64)}); return;
    case 3:
      fn_.append(block_, Op::ArrSet, kNone, {ints, value(kI32), value(kI32)}, 0, nextLoc());
      return;
    case 4: fn_.append(block_, Op::LocalSet, kNone, value(kI32), pick(2)); return;
    case 5: variables_[1] = emit(Op::LocalGet, kI32, {}, pick(2)); return;
    case 6: fn_.append(block_, Op::ModuleSet, kNone, value(kI32), pick(2)); return;
    case 7: variables_[1] = emit(Op::ModuleGet, kI32, {}, pick(2)); return;
    default: fn_.append(block_, Op::ChkInit, kNone, condition(), 0, nextLoc()); return;
    }
  }

  void call() {
    if (callees_ == 0)
      return memory();
    variables_[1] = emit(Op::Call, kI32, variables_, pick(callees_));
  }

  /// A block in which each variable is a parameter.
  BlockId joinBlock() {
    BlockId block = fn_.addBlock(handler_);
    for (TypeId type : shape_.types)
      fn_.addParam(block, type);
    return block;
  }
  void jump(BlockId to) { fn_.terminate(block_, Op::Jump, {}, {{{to, variables_}}}); }
  void startJoin(BlockId block) {
    block_ = block;
    const auto &params = fn_.blocks[block].params;
    variables_.assign(params.begin(), params.begin() + kVariables);
  }

  void conditional(unsigned depth) {
    ValueId test = condition();
    BlockId yes = fn_.addBlock(handler_), no = fn_.addBlock(handler_), after = joinBlock();
    fn_.terminate(block_, Op::Branch, test, {{yes, {}}, {no, {}}});
    auto before = variables_;
    block_ = yes;
    statements(depth + 1);
    jump(after);
    block_ = no;
    variables_ = before;
    statements(depth + 1);
    jump(after);
    startJoin(after);
  }

  void countedLoop(unsigned depth) {
    BlockId body = fn_.addBlock(handler_), after = joinBlock();
    ValueId zero = emit(Op::Const, kI32, {}, pick(2)), limit = emit(Op::Const, kI32, {}, pick(5));
    ValueId counter = fn_.addParam(body, kI32);
    for (TypeId type : shape_.types)
      fn_.addParam(body, type);
    llvm::SmallVector<ValueId, 12> args{zero};
    args.append(variables_.begin(), variables_.end());
    ValueId enters = emit(Op::Lt, kBool, {zero, limit});
    fn_.terminate(block_, Op::Branch, enters, {{body, args}, {after, variables_}});
    block_ = body;
    variables_.assign(fn_.blocks[body].params.begin() + 1, fn_.blocks[body].params.end());
    if (pick(2))
      variables_[1] = counter;
    statements(depth + 1);
    ir::ForStepForm form{.step = static_cast<uint8_t>(1 + pick(2))};
    fn_.terminate(block_, Op::ForStep, {counter, limit}, {{body, variables_}, {after, variables_}},
                  form.pack(), nextLoc());
    startJoin(after);
  }

  /// while condition, at most a few passes.
  void conditionalLoop(unsigned depth) {
    ValueId fuel = emit(Op::Const, kU32, {}, 1 + pick(4));
    ValueId zero = emit(Op::Const, kU32, {}, 0), one = emit(Op::Const, kU32, {}, 1);
    BlockId header = joinBlock(), body = fn_.addBlock(handler_), after = joinBlock();
    ValueId left = fn_.addParam(header, kU32);
    auto withFuel = [&](ValueId value) {
      llvm::SmallVector<ValueId, 12> args(variables_.begin(), variables_.end());
      args.push_back(value);
      return args;
    };
    fn_.terminate(block_, Op::Jump, {}, {{{header, withFuel(fuel)}}});
    startJoin(header);
    ValueId more = emit(Op::Lt, kBool, {zero, left});
    ValueId goesOn = emit(Op::And, kBool, {more, condition()});
    fn_.terminate(block_, Op::Branch, goesOn, {{body, {}}, {after, variables_}});
    block_ = body;
    statements(depth + 1);
    if (pick(3) == 0) { // if condition: break
      BlockId rest = fn_.addBlock(handler_);
      ValueId stops = condition();
      fn_.terminate(block_, Op::Branch, stops, {{after, variables_}, {rest, {}}});
      block_ = rest;
    }
    ValueId less = emit(Op::Sub, kU32, {left, one});
    fn_.terminate(block_, Op::Jump, {}, {{{header, withFuel(less)}}});
    startJoin(after);
  }

  void protectedRegion(unsigned depth) {
    BlockId outer = handler_, handler = fn_.addBlock(outer), after = joinBlock();
    fn_.addParam(handler, image::kError);
    handler_ = handler;
    BlockId body = fn_.addBlock(handler_);
    fn_.terminate(block_, Op::TryEnter, {}, {{body, {}}, {handler, {}}});
    auto before = variables_;
    block_ = body;
    statements(depth + 1);
    jump(after);
    handler_ = outer;
    block_ = handler;
    variables_ = before;
    ValueId error = fn_.blocks[handler].params[0];
    if (pick(4))
      fn_.append(block_, Op::Print, kNone, error,
                 module_.types.function({image::kError}, std::nullopt));
    if (depth < 2)
      statements(depth + 1);
    jump(after);
    startJoin(after);
  }

  void raise() {
    BlockId bad = fn_.addBlock(handler_), good = fn_.addBlock(handler_);
    ValueId test = condition();
    fn_.terminate(block_, Op::Branch, test, {{good, {}}, {bad, {}}});
    fn_.terminate(bad, Op::Raise, {}, {}, static_cast<uint64_t>(base::Panic::ZeroRangeStep),
                  nextLoc());
    block_ = good;
  }

  void statements(unsigned depth) {
    for (unsigned i = 1 + pick(4); i > 0; --i) {
      switch (unsigned kind = pick(depth < 3 ? 16 : 9); kind) {
      case 0:
      case 1: print(); break;
      case 2:
      case 3: memory(); break;
      case 9: conditional(depth); break;
      case 10: countedLoop(depth); break;
      case 11: conditionalLoop(depth); break;
      case 12:
      case 13: protectedRegion(depth); break;
      case 14: call(); break;
      case 15: raise(); break;
      default: assignment(); break;
      }
    }
  }

  ir::Module &module_;
  ir::Function &fn_;
  const Shape &shape_;
  unsigned callees_;
  std::mt19937 &random_;
  BlockId block_ = kNone, handler_ = kNone;
  std::vector<ValueId> variables_;
  uint32_t loc_ = 0;
};

} // namespace

std::unique_ptr<ir::Module> makeRandomModule(unsigned seed) {
  std::mt19937 random(seed);
  auto module = std::make_unique<ir::Module>();
  Shape shape;
  shape.ints = module->types.array(kI32);
  shape.types = {kBool, kI32, kI32, kU32, kI64, kU64, kF64, shape.ints, image::kAny};
  shape.signature = module->types.function(shape.types, kI32);
  module->string("a");
  module->string("");
  image::Module layout;
  layout.scalars = {{kI32, 0}, {kI32, 0}};
  constexpr unsigned kFunctions = 3;
  for (unsigned i = 0; i < kFunctions; ++i) {
    auto fn = std::make_unique<ir::Function>();
    fn->name = "f" + std::to_string(i);
    fn->signature = shape.signature;
    FunctionMaker(*module, *fn, shape, i, random).make();
    module->functions.push_back(std::move(fn));
  }
  // The entry calls the last function with plain arguments.
  auto entry = std::make_unique<ir::Function>();
  entry->name = "entry";
  entry->signature = module->types.function({}, std::nullopt);
  entry->addBlock();
  llvm::SmallVector<ValueId, 12> args;
  auto append = [&](Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm) {
    return entry->insts[entry->append(0, op, type, operands, imm)].result;
  };
  for (TypeId type : shape.types) {
    if (type == shape.ints)
      args.push_back(append(Op::ArrNew, type, {}, 0));
    else if (type == image::kAny)
      args.push_back(append(Op::Box, type, args[1], kI32));
    else
      args.push_back(append(Op::Const, type, {}, 1));
  }
  append(Op::Call, kI32, args, kFunctions - 1);
  entry->terminate(0, Op::Return, {}, {});
  layout.initializer = module->entry = kFunctions;
  module->functions.push_back(std::move(entry));
  module->modules.push_back(layout);
  return module;
}

} // namespace orus::test
