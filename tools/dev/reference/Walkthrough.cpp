// docs/reference/image-walkthrough.md: the bytes of a small image, each with its meaning.
#include "format/image/BuildId.h"
#include "format/image/Reader.h"
#include "format/image/Records.h"
#include "format/image/Writer.h"
#include "format/isa/Isa.h"
#include "tools/common/BuildId.h"
#include "tools/dev/reference/Markdown.h"
#include "tools/dev/reference/Pages.h"

#include <cstdio>
#include <cstring>

namespace orus::reference {
namespace {

using namespace image;

constexpr std::string_view kIntroduction =
    R"(One function that adds a constant to a module variable, without debug information and without the
description of records and instructions (`.undescribed`), which would be longer than all the rest. In
the text form of images, which `orus-image-as` turns into the bytes below:

```
.manifest producer="by hand" entry=f0
.string ""
.string "main"
.string "count"
.type function
.undescribed
.module "main"
  .scalar i32 "count"
.function "" t10
  .scalars i32
  ldm s0, m0
  add.i32.i s0, s0, 5
  stm s0, m0
  ret
```

What the fields mean is in [image-format.md](image-format.md). Gaps between sections, which are zero, are
left out.
)";

Image sample() {
  Image image;
  image.manifest.producer = "by hand";
  image.strings = {"", "main", "count"};
  TypeId procedure = image.types.function({}, std::nullopt);
  TypeId number = TypeTable::scalar(ScalarType::I32);
  image.isDescribed = false;
  Module module;
  module.name = 1;
  module.scalars = {{number, 2}};
  image.modules = {module};
  Function body;
  body.signature = procedure;
  body.scalars = {{number}, 1, 0};
  isa::encode({isa::Opcode::Ldm, {0, 0}}, image.code);
  isa::encode({isa::Opcode::AddI32I, {0, 0, 5}}, image.code);
  isa::encode({isa::Opcode::Stm, {0, 0}}, image.code);
  isa::encode({isa::Opcode::Ret, {}}, image.code);
  body.codeLength = static_cast<uint32_t>(image.code.size());
  image.functions = {body};
  return image;
}

std::string hexOf(base::ByteView bytes) {
  std::string text;
  for (uint8_t byte : bytes) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    (text += text.empty() ? "" : " ") += digits;
  }
  return text;
}

class Walk {
public:
  explicit Walk(base::Bytes file) : file_(std::move(file)) {}

  std::string run();

  /// Moves over the bytes that an archive has for a value; a row says what they are.
  void value(base::ByteView encoded, const std::string &meaning) { line(encoded.size(), meaning); }

private:
  void line(size_t size, const std::string &meaning) {
    out_ += row({std::to_string(at_), code(hexOf(base::ByteView(file_).subspan(at_, size))),
                 plain(meaning)});
    at_ += size;
  }
  void title(const std::string &text) {
    out_ += "\n## " + text + "\n\n" + header({"offset", "bytes", "meaning"});
  }
  template <class T> T number() const {
    T value;
    std::memcpy(&value, file_.data() + at_, sizeof value);
    return value;
  }
  void headerRows();
  void entryRows(const SectionEntry &entry);
  void sectionRows(const SectionEntry &entry);
  template <class Record> void records(const SectionEntry &entry);

  base::Bytes file_;
  size_t at_ = 0;
  std::string out_;
};

// Visits a record as a saving archive and shows the bytes of each field.
class FieldWalk {
public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  FieldWalk(Walk &walk, std::string prefix) : walk_(walk), prefix_(std::move(prefix)) {}

  template <class T> FieldWalk &operator&(const boost::serialization::nvp<T> &field) {
    const T &value = field.const_value();
    std::string name = prefix_ + field.name();
    if constexpr (requires { kRecordName<T>[0]; } && kRecordName<T> != nullptr) {
      FieldWalk inner(walk_, name + ".");
      detail::visit(inner, const_cast<T &>(value), 0);
    } else {
      base::Bytes bytes;
      SaveArchive archive(bytes, kFormatMinor);
      archive << value;
      walk_.value(bytes, name + " = " + textOf(value));
    }
    return *this;
  }

private:
  template <class T> static std::string textOf(const T &value) {
    if constexpr (std::is_same_v<T, std::string>)
      return "\"" + value + "\"";
    else if constexpr (detail::IsVector<T>::value)
      return "list of " + std::to_string(value.size());
    else
      return std::to_string(static_cast<uint64_t>(value));
  }

