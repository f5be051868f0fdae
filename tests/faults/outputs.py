"""Outputs that cannot be created, filled or put in place."""

import os
import signal
import stat
import subprocess

from support import (BIG, HELLO, TIMEOUT, WRONG, as_nobody, check, died_of, faulty, in_namespace,
                     limits, need_nobody, quoted)


def row_16_places(row):
    """The place is tried before the work, and no input is ever an output."""
    wrong = row.put("wrong.orus", WRONG)
    source = row.put("a.orus", HELLO)
    row.put("file", "x")
    os.mkdir(row.path("folder"))
    os.symlink("circle", row.path("circle"))
    places = {"none/o": "no such folder", "file/o": "no such folder", "folder": "is a directory",
              "circle": "too many levels of symbolic links", "n" * 300: "file name too long",
              "folder/": "is a directory", "none/": "no such folder"}
    for name, reason in places.items():
        path = row.path(name)
        with row.case("orusc-" + name[:20].replace("/", "-")):
            # 73, not 65: the error in the source is not even looked for.
            row.fails(row.run("orusc", wrong, "-o", path), 73, quoted(path), reason)
        with row.case("orusc-late-" + name[:20].replace("/", "-")):
            row.fails(row.run("orusc", source, "-o", path), 73, quoted(path), reason)
    image = row.image("image", HELLO)
    for option in (["--profile-out"], ["--diagnostic-output"]):
        with row.case("orusvm" + option[0]):
            path = row.path("none/o")
            row.fails(row.run("orusvm", f"{option[0]}={path}", image), 73, quoted(path))
    for name in ("none/o", "folder"):
        with row.case("objdump-" + name.replace("/", "-")):
            row.fails(row.run("orus-objdump", "--strip-debug", "-o", row.path(name), image), 73,
                      quoted(row.path(name)))
    with row.case("read-only-folder"):
        need_nobody(row)
        row.fails(row.run("orusc", source, "-o", row.path("o"), **as_nobody()), 73,
                  quoted(row.path("o")), "permission denied")
    with row.case("read-only-file"):
        need_nobody(row)
        os.mkdir(row.path("open"))
        os.chmod(row.path("open"), 0o777)
        path = row.put("open/o", "old")
        row.fails(row.run("orusc", source, "-o", path, **as_nobody()), 73, quoted(path),
                  "permission denied")
        check(row.get("open/o") == b"old", "the output changed")
    with row.case("devices"):
        with open(image, "rb") as file:
            expected = file.read()
        row.succeeds(row.run("orusc", row.path("image.orus"), "-o", "/dev/null"), b"")
        check(stat.S_ISCHR(os.stat("/dev/null").st_mode), "/dev/null is no device any more")
        for name in ("-", "/dev/stdout", "/dev/fd/1"):
            row.succeeds(row.run("orusc", row.path("image.orus"), "-o", name), expected)
    inputs_as_outputs(row, image)


def inputs_as_outputs(row, image):
    """Every option that names an output, given what is read: under its name, a link, another path."""
    part, main = row.path("part.orus"), row.path("main.orus")
    aliases = {"itself": "main.orus", "dots": "./folder/../main.orus", "symlink": "soft",
               "hardlink": "hard", "module": "part.orus"}
    options = {"-o": ["-o", "@"], "--emit": ["--emit=image=@"], "--MF": ["--MD", "--MF=@"],
               "--diagnostic-output": ["--diagnostic-output=@", "-Wall"],
               "--remarks": ["-R", "--remarks=@"], "--stats": ["--stats=json:@"],
               "--time-trace": ["--time-trace=@"]}
    sources = {"main.orus": "use part\nunused = 1\nprint(part.x)\n", "part.orus": "pub x = 1\n"}
    for option, words in options.items():
        for alias, name in aliases.items():
            with row.case(f"input-{option.strip('-')}-{alias}"):
                for link in ("soft", "hard"):
                    if os.path.lexists(row.path(link)):
                        os.unlink(row.path(link))
                for file, content in sources.items():
                    row.put(file, content)
                os.symlink("main.orus", row.path("soft"))
                os.link(main, row.path("hard"))
                words_here = [word.replace("@", row.path(name)) for word in words]
                more = [] if option in ("-o", "--emit") else ["-o", row.path("x")]
                result = row.run("orusc", main, *more, *words_here)
                for path, content in ((main, sources["main.orus"]), (part, sources["part.orus"])):
                    with open(path, encoding="latin-1") as file:
                        found = file.read()
                    check(found == content, f"{os.path.basename(path)} is now {found[:40]!r}")
                # A new file may take the place of one name of two.
                check(result.status in (64, 73) or alias == "hardlink", result)
    for tool, words in {"orusvm-profile": ["orusvm", "--profile-out=@"],
                        "orusvm-reports": ["orusvm", "--diagnostic-output=@"],
                        "objdump-strip": ["orus-objdump", "--strip-debug", "-o", "@"]}.items():
        with row.case("input-" + tool):
            before = row.put("victim", row.get("image"))
            result = row.run(words[0], *[w.replace("@", before) for w in words[1:]], before)
            after = row.get("victim")
            if tool == "objdump-strip":  # replaced whole, once it has been read
                check(row.run("orusvm", before).out == b"hello\n", "the image is lost")
            else:
                check(after == row.get("image"), f"the image is now {after[:40]!r}")
                check(result.status in (64, 73), result)


