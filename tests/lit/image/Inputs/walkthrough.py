"""Checks that the image that the walk-through lists has the bytes that it says: walkthrough.py PAGE IMAGE."""
import re
import sys

page, image = open(sys.argv[1], encoding="utf-8").read(), open(sys.argv[2], "rb").read()
covered = 0
for offset, digits in re.findall(r"^\| (\d+) \| `([0-9a-f ]+)` \|", page, re.M):
    expected = bytes.fromhex(digits)
    at = int(offset)
    if any(image[covered:at]):
        sys.exit(f"bytes before {at} are left out and not zero")
    if image[at:at + len(expected)] != expected:
        sys.exit(f"offset {at}: {image[at:at + len(expected)].hex(' ')} instead of {digits}")
    covered = at + len(expected)
if covered != len(image):
    sys.exit(f"{covered} of {len(image)} bytes are explained")
