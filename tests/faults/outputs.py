"""Outputs that cannot be written, are raced for, or go to a strange place."""
import os
import pathlib
import resource
import signal
import subprocess
import time

from harness import HELLO, Skip, fail_unless, fault

BIG = "".join(f"fn f{i}(n: i32) -> i32:\n    return n * {i} + n\n" for i in range(20000)) + "print(f1(2))\n"


@fault(16, "outputs that cannot be made")
def cannot_create(bench):
    source = bench.write("a.orus", HELLO)
    before = pathlib.Path(source).read_bytes()
    bench.write("file", "x")
    os.mkdir(bench.path("folder"))
    for output in ("none/o", "file/o", "folder"):
        bench.expect(bench.run("orusc", "-Wnone", source, "-o", bench.path(output)), 73, output)
    bench.expect(bench.run("orusc", "-Wnone", source, "-o", source), (64, 73))
    bench.same("a.orus", before)
    bench.expect(bench.run("orusc", "-Wnone", source, "-o", "/dev/null"), 0)
    for output in ("-", "/dev/stdout"):
        image = bench.expect(bench.run("orusc", "-Wnone", source, "-o", output), 0).stdout
        fail_unless(bench.run("orusvm", "-", input=image).stdout == b"hello\n", output)
    bench.only("a.orus", "file", "folder")


@fault(17, "a full disk")
def full(bench):
    source = bench.write("a.orus", BIG)
    image = bench.image()
    bench.expect(bench.run("orusc", "-Wnone", source, "-o", "/dev/full"), 74, "o space left")
    mount = bench.path("small")
    os.mkdir(mount)
    if os.system(f"mount -t tmpfs -o size=64k none '{mount}' 2>/dev/null") == 0:
        try:
            old = pathlib.Path(mount, "o")
            old.write_bytes(b"old")
            bench.expect(bench.run("orusc", "-Wnone", source, "-o", str(old)), 74, "o space left")
            fail_unless(old.read_bytes() == b"old", "the old output is gone")
            fail_unless(os.listdir(mount) == ["o"], f"left: {os.listdir(mount)}")
        finally:
            os.system(f"umount '{mount}'")
    os.rmdir(mount)
    old = bench.write("o", b"old")
    bench.expect(bench.run("orusc", "-Wnone", source, "-o", old, limits=[(resource.RLIMIT_FSIZE, 8192)]), 74,
                 "ile too large")
    bench.same("o", b"old")
    with open("/dev/full", "wb") as sink:
        for tool in ("orusvm", "orus-objdump"):
            bench.expect(bench.run(tool, image, stdout=sink), 74, "o space left")
    bench.only("a.orus", "o", "program.orus", "program.orbc")


@fault(18, "signals while compiling")
def signalled(bench):
    source = bench.write("a.orus", BIG)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        for delay in (0.01, 0.05, 0.1):
            old = bench.write("o", b"old")
            process = bench.start("orusc", "-Wnone", source, "-o", old)
            time.sleep(delay)
            process.send_signal(number)
            process.communicate(timeout=30)
            if process.returncode != 0:
                fail_unless(process.returncode in (-number, 128 + number),
                            f"{number}: status {process.returncode}")
                bench.same("o", b"old")
            bench.only("a.orus", "o")


@fault(19, "many compilers writing one output")
def raced(bench):
    sources = [bench.write(f"s{i}.orus", f"print({i})\n" * 200) for i in range(16)]
    output = bench.path("o")
    wanted = set()
    for source in sources:
        bench.expect(bench.run("orusc", "-Wnone", source, "-o", output), 0)
        wanted.add(pathlib.Path(output).read_bytes())
    processes = [bench.start("orusc", "-Wnone", source, "-o", output) for source in sources * 4]
    for process in processes:
        process.communicate(timeout=60)
        fail_unless(process.returncode == 0, f"status {process.returncode}")
    fail_unless(pathlib.Path(output).read_bytes() in wanted, "a mixture")
    fail_unless(len(os.listdir(bench.dir)) == 17, f"left: {os.listdir(bench.dir)}")


@fault(20, "links and modes")
def links(bench):
    source = bench.write("a.orus", HELLO)
    target = bench.write("target", b"old")
    os.symlink(target, bench.path("link"))
    bench.expect(bench.run("orusc", "-Wnone", source, "-o", bench.path("link")), 0)
    fail_unless(os.path.islink(bench.path("link")), "the link is gone")
    fail_unless(pathlib.Path(target).read_bytes() != b"old", "the link's target is as before")
    other = bench.path("other")
    os.link(target, other)
    previous = os.umask(0o027)
    try:
        bench.expect(bench.run("orusc", "-Wnone", source, "-o", bench.path("fresh")), 0)
    finally:
        os.umask(previous)
    fail_unless(os.stat(bench.path("fresh")).st_mode & 0o777 == 0o640, "the mode ignores umask")


