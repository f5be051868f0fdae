#include "tests/unit/codegen/RandomIr.h"

#include "format/base/Panics.h"
#include "format/isa/Natives.h"

#include <random>

namespace orus::test {

using image::ScalarType;
using image::TypeId;
using ir::BlockId;
using ir::Op;
using ir::ValueId;

namespace {

constexpr TypeId scalar(ScalarType type) { return static_cast<TypeId>(type); }
constexpr TypeId kBool = scalar(ScalarType::Bool), kI32 = scalar(ScalarType::I32),
                 kU32 = scalar(ScalarType::U32), kI64 = scalar(ScalarType::I64),
                 kU64 = scalar(ScalarType::U64), kF64 = scalar(ScalarType::F64);

class Generator {
public:
  Generator(ir::Module &module, std::mt19937 &random, const RandomIrOptions &options,
            llvm::ArrayRef<TypeId> types)
      : module_(module), random_(random), options_(options), types_(types) {}

  void generate(ir::Function &fn) {
    fn_ = &fn;
    values_.clear();
    const image::TypeTable &types = module_.types;
    block_ = fn.addBlock();
    for (size_t i = 0; i < types.parameterCount(fn.signature); ++i)
      values_.push_back(fn.addParam(block_, types.parameter(fn.signature, i)));
    handler_ = ir::kNone;
    left_ = options_.statements;
    std::vector<ValueId> kept;
    for (unsigned i = 0; i < options_.longLived; ++i) {
      TypeId type = any(types_);
      kept.push_back(chance(50) ? fresh(type) : viaCall(type));
      values_.push_back(kept.back());
    }
    // Locals are set before anything reads them.
    for (unsigned i = below(4); i-- > 0;) {
      TypeId type = any(types_);
      fn.locals.push_back(type);
      append(Op::LocalSet, ir::kNone, {pick(type)}, fn.locals.size() - 1);
    }
    statements(0);
    for (ValueId value : kept)
      consume(value);
    finish();
  }

private:
  // ---- choices

