// What the places of a window hold at one point of a function, as far as it is the same on every
// path: the state of the allocation checker.
#pragma once

#include "compiler/codegen/Assign.h"

#include "llvm/ADT/DenseMap.h"

#include <string>

namespace orus::codegen {

/// A value of the function before allocation, or a constant.
class Symbol {
public:
  static Symbol value(VReg reg) { return Symbol(reg); }
  static Symbol constant(uint32_t index) { return Symbol(index | kConstantBit); }

  std::string text() const;
  friend auto operator<=>(Symbol, Symbol) = default;

private:
  explicit Symbol(uint32_t bits) : bits_(bits) {}
  static constexpr uint32_t kConstantBit = 1u << 31;
  uint32_t bits_;
};

struct Place {
  Bank bank{};
  Loc loc;

  std::string text() const;
};

class WindowState {
public:
  bool holds(Place at, Symbol symbol) const;
  /// The place now holds the symbol only.
  void write(Place at, Symbol symbol);
  void copy(Place to, Place from);
  /// No place holds the symbol any more.
  void forget(Symbol symbol);
  /// Each first symbol of a pair becomes another name for what the second one named before.
  void rename(llvm::ArrayRef<std::pair<Symbol, Symbol>> pairs);
  /// Outgoing slots of the bank from an index on hold nothing any more.
  void clobberOutgoing(Bank bank, uint32_t from);
  void dropOutgoing();
  /// Keeps what both states say; true if that is less than before.
  bool meet(const WindowState &other);

private:
  using Symbols = llvm::SmallVector<Symbol, 2>; // ascending

  llvm::DenseMap<uint32_t, Symbols> places_; // by Place::key
};

} // namespace orus::codegen
