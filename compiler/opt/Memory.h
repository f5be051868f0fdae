// What operations read and write, as alias classes: places of one class may be the same memory,
// places of two classes never are. Arrays of different types are different objects, so that a class
// is a kind of memory and a type, local or slot.
#pragma once

#include "compiler/opt/Pass.h"

#include "llvm/ADT/DenseMap.h"

namespace orus::opt {

using AliasClass = uint32_t;

/// The alias classes that a function mentions, numbered in the order of their first mention.
class AliasClasses {
public:
  /// What calls may write; every class but locals is also written by a call.
  static constexpr AliasClass kCalls = 0;

  explicit AliasClasses(const ir::Function &fn) : fn_(fn) {}

  /// The class that the result of an operation depends on; kNone if it reads nothing that changes,
  /// or more than one class.
  AliasClass readBy(InstId inst);
  /// The classes that it writes, in `out`.
  void writtenBy(InstId inst, llvm::SmallVectorImpl<AliasClass> &out);
  /// Whether calls write the class too.
  bool isVisibleToCalls(AliasClass alias) const { return visible_[alias]; }
  size_t size() const { return visible_.size(); }

private:
  enum class Kind : uint8_t {
    Calls,
    Local,
    ScalarSlot,
    ReferenceSlot,
    Length,
    Elements,
    Field,
    Cell,
  };
  /// Of a struct type and the index of a field.
  static uint64_t fieldKey(TypeId type, uint64_t field) { return uint64_t{type} << 24 | field; }
  AliasClass number(Kind kind, uint64_t which);

  const ir::Function &fn_;
  llvm::DenseMap<uint64_t, AliasClass> ids_;
  std::vector<bool> visible_{true}; // by class
};

/// Memory SSA in its simplest form: a number for the state of each alias class, which changes where
/// the class may be written or where states join (phi functions of Cytron et al., TOPLAS 1991).
/// Numbers are asked for during a walk over the dominator tree in preorder.
class MemoryVersions {
public:
  MemoryVersions(const ir::Function &fn, Analyses &analyses);

  void enterBlock(BlockId block);
  /// Undoes what happened since the matching enterBlock.
  void leaveBlock();
  /// Accounts for the writes of an instruction.
  void pass(InstId inst);
  AliasClass readBy(InstId inst) { return classes_.readBy(inst); }
  /// The class that a store writes.
  AliasClass writtenBy(InstId store);
  /// State of the class now.
  uint64_t version(AliasClass alias) const {
    uint64_t calls = classes_.isVisibleToCalls(alias) ? current_[AliasClasses::kCalls] : 0;
    return calls << 32 | current_[alias];
  }

private:
  void placeJoins(Analyses &analyses, ArrayRef<std::pair<AliasClass, BlockId>> writes);
  void renew(AliasClass alias);

  AliasClasses classes_;
  std::vector<uint32_t> current_; // by class
  uint32_t next_ = 1;
  analysis::AdjacencyList joins_; // by block: classes whose states join there
  std::vector<std::pair<AliasClass, uint32_t>> undo_;
  std::vector<size_t> marks_; // in undo_, one for each block entered
};

} // namespace orus::opt
