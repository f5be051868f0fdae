"""Inputs that are missing, odd, endless, oddly named, or one descriptor too many."""

import os
import subprocess
import threading

from support import (Skip, as_nobody, check, check_text, faulty, limits, need_nobody, quoted)

TOOLS = ("orusc", "orusvm", "orus-objdump", "orus-image-as")
READERS = ("orusvm", "orus-objdump")
EMFILE = "too many open files"


def row_01_unreadable(row):
    """The system's reason and the path, whatever the reason is."""
    folder = row.path("folder")
    os.mkdir(folder)
    os.symlink("nowhere", row.path("dangling"))
    os.symlink("loop", row.path("loop"))
    row.put("file", "x")
    reasons = {"missing": "no such file", "folder": "is a directory", "dangling": "no such file",
               "loop": "too many levels of symbolic links", "file/inside": "not a directory",
               "n" * 300: "file name too long", "": "no such file"}
    for tool in TOOLS:
        for name, reason in reasons.items():
            if tool == "orusc" and not name:
                continue  # that is no input at all, an error of usage
            with row.case(f"{tool}-{name[:20] or 'empty'}"):
                path = row.path(name) if name else ""
                options = ["-o", row.path("out")] if tool in ("orusc", "orus-image-as") else []
                row.fails(row.run(tool, path, *options), 66, quoted(path), reason)
                check(not os.path.lexists(row.path("out")), "an output was made")
        with row.case(f"{tool}-permission"):
            need_nobody(row)
            secret = row.put("secret", "")
            os.chmod(secret, 0)
            row.fails(row.run(tool, secret, **as_nobody()), 66, quoted(secret), "permission denied")


def row_02_empty(row):
    """Nothing is a program, but no image."""
    for level in ("-O0", "-O2"):
        with row.case("orusc" + level):
            image = row.image("empty", "", level)
            row.succeeds(row.run("orusvm", image), b"")
            row.succeeds(row.run("orusvm", "--verify-only", image), b"")
    nothing = row.put("nothing", "")
    for tool in READERS:
        with row.case(tool):
            row.fails(row.run(tool, nothing), 76, quoted(nothing), "file too small")
            row.fails(row.run(tool, "-"), 76, "standard input", "file too small")


def row_03_streams(row):
    """Pipes and devices are read like files and bounded like files."""
    with open(row.image("hello", 'print("hello")'), "rb") as file:
        image = file.read()
    fifo = row.path("fifo")
    os.mkfifo(fifo)

    def feed(parts):
        with open(fifo, "wb", buffering=0) as file:
            for part in parts:
                file.write(part)

    def through_fifo(parts, tool, *arguments):
        feeder = threading.Thread(target=feed, args=(parts,), daemon=True)
        feeder.start()
        result = row.run(tool, *arguments)
        feeder.join(5)
        return result

    with row.case("vm-fifo-in-pieces"):
        parts = [image[i:i + 7] for i in range(0, len(image), 7)]
        row.succeeds(through_fifo(parts, "orusvm", fifo), b"hello\n")
    for tool in READERS:
        with row.case(f"{tool}-fifo-cut"):
            row.fails(through_fifo([image[:-1]], tool, fifo), 76, quoted(fifo), out=None)
        for endless in ("/dev/zero", "/dev/urandom", "/proc/self/status"):
            with row.case(f"{tool}-{endless[1:].replace('/', '-')}"):
                row.fails(row.run(tool, endless), 76, quoted(endless))
        with row.case(f"{tool}-stdin-folder"):
            handle = os.open(row.folder, os.O_RDONLY)
            row.fails(row.run(tool, "-", stdin=handle), 66, "standard input", "is a directory")
            os.close(handle)
    with row.case("orusc-fifo"):
        row.succeeds(through_fifo([b"print(", b"1)"], "orusc", fifo, "-o", row.path("a")))
        row.succeeds(row.run("orusvm", row.path("a")), b"1\n")
    for name in ("/dev/zero", "/dev/urandom"):
        with row.case("orusc" + name.replace("/", "-")):
            result = row.run("orusc", name, "-o", row.path("b"), preexec_fn=limits(AS=6 << 30))
            row.fails(result, 65, quoted(name), "is larger than")
            check(not os.path.exists(row.path("b")), "an image was made")
    with row.case("orusc-endless-stdin"):
        with subprocess.Popen(["yes", "print(1)"], stdout=subprocess.PIPE) as source:
            result = row.run("orusc", "-", "-o", row.path("c"), stdin=source.stdout,
                             preexec_fn=limits(AS=6 << 30))
            source.kill()
        row.fails(result, 65, "standard input is larger than")
    with row.case("module-fifo"):
        # 10.7 takes regular files only, so a pipe of a module's name must not block.
        os.rename(fifo, row.path("pipe.orus"))
        main = row.put("user.orus", "use pipe\nprint(pipe.x)\n")
        row.rejects(row.run("orusc", "--diagnostic-format=short", main, timeout=10), "E3001")


