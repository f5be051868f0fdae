#include "compiler/driver/Compilation.h"

#include "compiler/analysis/Verifier.h"
#include "compiler/driver/MakeRule.h"
#include "compiler/driver/ProfilePlaces.h"
#include "compiler/driver/RemarkReport.h"
#include "compiler/driver/SourceHashes.h"
#include "compiler/ir/Printer.h"
#include "compiler/lower/Lower.h"
#include "compiler/sema/HotCheck.h"
#include "compiler/sema/Sema.h"
#include "compiler/sema/TypedPrinter.h"
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"
#include "compiler/syntax/TokenPrinter.h"
#include "format/base/InputFile.h"
#include "format/base/Version.h"
#include "format/image/Reader.h"
#include "format/image/Writer.h"
#include "format/text/Disassembler.h"
#include "format/verify/Verifier.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TimeProfiler.h"
#include "llvm/Support/raw_ostream.h"

#include <filesystem>

namespace orus::driver {

using base::Error;
using base::ErrorKind;
using base::ExitStatus;

namespace {

/// Sources are numbered by 32-bit positions; see basic::SourceLoc.
constexpr uint64_t kMaxSource = uint64_t{1} << 30;

/// The name of a module from the path of its file.
llvm::StringRef moduleName(llvm::StringRef path) {
  llvm::StringRef name = path.substr(path.find_last_of('/') + 1);
  name.consume_back(".orus");
  return name;
}

Error internalError(llvm::StringRef message) {
  return {
      ErrorKind::Internal, "this is a bug in `orusc`, not in your program: " + message.str(), {}};
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
  if (options_.timeTraceFile.empty())
    return runStages();
  llvm::timeTraceProfilerInitialize(/*TimeTraceGranularity=*/0, "orusc");
  Outcome outcome;
  {
    llvm::TimeTraceScope whole("Compile", options_.inputName);
    outcome = runStages();
  }
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::timeTraceProfilerWrite(stream);
  llvm::timeTraceProfilerCleanup();
  if (outcome.error)
    return outcome;
  if (Failure failure = writeBytes({EmitKind::Image, options_.timeTraceFile},
                                   {reinterpret_cast<const uint8_t *>(text.data()), text.size()}))
    return {base::exitStatus(failure->kind), std::move(failure)};
  return outcome;
}

Outcome Compilation::runStages() {
  using Stage = Failure (Compilation::*)();
  static constexpr struct {
    Stage stage;
    const char *name; // in a time trace
    EmitKind makes;   // the stage is skipped if nothing from here on is wanted
  } kStages[] = {
      {&Compilation::checkOutputs, "Check outputs", EmitKind::Tokens},
      {&Compilation::readMain, "Read", EmitKind::Tokens},
      {&Compilation::parse, "Parse", EmitKind::Tokens},
      {&Compilation::analyze, "Check", EmitKind::TypedAst},
      {&Compilation::lower, "Lower", EmitKind::Ir},
      {&Compilation::optimize, "Optimise", EmitKind::Ir},
      {&Compilation::generate, "Generate", EmitKind::Lir},
  };
  for (const auto &[stage, name, makes] : kStages) {
    if (makes > EmitKind::Tokens &&
        !wantsBeyond(static_cast<EmitKind>(static_cast<int>(makes) - 1)))
      break;
    llvm::TimeTraceScope scope(name);
    if (Failure failure = (this->*stage)())
      return {base::exitStatus(failure->kind), std::move(failure)};
    // Lowering takes a program without errors only.
    if (diags_.hasErrors() && makes >= EmitKind::TypedAst)
      break;
  }
  return {diags_.hasErrors() ? ExitStatus::SourceErrors : ExitStatus::Success, {}};
}

// Whatever is written must not take the place of what is read.
Compilation::Failure Compilation::protectSource(const std::string &source) const {
  std::vector<std::string> written = options_.otherOutputs;
  for (const EmitRequest &request : options_.outputs)
    written.push_back(request.path);
  for (const std::string *path : {&options_.statisticsFile, &options_.timeTraceFile,
                                  &options_.remarkFile, &options_.dependencyFile})
    written.push_back(*path);
  for (const std::string &path : written)
    if (!path.empty() && path != "-" && base::isSameFile(path, source))
      return Error{ErrorKind::Usage,
                   "the output " + base::inputName(path) + " is the source " +
                       base::inputName(source) + "; it would be overwritten",
                   {}};
  return {};
}

Compilation::Failure Compilation::checkOutputs() {
  if (options_.input != "-")
    if (Failure failure = protectSource(options_.input))
      return failure;
  for (const EmitRequest &request : options_.outputs) {
    if (request.path == "-")
      continue;
    std::error_code ec;
    std::filesystem::path path(request.path);
    std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    if (std::filesystem::is_directory(path, ec))
      return Error{ErrorKind::CannotCreate,
                   "cannot create " + base::inputName(request.path) + ": is a directory",
                   {}};
    if (!std::filesystem::is_directory(folder, ec))
      return Error{ErrorKind::CannotCreate,
                   "cannot create " + base::inputName(request.path) + ": no such folder " +
                       base::inputName(folder.string()),
                   {}};
  }
  return {};
}

Compilation::Failure Compilation::readMain() {
  phase("reading");
  auto content = base::readFile(options_.input, kMaxSource);
  if (!content) {
    Error error = content.error();
    if (error.kind == ErrorKind::TooLarge) // that is the size of the source, not of an image
      error.kind = ErrorKind::Source;
    return error;
  }
  llvm::StringRef text(reinterpret_cast<const char *>(content->data()), content->size());
  auto file = sources_.add(llvm::MemoryBuffer::getMemBufferCopy(text), options_.inputName);
  if (!file)
    return Error{ErrorKind::Source, "the sources exceed 4 GiB", {}};
  mainFile_ = *file;
  return {};
}

Compilation::Failure Compilation::parse() {
  phase("parsing");
  ast_ = syntax::parse(mainFile_, sources_, names_, diags_);
  if (wants(EmitKind::Tokens)) {
    syntax::SyntaxErrors errors(sources_); // dropped: the parser has reported them
    if (Failure failure = emit(EmitKind::Tokens, [&](llvm::raw_ostream &out) {
          syntax::printTokens(out, syntax::lexFile(mainFile_, sources_, errors), sources_);
        }))
      return failure;
  }
  return emit(EmitKind::Ast,
              [&](llvm::raw_ostream &out) { syntax::printAst(out, *ast_, sources_, names_); });
}

Compilation::Failure Compilation::analyze() {
  phase("checking");
  ModuleLoader loader(options_.search, sources_, names_, diags_, kMaxSource);
  modules_ = loader.load(std::move(ast_), options_.input, moduleName(options_.inputName));
  dependencies_ = loader.files();
  for (const std::string &file : dependencies_)
    if (Failure failure = protectSource(file))
      return failure;
  // One mistake in the text of a module hides others only where they may follow from it (12.3).
  if (diags_.hasErrors())
    diags_.dropWarnings();
  std::vector<sema::SourceModule> whole;
  std::vector<uint32_t> numbers(modules_.size(), ModuleLoader::kFailed);
  for (size_t i = 0; i < modules_.size(); ++i) {
    const LoadedModule &module = modules_[i];
    if (!module.isWhole)
      continue;
    numbers[i] = static_cast<uint32_t>(whole.size());
    sema::SourceModule &source = whole.emplace_back();
    source.ast = module.ast.get();
    source.name = module.name;
    source.path = module.path;
    for (uint32_t used : module.uses)
      source.uses.push_back(used == ModuleLoader::kFailed ? used : numbers[used]);
  }
  auto program = sema::analyze(whole, names_, diags_);
  if (!program)
    return Error{ErrorKind::Source, llvm::toString(program.takeError()), {}};
  program_ = std::move(*program);
  if (diags_.hasErrors() || !program_)
    return {};
  sourceHashes_ = hashSources(*program_, sources_);
  if (Failure failure = loadProfile())
    return failure;
  sema::checkHotCode(*program_, names_, diags_, options_.hotLoops, counts_.hotLoops());
  if (options_.hotLoops == sema::HotLoops::Strict)
    hotCode_ = sema::findHotCode(*program_, options_.hotLoops);
  if (diags_.hasErrors())
    return {};
  return emit(EmitKind::TypedAst,
              [&](llvm::raw_ostream &out) { sema::printTyped(out, *program_, names_); });
}

Compilation::Failure Compilation::loadProfile() {
  if (options_.profile.empty())
    return {};
  auto content = base::readFile(options_.profile, kMaxSource);
  if (!content)
    return content.error();
  auto profile = profile::parse({reinterpret_cast<const char *>(content->data()), content->size()});
  if (!profile) {
    Error error = profile.error();
    error.message = base::inputName(options_.profile) + ", " + error.message;
    return error;
  }
  counts_ = placeCounts(*profile, *program_, names_, sourceHashes_, sources_, diags_);
  return {};
}

Compilation::Failure Compilation::lower() {
  phase("lowering");
  auto module = lower::lower(*program_, names_);
  if (!module)
    return internalError(llvm::toString(module.takeError()));
  module_ = std::move(*module);
  if (options_.debug != 0)
    for (const auto &function : program_->functions) {
      ir::Function &lowered = *module_->functions[function->index];
      lowered.sourceHash = sourceHashes_[function->index];
      lowered.isModuleBody = function->isModuleBody;
    }
  if (!options_.optimizer.verifyEach)
    return {};
  auto errors = analysis::verify(*module_);
  if (!errors.empty())
    return internalError("after lowering: " + errors.front().text());
  return {};
}

Compilation::Failure Compilation::optimize() {
  phase("optimising");
  std::string dump;
  llvm::raw_string_ostream stream(dump);
  opt::Options options = options_.optimizer;
  options.dump = &stream;
  options.timePasses = options_.timeReport;
  options.counts = options_.profile.empty() ? nullptr : &counts_;
  options.remarks = wantsRemarks() ? &remarks_ : nullptr;
  opt::Report &report = statistics_.passes;
  report = opt::optimize(*module_, options);
  log_ << dump;
  if (!report.failure.empty())
    return internalError(report.failure);
  if (options_.timeReport)
    report.print(log_, /*withTimes=*/true);
  return emit(EmitKind::Ir, [&](llvm::raw_ostream &out) { ir::Printer(*module_).print(out); });
}

Compilation::Failure Compilation::generate() {
  phase("generating");
  std::string lir;
  llvm::raw_string_ostream stream(lir);
  codegen::CodegenOptions options;
  options.registers = options_.registers;
  options.debugLevel = options_.debug;
  options.optimization = options_.optimizer.level;
  options.fuse = options_.optimizer.level > 0;
  options.producer = "orusc " + std::string(base::version());
  options.checkAllocation = options_.checkAllocation;
  options.pathPrefixMap = options_.pathPrefixes;
  for (const auto &[key, value] : options_.notes)
    options.notes.push_back({key, value});
  options.statistics = &statistics_.functions;
  options.counts = options_.profile.empty() ? nullptr : &counts_;
  options.remarks = wantsRemarks() ? &remarks_ : nullptr;
  options.lirOutput = wants(EmitKind::Lir) ? &stream : nullptr;
  auto image = codegen::generate(*module_, sources_, options);
  if (!image)
    return failGeneration(image.takeError());
  if (Failure failure = emit(EmitKind::Lir, [&](llvm::raw_ostream &out) { out << lir; }))
    return failure;
  if (Failure failure = reportStatistics())
    return failure;
  if (Failure failure = reportRemarks())
    return failure;
  checkHotLoops();
  if (diags_.hasErrors())
    return {};
  if (!wantsBeyond(EmitKind::Lir))
    return {};
  auto bytes = image::writeImage(*image);
  if (!bytes) {
    report({{}, bytes.error().text()});
    return {};
  }
  if (options_.optimizer.verifyEach)
    if (auto error = verify::verify(*image))
      return internalError("the image does not verify: " + error->text());
  if (options_.seal)
    options_.seal(*bytes);
  if (wants(EmitKind::Asm))
    if (Failure failure = emitAssembly(*bytes))
      return failure;
  if (const EmitRequest *wanted = request(EmitKind::Image))
    if (Failure failure = writeBytes(*wanted, *bytes))
      return failure;
  return writeDependencies();
}

Compilation::Failure Compilation::reportStatistics() {
  if (options_.statistics)
    printStatistics(log_, statistics_, *module_, sources_);
  if (options_.statisticsFile.empty())
    return {};
  std::string text;
  llvm::raw_string_ostream stream(text);
  printStatisticsJson(stream, statistics_, *module_, sources_);
  return writeBytes({EmitKind::Image, options_.statisticsFile},
                    {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

bool Compilation::wantsRemarks() const {
  return !options_.remarkPasses.empty() || !options_.remarkFile.empty() || !hotCode_.empty();
}

Compilation::Failure Compilation::reportRemarks() {
  if (!options_.remarkPasses.empty())
    printRemarks(log_, remarks_, sources_, llvm::Regex(options_.remarkPasses));
  if (options_.remarkFile.empty())
    return {};
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (llvm::Error error = writeRemarks(stream, remarks_, sources_))
    return internalError(llvm::toString(std::move(error)));
  return writeBytes({EmitKind::Image, options_.remarkFile},
                    {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

/// Under --hot-loops=strict some remarks are errors if they are about hot code.
void Compilation::checkHotLoops() {
  for (const basic::Remark &remark : remarks_.all()) {
    llvm::StringRef name = remark.name;
    bool isSpill = name == "SpillInLoop";
    if (!isSpill && name != "ModuleAccessInLoop")
      continue;
    for (const sema::HotRange &hot : hotCode_) {
      if (remark.loc < hot.range.begin || !(remark.loc < hot.range.end))
        continue;
      diags_
          .report(isSpill ? basic::Diag::HotLoopSpill : basic::Diag::HotLoopModule,
                  {remark.loc, remark.loc}, remark.sentence())
          .note("this is hot", hot.mark);
      break;
    }
  }
}

/// A rule for make that names every source of the program.
Compilation::Failure Compilation::writeDependencies() {
  if (options_.dependencyFile.empty())
    return {};
  std::vector<std::string> files = dependencies_;
  if (options_.input != "-")
    files.insert(files.begin(), options_.input);
  std::string text = makeRule(options_.dependencyTarget, files, options_.phonyDependencies);
  return writeBytes({EmitKind::Image, options_.dependencyFile},
                    {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

Compilation::Failure Compilation::failGeneration(llvm::Error error) {
  Failure failure;
  llvm::handleAllErrors(
      std::move(error), [&](const codegen::LimitError &limit) { report(limit); },
      [&](const llvm::ErrorInfoBase &bug) { failure = internalError(bug.message()); });
  return failure;
}

void Compilation::report(const codegen::LimitError &limit) {
  basic::SourceLoc at = limit.loc().valid() ? limit.loc() : sources_.wholeFile(mainFile_).begin;
  diags_.report(basic::Diag::LimitExceeded, {at, at}, limit.text());
}

Compilation::Failure Compilation::emit(EmitKind kind,
                                       llvm::function_ref<void(llvm::raw_ostream &)> print) {
  const EmitRequest *wanted = request(kind);
  if (!wanted)
    return {};
  std::string text;
  llvm::raw_string_ostream stream(text);
  print(stream);
  return writeBytes(*wanted, {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

Compilation::Failure Compilation::writeBytes(const EmitRequest &wanted, base::ByteView bytes) {
  if (options_.writeIfChanged && wanted.path != "-")
    if (auto old = base::readFile(wanted.path, bytes.size()))
      if (old->size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), old->data()))
        return {};
  if (auto written = base::writeFile(wanted.path, bytes); !written)
    return written.error();
  return {};
}

Compilation::Failure Compilation::emitAssembly(base::ByteView bytes) {
  auto image = image::readImage(bytes);
  if (!image)
    return internalError("the image cannot be read: " + image.error().text());
  return emit(EmitKind::Asm, [&](llvm::raw_ostream &out) {
    text::ImageNames names(*image);
    text::Disassembler disassembler(*image, names,
                                    {.showsAddresses = false, .sourceLine = {}, .count = {}});
    std::string text;
    for (image::FunctionId id = 0; id < image->functions.size(); ++id)
      disassembler.appendFunction(text, id);
    out << text;
  });
}

} // namespace orus::driver
