#include "compiler/lower/Lower.h"

#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

namespace {

/// Statements of a module body that go into one IR function. Module variables live in module
/// registers, so a long body falls apart at any of its top-level statements; this bounds the size
/// of functions that the back end sees.
constexpr size_t kStatementsPerPiece = 1000;

class ProgramLowering {
public:
  ProgramLowering(const sema::TypedProgram &program, const basic::Interner &names)
      : program_(program), names_(names), module_(std::make_unique<ir::Module>()),
        types_(program, names, module_->types), layout_(program, names, types_, *module_),
        captures_(types_, module_->types), context_{*module_, names, types_, layout_, captures_} {}

  llvm::Expected<std::unique_ptr<ir::Module>> run() {
    for (const auto &instance : program_.functions)
      addFunction(*instance);
    for (const auto &instance : program_.functions)
      if (!lowerFunction(*instance))
        return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                       "function '" + names_.text(instance->name).str() +
                                           "' reads a variable that has no value");
    addEntry();
    addExports();
    return std::move(module_);
  }

private:
  image::TypeId procedureType() { return module_->types.function({}, std::nullopt); }

  void addFunction(const sema::FunctionInstance &instance) {
    auto function = std::make_unique<ir::Function>();
    function->name = instance.isModuleBody ? "" : names_.text(instance.name).str();
    function->loc = instance.range.begin;
    function->module = types_.module(instance.module);
    function->hot = instance.hot;
    function->cold = instance.cold;
    function->inlineHint = instance.inlineHint;
    function->noinline = instance.noinline;
    std::vector<image::TypeId> parameters;
    for (const sema::Variable *parameter : instance.parameters)
      parameters.push_back(types_.map(parameter->type));
    function->signature = module_->types.function(parameters, types_.mapResult(instance.result));
    if (!instance.captures.empty())
      function->closure = context_.captures.closureType(instance, function->signature);
    module_->functions.push_back(std::move(function));
  }

  bool lowerFunction(const sema::FunctionInstance &instance) {
    ir::Function &function = *module_->functions[instance.index];
    llvm::ArrayRef<sema::Stmt *> statements = instance.body->statements;
    if (!instance.isModuleBody || statements.size() <= kStatementsPerPiece)
      return FunctionLowering(context_, function, &instance)
          .run(instance.parameters, *instance.body, statements);
    return lowerInPieces(instance, statements);
  }

  bool lowerInPieces(const sema::FunctionInstance &instance,
                     llvm::ArrayRef<sema::Stmt *> statements) {
    std::vector<image::FunctionId> pieces;
    for (size_t begin = 0; begin < statements.size(); begin += kStatementsPerPiece) {
      auto piece = std::make_unique<ir::Function>();
      piece->signature = procedureType();
      piece->module = module_->functions[instance.index]->module;
      piece->loc = statements[begin]->range.begin;
      size_t count = std::min(kStatementsPerPiece, statements.size() - begin);
      pieces.push_back(static_cast<image::FunctionId>(module_->functions.size()));
      module_->functions.push_back(std::move(piece));
      if (!FunctionLowering(context_, *module_->functions.back(), nullptr)
               .run({}, *instance.body, statements.slice(begin, count)))
        return false;
    }
    callInOrder(*module_->functions[instance.index], pieces);
    return true;
  }

  /// The calls carry no position, so that no stack trace shows them; the callees stay functions of
  /// their own, since traces tell by the function what is the top level.
  void callInOrder(ir::Function &function, llvm::ArrayRef<image::FunctionId> callees) {
    ir::BlockId block = function.addBlock();
    for (image::FunctionId callee : callees) {
      function.append(block, Op::Call, ir::kNone, {}, callee);
      module_->functions[callee]->noinline = true;
    }
    function.terminate(block, Op::Return, {}, {});
  }

  void addEntry() {
    auto entry = std::make_unique<ir::Function>();
    entry->signature = procedureType();
    entry->module = static_cast<image::ModuleId>(program_.modules.size() - 1);
    std::vector<image::FunctionId> bodies;
    for (const auto &module : program_.modules)
      bodies.push_back(module->body->index);
    callInOrder(*entry, bodies);
    module_->entry = static_cast<image::FunctionId>(module_->functions.size());
    module_->functions.push_back(std::move(entry));
  }

  // Variables have theirs from the layout. Rows are named, so that several instances of a generic
  // function or enum are not an export: none of them is what the name stands for.
  void addExports() {
    std::vector<image::Export> &exports = module_->exports;
    for (const auto &instance : program_.functions) {
      const ir::Function &function = *module_->functions[instance->index];
      if (!instance->isPub || instance->madeAt.valid() || function.name.empty())
        continue;
      std::string name = function.name;
      if (instance->receiver)
        name = (names_.text(instance->receiver) + "." + name).str();
      exports.push_back({function.module, module_->string(name), image::ExportKind::Function,
                         instance->index, function.signature});
    }
    types_.forEachNominal([&](image::TypeId row, const auto &info) {
      bool isGeneric = false;
      if constexpr (requires { info.parameters; })
        isGeneric = !info.parameters.empty();
      if (info.isPub && info.module && !isGeneric)
        exports.push_back({types_.module(info.module), module_->string(names_.text(info.name)),
                           image::ExportKind::Type, 0, row});
    });
    llvm::sort(exports, [&](const image::Export &a, const image::Export &b) {
      return std::tuple(a.module, llvm::StringRef(module_->strings[a.name]), a.kind) <
             std::tuple(b.module, llvm::StringRef(module_->strings[b.name]), b.kind);
    });
  }

  const sema::TypedProgram &program_;
  const basic::Interner &names_;
  std::unique_ptr<ir::Module> module_;
  TypeMap types_;
  ModuleLayout layout_;
  Captures captures_;
  ProgramContext context_;
};

} // namespace

llvm::Expected<std::unique_ptr<ir::Module>> lower(const sema::TypedProgram &program,
                                                  const basic::Interner &names) {
  return ProgramLowering(program, names).run();
}

} // namespace orus::lower
