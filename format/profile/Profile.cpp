#include "format/profile/Profile.h"

#include <charconv>

namespace orus::profile {

namespace {

constexpr std::string_view kHeading = "orus-profile 2";

void appendHash(std::string &out, uint64_t hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4)
    out += kDigits[hash >> shift & 15];
}

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  base::Result<Profile> run() {
    if (!nextLine() || rest_ != kHeading)
      return fail("this is no profile: it does not begin with `orus-profile 2`");
    while (nextLine()) {
      if (rest_.empty() || rest_.front() == ';')
        continue;
      std::string_view what = word();
      if (what == "image")
        profile_.image = std::string(word());
      else if (what == "function")
        function();
      else if (profile_.functions.empty())
        bad_ = true;
      else
        count(what, profile_.functions.back());
      if (bad_)
        return fail("I do not understand this line of a profile");
    }
    return std::move(profile_);
  }

private:
  void function() {
    FunctionProfile &f = profile_.functions.emplace_back();
    f.id = number32();
    f.sourceHash = hash();
    f.name = std::string(rest_);
  }

  void count(std::string_view what, FunctionProfile &f) {
    if (what == "loop")
      f.loops.push_back(placeCount());
    else if (what == "call")
      f.calls.push_back(placeCount());
    else if (what == "target") {
      Place at = place();
      uint64_t callee = hash();
      f.targets.push_back({at, callee, number()});
    } else if (what == "spills") {
      f.spillLoads = number();
      f.spillStores = number();
    } else if (what == "word") {
      uint32_t at = number32();
      f.words.push_back({at, number()});
    } else {
      bad_ = true;
    }
    bad_ |= !rest_.empty();
  }

  Place place() {
    uint32_t line = number32();
    return {line, number32()};
  }
  PlaceCount placeCount() {
    Place at = place();
    return {at, number()};
  }

  bool nextLine() {
    if (text_.empty())
      return false;
    size_t end = text_.find('\n');
    rest_ = text_.substr(0, end);
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
    ++line_;
    return true;
  }
  std::string_view word() {
    size_t end = rest_.find(' ');
    std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return found;
  }
  uint64_t number(int radix = 10) {
    std::string_view digits = word();
    uint64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, radix);
    bad_ |= error != std::errc() || end != digits.data() + digits.size() || digits.empty();
    return value;
  }
  uint64_t hash() { return number(16); }
  uint32_t number32() {
    uint64_t value = number();
    bad_ |= value > UINT32_MAX;
    return static_cast<uint32_t>(value);
  }
  std::unexpected<base::Error> fail(std::string message) const {
    return base::fail(base::ErrorKind::Damaged, "line " + std::to_string(line_) + ": " + message);
  }

  std::string_view text_, rest_;
  size_t line_ = 0;
  bool bad_ = false;
  Profile profile_;
};

} // namespace

std::string print(const Profile &profile) {
  std::string out(kHeading);
  out += "\nimage " + profile.image;
  out += '\n';
  auto number = [&](uint64_t value) { out += ' ' + std::to_string(value); };
  for (const FunctionProfile &f : profile.functions) {
    out += "function " + std::to_string(f.id) + ' ';
    appendHash(out, f.sourceHash);
    out += ' ' + f.name + '\n';
    auto places = [&](const char *what, const std::vector<PlaceCount> &counts) {
      for (const PlaceCount &entry : counts) {
        out += what;
        number(entry.place.line), number(entry.place.column), number(entry.count);
        out += '\n';
      }
    };
    places("loop", f.loops);
    places("call", f.calls);
    for (const TargetCount &entry : f.targets) {
      out += "target";
      number(entry.place.line), number(entry.place.column);
      out += ' ';
      appendHash(out, entry.function);
      number(entry.count);
      out += '\n';
    }
    if (f.spillLoads + f.spillStores != 0) {
      out += "spills";
      number(f.spillLoads), number(f.spillStores);
      out += '\n';
    }
    for (const WordCount &entry : f.words) {
      out += "word";
      number(entry.word), number(entry.count);
      out += '\n';
    }
  }
  return out;
}

base::Result<Profile> parse(std::string_view text) { return Parser(text).run(); }

} // namespace orus::profile
