// Writes JSON with two blanks of indentation for the outer levels and one line for the inner ones.
#pragma once

#include "format/base/Text.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orus::text {

class JsonWriter {
public:
  explicit JsonWriter(std::string &out) : out_(out) {}

  void beginObject() { begin('{'); }
  void endObject() { end('}'); }
  void beginArray() { begin('['); }
  void endArray() { end(']'); }

  JsonWriter &key(std::string_view name) {
    separate();
    out_ += base::jsonQuoted(name) + ": ";
    hasKey_ = true;
    return *this;
  }
  void value(std::string_view text) { put(base::jsonQuoted(text)); }
  void value(const char *text) { value(std::string_view(text)); }
  void value(std::same_as<bool> auto flag) { put(flag ? "true" : "false"); }
  void value(std::unsigned_integral auto number)
    requires(!std::same_as<decltype(number), bool>)
  {
    put(std::to_string(number));
  }
  void value(int64_t number) { put(std::to_string(number)); }

  template <class T> void member(std::string_view name, T item) { key(name).value(item); }

private:
  void begin(char bracket) {
    separate();
    out_ += bracket;
    counts_.push_back(0);
  }
  void end(char bracket) {
    bool isEmpty = counts_.back() == 0;
    counts_.pop_back();
    if (!isEmpty && counts_.size() < kOpenLevels)
      newLine();
    out_ += bracket;
    if (counts_.empty())
      out_ += '\n';
  }
  void put(const std::string &text) {
    separate();
    out_ += text;
  }
  void separate() {
    if (hasKey_) {
      hasKey_ = false;
      return;
    }
    if (counts_.empty())
      return;
    if (counts_.back()++)
      out_ += ',';
    if (counts_.size() <= kOpenLevels)
      newLine();
    else if (counts_.back() > 1)
      out_ += ' ';
  }
  void newLine() {
    out_ += '\n';
    out_.append(2 * counts_.size(), ' ');
  }

  static constexpr size_t kOpenLevels = 2; // the document, and the array or object of a section

  std::string &out_;
  std::vector<size_t> counts_; // members so far, by level
  bool hasKey_ = false;
};

} // namespace orus::text
