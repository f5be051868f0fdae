// An execution profile: how often the calls and loops of a program ran, by function and place in
// its source, and by instruction of the image that was run. Its text form is described in
// docs/reference/profiles.md.
#pragma once

#include "format/base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orus::profile {

/// A place in the source of a function: the line counts from that of the function's name, or from
/// the start of the file in the body of a module.
struct Place {
  uint32_t line = 0, column = 0;
  friend auto operator<=>(const Place &, const Place &) = default;
};

struct PlaceCount {
  Place place;
  uint64_t count = 0;
  friend bool operator==(const PlaceCount &, const PlaceCount &) = default;
};

/// How often a call of a function value called a certain function.
struct TargetCount {
  Place place;
  uint64_t function = 0; // its source hash
  uint64_t count = 0;
  friend bool operator==(const TargetCount &, const TargetCount &) = default;
};

struct WordCount {
  uint32_t word = 0; // of the function
  uint64_t count = 0;
  friend bool operator==(const WordCount &, const WordCount &) = default;
};

/// Of one function of the image. What was inlined counts for the function it stands in, by
/// instruction, and for the function it comes from, by place.
struct FunctionProfile {
  uint32_t id = 0;
  uint64_t sourceHash = 0;                  // as image::Function
  std::string name;                         // module and function, escaped; for messages
  uint64_t spillLoads = 0, spillStores = 0; // executed
  std::vector<PlaceCount> loops, calls;     // passes and calls, by place
  std::vector<TargetCount> targets;
  std::vector<WordCount> words; // calls, back edges and spills, ascending
  friend bool operator==(const FunctionProfile &, const FunctionProfile &) = default;
};

struct Profile {
  std::string image;                      // build id, in hexadecimal digits
  std::vector<FunctionProfile> functions; // those that have counts, by id
  friend bool operator==(const Profile &, const Profile &) = default;
};

std::string print(const Profile &profile);

/// Reads the text form. An error names the line.
base::Result<Profile> parse(std::string_view text);

} // namespace orus::profile
