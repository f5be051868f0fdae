// Damaged and hostile files: each is refused, at once, with the right kind of error.
#include "tests/unit/image/Samples.h"

#include "format/image/Reader.h"
#include "format/image/Writer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <sys/resource.h>
#include <unistd.h>

using namespace orus;
using namespace orus::image;
using base::ErrorKind;

namespace {

const Image kSamples[] = {samples::least(), samples::full(), samples::many()};

std::optional<base::Error> errorOf(base::ByteView bytes) {
  auto image = readImage(bytes);
  if (image)
    return std::nullopt;
  return image.error();
}

base::Bytes full() { return writeImage(samples::full()).value(); }

Header headerOf(const base::Bytes &file) {
  Header header;
  std::memcpy(&header, file.data(), sizeof header);
  return header;
}

// The sections of the full sample after a change, laid out with valid checksums.
template <class Change> base::Bytes changed(SectionKind kind, Change change) {
  std::vector<SectionContent> sections = encodeSections(samples::full());
  for (SectionContent &section : sections)
    if (section.kind == static_cast<uint32_t>(kind))
      change(section);
  return layOut(sections);
}

long peakKilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

} // namespace

TEST_CASE("every truncation is refused") {
  for (const Image &sample : kSamples) {
    base::Bytes file = writeImage(sample).value();
    for (size_t size = 0; size < file.size(); ++size) {
      auto error = errorOf(base::ByteView(file).first(size));
      REQUIRE(error.has_value());
      CHECK(error->kind == (size ? ErrorKind::Damaged : ErrorKind::NotAnImage));
    }
  }
}

TEST_CASE("every single flipped bit is refused") {
  for (const Image &sample : kSamples) {
    base::Bytes file = writeImage(sample).value();
    for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
      file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
      auto error = errorOf(file);
      ErrorKind kind = bit < 64 ? ErrorKind::NotAnImage : ErrorKind::Damaged;
      if (!error || error->kind != kind)
        FAIL_CHECK("bit " << bit);
      file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
    CHECK_FALSE(errorOf(file).has_value());
  }
}

TEST_CASE(
    "flipped bits with right checksums never make the reader fail otherwise than by refusing") {
  base::Bytes original = full();
  size_t accepted = 0;
  for (size_t bit = 8 * sizeof(Header); bit < 8 * original.size(); ++bit) {
    base::Bytes file = original;
    file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    updateChecksums(file);
    accepted += !errorOf(file).has_value();
  }
  CHECK(accepted > 0); // else nothing but the checksum protects
}

TEST_CASE("overwritten bytes with right checksums are handled in partial reading as well") {
  base::Bytes original = full();
  for (uint8_t value : {0x00, 0x7F, 0x80, 0xFF})
    for (size_t at = sizeof(Header); at < original.size(); ++at) {
      base::Bytes file = original;
      file[at] = value;
      updateChecksums(file);
      base::AlignedBuffer copy;
      REQUIRE(copy.reserve(file.size()));
      std::memcpy(copy.data(), file.data(), file.size());
      copy.setSize(file.size());
      PartialImage partial = readPartially(std::move(copy));
      CHECK(partial.hasHeader);
      CHECK(partial.error.has_value() == errorOf(file).has_value());
    }
}

