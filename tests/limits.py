#!/usr/bin/env python3
"""Large programs work, and what is too large has a diagnostic of its own.

limits.py BIN [CASE …]: generates each program, compiles it at -O0 and -O2 and compares its output; or
expects status 65 and one code, with a place inside the file. --list names the cases.
"""

import os
import re
import subprocess
import sys
import tempfile

SHORT = re.compile(r"^case\.orus:(\d+):(\d+): error\[(E\d{4})\]", re.M)
CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def join(rows):
    return "\n".join(rows) + "\n"


# ---- what must work: source and output

@case
def locals_10000():
    n = 10_000
    rows = ["fn f(k: i32) -> i32:"]
    rows += [f"    mut v{i} = k + {i}" for i in range(n)]
    rows += ["    mut t: i64 = 0"]
    rows += [f"    t += v{i} as i64" for i in range(n)]
    return join(rows + ["    return (t % 1000000007) as i32", "print(f(1))"]), \
        str(sum(i + 1 for i in range(n)) % 1000000007)


@case
def parameters_255():
    n = 255
    names = [f"p{i}" for i in range(n)]
    kinds = ("i32", "f64", "string")
    values = ("{}", "{}.5", '"{}"')
    rows = ["fn f(" + ", ".join(f"{p}: {kinds[i % 3]}" for i, p in enumerate(names)) + ") -> string:",
            '    return p0 as string + " " + p1 as string + " " + p254 + " " + p253 as string',
            "print(f(" + ", ".join(values[i % 3].format(i) for i in range(n)) + "))"]
    return join(rows), "0 1.5 254 253.5"


@case
def fields_1000():
    n = 1000
    rows = ["struct P:"] + [f"    f{i}: {'i32' if i % 2 else 'string'}" for i in range(n)]
    rows += ["p = P{ " + ", ".join(f"f{i}: {i}" if i % 2 else f'f{i}: "{i}"' for i in range(n)) + " }"]
    rows += ["mut t = 0"] + [f"t += p.f{i}" for i in range(1, n, 2)]
    return join(rows + ["p.f999 = 7", "print(t, p.f998, p.f999)"]), \
        f"{sum(range(1, n, 2))} 998 7"


@case
def elements_million():
    n = 1_000_000
    rows = ["xs = [" + ", ".join(str(i % 1000) for i in range(n)) + "]",
            "mut t = 0", "for x in xs:", "    t += x", "print(len(xs), t)"]
    return join(rows), f"{n} {sum(i % 1000 for i in range(n))}"


@case
def functions_100000():
    n = 100_000
    rows = [f"fn f{i}(a: i32) -> i32:\n    return a + {i % 7}" for i in range(n)]
    rows += ["mut t = 0"] + [f"t += f{i}(1)" for i in range(0, n, 1000)]
    return join(rows + ["print(t)"]), str(sum(1 + i % 7 for i in range(0, n, 1000)))


@case
def arms_10000():
    n = 10_000
    rows = ["fn f(x: i32) -> i32:", "    match x:"]
    rows += [f"        {i * 3} -> return {i}" for i in range(n)]
    rows += ["        _ -> return -1", "print(f(0), f(29997), f(15000), f(1))"]
    return join(rows), "0 9999 5000 -1"


@case
def variants_10000():
    n = 10_000
    rows = ["enum E:"] + [f"    V{i}" + ("(x: i32)" if i % 2 else "") for i in range(n)]
    rows += ["fn f(e: E) -> i32:", "    match e:"]
    rows += [f"        E.V{i}" + (f"(x) -> return x + {i}" if i % 2 else f" -> return {i}")
             for i in range(n)]
    return join(rows + ["print(f(E.V9998), f(E.V9999(1)), f(E.V0))"]), "9998 10000 0"


@case
def loop_body_100000():
    n = 100_000
    rows = ["mut a = 0", "mut b = 1", "for i in 0..3:"]
    rows += [f"    a = (a + b * {i % 5}) % 1009" if i % 2 else f"    b = (b + a + {i % 3}) % 997"
             for i in range(n)]
    a, b = 0, 1
    for _ in range(3):
        for i in range(n):
            if i % 2:
                a = (a + b * (i % 5)) % 1009
            else:
                b = (b + a + i % 3) % 997
    return join(rows + ["print(a, b)"]), f"{a} {b}"


@case
def lines_million():
    n = 250_000
    rows = [f"fn f{i}(a: i32) -> i32:\n    b = a + {i % 9}\n    return b\n" for i in range(n)]
    return join(rows + [f"print(f{n - 1}(1))"]), str(1 + (n - 1) % 9)


