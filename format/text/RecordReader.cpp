#include "format/text/RecordReader.h"

#include "format/base/Text.h"
#include "format/image/Limits.h"

namespace orus::text {

namespace {

// Names are repeated with each record: long ones would multiply the output.
constexpr size_t kMaxName = 64;

std::string_view takeUntil(std::string_view &text, std::string_view separator) {
  size_t end = text.find(separator);
  std::string_view piece = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + separator.size());
  return piece;
}

bool isNumber(std::string_view type) {
  return type == "u8" || type == "u16" || type == "u32" || type == "u64" || type == "bool" ||
         type.starts_with("0..");
}

} // namespace

Schema::Schema(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = takeUntil(text, "\n");
    size_t brace = line.find('{');
    if (brace == line.npos) {
      std::string section(takeUntil(line, " "));
      sections_[section] = std::string(line);
      continue;
    }
    std::vector<Field> fields;
    bool isUsable = true;
    std::string_view rest = line.substr(brace + 1);
    if (rest.ends_with('}'))
      rest.remove_suffix(1);
    while (!rest.empty()) {
      std::string_view field = takeUntil(rest, ", ");
      std::string name(takeUntil(field, ": "));
      isUsable &= name.size() <= kMaxName;
      fields.push_back({name, std::string(field)});
    }
    if (isUsable)
      records_[std::string(line.substr(0, brace))] = std::move(fields);
  }
}

const std::vector<Schema::Field> *Schema::record(std::string_view name) const {
  auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

std::optional<std::string> Schema::recordOf(std::string_view section) const {
  auto found = sections_.find(section);
  if (found == sections_.end() || !found->second.starts_with("archive "))
    return std::nullopt;
  return found->second.substr(8);
}

std::vector<std::string> Schema::columnsOf(std::string_view section) const {
  std::vector<std::string> columns;
  auto found = sections_.find(section);
  if (found == sections_.end() || !found->second.starts_with("raw "))
    return columns;
  for (std::string_view rest = std::string_view(found->second).substr(4); !rest.empty();)
    if (columns.emplace_back(takeUntil(rest, " ")).size() > kMaxName)
      return {};
  return columns;
}

RecordReader::RecordReader(const Schema &schema, base::ByteView bytes)
    : schema_(schema), bytes_(bytes), budget_(4 * uint64_t{bytes.size()} + 64) {}

std::string RecordReader::next(std::string_view record) {
  numbers_.clear();
  uint64_t length = number();
  if (!ok_ || length > bytes_.size() - at_) {
    fail();
    return {};
  }
  base::ByteView whole = bytes_;
  size_t end = at_ + length;
  bytes_ = bytes_.first(end);
  std::string out;
  fields(out, record, 0);
  bytes_ = whole;
  at_ = end;
  return out;
}

void RecordReader::fields(std::string &out, std::string_view record, unsigned depth) {
  const std::vector<Schema::Field> *found = schema_.record(record);
  if (!found || depth > image::kMaxArchiveDepth) {
    fail();
    return;
  }
  for (const Schema::Field &field : *found) {
    if (!ok_)
      return;
    if (!out.empty() && out.back() != '{' && out.back() != '[')
      out += ' ';
    out += base::escaped(field.name) + "=";
    size_t start = out.size();
    value(out, field.type, depth);
    if (depth == 0 && ok_ && isNumber(field.type))
      numbers_[field.name] = std::strtoull(out.c_str() + start, nullptr, 10);
  }
}

void RecordReader::value(std::string &out, std::string_view type, unsigned depth) {
  if (budget_ == 0 || depth > image::kMaxArchiveDepth) {
    fail();
    return;
  }
  --budget_;
  if (isNumber(type)) {
    out += std::to_string(number());
  } else if (type == "string") {
    uint64_t size = number();
    if (!ok_ || size > bytes_.size() - at_) {
      fail();
      return;
    }
    out += base::quoted(base::asText(bytes_.subspan(at_, size)));
    at_ += size;
  } else if (type.ends_with('?')) {
    if (number() == 0)
      out += "none";
    else if (ok_)
      value(out, type.substr(0, type.size() - 1), depth + 1);
  } else if (type.size() > 2 && type.starts_with('[') && type.ends_with(']')) {
    list(out, type.substr(1, type.size() - 2), depth);
  } else {
    out += '{';
    fields(out, type, depth + 1);
    out += '}';
  }
}

void RecordReader::list(std::string &out, std::string_view type, unsigned depth) {
  uint64_t count = number();
  out += '[';
  for (uint64_t i = 0; i < count && ok_; ++i) {
    if (i)
      out += ' ';
    value(out, type, depth + 1);
  }
  out += ']';
}

// Unsigned LEB128.
uint64_t RecordReader::number() {
  uint64_t value = 0;
  for (unsigned shift = 0; ok_ && at_ < bytes_.size() && shift < 64; shift += 7) {
    uint8_t byte = bytes_[at_++];
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80)
      return value;
  }
  fail();
  return 0;
}

} // namespace orus::text
