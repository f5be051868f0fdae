#include "compiler/codegen/WindowState.h"

#include <algorithm>

namespace orus::codegen {

std::string Symbol::text() const {
  bool isConstant = (bits_ & kConstantBit) != 0;
  return (isConstant ? "constant #" : "%") + std::to_string(bits_ & ~kConstantBit);
}

std::string Place::text() const {
  static constexpr const char *kNames[] = {"register ", "spill slot ", "home ", "outgoing slot "};
  return std::string(bank == Bank::Scalar ? "scalar " : "reference ") +
         kNames[static_cast<size_t>(loc.space)] + std::to_string(loc.index);
}

/// A parameter's home is the register slot that it arrives in.
static uint32_t keyOf(Place place) {
  if (place.loc.space == Space::Home)
    place.loc.space = Space::Register;
  return place.loc.pack() << 1 | static_cast<uint32_t>(place.bank);
}

bool WindowState::holds(Place at, Symbol symbol) const {
  auto it = places_.find(keyOf(at));
  return it != places_.end() && std::ranges::binary_search(it->second, symbol);
}

void WindowState::write(Place at, Symbol symbol) { places_[keyOf(at)] = {symbol}; }

void WindowState::copy(Place to, Place from) {
  auto it = places_.find(keyOf(from));
  if (it == places_.end()) {
    places_.erase(keyOf(to));
    return;
  }
  Symbols symbols = it->second;
  places_[keyOf(to)] = std::move(symbols);
}

void WindowState::forget(Symbol symbol) {
  for (auto &entry : places_) {
    Symbols &symbols = entry.second;
    auto *it = std::ranges::lower_bound(symbols, symbol);
    if (it != symbols.end() && *it == symbol)
      symbols.erase(it);
  }
}

void WindowState::rename(llvm::ArrayRef<std::pair<Symbol, Symbol>> pairs) {
  if (pairs.empty())
    return;
  for (auto &entry : places_) {
    Symbols &symbols = entry.second;
    Symbols after;
    for (Symbol symbol : symbols)
      if (llvm::none_of(pairs, [&](const auto &pair) { return pair.first == symbol; }))
        after.push_back(symbol);
    for (auto [to, from] : pairs)
      if (std::ranges::binary_search(symbols, from))
        after.push_back(to);
    std::ranges::sort(after);
    after.erase(std::unique(after.begin(), after.end()), after.end());
    symbols = std::move(after);
  }
}

void WindowState::clobberOutgoing(Bank bank, uint32_t from) {
  llvm::SmallVector<uint32_t, 8> keys;
  for (auto &entry : places_) {
    Loc loc = Loc::unpack(entry.first >> 1);
    if (loc.space == Space::Outgoing && (entry.first & 1) == static_cast<uint32_t>(bank) &&
        loc.index >= from)
      keys.push_back(entry.first);
  }
  for (uint32_t key : keys)
    places_.erase(key);
}

void WindowState::dropOutgoing() {
  clobberOutgoing(Bank::Scalar, 0);
  clobberOutgoing(Bank::Reference, 0);
}

bool WindowState::meet(const WindowState &other) {
  bool changed = false;
  llvm::SmallVector<uint32_t, 8> empty;
  for (auto &entry : places_) {
    Symbols &symbols = entry.second;
    auto it = other.places_.find(entry.first);
    size_t before = symbols.size();
    if (it == other.places_.end())
      symbols.clear();
    else
      llvm::erase_if(symbols, [&](Symbol s) { return !std::ranges::binary_search(it->second, s); });
    changed |= symbols.size() != before;
    if (symbols.empty())
      empty.push_back(entry.first);
  }
  for (uint32_t key : empty)
    places_.erase(key);
  return changed;
}

} // namespace orus::codegen