  Walk &walk_;
  std::string prefix_;
};

void Walk::headerRows() {
  title("Header");
  line(8, "magic");
  line(2, "major version");
  line(2, "minor version");
  line(4, "size of the header");
  line(8, "size of the file");
  line(4, "number of sections");
  line(4, "flags");
  line(8, "required features");
  line(8, "optional features");
  line(4, "hash of the instruction set");
  line(4, "hash of the records");
  line(8, "XXH3 of header and section table, with zeros here");
}

void Walk::entryRows(const SectionEntry &entry) {
  line(4, "kind: " + sectionName(entry.kind));
  line(4, std::string("flags") + (entry.flags & kRequired ? ": required" : ""));
  line(8, "offset " + std::to_string(entry.offset));
  line(8, "size " + std::to_string(entry.size));
  line(4, std::to_string(entry.count) + " elements");
  line(1, "alignment, as a power of two");
  line(1, entry.encoding ? "archive" : "raw");
  line(2, "reserved");
  line(8, "XXH3 of the content");
}

template <class Record> void Walk::records(const SectionEntry &entry) {
  LoadArchive archive(base::ByteView(file_).subspan(entry.offset, entry.size), "", 0, kFormatMinor);
  for (uint32_t i = 0; i < entry.count; ++i) {
    Record record{};
    archive.loadRecord(record, i, false);
    size_t end = entry.offset + entry.size - archive.remaining();
    line(1, "length of the record, " + std::to_string(end - at_ - 1));
    FieldWalk fields(*this, "");
    detail::visit(fields, record, 0);
  }
}

void Walk::sectionRows(const SectionEntry &entry) {
  if (entry.size == 0)
    return;
  title(sectionName(entry.kind));
  at_ = entry.offset;
  switch (static_cast<SectionKind>(entry.kind)) {
  case SectionKind::Manifest: return records<Manifest>(entry);
  case SectionKind::Types: return records<Type>(entry);
  case SectionKind::Functions: return records<Function>(entry);
  case SectionKind::Modules: return records<Module>(entry);
  case SectionKind::Strings: {
    uint32_t begin = 0;
    std::vector<uint32_t> ends;
    for (uint32_t i = 0; i < entry.count; ++i) {
      ends.push_back(number<uint32_t>());
      line(4, "string " + std::to_string(i) + " ends at " + std::to_string(ends.back()));
    }
    for (uint32_t i = 0; i < entry.count; ++i) {
      if (ends[i] != begin)
        line(ends[i] - begin, "string " + std::to_string(i));
      begin = ends[i];
    }
    return;
  }
  case SectionKind::Code:
    while (at_ < entry.offset + entry.size) {
      const isa::OpInfo &op = isa::kOpTable[isa::opcodeByte(number<uint32_t>())];
      std::string text(op.mnemonic);
      std::vector<uint32_t> words(op.words);
      std::memcpy(words.data(), file_.data() + at_, 4 * words.size());
      for (const isa::Operand &operand : op.operands())
        text += " " + std::to_string(isa::extract(words.data(), operand));
      line(4 * words.size(), text);
    }
    return;
  case SectionKind::BuildId: return line(entry.size, "BLAKE3 of the file with zeros here");
  default: return line(entry.size, "content");
  }
}

std::string Walk::run() {
  auto image = readImage(file_);
  if (!image)
    return image.error().text(); // seen in the page, and in the test that it is current
  headerRows();
  title("Section table");
  for (const SectionEntry &entry : image->sections)
    entryRows(entry);
  for (const SectionEntry &entry : image->sections)
    sectionRows(entry);
  return std::move(out_);
}

} // namespace

std::string imageWalkthrough() {
  base::Bytes file = layOut(encodeSections(sample()));
  tools::sealImage(file);
  return heading("An image, byte by byte") + std::string(kIntroduction) + Walk(file).run();
}

} // namespace orus::reference
