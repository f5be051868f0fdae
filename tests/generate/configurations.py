"""The ways in which a program is compiled and run; all must do the same."""

import os
import pathlib
import re
import resource
import subprocess
import tempfile
from typing import NamedTuple

SECONDS = 20  # programs end within one; more means that something hangs
MOST_OUTPUT = 1 << 26  # bytes; most programs print a few thousand


class Configuration(NamedTuple):
    name: str
    compiler: tuple
    machine: tuple = ()
    positions: bool = True  # False: the image does not know places, so reports differ


REFERENCE = Configuration("O0", ("-O0",))

CONFIGURATIONS = [
    Configuration("O1", ("-O1", "--verify-each", "--check-regalloc")),
    Configuration("O2", ("-O2", "--verify-each", "--check-regalloc")),
    Configuration("O0-registers-4", ("-O0", "--registers=4", "--check-regalloc")),
    Configuration("O2-registers-4", ("-O2", "--registers=4", "--check-regalloc")),
    Configuration("O2-registers-8", ("-O2", "--registers=8", "--check-regalloc")),
    Configuration("O2-registers-16", ("-O2", "--registers=16", "--check-regalloc")),
    Configuration("O2-stripped", ("-O2", "-g0"), positions=False),
    Configuration("O0-stress-alloc", ("-O0",), ("--gc-stress=alloc",)),
    Configuration("O2-stress-alloc", ("-O2",), ("--gc-stress=alloc",)),
    Configuration("O2-stress-safepoint", ("-O2",), ("--gc-stress=safepoint",)),
    Configuration("O2-registers-4-stress-safepoint", ("-O2", "--registers=4"),
                  ("--gc-stress=safepoint",)),
]


def bisected(limit):
    """Only the first passes of the pipeline: what each of them does must be right by itself."""
    return Configuration(f"O2-bisect-{limit}", ("-O2", f"--opt-bisect-limit={limit}"))


PASSES = re.findall(r'^ORUS_(?:MODULE_)?PASS\(.*?"([\w-]+)"',
                    (pathlib.Path(__file__).parents[2] / "compiler/opt/Passes.def").read_text(), re.M)


def shuffled(dice):
    """Passes in an order that no pipeline has."""
    names = [dice.choice(PASSES) for _ in range(dice.randint(2, 12))]
    return Configuration("O2-passes", ("-O2", "--verify-each", f"--passes={','.join(names)}"))


class Outcome(NamedTuple):
    """What a configuration did with a program."""

    kind: str  # rejected, crashed, unloadable, hung, ran
    status: int
    output: bytes
    report: str  # the first lines of standard error that say what happened


TOO_LONG = Outcome("hung", 0, b"", "the machine")


class Tools(NamedTuple):
    compiler: str
    machine: str


def execute(command):
    """None if it takes too long, or prints so much that it would."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, timeout=SECONDS,
                                  stdin=subprocess.DEVNULL, check=False, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return None
        if output.seek(0, os.SEEK_END) >= MOST_OUTPUT:
            return None
        output.seek(0)
        done.stdout = output.read()
    return done


def report_of(done):
    return done.stderr.decode("utf-8", "replace")


def compile_program(tools, main, image, configuration):
    """None if an image was written, else the outcome."""
    done = execute([tools.compiler, "-W", "none", "--color=never", *configuration.compiler,
                    str(main), "-o", str(image)])
    if done is None:
        return Outcome("hung", 0, b"", "the compiler")
    if done.returncode == 0:
        return None
    kind = "rejected" if done.returncode == 65 else "crashed"
    return Outcome(kind, done.returncode, b"", report_of(done))


def run_program(tools, image, configuration):
    done = execute([tools.machine, "--color=never", *configuration.machine, str(image)])
    if done is None:
        return TOO_LONG
    if done.returncode in (0, 70):
        return Outcome("ran", done.returncode, done.stdout,
                       report_of(done) if configuration.positions else "")
    kind = "unloadable" if done.returncode == 76 else "crashed"
    return Outcome(kind, done.returncode, done.stdout, report_of(done))


def outcome(tools, main, image, configuration):
    return compile_program(tools, main, image, configuration) or \
        run_program(tools, image, configuration)


def same(reference, other, configuration):
    """Whether two runs did the same, as far as the configuration can tell."""
    if reference[:3] != other[:3]:
        return False
    return not configuration.positions or reference.report == other.report
