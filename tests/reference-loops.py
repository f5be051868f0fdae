#!/usr/bin/env python3
"""Loops that must cost nothing but their work.

reference-loops.py BIN: each program below spends its time in one loop. Compiled with -O2 it must execute no
instruction on dynamic values and none that spills, and reach module registers only before and behind the
loop; that is counted while it runs (orusvm --stats) and must also be what the image says of its loops
(orus-objdump --loops). The output must be that of -O0.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

PASSES = 2000
BOXED = {"box", "box.r", "unbox", "unbox.r", "cast.any", "cast.any.r", "eq.val"}
SPILLS = {"lds", "sts", "lds.r", "sts.r"}
MODULE = {"ldm", "stm", "ldm.r", "stm.r"}

LOOPS = {
    "sum of i32": "mut s = 0\nfor i in 0..N:\n    s = s + i\nprint(s)",
    "sum of i64": "mut s: i64 = 0\nfor i in 0..N:\n    s = s + (i as i64)\nprint(s)",
    "sum of u32": "mut s: u32 = 0\nfor i in 0..N:\n    s = s + (i as u32)\nprint(s)",
    "sum of u64": "mut s: u64 = 0\nfor i in 0..N:\n    s = s + 3\nprint(s)",
    "sum of f64": "mut s = 0.0\nfor i in 0..N:\n    s = s + (i as f64) * 0.5\nprint(s)",
    "nested": "mut s = 0\nfor i in 0..40:\n    for j in 0..N / 40:\n        s = s + i * j\nprint(s)",
    "array sum": "a: [i32] = [3, N]\nmut s = 0\nfor i in 0..len(a):\n    s = s + a[i]\nprint(s)",
    "array update": "a: [i32] = [3, N]\nfor i in 0..len(a):\n    a[i] = a[i] + i\nprint(a[N - 1])",
    "string scan": 'mut text = ""\nfor i in 0..N / 4:\n    text = text + "ab,c"\nmut n = 0\n'
                   "for i in 0..len(text):\n    if text[i] == \",\":\n        n = n + 1\nprint(n)",
    "field update": "struct P:\n    x: i32\n    y: f64\n\np = P{x: 0, y: 0.0}\nfor i in 0..N:\n"
                    "    p.x = p.x + i\n    p.y = p.y + 0.5\nprint(p.x, p.y)",
    "module counter": "mut hits = 0\nfn count(n: i32):\n    for i in 0..n:\n        hits = hits + 1\n"
                      "count(N)\nprint(hits)",
    "call in loop": "@noinline\nfn twice(x: i32) -> i32:\n    return x * 2\nmut s = 0\nfor i in 0..N:\n"
                    "    s = s + twice(i)\nprint(s)",
    "early exit": "a: [i32] = [1, N]\na[N - 10] = 5\nmut at = -1\nfor i in 0..len(a):\n    if a[i] == 5:\n"
                  "        at = i\n        break\nprint(at)",
    "descending": "mut s = 0\nmut i = N\nwhile i > 0:\n    s = s + i\n    i = i - 1\nprint(s)",
    "step": "mut s = 0\nfor i in 0..3 * N..3:\n    s = s + i\nprint(s)",
    "while with two exits": "mut s = 0\nmut i = 0\nwhile i < 10 * N:\n    s = s + i\n    if s > N * 400:\n"
                            "        break\n    i = i + 1\nprint(s, i)",
}


def run(tools, program, level, scratch):
    source, image = os.path.join(scratch, "loop.orus"), os.path.join(scratch, "loop.orbc")
    with open(source, "w") as file:
        file.write(program.replace("N", str(PASSES)) + "\n")
    subprocess.run([f"{tools}/orusc", "-Wnone", level, source, "-o", image], check=True)
    result = subprocess.run([f"{tools}/orusvm", "--stats", image], capture_output=True, text=True, check=True)
    counts = {mnemonic: int(count)
              for mnemonic, count in re.findall(r"^  (\S+) +(\d+) ", result.stderr, re.M)}
    listing = subprocess.run([f"{tools}/orus-objdump", "--json", "-x", image], capture_output=True, text=True,
                             check=True)
    return result.stdout, counts, json.loads(listing.stdout)["loops"]


def problems(tools, program, scratch):
    expected, _, _ = run(tools, program, "-O0", scratch)
    output, counts, loops = run(tools, program, "-O2", scratch)
    executed = lambda group: sum(counts.get(mnemonic, 0) for mnemonic in group)
    if output != expected:
        yield f"{output!r} instead of {expected!r}"
    if sum(counts.values()) < PASSES:
        yield "the loop does not run"
    if executed(BOXED):
        yield f"{executed(BOXED)} instructions on dynamic values"
    if executed(SPILLS):
        yield f"{executed(SPILLS)} spills"
    if executed(MODULE) > PASSES / 100:
        yield f"{executed(MODULE)} accesses of module registers"
    if not loops:
        yield "the image knows no loop"
    for loop in loops:
        for key in ("boxed", "spillLoads", "spillStores", "moduleAccesses"):
            if loop[key]:
                yield f"the image says of the loop at line {loop['line']}: {key} {loop[key]}"


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, program in LOOPS.items():
            for problem in problems(sys.argv[1], program, scratch):
                failures += 1
                print(f"{name}: {problem}")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
