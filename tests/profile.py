#!/usr/bin/env python3
"""Profiles from the run to the compiler and back.

profile.py BIN ROOT: each program of tests/profile is compiled, run with --profile-out, and compiled with
--profile-use. It must print the same, and three of them at least must execute 10 % fewer instructions. A
profile holds the exact counts of a short run; it is the same each time; counting does not change the
program. The profile of another version of a function is not used for it, and said to be stale.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

LEAST_GAIN, LEAST_PROGRAMS = 0.10, 3


class Tools:
    def __init__(self, folder, scratch):
        self.folder, self.scratch = folder, scratch

    def path(self, name):
        return os.path.join(self.scratch, name)

    def run(self, tool, *arguments, status=0):
        result = subprocess.run([os.path.join(self.folder, tool), *arguments], capture_output=True, text=True)
        if result.returncode != status:
            raise SystemExit(f"{tool} {' '.join(arguments)}: status {result.returncode}\n{result.stderr}")
        return result

    def compile(self, source, image, *flags):
        return self.run("orusc", "-Wnone", "-Wstale-profile", source, "-o", self.path(image), *flags)

    def instructions(self, image):
        result = self.run("orusvm", "--stats", self.path(image))
        return result.stdout, int(re.search(r"^instructions: +(\d+)$", result.stderr, re.M)[1])


def check_gain(tools, source):
    """The part of its instructions that a program does not execute with a profile."""
    tools.compile(source, "plain.orbc")
    plain = tools.run("orusvm", tools.path("plain.orbc")).stdout
    profiles = []
    for name in ("first.prof", "second.prof"):
        counted = tools.run("orusvm", "--profile-out=" + tools.path(name), tools.path("plain.orbc"))
        assert counted.stdout == plain, f"{source}: counting changes the output"
        profiles.append(open(tools.path(name)).read())
    assert profiles[0] == profiles[1], f"{source}: two runs give different profiles"
    said = tools.compile(source, "used.orbc", "--profile-use=" + tools.path("first.prof"), "--verify-each",
                         "--check-regalloc")
    assert not said.stderr, said.stderr
    before, after = (tools.instructions(image) for image in ("plain.orbc", "used.orbc"))
    assert before[0] == after[0], f"{source}: another output with the profile"
    return 1 - after[1] / before[1]


def counts(profile, kind):
    return [list(map(int, row.split()[1:])) for row in profile.split("\n") if row.startswith(kind + " ")]


def check_exact(tools):
    """A run of a few hundred calls and passes is counted one by one."""
    source = tools.path("exact.orus")
    with open(source, "w") as file:
        file.write("fn twice(x: i32) -> i32:\n    return x * 2\n\nfn sum(n: i32) -> i32:\n    mut s = 0\n"
                   "    for i in 0..n:\n        if i % 3 == 0:\n            s = s + twice(i)\n    return s\n\n"
                   "print(sum(300))\nprint(sum(20))\n")
    tools.compile(source, "exact.orbc", "-O0")
    tools.run("orusvm", "--profile-out=" + tools.path("exact.prof"), tools.path("exact.orbc"))
    profile = open(tools.path("exact.prof")).read()
    # Lines count from that of `sum`; a loop that makes n passes goes back n - 1 times.
    assert counts(profile, "loop") == [[2, 5, 299 + 19]], profile
    assert [3 + 1, 26, 100 + 7] in counts(profile, "call"), profile
    assert [11, 10, 1] in counts(profile, "call") and [12, 10, 1] in counts(profile, "call"), profile


def check_spills(tools, root):
    """Executed spills are those that --stats counts."""
    source = os.path.join(root, "tests/profile/spill.orus")
    tools.compile(source, "spill.orbc", "--registers=4")
    stats = tools.run("orusvm", "--stats", tools.path("spill.orbc")).stderr
    tools.run("orusvm", "--profile-out=" + tools.path("spill.prof"), tools.path("spill.orbc"))
    executed = lambda *names: sum(int(found[1]) for name in names
                                  if (found := re.search(rf"^  {re.escape(name)} +(\d+) ", stats, re.M)))
    expected = [executed("lds", "lds.r"), executed("sts", "sts.r")]
    spills = counts(open(tools.path("spill.prof")).read(), "spills")
    assert [sum(column) for column in zip(*spills)] == expected and expected[0] > 0, (spills, expected)


def check_stale(tools):
    source = tools.path("stale.orus")
    text = ("@noinline\nfn first(n: i32) -> i32:\n    mut s = 0\n    for i in 0..n:\n        s = s + i\n    return s\n"
            "@noinline\nfn second(n: i32) -> i32:\n    mut s = 0\n    for i in 0..n:\n        s = s + i * 2\n"
            "    return s\nprint(first(1000) + second(1000))\n")
    with open(source, "w") as file:
        file.write(text)
    tools.compile(source, "stale.orbc")
    tools.run("orusvm", "--profile-out=" + tools.path("stale.prof"), tools.path("stale.orbc"))
    with open(source, "w") as file:
        file.write("// moved down\n" + text.replace("i * 2", "i * 3"))
    said = tools.compile(source, "stale.orbc", "--profile-use=" + tools.path("stale.prof"),
                         "--diagnostic-format=short").stderr
    assert "stale.orus:9:4: warning[W4021]" in said and "`second`" in said, said
    assert said.count("W4021") == 1, said


def check_hot(tools):
    """A loop that a profile calls hot must not work on dynamic values."""
    source = tools.path("hot.orus")
    with open(source, "w") as file:
        file.write("mut xs: [any] = []\nfor i in 0..5000:\n    push(xs, i)\nmut s = 0\nfor x in xs:\n"
                   "    s = s + (x as i32)\nprint(s)\n")
    tools.compile(source, "hot.orbc")
    tools.run("orusvm", "--profile-out=" + tools.path("hot.prof"), tools.path("hot.orbc"))
    use = "--profile-use=" + tools.path("hot.prof")
    said = tools.run("orusc", "-Wnone", source, "-o", tools.path("hot2.orbc"), use, status=65).stderr
    assert "E2901" in said and not os.path.exists(tools.path("hot2.orbc")), said
    tools.compile(source, "hot2.orbc", use, "--hot-loops=off")


def main():
    gains = {}
    with tempfile.TemporaryDirectory() as scratch:
        tools = Tools(sys.argv[1], scratch)
        for source in sorted(glob.glob(os.path.join(sys.argv[2], "tests/profile/*.orus"))):
            gains[os.path.basename(source)] = check_gain(tools, source)
        check_exact(tools)
        check_spills(tools, sys.argv[2])
        check_stale(tools)
        check_hot(tools)
    for name, gain in gains.items():
        print(f"{name}: {100 * gain:.1f} % fewer instructions")
    assert sum(gain >= LEAST_GAIN for gain in gains.values()) >= LEAST_PROGRAMS, gains


if __name__ == "__main__":
    main()
