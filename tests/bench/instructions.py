#!/usr/bin/env python3
"""Counts the instructions of the virtual machine that the benchmarks execute.

Unlike times these numbers are the same on every machine, so they can be tested:

    instructions.py --bin DIR            table of -O0 and -O2, with the geometric mean of the ratio
    instructions.py --bin DIR --check    fails if a program executes over 3 % more at -O2 than
                                         instructions.json says, or 3 % less: then note the gain
    instructions.py --bin DIR --update   writes instructions.json
"""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BASELINE = os.path.join(HERE, "instructions.json")
TOLERANCE = 0.03


def programs():
    names = sorted(os.listdir(HERE))
    return [name for name in names if os.path.isfile(os.path.join(HERE, name, name + ".orus"))]


def executed(binaries, name, level):
    """Instructions that a program executes when compiled at a level."""
    source = os.path.join(HERE, name, name + ".orus")
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, name + ".orbc")
        subprocess.run([os.path.join(binaries, "orusc"), "-Wnone", f"-O{level}", source, "-o", image],
                       check=True)
        result = subprocess.run([os.path.join(binaries, "orusvm"), "--stats", image], check=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(re.search(r"^instructions: +(\d+)$", result.stderr, re.MULTILINE)[1])


def table(binaries):
    ratios = []
    print("| program | -O0 | -O2 | ratio |\n|---|---|---|---|")
    for name in programs():
        first, last = (executed(binaries, name, level) for level in (0, 2))
        ratios.append(last / first)
        print(f"| {name} | {first:,} | {last:,} | {last / first:.2f} |")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"| geometric mean | | | {mean:.2f} |")


def check(counts):
    with open(BASELINE, encoding="utf-8") as file:
        expected = json.load(file)
    failures = [f"{name}: in only one of the suite and instructions.json"
                for name in sorted(set(expected) ^ set(counts))]
    for name in sorted(set(expected) & set(counts)):
        change = counts[name] / expected[name] - 1
        if abs(change) > TOLERANCE:
            failures.append(f"{name}: {counts[name]:,} instructions instead of {expected[name]:,} "
                            f"({change:+.1%}); if that is meant, run instructions.py --update")
    print("\n".join(failures) or f"{len(counts)} programs within {TOLERANCE:.0%}")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="folder of orusc and orusvm")
    parser.add_argument("--check", action="store_true", help="compare with instructions.json")
    parser.add_argument("--update", action="store_true", help="write instructions.json")
    options = parser.parse_args()
    if not options.check and not options.update:
        return table(options.bin)
    counts = {name: executed(options.bin, name, 2) for name in programs()}
    if options.check:
        return check(counts)
    with open(BASELINE, "w", encoding="utf-8") as file:
        json.dump(counts, file, indent=2)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
