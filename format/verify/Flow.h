// The control flow of one function: instruction starts, basic blocks and their successors.
#pragma once

#include "format/verify/Bits.h"
#include "format/verify/Program.h"

namespace orus::verify {

/// A basic block. Blocks are numbered in code order and begin at the function's first instruction,
/// at branch targets, at bounds and targets of handlers, and after instructions that branch or end
/// the flow.
struct Block {
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint16_t kNoHandler = UINT16_MAX;

  uint32_t next = 0;             // how many of the blocks that follow are successors
  uint32_t target = kNone;       // a further successor
  uint16_t handler = kNoHandler; // innermost handler, relative to the function's first one
  bool mayPanic = false;
};

class Flow {
public:
  Flow(const Program &program, Report &report) : program_(program), report_(report) {}

  /// Splits the code of a function into instructions (V4, V5) and blocks (V6), and checks its
  /// handlers (V18). The successors of the blocks are filled in by `end` as the caller walks them.
  bool build(image::FunctionId id);

  /// Completes a block whose last instruction is at `pc`.
  void end(uint32_t block, const uint32_t *words, uint32_t pc, bool mayPanic);

  /// Puts the blocks that can be reached in reverse post-order; refuses others (V26).
  bool order();

  bool isLeader(uint32_t pc) const { return leaders_.test(pc); }
  uint32_t blockOf(uint32_t pc) const { return ranks_[pc + size_t{1}] - 1; }
  std::vector<Block> &blocks() { return blocks_; }
  const std::vector<Block> &blocks() const { return blocks_; }
  const std::vector<uint32_t> &reversePostOrder() const { return order_; }
  std::span<const image::Handler> handlers() const { return handlers_; }
  uint32_t codeLength() const { return static_cast<uint32_t>(code_.size()); }

  /// Calls `visit(block)` for each successor, the handler last.
  template <class Visit> void forEachSuccessor(uint32_t index, Visit visit) const {
    const Block &block = blocks_[index];
    for (uint32_t i = 1; i <= block.next; ++i)
      visit(index + i);
    if (block.target != Block::kNone)
      visit(block.target);
  }
  uint32_t handlerBlock(uint16_t handler) const { return blockOf(handlers_[handler].target); }

private:
  bool fail(RuleId rule, uint32_t pc, std::initializer_list<Piece> sentence) {
    hasShape_ &= rule != RuleId::V5 && rule != RuleId::V6;
    return report_.fail(rule, {"CODE", Error::kNone, function_, pc}, sentence);
  }
  bool failHandler(RuleId rule, uint32_t index, std::initializer_list<Piece> sentence);

  bool decode();
  bool decodeAt(uint32_t pc, uint32_t &words);
  bool markBranch(uint32_t pc, const uint32_t *words);
  bool markSwitch(uint32_t pc, const uint32_t *words);
  bool checkTargets();
  bool isInstructionStart(uint32_t pc) const { return pc < code_.size() && starts_.test(pc); }

  // Handlers.cpp
  bool checkHandlers();
  bool checkHandler(uint32_t index);
  bool checkNesting();
  void assignHandlers();

  // the i-th successor of a block, counting the handler; kNone beyond the last
  uint32_t successor(uint32_t block, uint32_t i) const;

  const Program &program_;
  Report &report_;
  uint32_t function_ = 0;
  bool hasShape_ = true; // instructions and targets are sound, even if a rule is disabled
  std::span<const uint32_t> code_;
  std::span<const image::Handler> handlers_;
  Bits starts_, leaders_;
  Ranks ranks_;
  std::vector<Block> blocks_;
  std::vector<uint32_t> nested_; // handlers by start, outer first
  std::vector<uint32_t> order_;
  std::vector<std::pair<uint32_t, uint32_t>> stack_;
  Bits visited_;
};

} // namespace orus::verify