@case
def blocks_1000():
    n = 1000
    rows = ["mut t = 0"]
    rows += [" " * i + f"if t >= 0:" for i in range(n)]
    return join(rows + [" " * n + "t += 1", "print(t)"]), "1"


@case
def loops_500():
    n = 500
    rows = ["mut t = 0"] + [" " * i + f"for i{i} in 0..1:" for i in range(n)]
    return join(rows + [" " * n + "t += i0 + 1", "print(t)"]), "1"


@case
def literal_of_fields_16000():
    n = 16_000
    rows = ["struct P:"] + [f"    f{i}: i32" for i in range(n)]
    rows += ["p = P{ " + ", ".join(f"f{i}: {i % 7}" for i in range(n)) + " }", "mut t = 0"]
    return join(rows + [f"t += p.f{i}" for i in range(n)] + ["print(t)"]), \
        str(sum(i % 7 for i in range(n)))


@case
def parentheses_1000():
    n = 1000
    return "print(" + "(" * n + "1" + ")" * n + ")\n", "1"


@case
def operators_5000():
    n = 5000
    return "print(" + " + ".join(["1"] * n) + ")\n", str(n)


@case
def recursion_100000():
    return join(["fn deep(n: i32) -> i32:", "    if n == 0:", "        return 0",
                 "    return 1 + deep(n - 1)", "print(deep(100000))"]), "100000"


@case
def tries_1000():
    n = 1000
    rows = ["mut t = 0"]
    rows += [" " * i + "try:" for i in range(n)] + [" " * n + "print(1 / t)"]
    for i in range(n - 1, -1, -1):
        rows += [" " * i + "catch e:", " " * (i + 1) + "t += 1", " " * (i + 1) + "print(1 / 0)"]
    rows[-1] = " print(t)"
    return join(rows), str(n)


@case
def captures_1000():
    n = 1000
    rows = ["fn f() -> i32:"] + [f"    mut v{i} = {i}" for i in range(n)]
    rows += ["    g = fn() -> i32:", "        mut t = 0"]
    rows += [f"        v{i} += 1\n        t += v{i}" for i in range(n)]
    return join(rows + ["        return t", "    return g() + g()", "print(f())"]), \
        str(sum(2 * i + 3 for i in range(n)))


@case
def globals_60000():
    n = 60_000
    rows = [f"mut g{i} = {i % 10}" for i in range(n)]
    rows += ["mut t = 0"] + [f"t += g{i}" for i in range(0, n, 100)]
    return join(rows + ["print(t, g59999)"]), f"{sum(i % 10 for i in range(0, n, 100))} 9"


@case
def string_of_a_million():
    return 's = "' + "ab" * 500_000 + '"\nprint(len(s), s[999999])\n', "1000000 b"


@case
def identifier_of_50000():
    name = "n" * 50_000
    return f"{name} = 1\nprint({name})\n", "1"


# ---- what is refused: source and code

@case
def parameters_256():
    return join(["fn f(" + ", ".join(f"p{i}: i32" for i in range(256)) + ") -> i32:",
                 "    return p255", "print(f(" + ", ".join(str(i) for i in range(256)) + "))"]), "255"


@case
def parameters_1001():
    return join(["fn f(" + ", ".join(f"p{i}: i32" for i in range(1001)) + "):", "    pass",
                 "f(" + ", ".join("1" for _ in range(1001)) + ")"]), ("E9003", 1)


@case
def print_1001():
    return "x = 1\nprint(" + ", ".join(["x"] * 1001) + ")\n", ("E9003", 2)


@case
def fields_16385():
    rows = ["struct P:"] + [f"    f{i}: i32 = 0" for i in range(16_385)]
    return join(rows + ["p = P{}", "print(p.f0)"]), ("E9003", 1)


@case
def variants_65537():
    rows = ["print(0)", "enum E:"] + [f"    V{i}" + ("(x: i32)" if i == 0 else "")
                                      for i in range(65_537)]
    return join(rows + ["e = E.V65536", "print(e matches E.V0(_))"]), ("E9003", 2)


@case
def payload_256():
    rows = ["enum E:", "    V(" + ", ".join(f"x{i}: i32" for i in range(256)) + ")"]
    return join(rows + ["e = E.V(" + ", ".join("1" for _ in range(256)) + ")", "print(e)"]), \
        ("E9003", 2)


