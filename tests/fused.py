#!/usr/bin/env python3
"""Fused instructions do what the operations they stand for do, and panic where those panic.

fused.py BIN: each program below is compiled with -O0, which fuses nothing, and with -O2, whose code must
hold the named instruction. Both must print the same, end with the same status and report the same
position of a panic. Every fused instruction of Opcodes.def has a program.
"""

import os
import re
import subprocess
import sys
import tempfile

MAX = 2147483647
BIG = 9223372036854775807

# The functions are called with values that the compiler does not know: it must not fold them.
ARITHMETIC = """
@noinline
fn f(a: {type}, b: {type}, c: {type}) -> {type}:
    return {expression}
{calls}
"""


def arithmetic(kind, expression, *arguments):
    calls = "\n".join("print(f(%s))" % ", ".join(map(str, each)) for each in arguments)
    return ARITHMETIC.format(type=kind, expression=expression, calls=calls)


def elements(kind, body, values, *arguments):
    calls = "\n".join(f"print(f(xs, {each}), xs)" for each in arguments)
    result = "" if body.lstrip().startswith("xs[") else f" -> {kind}"
    if not result:
        calls = "\n".join(f"f(xs, {each})\nprint(xs)" for each in arguments)
    return (f"@noinline\nfn f(xs: [{kind}], i: i32, x: {kind}){result}:\n    {body}\n"
            f"xs: [{kind}] = [{values}, {values.split(',')[0]}]\n{calls}\n")


def floats(expression):
    return arithmetic("f64", expression, (1.5, 2.25, -3.5), (1e308, 10.0, 0.1), (0.1, 0.2, 0.3))


def step(test, start, limit, change):
    return f"""
@noinline
fn f(start: i32, limit: i32, change: i32) -> i32:
    mut i = start
    mut sum = 0
    while i {test} limit:
        sum = sum + i % 7
        i = i + change
    return sum
print(f({start}, {limit}, {change}), f({limit}, {start}, {change}))
print(f({MAX if change > 0 else -MAX}, {MAX if change > 0 else -MAX}, {change}))
try:
    print(f({MAX - 5 if change > 0 else -MAX}, {MAX if change > 0 else -MAX - 1}, {change}))
catch e:
    print("caught", e)
print(f({MAX - 5 if change > 0 else 5 - MAX}, {MAX if change > 0 else -MAX - 1}, {change * 3}))
"""


NESTED = """
@noinline
fn f(rows: [[{kind}]], i: i32, j: i32) -> {kind}:
    return rows[i][j]
rows: [[{kind}]] = [[{a}, {b}, {b}], [{b}], []]
print(f(rows, 0, 1), f(rows, 1, 0))
try:
    print(f(rows, 3, 0))
catch e:
    print("caught", e)
print(f(rows, {last}))
"""

FIELD = """
struct P:
    name: string
    x: {kind}
    y: {kind}

@noinline
fn f(p: P, by: {kind}):
    p.y = p.y + by
p = P{{name: "p", x: {one}, y: {start}}}
f(p, {one})
f(p, {one})
print(p.x, p.y)
f(p, {last})
print(p.y)
"""

STRINGS = """
@noinline
fn f(a: string, b: string) -> i32:
    if a {test} b:
        return 1
    return 2
print(f("ab", "a" + "b"), f("ab", "ba"), f("", ""), f("a", ""))
"""

CHOOSE = """    if xs[i]:
        return 1
    return 2
"""
SKIP = """    mut n = 0
    for k in 0..2:
        if xs[i * k]:
            continue
        n = n + k
    return n
"""
BRANCH_ELEMENT = """
@noinline
fn f(xs: [bool], i: i32) -> i32:
{body}xs = [true, false, true]
print(f(xs, 0), f(xs, 1))
try:
    print(f(xs, -1))
catch e:
    print("caught", e)
print(f(xs, 3))
"""

REMAINDER = """
@noinline
fn f(x: i32) -> i32:
    if x % 3 {test} {expected}:
        return 1
    return 2
print(f(0), f(1), f(2), f(-1), f(-3), f(2147483647), f(-2147483648))
"""

