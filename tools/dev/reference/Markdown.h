// Pieces of Markdown.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace orus::reference {

/// The first lines of a generated page.
std::string heading(std::string_view title);
std::string code(std::string_view text);
/// Text in which no sign is taken for markup; what stands between backquotes stays code.
std::string plain(std::string_view text);
/// `| a | b |` and a line end. Cells are Markdown without line ends.
std::string row(std::initializer_list<std::string> cells);
/// The two first rows of a table.
std::string header(std::initializer_list<std::string> cells);

} // namespace orus::reference
