// What is verified: the tables of an image, whoever holds them.
#pragma once

#include "format/image/Image.h"
#include "format/image/LoadedImage.h"

#include <span>
#include <string_view>
#include <vector>

namespace orus::verify {

/// Refers to an image in the form that the reader delivers or the compiler builds. It relies on
/// what LoadedImage.h says that the reader has checked.
class Subject {
public:
  explicit Subject(const image::LoadedImage &image);
  explicit Subject(const image::Image &image);

  const image::Manifest &manifest;
  const image::TypeTable &types;
  std::span<const image::Native> natives;
  std::span<const image::Function> functions;
  std::span<const uint32_t> code;
  std::span<const image::Handler> handlers;
  std::span<const image::Module> modules;
  std::span<const image::Export> exports;
  std::span<const image::LineEntry> lines;
  std::span<const image::SourceFile> files;
  std::span<const image::InlinedCall> inlinedCalls;
  std::span<const image::LoopRecord> loops;
  std::span<const image::ScalarType> constantTypes;
  std::span<const uint64_t> constantBits; // as many

  size_t stringCount() const { return loadedStrings_ ? loadedStrings_->size() : strings_.size(); }
  std::string_view string(image::StringId id) const {
    return loadedStrings_ ? (*loadedStrings_)[id] : std::string_view(strings_[id]);
  }

private:
  const image::StringTable *loadedStrings_ = nullptr;
  std::span<const std::string> strings_;
  std::vector<image::ScalarType> ownConstantTypes_;
  std::vector<uint64_t> ownConstantBits_;
};

} // namespace orus::verify
