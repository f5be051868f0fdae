"""What the fault tests share: running a tool under a fault, and what must hold afterwards."""
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

FAULTS = []  # (row, what, function)

HELLO = 'print("hello")\n'
LOOP = "mut i = 0\nwhile true:\n    i = (i + 1) % 1000\n"


def fault(row, what):
    """Registers a case; `row` is its line in the list of faults that docs/SECURITY.md describes."""
    def register(function):
        FAULTS.append((row, what, function))
        return function
    return register


class Failure(Exception):
    pass


class Skip(Exception):
    """The machine cannot show this fault."""


class Bench:
    """A scratch folder and the tools; each case gets a new one."""

    def __init__(self, bin_dir):
        self.bin = pathlib.Path(bin_dir).resolve()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="orus-fault-"))

    def close(self):
        for path in self.dir.rglob("*"):
            if not path.is_symlink() and path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(self.dir, ignore_errors=True)

    def tool(self, name):
        return str(self.bin / name)

    def path(self, name):
        return str(self.dir / name)

    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def image(self, source=HELLO, name="program"):
        program = self.write(name + ".orus", source)
        self.expect(self.run("orusc", "-Wnone", program), 0)
        return self.path(name + ".orbc")

    def run(self, tool, *arguments, limits=(), timeout=30, **options):
        """Runs a tool with resource limits [(RLIMIT, value), …]."""
        def prepare():
            for which, value in limits:
                resource.setrlimit(which, (value, value))
        options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
        if options["stdin"] is None:
            del options["stdin"]
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([self.tool(tool), *arguments], preexec_fn=prepare, timeout=timeout,
                              **options)

    def expect(self, result, status, *parts):
        """The status (or one of several), and texts that standard error must hold."""
        allowed = status if isinstance(status, tuple) else (status,)
        errors = (result.stderr or b"").decode(errors="backslashreplace")
        if result.returncode not in allowed:
            raise Failure(f"status {result.returncode} instead of {status}: {errors[:300]}")
        for part in parts:
            if part not in errors:
                raise Failure(f"no `{part}` in: {errors[:300]}")
        if result.returncode not in (0, 1, 65, 70) and parts:
            first = errors.splitlines()[0] if errors else ""
            if not first.startswith(os.path.basename(result.args[0]) + ": "):
                raise Failure(f"the message does not name the tool: {first[:200]}")
        return result

    def only(self, *names):
        """The scratch folder holds these files and nothing else, no temporary ones above all."""
        found = sorted(path.name for path in self.dir.iterdir())
        if found != sorted(names):
            raise Failure(f"files left: {found} instead of {sorted(names)}")

    def same(self, name, content):
        if (self.dir / name).read_bytes() != content:
            raise Failure(f"{name} has changed")

    def start(self, tool, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([self.tool(tool), *arguments], **options)


def fail_unless(holds, what):
    if not holds:
        raise Failure(what)


def main(bin_dir):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    failed = skipped = 0
    for row, what, function in sorted(FAULTS, key=lambda entry: entry[:2]):
        bench = Bench(bin_dir)
        try:
            function(bench)
        except Skip as reason:
            skipped += 1
            print(f"fault {row}, {what}: skipped: {reason}")
        except (Failure, subprocess.TimeoutExpired, OSError) as problem:
            failed += 1
            print(f"fault {row}, {what}: {problem}")
        finally:
            bench.close()
    print(f"faults: {len(FAULTS)} cases, {failed} failed, {skipped} skipped")
    sys.exit(bool(failed))