def row_08_names(row):
    """Any bytes may be a name; messages show it on one line."""
    names = {"blank": b"two words", "newline": b"a\nb", "latin": b"caf\xe9", "escape": b"\x1b[31m",
             "dash": b"-x", "quote": b"it's", "backslash": b"a\\b", "unicode": "ä→".encode(),
             "bidi": "\u202eabc".encode(), "longest": b"n" * 250, "equals": b"image=x"}
    for label, name in names.items():
        with row.case(label):
            path = os.fsencode(row.folder) + b"/" + name + b".orus"
            with open(path, "wb") as file:
                file.write(b'print("in")\nprint(1 / len(""))\n')
            row.succeeds(row.run("orusc", b"./" + os.path.basename(path)))
            image = path[:-5] + b".orbc"
            result = row.run("orusvm", image)
            check(result.status == 70 and result.out == b"in\n", result)
            check_text(result.err)
            listing = row.run("orus-objdump", "-x", "-d", image)
            check(listing.status == 0, listing)
            check_text(listing.out)
            with open(image, "wb") as file:
                file.write(b"no image")
            for tool in READERS:
                result = row.run(tool, image)
                row.fails(result, 76)
                check_text(result.err)
            os.unlink(image)
            os.unlink(path)
            result = row.run("orusc", path)
            row.fails(result, 66, "no such file")
            check_text(result.err)
    # A path of 4,095 bytes is the longest that the system takes.
    for last in (250, 9):
        with row.case(f"path-4095-name-{last}"):
            folder = os.path.join(row.folder, f"d{last}")
            while len(folder) < 4095 - last - 202:
                folder += "/" + "d" * 200
            folder += "/" + "d" * (4095 - last - len(folder) - 2)
            os.makedirs(folder)
            source = folder + "/" + "n" * (last - 5) + ".orus"
            check(len(source) == 4095, f"a path of {len(source)} bytes")
            with open(source, "wb") as file:
                file.write(b"print(2)\n")
            row.succeeds(row.run("orusc", source, timeout=10))
            row.succeeds(row.run("orusvm", source[:-5] + ".orbc"), b"2\n")
    with row.case("path-4096"):
        row.fails(row.run("orusvm", "/" + "a/" * 2047 + "b"), 66, "file name too long")


