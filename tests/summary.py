#!/usr/bin/env python3
"""Adds up what the test runners counted in reports of ctest (JUnit files); a report that is missing
means that the build failed. Ends with `N passed, N failed`."""

import os
import re
import sys
import xml.etree.ElementTree

# How each runner states its counts at the end of its output; (passed, failed) or their parts.
DOCTEST = re.compile(r"test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
OURS = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
LIT = re.compile(r"^  ([A-Z][A-Za-z ]+?)\s*: (\d+) \(", re.M)
LIT_PASSED = {"Passed", "Passed With Retry", "Expectedly Failed"}
LIT_IGNORED = {"Unsupported", "Skipped", "Excluded"}


def counts(output):
    """(passed, failed) as the runner of one ctest test stated them, or None."""
    for pattern in (DOCTEST, OURS):
        found = pattern.findall(output)
        if found:
            return int(found[-1][0]), int(found[-1][1])
    rows = LIT.findall(output) if "Total Discovered Tests" in output else []
    if not rows:
        return None
    passed = sum(int(number) for name, number in rows if name in LIT_PASSED)
    failed = sum(int(number) for name, number in rows if name not in LIT_PASSED | LIT_IGNORED)
    return passed, failed


def main():
    passed = failed = 0
    for path in sys.argv[1:]:
        name = os.path.basename(os.path.dirname(path))
        if not os.path.exists(path):
            print(f"{name}: did not build")
            failed += 1
            continue
        here = [0, 0]
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            ok = case.get("status") == "run"
            good, bad = counts(case.findtext("system-out") or "") or (int(ok), 0)
            if not ok and not bad:
                bad = 1
                print(f"{name}: {case.get('name')} failed")
            here[0] += good
            here[1] += bad
        print(f"{name}: {here[0]} passed, {here[1]} failed")
        passed += here[0]
        failed += here[1]
    if passed + failed == 0:
        print("no test was run")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