def row_17_full(row):
    """A full disk leaves the old output and nothing else."""
    source = row.put("big.orus", BIG)
    image = row.image("image", BIG)
    text = "no space left on device"
    for tool, arguments in {"orusc": [source, "-o", "/dev/full"],
                            "orus-objdump": ["--strip-debug", "-o", "/dev/full", image],
                            "orusvm": ["--profile-out=/dev/full", image]}.items():
        with row.case(f"{tool}-dev-full"):
            row.fails(row.run(tool, *arguments), 74, "'/dev/full'", text, out=None)
    for kind in ("ast", "ir", "asm"):
        with row.case("emit-" + kind):
            row.fails(row.run("orusc", source, f"--emit={kind}=/dev/full"), 74, text)
    for option in ("--remarks=/dev/full", "--stats=json:/dev/full", "--time-trace=/dev/full",
                   "--MD --MF=/dev/full"):
        with row.case("orusc-" + option.split("=")[0].split()[-1].strip("-")):
            row.fails(row.run("orusc", source, "-o", row.path("o"), *option.split()), 74,
                      "/dev/full", text)
    with row.case("orusc-diagnostic-output"):
        wrong = row.put("wrong.orus", WRONG)
        row.fails(row.run("orusc", wrong, "--diagnostic-output=/dev/full"), 74, "'/dev/full'", text)
    with row.case("orusvm-diagnostic-output"):
        panics = row.image("panics", "print(1 / len(\"\"))\n")
        row.fails(row.run("orusvm", "--diagnostic-output=/dev/full", panics), 74, "'/dev/full'",
                  text)
    for label, command in {"orusc": [row.tool("orusc"), source, "-o", "m/o"],
                           "objdump": [row.tool("orus-objdump"), "--strip-debug", "-o", "m/o",
                                       image]}.items():
        with row.case("tmpfs-" + label):
            os.makedirs(row.path("m"), exist_ok=True)
            done = in_namespace(row, "mount -t tmpfs -o size=64k none m || exit 125; printf old > m/o;"
                                     ' "$@"; s=$?; [ "$(ls -A m)" = o ] && [ "$(cat m/o)" = old ]'
                                     " || exit 99; exit $s", *command)
            check(done.returncode == 74, (done.returncode, done.stderr))
            check(b"'m/o'" in done.stderr and text.encode() in done.stderr, done.stderr)
    for label, command in {"orusc": ("orusc", source, "-o", row.path("o")),
                           "objdump-strip": ("orus-objdump", "--strip-debug", "-o", row.path("o"),
                                             image),
                           "orusvm-profile": ("orusvm", "--profile-out=" + row.path("o"), image)}.items():
        with row.case("file-size-" + label):
            row.put("o", "old")
            result = row.run(*command, preexec_fn=limits(FSIZE=100 if "profile" in label else 8192))
            row.fails(result, 74, quoted(row.path("o")), "file too large", out=None)
            check(row.get("o") == b"old", "the output changed")
    for label, command in {"orusc": ("orusc", source, "--emit=ast"),
                           "objdump": ("orus-objdump", "-x", "-d", image),
                           "orusvm": ("orusvm", row.image("much", "for i in 0..9999:\n    print(i)\n"))
                           }.items():
        with row.case("file-size-stdout-" + label):
            with open(row.path("stdout"), "wb") as file:
                result = row.run(*command, stdout=file, preexec_fn=limits(FSIZE=8192))
            row.fails(result, 74, "standard output", "file too large")


