"""Runs random programs in many configurations, and keeps and reduces those that do not agree.

    python3 driver.py --tools build/release/bin --seed 1 --count 100
    python3 driver.py --tools build/release/bin --time 3600 --jobs 8 --keep found
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import sys
import tempfile
import time
import traceback
from typing import NamedTuple

import configurations as c
import program
from reduce import reduce_program


# A program now and then makes so many passes that not even the reference ends; it is passed over. More
# than this part of them would be a fault of the generator or of what it tests.
MOST_TOO_LONG = 0.02


class Finding(NamedTuple):
    seed: int
    what: str  # one line
    signature: tuple
    configuration: c.Configuration


def signature(result):
    """What stays the same while a program that shows it gets smaller."""
    report = re.sub(r"(/|\b)[\w/.-]*\.orus(:\d+)*|\d+|'[^']*'|`[^`]*`|\([^)]*\)|=+", "", result.report)
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    return result.kind, result.status, " ".join(lines[:2])


def examine(tools, folder, choices, number):
    """The first finding in the program of a folder, or None."""
    main, image = folder / "main.orus", folder / "program.orbc"
    reference = c.outcome(tools, main, image, c.REFERENCE)
    if reference == c.TOO_LONG:
        return Finding(number, "ran too long", c.TOO_LONG, c.REFERENCE)
    if reference.kind != "ran":
        return Finding(number, describe(c.REFERENCE, reference), signature(reference), c.REFERENCE)
    wrong = unwanted(reference)
    if wrong:
        return Finding(number, f"O0: {wrong}", ("wrong",), c.REFERENCE)
    for configuration in choices:
        other = c.outcome(tools, main, image, configuration)
        if not c.same(reference, other, configuration):
            kind = signature(other) if other.kind != "ran" else ("differs", other.status, "")
            return Finding(number, describe(configuration, other, reference), kind, configuration)
    return None


def unwanted(result):
    """The first value that is not what the program says that it should be (oracle.py), or None."""
    got = None
    for line in result.output.decode("utf-8", "replace").split("\n"):
        if line.startswith("=want") and got is not None and got[4:] != line[5:]:
            return f"{got[5:]} should be {line[6:]}"
        got = line if line.startswith("=got") else None
    return None


def describe(configuration, result, reference=None):
    if result.kind != "ran":
        first = [line for line in result.report.splitlines() if line.strip()]
        return f"{configuration.name}: {result.kind} ({result.status}): {' | '.join(first[:3])}"
    ours, theirs = reference.output.splitlines(), result.output.splitlines()
    for number, (a, b) in enumerate(zip(ours, theirs)):
        if a != b:
            return f"{configuration.name}: line {number + 1} of the output: {a[:80]} became {b[:80]}"
    if len(ours) != len(theirs):
        return f"{configuration.name}: {len(ours)} lines of output became {len(theirs)}"
    if reference.status != result.status:
        return f"{configuration.name}: status {reference.status} became {result.status}"
    return f"{configuration.name}: another report on standard error"


def shows(tools, folder, finding):
    """Whether the program of a folder, made smaller, still shows the finding."""
    main, image = folder / "main.orus", folder / "program.orbc"
    reference = c.outcome(tools, main, image, c.REFERENCE)
    if finding.signature == ("wrong",):
        return reference.kind == "ran" and unwanted(reference) is not None
    if finding.configuration == c.REFERENCE:
        return signature(reference) == finding.signature
    if reference.kind != "ran":
        return False
    other = c.outcome(tools, main, image, finding.configuration)
    if c.same(reference, other, finding.configuration):
        return False
    return finding.signature[0] == "differs" if other.kind == "ran" \
        else signature(other) == finding.signature


def choose(seed, every):
    """The configurations for a program: all, or for a short run a few that change with the seed."""
    dice = random.Random(seed)
    partial = [c.bisected(int(2 ** dice.uniform(0, 10))), c.shuffled(dice)]
    if every:
        return c.CONFIGURATIONS + partial
    return c.CONFIGURATIONS[1:2] + dice.sample(c.CONFIGURATIONS, 3) + partial


def try_seed(tools, seed, every, keep, seconds):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        try:
            program.write(seed, folder)
        except Exception:  # a fault of the generator; the others go on
            return Finding(seed, "generator: " + traceback.format_exc(), (), c.REFERENCE)
        finding = examine(tools, folder, choose(seed, every), seed)
        if finding and keep and finding.signature != c.TOO_LONG:
            store(tools, folder, finding, keep, seconds)
        return finding


def unchecked(finding):
    compiler = tuple(option for option in finding.configuration.compiler
                     if option not in ("--verify-each", "--check-regalloc"))
    return finding._replace(configuration=finding.configuration._replace(compiler=compiler))


def store(tools, folder, finding, keep, seconds):
    target = pathlib.Path(keep) / str(finding.seed)
    (target / "whole").mkdir(parents=True, exist_ok=True)
    files = {path.name: path.read_text() for path in sorted(folder.glob("*.orus"))}
    for name, text in files.items():
        (target / "whole" / name).write_text(text)
    with tempfile.TemporaryDirectory() as scratch:
        def check(candidate):
            for path in pathlib.Path(scratch).glob("*.orus"):
                path.unlink()
            for name, text in candidate.items():
                (pathlib.Path(scratch) / name).write_text(text)
            return shows(tools, pathlib.Path(scratch), finding)
        # Checks within the compiler take most of the time; a difference need not need them.
        checked, finding = finding, unchecked(finding)
        if not check(files):
            finding = checked
        small = reduce_program(files, check, seconds)
    for name, text in small.items():
        (target / name).write_text(text)
    (target / "finding.txt").write_text(
        f"seed {finding.seed}\n{finding.what}\n"
        f"orusc {' '.join(finding.configuration.compiler)}\n"
        f"orusvm {' '.join(finding.configuration.machine)}\n")


def seeds(first, count, seconds):
    """Consecutive seeds until there are enough of them or the time is over."""
    end = time.monotonic() + seconds if seconds else None
    seed = first
    while (count is None or seed < first + count) and (end is None or time.monotonic() < end):
        yield seed
        seed += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", default="build/release/bin", help="folder of orusc and orusvm")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, help="how many programs")
    parser.add_argument("--time", type=float, help="begin no program after so many seconds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="programs at a time")
    parser.add_argument("--quick", action="store_true", help="some configurations for each program")
    parser.add_argument("--keep", help="folder for what was found; without it nothing is reduced")
    parser.add_argument("--reduce-time", type=float, default=60, help="seconds for one reduction")
    options = parser.parse_args()
    if options.count is None and options.time is None:
        options.count = 100
    folder = pathlib.Path(options.tools).resolve()
    tools = c.Tools(str(folder / "orusc"), str(folder / "orusvm"))

    done, found, long, numbers = 0, 0, 0, seeds(options.seed, options.count, options.time)
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        running = set()
        while True:
            while len(running) < options.jobs and (seed := next(numbers, None)) is not None:
                running.add(pool.submit(try_seed, tools, seed, not options.quick, options.keep,
                                        options.reduce_time))
            if not running:
                break
            finished, running = concurrent.futures.wait(
                running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in finished:
                done += 1
                finding = future.result()
                if finding and finding.signature == c.TOO_LONG:
                    long += 1
                elif finding:
                    found += 1
                    print(f"seed {finding.seed}: {finding.what}", flush=True)
    print(f"{done} programs, {found} that do not agree" + (f", {long} too long to compare" if long else ""))
    return 1 if found or not done or long > max(2, done * MOST_TOO_LONG) else 0


if __name__ == "__main__":
    sys.exit(main())
