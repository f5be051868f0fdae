// From the code of a function to assembly text, in the syntax that ImageText reads.
#pragma once

#include "format/isa/Isa.h"
#include "format/text/ImageNames.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace orus::text {

struct DisassemblyOptions {
  bool showsAddresses = true;  // also in labels; without, labels are numbered
  bool showsLines = false;     // `.loc` directives
  bool showsSummaries = false; // `.summary` directives
  /// The line of a source file, from 1, if the source is at hand.
  std::function<std::optional<std::string_view>(uint32_t file, uint32_t line)> sourceLine;
  /// How often a call, back edge or spill ran, by word of CODE; 0: unknown or never.
  std::function<uint64_t(uint32_t word)> count;
};

class Disassembler {
public:
  Disassembler(const image::LoadedImage &image, const ImageNames &names, DisassemblyOptions options)
      : image_(image), names_(names), options_(std::move(options)) {}

  /// A whole function: comment, directives for its window, code and handlers.
  void appendFunction(std::string &out, image::FunctionId id) const;

  /// The words of a function as far as they lie in CODE.
  std::span<const uint32_t> codeOf(const image::Function &function) const;

private:
  class Labels;

  void appendCode(std::string &out, const image::Function &function) const;
  void appendPosition(std::string &out, const image::LineEntry &entry, std::string_view directive,
                      uint64_t &lastLine) const;
  void appendInstruction(std::string &out, std::span<const uint32_t> code, uint32_t pc,
                         const Labels &labels, uint64_t count) const;
  void appendHandlers(std::string &out, std::span<const image::Handler> handlers,
                      const Labels &labels) const;
  std::string operandText(const isa::Instruction &instruction, unsigned index, uint32_t pc,
                          const Labels &labels) const;
  std::string operandComment(const isa::Instruction &instruction, unsigned index) const;

  const image::LoadedImage &image_;
  const ImageNames &names_;
  DisassemblyOptions options_;
};

/// Appends `.function` with its window, as in the text form.
void appendFunctionHead(std::string &out, const image::LoadedImage &image, const ImageNames &names,
                        image::FunctionId id);

} // namespace orus::text
