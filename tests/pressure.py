#!/usr/bin/env python3
"""Spilling follows from the register budget: pressure.py BIN FOLDER...

Compiles every program below the folders at several budgets and reads --stats. With all registers
nothing is spilled in any of them; with fewer registers, never fewer accesses to spill slots are
placed over all programs, and in the end more.
"""

import json
import os
import subprocess
import sys
import tempfile

BUDGETS = (256, 32, 16, 8, 4)


def sources(folders):
    for folder in folders:
        for path, _, files in sorted(os.walk(folder)):
            for name in sorted(files):
                if name.endswith(".orus"):
                    yield os.path.join(path, name)


def statistics(orusc, source, budget, folder):
    """What --stats=json says, or None for a program that is meant not to compile."""
    report = os.path.join(folder, "stats.json")
    result = subprocess.run(
        [orusc, "-Wnone", f"--registers={budget}", f"--stats=json:{report}", "-o",
         os.path.join(folder, "image"), f"--root={os.path.dirname(source)}", source],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode == 65:
        return None
    if result.returncode != 0:
        sys.exit(f"{source}: status {result.returncode} with {budget} registers\n{result.stderr}")
    with open(report, encoding="utf-8") as file:
        return json.load(file)


def main():
    orusc = os.path.join(sys.argv[1], "orusc")
    failures = []
    accesses = dict.fromkeys(BUDGETS, 0)
    compiled = 0
    with tempfile.TemporaryDirectory() as folder:
        for source in sources(sys.argv[2:]):
            for budget in BUDGETS:
                document = statistics(orusc, source, budget, folder)
                if document is None:
                    break
                banks = document["total"].values()
                placed = sum(bank["spillLoads"] + bank["spillStores"] for bank in banks)
                accesses[budget] += placed
                compiled += budget == BUDGETS[0]
                if budget == 256 and placed + sum(bank["spillSlots"] for bank in banks):
                    failures.append(f"{source}: spills with 256 registers")
    print(f"{compiled} programs; accesses to spill slots by budget: {accesses}")
    placed = [accesses[budget] for budget in BUDGETS]
    if placed != sorted(placed) or placed[0] == placed[-1]:
        failures.append("the accesses do not grow as registers get fewer")
    if compiled == 0:
        failures.append("no program was compiled")
    print("\n".join(failures) or "as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
