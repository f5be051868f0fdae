// The records of archive sections: their serialize() functions are the definition of the format.
// Their names and field names appear in error messages and in the schema, whose hash is in every
// image. A newer minor version may append fields to a record, guarded by `version`.
#pragma once

#include "format/image/Archive.h"
#include "format/image/Description.h"
#include "format/image/Image.h"

#include <boost/serialization/level.hpp>
#include <boost/serialization/tracking.hpp>

namespace orus::image {

template <> inline constexpr unsigned kEnumerators<TypeKind> = kTypeKindCount;
template <> inline constexpr unsigned kEnumerators<ScalarType> = kScalarTypeCount;
template <> inline constexpr unsigned kEnumerators<isa::Role> = 5;
template <> inline constexpr unsigned kEnumerators<ExportKind> = kExportKindCount;

/// The name of a record type in the schema.
template <class T> inline constexpr const char *kRecordName = nullptr;

// clang-format off
#define ORUS_FIELD(record, field) boost::serialization::make_nvp(#field, record.field)

template <class Archive> void serialize(Archive &ar, Manifest &m, unsigned) {
  ar & ORUS_FIELD(m, producer) & ORUS_FIELD(m, edition) & ORUS_FIELD(m, entry);
  ar & ORUS_FIELD(m, optimization) & ORUS_FIELD(m, registerBudget);
}

template <class Archive> void serialize(Archive &ar, Member &m, unsigned) {
  ar & ORUS_FIELD(m, name) & ORUS_FIELD(m, types);
}

template <class Archive> void serialize(Archive &ar, Type &t, unsigned) {
  ar & ORUS_FIELD(t, kind) & ORUS_FIELD(t, hasResult) & ORUS_FIELD(t, operands);
  ar & ORUS_FIELD(t, name) & ORUS_FIELD(t, module) & ORUS_FIELD(t, members);
}

template <class Archive> void serialize(Archive &ar, Native &n, unsigned) {
  ar & ORUS_FIELD(n, name) & ORUS_FIELD(n, signature);
}

template <class Archive> void serialize(Archive &ar, BankSummary &s, unsigned) {
  ar & ORUS_FIELD(s, maxPressure) & ORUS_FIELD(s, pressureLine) & ORUS_FIELD(s, registersUsed);
  ar & ORUS_FIELD(s, spillSlots) & ORUS_FIELD(s, spillStores) & ORUS_FIELD(s, spillLoads);
  ar & ORUS_FIELD(s, splits) & ORUS_FIELD(s, coalesced) & ORUS_FIELD(s, rematerialized);
}

template <class Archive> void serialize(Archive &ar, Bank &b, unsigned) {
  ar & ORUS_FIELD(b, slotTypes) & ORUS_FIELD(b, registers) & ORUS_FIELD(b, outgoing);
}

template <class Archive> void serialize(Archive &ar, Function &f, unsigned) {
  ar & ORUS_FIELD(f, name) & ORUS_FIELD(f, signature) & ORUS_FIELD(f, module);
  ar & ORUS_FIELD(f, closure);
  ar & ORUS_FIELD(f, codeOffset) & ORUS_FIELD(f, codeLength);
  ar & ORUS_FIELD(f, scalars) & ORUS_FIELD(f, references);
  ar & ORUS_FIELD(f, handlerBegin) & ORUS_FIELD(f, handlerCount);
  ar & ORUS_FIELD(f, lineBegin) & ORUS_FIELD(f, lineCount);
  ar & ORUS_FIELD(f, scalarSummary) & ORUS_FIELD(f, referenceSummary);
  ar & ORUS_FIELD(f, sourceHash) & ORUS_FIELD(f, line);
}

template <class Archive> void serialize(Archive &ar, ModuleSlot &s, unsigned) {
  ar & ORUS_FIELD(s, type) & ORUS_FIELD(s, name);
}

template <class Archive> void serialize(Archive &ar, Module &m, unsigned) {
  ar & ORUS_FIELD(m, name) & ORUS_FIELD(m, scalarBase) & ORUS_FIELD(m, referenceBase);
  ar & ORUS_FIELD(m, scalars) & ORUS_FIELD(m, references);
  ar & ORUS_FIELD(m, initializer) & ORUS_FIELD(m, dependencies);
}

template <class Archive> void serialize(Archive &ar, SourceFile &f, unsigned) {
  ar & ORUS_FIELD(f, name) & ORUS_FIELD(f, contentHash);
}

template <class Archive> void serialize(Archive &ar, Export &e, unsigned) {
  ar & ORUS_FIELD(e, module) & ORUS_FIELD(e, name) & ORUS_FIELD(e, kind);
  ar & ORUS_FIELD(e, item) & ORUS_FIELD(e, type);
}

template <class Archive> void serialize(Archive &ar, Note &n, unsigned) {
  ar & ORUS_FIELD(n, key) & ORUS_FIELD(n, value);
}

template <class Archive> void serialize(Archive &ar, OpcodeOperand &o, unsigned) {
  ar & ORUS_FIELD(o, word) & ORUS_FIELD(o, shift) & ORUS_FIELD(o, width) & ORUS_FIELD(o, isSigned);
  ar & ORUS_FIELD(o, role) & ORUS_FIELD(o, isScalar) & ORUS_FIELD(o, type);
}

template <class Archive> void serialize(Archive &ar, OpcodeRow &r, unsigned) {
  ar & ORUS_FIELD(r, number) & ORUS_FIELD(r, mnemonic) & ORUS_FIELD(r, words);
  ar & ORUS_FIELD(r, operands);
}

#undef ORUS_FIELD
// clang-format on

} // namespace orus::image

// Objects carry no class information and are never tracked.
#define ORUS_RECORD(T)                                                                             \
  BOOST_CLASS_IMPLEMENTATION(orus::image::T, boost::serialization::object_serializable)            \
  BOOST_CLASS_TRACKING(orus::image::T, boost::serialization::track_never)                          \
  template <> inline constexpr const char *orus::image::kRecordName<orus::image::T> = #T;
ORUS_RECORD(Manifest)
ORUS_RECORD(Member)
ORUS_RECORD(Type)
ORUS_RECORD(Native)
ORUS_RECORD(BankSummary)
ORUS_RECORD(Bank)
ORUS_RECORD(Function)
ORUS_RECORD(ModuleSlot)
ORUS_RECORD(Module)
ORUS_RECORD(SourceFile)
ORUS_RECORD(Export)
ORUS_RECORD(Note)
ORUS_RECORD(OpcodeOperand)
ORUS_RECORD(OpcodeRow)
#undef ORUS_RECORD
