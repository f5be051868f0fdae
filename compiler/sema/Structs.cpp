// Structs, their fields and methods (manual 7.1 to 7.4).
#include "compiler/basic/Suggestions.h"
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

// ---- declarations

StructType *Inference::structType(StructEntity *entity) {
  if (!entity->info) {
    StructInfo &info = state_.program.structs.emplace_back();
    info.name = entity->name;
    info.isPub = entity->isPub;
    info.module = entity->module->typed;
    info.range = entity->range;
    entity->info = &info;
    structs_[&info] = entity;
  }
  return state_.types.structure(entity->info);
}

/// The struct whose values have this type, with its fields known; null if it is no struct.
StructEntity *Inference::entityOf(const Type *type) const {
  auto *structure = dyn_cast<StructType>(type);
  return structure ? structs_.lookup(structure->info) : nullptr;
}

/// Reads the types of the fields, which may mention any type of the module.
void Inference::needFields(StructEntity *entity) {
  structType(entity);
  if (std::exchange(entity->fieldsDone, true))
    return;
  Body *outer = std::exchange(body_, moduleBodies_.lookup(entity->module));
  for (const syntax::StructField &field : entity->decl->fields) {
    auto index = static_cast<uint32_t>(entity->fieldTypes.size());
    DeclaredType type = field.type ? declaredType(field.type, TypePlace::Part)
                                   : DeclaredType{unknown(), nullptr, {}};
    entity->fieldTypes.push_back(type);
    entity->info->fields.push_back({field.name.symbol, type.type});
    if (!field.name.symbol)
      continue;
    auto [first, isNew] = entity->fieldIndex.try_emplace(field.name.symbol, index);
    if (!isNew)
      error(Diag::RepeatedMember, field.name.range,
            state_.quoted(entity->name) + " has a field " + state_.quoted(field.name.symbol) +
                " already")
          .label("declared again")
          .note("the first is here", entity->decl->fields[first->second].name.range);
  }
  entity->defaultStates.resize(entity->fieldTypes.size());
  entity->defaultValues.resize(entity->fieldTypes.size());
  body_ = outer;
}

void Inference::checkStruct(StructEntity *entity) {
  needFields(entity);
  for (uint32_t i = 0; i < entity->fieldTypes.size(); ++i) {
    if (containsItself(entity, i))
      error(Diag::EndlessType, entity->decl->fields[i].name.range,
            "a " + state_.quoted(entity->name) + " would contain another one, without end")
          .label("leads back to " + state_.quoted(entity->name))
          .help("put it into an array or an enum");
    if (entity->decl->fields[i].defaultValue)
      defaultValue(entity, i);
  }
}

/// Whether the field leads back to the struct through fields that are structs.
bool Inference::containsItself(StructEntity *entity, uint32_t field) {
  llvm::SmallVector<StructEntity *, 8> work;
  llvm::DenseSet<StructEntity *> seen;
  auto add = [&](const DeclaredType &type) {
    if (StructEntity *next = entityOf(type.type); next && seen.insert(next).second)
      work.push_back(next);
  };
  add(entity->fieldTypes[field]);
  while (!work.empty()) {
    StructEntity *next = work.pop_back_val();
    if (next == entity)
      return true;
    needFields(next);
    for (const DeclaredType &type : next->fieldTypes)
      add(type);
  }
  return false;
}

/// The default of a field. Every literal shares its nodes, which are evaluated anew for each; they
/// mention nothing but what the module declares.
Expr *Inference::defaultValue(StructEntity *entity, uint32_t field) {
  const syntax::StructField &decl = entity->decl->fields[field];
  if (entity->defaultStates[field] == StructEntity::Default::Done)
    return entity->defaultValues[field];
  if (entity->defaultStates[field] == StructEntity::Default::Inferring) {
    error(Diag::EndlessType, decl.defaultValue->range,
          "the default of " + state_.quoted(decl.name.symbol) + " needs itself")
        .label("never comes to an end");
    return errorExpr(decl.defaultValue->range);
  }
  entity->defaultStates[field] = StructEntity::Default::Inferring;
  auto *trail = state_.types.trail();
  state_.types.setTrail(nullptr);
  Body *outer = std::exchange(body_, moduleBodies_.lookup(entity->module));
  bool outerDefault = std::exchange(isInDefault_, true);
  const DeclaredType &type = entity->fieldTypes[field];
  Expr *value = check(decl.defaultValue,
                      {type.type, type.lengths, Diag::TypeMismatch, "the field", type.range});
  isInDefault_ = outerDefault;
  body_ = outer;
  state_.types.setTrail(trail);
  entity->defaultValues[field] = value;
  entity->defaultStates[field] = StructEntity::Default::Done;
  return value;
}

