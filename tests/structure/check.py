#!/usr/bin/env python3
"""Checks over the sources of the project: check.py NAME ROOT [ARGUMENT...].

Each check is a function below that yields one line per defect; ctest registers it by its name.
"""

import collections
import os
import re
import subprocess
import sys

# What each folder may include besides itself; the rest follows transitively.
EDGES = {
    "format/base": [],
    "format/isa": ["format/base"],
    "format/image": ["format/isa"],
    "format/verify": ["format/image"],
    "format/text": ["format/image", "format/verify"],
    "compiler/basic": ["format/base"],
    "compiler/syntax": ["compiler/basic"],
    "compiler/sema": ["compiler/syntax", "format/image"], # the limits of images
    "compiler/ir": ["compiler/basic", "format/image"],
    "compiler/lower": ["compiler/sema", "compiler/ir"],
    "compiler/analysis": ["compiler/ir"],
    "compiler/opt": ["compiler/analysis"],
    "compiler/codegen": ["compiler/opt", "format/image", "format/verify"],
    "compiler/driver": ["compiler/lower", "compiler/codegen", "format/text"],
    "vm": ["format/verify"],
    "tools/common": ["format/image"],
    "tools/orusc": ["compiler/driver", "tools/common"],
    "tools/orusvm": ["vm", "tools/common"],
    "tools/orus-objdump": ["format/text", "tools/common"],
}
# Headers that are compiled once for all sources; nothing includes them.
PRECOMPILED = ("cmake/pch-llvm.h", "cmake/pch-std.h")
# Third-party headers, and the folders that may include them.
THIRD_PARTY = {
    "llvm/": ("compiler/", "tools/", "tests/", *PRECOMPILED),
    "llvm/Support/CommandLine.h": ("tools/", "tests/", *PRECOMPILED),
    "boost/": ("format/image/", "tests/"),
    "doctest/": ("tests/",),
}
UNFINISHED = ["TODO", "FIXME", "XXX", "HACK", "not implemented", "unimplemented", "for now"]
VERBATIM = ("tests/conformance/", "tests/bench/", "docs/reference/language/")
SELF = "tests/structure/check.py"
MAX_LINES = 800
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

ROOT = ""


def files(*suffixes):
    """Tracked and new files with one of the suffixes, relative to the root."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    return [name for name in sorted(set(listing.splitlines()))
            if name.endswith(suffixes) and os.path.isfile(os.path.join(ROOT, name))]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def folder_of(name):
    """The entry of EDGES that a file belongs to."""
    return next((folder for folder in EDGES if name.startswith(folder + "/")), None)


def reachable(folder):
    found, rest = {folder}, [folder]
    while rest:
        for target in EDGES[rest.pop()]:
            if target not in found:
                found.add(target)
                rest.append(target)
    return found


def edges():
    """Folders include in one direction only, and third-party headers only where they belong."""
    for name in files(".h", ".cpp", ".inc", ".def"):
        for include in INCLUDE.findall(read(name)):
            for prefix, homes in THIRD_PARTY.items():
                if include.startswith(prefix) and not name.startswith(homes):
                    yield f"{name}: includes {include}"
            source, target = folder_of(name), folder_of(include)
            if source and target and target not in reachable(source):
                yield f"{name}: includes {include}, but {source} may not depend on {target}"


def words():
    """Nothing in the tree reads as unfinished."""
    pattern = re.compile(r"\b(%s)\b" % "|".join(UNFINISHED))
    suffixes = (".h", ".cpp", ".inc", ".def", ".py", ".md", ".txt", ".cmake", "dev", "run")
    for name in files(*suffixes):
        if name.startswith(VERBATIM) or name == SELF:
            continue
        for number, row in enumerate(read(name).splitlines(), 1):
            if pattern.search(row):
                yield f"{name}:{number}: {row.strip()}"


def links():
    """Links between documents resolve."""
    for name in files(".md"):
        for link in LINK.findall(CODE.sub("", read(name))):
            target = link.split("#")[0]
            if target and "://" not in target and not os.path.exists(
                    os.path.join(ROOT, os.path.dirname(name), target)):
                yield f"{name}: {link} does not exist"


def sources():
    """Headers have `#pragma once`, a source includes its own header first, no file is too long."""
    for name in files(".h", ".cpp", ".inc"):
        if name.startswith(VERBATIM):
            continue
        text = read(name)
        if name.endswith(".h") and "#pragma once" not in text and name not in PRECOMPILED:
            yield f"{name}: no #pragma once"
        if text.count("\n") > MAX_LINES:
            yield f"{name}: more than {MAX_LINES} lines"
        own = name[:-len(".cpp")] + ".h"
        if name.endswith(".cpp") and os.path.exists(os.path.join(ROOT, own)):
            first = INCLUDE.search(text)
            if not first or first.group(1) != own:
                yield f"{name}: does not include {own} first"


def expectations():
    """Each test of the tools is run, and each golden file and example belongs to a test."""
    names = set(files(""))
    lit = collections.defaultdict(int)
    for name in sorted(names):
        stem, suffix = os.path.splitext(name)
        parts = name.split("/")
        if name.startswith("tests/lit/") and len(parts) > 3 and "Inputs" not in parts:
            if suffix in (".orus", ".ir", ".test"):
                lit[parts[2]] += 1
                if "RUN:" not in read(name):
                    yield f"{name}: no RUN line"
                if "%golden" in read(name) and stem + ".golden" not in names:
                    yield f"{name}: no golden file"
            elif suffix != ".golden":
                yield f"{name}: lit does not run files of this kind"
            elif not any(stem + kind in names and "%golden" in read(stem + kind)
                         for kind in (".orus", ".ir", ".test")):
                yield f"{name}: no test compares with it"
        if name.startswith("docs/examples/") and suffix == ".orus" and stem + ".out" not in names:
            yield f"{name}: no {os.path.basename(stem)}.out beside it"


def lean_vm(ninja, build):
    """The virtual machine links no object of the compiler."""
    inputs = subprocess.run([ninja, "-C", build, "-t", "inputs", "bin/orusvm"],
                            stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    if not any("vm/" in row for row in inputs):
        yield "ninja lists no input of bin/orusvm in vm/"
    for row in inputs:
        if row.startswith("compiler/"):
            yield f"bin/orusvm is linked from {row}"


def format(clang_format):  # pylint: disable=redefined-builtin
    """Every C++ file is formatted."""
    names = [name for name in files(".h", ".cpp", ".inc") if not name.startswith(VERBATIM)]
    run = subprocess.run([clang_format, "--dry-run", "-Werror", *names], cwd=ROOT,
                         stderr=subprocess.PIPE, text=True, check=False)
    bad = {row.split(":")[0] for row in run.stderr.splitlines() if "error:" in row}
    if run.returncode and not bad:
        yield run.stderr
    for name in sorted(bad):
        yield f"{name}: not formatted; ./dev format repairs it"


CHECKS = {check.__name__: check
          for check in (edges, words, links, sources, expectations, lean_vm, format)}


def main():
    global ROOT
    name, ROOT, *arguments = sys.argv[1:]
    defects = list(CHECKS[name](*arguments))
    for defect in defects:
        print(defect)
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