  uint32_t below(uint32_t limit) { return limit == 0 ? 0 : random_() % limit; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T> T any(llvm::ArrayRef<T> items) { return items[below(items.size())]; }

  // ---- values

  ValueId append(Op op, TypeId type, llvm::ArrayRef<ValueId> operands, uint64_t imm = 0) {
    ir::InstId inst = fn_->append(block_, op, type, operands, imm);
    return fn_->insts[inst].result;
  }

  ValueId fresh(TypeId type) {
    if (ir::isScalar(type)) {
      uint64_t bits = chance(80) ? below(200) : random_();
      if (type == kBool)
        bits &= 1;
      if (type == kI64 && chance(20))
        bits = 0 - bits;
      return append(Op::Const, type, {}, bits);
    }
    if (type == image::kString)
      return append(Op::Str, type, {}, below(module_.strings.size()));
    if (type == image::kAny) {
      TypeId inner = chance(50) ? kI32 : image::kString;
      return append(Op::Box, type, {pick(inner)}, inner);
    }
    return append(Op::ArrNew, type, {}, below(10));
  }

  // A result of a call is where allocation is hardest.
  ValueId viaCall(TypeId type) {
    if (type == image::kString)
      return append(Op::CallNative, type, {pick(kI64)},
                    static_cast<uint64_t>(isa::NativeId::StringOfI64));
    for (size_t i = 0; i < module_.functions.size(); ++i)
      if (module_.types.result(module_.functions[i]->signature) == type && chance(40))
        return call(i);
    return fresh(type);
  }

  ValueId pick(TypeId type) {
    for (unsigned tries = 0; tries < 6 && !values_.empty(); ++tries) {
      // Recent values and old ones.
      size_t index = chance(50) ? values_.size() - 1 - below(std::min<size_t>(values_.size(), 8))
                                : below(values_.size());
      if (fn_->type(values_[index]) == type)
        return values_[index];
    }
    return fresh(type);
  }

  void consume(ValueId value) {
    TypeId type = fn_->type(value);
    switch (below(2)) {
    case 0: append(Op::Print, ir::kNone, {value}, module_.types.function({type}, {})); return;
    default:
      append(Op::AssertEq, ir::kNone, {pick(image::kString), value, pick(type)},
             module_.types.function({image::kString, type, type}, {}));
    }
  }

  // ---- statements

  void statements(unsigned depth) {
    for (unsigned count = 2 + below(8); count-- > 0 && left_ > 0;) {
      --left_;
      statement(depth);
    }
  }

  void statement(unsigned depth) {
    size_t scope = values_.size();
    unsigned kind = below(depth < 4 ? 24 : 14);
    if (kind < 8)
      return operation();
    if (kind < 11)
      return callStatement();
    if (kind < 13)
      return local();
    if (kind == 13)
      return consume(pick(any(types_)));
    std::vector<ValueId> results;
    switch (kind) {
    case 14:
    case 15:
    case 16: results = conditional(depth); break;
    case 17:
    case 18: results = whileLoop(depth); break;
    case 19:
    case 20: results = forLoop(depth); break;
    case 21: results = rangeLoop(depth); break;
    case 22: results = attempt(depth); break;
    default: results = switched(depth); break;
    }
    values_.resize(scope);
    values_.insert(values_.end(), results.begin(), results.end());
  }

  void operation() {
    TypeId type = any(types_);
    ValueId result;
    if (!ir::isScalar(type)) {
      result = reference(type);
    } else if (type == kBool) {
      TypeId of = any(types_);
      static constexpr Op kCompare[] = {Op::Eq, Op::Ne, Op::Lt, Op::Le};
      bool ordered = of != kBool && (ir::isScalar(of) || of == image::kString);
      Op op = of == image::kAny ? Op::EqVal : kCompare[below(ordered ? 4 : 2)];
      result = append(op, kBool, {pick(of), pick(of)});
    } else if (chance(15)) {
      TypeId from;
      do
        from = any(types_);
      while (!ir::isScalar(from) || from == type);
      result = append(Op::Cvt, type, {pick(from)});
    } else if (type != kF64 && chance(20)) {
      result = append(chance(50) ? Op::And : Op::Or, type, {pick(type), pick(type)});
    } else {
      static constexpr Op kOps[] = {Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Mod};
      result = append(kOps[below(5)], type, {pick(type), pick(type)});
    }
    values_.push_back(result);
  }

  ValueId reference(TypeId type) {
    if (type == image::kString)
      return append(Op::StrCat, type, {pick(type), pick(type)});
    if (type == image::kAny)
      return fresh(type);
    TypeId element = module_.types.element(type);
    switch (below(4)) {
    case 0: return append(Op::ArrFill, type, {pick(element), pick(kI64)});
    case 1: return append(Op::ArrSlice, type, {pick(type), pick(kI64), pick(kI64)});
    case 2:
      append(Op::ArrSet, ir::kNone, {pick(type), pick(kI32), pick(element)});
      append(Op::ArrPush, ir::kNone, {pick(type), pick(element)});
      return pick(type);
    default: return append(Op::ArrRepeat, type, {pick(type), pick(kI64)});
    }
  }

  ValueId call(size_t callee) {
    const image::TypeTable &types = module_.types;
    TypeId signature = module_.functions[callee]->signature;
    std::vector<ValueId> args;
    for (size_t i = 0; i < types.parameterCount(signature); ++i) {
      TypeId type = types.parameter(signature, i);
      // Nested calls and values computed just for the call.
      if (chance(25) && nesting_ < 3) {
        ++nesting_;
        args.push_back(viaCall(type));
        --nesting_;
      } else if (chance(50) && ir::isScalar(type) && type != kBool) {
        args.push_back(append(Op::Add, type, {pick(type), pick(type)}));
      } else {
        args.push_back(pick(type));
      }
    }
    auto result = types.result(signature);
    if (chance(20)) {
      ValueId function = append(Op::Func, signature, {}, callee);
      args.insert(args.begin(), function);
      return append(Op::CallValue, result.value_or(ir::kNone), args);
    }
    return append(Op::Call, result.value_or(ir::kNone), args, callee);
  }

  void callStatement() {
    ValueId result = call(below(module_.functions.size()));
    if (result != ir::kNone)
      values_.push_back(result);
  }

  void local() {
    if (fn_->locals.empty())
      return operation();
    uint64_t local = below(fn_->locals.size());
    TypeId type = fn_->locals[local];
    if (chance(50))
      append(Op::LocalSet, ir::kNone, {pick(type)}, local);
    else
      values_.push_back(append(Op::LocalGet, type, {}, local));
  }

  // ---- control flow

  using Arguments = std::vector<ValueId>;
  using TargetList = std::vector<std::pair<BlockId, Arguments>>;

  void terminate(Op op, llvm::ArrayRef<ValueId> operands, const TargetList &targets,
                 uint64_t imm = 0) {
    llvm::SmallVector<std::pair<BlockId, llvm::ArrayRef<ValueId>>, 4> list;
    for (const auto &[block, args] : targets)
      list.emplace_back(block, args);
    fn_->terminate(block_, op, operands, list, imm);
  }

  std::vector<TypeId> someTypes() {
    std::vector<TypeId> chosen(below(4));
    for (TypeId &type : chosen)
      type = any(types_);
    return chosen;
  }
  Arguments pickAll(llvm::ArrayRef<TypeId> types) {
    Arguments values;
    for (TypeId type : types)
      values.push_back(pick(type));
    return values;
  }
  Arguments addParams(BlockId block, llvm::ArrayRef<TypeId> types) {
    Arguments params;
    for (TypeId type : types)
      params.push_back(fn_->addParam(block, type));
    return params;
  }
  /// Statements of a nested body whose values end with it.
  void body(BlockId block, unsigned depth, llvm::ArrayRef<ValueId> visible = {}) {
    block_ = block;
    values_.insert(values_.end(), visible.begin(), visible.end());
    statements(depth + 1);
  }

  Arguments conditional(unsigned depth) {
    std::vector<TypeId> types = someTypes();
    BlockId then = fn_->addBlock(handler_), join = fn_->addBlock(handler_);
    ValueId condition = pick(kBool);
    size_t scope = values_.size();
    bool mayLeave = true;
    if (chance(30)) {
      Arguments args = pickAll(types);
      if (chance(50))
        terminate(Op::Branch, {condition}, {{then, {}}, {join, args}});
      else
        terminate(Op::Branch, {condition}, {{join, args}, {then, {}}});
    } else {
      BlockId otherwise = fn_->addBlock(handler_);
      terminate(Op::Branch, {condition}, {{then, {}}, {otherwise, {}}});
      body(otherwise, depth);
      mayLeave = leave(join, types, true);
      values_.resize(scope);
    }
    body(then, depth);
    leave(join, types, mayLeave);
    block_ = join;
    return addParams(join, types);
  }

  // Ends a body: on to the join, which gives true, or perhaps out of the function.
  bool leave(BlockId join, llvm::ArrayRef<TypeId> types, bool mayLeave) {
    if (mayLeave && chance(6)) {
      finish();
      return false;
    }
    if (mayLeave && chance(4)) {
      terminate(Op::Raise, {}, {}, static_cast<uint64_t>(base::Panic::ZeroRangeStep));
      return false;
    }
    Arguments args = pickAll(types);
    terminate(Op::Jump, {}, {{join, args}});
    return true;
  }

  Arguments whileLoop(unsigned depth) {
    std::vector<TypeId> types = someTypes();
    BlockId header = fn_->addBlock(handler_), inside = fn_->addBlock(handler_),
            exit = fn_->addBlock(handler_);
    terminate(Op::Jump, {}, {{header, pickAll(types)}});
    Arguments carried = addParams(header, types);
    block_ = header;
    values_.insert(values_.end(), carried.begin(), carried.end());
    if (chance(50))
      operation();
    terminate(Op::Branch, {pick(kBool)}, {{inside, {}}, {exit, {}}});
    body(inside, depth);
    terminate(Op::Jump, {}, {{header, pickAll(types)}});
    block_ = exit;
    return carried;
  }

  Arguments forLoop(unsigned depth) {
    static constexpr TypeId kCounters[] = {kI32, kI64, kU32, kU64};
    TypeId type = any<TypeId>(kCounters);
    std::vector<TypeId> types = someTypes();
    BlockId inside = fn_->addBlock(handler_), latch = fn_->addBlock(handler_),
            exit = fn_->addBlock(handler_);
    ValueId start = pick(type), limit = pick(type);
    ir::ForStepForm form;
    form.step = static_cast<uint8_t>(below(3));
    form.inclusive = chance(50);
    form.down = form.step != 0 && (type == kI32 || type == kI64) && chance(50);
    llvm::SmallVector<ValueId, 3> bounds{start, limit};
    ValueId step = form.step == 0 ? pick(type) : ir::kNone;
    Arguments initial = pickAll(types), first{start};
    first.insert(first.end(), initial.begin(), initial.end());
    terminate(Op::Branch, {pick(kBool)}, {{inside, first}, {exit, initial}});
    Arguments exits = addParams(exit, types);
    ValueId counter = fn_->addParam(inside, type);
    Arguments carried = addParams(inside, types);
    values_.push_back(counter);
    body(inside, depth, carried);
    Arguments next = pickAll(types);
    ValueId at = chance(80) ? counter : pick(type);
    terminate(Op::Jump, {}, {{latch, {}}});
    block_ = latch;
    llvm::SmallVector<ValueId, 3> operands{at, limit};
    if (step != ir::kNone)
      operands.push_back(step);
    terminate(Op::ForStep, operands, {{inside, next}, {exit, next}}, form.pack());
    block_ = exit;
    return exits;
  }

  Arguments rangeLoop(unsigned depth) {
    BlockId header = fn_->addBlock(handler_), inside = fn_->addBlock(handler_),
            exit = fn_->addBlock(handler_);
    ValueId range = append(Op::CallNative, image::kRange, {pick(kI64), pick(kI64), pick(kI64)},
                           static_cast<uint64_t>(isa::NativeId::MakeRange));
    std::vector<TypeId> types = someTypes();
    terminate(Op::Jump, {}, {{header, pickAll(types)}});
    Arguments carried = addParams(header, types);
    block_ = header;
    terminate(Op::RangeNext, {range}, {{inside, {}}, {exit, {}}});
    values_.push_back(fn_->addParam(inside, kI64));
    body(inside, depth, carried);
    terminate(Op::Jump, {}, {{header, pickAll(types)}});
    block_ = exit;
    return carried;
  }

  Arguments attempt(unsigned depth) {
    std::vector<TypeId> types = someTypes();
    BlockId handler = fn_->addBlock(handler_), join = fn_->addBlock(handler_);
    BlockId outer = std::exchange(handler_, handler);
    BlockId inside = fn_->addBlock(handler_);
    ValueId error = fn_->addParam(handler, image::kError);
    terminate(Op::TryEnter, {}, {{inside, {}}, {handler, {}}});
    size_t scope = values_.size();
    body(inside, depth);
    handler_ = outer;
    Arguments args = pickAll(types);
    terminate(Op::Jump, {}, {{join, args}});
    values_.resize(scope);
    block_ = handler;
    if (chance(70))
      append(Op::CallNative, image::kString, {error},
             static_cast<uint64_t>(isa::NativeId::TypeofError));
    body(handler, depth);
    leave(join, types, true);
    block_ = join;
    return addParams(join, types);
  }

  Arguments switched(unsigned depth) {
    std::vector<TypeId> types = someTypes();
    BlockId join = fn_->addBlock(handler_);
    TargetList targets;
    std::vector<BlockId> arms;
    Arguments shared = pickAll(types);
    ValueId tag = pick(kU32);
    for (unsigned i = 2 + below(4); i-- > 0;) {
      if (chance(30)) {
        targets.emplace_back(join, chance(50) ? shared : pickAll(types));
        continue;
      }
      arms.push_back(fn_->addBlock(handler_));
      targets.emplace_back(arms.back(), Arguments{});
    }
    terminate(Op::Switch, {tag}, targets);
    size_t scope = values_.size();
    for (BlockId arm : arms) {
      body(arm, depth);
      values_.push_back(tag);
      Arguments args = pickAll(types);
      terminate(Op::Jump, {}, {{join, args}});
      values_.resize(scope);
    }
    block_ = join;
    return addParams(join, types);
  }

  void finish() {
    if (auto type = module_.types.result(fn_->signature))
      return terminate(Op::Return, {pick(*type)}, {});
    terminate(Op::Return, {}, {});
  }

  ir::Module &module_;
  std::mt19937 &random_;
  const RandomIrOptions &options_;
  llvm::ArrayRef<TypeId> types_;
  ir::Function *fn_ = nullptr;
  BlockId block_ = 0, handler_ = ir::kNone;
  std::vector<ValueId> values_; // visible here
  unsigned left_ = 0, nesting_ = 0;
};

} // namespace

std::unique_ptr<ir::Module> randomModule(const RandomIrOptions &options) {
  std::mt19937 random(options.seed);
  auto module = std::make_unique<ir::Module>();
  for (const char *text : {"main", "one", "two"})
    module->string(text);
  std::vector<TypeId> types{kBool, kI32, kI32, kU32, kI64, kU64, kF64, image::kString, image::kAny};
  types.push_back(module->types.array(kI32));
  types.push_back(module->types.array(image::kString));

  auto addFunction = [&](const std::string &name, TypeId signature) {
    auto fn = std::make_unique<ir::Function>();
    fn->name = name;
    fn->signature = signature;
    module->functions.push_back(std::move(fn));
  };
  addFunction("main", module->types.function({}, {}));
  for (unsigned i = 1; i < options.functions; ++i) {
    std::vector<TypeId> parameters(random() % 9);
    for (TypeId &type : parameters)
      type = types[random() % types.size()];
    std::optional<TypeId> result;
    if (random() % 4 != 0)
      result = types[random() % types.size()];
    addFunction("f" + std::to_string(i), module->types.function(parameters, result));
  }
  for (auto &fn : module->functions)
    Generator(*module, random, options, types).generate(*fn);
  module->modules.push_back({module->string("main"), 0, 0, {}, {}, 0, {}});
  return module;
}

} // namespace orus::test
