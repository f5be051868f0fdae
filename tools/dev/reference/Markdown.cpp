#include "tools/dev/reference/Markdown.h"

namespace orus::reference {

std::string heading(std::string_view title) {
  return "# " + std::string(title) +
         "\n\n<!-- Written by `./dev reference` from the tables of the sources. -->\n\n";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string plain(std::string_view text) {
  std::string result;
  bool isCode = false;
  for (char c : text) {
    isCode ^= c == '`';
    if (!isCode && std::string_view("*<[").contains(c))
      result += '\\';
    result += c;
  }
  return result;
}

std::string row(std::initializer_list<std::string> cells) {
  std::string result = "|";
  for (const std::string &cell : cells) {
    result += ' ';
    for (char c : cell)
      result += c == '|' ? std::string("\\|") : std::string(1, c);
    result += cell.empty() ? "|" : " |";
  }
  return result + "\n";
}

std::string header(std::initializer_list<std::string> cells) {
  std::string result = row(cells) + "|";
  for (size_t i = 0; i < cells.size(); ++i)
    result += "---|";
  return result + "\n";
}

} // namespace orus::reference
