// The structural type table of an image: what a reference slot, a module register, an array element
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
};
inline constexpr unsigned kTypeKindCount = 7;

inline constexpr TypeId kString = 6, kAny = 7, kRange = 8, kError = 9;
inline constexpr TypeId kFirstComposite = 10;

struct Type {
  TypeKind kind{};
  bool hasResult = false;
  std::vector<TypeId> operands; // ids lower than the type's own

  friend bool operator==(const Type &, const Type &) = default;
};

/// Where a value of a type lives and with which machine type.
struct Storage {
  bool isScalar;
  ScalarType scalar; // if isScalar
};

/// An interning builder and reader: structurally equal types have one id. Ids are dense, and refer
/// only to lower ids, so a table can be checked in one pass.
class TypeTable {
public:
  TypeTable(); // holds the predefined rows

  size_t size() const { return types_.size(); }
  const Type &operator[](TypeId id) const { return types_[id]; }

  static TypeId scalar(ScalarType type) { return static_cast<TypeId>(type); }
  TypeId array(TypeId element);
  TypeId function(const std::vector<TypeId> &parameters, std::optional<TypeId> result);

  /// Element type of an array type.
  TypeId element(TypeId array) const { return types_[array].operands[0]; }
  size_t parameterCount(TypeId function) const;
  TypeId parameter(TypeId function, size_t index) const { return types_[function].operands[index]; }
  std::optional<TypeId> result(TypeId function) const;

  Storage storage(TypeId id) const;
  /// As in source: `[i32]`, `fn(i32) -> bool` (manual 12.5).
  std::string spelling(TypeId id) const;

  /// Adds a row read from an image; false if there is an equal one.
  [[nodiscard]] bool append(Type type);

private:
  TypeId intern(Type type);
  void spell(TypeId id, std::string &out) const;

  struct Hash {
    size_t operator()(const Type &type) const;
  };
  std::vector<Type> types_;
  std::unordered_map<Type, TypeId, Hash> ids_;
};

} // namespace orus::image
