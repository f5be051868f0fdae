#include "compiler/sema/Sema.h"

#include "compiler/sema/Inference.h"
#include "compiler/sema/Resolver.h"

namespace orus::sema {

/// The names of chapter 11, visible in every module.
static void declareBuiltins(SemaState &state) {
  static constexpr const char *kNames[] = {
#define ORUS_BUILTIN(ident, name, least, most) name,
#include "compiler/sema/Builtins.def"
  };
  for (size_t i = 0; i < std::size(kNames); ++i) {
    auto *builtin = state.declarations.make<BuiltinEntity>(
        EntityKind::Builtin, state.interner.intern(kNames[i]), {}, nullptr);
    builtin->builtin = static_cast<Builtin>(i);
    state.predeclared.push_back(builtin);
  }
  state.predeclared.push_back(
      state.declarations.make<EnumEntity>(EntityKind::Enum, state.result, {}, nullptr));
}

llvm::Expected<std::unique_ptr<TypedProgram>> analyze(ArrayRef<SourceModule> modules,
                                                      basic::Interner &interner,
                                                      basic::DiagnosticEngine &diags,
                                                      const SemaOptions &options) {
  auto program = std::make_unique<TypedProgram>();
  program->types = std::make_shared<TypeContext>(interner);
  SemaState state(interner, diags, *program);
  declareBuiltins(state);
  for (const SourceModule &source : modules) {
    ModuleInfo &module = state.modules.emplace_back();
    module.ast = source.ast;
    module.name = source.name;
    module.path = source.path ? source.path : source.name;
    for (uint32_t used : source.uses)
      module.uses.push_back(used < state.modules.size() ? &state.modules[used] : nullptr);
  }
  Resolver resolver(state);
  for (ModuleInfo &module : state.modules)
    resolver.resolve(module);
  Inference inference(state, options.stackBudget);
  inference.run();
  if (diags.hasErrors())
    return nullptr;
  return program;
}

} // namespace orus::sema
