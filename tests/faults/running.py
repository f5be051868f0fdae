"""An image that changes while it runs, and a tool that crashes."""

import os
import signal
import subprocess
import time

from support import HELLO, LOOP, TIMEOUT, check

COUNTED = "mut s = 0\nfor i in 0..60000000:\n    s = (s + i) % 1000003\nprint(s)\n"


def row_04_replaced(row):
    """An image is read once: what happens to the file afterwards does not matter."""
    expected = row.run("orusvm", row.image("whole", COUNTED)).out

    def overwrite(path):
        with open(path, "r+b") as file:
            file.write(b"\xff" * os.path.getsize(path))

    for label, change in (("cut", lambda path: os.truncate(path, 0)), ("overwritten", overwrite),
                          ("removed", os.unlink),
                          ("replaced", lambda path: os.replace(row.image("other", HELLO), path))):
        with row.case(label):
            image = row.image(label, COUNTED)
            with row.start("orusvm", image, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                time.sleep(0.1)
                check(process.poll() is None, "it has ended before the change")
                change(image)
                out, errors = process.communicate(timeout=TIMEOUT)
            check(process.returncode == 0 and out == expected, f"{process.returncode}, {errors}")


def row_49_crash(row):
    """A tool that crashes says what to report, and leaves no partial output."""
    image = row.image("loop", LOOP)
    header = row.run("orus-objdump", "-f", image).out.decode().splitlines()
    build_id = next(line.split()[-1] for line in header if line.startswith("; build id"))
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        with row.case(f"orusvm-{number.name}"):
            with row.start("orusvm", image, stderr=subprocess.PIPE) as process:
                time.sleep(0.15)
                process.send_signal(number)
                status, errors = process.wait(TIMEOUT), process.stderr.read()
            check(status == 71, f"status {status}")
            check(b"please report" in errors and build_id.encode() in errors, errors)
    source = row.put("many.orus", "fn f(n: i32) -> i32:\n    return n\n" + "print(f(1))\n" * 200000)
    with row.case("orusc"):
        with row.start("orusc", source, "-o", row.path("out"), stderr=subprocess.PIPE) as process:
            time.sleep(0.1)
            check(process.poll() is None, "it has ended before the crash")
            process.send_signal(signal.SIGSEGV)
            status, errors = process.wait(TIMEOUT), process.stderr.read()
        check(status == 71 and b"please report" in errors, f"status {status}, {errors}")
        check(not os.path.exists(row.path("out")), "a partial output")
