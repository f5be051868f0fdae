"""Signals, pipes that break or stall, and limits of time."""

import fcntl
import os
import resource
import signal
import subprocess
import time

from support import (ENDLESS_PRINT, LOOP, TIMEOUT, Skip, check, died_of, faulty, limits)

NUMBERS = "for i in 0..60000:\n    print(i)\n"
WANTED = b"".join(b"%d\n" % i for i in range(60000))
BIG = "".join(f"fn _f{i}(n: i32) -> i32: n * {i} + n\n" for i in range(3000)) + "print(_f1(2))\n"


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, "nothing happens")
        time.sleep(0.005)


def row_22_broken_pipe(row):
    """Who reads no more ends the writer soon and without a word."""
    image, source = row.image("endless", ENDLESS_PRINT), row.put("big.orus", BIG)
    large = row.image("big", BIG + NUMBERS)
    commands = {"orusvm": ("orusvm", image), "objdump": ("orus-objdump", "-x", "-d", large),
                "objdump-json": ("orus-objdump", "--json", large),
                "orusc": ("orusc", "--emit=ast", source), "orusc-image": ("orusc", source, "-o", "-")}
    for label, command in commands.items():
        for restore in (True, False):  # SIGPIPE as usual, or ignored
            with row.case(f"{label}-{'default' if restore else 'ignored'}"):
                with row.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               restore_signals=restore) as process:
                    process.stdout.read(1)
                    process.stdout.close()
                    status = process.wait(5)
                    errors = process.stderr.read()
                check(status == (-signal.SIGPIPE if restore else 74), f"status {status}, {errors}")
                check(label != "orusvm" or not errors, f"not quiet: {errors}")
    with row.case("closed-before"):
        read, write = os.pipe()
        os.close(read)
        result = row.run("orusvm", image, stdout=write, restore_signals=False)
        os.close(write)
        check(result.status == 74 and not result.err, result)
    with row.case("stderr-closed"):
        panics = row.image("panics", 'print("out")\nprint(1 / len(""))\n')
        read, write = os.pipe()
        os.close(read)
        result = row.run("orusvm", panics, stderr=write, restore_signals=False)
        os.close(write)
        check(result.status == 70 and result.out == b"out\n", result)


def drain(process, read, pause):
    """Everything from a pipe, slowly at first."""
    received = b""
    while chunk := os.read(read, 3001):
        received += chunk
        if len(received) < 60000:
            time.sleep(pause)
    os.close(read)
    return received, process.wait(TIMEOUT)


def row_24_slow_reader(row):
    """Every byte arrives once and in order."""
    image, source = row.image("numbers", NUMBERS), row.put("big.orus", BIG)
    commands = {"orusvm": ("orusvm", image), "objdump": ("orus-objdump", row.image("big", BIG)),
                "orusc": ("orusc", "--emit=ast", source)}
    for label, command in commands.items():
        expected = row.run(*command).out
        check(label != "orusvm" or expected == WANTED, "wrong numbers")
        for blocking in (True, False):
            for alarm in (None, 300):
                with row.case(f"{label}-{'blocking' if blocking else 'nonblocking'}"
                              f"{'-eintr' if alarm else ''}"):
                    read, write = os.pipe()
                    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
                    os.set_blocking(write, blocking)
                    env = faulty(row, ALARM=alarm) if alarm else dict(os.environ)
                    with row.start(*command, stdout=write, stderr=subprocess.DEVNULL,
                                   env=env) as process:
                        os.close(write)
                        received, status = drain(process, read, 0.002)
                    check(status == 0, f"status {status}")
                    check(received == expected, f"{len(received)} bytes of {len(expected)}")
    with row.case("short-writes"):
        row.succeeds(row.run("orusvm", image, env=faulty(row, WRITE="short:fd 1")), WANTED)
    with row.case("again-and-again"):
        row.succeeds(row.run("orusvm", image, env=faulty(row, WRITE="11:fd 1", AGAIN=1)), WANTED)


def row_31_limits(row):
    """Fuel, time and the keyboard end a loop; fuel always at the same place."""
    loop, printing = row.image("loop", LOOP), row.image("printing", ENDLESS_PRINT)
    with row.case("fuel"):
        results = [row.run("orusvm", "--fuel=12345", printing) for _ in range(3)]
        for result in results:
            check(result.status == 75 and b"E0040" in result.err, result)
            check(result.out == results[0].out and result.err == results[0].err, "another place")
        check(row.run("orusvm", "--fuel=12346", printing).out.startswith(results[0].out), "less")
    for extra in (("--stats",), ("--trace=gc",), ("--gc-stress=safepoint",), ("--profile-out=" + row.path("p"),)):
        with row.case("fuel-" + extra[0].strip("-").split("=")[0]):
            plain, other = row.run("orusvm", "--fuel=777", printing), \
                row.run("orusvm", "--fuel=777", *extra, printing)
            check(other.status == 75 and other.out == plain.out, other)
    with row.case("fuel-least"):
        image = row.image("ends", "fn f(n: i32) -> i32:\n    if n < 2: n\n    else: f(n - 1) + f(n - 2)\n"
                                  "for i in 0..40:\n    print(i, f(i % 9))\n")
        low, high = 1, 1 << 20  # the least fuel with which the program ends is one number
        while low < high:
            middle = (low + high) // 2
            ends = row.run("orusvm", f"--fuel={middle}", image).status == 0
            low, high = (low, middle) if ends else (middle + 1, high)
        check(row.run("orusvm", f"--fuel={low - 1}", image).status == 75, "one less is enough")
        check(row.run("orusvm", f"--fuel={low}", image).status == 0, "the least is not enough")
    for image in (loop, printing):
        with row.case("timeout-" + os.path.basename(image)):
            start = time.monotonic()
            result = row.run("orusvm", "--timeout=0.5", image)
            took = time.monotonic() - start
            check(result.status == 75 and b"E0041" in result.err, result)
            check(0.4 < took < 3, f"{took:.1f} s")
    with row.case("uncatchable"):
        image = row.image("catch", "while true:\n    try:\n        while true:\n            x = 1\n"
                                   "    catch e:\n        print(e)\n")
        for limit in ("--fuel=1000", "--timeout=0.2"):
            result = row.run("orusvm", limit, image)
            check(result.status == 75 and result.out == b"", result)
    for number in (signal.SIGINT, signal.SIGTERM):
        for name, source in {"loop": b'print("start")\n' + LOOP, "calls":
                             b'print("start")\nfn f(n: i32) -> i32:\n    if n < 2: n\n'
                             b"    else: f(n - 1) + f(n - 2)\nprint(f(60))\n"}.items():
            with row.case(f"{number.name}-{name}"):
                image = row.image("interrupted", source)
                with open(row.path("out"), "wb") as out, \
                        row.start("orusvm", image, stdout=out, stderr=subprocess.PIPE) as process:
                    time.sleep(0.2)
                    process.send_signal(number)
                    status, errors = process.wait(5), process.stderr.read()
                check(status == -number, f"status {status}, {errors}")
                check(row.get("out") == b"start\n", "what was printed is lost")


