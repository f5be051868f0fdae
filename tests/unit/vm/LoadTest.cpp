// From a damaged file to a machine: whatever is wrong is refused with the right status, and what is
// accepted all the same runs.
#include "tests/unit/vm/Programs.h"

#include "format/text/ImageText.h"
#include "vm/load/Load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace orus;
using namespace orus::vm;
using base::ExitStatus;

namespace {

constexpr uint8_t kPatterns[] = {0x01, 0x10, 0x80, 0xFF};

/// The three longest images of the corpus of sound ones: together they have everything in them.
std::vector<base::Bytes> images() {
  std::vector<base::Bytes> images;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / "good")) {
    std::ifstream file(entry.path());
    std::string text(std::istreambuf_iterator<char>(file), {});
    auto bytes = text::assembleImage(text);
    REQUIRE_MESSAGE(bytes.has_value(), entry.path().string());
    images.push_back(std::move(*bytes));
  }
  REQUIRE(images.size() >= 3);
  std::ranges::sort(images, std::ranges::greater(),
                    [](const base::Bytes &bytes) { return std::pair(bytes.size(), bytes); });
  images.resize(3);
  return images;
}

ExitStatus statusOf(base::ByteView bytes) {
  auto image = loadImage(bytes);
  return image ? ExitStatus::Success : base::exitStatus(image.error().kind);
}

/// Loads an image and, if that works, runs it with little fuel and memory.
bool loadsAndRuns(base::ByteView bytes) {
  auto image = loadImage(bytes);
  if (!image) {
    ExitStatus status = base::exitStatus(image.error().kind);
    CHECK((status == ExitStatus::BadImage || status == ExitStatus::ImageVersion));
    CHECK_FALSE(image.error().text().empty());
    return false;
  }
  vm::Options options;
  options.fuel = 200;
  options.maxHeap = size_t{4} << 20;
  options.maxStack = size_t{1} << 20;
  options.checkHeap = true;
  test::StringSink output;
  test::StringSource input;
  Vm machine(std::move(*image), options, output, input);
  machine.run();
  return true;
}

} // namespace

TEST_CASE("a file that is cut anywhere is refused") {
  for (const base::Bytes &file : images()) {
    CHECK(statusOf(file) == ExitStatus::Success);
    for (size_t size = 0; size < file.size(); ++size)
      if (statusOf(base::ByteView(file).first(size)) != ExitStatus::BadImage)
        FAIL_CHECK("size " << size);
  }
}

TEST_CASE("a file with any byte changed is refused") {
  for (base::Bytes &file : images())
    for (size_t at = 0; at < file.size(); ++at)
      for (uint8_t pattern : kPatterns) {
        file[at] ^= pattern;
        if (statusOf(file) != ExitStatus::BadImage)
          FAIL_CHECK("byte " << at << " pattern " << +pattern);
        file[at] ^= pattern;
      }
}

TEST_CASE("a changed byte under right checksums is refused or harmless") {
  size_t accepted = 0, refused = 0;
  for (const base::Bytes &original : images())
    for (size_t at = sizeof(image::Header); at < original.size(); ++at)
      for (uint8_t pattern : kPatterns) {
        base::Bytes file = original;
        file[at] ^= pattern;
        image::updateChecksums(file);
        ++(loadsAndRuns(file) ? accepted : refused);
      }
  // Texts and positions may change; most other bytes may not.
  CHECK(accepted > 0);
  CHECK(refused > accepted);
}
