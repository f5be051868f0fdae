#include "compiler/lower/ModuleLayout.h"

namespace orus::lower {

ModuleLayout::ModuleLayout(const sema::TypedProgram &program, const basic::Interner &names,
                           TypeMap &types, ir::Module &module) {
  uint32_t scalarBase = 0, referenceBase = 0;
  llvm::DenseMap<const sema::TypedModule *, image::ModuleId> ids;
  for (const auto &typed : program.modules) {
    image::Module layout;
    layout.name = module.string(names.text(typed->path));
    layout.scalarBase = scalarBase;
    layout.referenceBase = referenceBase;
    layout.initializer = typed->body->index;
    for (const sema::TypedModule *dependency : typed->dependencies)
      layout.dependencies.push_back(ids.lookup(dependency));
    for (const sema::Variable *variable : typed->variables) {
      image::ModuleSlot slot{types.map(variable->type), module.string(names.text(variable->name))};
      ModuleRegister &where = registers_[variable];
      bool isScalar = module.types.storage(slot.type).isScalar;
      if (variable->isPub)
        module.exports.push_back(
            {static_cast<image::ModuleId>(module.modules.size()), slot.name,
             image::ExportKind::Variable,
             static_cast<uint32_t>(isScalar ? layout.scalars.size() : layout.references.size()),
             slot.type});
      if (!isScalar) {
        where.slot = referenceBase + static_cast<uint32_t>(layout.references.size());
        layout.references.push_back(slot);
        continue;
      }
      where.slot = scalarBase + static_cast<uint32_t>(layout.scalars.size());
      layout.scalars.push_back(slot);
      if (!variable->maybeUninitialized)
        continue;
      where.initFlag = scalarBase + static_cast<uint32_t>(layout.scalars.size());
      layout.scalars.push_back({image::TypeTable::scalar(image::ScalarType::Bool), slot.name});
    }
    scalarBase += static_cast<uint32_t>(layout.scalars.size());
    referenceBase += static_cast<uint32_t>(layout.references.size());
    ids[typed.get()] = static_cast<image::ModuleId>(module.modules.size());
    module.modules.push_back(std::move(layout));
  }
}

} // namespace orus::lower
