// Enums, their instances and values (manual 7.5, 7.6).
#include "compiler/basic/Suggestions.h"
#include "compiler/sema/Inference.h"

namespace orus::sema {

using basic::Diag;
using llvm::cast;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::isa;

// ---- declarations

EnumInfo *Inference::enumInfo(EnumEntity *entity) {
  if (entity->info)
    return entity->info;
  EnumInfo &info = state_.program.enums.emplace_back();
  info.name = entity->name;
  info.isPub = entity->isPub;
  info.module = entity->module ? entity->module->typed : nullptr;
  info.range = entity->range;
  entity->info = &info;
  enums_[&info] = entity;
  if (entity->decl)
    for (const syntax::Name &parameter : entity->decl->typeParameters)
      info.parameters.push_back(
          state_.types.fresh(VariableOrigin::TypeParameter, parameter.range, parameter.symbol));
  return &info;
}

EnumEntity *Inference::enumOf(const Type *type) const {
  auto *enumeration = dyn_cast<EnumType>(type);
  return enumeration ? enums_.lookup(enumeration->info) : nullptr;
}

/// Reads the variants, whose payloads may mention any type of the module.
void Inference::needPayloads(EnumEntity *entity) {
  EnumInfo *info = enumInfo(entity);
  if (std::exchange(entity->payloadsDone, true))
    return;
  if (!entity->decl) {
    info->variants.push_back({state_.interner.intern("Ok"), {state_.types.any()}});
    info->variants.push_back({state_.interner.intern("Err"), {stringType()}});
    return;
  }
  Body *outer = std::exchange(body_, moduleBodies_.lookup(entity->module));
  const EnumEntity *outerEnum = std::exchange(openEnum_, entity);
  info->variants.reserve(entity->decl->variants.size());
  for (const syntax::EnumVariant &variant : entity->decl->variants) {
    Variant &made = info->variants.emplace_back();
    made.name = variant.name.symbol;
    for (const syntax::VariantPayload &payload : variant.payload)
      made.payload.push_back(payload.type ? declaredType(payload.type, TypePlace::Part).type
                                          : unknown());
  }
  openEnum_ = outerEnum;
  body_ = outer;
}

void Inference::checkEnum(EnumEntity *entity) {
  auto refuseRepeated = [&](auto names, const char *what) {
    llvm::DenseMap<Symbol, SourceRange> seen;
    for (const syntax::Name &name : names) {
      if (!name.symbol)
        continue;
      auto [first, isNew] = seen.try_emplace(name.symbol, name.range);
      if (!isNew)
        error(Diag::RepeatedMember, name.range,
              state_.quoted(entity->name) + " has a " + what + " " + state_.quoted(name.symbol) +
                  " already")
            .label("declared again")
            .note("the first is here", first->second);
    }
  };
  refuseRepeated(entity->decl->typeParameters, "type parameter");
  refuseRepeated(
      llvm::map_range(entity->decl->variants, [](const syntax::EnumVariant &v) { return v.name; }),
      "variant");
  needPayloads(entity);
}

/// An instance whose payload needs an ever larger instance would have no end. A type parameter of
/// one enum flows into that of another where a payload mentions it; it must not flow back to itself
/// with something around it (expansive cycles, Kennedy and Pierce 2007).
void Inference::refuseEndlessEnums() {
  struct Edge {
    TypeVariable *from, *to;
    bool grows;
    SourceRange range;
  };
  std::vector<Edge> edges;
  llvm::DenseMap<TypeVariable *, llvm::SmallVector<TypeVariable *, 2>> next;
  auto collect = [&](Type *payload, SourceRange range) {
    llvm::SmallVector<Type *, 8> work{payload};
    while (!work.empty()) {
      Type *type = TypeContext::resolve(work.pop_back_val());
      if (auto *array = dyn_cast<ArrayType>(type)) {
        work.push_back(array->element);
      } else if (auto *function = dyn_cast<FunctionType>(type)) {
        work.append(function->parameters.begin(), function->parameters.end());
        work.push_back(function->result);
      } else if (auto *enumeration = dyn_cast<EnumType>(type)) {
        for (size_t i = 0; i < enumeration->arguments.size(); ++i) {
          Type *argument = enumeration->arguments[i];
          TypeVariable *to = enumeration->info->parameters[i];
          work.push_back(argument);
          state_.types.forEachOpen(argument, [&](TypeVariable *from) {
            edges.push_back({from, to, argument != from, range});
            next[from].push_back(to);
          });
        }
      }
    }
  };
  for (Entity *each : state_.declarations.all()) {
    auto *entity = dyn_cast<EnumEntity>(each);
    if (!entity || !entity->payloadsDone || !entity->decl || entity->decl->typeParameters.empty())
      continue;
    for (size_t i = 0; i < entity->info->variants.size(); ++i)
      for (Type *payload : entity->info->variants[i].payload)
        collect(payload, entity->decl->variants[i].name.range);
  }
  for (const Edge &edge : edges) {
    if (!edge.grows)
      continue;
    llvm::SmallVector<TypeVariable *, 8> work{edge.to};
    llvm::DenseSet<TypeVariable *> seen;
    bool returns = false;
    while (!work.empty() && !returns) {
      TypeVariable *at = work.pop_back_val();
      returns = at == edge.from;
      if (!seen.insert(at).second)
        continue;
      if (auto it = next.find(at); it != next.end())
        work.append(it->second.begin(), it->second.end());
    }
    if (!returns)
      continue;
    state_.diags
        .report(Diag::EndlessType, edge.range,
                "this payload needs ever larger instances of its enum")
        .label("never comes to an end");
    return;
  }
}

// ---- types

EnumType *Inference::openInstance(EnumEntity *entity, SourceRange range) {
  EnumInfo *info = enumInfo(entity);
  llvm::SmallVector<Type *, 4> arguments;
  for (size_t i = 0; i < info->parameters.size(); ++i)
    arguments.push_back(state_.types.fresh(VariableOrigin::EnumArgument, range));
  return state_.types.enumeration(info, arguments);
}

Type *Inference::enumType(EnumEntity *entity, const syntax::PathType *path, TypePlace place) {
  EnumInfo *info = enumInfo(entity);
  size_t wanted = info->parameters.size();
  std::string name = state_.quoted(entity->name);
  if (path->hasArguments) {
    llvm::SmallVector<Type *, 4> arguments;
    for (const syntax::TypeExpr *argument : path->arguments)
      arguments.push_back(declaredType(argument, TypePlace::Part).type);
    if (arguments.size() == wanted)
      return state_.types.enumeration(info, arguments);
    std::string takes = wanted ? "takes " + std::to_string(wanted) : "takes no";
    error(Diag::TypeArguments, path->path.back().range,
          name + " " + takes + (wanted == 1 ? " type argument" : " type arguments") + ", not " +
              std::to_string(arguments.size()))
        .label(wanted ? "generic enum" : "not a generic enum");
    return unknown();
  }
  if (wanted == 0)
    return state_.types.enumeration(info, {});
  if (place != TypePlace::Part)
    return openInstance(entity, path->range);
  error(Diag::TypeArguments, path->path.back().range, name + " needs its type arguments here")
      .label("of which types?");
  return unknown();
}

/// The type with new variables in place of its open ones.
Type *Inference::freshen(Type *type, SourceRange range) {
  if (!type->open)
    return type;
  llvm::SmallVector<TypeVariable *, 4> open;
  llvm::SmallVector<Type *, 4> fresh;
  state_.types.forEachOpen(type, [&](TypeVariable *variable) {
    if (llvm::is_contained(open, variable))
      return;
    open.push_back(variable);
    fresh.push_back(state_.types.fresh(variable->origin, range));
  });
  return state_.types.substitute(type, open, fresh);
}

Type *Inference::payloadType(const EnumType *type, uint32_t variant, size_t index) {
  Type *declared = type->info->variants[variant].payload[index];
  if (type->info->parameters.empty())
    return declared;
  return state_.types.substitute(declared, type->info->parameters, type->arguments);
}

// ---- values

/// The number of a variant; reports if there is none of this name.
std::optional<uint32_t> Inference::variantNamed(EnumEntity *entity, const syntax::Name &name) {
  needPayloads(entity);
  const std::vector<Variant> &variants = entity->info->variants;
  if (!name.symbol)
    return std::nullopt;
  for (uint32_t i = 0; i < variants.size(); ++i)
    if (variants[i].name == name.symbol)
      return i;
  auto &report =
      error(Diag::UnknownVariant, name.range,
            state_.quoted(entity->name) + " has no variant " + state_.quoted(name.symbol));
  llvm::SmallVector<StringRef> candidates;
  for (const Variant &variant : variants)
    candidates.push_back(state_.text(variant.name));
  if (auto best = basic::closestName(state_.text(name.symbol), candidates))
    report.help("did you mean `" + best->str() + "`?").fix("replace it", name.range, best->str());
  else
    report.help("its variants are " + basic::listNames(candidates));
  return std::nullopt;
}

/// `E.V` or `E.V(…)`; `call` is null without parentheses.
Expr *Inference::variantValue(EnumEntity *entity, const syntax::Name &name,
                              const syntax::CallExpr *call, SourceRange range, Hint hint) {
  std::optional<uint32_t> variant = variantNamed(entity, name);
  if (!variant) {
    if (call)
      inferArguments(call);
    return errorExpr(range);
  }
  EnumType *type = openInstance(entity, range);
  // What is expected decides before the payload does, so that literals adapt to it.
  if (hint.type && type->open)
    if (auto *wanted = dyn_cast<EnumType>(TypeContext::resolve(hint.type));
        wanted && wanted->info == type->info)
      state_.types.unify(type, wanted);
  size_t wanted = entity->info->variants[*variant].payload.size();
  size_t given = call ? call->arguments.size() : 0;
  std::string text =
      "`" + state_.text(entity->name).str() + "." + state_.text(name.symbol).str() + "`";
  auto *node = makeExpr<VariantNewExpr>(ExprKind::VariantNew, range, type);
  if (given != wanted) {
    error(Diag::VariantArguments, name.range,
          text + " carries " + std::to_string(wanted) + (wanted == 1 ? " value" : " values") +
              ", not " + std::to_string(given))
        .label(std::to_string(given) + (given == 1 ? " value" : " values"));
    if (call)
      inferArguments(call);
    node->type = type->open ? unknown() : type;
    return node;
  }
  node->variant = *variant;
  llvm::SmallVector<Expr *, 4> payload;
  for (size_t i = 0; i < given; ++i)
    payload.push_back(check(
        call->arguments[i],
        {payloadType(type, *variant, i), nullptr, Diag::ArgumentType, text,
         entity->decl ? entity->decl->variants[*variant].payload[i].name.range : SourceRange()}));
  node->payload = copy(payload);
  return node;
}

/// `subject matches E.V(x, _)`; null if the right side is no constructor with a `_`.
Expr *Inference::variantTest(Expr *subject, const syntax::BinaryExpr *test) {
  auto *call = dyn_cast<syntax::CallExpr>(test->right);
  auto *member = call ? dyn_cast<syntax::MemberExpr>(call->callee) : nullptr;
  auto *entity = member ? dyn_cast_or_null<EnumEntity>(typeNamed(member->base)) : nullptr;
  auto isWildcard = [&](const syntax::Expr *argument) {
    auto *name = dyn_cast<syntax::NameExpr>(argument);
    return name && name->symbol == state_.underscore;
  };
  if (!entity || llvm::none_of(call->arguments, isWildcard))
    return nullptr;
  auto *node = makeExpr<VariantTestExpr>(ExprKind::VariantTest, test->range, boolType());
  node->subject = subject;
  std::optional<uint32_t> variant = variantNamed(entity, member->member);
  auto giveUp = [&]() -> Expr * {
    for (const syntax::Expr *argument : call->arguments)
      if (!isWildcard(argument))
        inferValue(argument);
    return errorExpr(test->range);
  };
  if (!variant)
    return giveUp();
  size_t wanted = entity->info->variants[*variant].payload.size();
  if (wanted != call->arguments.size()) {
    error(Diag::VariantArguments, member->member.range,
          state_.quoted(member->member.symbol) + " carries " + std::to_string(wanted) +
              (wanted == 1 ? " value" : " values") + ", not " +
              std::to_string(call->arguments.size()))
        .label("another number of values");
    return giveUp();
  }
  EnumType *type = openInstance(entity, test->right->range);
  if (typeOf(subject)->kind == TypeKind::Any) {
    error(Diag::MixedOperands, test->opRange, "`_` needs a subject of a known enum; this is `any`")
        .label(subject->range, "`any`")
        .help("give it a type first");
    return giveUp();
  }
  if (isUnknown(typeOf(subject)) || state_.types.unify(subject->type, type) != Unified::Yes) {
    if (!isUnknown(typeOf(subject))) {
      Expr *right = errorExpr(test->right->range);
      right->type = type;
      mixed("matches", test->opRange, test->range, subject, right);
    }
    return giveUp();
  }
  node->variant = *variant;
  llvm::SmallVector<Expr *, 4> payload;
  for (size_t i = 0; i < wanted; ++i) {
    const syntax::Expr *argument = call->arguments[i];
    payload.push_back(isWildcard(argument) ? nullptr
                                           : check(argument, {payloadType(type, *variant, i),
                                                              nullptr,
                                                              Diag::ArgumentType,
                                                              state_.quoted(member->member.symbol),
                                                              {}}));
  }
  node->payload = copy(payload);
  return node;
}

} // namespace orus::sema
