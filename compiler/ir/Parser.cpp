#include "compiler/ir/Parser.h"

#include "compiler/ir/ParserImpl.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace orus::ir {

// More nesting than any program has; the parser recurses on it.
static constexpr unsigned kMaxTypeDepth = 2000;
// Sparse numbering is accepted up to this many entries in all, plus some for each byte of text.
static constexpr uint64_t kSparseEntries = 1 << 20, kEntriesPerByte = 16;

std::string ParseError::text() const {
  return llvm::utostr(line) + ":" + llvm::utostr(column) + ": " + message;
}

static std::string labelKey(const Token &label) {
  return label.text + "#" + llvm::utostr(label.number);
}

// ---- what both halves read

ParserBase::ParserBase(StringRef text, Module &module)
    : module_(module), budget_(kSparseEntries + kEntriesPerByte * text.size()) {
  Lexer lexer(text);
  do
    tokens_.push_back(lexer.next());
  while (tokens_.back().kind != TokenKind::End);
}

bool ParserBase::failAt(const Token &at, const llvm::Twine &message) {
  if (!error_) {
    bool bad = at.kind == TokenKind::Error;
    error_ = {at.line, at.column, bad ? at.text : message.str()};
  }
  return false;
}

bool ParserBase::accept(StringRef spelling) {
  if (!is(spelling) || token().kind == TokenKind::String)
    return false;
  advance();
  return true;
}

bool ParserBase::expect(StringRef spelling) {
  return accept(spelling) || fail("expected `" + spelling + "`");
}

bool ParserBase::expect(TokenKind kind, const char *what, Token &out) {
  if (token().kind != kind)
    return fail(llvm::Twine("expected ") + what);
  out = token();
  advance();
  return true;
}

bool ParserBase::parseNumber(uint64_t &number) {
  if (token().kind != TokenKind::Number || token().spelling.getAsInteger(10, number))
    return fail("expected a number");
  advance();
  return true;
}

bool ParserBase::parseNumber32(uint32_t &number) {
  uint64_t wide = 0;
  if (!parseNumber(wide))
    return false;
  number = static_cast<uint32_t>(wide);
  return wide < kNone || fail("number too large");
}

bool ParserBase::parseString(image::StringId &string) {
  Token text;
  if (!expect(TokenKind::String, "a string", text))
    return false;
  string = module_.string(text.text);
  return true;
}

bool ParserBase::parseFunction(image::FunctionId &function) {
  Token label;
  if (!expect(TokenKind::Label, "a function label", label))
    return false;
  auto found = functions_.find(labelKey(label));
  if (found == functions_.end())
    return failAt(label, "no such function");
  function = found->second;
  return true;
}

bool ParserBase::parseType(TypeId &type, unsigned depth) {
  if (depth > kMaxTypeDepth)
    return fail("type too deeply nested");
  if (accept("[")) {
    if (!parseType(type, depth + 1) || !expect("]"))
      return false;
    type = module_.types.array(type);
    return true;
  }
  if (token().kind == TokenKind::TypeName) {
    auto found = typeNames_.find(labelKey(token()));
    if (found == typeNames_.end())
      return fail("no such type");
    type = found->second;
    advance();
    return true;
  }
  if (is("fn") && token().kind == TokenKind::Word)
    return parseFunctionType(type, depth);
  std::vector<TypeId> types;
  if (accept("cell")) {
    if (!parseTypeList(types, depth) || types.size() != 1)
      return fail("a cell has one type");
    type = module_.types.cell(types[0]);
    return true;
  }
  if (accept("closure")) {
    if (!parseTypeList(types, depth) || module_.types[types[0]].kind != image::TypeKind::Function)
      return fail("a closure type begins with a function type");
    type = module_.types.closure(types[0], {types.begin() + 1, types.end()});
    return true;
  }
  if (token().kind == TokenKind::Word)
    for (TypeId named = 0; named < image::kFirstComposite; ++named)
      if (token().spelling == module_.types.spelling(named)) {
        type = named;
        advance();
        return true;
      }
  return fail("expected a type");
}

/// ( type, … ), at least one
bool ParserBase::parseTypeList(std::vector<TypeId> &types, unsigned depth) {
  return expect("(") && parseList([&] { return parseType(types.emplace_back(), depth + 1); }) &&
         expect(")");
}

bool ParserBase::parseFunctionType(TypeId &type, unsigned depth) {
  std::vector<TypeId> parameters;
  std::optional<TypeId> result;
  auto parseParameter = [&] { return parseType(parameters.emplace_back(), depth + 1); };
  if (!expect("fn") || !expect("("))
    return false;
  if (!accept(")") && (!parseList(parseParameter) || !expect(")")))
    return false;
  if (accept("->") && !parseType(result.emplace(), depth + 1))
    return false;
  type = module_.types.function(parameters, result);
  return true;
}

bool ParserBase::reserve(const Token &at, uint64_t entries) {
  if (entries > budget_)
    return failAt(at, "numbers are too large for a text of this size");
  budget_ -= entries;
  return true;
}

// ---- outside of function bodies

bool ModuleParser::parse() {
  if (!collectTypes() || !collectFunctions())
    return false;
  while (token().kind != TokenKind::End) {
    bool ok = false;
    if (accept("module"))
      ok = parseLayout();
    else if (accept("entry"))
      ok = parseFunction(module_.entry);
    else if (accept("fn"))
      ok = parseFunctionDefinition();
    else if (accept("struct"))
      ok = parseNominal(image::TypeKind::Struct);
    else if (accept("enum"))
      ok = parseNominal(image::TypeKind::Enum);
    else
      ok = fail("expected `struct`, `enum`, `module`, `entry` or `fn`");
    if (!ok)
      return false;
  }
  return true;
}

