#include "format/text/ImageText.h"
#include "format/text/LoopFields.h"

#include "format/isa/Natives.h"
#include "format/text/Assembler.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace orus::text {
namespace {

constexpr std::string_view kPredefined[] = {"bool", "i32",    "u32", "i64",   "u64",
                                            "f64",  "string", "any", "range", "error"};

} // namespace

base::Result<base::Bytes> assembleImage(std::string_view text) { return Assembler().run(text); }

base::Result<base::Bytes> Assembler::run(std::string_view text) {
  auto wrong = [](std::string message, unsigned line) {
    std::string place = line ? "line " + std::to_string(line) : "";
    return base::fail(base::ErrorKind::Usage, std::move(message), std::move(place));
  };
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    ++line_;
    AsmCursor cursor(text.substr(0, end));
    line(cursor);
    cursor.expectEnd();
    if (!error_.empty())
      return wrong(error_, errorLine_);
    if (!cursor.ok())
      return wrong(cursor.error(), line_);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  closeFunction();
  if (!error_.empty())
    return wrong(error_, errorLine_);
  for (const FunctionUse &use : functionUses_) {
    auto isNamed = [&](const image::Function &f) { return image_.strings[f.name] == use.name; };
    auto f = std::ranges::find_if(image_.functions, isNamed);
    if (f == image_.functions.end())
      return wrong("there is no function \"" + use.name + "\"", use.line);
    isa::insert(&image_.code[use.at], use.operand, f - image_.functions.begin());
  }
  std::vector<image::SectionContent> sections = image::encodeSections(image_);
  for (image::SectionContent &section : sections)
    if (section.kind == static_cast<uint32_t>(image::SectionKind::Types))
      section = image::encodeTypes(types_);
  std::string error;
  base::Bytes file = patches_.apply(std::move(sections), error);
  if (!error.empty())
    return wrong(error, 0);
  return file;
}

Assembler::Directive Assembler::findDirective(std::string_view name) {
  static const std::map<std::string_view, Directive> kDirectives = {
      {".manifest", &Assembler::manifest},
      {".string", &Assembler::string},
      {".type", &Assembler::type},
      {".native", &Assembler::native},
      {".const", &Assembler::constant},
      {".module", &Assembler::module},
      {".scalar", &Assembler::scalarSlot},
      {".reference", &Assembler::referenceSlot},
      {".file", &Assembler::file},
      {".inlined", &Assembler::inlinedCall},
      {".loop", &Assembler::loop},
      {".export", &Assembler::exported},
      {".undescribed", &Assembler::undescribed},
      {".note", &Assembler::note},
      {".gap", &Assembler::gap},
      {".function", &Assembler::function},
      {".end", &Assembler::end},
      {".scalars", &Assembler::scalars},
      {".references", &Assembler::references},
      {".summary", &Assembler::summary},
      {".loc", &Assembler::location},
      {".second", &Assembler::secondLocation},
      {".line", &Assembler::lineEntry},
      {".handler", &Assembler::handler},
      {".word", &Assembler::words},
  };
  auto it = kDirectives.find(name);
  return it == kDirectives.end() ? nullptr : it->second;
}

void Assembler::line(AsmCursor &cursor) {
  static const std::map<std::string_view, void (ImagePatches::*)(AsmCursor &)> kPatches = {
      {".section", &ImagePatches::section},     {".replace", &ImagePatches::replace},
      {".remove", &ImagePatches::remove},       {".patch", &ImagePatches::patch},
      {".truncate", &ImagePatches::truncate},   {".append", &ImagePatches::append},
      {".checksums", &ImagePatches::checksums},
  };
  if (cursor.isNumber()) { // an address, as listings have it
    cursor.number();
    cursor.expect(':');
  }
  while (cursor.ok() && !cursor.atEnd()) {
    AsmCursor start = cursor;
    std::string_view word = cursor.word();
    if (cursor.take(':')) {
      label(std::string(word), cursor);
      continue;
    }
    if (Directive directive = findDirective(word))
      (this->*directive)(cursor);
    else if (auto patch = kPatches.find(word); patch != kPatches.end())
      (patches_.*patch->second)(cursor);
    else {
      cursor = start;
      instruction(cursor);
    }
    return;
  }
}

