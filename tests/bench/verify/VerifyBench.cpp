// Times the verifier, in CPU time, on images given as arguments, or on made-up code of three
// shapes: many small functions, one large function, and one with many variables that live across
// many blocks.
#include "format/image/Reader.h"
#include "format/isa/Isa.h"
#include "format/verify/Verifier.h"

#include <cstdio>
#include <ctime>

using namespace orus;
using enum isa::Opcode;

namespace {

const image::TypeId kI32 = image::TypeTable::scalar(image::ScalarType::I32);
const image::TypeId kBool = image::TypeTable::scalar(image::ScalarType::Bool);

class Maker {
public:
  Maker() {
    image_.strings = {"", "main"};
    image_.types.function({}, std::nullopt);
    ints_ = image_.types.array(kI32);
    binary_ = image_.types.function({kI32, kI32}, kI32);
    image_.modules.resize(1);
    image_.modules[0].name = 1;
    begin();
    op(Ret);
    end(image_.types.function({}, std::nullopt), 1);
  }

  // A loop over an array with a call, a branch and some arithmetic on `width` variables.
  void addBody(unsigned repeat, unsigned width) {
    begin();
    for (unsigned i = 2; i < width; ++i)
      op(LdiW, {i, 1});
    op(ANew, {0, 8, ints_});
    for (unsigned round = 0; round < repeat; ++round) {
      unsigned x = 3 + round * 7 % (width - 4), y = 3 + round * 11 % (width - 4);
      op(AddI32, {x, x, y});
      op(JLtI32I, {x, 100, 4});
      op(Mov, {y, x});
      op(MulI32I, {y, y, 3});
      op(APush, {0, y});
      op(AGetW, {2, 0, y});
      op(Mov, {width + 3, x});
      op(AddI32I, {width + 4, y, 1});
      op(Call, {width + 3, 1, 0});
      op(Mov, {x, width + 3});
      op(ForUpI32, {y, x, 1, -12});
    }
    op(RetS, {2});
    end(binary_, width);
  }

  image::Image take() { return std::move(image_); }

private:
  void begin() {
    image_.code.resize((image_.code.size() + 3) / 4 * 4);
    start_ = image_.code.size();
  }
  void op(isa::Opcode code, std::initializer_list<int64_t> operands = {}) {
    isa::Instruction instruction{code, {}};
    std::copy(operands.begin(), operands.end(), instruction.operands.begin());
    if (code == Call)
      instruction.operands[2] = static_cast<int64_t>(image_.functions.size());
    isa::encode(instruction, image_.code);
  }
  void end(image::TypeId signature, unsigned width) {
    image::Function function;
    function.signature = signature;
    function.codeOffset = static_cast<uint32_t>(start_);
    function.codeLength = static_cast<uint32_t>(image_.code.size() - start_);
    function.scalars = {std::vector<image::TypeId>(width, kI32), width, 8};
    function.references = {{ints_}, 1, 8};
    image_.functions.push_back(function);
  }

  image::Image image_;
  image::TypeId ints_ = 0, binary_ = 0;
  size_t start_ = 0;
};

size_t countInstructions(std::span<const image::Function> functions,
                         std::span<const uint32_t> code) {
  size_t count = 0;
  for (const image::Function &function : functions)
    for (uint32_t pc = 0; pc < function.codeLength; ++count)
      pc += isa::kOpTable[isa::opcodeByte(code[function.codeOffset + pc])].words;
  return count;
}

// Of this thread, so that other programs do not count.
double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Image> void time(const char *name, const Image &image) {
  if (auto error = verify::verify(image)) {
    std::printf("%s: %s\n", name, error->text().c_str());
    return;
  }
  size_t instructions = countInstructions(image.functions, image.code);
  double best = 1e9;
  for (int round = 0; round < 20; ++round) {
    double start = cpuSeconds();
    bool refused = verify::verify(image).has_value();
    double seconds = cpuSeconds() - start;
    if (!refused && seconds < best)
      best = seconds;
  }
  std::printf("%-28s %9zu instructions  %7zu functions  %8.3f ms  %7.1f M/s  %5.2f ns per word\n",
              name, instructions, image.functions.size(), best * 1e3,
              static_cast<double>(instructions) / best / 1e6,
              best * 1e9 / static_cast<double>(image.code.size()));
}

void timeMade(const char *name, unsigned functions, unsigned repeat, unsigned width) {
  Maker maker;
  for (unsigned i = 0; i < functions; ++i)
    maker.addBody(repeat, width);
  time(name, maker.take());
}

} // namespace

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    auto bytes = image::readImageFile(argv[i]);
    auto image = bytes ? image::readImage(std::move(*bytes)) : std::unexpected(bytes.error());
    if (!image) {
      std::fprintf(stderr, "verify-bench: %s: %s\n", argv[i], image.error().text().c_str());
      return static_cast<int>(base::exitStatus(image.error().kind));
    }
    time(argv[i], *image);
  }
  if (argc > 1)
    return 0;
  timeMade("many small functions", 10000, 3, 16);
  timeMade("medium functions", 400, 100, 32);
  timeMade("one large function", 1, 100000, 32);
  timeMade("one large, 240 variables", 1, 100000, 240);
  return 0;
}
