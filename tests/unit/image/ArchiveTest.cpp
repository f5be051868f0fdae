// The archive on its own, with records that the format does not have: deep, optional, empty.
#include "format/image/Archive.h"
#include "format/image/Records.h"

#include <doctest/doctest.h>

using namespace orus;
using namespace orus::image;

namespace {

enum class Colour : uint8_t { Red, Green, Blue };

struct Sample {
  uint8_t small = 0;
  uint64_t large = 0;
  bool flag = false;
  Colour colour{};
  std::string text;
  std::vector<uint32_t> numbers;
  std::optional<uint16_t> maybe;
  std::vector<std::vector<std::string>> nested;
  friend bool operator==(const Sample &, const Sample &) = default;

  template <class Archive> void serialize(Archive &ar, unsigned) {
    using boost::serialization::make_nvp;
    ar &make_nvp("small", small) & make_nvp("large", large) & make_nvp("flag", flag);
    ar &make_nvp("colour", colour) & make_nvp("text", text) & make_nvp("numbers", numbers);
    ar &make_nvp("maybe", maybe) & make_nvp("nested", nested);
  }
};

// A record within itself, as only a mistake in the format would have it.
struct Chain {
  std::vector<Chain> next;
  template <class Archive> void serialize(Archive &ar, unsigned) {
    ar &boost::serialization::make_nvp("next", next);
  }
};

struct Nothing {
  template <class Archive> void serialize(Archive &, unsigned) {}
};

using Bytes = std::vector<uint8_t>;

template <class T> Bytes save(const T &value) {
  Bytes bytes;
  SaveArchive(bytes, 0) << value;
  return bytes;
}

// The first complaint about bytes read as a T, "" if there is none and all are read.
template <class T> std::string complaint(const Bytes &bytes) {
  LoadArchive archive(bytes, "TEST", 0, 0);
  T value{};
  archive >> value;
  if (!archive.ok())
    return archive.error().place + ": " + archive.error().message;
  return archive.remaining() ? "bytes left" : "";
}

template <class T> std::string recordComplaint(const Bytes &bytes, bool isNewer = false) {
  LoadArchive archive(bytes, "TEST", 0, isNewer);
  T value{};
  archive.loadRecord(value, 7, isNewer);
  if (!archive.ok())
    return archive.error().place + ": " + archive.error().message;
  return archive.remaining() ? "bytes left" : "";
}

} // namespace

template <> inline constexpr unsigned orus::image::kEnumerators<Colour> = 3;

TEST_CASE("values survive saving and loading") {
  for (const Sample &sample : {Sample{}, Sample{255,
                                                UINT64_MAX,
                                                true,
                                                Colour::Blue,
                                                "caf\xC3\xA9",
                                                {0, 127, 128, UINT32_MAX},
                                                65535,
                                                {{"a", ""}, {}, {"b"}}}}) {
    Bytes bytes = save(sample);
    LoadArchive archive(bytes, "TEST", 0, 0);
    Sample loaded;
    archive >> loaded;
    CHECK(archive.ok());
    CHECK(archive.remaining() == 0);
    CHECK(loaded == sample);
  }
}

TEST_CASE("every prefix of a record is refused") {
  Bytes bytes = save(Sample{1, 300, true, Colour::Green, "text", {1, 2, 3}, 5, {{"a"}}});
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK(complaint<Sample>({bytes.begin(), bytes.begin() + static_cast<long>(size)}) != "");
}

TEST_CASE("numbers have one encoding") {
  struct Case {
    Bytes bytes;
    std::string complaint;
  };
  const Case kCases[] = {
      {{0x00}, ""},
      {{0xFF, 0x01}, ""},
      {{0x80, 0x00}, "TEST: number not in its shortest form"},
      {{0xFF, 0x80, 0x00}, "TEST: number not in its shortest form"},
      {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, ""},
      {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},
       "TEST: number of more than 64 bits"},
      {{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00},
       "TEST: number of more than 64 bits"},
      {{0x80}, "TEST: number of 1 bytes exceeds the remaining 0"},
  };
  for (const Case &c : kCases)
    CHECK(complaint<uint64_t>(c.bytes) == c.complaint);
  CHECK(complaint<uint32_t>({0x80, 0x80, 0x80, 0x80, 0x10}) ==
        "TEST: value 4294967296 exceeds 4294967295");
  CHECK(complaint<uint8_t>({0x80, 0x02}) == "TEST: value 256 exceeds 255");
}