image::StringId Assembler::intern(const std::string &text) {
  auto [it, isNew] =
      stringIds_.try_emplace(text, static_cast<image::StringId>(image_.strings.size()));
  if (isNew)
    image_.strings.push_back(text);
  return it->second;
}

image::StringId Assembler::stringId(AsmCursor &cursor) {
  if (cursor.isString())
    return intern(cursor.string());
  return static_cast<image::StringId>(cursor.number());
}

// A number, with or without the letter of its kind before it.
uint32_t Assembler::prefixed(AsmCursor &cursor, char letter) {
  if (cursor.isNumber())
    return static_cast<uint32_t>(cursor.number());
  std::string_view word = cursor.word();
  AsmCursor digits(word.substr(word.empty() ? 0 : 1));
  uint64_t value = digits.number();
  if (cursor.ok() && (word[0] != letter || !digits.ok() || !digits.atEnd()))
    cursor.fail("`" + std::string(word) + "` instead of " + letter + " and a number");
  return static_cast<uint32_t>(value);
}

image::TypeId Assembler::typeId(AsmCursor &cursor) {
  AsmCursor start = cursor;
  if (cursor.isWord()) {
    std::string_view word = cursor.word();
    auto it = std::ranges::find(kPredefined, word);
    if (it != std::end(kPredefined))
      return static_cast<image::TypeId>(it - std::begin(kPredefined));
    cursor = start;
  }
  return prefixed(cursor, 't');
}

void Assembler::manifest(AsmCursor &cursor) {
  image::Manifest &manifest = image_.manifest;
  while (auto key = cursor.key()) {
    if (*key == "producer")
      manifest.producer = cursor.string();
    else if (*key == "edition")
      manifest.edition = static_cast<uint32_t>(cursor.number());
    else if (*key == "entry")
      manifest.entry = prefixed(cursor, 'f');
    else if (*key == "optimization")
      manifest.optimization = static_cast<uint32_t>(cursor.number());
    else if (*key == "registers")
      manifest.registerBudget = static_cast<uint32_t>(cursor.number());
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  }
}

void Assembler::string(AsmCursor &cursor) {
  std::string text = cursor.string();
  stringIds_.try_emplace(text, static_cast<image::StringId>(image_.strings.size()));
  image_.strings.push_back(std::move(text));
}

void Assembler::type(AsmCursor &cursor) {
  image::Type type;
  if (cursor.key() == "kind") {
    type.kind = static_cast<image::TypeKind>(cursor.number(0xFF));
    if (cursor.key() == "result")
      type.hasResult = cursor.number(1) != 0;
  } else {
    std::string_view word = cursor.word();
    unsigned kind = 0;
    while (kind < image::kTypeKindCount && word != image::name(static_cast<image::TypeKind>(kind)))
      ++kind;
    if (kind < static_cast<unsigned>(image::TypeKind::Array) || kind == image::kTypeKindCount)
      cursor.fail("the kind of a composite type or `kind=` is expected");
    type.kind = static_cast<image::TypeKind>(kind);
  }
  if (cursor.isString())
    type.name = cursor.string();
  if (cursor.key() == "module")
    type.module = static_cast<image::ModuleId>(cursor.number());
  while (cursor.ok() && !cursor.atEnd())
    typePart(cursor, type);
  types_.push_back(std::move(type));
}

// An operand, the result, a field or variant, or a type of the last of these.
void Assembler::typePart(AsmCursor &cursor, image::Type &type) {
  AsmCursor start = cursor;
  if (cursor.isWord()) {
    std::string_view word = cursor.word();
    if (word == "field" || word == "variant") {
      type.members.push_back({cursor.string(), {}});
      return;
    }
    cursor = start;
  }
  if (cursor.take('-')) {
    cursor.expect('>');
    type.hasResult = true;
  }
  auto &types = type.members.empty() ? type.operands : type.members.back().types;
  types.push_back(typeId(cursor));
}

void Assembler::native(AsmCursor &cursor) {
  image::StringId name = stringId(cursor);
  image_.natives.push_back({name, typeId(cursor)});
}