def row_18_signals(row):
    """Each signal arrives exactly when the image is written."""
    source = row.put("big.orus", BIG)
    whole = row.image("big", BIG)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGXCPU):
        for old in (b"old", None):
            with row.case(f"{number.name}-{'over' if old else 'new'}"):
                if old:
                    row.put("o", old)
                elif os.path.exists(row.path("o")):
                    os.unlink(row.path("o"))
                result = row.run("orusc", source, "-o", row.path("o"), preexec_fn=limits(CORE=0),
                                 env=faulty(row, WRITE=f"kill {number.value}:.tmp"))
                died_of(result, number)
                check(os.path.exists(row.path("o")) == bool(old), "the output came or went")
                check(not old or row.get("o") == old, "the output changed")
    with row.case("SIGKILL"):
        row.put("o", "old")
        result = row.run("orusc", source, "-o", row.path("o"),
                         env=faulty(row, WRITE="kill 9:.tmp"))
        died_of(result, signal.SIGKILL)
        check(row.get("o") == b"old" and len(row.temporaries()) == 1, row.temporaries())
        row.succeeds(row.run("orusc", source, "-o", row.path("o")))  # and takes it over
        check(row.get("o") == row.get(os.path.basename(whole)), "another image")
    with row.case("ignored"):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        row.succeeds(row.run("orusc", source, "-o", row.path("p"), preexec_fn=ignore,
                             env=faulty(row, WRITE="kill 1:.tmp")))


def row_19_writers(row):
    """Writers of one file: each whole, the last one stays, and readers never see a part."""
    output = row.path("o")
    sources, wholes = [], set()
    for i in range(2):
        sources.append(row.put(f"s{i}.orus", BIG + f"print({i})\n"))
        row.succeeds(row.run("orusc", "-Wnone", sources[i], "-o", output))
        wholes.add(row.get("o"))
    for writers, rounds in ((2, 10), (64, 1)):
        with row.case(f"{writers}-writers"):
            for _ in range(rounds):
                running = [subprocess.Popen(row.command("orusc", ["-Wnone", sources[i % 2], "-o",
                                                                  output]), cwd=row.folder,
                                            stderr=subprocess.PIPE) for i in range(writers)]
                while any(process.poll() is None for process in running):
                    check(row.get("o") in wholes, "a reader saw a part")
                for process in running:
                    errors = process.communicate(timeout=TIMEOUT)[1]
                    check(process.returncode == 0 and not errors, (process.returncode, errors))
                check(row.get("o") in wholes, "a mixture")


def row_20_links(row):
    """Links and modes: manual and OutputFile.h say the target is replaced, with the mode of umask."""
    source = row.put("a.orus", HELLO)

    def compile_to(name):
        row.succeeds(row.run("orusc", source, "-o", row.path(name), umask=0o022))
        check(row.run("orusvm", row.path(name)).out == b"hello\n", name)

    with row.case("symlinks"):
        os.mkdir(row.path("far"))
        os.symlink("far/b", row.path("l2"))
        os.symlink("l2", row.path("l1"))
        for _ in range(2):  # a dangling link first, then one to a file
            compile_to("l1")
            check(os.readlink(row.path("l1")) == "l2", "the link was replaced")
            check(os.path.isfile(row.path("far/b")) and not os.path.islink(row.path("far/b")),
                  "the target was not made")
    with row.case("hard-link"):
        row.put("first", "old")
        os.link(row.path("first"), row.path("second"))
        compile_to("second")
        check(row.get("first") == b"old", "the other name changed too")
    for mode in (0o600, 0o755, 0o4755, 0o666):
        with row.case(f"mode-{mode:o}"):
            os.chmod(row.put("m", "old"), mode)
            compile_to("m")
            found = stat.S_IMODE(os.stat(row.path("m")).st_mode)
            check(found == 0o644, f"mode {found:o}")
