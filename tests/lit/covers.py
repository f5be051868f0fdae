#!/usr/bin/env python3
"""Checks that golden files show everything a table lists: covers.py TABLE PATTERN GOLDEN...

Every name that PATTERN (a regular expression with one group) finds in the file TABLE must be a word
of one of the golden files.
"""

import re
import sys


def main():
    table, pattern, goldens = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(table) as file:
        names = set(re.findall(pattern, file.read()))
    words = set()
    for path in goldens:
        with open(path) as file:
            words.update(file.read().split())
    missing = sorted(names - words)
    for name in missing:
        print(f"{name} of {table} is shown by no golden file")
    if not names:
        print(f"{table} has nothing that fits {pattern}")
    return 1 if missing or not names else 0


if __name__ == "__main__":
    sys.exit(main())
