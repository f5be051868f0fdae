"""Runs a tool on damaged copies of an image: damage.py IMAGE SCRATCH COMMAND...

The image is cut at, and changed in, every 41st byte and in its version, bytes 8 and 9; the command
must end with status 76 and must say why. Another version is told by a checksum that is right.
"""
import subprocess
import sys

image, scratch, command = sys.argv[1], sys.argv[2], sys.argv[3:]
data = open(image, "rb").read()
for at in [*range(0, len(data), 41), 8, 9]:
    flipped = bytearray(data)
    flipped[at] ^= 0xFF
    for content in (data[:at], flipped):
        with open(scratch, "wb") as file:
            file.write(content)
        run = subprocess.run(command + [scratch], capture_output=True)
        if run.returncode != 76 or not run.stderr:
            sys.exit(f"byte {at}: status {run.returncode} instead of 76: {run.stderr}")
