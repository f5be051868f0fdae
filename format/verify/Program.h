// The tables of an image, checked, with what the checks of code look up in them. Nothing here
// depends on the code of any function, so functions can be verified in any order.
#pragma once

#include "format/verify/Report.h"
#include "format/verify/Subject.h"

namespace orus::verify {

/// A function type with its parameters sorted into banks.
struct Signature {
  uint32_t first = 0; // in Program::parameters_: scalars, then references
  uint32_t scalarCount = 0, referenceCount = 0;
  std::optional<image::TypeId> result;

  // Types of registers: a u32 for an enum without payloads.
  bool returnsScalar() const { return result && *result < image::kScalarTypeCount; }
  bool returnsReference() const { return result && *result >= image::kScalarTypeCount; }
};

class Program {
public:
  Program(const Subject &image, Report &report) : image_(image), report_(report) {}

  /// Checks every table; false if a violation was recorded.
  bool check();

  const Subject &image() const { return image_; }
  Report &report() { return report_; }

  bool isFunctionType(image::TypeId id) const {
    return id < image_.types.size() && image_.types[id].kind == image::TypeKind::Function;
  }
  bool isArrayType(image::TypeId id) const {
    return id < image_.types.size() && image_.types[id].kind == image::TypeKind::Array;
  }
  /// Whether an existing type belongs to a class of reference types (Shape.h).
  bool isOfClass(image::TypeId id, image::TypeId typeClass) const;
  /// Of a function type.
  const Signature &signature(image::TypeId id) const { return signatures_[signatureOf_[id]]; }
  image::TypeId scalarParameter(const Signature &signature, uint32_t index) const {
    return parameters_[signature.first + index];
  }
  image::TypeId referenceParameter(const Signature &signature, uint32_t index) const {
    return parameters_[signature.first + signature.scalarCount + index];
  }

  /// Types of the module slots by absolute index.
  const std::vector<image::TypeId> &moduleScalars() const { return moduleScalars_; }
  const std::vector<image::TypeId> &moduleReferences() const { return moduleReferences_; }

private:
  bool fail(RuleId rule, std::string_view section, size_t index,
            std::initializer_list<Piece> sentence) {
    return report_.fail(rule, {section, static_cast<uint32_t>(index), Error::kNone, Error::kNone},
                        sentence);
  }

  // Program.cpp
  void addSignatures();
  void addSignature(image::TypeId id);
  // Tables.cpp
  bool checkName(std::string_view section, size_t index, image::StringId id, bool mayBeEmpty);
  bool checkTypes();
  bool checkConstants();
  bool checkNatives();
  bool checkNative(size_t index);
  bool checkManifest();
  bool checkTakesAndReturnsNothing(std::string_view section, size_t index, image::FunctionId id);
  // Functions.cpp
  bool checkFunctions();
  bool checkFunctionRecord(size_t index);
  bool checkClosure(size_t index, const Signature &signature);
  bool checkBank(size_t index, const image::Bank &bank, bool isScalar, const Signature &signature);
  bool checkCodeLayout();
  bool checkRanges();
  bool checkRange(size_t index, const char *what, uint32_t begin, uint32_t count, size_t size,
                  size_t &end);
  // Modules.cpp
  bool checkModules();
  bool checkModule(size_t index);
  bool checkModuleSlots(size_t index, const std::vector<image::ModuleSlot> &slots, uint32_t base,
                        bool isScalar);
  bool checkModuleNames();
  // Exports.cpp
  bool checkExports();
  bool checkExport(size_t index);
  bool isItem(const image::Export &row) const;

  const Subject &image_;
  Report &report_;
  std::vector<uint32_t> signatureOf_; // by type id
  std::vector<Signature> signatures_;
  std::vector<image::TypeId> parameters_;
  std::vector<image::TypeId> moduleScalars_, moduleReferences_;
  std::vector<uint8_t> checkedNames_; // by string id
};

} // namespace orus::verify
