#!/usr/bin/env python3
"""A program of 500 modules with 200 variables each compiles, runs and stays right.

many-modules.py FOLDER: uses orusc, orusvm and orus-objdump in FOLDER. Each module changes its own
variables and, through imports and namespaces, those of two others. What the program prints is
computed here as well, and `orus-objdump --registers` must show every variable once.
"""

import os
import re
import subprocess
import sys
import tempfile

MODULES, VARIABLES = 500, 200
TYPES = ("i32", "i64", "f64", "string", "bool")


class Model:
    """The variables of the program, changed as its statements change them."""

    def __init__(self):
        self.values = [[self.initial(m, v) for v in range(VARIABLES)] for m in range(MODULES)]

    @staticmethod
    def initial(module, variable):
        kind = TYPES[variable % len(TYPES)]
        if kind == "string":
            return f"{module}.{variable}"
        if kind == "bool":
            return (module + variable) % 3 == 0
        return module * 3 + variable

    def step(self, m):
        """What the body of module m does after its declarations."""
        values = self.values
        if m:
            values[m // 2][0] += m
            values[m - 1][5] += 2 * values[m][0]
            values[m - 1][8] += "+"
        values[m][1] += values[m][5]

    def row(self, m):
        v = self.values[m]
        return f"{v[0]} {v[1]} {v[2]} {v[3]} {str(v[4]).lower()} {v[5]} {v[8]} {v[195]}"


def literal(kind, value):
    if kind == "string":
        return f'"{value}"'
    if kind == "bool":
        return str(value).lower()
    return f"{value}.0" if kind == "f64" else str(value)


def source(m):
    rows = []
    if m:
        rows.append(f"use m{m // 2}: v0 as other, add as add_other")
        rows.append(f"use m{m - 1} as before")
    for v in range(VARIABLES):
        kind = TYPES[v % len(TYPES)]
        rows.append(f"pub mut v{v}: {kind} = {literal(kind, Model.initial(m, v))}")
    if m:
        rows.append(f"other += {m - 1}")
        rows.append("add_other(1)")
        rows.append("before.v5 += v0")
        rows.append("before.v5 = before.v5 + v0")
        rows.append('before.v8 = before.v8 + "+"')
    rows.append("v1 += v5 as i64")
    rows.append("pub fn add(n: i32):\n    v0 += n")
    rows.append('pub fn show():\n    print(v0, v1, v2, v3, v4, v5, v8, v195)')
    return "\n".join(rows) + "\n"


def run(command, folder):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{os.path.basename(command[0])} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout


def main():
    tools = os.path.abspath(sys.argv[1])
    model = Model()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for m in range(MODULES):
            with open(os.path.join(folder, f"m{m}.orus"), "w", encoding="utf-8") as file:
                file.write(source(m))
            model.step(m)
        with open(os.path.join(folder, "main.orus"), "w", encoding="utf-8") as file:
            for m in range(MODULES):
                file.write(f"use m{m}\nm{m}.show()\n")
        expected = [model.row(m) for m in range(MODULES)]
        for level in ("-O0", "-O2"):
            run([os.path.join(tools, "orusc"), level, "-Wnone", "main.orus", "-o", "image"], folder)
            shown = run([os.path.join(tools, "orusvm"), "image"], folder).splitlines()
            for m, (want, got) in enumerate(zip(expected, shown)):
                if want != got:
                    print(f"{level}: module {m} shows\n  {got}\nnot\n  {want}")
                    failures += 1
            failures += len(shown) != MODULES
        listing = run([os.path.join(tools, "orus-objdump"), "--registers", "image"], folder)
        for v in range(VARIABLES):
            kind = TYPES[v % len(TYPES)]
            count = len(re.findall(rf"^;     m\d+ (?:scalar|reference) v{v}: {kind}$", listing, re.M))
            if count != MODULES:
                print(f"orus-objdump shows {count} variables v{v}, not {MODULES}")
                failures += 1
    print(f"{2 * MODULES + VARIABLES} values compared; {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