CASES = [
    ("mul.add.f64", floats("a * b + c")),
    ("mul.sub.f64", floats("a * b - c")),
    ("mul.rsub.f64", floats("c - a * b")),
    ("mul.mul.f64", floats("a * b * c")),
    ("add.mul.f64", floats("c * (a + b)")),
    ("sub.mul.f64", floats("(a - b) * c")),
    ("add.add.f64", floats("a + b + c")),
    ("sub.add.f64", floats("a - b + c")),
    ("div.add.f64", floats("a / b + c")),
    ("div.add.f64", arithmetic("f64", "a / b + c", (1.0, 0.0, 2.0))),
    ("mul.add.i32", arithmetic("i32", "a * b + c", (3, 4, 5), (MAX, 2, 1))),
    ("mul.add.i32", arithmetic("i32", "a * b + c", (MAX, 1, 1))),
    ("mul.i.add.i32", arithmetic("i32", "a * 7 + c + b * 0", (3, 4, 5), (MAX, 2, 1))),
    ("mul.i.add.i32", arithmetic("i32", "a * -1 + c", (-5, 4, MAX))),
    ("mod.i.add.i32", arithmetic("i32", "a % 10 + c", (13, 4, 5), (-13, 4, 5), (9, 1, MAX))),
    ("mod.i.add.i32", arithmetic("i32", "a % -1 + c", (-2147483648, 4, 5))),
    ("add.add.i32", arithmetic("i32", "a + b + c", (1, 2, 3), (MAX, -1, 1), (MAX, 1, -5))),
    ("add.add.i32", arithmetic("i32", "a + b + c", (MAX, -1, 2))),
    ("add.mod.i32", arithmetic("i32", "(a + b) % c", (10, 5, 4), (-10, 5, 4), (1, 2, -1), (MAX, 1, 3))),
    ("add.mod.i32", arithmetic("i32", "(a + b) % c", (10, 5, 0))),
    ("mul.mod.i32", arithmetic("i32", "a * b % c", (10, 5, 7), (10, 5, -1), (MAX, 3, 3))),
    ("mul.mod.i32", arithmetic("i32", "a * b % c", (10, 5, 0))),
    ("mul.add.i64", arithmetic("i64", "a * b + c", (3, 4, 5), (BIG, 2, 1))),
    ("mul.add.i64", arithmetic("i64", "a * b + c", (BIG, 1, 1))),
    ("add.mod.i64", arithmetic("i64", "(a + b) % c", (10, 5, 4), (1, 2, -1), (BIG, 1, 3))),
    ("add.mod.i64", arithmetic("i64", "(a + b) % c", (10, 5, 0))),
    ("mul.mod.i64", arithmetic("i64", "a * b % c", (10, 5, 7), (10, 5, -1), (BIG, 3, 3))),
    ("mul.mod.i64", arithmetic("i64", "a * b % c", (10, 5, 0))),
    ("add.i64.w", "@noinline\nfn f(a: i64, b: i32) -> i64:\n    return a + (b as i64)\n"
                  f"print(f(1, -2), f(5000000000, {MAX}))\nprint(f({BIG}, 1))\n"),
    ("len.add", "@noinline\nfn f(xs: [i32]) -> i32:\n    return len(xs) - 1\nprint(f([]), f([1, 2]))\n"),
    ("jeq.str", STRINGS.format(test="!=")),
    ("jne.str", STRINGS.format(test="==")),
    ("jt.get", BRANCH_ELEMENT.format(body=SKIP)),
    ("jf.get", BRANCH_ELEMENT.format(body=CHOOSE)),
    ("jeq.mod.i32", REMAINDER.format(test="!=", expected=0)),
    ("jne.mod.i32", REMAINDER.format(test="==", expected=-1)),
    ("step.lt.i32", step("<", 3, 40, 4)),
    ("step.le.i32", step("<=", 3, 40, 4)),
    ("step.gt.i32", step(">", 40, 3, -4)),
    ("step.ge.i32", step(">=", 40, 3, -4)),
    ("get2.b", NESTED.format(kind="bool", a="true", b="false", last="1, 1")),
    ("get2.w", NESTED.format(kind="i32", a="7", b="-8", last="1, -1")),
    ("get2.x", NESTED.format(kind="f64", a="7.5", b="-8.5", last="-1, 0")),
    # The second index is an argument too, but must not lie in its outgoing slot, which has no type.
    ("get2.w", "@noinline\nfn g(x: i32, i: u64) -> i32:\n    return x\n@noinline\n"
               "fn f(rows: [[i32]], i: u64) -> i32:\n    j = i * 2u64 + 1u64\n    return g(rows[0][j], j)\n"
               "print(f([[1, 2, 3], [], []], 0u64))\nprint(f([[1, 2, 3], [], []], 9223372036854775808u64 - 2u64))\n"),
    ("get.e.f", "struct P:\n    s: string\n    x: i32\n@noinline\nfn f(ps: [P], i: i32) -> i32:\n"
                "    return ps[i].x\nps = [P{s: \"\", x: 4}, P{s: \"\", x: 5}, P{s: \"\", x: 6}]\n"
                "print(f(ps, 0), f(ps, 1))\nprint(f(ps, 3))\n"),
    ("add.e.i32", elements("i32", "xs[i] = xs[i] + x", f"1, {MAX}", "0, 5", "1, -1", "1, 5")),
    ("add.e.i32", elements("i32", "xs[i] = x + xs[i]", "1, 2", "0, 5", "3, 1")),
    ("add.e.i64", elements("i64", "xs[i] = xs[i] + x", f"1, {BIG}", "0, 5", "1, -1", "1, 5")),
    ("add.e.f64", elements("f64", "xs[i] = xs[i] + x", "1.0, 2.5", "0, 0.5", "1, -1.5", "-1, 5.0")),
    ("sub.e.f64", elements("f64", "xs[i] = xs[i] - x", "1.0, 2.5", "0, 0.5", "1, -1.5", "3, 5.0")),
    ("add.get.i32", elements("i32", "return x + xs[i]", f"1, {MAX}", "0, 5", "1, -1", "1, 5")),
    ("add.get.i32", elements("i32", "return xs[i] + x", "1, 2", "0, 5", "9, 1")),
    ("add.get.i64", elements("i64", "return xs[i] + x", f"1, {BIG}", "0, 5", "1, -1", "1, 5")),
    ("add.get.f64", elements("f64", "return xs[i] + x", "1.0, 2.5", "0, 0.5", "3, 1.0")),
    ("mul.get.f64", elements("f64", "return x * xs[i]", "1.0, 2.5", "0, 0.5", "3, 1.0")),
    ("add.f.i32", FIELD.format(kind="i32", one=1, start=5, last=MAX)),
    ("add.f.i64", FIELD.format(kind="i64", one=1, start=5, last=BIG)),
    ("add.f.f64", FIELD.format(kind="f64", one=1.5, start=5.0, last=2.0)),
    ("mov2", "@noinline\nfn g(a: i32, b: i32) -> i32:\n    return a * 10 + b\n@noinline\n"
             "fn f(a: i32, b: i32) -> i32:\n    return g(b, a) + g(a, b)\nprint(f(1, 2))\n"),
    ("mov2.r", "@noinline\nfn g(a: string, b: string) -> string:\n    return a + \",\" + b\n@noinline\n"
               "fn f(a: string, b: string) -> string:\n    return g(b, a) + g(a, b)\n"
               "print(f(\"x\", \"y\"))\n"),
    ("mov.s.r", "@noinline\nfn g(a: i32, b: string) -> string:\n    return b\n@noinline\n"
                "fn f(a: i32, b: string) -> string:\n    return g(a, b) + g(a, b)\nprint(f(1, \"y\"))\n"),
]