@case
def captures_20000():
    n = 20_000
    rows = ["fn f() -> i32:"] + [f"    mut v{i} = {i}" for i in range(n)]
    rows += ["    g = fn() -> i32:", "        mut t = 0"] + [f"        v{i} += 1" for i in range(n)]
    return join(rows + ["        return t", "    return g()", "print(f())"]), ("E9003", n + 2)


@case
def globals_70000():
    n = 70_000
    return join([f"mut g{i} = {i % 10}" for i in range(n)] + ["print(g0)"]), ("E9003", 1)


@case
def parentheses_100000():
    return "print(" + "(" * 100_000 + "1" + ")" * 100_000 + ")\n", ("E1050", 1)


@case
def minus_100000():
    return "x = " + "- " * 100_000 + "1\n", ("E1050", 1)


@case
def blocks_100000():
    rows = [" " * i + "if true:" for i in range(4_000)]
    return join(rows + [" " * 4000 + "pass"]), ("E1050", None)


@case
def arrays_100000():
    return "x = " + "[" * 100_000 + "]" * 100_000 + "\n", ("E1050", 1)


@case
def types_100000():
    return "x: " + "[" * 100_000 + "i32" + "]" * 100_000 + " = []\n", ("E1050", 1)


@case
def calls_100000():
    return "fn f(x): x\nx = " + "f(" * 100_000 + "1" + ")" * 100_000 + "\n", ("E1050", 2)


@case
def closures_100000():
    return "x = " + "fn() -> any: " * 100_000 + "1\n", ("E1050", 1)


@case
def conditionals_100000():
    return "x = " + "1 if true else " * 100_000 + "1\n", ("E1050", 1)


@case
def structs_100000():
    return "struct P:\n    a: any\nx = " + "P{ a: " * 100_000 + "1" + " }" * 100_000 + "\n", \
        ("E1050", 3)


@case
def indices_100000():
    return "x = [0]\ny = x" + "[0]" * 100_000 + "\n", ("E1050", 2)


@case
def function_types_100000():
    return "x: " + "fn(" * 100_000 + ")" * 100_000 + " = 1\n", ("E1050", 1)


@case
def matches_4000():
    rows = [row for i in range(4_000) for row in (" " * 2 * i + "match 1:", " " * 2 * i + " _ ->")]
    return join(rows + [" " * 8000 + "pass"]), ("E1050", None)


@case
def types_65_deep():
    return "x: " + "[" * 65 + "i32" + "]" * 65 + " = []\nprint(len(x))\n", ("E9003", 1)


# ---- running them

def run(command, folder, timeout=300):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False,
                          timeout=timeout)


def accepted(tools, folder, output):
    for level in ("-O0", "-O2"):
        compiled = run([tools + "/orusc", level, "-Wnone", "case.orus", "-o", "case"], folder)
        if compiled.returncode != 0:
            return f"{level}: orusc ends with {compiled.returncode}: {compiled.stderr[:400]}"
        ran = run([tools + "/orusvm", "case"], folder)
        if ran.returncode != 0 or ran.stdout != output + "\n":
            return f"{level}: status {ran.returncode}, {ran.stdout[:100]!r} {ran.stderr[:400]}"
    return None


def refused(tools, folder, code, line):
    short = "--diagnostic-format=short"
    compiled = run([tools + "/orusc", "-Wnone", short, "case.orus", "-o", "case"], folder)
    found = SHORT.search(compiled.stderr)
    if compiled.returncode != 65 or not found or found.group(3) != code:
        return f"status {compiled.returncode}: {compiled.stderr[:400]}"
    if line is not None and int(found.group(1)) != line:
        return f"at line {found.group(1)}, not {line}"
    if os.path.exists(os.path.join(folder, "case")):
        return "there is an image"
    return None


def main():
    if sys.argv[2:] == ["--list"]:
        print("\n".join(CASES))
        return 0
    tools = os.path.abspath(sys.argv[1])
    names = sys.argv[2:] or list(CASES)
    failed = 0
    for name in names:
        source, expected = CASES[name]()
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "case.orus"), "w", encoding="utf-8") as file:
                file.write(source)
            try:
                wrong = (accepted(tools, folder, expected) if isinstance(expected, str)
                         else refused(tools, folder, *expected))
            except subprocess.TimeoutExpired as timeout:
                wrong = f"{timeout.cmd[0]} takes too long"
        if wrong:
            print(f"{name}: {wrong}")
            failed += 1
    print(f"{len(names)} programs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
