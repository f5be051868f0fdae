#include "vm/builtins/ValueWriter.h"

#include "vm/builtins/Numbers.h"
#include "vm/core/Stop.h"

#include <bit>

namespace orus::vm {

std::string_view typeName(const ProgramNames &program, Value value) {
  switch (program.types()[value.type].kind) {
  case image::TypeKind::Scalar: return image::name(value.scalarType());
  case image::TypeKind::String: return "string";
  case image::TypeKind::Array: return "array";
  case image::TypeKind::Range: return "range_iterator";
  case image::TypeKind::Function: return "function";
  case image::TypeKind::Error: return "error";
  case image::TypeKind::Any: break;
  }
  return "any";
}

void appendQuoted(std::string &out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
    case '\\': out += "\\\\"; break;
    case '"': out += "\\\""; break;
    case '\n': out += "\\n"; break;
    case '\t': out += "\\t"; break;
    default: out += c;
    }
  }
  out += '"';
}

void ValueWriter::writeScalar(Value value, TextForm form) {
  if (value.scalarType() != image::ScalarType::F64)
    return appendInteger(out_, value.scalarType(), value.bits);
  auto number = std::bit_cast<double>(value.bits);
  if (form == TextForm::Print)
    appendLong(out_, number);
  else
    appendShort(out_, number);
}

// Everything but arrays.
void ValueWriter::writeLeaf(Value value, TextForm form) {
  if (value.isScalar())
    return writeScalar(value, form);
  bool print = form == TextForm::Print;
  switch (value.ref->kind) {
  case Kind::FlatString:
  case Kind::StringView: {
    std::string_view text = viewOf(static_cast<const String *>(value.ref));
    if (print)
      out_ += text;
    else
      appendQuoted(out_, text);
    break;
  }
  case Kind::Range: {
    if (!print) {
      out_ += "<range>";
      break;
    }
    auto *range = static_cast<const Range *>(value.ref);
    out_ += "range(";
    appendSigned(out_, range->next);
    out_ += "..";
    appendSigned(out_, range->stop);
    if (range->step != 1) {
      out_ += " step=";
      appendSigned(out_, range->step);
    }
    out_ += ')';
    break;
  }
  case Kind::Error:
    out_ += print ? "Error: " : "Error(";
    out_ += viewOf(static_cast<const Error *>(value.ref)->text);
    if (!print)
      out_ += ')';
    break;
  case Kind::Function: {
    auto name = program_.functionName(static_cast<const FunctionValue *>(value.ref)->function);
    out_ += "<fn";
    if (!name.empty())
      (out_ += ' ') += name;
    out_ += '>';
    break;
  }
  default: break;
  }
}

bool ValueWriter::open(Value value, TextForm form) {
  if (levels_.size() == kMaxNesting)
    return false;
  if (form == TextForm::Literal)
    out_ += '[';
  levels_.push_back(
      {static_cast<const Array *>(value.ref), program_.types().element(value.type), 0});
  return true;
}

bool ValueWriter::write(Value value, TextForm form) {
  levels_.clear();
  for (;;) {
    bool isArray = !value.isScalar() && value.ref->kind == Kind::Array;
    if (isArray && !open(value, form))
      return false;
    if (!isArray)
      writeLeaf(value, form);
    if (out_.size() > kMaxLength)
      throw Stop{base::Panic::OutOfMemory};
    while (!levels_.empty() && levels_.back().next == levels_.back().array->length) {
      if (form == TextForm::Literal)
        out_ += ']';
      levels_.pop_back();
    }
    if (levels_.empty())
      return true;
    Level &level = levels_.back();
    if (level.next > 0)
      out_ += ", ";
    value = elementOf(level.array, level.element, level.next++);
  }
}

} // namespace orus::vm