// Decimal numbers are taken in the type's canonical form, hexadecimal ones as they stand.
void Assembler::constant(AsmCursor &cursor) {
  auto type = static_cast<image::ScalarType>(typeId(cursor));
  AsmCursor start = cursor;
  std::string text(cursor.numberText());
  uint64_t bits = 0;
  if (type == image::ScalarType::F64 && !text.starts_with("0x"))
    bits = std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr));
  else {
    bits = start.bits();
    if (!start.ok())
      cursor.fail(start.error());
  }
  if (text.starts_with('-') && type == image::ScalarType::I32)
    bits &= 0xFFFFFFFF;
  image_.constants.push_back({type, bits});
}

void Assembler::module(AsmCursor &cursor) {
  closeFunction();
  image::Module module;
  module.name = stringId(cursor);
  if (!image_.modules.empty()) {
    const image::Module &last = image_.modules.back();
    module.scalarBase = last.scalarBase + static_cast<uint32_t>(last.scalars.size());
    module.referenceBase = last.referenceBase + static_cast<uint32_t>(last.references.size());
  }
  while (auto key = cursor.key()) {
    uint32_t value = prefixed(cursor, 'f');
    if (*key == "scalarBase")
      module.scalarBase = value;
    else if (*key == "referenceBase")
      module.referenceBase = value;
    else if (*key == "initializer")
      module.initializer = value;
    else if (*key == "dependency")
      module.dependencies.push_back(value);
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  }
  image_.modules.push_back(std::move(module));
}

void Assembler::moduleSlot(AsmCursor &cursor, std::vector<image::ModuleSlot> image::Module::*bank) {
  image::TypeId type = typeId(cursor);
  image::StringId name = stringId(cursor);
  if (image_.modules.empty()) {
    cursor.fail("there is no module yet");
    return;
  }
  (image_.modules.back().*bank).push_back({type, name});
}

void Assembler::file(AsmCursor &cursor) {
  image::SourceFile file;
  file.name = stringId(cursor);
  if (cursor.key() == "hash")
    file.contentHash = cursor.bits();
  image_.files.push_back(file);
}

void Assembler::inlinedCall(AsmCursor &cursor) {
  image::InlinedCall call;
  call.function = prefixed(cursor, 'f');
  call.file = static_cast<uint32_t>(cursor.number());
  call.line = static_cast<uint32_t>(cursor.number());
  call.column = static_cast<uint32_t>(cursor.number());
  call.outer = static_cast<uint32_t>(cursor.number());
  image_.inlinedCalls.push_back(call);
}

void Assembler::loop(AsmCursor &cursor) {
  image::LoopRecord loop;
  loop.function = prefixed(cursor, 'f');
  loop.depth = 0;
  while (auto key = cursor.key()) {
    auto field = std::ranges::find(kLoopFields, *key, &LoopField::key);
    if (field == std::end(kLoopFields))
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
    else
      loop.*field->member = static_cast<uint32_t>(cursor.number());
  }
  image_.loops.push_back(loop);
}

void Assembler::note(AsmCursor &cursor) {
  std::string key = cursor.string();
  image_.notes.push_back({std::move(key), cursor.string()});
}

void Assembler::exported(AsmCursor &cursor) {
  image::Export row;
  std::string_view word = cursor.word();
  unsigned kind = 0;
  while (kind < image::kExportKindCount &&
         word != image::name(static_cast<image::ExportKind>(kind)))
    ++kind;
  if (kind == image::kExportKindCount)
    cursor.fail("`function`, `variable` or `type` is expected");
  row.kind = static_cast<image::ExportKind>(kind);
  row.name = stringId(cursor);
  row.type = typeId(cursor);
  while (auto key = cursor.key())
    if (*key == "module")
      row.module = static_cast<image::ModuleId>(cursor.number());
    else if (*key == "item")
      row.item = static_cast<uint32_t>(cursor.number());
    else
      cursor.fail("unknown attribute `" + std::string(*key) + "`");
  image_.exports.push_back(row);
}

void Assembler::gap(AsmCursor &cursor) {
  closeFunction();
  words(cursor);
}

} // namespace orus::text