// ---- values

Expr *Inference::inferStructLiteral(const syntax::StructLiteralExpr *literal) {
  const syntax::Name &name = literal->path.back();
  Entity *named = state_.declarations.ofNote(name.note);
  auto *entity = dyn_cast_or_null<StructEntity>(named);
  if (!entity) {
    bool isPrimitive =
        name.symbol && literal->path.size() == 1 && state_.namedPrimitive(name.symbol);
    if (isPrimitive || llvm::isa_and_nonnull<EnumEntity>(named))
      error(Diag::UnknownType, name.range, state_.quoted(name.symbol) + " is not a struct")
          .label("not a struct");
    for (const syntax::FieldValue &field : literal->fields)
      if (field.value)
        inferValue(field.value);
    return errorExpr(literal->range);
  }
  needFields(entity);
  llvm::SmallVector<Expr *, 8> values(entity->fieldTypes.size());
  llvm::SmallVector<SourceRange, 8> given(values.size());
  for (const syntax::FieldValue &field : literal->fields) {
    auto found =
        field.name.symbol ? entity->fieldIndex.find(field.name.symbol) : entity->fieldIndex.end();
    if (found == entity->fieldIndex.end()) {
      if (field.name.symbol)
        reportUnknownField(structType(entity), field.name);
      if (field.value)
        inferValue(field.value);
      continue;
    }
    uint32_t index = found->second;
    const DeclaredType &type = entity->fieldTypes[index];
    Expr *value = field.value ? check(field.value, {type.type, type.lengths, Diag::TypeMismatch,
                                                    "the field", type.range})
                              : errorExpr(field.name.range);
    if (values[index])
      error(Diag::RepeatedField, field.name.range,
            state_.quoted(field.name.symbol) + " is given twice")
          .label("given again")
          .note("the first value is here", given[index]);
    else
      given[index] = field.name.range;
    values[index] = value;
  }
  std::string missing;
  for (uint32_t i = 0; i < values.size(); ++i) {
    if (values[i])
      continue;
    const syntax::StructField &field = entity->decl->fields[i];
    if (field.defaultValue) {
      values[i] = defaultValue(entity, i);
      continue;
    }
    values[i] = errorExpr(literal->range);
    if (field.name.symbol)
      missing += (missing.empty() ? "" : ", ") + state_.quoted(field.name.symbol);
  }
  if (!missing.empty())
    error(Diag::MissingField, name.range,
          "a value is missing for " + missing + " of " + state_.quoted(entity->name))
        .label("without " + missing)
        .note("it is declared here", entity->range);
  auto *node = makeExpr<StructNewExpr>(ExprKind::StructNew, literal->range, structType(entity));
  node->fields = copy(values);
  return node;
}

/// The struct or enum that an expression names; null if it is a value.
Entity *Inference::typeNamed(const syntax::Expr *expr) const {
  Entity *entity = nullptr;
  if (auto *name = dyn_cast<syntax::NameExpr>(expr))
    entity = state_.declarations.ofNote(name->note);
  else if (auto *member = dyn_cast<syntax::MemberExpr>(expr))
    entity = state_.declarations.ofNote(member->member.note);
  bool isType = entity && (isa<StructEntity>(entity) || isa<EnumEntity>(entity));
  return isType ? entity : nullptr;
}

Expr *Inference::fieldOf(Expr *base, const syntax::Name &member, SourceRange range) {
  Type *type = typeOf(base);
  if (isUnknown(type) || !member.symbol)
    return errorExpr(range);
  StructEntity *entity = entityOf(type);
  if (!entity) {
    if (isa<TypeVariable>(type))
      error(Diag::CannotInfer, base->range, "the type of this is not clear from here");
    else
      reportUnknownField(type, member);
    return errorExpr(range);
  }
  needFields(entity);
  auto found = entity->fieldIndex.find(member.symbol);
  if (found == entity->fieldIndex.end()) {
    if (entity->methods.contains(member.symbol))
      error(Diag::NotAValue, member.range, state_.quoted(member.symbol) + " can only be called")
          .label("a method")
          .help("call it: `" + state_.text(member.symbol).str() + "(…)`");
    else
      reportUnknownField(type, member);
    return errorExpr(range);
  }
  auto *node =
      makeExpr<FieldExpr>(ExprKind::Field, range, entity->info->fields[found->second].type);
  node->base = base;
  node->field = found->second;
  return node;
}

