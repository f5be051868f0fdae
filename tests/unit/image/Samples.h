// Images for the tests of this folder.
#pragma once

#include "format/image/Image.h"
#include "format/isa/Isa.h"

namespace orus::image::samples {

/// One function that only returns.
inline Image least() {
  Image image;
  image.manifest.producer = "test";
  image.strings = {"", "main"};
  TypeId signature = image.types.function({}, std::nullopt);
  Function body;
  body.name = 0;
  body.signature = signature;
  body.codeLength = 1;
  image.functions = {body};
  isa::encode({isa::Opcode::Ret, {}}, image.code);
  Module module;
  module.name = 1;
  image.modules = {module};
  return image;
}

/// Something in every section, with the extreme values of some fields.
inline Image full() {
  Image image = least();
  TypeId i32 = TypeTable::scalar(ScalarType::I32);
  TypeId ints = image.types.array(i32);
  TypeId callback = image.types.function({ints, kString}, i32);
  image.strings.push_back("caf\xC3\xA9 \x01 \"quoted\"\n");
  image.strings.push_back("input");
  image.natives = {{3, image.types.function({}, kString)}};
  image.constants = {
      {ScalarType::F64, 0x7FF4000000000001}, {ScalarType::U64, UINT64_MAX}, {ScalarType::Bool, 1}};
  Function f;
  f.name = 2;
  f.signature = callback;
  f.codeOffset = 4;
  f.codeLength = 6;
  f.scalars = {{i32, TypeTable::scalar(ScalarType::F64), i32}, 2, 4};
  f.references = {{ints, kString}, 2, 0};
  f.handlerCount = 1;
  f.lineCount = 2;
  f.scalarSummary = {3, 12, 2, 1, 4, 5, 6, 7, 8};
  image.functions.push_back(f);
  image.code.resize(4);
  isa::encode({isa::Opcode::Ldk, {1, 0}}, image.code);
  isa::encode({isa::Opcode::JLtI32I, {0, -7, -2}}, image.code);
  isa::encode({isa::Opcode::RetS, {0}}, image.code);
  isa::encode({isa::Opcode::Ret, {}}, image.code);
  image.handlers = {{0, 2, 4, 1}};
  image.modules[0].scalars = {{i32, 1}};
  image.modules[0].references = {{ints, 2}, {kAny, 1}};
  Module second = image.modules[0];
  second.scalarBase = 1;
  second.referenceBase = 2;
  second.dependencies = {0};
  image.modules.push_back(second);
  image.lines = {{0, 0, 12, 3}, {4, 0, 13, UINT32_MAX}};
  image.files = {{1, 0xFEDCBA9876543210}};
  return image;
}

/// Many functions, so that records and tables are longer than a few bytes.
inline Image many() {
  Image image = full();
  for (uint32_t i = 0; i < 40; ++i) {
    Function f = image.functions[1];
    f.name = i % 3;
    f.codeOffset = 12 + 4 * i;
    f.codeLength = 1;
    image.functions.push_back(f);
    image.code.resize(f.codeOffset);
    isa::encode({isa::Opcode::Ret, {}}, image.code);
    image.lines.push_back({i, 0, i, i});
  }
  return image;
}

} // namespace orus::image::samples
