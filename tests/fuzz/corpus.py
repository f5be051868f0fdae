#!/usr/bin/env python3
"""Makes the images that the fuzz targets start from, as bytes and as text: corpus.py BIN ROOT OUT.

They come from programs and image texts of the repository, as the tools of this build make them.
"""

import glob
import os
import shutil
import subprocess
import sys

PROGRAMS = ("docs/examples/*.orus", "tests/lit/code/*.orus", "tests/lit/run/*.orus",
            "tests/conformance/*/*.orus")
TEXTS = ("tests/images/good/*.oia", "tests/images/bad/*.oia", "tests/lit/*/Inputs/*.s")
EVERY = 6  # of the many, so that a mutant of each is likely in a short run


def main():
    tools, root, out = sys.argv[1:4]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    made = 0
    for patterns, command in ((PROGRAMS, [tools + "/orusc", "-Wnone"]),
                              (TEXTS, [tools + "/orus-image-as"])):
        paths = [path for pattern in patterns for path in sorted(glob.glob(f"{root}/{pattern}"))]
        for path in paths[::EVERY] if len(paths) > 100 else paths:
            target = os.path.join(out, "%04d" % made)
            done = subprocess.run(command + [path, "-o", target], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
            if done.returncode not in (0, 65):
                print(f"{' '.join(command)} {path}: status {done.returncode}")
                return 1
            if done.returncode == 0:
                made += 1
                with open(target + ".s", "w") as text:
                    subprocess.run([tools + "/orus-objdump", "-x", "-d", "--no-addresses", target],
                                   stdout=text, stderr=subprocess.DEVNULL)
    print(f"{made} images")
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main())