TEST_CASE("bool, enumerations and the tag of an optional are checked") {
  CHECK(complaint<bool>({1}) == "");
  CHECK(complaint<bool>({2}) == "TEST: value 2 exceeds 1");
  CHECK(complaint<Colour>({2}) == "");
  CHECK(complaint<Colour>({3}) == "TEST: value 3 exceeds 2");
  CHECK(complaint<std::optional<bool>>({1, 0}) == "");
  CHECK(complaint<std::optional<bool>>({2, 0}) == "TEST: value 2 exceeds 1");
}

TEST_CASE("counts are checked against the bytes that are left before anything grows") {
  // 2^32 - 1 elements in 4 bytes.
  CHECK(complaint<std::vector<uint32_t>>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0}) ==
        "TEST: count 4294967295 exceeds the remaining 4 bytes");
  // The count times the size of an element overflows 64 bits.
  CHECK(
      complaint<std::vector<uint64_t>>({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0}) ==
      "TEST: value 9223372036854775807 exceeds 4294967295");
  // Each Bank takes at least three bytes.
  CHECK(minimumSize<Bank>() == 3);
  CHECK(complaint<std::vector<Bank>>({2, 0, 0, 0, 0, 0}) ==
        "TEST: count 2 exceeds the remaining 5 bytes");
  CHECK(complaint<std::string>({5, 'a', 'b'}) == "TEST: string of 5 bytes exceeds the remaining 2");
  CHECK(complaint<std::string>({0x80, 0x80, 0x04}) == "TEST: value 65536 exceeds 65535");
  CHECK(complaint<std::string>({2, 0xC0, 0x80}) == "TEST: string is not UTF-8");
  // Objects without content are counted by bytes too.
  CHECK(complaint<std::vector<Nothing>>({3, 0, 0}) ==
        "TEST: count 3 exceeds the remaining 2 bytes");
}

TEST_CASE("records nest 32 deep and no deeper") {
  CHECK(complaint<Chain>(Bytes(kMaxArchiveDepth - 1, 1)).find("exceeds the remaining 0 bytes") !=
        std::string::npos);
  Bytes deepest(kMaxArchiveDepth - 1, 1);
  deepest.push_back(0);
  CHECK(complaint<Chain>(deepest) == "");
  CHECK(complaint<Chain>(Bytes(100'000, 1)).ends_with("records nested more than 32 deep"));
}

TEST_CASE("a record fills its length, unless a newer writer may have added fields") {
  Bytes content = save(Native{300, 5});
  Bytes record = content;
  record.insert(record.begin(), static_cast<uint8_t>(content.size()));
  CHECK(recordComplaint<Native>(record) == "");
  Bytes longer = record;
  longer[0] += 2;
  longer.insert(longer.end(), {9, 9});
  CHECK(recordComplaint<Native>(longer) == "TEST[7]: 2 bytes too many in the record");
  CHECK(recordComplaint<Native>(longer, true) == "");
  Bytes shorter = record;
  shorter[0] -= 1;
  CHECK(recordComplaint<Native>(shorter) ==
        "TEST[7].signature: number of 1 bytes exceeds the remaining 0");
  CHECK(recordComplaint<Native>(shorter, true) ==
        "TEST[7].signature: number of 1 bytes exceeds the remaining 0");
  Bytes beyond = record;
  beyond[0] = 100;
  CHECK(recordComplaint<Native>(beyond) == "TEST[7]: record of 100 bytes exceeds the remaining 3");
}

TEST_CASE("an error names the way to the field") {
  Function f;
  f.references.slotTypes = {1, 2, 3};
  Bytes content = save(f);
  // The last slot type is followed by its continuation.
  size_t at = 0;
  while (content[at] != 3 || content[at + 1] != 1)
    ++at;
  content[at + 3] = 0xFF;
  content.resize(at + 4);
  CHECK(complaint<Function>(content) ==
        "TEST.references.slotTypes[2]: number of 1 bytes exceeds the remaining 0");
}