def row_32_signals(row):
    """Each signal does what it does to any program, at any moment."""
    endless = row.image("endless", b'print("start")\n' + LOOP)
    reading = row.image("reading", 'print("start")\nx = input()\nprint("got", x)\n')

    def kill_while(image, number, stdin):
        with row.start("orusvm", image, stdin=stdin, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE) as process:
            time.sleep(0.15)
            process.send_signal(number)
            status = process.wait(5)
            return status, process.stdout.read()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGALRM,
                   signal.SIGQUIT):
        flushed = number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for name, image, stdin in (("loop", endless, subprocess.DEVNULL),
                                   ("input", reading, subprocess.PIPE)):
            with row.case(f"{number.name}-{name}"):
                status, output = kill_while(image, number, stdin)
                check(status == -number, f"status {status}")
                check(not flushed or output == b"start\n", f"printed: {output}")
    with row.case("blocked-write"):
        # A full pipe that nobody reads must not make the program immune.
        image = row.image("full", ENDLESS_PRINT)
        with row.start("orusvm", image, stdout=subprocess.PIPE) as process:
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            check(process.wait(5) == -signal.SIGINT, "another status")
    with row.case("ignored-int"):
        image = row.image("short", "mut n = 0\nfor i in 0..30000000:\n    n = (n + i) % 1000\nprint(n)\n")
        expected = row.run("orusvm", image).out

        def ignore():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        with row.start("orusvm", image, stdout=subprocess.PIPE, preexec_fn=ignore) as process:
            for _ in range(10):
                time.sleep(0.005)
                process.send_signal(signal.SIGINT)
            output = process.stdout.read()
            check(process.wait(TIMEOUT) == 0 and output == expected, "not ignored")
    with row.case("stop-continue-resize"):
        with row.start("orusvm", image, stdout=subprocess.PIPE) as process:
            for _ in range(20):
                for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH, signal.SIGURG):
                    process.send_signal(number)
                time.sleep(0.002)
            output = process.stdout.read()
            check(process.wait(TIMEOUT) == 0 and output == expected, "another output")
    with row.case("storm-of-alarms"):
        row.succeeds(row.run("orusvm", image, env=faulty(row, ALARM=50)), expected)
    with row.case("storm-while-reading"):
        with row.start("orusvm", reading, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                       env=faulty(row, ALARM=200)) as process:
            for piece in (b"a", b"b", b"c\n"):
                time.sleep(0.02)
                process.stdin.write(piece)
                process.stdin.flush()
            check(process.stdout.read() == b"start\ngot abc\n", "input is lost")
    with row.case("nonblocking-stdin"):
        read, write = os.pipe()
        os.set_blocking(read, False)
        with row.start("orusvm", reading, stdin=read, stdout=subprocess.PIPE) as process:
            time.sleep(0.1)
            os.write(write, b"late\n")
            os.close(write)
            check(process.stdout.read() == b"start\ngot late\n", "no wait for input")
        os.close(read)


def row_40_processor_time(row):
    """A limit of processor time leaves nothing partial."""
    with row.case("orusvm"):
        image = row.image("loop", b'print("start")\n' + LOOP)
        died_of(row.run("orusvm", image, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CPU, (1, 5))), signal.SIGXCPU)
    with row.case("orusc"):
        heavy = "".join(f"fn _f{i}(n: i32) -> i32:\n    mut s = n\n    for k in 0..n:\n"
                        f"        s = (s + k * {i}) % 1009\n    return s\n" for i in range(120000))
        source = row.put("heavy.orus", heavy + "print(_f1(2))\n")
        row.put("o", "old")
        result = row.run("orusc", source, "-o", row.path("o"), preexec_fn=lambda: (
            limits(CORE=0)(), resource.setrlimit(resource.RLIMIT_CPU, (1, 5))))
        if result.status == 0:
            raise Skip("this machine compiles it in a second")
        died_of(result, signal.SIGXCPU)
        check(row.get("o") == b"old", "the output changed")
