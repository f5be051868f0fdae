// The slow verifier at work on one function.
#pragma once

#include "format/image/LoadedImage.h"
#include "format/isa/Isa.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace orus::verify::slow {

/// Thrown at the first thing that is wrong.
struct Refusal {
  uint32_t pc;
  std::string why;
};

/// The types that the content of a slot may be taken for; none if the slot has no value.
using Types = std::set<image::TypeId>;

/// Content of every slot of both banks, before an instruction.
struct State {
  std::vector<Types> scalars, references;
  friend bool operator==(const State &, const State &) = default;
};

class SlowFunction {
public:
  SlowFunction(const image::LoadedImage &image, const image::Function &function);
  void run();

private:
  struct Step {
    isa::Instruction instruction;
    uint32_t next = 0;             // the instruction behind it
    std::vector<uint32_t> targets; // where it may continue
    std::vector<size_t> handlers;  // that protect it, innermost first
  };

  // Shape of the code.
  void decodeAll();
  void findTargets(uint32_t pc, Step &step);
  void checkHandlers();
  const Step &stepAt(int64_t pc, uint32_t from) const;
  void markBlockStarts();

  // Flow.
  State entryState() const;
  void flowTo(uint32_t pc, State state);
  void throwTo(const Step &step, const State &before);
  static bool meet(State &into, const State &from);

  // Effects of one instruction on the state.
  void execute(uint32_t pc, const Step &step, State &state);
  void executeOther(const Step &step, State &state);
  void executeObject(const Step &step, State &state);
  void checkIds(const Step &step);

  // Slots of the bank that an operand is in.
  const image::Bank &recordOf(bool isScalar) const;
  Types read(State &state, unsigned operand);
  void write(State &state, unsigned operand, const Types &produced);
  Types readSlot(State &state, bool isScalar, int64_t slot, bool isFar);
  void writeSlot(State &state, bool isScalar, int64_t slot, bool isFar, const Types &produced);
  bool isAcceptable(image::TypeId type, isa::RegisterType wanted) const;
  Types allOf(isa::RegisterType wanted) const;
  image::TypeId held(image::TypeId type) const;
  std::vector<image::TypeId> placesOf(image::TypeId type, size_t variant) const;

  // Families of instructions.
  void call(State &state, image::TypeId signature, int64_t scalarBase, int64_t referenceBase);
  void directCall(State &state, const image::Function &callee, int64_t scalarBase,
                  int64_t referenceBase);
  void takeFields(State &state, const std::vector<image::TypeId> &places, int64_t bases);
  void inPlace(State &state, image::TypeId signature, int64_t bases);
  void takeArguments(State &state, image::TypeId signature, int64_t scalarBase,
                     int64_t referenceBase, int64_t record);
  void arrayLoad(State &state, bool isReference, unsigned size);
  void nestedLoad(State &state, unsigned size);
  void arrayStore(State &state, unsigned value, bool isReference, unsigned size);

  [[noreturn]] void refuse(std::string why) const { throw Refusal{pc_, std::move(why)}; }
  void need(bool condition, const char *why) const {
    if (!condition)
      refuse(why);
  }

  const image::LoadedImage &image_;
  const image::Function &function_;
  std::span<const uint32_t> code_;
  std::span<const image::Handler> handlers_;
  std::map<uint32_t, Step> steps_;
  std::set<uint32_t> blockStarts_;
  std::map<uint32_t, State> states_;
  std::set<uint32_t> pending_;
  // The instruction that is executed.
  uint32_t pc_ = 0;
  const Step *step_ = nullptr;
};

} // namespace orus::verify::slow