/// Functions are numbered in the order of their definitions, which are the places where a label
/// follows the word `fn`.
bool ModuleParser::collectFunctions() {
  for (size_t i = 0; tokenAt(i).kind != TokenKind::End; ++i) {
    const Token &label = tokenAt(i + 1);
    if (tokenAt(i).spelling != "fn" || label.kind != TokenKind::Label)
      continue;
    auto id = static_cast<image::FunctionId>(module_.functions.size());
    if (!functions_.try_emplace(labelKey(label), id).second)
      return failAt(label, "a second function of this label");
    module_.functions.emplace_back(std::make_unique<Function>())->name = label.text;
  }
  return true;
}

/// A type name after the word `struct` or `enum` is a declaration; the types may mention each
/// other.
bool ModuleParser::collectTypes() {
  for (size_t i = 0; tokenAt(i).kind != TokenKind::End; ++i) {
    const Token &name = tokenAt(i + 1);
    bool isStruct = tokenAt(i).spelling == "struct";
    if ((!isStruct && tokenAt(i).spelling != "enum") || name.kind != TokenKind::TypeName)
      continue;
    image::ModuleId module = 0;
    if (i + 3 < tokenCount() && tokenAt(i + 3).spelling.getAsInteger(10, module))
      return failAt(tokenAt(i + 2), "expected `module` and its number");
    TypeId id = module_.types.declare(isStruct ? image::TypeKind::Struct : image::TypeKind::Enum,
                                      name.text, module);
    if (!typeNames_.try_emplace(labelKey(name), id).second)
      return failAt(name, "a second type of this name");
  }
  return true;
}

/// &Name module 0 { members }
bool ModuleParser::parseNominal(image::TypeKind kind) {
  TypeId type = 0;
  uint32_t module = 0; // known since the types were collected
  std::vector<image::Member> members;
  if (token().kind != TokenKind::TypeName)
    return fail("expected a type name");
  if (!parseType(type) || !expect("module") || !parseNumber32(module) || !expect("{"))
    return false;
  if (!accept("}") &&
      (!parseList([&] { return parseMember(kind, members.emplace_back()); }) || !expect("}")))
    return false;
  module_.types.define(type, std::move(members));
  return true;
}

bool ModuleParser::parseMember(image::TypeKind kind, image::Member &member) {
  if (token().kind != TokenKind::Word && token().kind != TokenKind::String)
    return fail("expected the name of a field or variant");
  member.name = token().kind == TokenKind::String ? token().text : token().spelling.str();
  advance();
  auto parseOne = [&] { return parseType(member.types.emplace_back()); };
  if (kind == image::TypeKind::Struct)
    return expect(":") && parseOne();
  return !accept("(") || (parseList(parseOne) && expect(")"));
}

bool ModuleParser::parseLayout() {
  image::Module &layout = module_.modules.emplace_back();
  if (!parseString(layout.name) || !expect("{"))
    return false;
  while (!accept("}")) {
    bool ok = false;
    if (accept("initializer"))
      ok = parseFunction(layout.initializer);
    else if (accept("dependencies"))
      ok = parseList([&] { return parseNumber32(layout.dependencies.emplace_back()); });
    else if (accept("scalars"))
      ok = parseBank(layout.scalarBase, layout.scalars);
    else if (accept("references"))
      ok = parseBank(layout.referenceBase, layout.references);
    else
      ok = fail("expected a part of a module layout or `}`");
    if (!ok)
      return false;
  }
  return true;
}

bool ModuleParser::parseBank(uint32_t &base, std::vector<image::ModuleSlot> &slots) {
  return parseNumber32(base) && expect(":") && parseList([&] {
           image::ModuleSlot &slot = slots.emplace_back();
           return parseType(slot.type) && parseString(slot.name);
         });
}

bool ModuleParser::parseFunctionDefinition() {
  if (token().kind != TokenKind::Label)
    return fail("expected a function label");
  Function &fn = *module_.functions[nextFunction_++];
  advance();
  return expect(":") && parseType(fn.signature) && parseAttributes(fn) && expect("{") &&
         parseBody(fn);
}

bool ModuleParser::parseAttributes(Function &fn) {
  while (token().kind == TokenKind::Word) {
    if (accept("module")) {
      if (!parseNumber32(fn.module))
        return false;
      continue;
    }
    if (accept("self")) {
      if (!is("closure") || !parseType(fn.closure))
        return fail("expected a closure type");
      continue;
    }
    if (accept("locals")) {
      auto parseLocal = [&] { return parseType(fn.locals.emplace_back()); };
      if (!expect("(") || !parseList(parseLocal) || !expect(")"))
        return false;
      continue;
    }
    bool *flag = llvm::StringSwitch<bool *>(token().spelling)
                     .Case("hot", &fn.hot)
                     .Case("cold", &fn.cold)
                     .Case("inline", &fn.inlineHint)
                     .Case("noinline", &fn.noinline)
                     .Default(nullptr);
    if (!flag)
      return fail("unknown attribute");
    *flag = true;
    advance();
  }
  return true;
}

std::expected<std::unique_ptr<Module>, ParseError> parseModule(StringRef text) {
  auto module = std::make_unique<Module>();
  ModuleParser parser(text, *module);
  if (!parser.parse())
    return std::unexpected(parser.error());
  return module;
}

} // namespace orus::ir
