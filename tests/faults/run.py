#!/usr/bin/env python3
"""What the tools do when the world around them fails.

run.py BIN_DIR [ROW …]: one line for each case that failed or whose known misbehaviour is gone, then
the counts. Rows have the numbers of the list of faults; -v prints every case.
"""

import multiprocessing
import os
import sys
import traceback

import inputs
import outputs
import programs
import resources
import running
import signals_
import streams
from known import KNOWN
from support import Row

MODULES = (resources, programs, outputs, streams, inputs, running, signals_)  # the slow ones first
ROWS = {int(name.removeprefix("row_")[:2]): getattr(module, name)
        for module in MODULES for name in dir(module) if name.startswith("row_")}


def run_row(job):
    number, tools = job
    with Row(number, tools) as row:
        try:
            ROWS[number](row)
        except Exception:
            row.outcomes.append((f"{number:02}-itself", "failed", traceback.format_exc()))
        return row.outcomes


def judge(name, outcome, detail):
    """The verdict on a case, and a line to print or None."""
    if name in KNOWN:
        if outcome == "passed":
            return "failed", f"{name}: passes, so it must leave known.py"
        return ("known" if outcome == "failed" else outcome), None
    if outcome == "failed":
        return "failed", f"{name}: {detail}"
    return outcome, None


def main():
    arguments = [word for word in sys.argv[1:] if word != "-v"]
    verbose = len(arguments) < len(sys.argv) - 1
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 64
    tools = os.path.abspath(arguments[0])
    jobs = [(int(row), tools) for row in arguments[1:]] or [(row, tools) for row in ROWS]
    counts = {"passed": 0, "failed": 0, "skipped": 0, "known": 0}
    seen = set()
    with multiprocessing.Pool(2, maxtasksperchild=1) as pool:
        for outcomes in pool.imap_unordered(run_row, jobs, chunksize=1):
            for name, outcome, detail in outcomes:
                seen.add(name)
                verdict, line = judge(name, outcome, detail)
                counts[verdict] += 1
                if verbose:
                    print(f"{verdict:8}{name}  {detail}".rstrip())
                elif line:
                    print(line)
                if outcome == "skipped" and not verbose:
                    print(f"{name}: skipped: {detail}")
    if not arguments[1:]:
        for name in sorted(set(KNOWN) - seen):
            print(f"{name}: in known.py, but there is no such case")
            counts["failed"] += 1
    total = sum(counts[kind] for kind in ("passed", "failed", "known"))
    print(f"known misbehaviours: {counts['known']}, skipped: {counts['skipped']}")
    print(f"faults: {total} cases, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
