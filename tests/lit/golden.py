#!/usr/bin/env python3
"""Compares standard input with the golden file of a lit test, or rewrites that file.

A test pipes what it shows into %golden:

    // RUN: %orusc --emit=ast %s | %golden

The expected text is beside it, in NAME.golden. `./dev golden` rewrites every one; review the
result as a diff. The test's own folder is written as nothing, so that the text does not depend on
where the sources lie.
"""

import difflib
import os
import sys


def main():
    update = "--update" in sys.argv[1:]
    test = os.path.abspath(sys.argv[-1])
    path = os.path.splitext(test)[0] + ".golden"
    found = sys.stdin.read().replace(os.path.dirname(test) + "/", "")
    if update:
        with open(path, "w") as file:
            file.write(found)
        return 0
    if not os.path.exists(path):
        print(f"{path} is missing; ./dev golden writes it")
        return 1
    with open(path) as file:
        wanted = file.read()
    if found == wanted:
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        wanted.splitlines(True), found.splitlines(True), path, "found"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
