#!/usr/bin/env python3
"""The same source gives the same image in every folder and by every build of the compiler.

reproducible.py ROOT ORUSC: programs of the repository are compiled in two folders and at two levels, in
an odd environment, without randomised addresses, and by the build of orusc that ORUS_OTHER_ORUSC names,
if it is set; all images of a program must be equal.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = ("docs/examples/*.orus", "tests/lit/code/*.orus", "tests/bench/*/*.orus",
            "tests/conformance/*/*.orus")
EVERY = 5  # of the conformance programs, which are many
FOLDERS = ("one", "a folder/of another length")
LEVELS = ("-O0", "-O2")


# Nothing of this may be seen in an image.
ODD = {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE", "TZ": "Asia/Kathmandu", "HOME": "/nowhere", "USER": "else",
       "SOURCE_DATE_EPOCH": "1", "COLUMNS": "1", "TMPDIR": "/nowhere", "MALLOC_PERTURB_": "170"}


def compile_in(folder, compiler, level, name, environment=None, fixed=False):
    """Status and image of a program in a folder."""
    image = os.path.join(folder, "out")
    prefix = ["setarch", "-R"] if fixed and shutil.which("setarch") else []
    run = subprocess.run([*prefix, compiler, level, "-Wnone", name, "-o", "out"], cwd=folder,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    if run.returncode != 0:
        return run.returncode, b""
    with open(image, "rb") as file:
        return 0, file.read()


def main():
    root, compilers = sys.argv[1], [os.path.abspath(sys.argv[2])]
    if other := os.environ.get("ORUS_OTHER_ORUSC"):
        compilers.append(os.path.abspath(other))
    programs = []
    for pattern in PROGRAMS:
        paths = sorted(glob.glob(os.path.join(root, pattern)))
        programs += paths[::EVERY] if "conformance" in pattern else paths
    differing = images = 0
    with tempfile.TemporaryDirectory() as scratch:
        folders = [os.path.join(scratch, folder) for folder in FOLDERS]
        for folder in folders:
            os.makedirs(folder)
        for program in programs:
            name = os.path.basename(program)
            for folder in folders:
                shutil.copy(program, folder)
            for level in LEVELS:
                # This build in both folders, another one in the first.
                jobs = [(folder, compilers[0]) for folder in folders]
                jobs += [(folders[0], compiler) for compiler in compilers[1:]]
                results = [compile_in(folder, compiler, level, name) for folder, compiler in jobs]
                results.append(compile_in(folders[0], compilers[0], level, name,
                                          {"PATH": os.environ["PATH"], **ODD}))
                results.append(compile_in(folders[0], compilers[0], level, name, fixed=True))
                images += results[0][0] == 0
                if any(result != results[0] for result in results):
                    print(f"{program} {level}: the images differ")
                    differing += 1
    print(f"{images} programs compiled {len(FOLDERS) + len(compilers) + 1} times, {differing} differ")
    return 1 if differing or not images else 0


if __name__ == "__main__":
    sys.exit(main())