TEST_CASE("counts that promise more than the file has are refused fast and without memory") {
  auto start = std::chrono::steady_clock::now();
  long before = peakKilobytes();
  for (const SectionInfo &row : kSections) {
    base::Bytes file = changed(row.kind, [&](SectionContent &section) {
      section.count = std::min(row.limit, section.count + 1'000'000);
    });
    if (file != full()) // the sample has such a section
      CHECK(errorOf(file)->kind == ErrorKind::Damaged);
    file = changed(row.kind, [](SectionContent &section) { section.count = UINT32_MAX; });
    if (file != full())
      CHECK(errorOf(file)->kind == ErrorKind::Damaged);
  }
  // A vector of 2^32 - 1 elements within a record.
  base::Bytes file = changed(SectionKind::Types, [](SectionContent &section) {
    section.count = 1;
    section.bytes = {9, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0};
  });
  CHECK(errorOf(file)->text().find("count 4294967295 exceeds the remaining 2 bytes") !=
        std::string::npos);
  CHECK(peakKilobytes() - before < 8 * 1024);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("half-built tables are freed when a late record is bad") {
  base::Bytes file = changed(SectionKind::Functions, [](SectionContent &section) {
    base::Bytes all;
    for (int i = 0; i < 500; ++i)
      base::append(all, section.bytes);
    section.count *= 501;
    base::Bytes last = section.bytes;
    last[1] = 0x80; // an over-long string id
    last[2] = 0x00;
    base::append(all, last);
    section.bytes = all;
  });
  auto error = errorOf(file);
  REQUIRE(error.has_value());
  CHECK(error->place == "FUNCTIONS[1000].name");
}

TEST_CASE("bytes after the last record and records that are missing are refused") {
  for (SectionKind kind : {SectionKind::Manifest, SectionKind::Types, SectionKind::Natives,
                           SectionKind::Functions, SectionKind::Modules, SectionKind::Files}) {
    base::Bytes longer = changed(kind, [](SectionContent &s) { s.bytes.push_back(0); });
    CHECK(errorOf(longer)->message == "1 bytes after the last record");
    base::Bytes shorter = changed(kind, [](SectionContent &s) { s.bytes.pop_back(); });
    CHECK(errorOf(shorter)->kind == ErrorKind::Damaged);
  }
  for (SectionKind kind : {SectionKind::Strings, SectionKind::Const, SectionKind::Code,
                           SectionKind::Handlers, SectionKind::Lines}) {
    base::Bytes longer = changed(kind, [](SectionContent &s) { s.bytes.push_back(0); });
    CHECK(errorOf(longer)->kind == ErrorKind::Damaged);
    base::Bytes more = changed(kind, [](SectionContent &s) { ++s.count; });
    CHECK(errorOf(more)->kind == ErrorKind::Damaged);
  }
}

TEST_CASE("versions: what is newer or other is told apart from damage") {
  auto withHeader = [](auto change) {
    base::Bytes file = full();
    Header header = headerOf(file);
    change(header);
    std::memcpy(file.data(), &header, sizeof header);
    updateChecksums(file);
    return errorOf(file);
  };
  for (uint16_t major : {0, 1, 0xFFFF})
    CHECK(withHeader([&](Header &h) { h.major = major; })->kind == ErrorKind::Version);
  CHECK_FALSE(withHeader([](Header &h) { h.minor = 1; }).has_value());
  CHECK_FALSE(withHeader([](Header &h) { h.minor = 1, h.schemaHash = 0; }).has_value());
  auto bit = withHeader([](Header &h) { h.minor = 1, h.requiredFeatures = uint64_t{1} << 63; });
  CHECK(bit->kind == ErrorKind::Version);
  CHECK(bit->message ==
        "the image was written by test in format version 4.1 with the required feature 63; release "
        "0.2.0 reads 4.0 without it: compile the source again with orusc 0.2.0, or use the release "
        "that wrote the image");
  auto major = withHeader([](Header &h) { h.major = 3; });
  CHECK(major->message ==
        "the image was written by test in format version 3.0; release 0.2.0 reads 4.0: compile the "
        "source again with orusc 0.2.0, or use the release that wrote the image");
  // What this version knows must agree with the sections; what only a newer one knows may be set.
  CHECK_FALSE(
      withHeader([](Header &h) { h.optionalFeatures |= ~knownFeatures().optional; }).has_value());
  for (const FeatureInfo &feature : kFeatures)
    CHECK(withHeader([&](Header &h) {
            (feature.isRequired ? h.requiredFeatures : h.optionalFeatures) ^= uint64_t{1}
                                                                              << feature.bit;
          })->kind == ErrorKind::Damaged);
  CHECK(withHeader([](Header &h) { h.opcodeHash ^= 1; })->kind == ErrorKind::Version);
  CHECK(withHeader([](Header &h) { h.schemaHash ^= 1; })->kind == ErrorKind::Version);
  CHECK(withHeader([](Header &h) { h.flags = 1; })->kind == ErrorKind::Damaged);
  for (uint32_t size : {0u, 63u, 65u, UINT32_MAX})
    CHECK(withHeader([&](Header &h) { h.headerSize = size; })->kind == ErrorKind::Damaged);
  for (uint32_t count : {0u, 65u, UINT32_MAX})
    CHECK(withHeader([&](Header &h) { h.sectionCount = count; })->kind == ErrorKind::Damaged);
}

TEST_CASE("newer minor versions may have longer records; older tools skip what they do not know") {
  base::Bytes file = changed(SectionKind::Natives, [](SectionContent &section) {
    section.bytes[0] += 2;
    section.bytes.insert(section.bytes.end(), {1, 2});
  });
  CHECK(errorOf(file)->message == "2 bytes too many in the record");
  Header header = headerOf(file);
  header.minor = 1;
  std::memcpy(file.data(), &header, sizeof header);
  updateChecksums(file);
  CHECK_FALSE(errorOf(file).has_value());
}

TEST_CASE("sections that only a newer version knows are ignored or refused as they ask") {
  auto withSection = [](uint32_t flags, uint32_t kind = 1000) {
    std::vector<SectionContent> sections = encodeSections(samples::full());
    sections.push_back({kind, flags, 3, 0, 0, {1, 2, 3}});
    return layOut(sections);
  };
  auto image = readImage(withSection(0));
  REQUIRE(image.has_value());
  CHECK(image->sections.back().kind == 1000);
  CHECK_FALSE(errorOf(withSection(kStrippable)).has_value());
  CHECK(errorOf(withSection(kRequired))->kind == ErrorKind::Version);
  CHECK(errorOf(withSection(8))->kind == ErrorKind::Damaged);
  CHECK(errorOf(withSection(0, 70000))->kind == ErrorKind::Damaged); // after the signature
}

TEST_CASE("a section that is required must be there") {
  for (const SectionInfo &row : kSections) {
    std::vector<SectionContent> sections = encodeSections(samples::full());
    std::erase_if(sections, [&](const SectionContent &section) {
      return section.kind == static_cast<uint32_t>(row.kind);
    });
    auto error = errorOf(layOut(sections));
    CHECK(error.has_value() == ((row.flags & kRequired) != 0));
    if (error)
      CHECK(error->text() == std::string(row.name) + ": section is missing");
  }
}

TEST_CASE("strings: offsets and UTF-8 of each") {
  auto withStrings = [](std::vector<uint32_t> ends, std::string_view blob) {
    return errorOf(changed(SectionKind::Strings, [&](SectionContent &section) {
      section.count = static_cast<uint32_t>(ends.size());
      section.bytes.clear();
      for (uint32_t end : ends)
        base::append(section.bytes, end);
      base::append(section.bytes, base::asBytes(blob));
    }));
  };
  CHECK_FALSE(withStrings({0, 4, 4}, "main").has_value());
  CHECK(withStrings({2, 1, 4}, "main")->text().find("STRINGS[1]") == 0);
  CHECK(withStrings({0, 5}, "main")->text().find("STRINGS[1]") == 0);
  CHECK(withStrings({0, 3}, "main")->message == "1 bytes after the last string");
  CHECK(withStrings({1, 2}, "\xC3\xA9")->message == "byte 0 is not UTF-8");
  CHECK(withStrings({2}, "\xC0\x80")->message == "byte 0 is not UTF-8");
}

TEST_CASE("limits are accepted at their value and refused above it") {
  auto withSlots = [](uint32_t outgoing) {
    Image image = samples::least();
    image.functions[0].scalars.outgoing = outgoing;
    return errorOf(layOut(encodeSections(image)));
  };
  CHECK_FALSE(withSlots(kMaxWindowSlots).has_value());
  CHECK(withSlots(kMaxWindowSlots + 1)->message == "65536 slots exceed the limit of 65535");
  CHECK(withSlots(UINT32_MAX)->kind == ErrorKind::Damaged);
  auto withRegisters = [](uint32_t registers) {
    Image image = samples::least();
    image.functions[0].scalars.slotTypes.assign(300, 0);
    image.functions[0].scalars.registers = registers;
    return errorOf(layOut(encodeSections(image)));
  };
  CHECK_FALSE(withRegisters(kMaxRegisters).has_value());
  CHECK(withRegisters(kMaxRegisters + 1)->message == "257 registers exceed the limit of 256");
  CHECK(withRegisters(301)->message == "301 registers, but types for 300 slots");
  auto withModuleSlots = [](size_t count) {
    Image image = samples::least();
    image.modules[0].scalars.resize(count);
    return errorOf(layOut(encodeSections(image)));
  };
  CHECK_FALSE(withModuleSlots(kMaxModuleSlots).has_value());
  CHECK(withModuleSlots(kMaxModuleSlots + 1).has_value());
  auto withModules = [](size_t count) {
    Image image = samples::least();
    image.modules.resize(count);
    return errorOf(layOut(encodeSections(image)));
  };
  CHECK_FALSE(withModules(kMaxModules).has_value());
  CHECK(withModules(kMaxModules + 1)->message == "65536 elements exceed the limit of 65535");
}

TEST_CASE("a first line for the shell and streams are read as files are") {
  char path[] = "/var/tmp/orus-image-XXXXXX";
  int fd = ::mkstemp(path);
  REQUIRE(fd >= 0);
  base::Bytes file = full();
  std::string line = "#!/usr/bin/env orusvm\n";
  REQUIRE(::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  REQUIRE(::write(fd, file.data(), file.size()) == static_cast<ssize_t>(file.size()));
  auto bytes = readImageFile(path);
  REQUIRE(bytes.has_value());
  CHECK(readImage(std::move(*bytes)).has_value());
  REQUIRE(::write(fd, "x", 1) == 1);
  CHECK(readImage(readImageFile(path).value()).error().kind == ErrorKind::Damaged);
  ::close(fd);
  ::unlink(path);
  CHECK(readImage(readImageFile("/dev/zero").value()).error().kind == ErrorKind::NotAnImage);
  CHECK(readImageFile("/nonexistent").error().kind == ErrorKind::CannotOpen);
}
