#!/usr/bin/env python3
"""Damaged sources are refused or compile; nothing crashes, and every diagnostic has a place.

mutate.py BIN ROOT [--count N] [--seed S]: takes programs of the repository, damages each in a way that the
seed decides (tokens removed, doubled, swapped or replaced, lines moved, the text cut off), and compiles
it. Status 0 or 65 within the time; each diagnostic at a place inside the file. What compiles must
verify and run, under a limit of fuel and heap, to a documented status.
"""

import argparse
import concurrent.futures
import glob
import os
import random
import re
import subprocess
import sys
import tempfile

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\w+|\.\.|->|[-+*/%<>=!:]=|[^\w\s]|[ \t]+|\n|.', re.S)
SHORT = re.compile(r"^([^\n]*?):(\d+):(\d+): (?:error|warning)\[([EW]\d{4})\]")
WORDS = ("if", "else", "elif", "while", "for", "in", "fn", "return", "match", "try", "catch", "struct",
         "enum", "impl", "pub", "mut", "use", "and", "or", "not", "as", "i32", "f64", "string", "any",
         "1", "0", "2147483648", "1.5", '"x"', "true", "self", "(", ")", "[", "]", "{", "}", ":", ",",
         "=", "==", "->", "..", "+", "-", "%", "_", "@hot", "\n", "    ", "x", "print", "len")
RUN_STATUSES = (0, 70, 75)


def mutate(source, rng):
    tokens = TOKEN.findall(source)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if not tokens:
            break
        at = rng.randrange(len(tokens))
        kind = rng.randrange(8)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, tokens[at])
        elif kind == 2:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = rng.choice(WORDS)
        elif kind == 4:
            tokens.insert(at, " " + rng.choice(WORDS) + " ")
        elif kind == 5:
            tokens = tokens[:at]
        elif kind == 6:
            end = min(len(tokens), at + rng.randrange(1, 12))
            del tokens[at:end]
        else:
            rows = "".join(tokens).split("\n")
            row = rows.pop(rng.randrange(len(rows)))
            rows.insert(rng.randrange(len(rows) + 1), row)
            tokens = TOKEN.findall("\n".join(rows))
    return "".join(tokens)


def run(command, folder, timeout):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, errors="replace", text=True, check=False,
                          timeout=timeout)


def wrong_place(text, source):
    lines = source.split("\n")
    for row in text.splitlines():
        match = SHORT.match(row)
        if not match:
            return row
        line, column = int(match.group(2)), int(match.group(3))
        # The end of a file without a last line end is a column further.
        if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 1:
            return row
    return None


def check(tools, source):
    """What is wrong, if anything, and whether the source compiled."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "m.orus"), "w", encoding="utf-8", newline="") as file:
            file.write(source)
        try:
            compiled = run([tools + "/orusc", "--diagnostic-format=short", "--max-errors=0", "m.orus",
                            "-o", "m"], folder, 20)
        except subprocess.TimeoutExpired:
            return "orusc takes more than 20 s", False
        if compiled.returncode not in (0, 65):
            return f"orusc ends with {compiled.returncode}: {compiled.stderr[-400:]}", False
        if compiled.returncode == 65 and ": error[" not in compiled.stderr:
            return "refused without an error: " + compiled.stderr[-400:], False
        if row := wrong_place(compiled.stderr, source):
            return "no place in the file: " + row, False
        if compiled.returncode == 65:
            return ("there is an image" if os.path.exists(os.path.join(folder, "m")) else None), False
        try:
            ran = run([tools + "/orusvm", "--fuel=3000000", "--max-heap=64M", "--timeout=10", "m"],
                      folder, 60)
        except subprocess.TimeoutExpired:
            return "orusvm does not stop", False
        if ran.returncode not in RUN_STATUSES:
            return f"orusvm ends with {ran.returncode}: {ran.stderr[-400:]}", False
    return None, True


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools")
    parser.add_argument("root")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for the sources that fail")
    options = parser.parse_args()
    tools = os.path.abspath(options.tools)
    programs = sorted(glob.glob(os.path.join(options.root, "tests/conformance/*/*.orus")) +
                      glob.glob(os.path.join(options.root, "docs/examples/*.orus")))
    rng = random.Random(options.seed)
    sources = []
    for _ in range(options.count):
        with open(rng.choice(programs), encoding="utf-8", newline="") as file:
            sources.append(mutate(file.read(), rng))
    failed = compiled = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for number, (wrong, accepted) in enumerate(pool.map(lambda s: check(tools, s), sources)):
            compiled += accepted
            if not wrong:
                continue
            failed += 1
            print(f"source {number}: {wrong}")
            if options.keep:
                os.makedirs(options.keep, exist_ok=True)
                path = os.path.join(options.keep, f"{options.seed}-{number}.orus")
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(sources[number])
    print(f"{len(sources)} sources, {compiled} compiled, {failed} failures")
    return 1 if failed or not compiled else 0


if __name__ == "__main__":
    sys.exit(main())
