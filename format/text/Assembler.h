// The assembler of the text form of images: collects records and code, then lays out the file.
#pragma once

#include "format/image/Writer.h"
#include "format/isa/Isa.h"
#include "format/text/AsmCursor.h"
#include "format/text/ImagePatches.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orus::text {

class Assembler {
public:
  base::Result<base::Bytes> run(std::string_view text);

private:
  using Directive = void (Assembler::*)(AsmCursor &);

  void line(AsmCursor &cursor);
  static Directive findDirective(std::string_view name);

  // Records.
  void manifest(AsmCursor &cursor);
  void string(AsmCursor &cursor);
  void type(AsmCursor &cursor);
  void typePart(AsmCursor &cursor, image::Type &type);
  void native(AsmCursor &cursor);
  void constant(AsmCursor &cursor);
  void module(AsmCursor &cursor);
  void scalarSlot(AsmCursor &cursor) { moduleSlot(cursor, &image::Module::scalars); }
  void referenceSlot(AsmCursor &cursor) { moduleSlot(cursor, &image::Module::references); }
  void moduleSlot(AsmCursor &cursor, std::vector<image::ModuleSlot> image::Module::*bank);
  void file(AsmCursor &cursor);
  void inlinedCall(AsmCursor &cursor);
  void loop(AsmCursor &cursor);
  void note(AsmCursor &cursor);
  void exported(AsmCursor &cursor);
  void undescribed(AsmCursor &) { image_.isDescribed = false; }
  void gap(AsmCursor &cursor);

  // Functions and their code.
  void function(AsmCursor &cursor);
  void end(AsmCursor &cursor);
  void scalars(AsmCursor &cursor) { bank(cursor, &image::Function::scalars); }
  void references(AsmCursor &cursor) { bank(cursor, &image::Function::references); }
  void bank(AsmCursor &cursor, image::Bank image::Function::*bank);
  void summary(AsmCursor &cursor);
  void location(AsmCursor &cursor);
  void secondLocation(AsmCursor &cursor);
  void lineEntry(AsmCursor &cursor);
  void handler(AsmCursor &cursor);
  void words(AsmCursor &cursor);
  void instruction(AsmCursor &cursor);
  int64_t operand(AsmCursor &cursor, isa::Opcode op, unsigned index);
  void label(const std::string &name, AsmCursor &cursor);
  void closeFunction();
  image::Function *current(AsmCursor &cursor);

  // Pieces.
  image::StringId stringId(AsmCursor &cursor);
  image::StringId intern(const std::string &text);
  image::TypeId typeId(AsmCursor &cursor);
  uint32_t prefixed(AsmCursor &cursor, char letter);
  uint32_t panic(AsmCursor &cursor);
  int64_t displacement(AsmCursor &cursor);
  uint32_t pc() const;

  /// A place that takes the value of a label of the current function.
  struct LabelUse {
    std::string label;
    unsigned line;
    size_t at;                       // word in the code, or index of the handler
    uint32_t image::Handler::*bound; // null: the displacement of the branch at `at`
  };
  /// An operand that takes the id of a function known by name.
  struct FunctionUse {
    std::string name;
    unsigned line;
    size_t at;
    isa::Operand operand;
  };

  image::Image image_;
  std::vector<image::Type> types_; // composite rows, whatever they say
  std::map<std::string, image::StringId> stringIds_;
  std::map<std::string, uint32_t> labels_;
  std::vector<LabelUse> labelUses_;
  std::vector<FunctionUse> functionUses_;
  bool isInFunction_ = false;
  bool hasCodeLength_ = false, hasHandlerCount_ = false, hasLineCount_ = false;
  uint32_t codeBegin_ = 0;
  ImagePatches patches_;
  unsigned line_ = 0;
  std::string error_; // found when a function is closed
  unsigned errorLine_ = 0;
};

} // namespace orus::text
