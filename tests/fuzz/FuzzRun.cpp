// What the verifier accepts is run, with little fuel and memory, and the heap and all that the
// verifier has proved checked on the way.
#include "tests/fuzz/Images.h"
#include "vm/include/orus/Vm.h"
#include "vm/load/Load.h"

using namespace orus;

namespace {

class NoOutput final : public vm::OutputSink {
public:
  bool write(std::string_view) override { return true; }
};

class NoInput final : public vm::InputSource {
public:
  size_t read(char *, size_t) override { return 0; }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto image = vm::loadImage(base::ByteView(fuzz::imageOf(data, size)));
  if (!image)
    return 0;
  vm::Options options;
  options.maxHeap = size_t{16} << 20;
  options.maxStack = size_t{1} << 20;
  options.youngBytes = size_t{64} << 10;
  options.fuel = 3000;
  options.checkHeap = true;
  options.paranoid = true;
  options.stressAllocations = size % 4 == 0;
  NoOutput output;
  NoInput input;
  vm::Vm machine(std::move(*image), options, output, input);
  machine.run();
  return 0;
}
