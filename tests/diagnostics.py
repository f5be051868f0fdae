#!/usr/bin/env python3
"""Every diagnostic code has a program that gets it, at the right place.

diagnostics.py BIN ROOT. tests/diagnostics/*.cases hold small programs, each under a line
`=== CODE LINE:COLUMN [CODE LINE:COLUMN …]` that names all of its diagnostics in order. Programs with
errors are checked only; those with a panic are run. A program with a warning is compiled with that
warning alone and, once more, with the default ones, where it must show if the table says so.

A code of the tables without a program, here or among the conformance programs, fails the test unless
ELSEWHERE says what tests it.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

ELSEWHERE = {
    "E0031": "memory of the system: tests/unit/vm",
    "E0032": "depth of values: tests/unit/vm",
    "E0040": "limits of a run: tests/lit/run",
    "E0041": "limits of a run: tests/lit/run",
    "E0042": "limits of a run: tests/lit/run",
    "E0901": "images: tests/images, tests/unit/image",
    "E0902": "images: tests/images, tests/unit/image",
    "E0903": "images: tests/images, tests/unit/image",
    "E0904": "images: tests/images, tests/unit/image",
    "E1010": "bytes that are no text: tests/lit/driver/inputs.test",
    "E1050": "nesting: tests/lit/driver/nesting.test",
    "E2902": "strict hot loops: tests/lit/driver/remarks.test",
    "E2903": "strict hot loops: tests/lit/driver/remarks.test",
    "E3010": "several files: tests/lit/driver/module-errors.test",
    "W4002": "several files: tests/lit/driver/module-errors.test",
    "W4021": "profiles: tests/lit/driver/profile.test",
    "E9003": "limits of images: tests/limits.py",
    "E9001": "no program is known that gets it; each would be a bug",
    "E9002": "no program is known that gets it; each would be a bug",
}
SHORT = re.compile(r"^.*?:(\d+):(\d+): (error|warning|panic)\[([EW]\d{4})\]")


class Case:
    def __init__(self, file, line, header):
        words = header.split()
        self.where = f"{os.path.basename(file)}:{line}"
        self.expected = list(zip(words[::2], words[1::2]))
        self.source = []


def read_cases(path):
    cases = []
    with open(path, encoding="utf-8") as file:
        for number, row in enumerate(file, 1):
            if row.startswith("=== "):
                cases.append(Case(path, number, row[4:]))
            elif cases:
                cases[-1].source.append(row)
            elif not row.startswith("#") and row.strip():
                sys.exit(f"{path}:{number}: text before the first case")
    for case in cases:
        while case.source and not case.source[-1].strip():
            case.source.pop()
    return cases


def table(root):
    """Code, name and whether a warning is on by default, from the tables."""
    rows = {}
    with open(os.path.join(root, "compiler/basic/Diagnostics.def"), encoding="utf-8") as file:
        text = file.read()
    for code, name, on in re.findall(
            r'ORUS_(?:ERROR|WARNING)\(\w+, "(\w+)", "([\w-]+)", *(true|false)?', text):
        rows[code] = (name, on == "true")
    with open(os.path.join(root, "format/base/Panics.def"), encoding="utf-8") as file:
        for code in re.findall(r'"(E\d{4})"', file.read()):
            rows.setdefault(code, ("", False))
    return rows


def found(command, folder):
    run = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, errors="replace", check=False, timeout=60)
    hits = [SHORT.match(row) for row in run.stderr.splitlines()]
    return run.returncode, [(m.group(4), f"{m.group(1)}:{m.group(2)}") for m in hits if m], run.stderr


def check(case, tools, rows):
    """What is wrong with a case; nothing if it is as expected."""
    code = case.expected[0][0]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "case.orus"), "w", encoding="utf-8", newline="") as file:
            file.write("".join(case.source))
        short = "--diagnostic-format=short"
        if code.startswith("W"):
            name, on = rows[code]
            command = [tools + "/orusc", "--check", short, "case.orus"]
            status, hits, text = found([*command, "-Wnone", "-W" + name], folder)
            if status != 0 or hits != case.expected:
                return f"status {status}, {hits}, not {case.expected}\n{text}"
            _, hits, text = found(command, folder)
            if (case.expected[0] in hits) != on:
                return f"{'not ' if on else ''}reported by default\n{text}"
            return None
        if code < "E0900":
            status, _, text = found([tools + "/orusc", "-Wnone", "case.orus", "-o", "case"], folder)
            if status != 0:
                return f"does not compile\n{text}"
            status, hits, text = found([tools + "/orusvm", short, "case"], folder)
            wanted = 70
        else:
            status, hits, text = found([tools + "/orusc", "--check", "-Wnone", short, "case.orus"],
                                       folder)
            wanted = 65
        if status != wanted or hits != case.expected:
            return f"status {status}, {hits}, not {case.expected}\n{text}"
    return None


def conformance_codes(root):
    codes = set()
    for path in glob.glob(os.path.join(root, "tests/conformance/**/*.err"), recursive=True):
        with open(path, encoding="utf-8") as file:
            codes.update(re.findall(r"^([EW]\d{4}) ", file.read(), re.M))
    return codes


def main():
    tools, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    rows = table(root)
    cases = [case for path in sorted(glob.glob(os.path.join(root, "tests/diagnostics/*.cases")))
             for case in read_cases(path)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, wrong in zip(cases, pool.map(lambda c: check(c, tools, rows), cases)):
            if wrong:
                print(f"{case.where}: {wrong}")
                failed += 1
    here = {code for case in cases for code, _ in case.expected}
    tested = here | conformance_codes(root)
    for code in sorted(rows.keys() - tested - ELSEWHERE.keys()):
        print(f"{code} {rows[code][0]}: no program gets it")
        failed += 1
    for code in sorted((tested & ELSEWHERE.keys()) | (ELSEWHERE.keys() - rows.keys())):
        print(f"{code}: take it off the list")
        failed += 1
    print(f"{len(cases)} programs, {len(rows)} codes, {failed} failures")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
