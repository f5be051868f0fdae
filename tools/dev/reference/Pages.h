// The pages of docs/reference that are expanded from the tables of the sources.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace orus::reference {

struct Page {
  std::string_view file; // in docs/reference
  std::string (*text)();
};

/// Every generated page.
std::span<const Page> pages();

std::string instructions();
std::string imageFormat();
std::string imageWalkthrough();
std::string diagnostics();
std::string passes();

} // namespace orus::reference
