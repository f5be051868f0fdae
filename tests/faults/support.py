"""What every case needs: tools, folders, limits, and the rules that hold for all faults."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile

TIMEOUT = 30
NOBODY = 65534
HERE = os.path.dirname(os.path.abspath(__file__))

LOOP = b"mut n = 0\nwhile true:\n    n = (n + 1) % 1000\n"
ENDLESS_PRINT = b'mut n = 0\nwhile true:\n    print("line", n)\n    n = (n + 1) % 1000000\n'

HELLO = 'print("hello")\n'
# Some 100 KB of image.
BIG = "".join(f"fn _f{i}(n: i32) -> i32: n * {i} + n\n" for i in range(1500)) + \
    "print(" + ", ".join(f"_f{i}(1)" for i in range(0, 1500, 2)) + ")\n"
WRONG = 'x: i32 = "text"\n'


class Failure(Exception):
    """A tool did something else than it should."""


class Skip(Exception):
    """This machine cannot make the fault happen."""


class Result:
    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err

    def __str__(self):
        name = os.path.basename(self.command[0])
        return f"{name}: status {self.status}, stderr {self.err[:300]!r}, stdout {self.out[:80]!r}"


def check(condition, message):
    if not condition:
        raise Failure(str(message))


def check_text(data):
    """What is shown to people is UTF-8 and does not steer their terminal."""
    try:
        shown = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure(f"not UTF-8: {error}: {data[:200]!r}") from None
    odd = {c for c in shown if (c < " " and c not in "\n\t") or c in "\x7f\u202a\u202b\u202c\u202d\u202e"}
    check(not odd, f"control characters {odd}: {data[:200]!r}")


def limits(**bounds):
    """A preexec_fn that sets resource limits: limits(AS=…, NOFILE=…)."""
    def apply():
        for name, bound in bounds.items():
            resource.setrlimit(getattr(resource, "RLIMIT_" + name), (bound, bound))
    return apply


class Row:
    """One row of the list: its folder, its tools, and the outcome of its cases."""

    def __init__(self, number, tools):
        self.number, self.tools = number, tools
        self.outcomes = []  # (name, "passed" | "failed" | "skipped", detail)

    def __enter__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix=f"orus-fault-{self.number}-",
                                                        dir="/var/tmp"))
        os.chmod(self.folder, 0o755)
        return self

    def __exit__(self, *_):
        # Names may be longer than a path may be, so each folder is entered.
        subprocess.run(["rm", "-rf", self.folder], check=False, timeout=TIMEOUT)

    @contextlib.contextmanager
    def case(self, name):
        """Runs the block as a case of its own; none may leave a temporary file behind."""
        name = f"{self.number:02}-{name}"
        try:
            yield
            self.check_nothing_left()
            self.outcomes.append((name, "passed", ""))
        except Failure as failure:
            self.outcomes.append((name, "failed", str(failure)))
        except subprocess.TimeoutExpired as slow:
            self.outcomes.append((name, "failed", f"{slow.cmd[0]} takes over {slow.timeout} s"))
        except OSError as error:  # above all a file that should be there
            self.outcomes.append((name, "failed", str(error)))
        except Skip as reason:
            self.outcomes.append((name, "skipped", str(reason)))
        for path in self.temporaries():
            os.unlink(path)

    def temporaries(self):
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.folder)
                for name in names if name.endswith(".tmp")]

    def check_nothing_left(self):
        check(not self.temporaries(), f"left behind: {self.temporaries()}")

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def get(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def tool(self, name):
        return os.path.join(self.tools, name)

    def command(self, name, arguments):
        return [self.tool(name), *arguments]

    def run(self, name, *arguments, stdin=b"", timeout=TIMEOUT, **options):
        """Runs a tool to its end. `options` are those of subprocess."""
        command = self.command(name, arguments)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.folder)
        if isinstance(stdin, bytes):
            options["input"] = stdin
        else:
            options["stdin"] = stdin
        done = subprocess.run(command, timeout=timeout, check=False, **options)
        return Result(command, done.returncode, done.stdout or b"", done.stderr or b"")

    @contextlib.contextmanager
    def start(self, name, *arguments, **options):
        """A running tool, ended with the block."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("cwd", self.folder)
        process = subprocess.Popen(self.command(name, arguments), **options)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(TIMEOUT)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    with contextlib.suppress(OSError):
                        stream.close()

    def image(self, name, source, *options):
        """Compiles a program that must compile; the path of its image."""
        path = self.put(name + ".orus", source)
        result = self.run("orusc", "-Wnone", *options, path, "-o", self.path(name))
        check(result.status == 0, result)
        return self.path(name)

    def assemble(self, name, text):
        source = self.put(name + ".oia", text)
        result = self.run("orus-image-as", source, "-o", self.path(name))
        check(result.status == 0, result)
        return self.path(name)

    def succeeds(self, result, out=None, err=b""):
        check(result.status == 0, result)
        check(out is None or result.out == out, f"stdout is not {out[:80]!r}: {result}"
              if out is not None else result)
        check(err is None or result.err == err, result)

    def fails(self, result, status, *texts, out=b""):
        """The status; one message that starts with the tool's name and says `texts`."""
        check(result.status == status, f"not status {status}: {result}")
        name = os.path.basename(result.command[0])
        check(result.err.startswith(f"{name}: ".encode()), f"no message of {name}: {result}")
        check(result.err.count(b"\n") == 1 and result.err.endswith(b"\n"),
              f"not one line: {result}")
        for text in texts:
            text = text if isinstance(text, bytes) else text.encode()
            check(text in result.err, f"no {text!r}: {result}")
        check(out is None or result.out == out, f"unexpected stdout: {result}")

    def rejects(self, result, *texts):
        """Errors in the source: 65, each at a place in a file, and no image."""
        check(result.status == 65, f"not status 65: {result}")
        for text in texts:
            text = text if isinstance(text, bytes) else text.encode()
            check(text in result.err, f"no {text!r}: {result}")


