// Lack of memory at every allocation, and runs by the hundred: each ends in order and leaves
// nothing.
#include "format/text/ImageText.h"
#include "format/verify/Verifier.h"
#include "tests/unit/vm/Programs.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <sstream>
#include <thread>

using namespace orus;
using namespace orus::vm;

// Sanitizers have allocation functions of their own.
#if !defined(__SANITIZE_ADDRESS__) && !(defined(__has_feature) && __has_feature(address_sanitizer))
#define ORUS_COUNTED
namespace {

// Allocations of this thread that still succeed; none fails while it is negative.
thread_local int64_t allowed = -1;

void *allocate(size_t size) {
  if (allowed == 0)
    throw std::bad_alloc();
  if (allowed > 0)
    --allowed;
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}

} // namespace

void *operator new(size_t size) { return allocate(size); }
void *operator new[](size_t size) { return allocate(size); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, size_t) noexcept { std::free(memory); }
#endif

namespace {

std::vector<base::Bytes> images(const char *folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / folder))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<base::Bytes> files;
  for (const auto &path : paths) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    auto file = text::assembleImage(text.str());
    REQUIRE(file.has_value());
    files.push_back(std::move(*file));
  }
  return files;
}

enum class Ending { Ran, OutOfMemory, Refused };

Options smallOptions() {
  Options options;
  options.maxStack = size_t{1} << 20;
  options.maxHeap = size_t{8} << 20;
  options.youngBytes = size_t{64} << 10;
  options.fuel = 2000;
  return options;
}

// What a tool does with an image; nothing but std::bad_alloc may come out of it.
Ending process(const base::Bytes &file) {
  try {
    auto image = image::readImage(base::ByteView(file));
    if (!image)
      return image.error().kind == base::ErrorKind::OutOfMemory ? Ending::OutOfMemory
                                                                : Ending::Refused;
    if (verify::verify(*image))
      return Ending::Refused;
    test::StringSink sink;
    test::StringSource source("");
    Vm machine(std::move(*image), smallOptions(), sink, source);
    return machine.run().status == Status::LimitReached ? Ending::OutOfMemory : Ending::Ran;
  } catch (const std::bad_alloc &) {
    return Ending::OutOfMemory;
  }
}

long residentKilobytes() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * 4;
}

size_t openDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

} // namespace

#ifdef ORUS_COUNTED
TEST_CASE("whichever allocation fails, the end is in order and the next run works") {
  size_t failed = 0;
  for (const base::Bytes &file : images("good")) {
    Ending whole = process(file);
    for (int64_t count = 0;; ++count) {
      allowed = count;
      Ending ending = process(file);
      bool isEnough = allowed > 0;
      allowed = -1;
      CHECK((ending == whole || ending == Ending::OutOfMemory));
      failed += ending == Ending::OutOfMemory;
      if (isEnough)
        break;
    }
    CHECK(process(file) == whole);
  }
  CHECK(failed > 1000);
}
#endif

TEST_CASE("eight threads come to the same verdict as one") {
  for (const char *folder : {"good", "bad"}) {
    std::vector<base::Bytes> files = images(folder);
    auto verdicts = [&] {
      std::string all;
      for (const base::Bytes &file : files) {
        auto image = image::readImage(base::ByteView(file));
        auto error = image ? verify::verify(*image) : std::nullopt;
        all += !image ? image.error().text() : error ? error->text() : "accepted";
        all += '\n';
      }
      return all;
    };
    std::string expected = verdicts();
    std::vector<std::string> found(8);
    std::vector<std::thread> threads;
    for (std::string &result : found)
      threads.emplace_back([&] { result = verdicts(); });
    for (std::thread &thread : threads)
      thread.join();
    for (const std::string &result : found)
      CHECK(result == expected);
  }
}

TEST_CASE("hundreds of runs in one process take no more memory than the first ones") {
  std::vector<base::Bytes> files = images("good");
  auto round = [&] {
    for (const base::Bytes &file : files)
      process(file);
  };
  for (int i = 0; i < 3; ++i)
    round();
  [[maybe_unused]] long before = residentKilobytes();
  size_t descriptors = openDescriptors();
  for (int i = 0; i < 20; ++i)
    round();
#ifdef ORUS_COUNTED // the address sanitizer keeps freed memory for a while
  CHECK(residentKilobytes() - before < 4096);
#endif
  CHECK(openDescriptors() == descriptors);
}
