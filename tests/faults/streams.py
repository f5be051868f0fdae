"""Standard streams that are closed or full, and errors at any step of reading and writing."""

import os
import subprocess

from support import BIG, HELLO, WRONG, check, faulty, quoted


def row_21_closed(row):
    """A closed standard stream is not taken by a file that the tool opens."""
    source, image = row.path("a.orus"), row.image("a", HELLO)
    panics = row.image("p", HELLO + 'print(1 / len(""))\n')

    def closing(*numbers):
        def close():
            for number in numbers:
                os.close(number)
        return close

    for numbers in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        label = "".join(map(str, numbers))

        def run(tool, *arguments, numbers=numbers):
            # Pipes stand behind the streams, so that what goes astray shows.
            return row.run(tool, *arguments, stdin=subprocess.DEVNULL, preexec_fn=closing(*numbers))
        with row.case("orusc-" + label):
            if os.path.exists(row.path("o")):
                os.unlink(row.path("o"))
            check(run("orusc", source, "-o", row.path("o")).status == 0, "no image")
            check(row.get("o") == row.get("a"), "something else is in the image")
            check(run("orusc", source, "-o", "-").status == (74 if 1 in numbers else 0), "-o -")
        for tool, status in (("orusvm", 74), ("orus-objdump", 74)):
            with row.case(f"{tool}-{label}"):
                result = run(tool, image)
                check(result.status == (status if 1 in numbers else 0), result)
                for option in ("--help", "--version"):
                    result = run(tool, option)
                    check(result.status == (74 if 1 in numbers else 0), result)
        with row.case("panic-" + label):
            reports = row.path("reports")
            result = run("orusvm", "--diagnostic-output=" + reports, panics)
            check(result.status == (74 if 1 in numbers else 70), result)
            if os.path.exists(reports):
                check(b"hello" not in row.get("reports"), "output among the reports")
                os.unlink(reports)
        with row.case("input-" + label):
            reader = row.image("reader", "try:\n    x = input()\n    print(x)\n"
                                         "catch e:\n    x: i32 = 1\n")
            check(run("orusvm", reader).status == 0, "input() at its end")


def row_23_full_stream(row):
    """Standard output is due to the last byte, also of --help."""
    source, image = row.path("a.orus"), row.image("a", HELLO)
    silent = row.image("silent", "x = 1\n")
    commands = {"orusc-explain": ("orusc", "--explain", "E2001"),
                "orusc-ast": ("orusc", "--emit=ast", source), "orusc-image": ("orusc", source, "-o", "-"),
                "orusc-device": ("orusc", source, "-o", "/dev/stdout"),
                "orusvm": ("orusvm", image), "objdump": ("orus-objdump", image),
                "objdump-json": ("orus-objdump", "--json", image),
                "objdump-diff": ("orus-objdump", "--diff=" + silent, image)}
    for tool in ("orusc", "orusvm", "orus-objdump", "orus-image-as"):
        for option in ("--help", "--version", "--help-hidden", "--help-list"):
            commands[tool + option] = (tool, option)
    for label, command in commands.items():
        with row.case(label), open("/dev/full", "wb") as full:
            row.fails(row.run(*command, stdout=full), 74, "no space left on device")
    with row.case("nothing-due"), open("/dev/full", "wb") as full:
        row.succeeds(row.run("orusvm", silent, stdout=full))
        row.succeeds(row.run("orusc", source, stdout=full))
    with row.case("stderr"), open("/dev/full", "wb") as full:
        wrong = row.put("wrong.orus", WRONG)
        check(row.run("orusc", wrong, stderr=full).status == 65, "65 without its report")
        check(row.run("orusvm", "none", stderr=full).status == 66, "66 without its message")


def row_45_errors(row):
    """Errors that remote and broken file systems give at any step."""
    source, image = row.put("big.orus", BIG), row.image("image", BIG)
    whole, printed = row.get("image"), row.run("orusvm", image).out
    eio, exdev, estale, edquot = 5, 18, 116, 122
    for number, text in ((eio, "input/output error"), (estale, "stale file handle")):
        for tool, arguments, after in (("orusc", ["-o", row.path("o")], 0), ("orusvm", [], 0),
                                       ("orus-objdump", [], 0)):
            path = source if tool == "orusc" else image
            with row.case(f"read-{tool}-{number}"):
                row.put("o", "old")
                result = row.run(tool, path, *arguments,
                                 env=faulty(row, READ=f"{number}:{os.path.basename(path)}:{after}"))
                check(result.status in (66, 74), result)  # 12.10: cannot be read, or an I/O error
                row.fails(result, result.status, quoted(path), text)
                check(row.get("o") == b"old", "the output changed")
    with row.case("read-halfway"):
        for tool in ("orusvm", "orus-objdump"):
            env = faulty(row, READ="5:/image:1")
            row.fails(row.run(tool, image, env=env), 74, quoted(image), "input/output error")
    steps = {"write-first": {"WRITE": f"{eio}:.tmp"}, "write-quota": {"WRITE": f"{edquot}:.tmp"},
             "close": {"CLOSE": f"{eio}:.tmp"}, "rename-eio": {"RENAME": f"{eio}:/o"},
             "rename-exdev": {"RENAME": f"{exdev}:/o"}}
    for label, fault in steps.items():
        for tool, arguments in (("orusc", [source, "-o", row.path("o")]),
                                ("orus-objdump", ["--strip-debug", "-o", row.path("o"), image]),
                                ("orusvm", ["--profile-out=" + row.path("o"), image])):
            with row.case(f"{label}-{tool}"):
                row.put("o", "old")
                result = row.run(tool, *arguments, env=faulty(row, **fault))
                row.fails(result, 74, quoted(row.path("o")), out=None)
                check(row.get("o") == b"old", "the output changed")
    gentle = {"short": {"WRITE": "short", "READ": "short"},
              "eintr": {"WRITE": "4", "READ": "4", "AGAIN": "1"}}
    for label, fault in gentle.items():
        env = faulty(row, **fault)
        with row.case(f"{label}-orusc"):
            row.succeeds(row.run("orusc", "-Wnone", source, "-o", row.path("o"), env=env,
                                 stdout=subprocess.DEVNULL))
            row.put("image.orus", BIG)
            check(row.run("orusvm", row.path("o")).out == printed, "another program")
            check(len(row.get("o")) == len(whole), "bytes lost or twice")
        with row.case(f"{label}-orusvm"):
            row.succeeds(row.run("orusvm", image, env=env), printed)
        with row.case(f"{label}-objdump"):
            row.succeeds(row.run("orus-objdump", image, env=env),
                         row.run("orus-objdump", image).out)
    for tool, arguments in (("orusc", ["--emit=ast", source]), ("orusvm", [image]),
                            ("orus-objdump", ["-d", image]), ("orusc", [source, "-o", "-"])):
        with row.case(f"stdout-{tool}-{len(arguments)}"):
            row.fails(row.run(tool, *arguments, env=faulty(row, WRITE="5:fd 1")), 74,
                      "standard output", "input/output error")
