#!/usr/bin/env python3
"""Compiles and runs one example, and compares its output with the .out file beside it.

    example.py FOLDER_OF_THE_TOOLS EXAMPLE.orus
"""

import os
import subprocess
import sys
import tempfile


def main():
    tools, program = sys.argv[1:]
    folder, name = os.path.split(os.path.abspath(program))
    with tempfile.TemporaryDirectory() as scratch:
        image = os.path.join(scratch, "program.orbc")
        # No warning either: an example shows how to write the language.
        done = subprocess.run([os.path.join(tools, "orusc"), "-Werror", name, "-o", image],
                              cwd=folder, check=False)
        if done.returncode:
            return f"orusc: exit status {done.returncode}"
        run = subprocess.run([os.path.join(tools, "orusvm"), image], cwd=folder,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    with open(os.path.splitext(program)[0] + ".out", "rb") as file:
        expected = file.read()
    if run.returncode:
        return f"orusvm: exit status {run.returncode}"
    if run.stdout != expected:
        sys.stdout.buffer.write(run.stdout)
        return f"output differs from {os.path.splitext(name)[0]}.out"
    return 0


if __name__ == "__main__":
    sys.exit(main())
