// What the fuzz targets share. A target is a file that defines LLVMFuzzerTestOneInput; it is linked
// either with libFuzzer or with Driver.cpp, which runs a fixed number of mutants of its seeds.
#pragma once

#include "format/base/AlignedBuffer.h"
#include "format/base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace orus::fuzz {

/// Ends the process if what must hold of every input does not.
inline void require(bool holds, const std::string &what) {
  if (holds)
    return;
  std::fprintf(stderr, "fuzz: %s\n", what.c_str());
  std::abort();
}

/// A copy for readers that take over their bytes.
inline base::AlignedBuffer bufferOf(base::ByteView bytes) {
  base::AlignedBuffer buffer;
  require(buffer.reserve(bytes.size()), "out of memory");
  buffer.setSize(bytes.size());
  if (!bytes.empty())
    std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}

} // namespace orus::fuzz
