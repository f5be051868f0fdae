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
  case image::TypeKind::Struct:
  case image::TypeKind::Enum: return program.types()[value.type].name;
  case image::TypeKind::Any:
  case image::TypeKind::Cell:
  case image::TypeKind::Closure: break;
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

// A number that no variant has can only come from an image that no compiler made.
void ValueWriter::writeVariant(image::TypeId type, uint64_t variant) {
  const image::Type &row = program_.types()[type];
  out_ += row.name;
  out_ += '.';
  if (variant < row.members.size())
    out_ += row.members[variant].name;
  else
    appendInteger(out_, image::ScalarType::U64, variant);
}

// What has no parts.
void ValueWriter::writeLeaf(Value value, TextForm form) {
  if (value.isScalar())
    return writeScalar(value, form);
  if (!value.ref)
    return writeVariant(value.type, value.bits);
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

bool ValueWriter::open(Ref object, TextForm form) {
  if (levels_.size() == kMaxNesting)
    return false;
  bool isEnum = program_.types()[object->type].kind == image::TypeKind::Enum;
  uint32_t count = partCount(program_.types(), object);
  const char *close = form == TextForm::Literal ? "]" : "";
  if (isEnum) {
    writeVariant(object->type, object->aux);
    close = count ? ")" : "";
  }
  if (*close)
    out_ += isEnum ? '(' : '[';
  levels_.push_back({object, 0, count, close});
  return true;
}

bool ValueWriter::write(Value value, TextForm form) {
  levels_.clear();
  for (;;) {
    bool hasParts =
        value.ref && (value.ref->kind == Kind::Array || value.ref->kind == Kind::Record);
    if (hasParts && !open(value.ref, form))
      return false;
    if (!hasParts)
      writeLeaf(value, form);
    if (out_.size() > kMaxLength)
      throw Stop{base::Panic::OutOfMemory};
    while (!levels_.empty() && levels_.back().next == levels_.back().count) {
      out_ += levels_.back().close;
      levels_.pop_back();
    }
    if (levels_.empty())
      return true;
    Level &level = levels_.back();
    if (level.next > 0)
      out_ += ", ";
    value = partOf(program_.types(), level.object, level.next++);
  }
}

} // namespace orus::vm
