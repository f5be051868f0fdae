#!/usr/bin/env python3
"""Runs the conformance programs strictly, and holds the list of expected failures to the truth.

Ends with `N passed, N failed`; an expected failure is neither. Values that begin with a dash are
written --opt=-O2.
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RUNNER = os.path.join(HERE, "conformance", "run.py")
LIST = os.path.join(HERE, "conformance-xfail.txt")
RESULT = re.compile(r"^(pass|FAIL)\s+([\w-]+/[\w-]+)")


def read_list():
    """The leading comment of the list, and its entries."""
    with open(LIST, encoding="utf-8") as file:
        rows = file.read().splitlines()
    comment = [row for row in rows if row.startswith("#")]
    return comment, {row for row in rows if row and not row.startswith("#")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orusc", required=True)
    parser.add_argument("--orusvm", required=True)
    parser.add_argument("--opt", default="", help="flags for orusc")
    parser.add_argument("--vm-opt", default="", help="flags for orusvm")
    parser.add_argument("-j", default="2", help="programs at a time")
    parser.add_argument("--write", action="store_true", help="rewrite the list from this run")
    parser.add_argument("areas", nargs="*")
    options = parser.parse_args()

    command = [sys.executable, RUNNER, "-v", "--keep-going", "--strict", "-j", options.j,
               "--orusc", options.orusc, "--orusvm", options.orusvm,
               "--opt=" + options.opt, "--vm-opt=" + options.vm_opt, *options.areas]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    blocks, results = {}, {}
    current = None
    for row in run.stdout.splitlines():
        match = RESULT.match(row)
        if match:
            current = match.group(2)
            results[current] = match.group(1) == "pass"
            blocks[current] = []
        if current:
            blocks[current].append(row)
    if not results:
        print(run.stdout + "no program was run\n0 passed, 1 failed")
        return 1

    comment, listed = read_list()
    failing = {name for name, passed in results.items() if not passed}
    if options.write:
        kept = {name for name in listed if name not in results}
        with open(LIST, "w", encoding="utf-8") as file:
            file.write("\n".join(comment + sorted(kept | failing)) + "\n")
        listed = kept | failing

    unexpected = sorted(failing - listed)
    repaired = sorted(name for name in listed if results.get(name))
    # Only a run of every area can tell that a listed name does not exist.
    stale = [] if options.areas else sorted(listed - results.keys())
    for name in unexpected:
        print("\n".join(blocks[name]))
    for name in repaired:
        print(f"PASSES {name}: take it off {os.path.basename(LIST)}")
    for name in stale:
        print(f"UNKNOWN {name}: no such program")
    bad = len(unexpected) + len(repaired) + len(stale)
    print(f"{len(failing & listed)} expected failures")
    print(f"{len(results) - len(failing) - len(repaired)} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
