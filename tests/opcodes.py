#!/usr/bin/env python3
"""Every opcode is emitted for some program of the repository, verified and disassembled.

opcodes.py BIN ROOT: BIN has the tools. An opcode that no program can make the compiler emit is dead
weight in verifier, interpreter and documentation; this test names it. Fused instructions have their own
programs, in fused.py. Other programs are compiled in several
configurations until every opcode has been seen. Opcodes whose part of the compiler is still to come
stand in opcodes-xfail.txt, which only shrinks: one that is emitted must leave it.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

import fused

# Cheap and productive ones first.
CONFIGURATIONS = (["-O2"], ["-O0", "--registers=4"], ["-O0"], ["-O2", "--registers=16"])
PROGRAMS = ("tests/lit/code/*.orus", "docs/examples/*.orus", "tests/lit/run/*.orus",
            "tests/bench/*/*.orus", "tests/conformance/*/*.orus", "tests/conformance/*/*/*.orus")
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "opcodes-xfail.txt")
INSTRUCTION = re.compile(r"^ +(?:\d+: +)?([a-z][\w.]*)", re.M)
MNEMONIC = re.compile(r'^ORUS_OP\((\w+), "([^"]+)"', re.M)


def disassemble(tools, program, flags, scratch):
    """The mnemonics in the code of a program; none if it does not compile."""
    image = os.path.join(scratch, "%d.orbc" % hash((program, tuple(flags))))
    compiled = subprocess.run([tools + "/orusc", "-Wnone", *flags, program, "-o", image],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if compiled.returncode == 65:
        return set()
    if compiled.returncode != 0:
        raise RuntimeError(f"orusc {program}: status {compiled.returncode}")
    text = subprocess.run([tools + "/orus-objdump", "-d", "--verify", image], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.unlink(image)
    if text.returncode != 0:
        raise RuntimeError(f"orus-objdump {program}: {text.stderr}")
    return set(INSTRUCTION.findall(text.stdout))


def main():
    tools, root = sys.argv[1:3]
    with open(os.path.join(root, "format/isa/Opcodes.def")) as table:
        missing = {mnemonic: ident for ident, mnemonic in MNEMONIC.findall(table.read())}
    for mnemonic in fused.fused_mnemonics(root):
        missing.pop(mnemonic)
    total = len(missing)
    with open(LIST) as file:
        expected = {row for row in file.read().split("\n") if row and not row.startswith("#")}
    programs = [path for pattern in PROGRAMS for path in sorted(glob.glob(os.path.join(root, pattern)))]
    jobs = [(program, flags) for flags in CONFIGURATIONS for program in programs]
    with tempfile.TemporaryDirectory() as scratch, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for begin in range(0, len(jobs), 64):
            for found in pool.map(lambda job: disassemble(tools, *job, scratch),
                                  jobs[begin:begin + 64]):
                for mnemonic in found:
                    missing.pop(mnemonic, None)
            if not missing:
                break
    unexpected = [mnemonic for mnemonic in missing if mnemonic not in expected]
    for mnemonic in unexpected:
        print(f"{mnemonic} ({missing[mnemonic]}) is emitted for no program of the repository: add a "
              f"program to tests/lit/code that needs it, or remove it")
    stale = sorted(expected - set(missing))
    for mnemonic in stale:
        print(f"{mnemonic} is emitted, or no opcode: remove it from opcodes-xfail.txt")
    print(f"{total - len(missing)} of {total} opcodes emitted")
    return 1 if unexpected or stale or not total else 0


if __name__ == "__main__":
    sys.exit(main())