@fault(21, "standard streams that are closed")
def closed(bench):
    image = bench.image()
    for tool, arguments in (("orusc", (bench.path("program.orus"), "-o", bench.path("o"))),
                            ("orusvm", (image,)), ("orus-objdump", (image,))):
        for closing in ("0", "1", "2", "012"):
            redirect = " ".join({"0": "<&-", "1": ">&-", "2": "2>&-"}[c] for c in closing)
            command = " ".join(f"'{word}'" for word in (bench.tool(tool), *arguments))
            result = subprocess.run(f"{command} {redirect}", shell=True, timeout=30,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            wanted = 74 if "1" in closing and tool != "orusc" else 0
            fail_unless(result.returncode == wanted, f"{tool} {redirect}: status {result.returncode}")
    bench.only("o", "program.orbc", "program.orus")
    fail_unless(bench.run("orusvm", bench.path("o")).stdout == b"hello\n", "something in the output")


@fault(22, "a reader that goes away")
def broken_pipe(bench):
    image = bench.image("for i in 0..3000000:\n    print(i)\n")
    for tool in ("orusvm", "orus-objdump -s -x -d"):
        for trap in ("", "trap '' PIPE; "):
            script = f"{trap}( '{bench.bin}'/{tool} '{image}'; echo $? >&2 ) | head -1 >/dev/null"
            result = subprocess.run(["sh", "-c", script], capture_output=True, timeout=30)
            status = int(result.stderr.split()[-1])
            fail_unless(status in (0, 74, 141), f"{tool}: status {status}")
            fail_unless(tool != "orusvm" or status != 0, "the whole output was made")


@fault(23, "/dev/full as standard output")
def full_streams(bench):
    image = bench.image()
    with open("/dev/full", "wb") as sink:
        for tool in ("orusc", "orusvm", "orus-objdump"):
            for option in ("--help", "--version"):
                bench.expect(bench.run(tool, option, stdout=sink), 74, "o space left")
        bench.expect(bench.run("orusvm", image, stdout=sink), 74, "o space left")
        bench.expect(bench.run("orusc", "--emit=ast=-", bench.path("program.orus"), stdout=sink), 74)


@fault(24, "a slow reader of a non-blocking pipe")
def slow_reader(bench):
    image = bench.image("for i in 0..60000:\n    print(i)\n")
    read, write = os.pipe()
    os.set_blocking(write, False)
    process = bench.start("orusvm", image, stdout=write)
    os.close(write)
    received = b""
    while chunk := os.read(read, 5000):
        received += chunk
        if len(received) < 60000:
            time.sleep(0.005)
    os.close(read)
    process.communicate(timeout=30)
    fail_unless(process.returncode == 0, f"status {process.returncode}")
    fail_unless(received == b"".join(b"%d\n" % i for i in range(60000)), "bytes are lost or twice")


@fault(45, "errors of the file system")
def injected(bench):
    shim = bench.path("shim.so")
    source = pathlib.Path(__file__).with_name("shim.c")
    if subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, str(source), "-ldl"],
                      capture_output=True).returncode != 0:
        raise Skip("no C compiler `cc`")
    program = bench.write("a.orus", "print(1)\n" * 3000)
    image = bench.image()
    for call, status in (("write", 74), ("close", 74), ("rename", 74), ("fsync", 0)):
        old = bench.write("o", b"old")
        environment = {**os.environ, "LD_PRELOAD": shim, "FAULT_CALL": call, "FAULT_AFTER": "0"}
        result = bench.run("orusc", program, "-o", old, env=environment)
        bench.expect(result, (status, 0) if call == "close" else status)
        if result.returncode:
            bench.same("o", b"old")
        names = set(os.listdir(bench.dir)) - {"a.orus", "o", "shim.so", "program.orus", "program.orbc"}
        fail_unless(not names, f"{call}: left {names}")
    for after in ("0", "1"):
        environment = {**os.environ, "LD_PRELOAD": shim, "FAULT_CALL": "read", "FAULT_AFTER": after}
        for tool, argument in (("orusvm", image), ("orus-objdump", image)):
            bench.expect(bench.run(tool, argument, env=environment), (0, 66, 74))
    environment = {**os.environ, "LD_PRELOAD": shim, "FAULT_CALL": "short", "FAULT_AFTER": "0"}
    for i in range(3):
        bench.expect(bench.run("orusc", program, "-o", bench.path("p"), env=environment), 0)
        fail_unless(bench.run("orusvm", bench.path("p"), env=environment).stdout == b"1\n" * 3000,
                    "short reads and writes")
