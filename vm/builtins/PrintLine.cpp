#include "vm/builtins/PrintLine.h"

#include "vm/builtins/Numbers.h"
#include "vm/core/Stop.h"

#include <bit>
#include <optional>

namespace orus::vm {

namespace {

// `@`, `@x`, `@.3f`: what the template asks for, and how many bytes it takes there.
struct Specifier {
  enum Kind : uint8_t { Text, Base, Fixed } kind = Text;
  size_t length = 1;
  unsigned shift = 0;
  bool upperCase = false;
  uint64_t digits = 0;
};

Specifier specifierAt(std::string_view text) {
  Specifier found;
  if (text.size() < 2)
    return found;
  switch (text[1]) {
  case 'x': return {Specifier::Base, 2, 4, false, 0};
  case 'X': return {Specifier::Base, 2, 4, true, 0};
  case 'b': return {Specifier::Base, 2, 1, false, 0};
  case 'o': return {Specifier::Base, 2, 3, false, 0};
  case '.': break;
  default: return found;
  }
  size_t at = 2;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    found.kind = Specifier::Fixed;
    found.digits = found.digits * 10 + static_cast<uint64_t>(text[at] - '0');
    if (found.digits > kMaxLength)
      found.digits = kMaxLength;
  }
  found.length = at < text.size() && text[at] == 'f' ? at + 1 : at;
  return found;
}

class LineWriter {
public:
  LineWriter(const ProgramNames &program, std::string &out, std::span<const Value> arguments)
      : writer_(program, out), out_(out), arguments_(arguments) {}

  bool writeTemplate(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      size_t special = text.find_first_of("\\@", at);
      out_ += text.substr(at, special - at);
      if (special == std::string_view::npos)
        return true;
      if (text[special] == '\\') {
        writeEscape(text.substr(special + 1));
        at = special + 2;
        continue;
      }
      Specifier specifier = specifierAt(text.substr(special));
      if (arguments_.empty())
        out_ += text.substr(special, specifier.length);
      else if (!writeAs(specifier, takeArgument()))
        return false;
      at = special + specifier.length;
    }
    return true;
  }

  bool writeRest(bool spaceFirst) {
    while (!arguments_.empty()) {
      if (spaceFirst)
        out_ += ' ';
      spaceFirst = true;
      if (!writer_.write(takeArgument(), TextForm::Print))
        return false;
    }
    return true;
  }

private:
  Value takeArgument() {
    Value value = arguments_.front();
    arguments_ = arguments_.subspan(1);
    return value;
  }

  void writeEscape(std::string_view rest) {
    if (!rest.empty())
      out_ += rest[0] == 'n' ? '\n' : rest[0] == 't' ? '\t' : rest[0];
  }

  bool writeAs(const Specifier &specifier, Value value) {
    using image::ScalarType;
    if (value.isScalar() && value.scalarType() == ScalarType::F64) {
      if (specifier.kind == Specifier::Fixed) {
        appendFixed(out_, std::bit_cast<double>(value.bits), specifier.digits);
        return true;
      }
    } else if (value.isScalar() && value.scalarType() != ScalarType::Bool &&
               specifier.kind == Specifier::Base) {
      uint64_t bits = value.bits;
      if (value.scalarType() == ScalarType::I32)
        bits = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(bits)));
      appendPowerBase(out_, bits, specifier.shift, specifier.upperCase);
      return true;
    }
    return writer_.write(value, TextForm::Print);
  }

  ValueWriter writer_;
  std::string &out_;
  std::span<const Value> arguments_;
};

} // namespace

bool appendPrintLine(const ProgramNames &program, std::string &out,
                     std::span<const Value> arguments) {
  bool hasTemplate = !arguments.empty() && arguments[0].type == image::kString;
  LineWriter line(program, out, hasTemplate ? arguments.subspan(1) : arguments);
  if (hasTemplate && !line.writeTemplate(viewOf(static_cast<const String *>(arguments[0].ref))))
    return false;
  if (!line.writeRest(hasTemplate))
    return false;
  out += '\n';
  return true;
}

} // namespace orus::vm
