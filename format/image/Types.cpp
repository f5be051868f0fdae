#include "format/image/Types.h"

#include <algorithm>
#include <utility>

namespace orus::image {
namespace {

// Spellings are for people; a table from a hostile image may describe ones of any size.
constexpr size_t kMaxSpelling = 2000;

constexpr const char *kScalarNames[] = {"bool", "i32", "u32", "i64", "u64", "f64"};
constexpr const char *kReferenceNames[] = {"string", "any", "range", "error"};

} // namespace

unsigned elementSize(ScalarType type) {
  switch (type) {
  case ScalarType::Bool: return 1;
  case ScalarType::I32:
  case ScalarType::U32: return 4;
  case ScalarType::I64:
  case ScalarType::U64:
  case ScalarType::F64: return 8;
  }
  return 8;
}

const char *name(ScalarType type) { return kScalarNames[static_cast<unsigned>(type)]; }

const char *name(TypeKind kind) {
  constexpr const char *kNames[] = {"scalar",   "string", "any",  "range", "error",  "array",
                                    "function", "struct", "enum", "cell",  "closure"};
  return kNames[static_cast<unsigned>(kind)];
}

TypeTable::TypeTable() {
  for (unsigned i = 0; i < kScalarTypeCount; ++i)
    intern({.kind = TypeKind::Scalar});
  for (TypeKind kind : {TypeKind::String, TypeKind::Any, TypeKind::Range, TypeKind::Error})
    intern({.kind = kind});
}

TypeId TypeTable::array(TypeId element) { return intern({TypeKind::Array, false, {element}}); }

TypeId TypeTable::function(const std::vector<TypeId> &parameters, std::optional<TypeId> result) {
  Type type{TypeKind::Function, result.has_value(), parameters};
  if (result)
    type.operands.push_back(*result);
  return intern(std::move(type));
}

size_t TypeTable::parameterCount(TypeId function) const {
  const Type &type = types_[function];
  return type.operands.size() - type.hasResult;
}

std::optional<TypeId> TypeTable::result(TypeId function) const {
  const Type &type = types_[function];
  if (!type.hasResult)
    return std::nullopt;
  return type.operands.back();
}

TypeId TypeTable::closure(TypeId signature, const std::vector<TypeId> &captures) {
  Type type{TypeKind::Closure, false, {signature}};
  type.operands.insert(type.operands.end(), captures.begin(), captures.end());
  return intern(std::move(type));
}

TypeId TypeTable::declare(TypeKind kind, std::string name, ModuleId module) {
  return add({.kind = kind, .name = std::move(name), .module = module});
}

static bool isPlain(const Type &type) {
  return type.kind == TypeKind::Enum &&
         std::ranges::all_of(type.members,
                             [](const Member &variant) { return variant.types.empty(); });
}

void TypeTable::define(TypeId id, std::vector<Member> members) {
  types_[id].members = std::move(members);
  isPlainEnum_[id] = isPlain(types_[id]);
}

TypeId TypeTable::add(Type type) {
  isPlainEnum_.push_back(isPlain(type));
  types_.push_back(std::move(type));
  return static_cast<TypeId>(types_.size() - 1);
}

Storage TypeTable::storage(TypeId id) const {
  if (id < kScalarTypeCount)
    return {true, static_cast<ScalarType>(id)};
  if (isPlainEnum(id))
    return {true, ScalarType::U32};
  return {false, {}};
}

const ObjectLayout &TypeTable::layout(TypeId id, uint32_t variant) const {
  auto [it, isNew] = layouts_.try_emplace(uint64_t{id} << 32 | variant);
  ObjectLayout &layout = it->second;
  if (!isNew)
    return layout;
  std::vector<TypeId> declared;
  const Type &type = types_[id];
  if (type.kind == TypeKind::Struct)
    for (const Member &field : type.members)
      declared.push_back(field.types[0]);
  else if (type.kind == TypeKind::Enum)
    declared = type.members[variant].types;
  else
    declared.assign(type.operands.begin() + 1, type.operands.end());
  for (bool scalars : {false, true})
    for (TypeId each : declared)
      if (storage(each).isScalar == scalars)
        layout.types.push_back(each);
  layout.references = static_cast<uint32_t>(
      std::ranges::count_if(declared, [&](TypeId each) { return !storage(each).isScalar; }));
  uint32_t next[2] = {0, layout.references};
  for (TypeId each : declared) {
    bool isScalar = storage(each).isScalar;
    layout.slots.push_back({isScalar, next[isScalar]++});
  }
  return layout;
}

bool TypeTable::append(Type type) {
  if (type.isNominal()) {
    add(std::move(type));
    return true;
  }
  TypeId next = static_cast<TypeId>(types_.size());
  return intern(std::move(type)) == next;
}

TypeId TypeTable::intern(Type type) {
  TypeId id = static_cast<TypeId>(types_.size());
  // The scalar rows look alike; they are known by their place and never looked up.
  if (type.kind != TypeKind::Scalar) {
    auto [it, isNew] = ids_.try_emplace(type, id);
    if (!isNew)
      return it->second;
  }
  return add(std::move(type));
}

size_t TypeTable::Hash::operator()(const Type &type) const {
  uint64_t hash = static_cast<uint64_t>(type.kind) * 2 + type.hasResult;
  for (TypeId operand : type.operands)
    hash = (hash ^ operand) * 0x9E3779B97F4A7C15 + (hash >> 29);
  return hash;
}

void TypeTable::spell(TypeId id, std::string &out) const {
  if (out.size() > kMaxSpelling)
    return;
  if (id >= types_.size()) {
    out += "?";
    return;
  }
  const Type &type = types_[id];
  if (id < kFirstComposite) {
    out += id < kScalarTypeCount ? kScalarNames[id] : kReferenceNames[id - kScalarTypeCount];
    return;
  }
  switch (type.kind) {
  case TypeKind::Array:
    out += '[';
    spell(element(id), out);
    out += ']';
    return;
  case TypeKind::Struct:
  case TypeKind::Enum: out += type.name; return;
  case TypeKind::Cell:
    out += "cell ";
    spell(type.operands[0], out);
    return;
  case TypeKind::Closure:
    out += "closure ";
    spell(type.operands[0], out);
    return;
  default: break;
  }
  out += "fn(";
  for (size_t i = 0; i < parameterCount(id) && out.size() <= kMaxSpelling; ++i) {
    if (i)
      out += ", ";
    spell(parameter(id, i), out);
  }
  out += ')';
  if (auto returned = result(id)) {
    out += " -> ";
    spell(*returned, out);
  }
}

std::string TypeTable::spelling(TypeId id) const {
  std::string out;
  spell(id, out);
  if (out.size() > kMaxSpelling)
    out += "…";
  return out;
}

} // namespace orus::image