def row_36_listing(row):
    """Listings of anything: no control bytes, no more than it takes to say that it is no image."""
    image = row.image("bell", 'mut s = "\x07\x1b[31m\x7f"\nfn f(x: string) -> string: x + "\x08"\n'
                              'print(f(s))\n')
    with row.case("control-bytes"):
        for options in (["-x", "-d"], ["-s"], ["--json"], ["-S"]):
            result = row.run("orus-objdump", *options, image)
            check(result.status == 0, result)
            odd = {c for c in result.out if c < 32 and c != 10 and c != 9 or c == 127}
            check(not odd, f"{options}: control bytes {odd}")
    with row.case("stripped"):
        row.succeeds(row.run("orus-objdump", "--strip-debug", "-o", row.path("s"), image))
        check(row.run("orusvm", row.path("s")).out == row.run("orusvm", image).out, "other output")
        row.succeeds(row.run("orus-objdump", "-x", "-d", row.path("s")))
    for label, content in {"text": b"print(1)\n", "elf": b"\x7fELF" + bytes(500),
                           "noise": bytes(range(256)) * 20}.items():
        path = row.put("odd", content)
        for option in ("-d", "-f", "-h", "-x", "--json", "--sizes", "--loops", "--verify"):
            with row.case(f"{label}{option}"):
                # The document says what is wrong in JSON too.
                row.fails(row.run("orus-objdump", option, path), 76, quoted(path), "E0901",
                          out=None if option == "--json" else b"")
    with row.case("strip-damaged"):
        path = row.put("cut", row.get("bell")[:-5])
        row.put("kept", "old")
        row.fails(row.run("orus-objdump", "--strip-debug", "-o", row.path("kept"), path), 76,
                  quoted(path))
        check(row.get("kept") == b"old", "the output was replaced")
    with row.case("gigabyte-of-zeros"):
        with open(row.path("huge"), "wb") as file:
            file.truncate(1 << 30)
        row.fails(row.run("orus-objdump", row.path("huge"), preexec_fn=limits(AS=256 << 20)), 76,
                  "huge")
    with row.case("image-and-a-gigabyte"):
        with open(row.path("long"), "wb") as file:
            file.write(row.get("bell"))
            file.truncate(3 << 30)
        # What can be read of a damaged image is shown.
        row.fails(row.run("orus-objdump", row.path("long"), preexec_fn=limits(AS=256 << 20)), 76,
                  "long", "E0903", out=None)


def row_38_clock(row):
    """timestamp() does not go back. Setting the clock would disturb the machine, so only order."""
    with row.case("monotonic"):
        image = row.image("clock", "mut last = timestamp()\nmut back = 0\nfor i in 0..200000:\n"
                                   "    now = timestamp()\n    if now < last: back += 1\n"
                                   "    last = now\nprint(back)\n")
        row.succeeds(row.run("orusvm", image), b"0\n")


def row_39_descriptors(row):
    """Exhausted descriptors are named as the reason."""
    image = row.image("hello", 'print("hello")')
    source, out = row.path("hello.orus"), row.path("out")
    commands = {"orusc": ("-Wnone", source, "-o", out), "orusvm": (image,),
                "orus-objdump": ("-d", image)}
    for tool, arguments in commands.items():
        for count in range(3, 9):
            with row.case(f"{tool}-{count}"):
                result = row.run(tool, *arguments, preexec_fn=limits(NOFILE=count))
                if result.status == 127 and b"shared" in result.err:
                    raise Skip("the C library cannot be opened")
                row.succeeds(result)  # one free descriptor is enough
    for tool, status, match in (("orusc", 66, "hello.orus"), ("orusvm", 66, "hello"),
                                ("orus-objdump", 66, "hello"), ("orusc", 73, ".tmp")):
        with row.case(f"{tool}-{status}-emfile"):
            row.put("out", "old")
            result = row.run(tool, *commands[tool], env=faulty(row, OPEN=f"24:{match}"))
            row.fails(result, status, quoted(commands[tool][-1] if status == 73 else
                                             commands[tool][1 if tool != "orusvm" else 0]), EMFILE)
            check(row.get("out") == b"old", "the output changed")
    with row.case("module-emfile"):
        row.put("part.orus", "pub x = 1\n")
        main = row.put("main.orus", "use part\nprint(part.x)\n")
        result = row.run("orusc", "--diagnostic-format=short", main,
                         env=faulty(row, OPEN="24:part.orus"))
        row.rejects(result, "E3010", EMFILE)
