#include "format/image/Schema.h"

#include "format/base/Hash.h"
#include "format/image/Records.h"

#include <algorithm>

namespace orus::image {
namespace {

// Looks like an archive that saves; notes the names and types of the fields it is given.
class SchemaArchive {
public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  explicit SchemaArchive(std::vector<SchemaRecord> &records) : records_(records) {}

  template <class T> SchemaArchive &operator&(const boost::serialization::nvp<T> &field) {
    fields_.push_back({field.name(), typeName<T>()});
    return *this;
  }

  /// Adds T and the records within it, once each; its name.
  template <class T> std::string addRecord() {
    std::string name = kRecordName<T>;
    auto isSame = [&](const SchemaRecord &record) { return record.name == name; };
    if (std::ranges::any_of(records_, isSame))
      return name;
    size_t index = records_.size();
    records_.push_back({name, {}});
    SchemaArchive inner(records_);
    T value{};
    detail::visit(inner, value, 0);
    records_[index].fields = std::move(inner.fields_);
    return name;
  }

private:
  template <class T> std::string typeName() {
    if constexpr (std::is_same_v<T, bool>)
      return "bool";
    else if constexpr (std::is_enum_v<T>)
      return "0.." + std::to_string(kEnumerators<T> - 1);
    else if constexpr (std::is_integral_v<T>)
      return "u" + std::to_string(8 * sizeof(T));
    else if constexpr (std::is_same_v<T, std::string>)
      return "string";
    else if constexpr (detail::IsVector<T>::value)
      return "[" + typeName<typename T::value_type>() + "]";
    else if constexpr (detail::IsOptional<T>::value)
      return typeName<typename T::value_type>() + "?";
    else
      return addRecord<T>();
  }

  std::vector<SchemaRecord> &records_;
  std::vector<SchemaField> fields_;
};

} // namespace

std::vector<SchemaRecord> schemaRecords() {
  std::vector<SchemaRecord> records;
  SchemaArchive archive(records);
  archive.addRecord<Manifest>();
  archive.addRecord<Type>();
  archive.addRecord<Native>();
  archive.addRecord<Function>();
  archive.addRecord<Module>();
  archive.addRecord<SourceFile>();
  archive.addRecord<Export>();
  archive.addRecord<Note>();
  archive.addRecord<OpcodeRow>();
  return records;
}

std::string schemaText() {
  std::string text;
  for (const SchemaRecord &record : schemaRecords()) {
    text += record.name;
    const char *separator = "{";
    for (const SchemaField &field : record.fields) {
      text += separator + field.name + ": " + field.type;
      separator = ", ";
    }
    text += "}\n";
  }
  return text;
}

uint32_t schemaHash() {
  static const uint32_t hash = base::tableHash(schemaText());
  return hash;
}

} // namespace orus::image
