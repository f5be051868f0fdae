#include "format/image/Types.h"

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

TypeTable::TypeTable() {
  for (unsigned i = 0; i < kScalarTypeCount; ++i)
    intern({TypeKind::Scalar, false, {}});
  for (TypeKind kind : {TypeKind::String, TypeKind::Any, TypeKind::Range, TypeKind::Error})
    intern({kind, false, {}});
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

Storage TypeTable::storage(TypeId id) const {
  if (id < kScalarTypeCount)
    return {true, static_cast<ScalarType>(id)};
  return {false, {}};
}

bool TypeTable::append(Type type) {
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
  types_.push_back(std::move(type));
  return id;
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
  if (type.kind == TypeKind::Array) {
    out += '[';
    spell(element(id), out);
    out += ']';
    return;
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
