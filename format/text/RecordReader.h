// Records of an archive section, read by the description that the image gives of them (SCHEMA).
#pragma once

#include "format/base/Bytes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orus::text {

/// The text of SCHEMA, taken apart.
class Schema {
public:
  struct Field {
    std::string name, type;
  };

  explicit Schema(std::string_view text);

  /// The fields of a record, null if there is none of the name.
  const std::vector<Field> *record(std::string_view name) const;
  /// The record type of an archive section, or nothing.
  std::optional<std::string> recordOf(std::string_view section) const;
  /// The names of the u32 fields of an element of a raw section; empty if not described.
  std::vector<std::string> columnsOf(std::string_view section) const;

private:
  std::map<std::string, std::vector<Field>, std::less<>> records_;
  std::map<std::string, std::string, std::less<>> sections_; // what follows the name
};

/// Reads one section from its start. After the first thing that does not fit, ok() is false and
/// nothing more is read.
class RecordReader {
public:
  RecordReader(const Schema &schema, base::ByteView bytes);

  bool ok() const { return ok_; }
  bool atEnd() const { return at_ == bytes_.size(); }

  /// Reads the next record, behind its length: its fields as text, `name=1 list=[2 3]`. Fields that
  /// are numbers are also kept in `numbers`.
  std::string next(std::string_view record);
  const std::map<std::string, uint64_t, std::less<>> &numbers() const { return numbers_; }

private:
  void value(std::string &out, std::string_view type, unsigned depth);
  void fields(std::string &out, std::string_view record, unsigned depth);
  void list(std::string &out, std::string_view type, unsigned depth);
  uint64_t number();
  void fail() { ok_ = false; }

  const Schema &schema_;
  base::ByteView bytes_;
  size_t at_ = 0;
  uint64_t budget_; // of values, so that records without fields cannot multiply
  bool ok_ = true;
  std::map<std::string, uint64_t, std::less<>> numbers_;
};

} // namespace orus::text
