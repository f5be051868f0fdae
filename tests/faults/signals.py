"""Programs that are interrupted, limited in time or fuel, or whose machine crashes."""
import os
import resource
import signal
import time

from harness import LOOP, fail_unless, fault


@fault(31, "an endless loop with fuel, a time limit and an interrupt")
def endless(bench):
    image = bench.image(LOOP)
    bench.expect(bench.run("orusvm", "--fuel=100000", image), 75)
    bench.expect(bench.run("orusvm", "--timeout=0.2", image), 75)
    process = bench.start("orusvm", image)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    fail_unless(process.returncode in (-signal.SIGINT, 130), f"status {process.returncode}")


@fault(31, "the same fuel ends at the same place")
def exact_fuel(bench):
    source = ("fn f(n: i32) -> i32:\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n"
              "for i in 0..100:\n    print(i, f(i % 12))\n")
    image = bench.image(source)
    for fuel in (1, 2, 17, 100, 1000, 5000):
        outputs = {(r.returncode, r.stdout, r.stderr) for r in
                   (bench.run("orusvm", f"--fuel={fuel}", *more, image)
                    for more in ((), ("--gc-stress=alloc",), ("--max-heap=8M",), ()))}
        fail_unless(len(outputs) == 1, f"--fuel={fuel}: {len(outputs)} outcomes")
    # The least fuel with which the program ends is one number.
    low, high = 1, 1 << 22
    while low < high:
        middle = (low + high) // 2
        if bench.run("orusvm", f"--fuel={middle}", image).returncode == 0:
            high = middle
        else:
            low = middle + 1
    bench.expect(bench.run("orusvm", f"--fuel={low - 1}", image), 75)
    bench.expect(bench.run("orusvm", f"--fuel={low}", image), 0)


@fault(32, "signals while running")
def running(bench):
    image = bench.image("print(1)\n" + LOOP)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process = bench.start("orusvm", image)
        time.sleep(0.15)
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
        fail_unless(process.returncode in (-number, 128 + number), f"{number}: {process.returncode}")
        fail_unless(output == b"1\n", f"{number}: what was printed is lost")
    image = bench.image("mut s = 0\nfor i in 0..60000000:\n    s = (s + i) % 1000003\nprint(s)\n")
    expected = bench.run("orusvm", image).stdout
    process = bench.start("orusvm", image)
    for _ in range(20):
        for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH):
            process.send_signal(number)
        time.sleep(0.002)
    fail_unless(process.communicate(timeout=30)[0] == expected, "another output")


@fault(40, "a limit of processor time")
def processor_time(bench):
    image = bench.image(LOOP)
    result = bench.run("orusvm", image, limits=[(resource.RLIMIT_CPU, 1)])
    fail_unless(result.returncode in (-signal.SIGXCPU, -signal.SIGKILL, 75), f"status {result.returncode}")


@fault(49, "a crash of the tool itself")
def crash(bench):
    image = bench.image(LOOP)
    build_id = next(line.split()[-1] for line in
                    bench.run("orus-objdump", "-f", image).stdout.decode().splitlines() if "build id" in line)
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        process = bench.start("orusvm", image)
        time.sleep(0.15)
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
        fail_unless(process.returncode == 71, f"{number}: status {process.returncode}")
        fail_unless(b"please report" in errors and build_id.encode() in errors, errors.decode())
    source = bench.write("a.orus", "fn f(n: i32) -> i32:\n    return n\n" + "print(f(1))\n" * 60000)
    process = bench.start("orusc", source, "-o", bench.path("o"))
    time.sleep(0.05)
    process.send_signal(signal.SIGSEGV)
    _, errors = process.communicate(timeout=30)
    if process.returncode != 0:
        fail_unless(process.returncode == 71 and b"please report" in errors, f"status {process.returncode}")
        fail_unless(not os.path.exists(bench.path("o")), "a partial output")
    fail_unless(len(os.listdir(bench.dir)) <= 4, f"left: {os.listdir(bench.dir)}")