// ---- methods

/// The function of this name in the `impl` blocks of a struct; reports if there is none.
FunctionInfo *Inference::methodOf(StructEntity *entity, const syntax::Name &name) {
  if (!name.symbol)
    return nullptr;
  if (FunctionInfo *method = entity->methods.lookup(name.symbol)) {
    if (!method->isPub && method->module != instance()->decl->module)
      error(Diag::PrivateName, name.range,
            state_.quoted(name.symbol) + " is private to `" +
                state_.text(method->module->name).str() + "`")
          .label("not public")
          .note("it is declared here", method->range);
    return method;
  }
  auto &report =
      error(Diag::UnknownMethod, name.range,
            state_.quoted(entity->name) + " has no method " + state_.quoted(name.symbol));
  llvm::SmallVector<StringRef> candidates;
  for (const auto &[symbol, method] : entity->methods)
    candidates.push_back(state_.text(symbol));
  llvm::sort(candidates);
  if (auto best = basic::closestName(state_.text(name.symbol), candidates))
    report.help("did you mean `" + best->str() + "`?").fix("replace it", name.range, best->str());
  return nullptr;
}

/// `S.f(…)`
Expr *Inference::callAssociated(StructEntity *entity, const syntax::MemberExpr *member,
                                const syntax::CallExpr *call) {
  FunctionInfo *function = methodOf(entity, member->member);
  if (function && !function->isMethod)
    return callFunction(function, call, member->member.range);
  if (function)
    error(Diag::MethodReceiver, member->member.range,
          state_.quoted(function->name) + " is a method: it is called on a value")
        .label("needs a value before the `.`")
        .help("call it on a value: `value." + state_.text(function->name).str() + "(…)`")
        .note("it is declared here", function->range);
  inferArguments(call);
  return errorExpr(call->range);
}

// ---- assignments

void Inference::assignField(const syntax::MemberExpr *place, const syntax::Expr *source,
                            Expr *known, Statements &out) {
  auto *target = dyn_cast<FieldExpr>(inferMember(place, {}));
  if (!target) {
    if (source)
      inferValue(source);
    return;
  }
  StructEntity *entity = entityOf(typeOf(target->base));
  const DeclaredType &type = entity->fieldTypes[target->field];
  Target wanted{type.type, type.lengths, Diag::TypeMismatch, "the field", type.range};
  auto *node = makeStmt<AssignFieldStmt>(StmtKind::AssignField, place->range);
  node->base = target->base;
  node->field = target->field;
  if (known)
    node->value = coerce(known, wanted);
  else
    node->value = source ? check(source, wanted) : errorExpr(place->range);
  out.push_back(node);
}

/// `v.f op= e`
void Inference::updateField(const syntax::CompoundAssignStmt *assign,
                            const syntax::MemberExpr *place, Statements &out) {
  auto *read = dyn_cast<FieldExpr>(inferMember(place, {}));
  if (!read) {
    inferValue(assign->value);
    return;
  }
  Expr *value = operand(assign->value, read);
  Expr *result = combineArithmetic(assign->op, assign->range, assign->opRange, read, value);
  auto *arithmetic = dyn_cast<ArithmeticExpr>(result);
  auto *concat = dyn_cast<ConcatExpr>(result);
  if ((arithmetic && arithmetic->left == read) || (concat && concat->left == read)) {
    auto *node = makeStmt<UpdateFieldStmt>(StmtKind::UpdateField, assign->range);
    node->base = read->base;
    node->field = read->field;
    node->value = arithmetic ? arithmetic->right : concat->right;
    node->op = static_cast<ArithmeticOp>(assign->op);
    node->opRange = assign->opRange;
    out.push_back(node);
    return;
  }
  // The field is converted on the way, as one of type `any`: read and store separately.
  StructEntity *entity = entityOf(typeOf(read->base));
  const DeclaredType &type = entity->fieldTypes[read->field];
  read->base = intoTemporary(read->base, out);
  auto *node = makeStmt<AssignFieldStmt>(StmtKind::AssignField, assign->range);
  node->base = read->base;
  node->field = read->field;
  node->value =
      coerce(result, {type.type, type.lengths, Diag::TypeMismatch, "the field", type.range});
  out.push_back(node);
}

} // namespace orus::sema
