#include "compiler/driver/Compilation.h"

#include "compiler/analysis/Verifier.h"
#include "compiler/ir/Printer.h"
#include "compiler/lower/Lower.h"
#include "compiler/opt/Pipeline.h"
#include "compiler/sema/Sema.h"
#include "compiler/sema/TypedPrinter.h"
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Parser.h"
#include "compiler/syntax/Tokens.h"
#include "format/base/InputFile.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <filesystem>

namespace orus::driver {

using base::Error;
using base::ErrorKind;
using base::ExitStatus;

namespace {

/// Sources are numbered by 32-bit positions; see basic::SourceLoc.
constexpr uint64_t kMaxSource = UINT32_MAX - 16;

Error internalError(llvm::StringRef message) {
  return {ErrorKind::Internal, "this is a bug in `orusc`, not in your program: " + message.str(), {}};
}

} // namespace

const EmitRequest *Compilation::request(EmitKind kind) const {
  for (const EmitRequest &request : options_.outputs)
    if (request.kind == kind)
      return &request;
  return nullptr;
}

bool Compilation::wantsBeyond(EmitKind kind) const {
  if (options_.checkOnly)
    return kind < EmitKind::TypedAst;
  for (const EmitRequest &request : options_.outputs)
    if (request.kind > kind)
      return true;
  return false;
}

void Compilation::phase(const char *name) {
  if (options_.verbose)
    log_ << "orusc: " << name << ' ' << options_.inputName << '\n';
}

Outcome Compilation::run() {
  using Stage = Failure (Compilation::*)();
  static constexpr struct {
    Stage stage;
    EmitKind makes; // the stage is skipped if nothing from here on is wanted
  } kStages[] = {
      {&Compilation::checkOutputs, EmitKind::Tokens}, {&Compilation::readMain, EmitKind::Tokens},
      {&Compilation::parse, EmitKind::Tokens},        {&Compilation::analyze, EmitKind::TypedAst},
      {&Compilation::lower, EmitKind::Ir},            {&Compilation::optimize, EmitKind::Ir},
      {&Compilation::generate, EmitKind::Lir},
  };
  for (const auto &[stage, makes] : kStages) {
    if (makes > EmitKind::Tokens && !wantsBeyond(static_cast<EmitKind>(static_cast<int>(makes) - 1)))
      break;
    if (Failure failure = (this->*stage)())
      return {base::exitStatus(failure->kind), std::move(failure)};
    // Lowering takes a program without errors only.
    if (diags_.hasErrors() && makes >= EmitKind::TypedAst)
      break;
  }
  return {diags_.hasErrors() ? ExitStatus::SourceErrors : ExitStatus::Success, {}};
}

Compilation::Failure Compilation::checkOutputs() {
  for (const EmitRequest &request : options_.outputs) {
    if (request.path == "-")
      continue;
    if (options_.input != "-" && base::isSameFile(request.path, options_.input))
      return Error{ErrorKind::Usage, "the output " + base::inputName(request.path) +
                                         " is the input; it would be overwritten", {}};
    std::error_code ec;
    std::filesystem::path path(request.path);
    std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    if (std::filesystem::is_directory(path, ec))
      return Error{ErrorKind::CannotCreate,
                   "cannot create " + base::inputName(request.path) + ": is a directory", {}};
    if (!std::filesystem::is_directory(folder, ec))
      return Error{ErrorKind::CannotCreate, "cannot create " + base::inputName(request.path) +
                                                ": no such folder " +
                                                base::inputName(folder.string()), {}};
  }
  return {};
}

Compilation::Failure Compilation::readMain() {
  phase("reading");
  auto content = base::readFile(options_.input, kMaxSource);
  if (!content)
    return content.error();
  llvm::StringRef text(reinterpret_cast<const char *>(content->data()), content->size());
  auto file = sources_.add(llvm::MemoryBuffer::getMemBufferCopy(text), options_.inputName);
  if (!file)
    return Error{ErrorKind::SourceTooLarge, "the source exceeds 4 GiB", {}};
  mainFile_ = *file;
  return {};
}

Compilation::Failure Compilation::parse() {
  phase("parsing");
  if (wants(EmitKind::Tokens))
    if (Failure failure = write(EmitKind::Tokens, [&](llvm::raw_ostream &out) {
          syntax::printTokens(out, mainFile_, sources_, names_, diags_);
        }))
      return failure;
  if (!wantsBeyond(EmitKind::Tokens))
    return {};
  ast_ = syntax::parse(mainFile_, sources_, names_, diags_);
  if (!wants(EmitKind::Ast))
    return {};
  return write(EmitKind::Ast,
               [&](llvm::raw_ostream &out) { syntax::printAst(out, *ast_, sources_, names_); });
}

Compilation::Failure Compilation::analyze() {
  phase("checking");
  if (ast_->hasErrors) {
    diags_.dropWarnings();
    return {};
  }
  auto program = sema::analyze({ast_.get()}, names_, diags_);
  if (!program)
    return Error{ErrorKind::SourceRejected, llvm::toString(program.takeError()), {}};
  program_ = std::move(*program);
  if (diags_.hasErrors() || !wants(EmitKind::TypedAst))
    return {};
  return write(EmitKind::TypedAst, [&](llvm::raw_ostream &out) {
    sema::printTyped(out, *program_, names_, sources_);
  });
}

Compilation::Failure Compilation::lower() {
  phase("lowering");
  auto module = lower::lower(*program_, names_);
  if (!module)
    return internalError(llvm::toString(module.takeError()));
  module_ = std::move(*module);
  if (!options_.verifyEach)
    return {};
  auto errors = analysis::verify(*module_);
  if (!errors.empty())
    return internalError("after lowering: " + errors.front().text());
  return {};
}

} // namespace orus::driver
