#!/usr/bin/env python3
"""Images of every released format version: released-images.py BIN IMAGES.

IMAGES/VERSION/NAME.orbc were written by the release that introduced the version, NAME.out is what
they print. Those of the current major version must still verify and print it; the others must be
refused by name, with status 78, and shown by orus-objdump as far as they describe themselves.
"""
import pathlib
import re
import subprocess
import sys

bin_dir, images = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
failures = []


def run(tool, *arguments):
    return subprocess.run([bin_dir / tool, *arguments], capture_output=True, timeout=60)


def check(holds, image, what):
    if not holds:
        failures.append(f"{image.relative_to(images)}: {what}")


version = run("orusc", "--version", "-v").stdout.decode()
current = int(re.search(r"image format (\d+)\.", version).group(1))
found = sorted(images.glob("*/*.orbc"))
if not any(image.parent.name.startswith(f"{current}.") for image in found):
    failures.append(f"there are no images of version {current}")
for image in found:
    major = int(image.parent.name.split(".")[0])
    ran, dumped = run("orusvm", image), run("orus-objdump", "-x", "-d", image)
    if major == current:
        check(ran.returncode == 0, image, f"status {ran.returncode}: {ran.stderr.decode()}")
        check(ran.stdout == image.with_suffix(".out").read_bytes(), image, "another output")
        check(dumped.returncode == 0, image, f"orus-objdump: {dumped.stderr.decode()}")
        continue
    named = re.search(r"was written by orusc [\d.]+ in format version "
                      + re.escape(image.parent.name) + r"; release [\d.]+ reads " + str(current),
                      ran.stderr.decode())
    check(ran.returncode == 78 and named, image, f"status {ran.returncode}: {ran.stderr.decode()}")
    check(dumped.returncode == 78 and b"; FUNCTIONS" in dumped.stdout, image, "not shown")

print("\n".join(failures))
sys.exit(bool(failures))