def outcome(tools, program, flags, scratch):
    image = os.path.join(scratch, "program.orbc")
    source = os.path.join(scratch, "program.orus")
    with open(source, "w") as file:
        file.write(program)
    subprocess.run([f"{tools}/orusc", "-Wnone", *flags, source, "-o", image], check=True)
    run = subprocess.run([f"{tools}/orusvm", image], capture_output=True, text=True)
    code = subprocess.run([f"{tools}/orus-objdump", "-d", image], capture_output=True, text=True, check=True)
    return (run.stdout, run.stderr, run.returncode), code.stdout


def fused_mnemonics(root):
    with open(os.path.join(root, "format/isa/Opcodes.def")) as file:
        group = file.read().split('ORUS_OP_GROUP("Fused operations"')[1].split("ORUS_OP_GROUP")[0]
    return re.findall(r'^ORUS_OP\(\w+, "([^"]+)"', group, re.M)


def main():
    tools, root = sys.argv[1:3]
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for mnemonic, program in CASES:
            plain, code0 = outcome(tools, program, ["-O0"], scratch)
            for flags in (["-O2"], ["-O2", "--registers=4"], ["-O1"], ["-O2", "--passes=dce"]):
                fused, code = outcome(tools, program, flags, scratch)
                word = re.compile(r"\s%s\s" % re.escape(mnemonic))
                problem = ("-O2 does not fuse" if flags == ["-O2"] and not word.search(code) else
                           "-O0 fuses" if word.search(code0) else
                           f"{fused} instead of {plain}" if fused != plain else None)
                if problem:
                    failures += 1
                    print(f"{mnemonic} with {' '.join(flags)}: {problem}\n{program}")
    covered = {mnemonic for mnemonic, _ in CASES}
    for mnemonic in fused_mnemonics(root):
        if mnemonic not in covered:
            failures += 1
            print(f"{mnemonic}: no program")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
