#include "compiler/driver/SourceHashes.h"

#include "llvm/Support/xxhash.h"

namespace orus::driver {

std::vector<uint64_t> hashSources(const sema::TypedProgram &program,
                                  const basic::SourceManager &sources) {
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15; // 2^64 / golden ratio
  std::vector<uint64_t> hashes;
  for (const auto &function : program.functions) {
    const std::vector<sema::Stmt *> &statements = function->body->statements;
    uint64_t hash = 1; // 0 stands for no hash
    auto add = [&](basic::SourceRange range) {
      if (range.valid() && range.begin < range.end)
        hash = (hash * kMultiplier ^ llvm::xxh3_64bits(sources.text(range))) | 1;
    };
    if (!function->isModuleBody && !statements.empty())
      add({function->range.begin, statements.front()->range.begin});
    for (const sema::Stmt *stmt : statements)
      add(stmt->range);
    hashes.push_back(hash);
  }
  return hashes;
}

} // namespace orus::driver
