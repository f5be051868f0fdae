#!/usr/bin/env python3
"""The machine code of the interpreter's handlers: handlers.py ORUSVM.

Handlers keep the registers of the interpreter in machine registers and end in an indirect jump of their
own. The compiler can lose that without a sign: a value spilled around a cold path, two arms of a branch
made one by a conditional move, whose next instruction then waits for the compare, a shared jump. Each
costs up to a factor of two (docs/design/vm.md). Needs the dispatch by tail calls, and symbols.
"""
import re
import subprocess
import sys

# Handlers that do their work in C++, called with the registers saved; the call dominates.
MAY_USE_STACK = set(
    "AFill AFillR ANew ARepeat ASlice ASorted AssertEq CallN CastAny CastAnyR EqStr EqVal "
    "JEqStr JNeStr LeStr LtStr ModF NewFn NewObj Print SCat".split())
# Conditional moves of values, not of the next instruction.
MAY_MOVE = {"CvtU64Sat", "LeStr", "LtStr"}
# Goes to the handler of a panic, always.
NEEDS_NO_JUMP = {"Raise"}

HANDLER = re.compile(r"^[0-9a-f]+ <orus::vm::\(anonymous namespace\)::op([A-Z]\w*)\(")
INSTRUCTION = re.compile(r"^\s+[0-9a-f]+:\s+(\S.*?)\s*$")


def handlers(binary):
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", "-C", binary], check=True,
                             capture_output=True, text=True).stdout
    found, current = {}, None
    for line in listing.splitlines():
        if line.endswith(">:"):
            match = HANDLER.match(line)
            current = found.setdefault(match.group(1), []) if match else None
        elif current is not None and (match := INSTRUCTION.match(line)):
            current.append(match.group(1))
    return found


def main():
    found, failures = handlers(sys.argv[1]), []
    if len(found) < 200:
        failures.append(f"only {len(found)} handlers found")
    stacked, moving = set(), set()
    for name, code in found.items():
        if any("(%rsp" in line or line.startswith(("push", "pop")) for line in code):
            stacked.add(name)
        if any(line.startswith("cmov") for line in code):
            moving.add(name)
        if name not in NEEDS_NO_JUMP and not any(re.match(r"jmp\s+\*", line) for line in code):
            failures.append(f"{name}: no indirect jump of its own")
    for what, names, allowed in (("uses the stack", stacked, MAY_USE_STACK),
                                 ("has a conditional move", moving, MAY_MOVE)):
        failures += [f"{name}: {what}" for name in sorted(names - allowed)]
        failures += [f"{name}: {what} no longer; take it from the list" for name in sorted(allowed - names)]
    print("\n".join(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
