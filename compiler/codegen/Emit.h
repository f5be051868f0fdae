// Turns the code of a function into instruction words, with its handlers and lines.
#pragma once

#include "compiler/basic/Source.h"
#include "compiler/codegen/Layout.h"

namespace orus::codegen {

/// What the functions of an image share besides the pools.
struct EmitContext {
  image::Image &image;
  const basic::SourceManager *sources; // null: no line table
  bool repeatBlocks = false;           // short blocks in place of jumps to them
};

/// Appends code, handlers and lines to the image and fills in the ranges and windows of `record`.
/// The words of branches and their handlers are in reach of every displacement up to the limit on
/// the length of a function, which the caller checks.
void emit(const LirFunction &fn, const Code &code, EmitContext context, image::Function &record);

} // namespace orus::codegen
