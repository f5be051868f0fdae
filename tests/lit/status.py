#!/usr/bin/env python3
"""Runs a command that must end with a certain exit status: status.py N COMMAND...

Standard output and error pass through, so that they can be piped into FileCheck. Before the command:
`--closed` closes its standard output, `--full` makes it a full device.
"""

import os
import sys


def main():
    arguments = sys.argv[1:]
    out = None
    if arguments[0] in ("--closed", "--full"):
        out = arguments.pop(0)
    wanted, command = int(arguments[0]), arguments[1:]
    child = os.fork()
    if child == 0:
        if out == "--closed":
            os.close(1)
        if out == "--full":
            os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        try:
            os.execv(command[0], command)
        finally:
            os._exit(127)
    found = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if found != wanted:
        print(f"exit status {found} instead of {wanted}", file=sys.stderr)
    return 0 if found == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
