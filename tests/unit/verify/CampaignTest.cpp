// Whole files, damaged in bulk: bits, bytes, sections, functions and records of every good image of
// the corpus. Damage under the old checksums is refused always; under right checksums, what the
// verifier accepts the slow verifier accepts as well.
#include "format/image/Reader.h"
#include "format/image/Writer.h"
#include "format/text/ImageText.h"
#include "format/verify/Verifier.h"
#include "tests/verify-slow/SlowVerifier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace orus;
using namespace orus::image;

namespace {

struct Sample {
  std::string name;
  base::Bytes file;
};

std::vector<Sample> samples() {
  std::vector<Sample> all;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / "good")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    auto file = text::assembleImage(text.str());
    REQUIRE(file.has_value());
    all.push_back({entry.path().stem().string(), std::move(*file)});
  }
  std::ranges::sort(all, {}, &Sample::name);
  REQUIRE(all.size() >= 3);
  return all;
}

// The smallest ones, for what goes over every bit.
std::vector<Sample> smallest(size_t count) {
  std::vector<Sample> all = samples();
  std::ranges::sort(all, {}, [](const Sample &sample) { return sample.file.size(); });
  all.resize(count);
  return all;
}

enum class Verdict { Refused, Accepted };

// Reads and verifies; checks on the way what must hold of every file.
Verdict judge(const base::Bytes &file) {
  auto image = readImage(file);
  if (!image) {
    base::ExitStatus status = base::exitStatus(image.error().kind);
    CHECK((status == base::ExitStatus::BadImage || status == base::ExitStatus::ImageVersion));
    return Verdict::Refused;
  }
  if (verify::verify(*image))
    return Verdict::Refused;
  auto slow = verify::slow::refuse(*image);
  CAPTURE(slow.value_or(""));
  CHECK_FALSE(slow.has_value());
  return Verdict::Accepted;
}

std::vector<SectionContent> sectionsOf(const base::Bytes &file) {
  auto image = readImage(file);
  REQUIRE(image.has_value());
  std::vector<SectionContent> sections;
  for (const SectionEntry &entry : image->sections) {
    base::ByteView bytes = image->bytes.view().subspan(entry.offset, entry.size);
    sections.push_back({entry.kind, entry.flags, entry.count, entry.alignmentLog2, entry.encoding,
                        base::Bytes(bytes.begin(), bytes.end())});
  }
  return sections;
}

// The records of an archive section with their lengths.
std::vector<base::Bytes> recordsOf(const SectionContent &section) {
  std::vector<base::Bytes> records;
  for (size_t at = 0; at < section.bytes.size();) {
    size_t begin = at, length = 0;
    for (unsigned shift = 0;; shift += 7) {
      uint8_t byte = section.bytes[at++];
      length |= size_t{byte & 0x7Fu} << shift;
      if (byte < 0x80)
        break;
    }
    at += length;
    records.emplace_back(section.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                         section.bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return records;
}

} // namespace

TEST_CASE("every flipped bit is refused by the checksums") {
  for (Sample &sample : smallest(3)) {
    CAPTURE(sample.name);
    for (size_t bit = 0; bit < 8 * sample.file.size(); ++bit) {
      sample.file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
      auto image = readImage(sample.file);
      if (image || base::exitStatus(image.error().kind) != base::ExitStatus::BadImage)
        FAIL_CHECK("bit " << bit);
      sample.file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
  }
}

TEST_CASE("flipped bits and set bytes under right checksums are refused or harmless") {
  size_t accepted = 0, refused = 0;
  auto count = [&](Verdict verdict) { ++(verdict == Verdict::Accepted ? accepted : refused); };
  for (const Sample &sample : smallest(3)) {
    CAPTURE(sample.name);
    for (size_t at = 0; at < sample.file.size(); ++at) {
      CAPTURE(at);
      for (unsigned bit = 0; bit < 8; ++bit) {
        base::Bytes file = sample.file;
        file[at] ^= static_cast<uint8_t>(1u << bit);
        updateChecksums(file);
        count(judge(file));
      }
      for (uint8_t value : {0x00, 0x7F, 0x80, 0xFF}) {
        base::Bytes file = sample.file;
        file[at] = value;
        updateChecksums(file);
        count(judge(file));
      }
    }
  }
  CHECK(accepted > 0); // names and positions, for example
  CHECK(refused > accepted);
}

TEST_CASE("contents of two sections in each other's place") {
  for (const Sample &sample : samples()) {
    CAPTURE(sample.name);
    std::vector<SectionContent> sections = sectionsOf(sample.file);
    for (size_t a = 0; a < sections.size(); ++a)
      for (size_t b = a + 1; b < sections.size(); ++b) {
        std::vector<SectionContent> swapped = sections;
        std::swap(swapped[a].bytes, swapped[b].bytes);
        judge(layOut(swapped));
        std::swap(swapped[a].count, swapped[b].count);
        judge(layOut(swapped));
      }
  }
}

TEST_CASE("two records of a section in each other's place") {
  size_t cases = 0;
  for (const Sample &sample : samples()) {
    CAPTURE(sample.name);
    std::vector<SectionContent> sections = sectionsOf(sample.file);
    for (SectionContent &section : sections) {
      if (section.encoding != static_cast<uint8_t>(Encoding::Archive))
        continue;
      std::vector<base::Bytes> records = recordsOf(section);
      base::Bytes original = section.bytes;
      for (size_t a = 0; a < records.size(); ++a)
        for (size_t b = a + 1; b < records.size(); ++b, ++cases) {
          std::swap(records[a], records[b]);
          section.bytes.clear();
          for (const base::Bytes &record : records)
            base::append(section.bytes, record);
          judge(layOut(sections));
          std::swap(records[a], records[b]);
        }
      section.bytes = original;
    }
  }
  CHECK(cases > 100);
}

TEST_CASE("the code of two functions in each other's place") {
  size_t cases = 0;
  for (const Sample &sample : samples()) {
    CAPTURE(sample.name);
    auto image = readImage(sample.file);
    REQUIRE(image.has_value());
    std::vector<SectionContent> sections = sectionsOf(sample.file);
    auto code = std::ranges::find(sections, static_cast<uint32_t>(SectionKind::Code),
                                  &SectionContent::kind);
    for (const Function &a : image->functions)
      for (const Function &b : image->functions) {
        if (a.codeOffset >= b.codeOffset)
          continue;
        std::vector<uint32_t> words(image->code.begin(), image->code.end());
        size_t length = std::min(a.codeLength, b.codeLength);
        std::swap_ranges(words.begin() + a.codeOffset,
                         words.begin() + a.codeOffset + static_cast<std::ptrdiff_t>(length),
                         words.begin() + b.codeOffset);
        std::memcpy(code->bytes.data(), words.data(), code->bytes.size());
        judge(layOut(sections));
        ++cases;
      }
  }
  CHECK(cases > 10);
}

TEST_CASE("sections of one image in another") {
  std::vector<Sample> all = smallest(20);
  for (const Sample &into : all)
    for (const Sample &from : all) {
      CAPTURE(into.name);
      CAPTURE(from.name);
      std::vector<SectionContent> sections = sectionsOf(into.file);
      for (const SectionContent &section : sectionsOf(from.file)) {
        std::vector<SectionContent> spliced = sections;
        auto place = std::ranges::find(spliced, section.kind, &SectionContent::kind);
        if (place == spliced.end())
          continue;
        *place = section;
        judge(layOut(spliced));
      }
    }
}
