// The layout of archive records as text, derived from their serialize() functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orus::image {

struct SchemaField {
  std::string name, type;
};
struct SchemaRecord {
  std::string name;
  std::vector<SchemaField> fields;
};

/// Every record type, those that a section holds and those within them, in order of appearance.
std::vector<SchemaRecord> schemaRecords();

/// `Manifest{producer: string, …}`, one line for each record type.
std::string schemaText();

/// Identifies the layout of records; images of the same format version have the same.
uint32_t schemaHash();

} // namespace orus::image
