// The type table of an image: what a reference slot, a module register, an array element, a field
// or a signature may hold. The compiler builds it, the verifier and the VM read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace orus::image {

using TypeId = uint32_t;
using StringId = uint32_t;
using FunctionId = uint32_t;
using ModuleId = uint32_t;

/// Types of the scalar bank. The numbers are those of the first rows of every type table.
enum class ScalarType : uint8_t { Bool, I32, U32, I64, U64, F64 };
inline constexpr unsigned kScalarTypeCount = 6;

/// Bytes of an element of this type in an array: 1, 4 or 8.
unsigned elementSize(ScalarType type);
const char *name(ScalarType type); // "i32"

enum class TypeKind : uint8_t {
  Scalar,   // rows 0…5, in the order of ScalarType
  String,   // row 6
  Any,      // row 7
  Range,    // row 8
  Error,    // row 9
  Array,    // operands: element
  Function, // operands: parameters…, then the result if hasResult
  Struct,   // members: its fields, one type each
  Enum,     // members: its variants, each with the types of its payload
  Cell,     // operands: the type of the captured variable inside
  Closure,  // operands: the signature, then the types of the captures
};
inline constexpr unsigned kTypeKindCount = 11;

const char *name(TypeKind kind); // "array"

inline constexpr TypeId kString = 6, kAny = 7, kRange = 8, kError = 9;
inline constexpr TypeId kFirstComposite = 10;

/// A field of a struct or a variant of an enum.
struct Member {
  std::string name;
  std::vector<TypeId> types;
  friend bool operator==(const Member &, const Member &) = default;
};

struct Type {
  TypeKind kind{};
  bool hasResult = false;
  std::vector<TypeId> operands{}; // ids lower than the type's own
  // Struct and Enum. An instance of a generic enum has the name of the enum.
  std::string name{};
  ModuleId module = 0;
  std::vector<Member> members{}; // in order of declaration; may name any type

  bool isNominal() const { return kind == TypeKind::Struct || kind == TypeKind::Enum; }
  friend bool operator==(const Type &, const Type &) = default;
};

/// Where a value of a type lives and with which machine type.
struct Storage {
  bool isScalar;
  ScalarType scalar; // if isScalar
};

/// Place of a field of an object or of a capture of a closure, in words of eight bytes.
struct ObjectSlot {
  bool isScalar = false;
  uint32_t index = 0;
};

/// How the fields of a struct, a variant or a closure lie in an object: references first, then
/// scalars, both in order of declaration.
struct ObjectLayout {
  std::vector<ObjectSlot> slots; // by declared index
  std::vector<TypeId> types;     // declared types, by place
  uint32_t references = 0;       // how many of the places hold references
};

/// An interning builder and reader: structurally equal types have one id. Ids are dense. Structural
/// types refer only to lower ids; structs and enums are equal to themselves only, and what they are
/// made of may be said after others refer to them.
class TypeTable {
public:
  TypeTable(); // holds the predefined rows

  size_t size() const { return types_.size(); }
  const Type &operator[](TypeId id) const { return types_[id]; }

  static TypeId scalar(ScalarType type) { return static_cast<TypeId>(type); }
  TypeId array(TypeId element);
  TypeId function(const std::vector<TypeId> &parameters, std::optional<TypeId> result);

  TypeId cell(TypeId content) { return intern({TypeKind::Cell, false, {content}}); }
  TypeId closure(TypeId signature, const std::vector<TypeId> &captures);
  /// A new struct or enum without members.
  TypeId declare(TypeKind kind, std::string name, ModuleId module);
  /// Gives a declared type its members, before anyone asks for its storage or layout.
  void define(TypeId id, std::vector<Member> members);

  /// Element type of an array type.
  TypeId element(TypeId array) const { return types_[array].operands[0]; }
  size_t parameterCount(TypeId function) const;
  TypeId parameter(TypeId function, size_t index) const { return types_[function].operands[index]; }
  std::optional<TypeId> result(TypeId function) const;

  /// Whether it is an enum of which no variant has a payload: its values are u32 scalars, the
  /// numbers of their variants.
  bool isPlainEnum(TypeId id) const { return isPlainEnum_[id]; }
  Storage storage(TypeId id) const;
  /// The type of a register that holds a value of type `id`: u32 for an enum without payloads.
  TypeId valueType(TypeId id) const { return isPlainEnum(id) ? scalar(ScalarType::U32) : id; }
  /// Of a struct (variant 0), of a variant of an enum, or of the captures of a closure. Stays valid
  /// until a type is added.
  const ObjectLayout &layout(TypeId id, uint32_t variant = 0) const;
  /// As in source: `[i32]`, `fn(i32) -> bool`, `Point` (manual 12.5).
  std::string spelling(TypeId id) const;

  /// Adds a row read from an image; false if there is an equal structural one.
  [[nodiscard]] bool append(Type type);

private:
  TypeId intern(Type type);
  TypeId add(Type type);
  void spell(TypeId id, std::string &out) const;

  struct Hash {
    size_t operator()(const Type &type) const;
  };
  std::vector<Type> types_;
  std::vector<bool> isPlainEnum_; // by type
  std::unordered_map<Type, TypeId, Hash> ids_;
  mutable std::unordered_map<uint64_t, ObjectLayout> layouts_; // by id and variant, as asked for
};

} // namespace orus::image
