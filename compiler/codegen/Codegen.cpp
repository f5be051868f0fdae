#include "compiler/codegen/Codegen.h"

#include "compiler/codegen/FunctionCodegen.h"
#include "format/base/Hash.h"
#include "format/base/Text.h"
#include "format/image/Limits.h"

#include "llvm/ADT/StringMap.h"

namespace orus::codegen {

char LimitError::ID = 0;

namespace {

/// The string table of the image: that of the module, and the names that are added to it.
class StringTable {
public:
  explicit StringTable(std::vector<std::string> &strings) : strings_(strings) {
    for (size_t i = 0; i < strings.size(); ++i)
      ids_.try_emplace(strings[i], static_cast<image::StringId>(i));
  }
  image::StringId intern(llvm::StringRef text) {
    auto [it, isNew] = ids_.try_emplace(text, static_cast<image::StringId>(strings_.size()));
    if (isNew)
      strings_.push_back(text.str());
    return it->second;
  }

private:
  std::vector<std::string> &strings_;
  llvm::StringMap<image::StringId> ids_;
};

/// The name under which a source file is recorded.
std::string recordedName(llvm::StringRef name, const CodegenOptions &options) {
  llvm::StringRef root = options.sourceRoot;
  root.consume_back("/");
  if (!root.empty() && name.starts_with(root) && name.substr(root.size()).starts_with("/"))
    name = name.substr(root.size() + 1);
  std::string result = name.str();
  for (const auto &[from, to] : options.pathPrefixMap)
    if (name.starts_with(from))
      result = to + name.substr(from.size()).str();
  return result;
}

void addFiles(const basic::SourceManager &sources, const CodegenOptions &options,
              StringTable &strings, image::Image &image) {
  for (size_t i = 0; i < sources.fileCount(); ++i) {
    auto file = static_cast<basic::FileId>(i);
    llvm::StringRef text = sources.text(file);
    base::ByteView bytes(reinterpret_cast<const uint8_t *>(text.data()), text.size());
    image.files.push_back(
        {strings.intern(recordedName(sources.name(file), options)), base::hash64(bytes)});
  }
}

} // namespace

llvm::Expected<image::Image> generate(const ir::Module &module, const basic::SourceManager &sources,
                                      const CodegenOptions &options) {
  image::Image image;
  image.manifest.producer = options.producer;
  image.manifest.entry = module.entry;
  image.manifest.optimization = options.optimization;
  image.manifest.registerBudget = options.registers;
  image.strings = module.strings;
  image.modules = module.modules;
  image.exports = module.exports;
  image.notes = options.notes;
  image.isDescribed = options.debugLevel != 0;
  StringTable strings(image.strings);
  ProgramPools pools(module);
  bool hasLines = options.debugLevel != 0;
  EmitContext context{image, hasLines ? &sources : nullptr, options.fuse};

  image.functions.reserve(module.functions.size());
  for (const auto &fn : module.functions) {
    auto record = generateFunction(*fn, pools, context, options);
    if (!record)
      return record.takeError();
    record->name = strings.intern(fn->name);
    image.functions.push_back(std::move(*record));
  }

  for (size_t i = 0; i < pools.natives.size(); ++i)
    image.natives.push_back(
        {strings.intern(std::string(isa::info(pools.natives[i]).name)), pools.nativeSignatures[i]});
  image.constants = std::move(pools.constants);
  image.types = std::move(pools.types);
  if (hasLines)
    addFiles(sources, options, strings, image);
  // Literals are UTF-8; the names of files, and of modules after them, may be any bytes.
  for (std::string &string : image.strings)
    if (base::firstInvalidUtf8(string))
      string = base::escaped(string);
  return image;
}

} // namespace orus::codegen