def quoted(path):
    return f"'{path}'"


def as_nobody():
    """Options of subprocess that take the rights of root away."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def need_nobody(row):
    """Faults of permissions cannot be made for root."""
    if os.geteuid() != 0:
        return
    try:
        ran = row.run("orusc", "--version", **as_nobody())
    except (PermissionError, OSError) as error:
        raise Skip(f"the tools cannot be run as another user: {error}") from None
    if ran.status != 0:
        raise Skip("the tools cannot be run as another user")


def shim(row):
    """Builds the library of faults once for each row."""
    library = row.path("shim.so")
    if not os.path.exists(library):
        if not shutil.which("cc"):
            raise Skip("there is no C compiler")
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", os.path.join(HERE, "shim.c"), "-o",
                        library, "-ldl"], check=True, timeout=TIMEOUT)
    return library


def faulty(row, **faults):
    """An environment in which calls of the system fail: faulty(row, WRITE="5:out")."""
    return dict(os.environ, LD_PRELOAD=shim(row), LC_ALL="C",
                **{"FAULT_" + name: str(value) for name, value in faults.items()})


def in_namespace(row, script, *arguments, flags="-m", **options):
    """A shell script in namespaces of its own, where mounts end with it."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        raise Skip("needs root and unshare")
    if subprocess.run(["unshare", flags, "true"], check=False, timeout=TIMEOUT,
                      stderr=subprocess.DEVNULL).returncode != 0:
        raise Skip(f"no permission for unshare {flags}")
    command = ["unshare", flags, "sh", "-c", script, "sh", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=row.folder, timeout=TIMEOUT, check=False,
                          **options)
    if done.returncode == 125:
        raise Skip("cannot mount a file system: " + done.stderr.decode(errors="replace").strip())
    return done


def died_of(result, number):
    check(result.status == -number, f"not ended by {signal.Signals(number).name}: {result}")
