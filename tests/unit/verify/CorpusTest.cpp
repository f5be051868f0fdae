// The images of tests/images: each file says in its first line what becomes of it.
#include "format/image/Reader.h"
#include "format/text/ImageText.h"
#include "format/verify/Verifier.h"
#include "tests/verify-slow/SlowVerifier.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace orus;

namespace {

struct Case {
  std::string name, expected;
  base::Bytes bytes;
};

std::string contentOf(const std::filesystem::path &path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<Case> corpus(const char *folder) {
  std::vector<Case> cases;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::filesystem::path(ORUS_TEST_IMAGES) / folder)) {
    std::string text = contentOf(entry.path());
    constexpr std::string_view kMark = "; expect: ";
    std::string name = entry.path().stem().string();
    REQUIRE_MESSAGE(text.starts_with(kMark), name);
    auto bytes = text::assembleImage(text);
    REQUIRE_MESSAGE(bytes.has_value(), name << ": " << bytes.error().text());
    cases.push_back(
        {name, text.substr(kMark.size(), text.find('\n') - kMark.size()), std::move(*bytes)});
  }
  std::ranges::sort(cases, {}, &Case::name);
  return cases;
}

std::string_view kindName(base::ErrorKind kind) {
  constexpr std::string_view kNames[] = {
#define X(kind, status) #kind,
      ORUS_ERROR_KINDS(X)
#undef X
  };
  return kNames[static_cast<size_t>(kind)];
}

struct Verdict {
  std::string result; // as in the first line of a case
  std::string text;
};

Verdict judge(const Case &test, verify::RuleId disabled = verify::RuleId::None) {
  auto image = image::readImage(test.bytes);
  if (!image)
    return {std::string(kindName(image.error().kind)), image.error().text()};
  if (auto error = verify::verify(*image, {.disabledRule = disabled}))
    return {std::string(verify::name(error->rule)), error->text()};
  return {"accepted", {}};
}

} // namespace

TEST_CASE("every bad image is refused for the reason it names") {
  for (const Case &test : corpus("bad")) {
    CAPTURE(test.name);
    Verdict verdict = judge(test);
    CAPTURE(verdict.text);
    CHECK(verdict.result == test.expected);
  }
}

TEST_CASE("every good image is accepted") {
  for (const Case &test : corpus("good")) {
    CAPTURE(test.name);
    Verdict verdict = judge(test);
    CAPTURE(verdict.text);
    CHECK(verdict.result == "accepted");
  }
}

// Tables are checked by one verifier only; everything in code by two.
TEST_CASE("the slow verifier agrees on every image with sound tables") {
  for (const char *folder : {"good", "bad"})
    for (const Case &test : corpus(folder)) {
      CAPTURE(test.name);
      auto image = image::readImage(test.bytes);
      if (!image)
        continue;
      auto error = verify::verify(*image);
      if (error && error->function == verify::Error::kNone)
        continue;
      if (error && error->rule == verify::RuleId::Budget) // the slow one takes its time
        continue;
      auto slow = verify::slow::refuse(*image);
      CAPTURE(slow.value_or("accepted"));
      CHECK(slow.has_value() == error.has_value());
    }
}

// If a rule can be switched off without any image passing, no case depends on it alone.
TEST_CASE("each rule is the only one that refuses some image") {
  std::set<std::string> needed;
  for (const Case &test : corpus("bad"))
    for (const verify::RuleInfo &rule : verify::rules())
      if (test.expected == rule.ident && judge(test, rule.id).result == "accepted")
        needed.insert(test.expected);
  for (const verify::RuleInfo &rule : verify::rules())
    CHECK_MESSAGE(needed.contains(std::string(rule.ident)), rule.ident);
}
