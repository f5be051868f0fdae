#include "tests/fuzz/Mutator.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace orus::fuzz {
namespace {

using base::Bytes;

// Words and signs of the language; in binary files they do no harm.
constexpr std::string_view kWords[] = {
    " and ",      " as i32",  " as u64", " as f64", " as string", " as bool",   "break\n",
    "continue\n", "else:\n",  "elif ",   "enum ",   "false",      "fn ",        "for ",
    "if ",        "impl ",    " in ",    "match ",  " matches ",  "mut ",       "not ",
    " or ",       "pass\n",   "print(",  "pub ",    "return ",    "struct ",    "true",
    "try:\n",     "catch:\n", "use ",    "while ",  ": i32",      ": any",      ": [i32]",
    "fn(x): ",    " -> ",     " == ",    " := ",    "..",         "..=",        "'a",
    "@hot\n",     "[",        "]",       "(",       ")",          "{",          "}",
    ",",          ":",        ";",       "\n",      "\n  ",       "\"",         "\\n",
    "/*",         "*/",       "//",      "0",       "-1",         "2147483648", "1e999",
    "0xFFFFFFFF", "\xC3\xA9", "\xFF",    "_",       "x",          "self",       "Option[",
    "len(",       "push(",
};

constexpr uint64_t kNumbers[] = {0,
                                 1,
                                 2,
                                 0x7F,
                                 0x80,
                                 0xFF,
                                 0x100,
                                 0x7FFF,
                                 0x8000,
                                 0xFFFF,
                                 0x10000,
                                 0x7FFFFFFF,
                                 0x80000000,
                                 0xFFFFFFFF,
                                 0x7FFFFFFFFFFFFFFF,
                                 0x8000000000000000,
                                 ~uint64_t{0}};

class Mutation {
public:
  Mutation(Bytes &bytes, std::span<const Bytes> seeds, Random &random)
      : bytes_(bytes), seeds_(seeds), random_(random) {}

  void apply() {
    if (bytes_.empty())
      return insertWord();
    switch (random_.below(10)) {
    case 0: return flipBit();
    case 1: return setByte();
    case 2: return setNumber();
    case 3: return eraseRange();
    case 4: return copyRange();
    case 5: return swapLines();
    case 6: return splice();
    case 7: return repeat();
    default: return insertWord();
    }
  }

private:
  size_t anywhere() { return random_.below(bytes_.size()); }
  auto at(size_t index) { return bytes_.begin() + static_cast<std::ptrdiff_t>(index); }
  // Mostly short, sometimes long.
  size_t someLength(size_t most) {
    size_t length = random_.below(8) ? 1 + random_.below(16) : 1 + random_.below(most);
    return std::min(length, most);
  }
  void insert(size_t index, base::ByteView what) {
    bytes_.insert(at(index), what.begin(), what.end());
  }

  void flipBit() { bytes_[anywhere()] ^= static_cast<uint8_t>(1u << random_.below(8)); }
  void setByte() { bytes_[anywhere()] = static_cast<uint8_t>(random_.next()); }

  void setNumber() {
    uint64_t number = kNumbers[random_.below(std::size(kNumbers))];
    size_t width = size_t{1} << random_.below(4), from = anywhere();
    for (size_t i = 0; i < width && from + i < bytes_.size(); ++i)
      bytes_[from + i] = static_cast<uint8_t>(number >> 8 * i);
  }

  void eraseRange() {
    size_t from = anywhere(), length = someLength(bytes_.size() - from);
    bytes_.erase(at(from), at(from + length));
  }

  void copyRange() {
    size_t from = anywhere(), length = someLength(bytes_.size() - from);
    Bytes part(at(from), at(from + length));
    insert(anywhere(), part);
  }

  size_t lineStart(size_t index) {
    while (index > 0 && bytes_[index - 1] != '\n')
      --index;
    return index;
  }
  size_t lineEnd(size_t index) {
    return static_cast<size_t>(std::find(at(index), bytes_.end(), '\n') - bytes_.begin());
  }

  void swapLines() {
    size_t from = lineStart(anywhere()), end = lineEnd(from);
    Bytes line(at(from), at(end));
    line.push_back('\n');
    bytes_.erase(at(from), at(std::min(end + 1, bytes_.size())));
    insert(bytes_.empty() ? 0 : lineStart(anywhere()), line);
  }

  // A part of another seed.
  void splice() {
    const Bytes &other = seeds_[random_.below(seeds_.size())];
    if (other.empty())
      return;
    size_t from = random_.below(other.size()), length = someLength(other.size() - from);
    insert(anywhere(), base::ByteView(other).subspan(from, length));
  }

  void repeat() {
    size_t from = anywhere(), length = someLength(std::min<size_t>(bytes_.size() - from, 32));
    Bytes part(at(from), at(from + length));
    for (size_t i = size_t{1} << random_.below(10); i > 0; --i)
      insert(from, part);
  }

  void insertWord() {
    std::string_view word = kWords[random_.below(std::size(kWords))];
    insert(bytes_.empty() ? 0 : anywhere(), base::asBytes(word));
  }

  Bytes &bytes_;
  std::span<const Bytes> seeds_;
  Random &random_;
};

} // namespace

uint64_t Random::next() {
  uint64_t z = state_ += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

base::Bytes mutant(std::span<const base::Bytes> seeds, size_t limit, Random &random) {
  Bytes bytes = seeds[random.below(seeds.size())];
  Mutation mutation(bytes, seeds, random);
  for (size_t rounds = size_t{1} << random.below(4); rounds > 0; --rounds)
    mutation.apply();
  bytes.resize(std::min(bytes.size(), limit));
  return bytes;
}

} // namespace orus::fuzz
