"""Sources and command lines that are odd, deep, long or many."""

import json
import os
import re
import time

from support import check, check_text, limits

SHORT = "--diagnostic-format=short"


def compile_short(row, name, content, *options, **more):
    return row.run("orusc", SHORT, "-Wnone", row.put(name, content), "-o", row.path("out"), *options,
                   **more)


def row_09_bytes(row):
    """What 1.1 allows runs; the rest has a code, and a place that counts code points."""
    fine = {"crlf": (b"x = 1\r\nif x == 1:\r\n\tprint(x)\r\n", b"1\n"),
            "tabs": (b"if true:\n\tprint(1)\n    \tprint(2)\n".replace(b"    \t", b"    "), b"1\n2\n"),
            "no-final-newline": (b"print(1)", b"1\n"),
            "nul-in-text": (b'print("a\0b")\n', b"a\0b\n"),
            "nul-in-comment": (b"// a\0b\nprint(1)\n", b"1\n"),
            "bidi-in-text": ('print("\u202e")\n'.encode(), "\u202e\n".encode()),
            "separator-in-text": ('print("a\u2028b")\n'.encode(), "a\u2028b\n".encode()),
            "separator-in-comment": ("// a\u2028print(2)\nprint(1)\n".encode(), b"1\n"),
            "astral": ('print("\U0001f600")\n'.encode(), "\U0001f600\n".encode()),
            "form-feed-in-comment": (b"// \f\nprint(1)\n", b"1\n"),
            "only-comment": (b"// nothing", b""), "only-blanks": (b"  \t\r\n\n   ", b"")}
    for name, (content, out) in fine.items():
        with row.case(name):
            row.succeeds(compile_short(row, "a.orus", content))
            row.succeeds(row.run("orusvm", row.path("out")), out)
            os.unlink(row.path("out"))
    wrong = {"bom": (b"\xef\xbb\xbfprint(1)\n", "1:1", "E1003"),
             "nul": (b"print(1)\n\0\n", "2:1", "E1003"), "form-feed": (b"x = 1\f\n", "1:6", "E1003"),
             "separator": ("print(1)\u2028print(2)\n".encode(), "1:9", "E1003"),
             "bidi": ("x \u202e= 1\n".encode(), "1:3", "E1003"),
             "no-break-space": ("x\u00a0= 1\n".encode(), "1:2", "E1003"),
             "letter": ("naïve = 1\n".encode(), "1:3", "E1003"),
             "after-wide": ('print("äöü→") $\n'.encode(), "1:15", "E1003"),
             "latin": (b'x = 1\nprint("\xe9")\n', "2:8", "E1010"),
             "overlong": (b'print("\xc0\x80")\n', "1:8", "E1010"),
             "surrogate": (b'print("\xed\xa0\x80")\n', "1:8", "E1010"),
             "beyond-unicode": (b'print("\xf4\x90\x80\x80")\n', "1:8", "E1010"),
             "cut-character": (b'print(1) // \xe2\x82', "1:13", "E1010"),
             "open-text": (b'print("abc', "1:7", "E1004"),
             "open-comment": (b"print(1)\n/* abc", "2:1", "E1006")}
    for name, (content, place, code) in wrong.items():
        with row.case(name):
            result = compile_short(row, "a.orus", content)
            row.rejects(result, f"a.orus:{place}: error[{code}]")
            check(not os.path.exists(row.path("out")), "an image was made")
            human = row.run("orusc", row.path("a.orus"), "-o", row.path("out"))
            check(human.status == 65, human)
            check_text(human.err)
            found = row.run("orusc", "--diagnostic-format=json", row.path("a.orus"), "-o", row.path("out"))
            first = json.loads(found.err.splitlines()[0])
            line, column = map(int, place.split(":"))
            check((first["line"], first["column"]) == (line, column), first)


def row_12_long(row):
    """Long is allowed up to what images hold; what is shown of it is short."""
    million = 1_000_000
    cases = {"line-50-million": ("x = 1" + " " * (50 * million) + "+ 1\nprint(x)\n", b"2\n"),
             "statements-in-a-line": ("; ".join(["x = 1"] + ["x"] * 10).replace("; x", "; print(x)") + "\n",
                                      b"1\n" * 10),
             "text-50-million": ('print(len("' + "x" * (50 * million) + '"))\n', b"50000000\n"),
             "comment-100-million": ("// " + "x" * (100 * million) + "\nprint(1)\n", b"1\n"),
             "block-comment-50-million": ("/*" + "x\n" * (25 * million) + "*/print(1)\n", b"1\n"),
             "name-60000": ("x" * 60_000 + " = 1\nprint(" + "x" * 60_000 + ")\n", b"1\n")}
    for name, (content, out) in cases.items():
        with row.case(name):
            row.succeeds(compile_short(row, "long.orus", content))
            row.succeeds(row.run("orusvm", row.path("out")), out)
            os.unlink(row.path("out"))
    with row.case("name-million"):
        # Only names that the image keeps are held to its limit.
        result = compile_short(row, "long.orus", "x" * million + " = 1\nprint(" + "x" * million + ")\n")
        if result.status == 0:
            row.succeeds(row.run("orusvm", row.path("out")), b"1\n")
            os.unlink(row.path("out"))
        else:
            row.rejects(result, "E9003")
            check(len(result.err) < 2000, f"{len(result.err)} bytes of message")
    refused = {"text-100-million": ('print(len("' + "x" * (100 * million) + '"))\n', "E9003")}
    for name, (content, code) in refused.items():
        with row.case(name):
            result = compile_short(row, "long.orus", content)
            row.rejects(result, code)
            check(len(result.err) < 2000, f"{len(result.err)} bytes of message")
    for name, content in {"error-at-end": "x = 1" + " " * million + "$\n",
                          "error-at-start": "$ = " + "1 + " * (million // 4) + "1\n",
                          "unknown-long-name": "print(" + "y" * 60_000 + ")\n"}.items():
        with row.case(name):
            path = row.put("long.orus", content)
            result = row.run("orusc", path, "-o", row.path("out"))
            row.rejects(result)
            excerpt = [line for line in result.err.splitlines() if re.match(rb" *\d* \| ", line)]
            check(excerpt and max(map(len, excerpt)) < 200, f"excerpt: {excerpt[:2]}"[:300])


NESTED = {
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n + "\nprint(x)\n",
    "not": lambda n: "x = " + "not " * n + "true\nprint(x)\n",
    "bit-not": lambda n: "x = " + "- " * n + "1\nprint(x)\n",
    "calls": lambda n: "fn f(x: i32) -> i32: x\nx = " + "f(" * n + "1" + ")" * n + "\nprint(x)\n",
    "while": lambda n: "".join(" " * i + "while true:\n" for i in range(n)) + " " * n + "print(1)\n",
    "functions": lambda n: "".join(" " * i + f"fn f{i}():\n" for i in range(n)) + " " * n + "pass\n",
    "match": lambda n: "".join(" " * 2 * i + "match 1:\n" + " " * (2 * i + 1) + "_ ->\n"
                               for i in range(n)) + " " * 2 * n + "print(1)\n",
    "patterns": lambda n: "enum E:\n    V(x: any)\ne = E.V(1)\nprint(e matches " + "E.V(" * n + "_" +
                          ")" * n + ")\n",
    "elif": lambda n: "x = 1\nif x == 0: print(0)\n" +
                      "".join(f"elif x == -{i}: print(2)\n" for i in range(1, n)) + "else: print(1)\n",
    "comments": lambda n: "/* " * n + "*/\nprint(1)\n",
    "members": lambda n: "x = 1\ny = x" + ".a" * n + "\n",
    "lambdas": lambda n: "x = " + "fn() -> any: " * n + "1\nprint(1)\n",
    "powers": lambda n: "x = true " + "and (true or " * n + "true" + ")" * n + "\nprint(x)\n",
    "open": lambda n: "x = " + "([{" * n + "\n", "closed": lambda n: "x = 1" + ")]}" * n + "\n",
}
LINES = ("while", "functions", "match")  # a file grows with the square of their depth


def row_13_deep(row):
    """Any depth ends in an image or a report, with 256 KB of stack too."""
    for name, make in NESTED.items():
        with row.case(name):
            content = make(4000 if name in LINES else 100_000)
            for stack in (256 << 10, 8 << 20):
                result = compile_short(row, "deep.orus", content, "-O0", preexec_fn=limits(STACK=stack))
                check(result.status in (0, 65), f"stack of {stack}: {result}")
                check(result.status == 0 or b"deep.orus:" in result.err, result)
                check(len(result.err) < 20_000, f"{len(result.err)} bytes of report")
    for name in ("parentheses", "not", "calls", "while", "match", "elif", "comments"):
        with row.case(f"{name}-1000"):
            row.succeeds(compile_short(row, "deep.orus", NESTED[name](1000),
                                       preexec_fn=limits(STACK=256 << 10)))


def row_14_errors(row):
    """Twenty reports and a count, soon."""
    kinds = {"names": "x = nothing\n", "syntax": "x = = 1\n", "types": 'x: i32 = "a"\n',
             "characters": "$\n", "bytes": b"\xff\n"}
    for name, line in kinds.items():
        with row.case(name):
            path = row.put("a.orus", line * 100_000)
            start = time.monotonic()
            result = row.run("orusc", path, "-o", row.path("out"))
            took = time.monotonic() - start
            row.rejects(result)
            reports = len(re.findall(rb"^== ", result.err, re.M))
            check(reports <= 20, f"{reports} reports")
            if name != "bytes":  # the text ends at the first
                check(re.search(rb"\d+ errors; no image written", result.err), result.err[-200:])
            check(took < 3, f"{took:.1f} s")
    with row.case("all"):
        result = row.run("orusc", SHORT, "--max-errors=0", row.put("a.orus", "x = nothing()\n$\n" * 1000))
        row.rejects(result)
        check(result.err.count(b"E1003") == 1000, "not every error")
    with row.case("one"):
        result = row.run("orusc", SHORT, "--max-errors=1", row.path("a.orus"))
        check(result.err.count(b"\n") == 1, result)


def row_15_imports(row):
    """Every module once, every cycle with its path."""
    def build(name, *options):
        return row.run("orusc", SHORT, "-Wnone", row.path(name), "-o", row.path("out"), *options)

    with row.case("self"):
        row.put("self.orus", "use self\n")
        row.rejects(build("self.orus"), "self.orus:1:5: error[E3002]: `self` uses itself")
    with row.case("cycle-of-100"):
        for i in range(100):
            row.put(f"c{i}.orus", f"use c{(i + 1) % 100}\n")
        result = row.run("orusc", row.path("c0.orus"), "-o", row.path("out"))
        row.rejects(result, "E3002", "c99", "note: ")
    with row.case("missing"):
        row.put("lost.orus", "use no.such.module\n")
        row.rejects(build("lost.orus"), "lost.orus:1:5: error[E3001]")
    with row.case("chain-of-1000"):
        for i in range(1000):
            row.put(f"chain/m{i}.orus", (f"use m{i + 1}\npub v = m{i + 1}.v + 1\n" if i < 999 else
                                         "pub v = 1\n"))
        row.put("chain/main.orus", "use m0\nprint(m0.v)\n")
        row.succeeds(row.run("orusc", "-Wnone", row.path("chain/main.orus"), "-o", row.path("out"),
                             preexec_fn=limits(STACK=256 << 10)))
        row.succeeds(row.run("orusvm", row.path("out")), b"1000\n")
    with row.case("diamonds"):
        for i in range(1000):
            other = f"use d{i + 1}a\nuse d{i + 1}b\n" if i < 999 else ""
            for side in "ab":
                row.put(f"dia/d{i}{side}.orus", f'{other}print("{i}{side}")\n')
        row.put("dia/main.orus", "use d0a\nuse d0b\nuse d0a as again\n")
        row.succeeds(row.run("orusc", "-Wnone", row.path("dia/main.orus"), "-o", row.path("out")))
        out = row.run("orusvm", row.path("out")).out.split()
        check(len(out) == 2000 == len(set(out)), f"{len(out)} bodies ran")
    with row.case("two-names-of-a-file"):
        row.put("two/one.orus", 'print("body")\npub mut n = 1\n')
        os.symlink("one.orus", row.path("two/soft.orus"))
        row.put("two/main.orus", "use one\nuse soft\none.n = 5\nprint(soft.n)\n")
        row.succeeds(build("two/main.orus"))
        row.succeeds(row.run("orusvm", row.path("out")), b"body\n5\n")
    with row.case("hard-link-of-a-file"):
        os.link(row.path("two/one.orus"), row.path("two/hard.orus"))
        row.put("two/main.orus", "use one\nuse hard\none.n = 5\nprint(hard.n)\n")
        row.succeeds(build("two/main.orus"))
        row.succeeds(row.run("orusvm", row.path("out")), b"body\n5\n")
    with row.case("mapped-twice"):
        row.put("two/user.orus", "use x\nuse y\nx.n = 7\nprint(y.n)\n")
        row.succeeds(build("two/user.orus", "-M", f"x={row.path('two/one.orus')}",
                           "-M", f"y={row.path('two/../two/one.orus')}"))
        row.succeeds(row.run("orusvm", row.path("out")), b"body\n7\n")
    with row.case("main-as-module"):
        row.put("two/ring.orus", "use part\n")
        row.put("two/part.orus", "use ring\n")
        row.rejects(build("two/../two/ring.orus"), "E3002")
    for label, make in {"folder": lambda path: os.mkdir(path), "loop": lambda path: os.symlink("odd.orus", path),
                        "socket": lambda path: os.mknod(path, 0o140644)}.items():
        with row.case("module-is-" + label):
            os.makedirs(row.path(label))
            make(row.path(label + "/odd.orus"))
            row.put(label + "/main.orus", "use odd\n")
            row.rejects(build(label + "/main.orus"), "E3001")


def row_42_command_lines(row):
    """Every command line has a defined end."""
    image, source = row.image("hello", 'print("hello")\n'), row.path("hello.orus")
    tools = {"orusc": [source], "orusvm": [image], "orus-objdump": [image]}
    for tool, operands in tools.items():
        usage = {"none": [], "unknown": ["--frobnicate", *operands], "short": ["-?", *operands],
                 "response-missing": ["@" + row.path("none"), *operands],
                 "response-folder": ["@" + row.folder, *operands],
                 "bytes": [b"--\xff\xfe", *operands], "newline": ["--a\nb\x1b[31m", *operands]}
        if tool != "orusvm":
            usage["many"] = operands * 3
        for label, arguments in usage.items():
            with row.case(f"{tool}-{label}"):
                result = row.run(tool, *arguments)
                check(result.status == 64, result)
                check(result.err.startswith(tool.encode() + b": "), result)
                check(result.out == b"", result)
                check_text(result.err)
        with row.case(f"{tool}-dashes"):
            row.fails(row.run(tool, "--", "-missing"), 66, "'-missing'")
        with row.case(f"{tool}-response"):
            good = row.put("args", f'"{operands[0]}"\n')
            check(row.run(tool, "@" + good).status == 0, "a response file")
        with row.case(f"{tool}-response-cycle"):
            own = row.put("cycle", "@cycle\n")
            check(row.run(tool, "@" + own, *operands, timeout=10).status in (0, 64), "a cycle")
        with row.case(f"{tool}-long"):
            result = row.run(tool, "x" * 131_000)
            row.fails(result, 66, "file name too long")
    with row.case("orusvm-100000-arguments"):
        row.succeeds(row.run("orusvm", image, *["a"] * 100_000), b"hello\n")
    with row.case("orusvm-two-megabytes"):
        many = [("x" * 130_000)] * 13
        row.succeeds(row.run("orusvm", image, *many), b"hello\n")
    with row.case("orusvm-arguments-like-options"):
        row.succeeds(row.run("orusvm", image, "--fuel=1", "--help", "--", "@none", b"\xff"), b"hello\n")
    twice = {"fuel": ("orusvm", "--fuel=1", "--fuel=100000", image),
             "heap": ("orusvm", "--max-heap=1K", "--max-heap=64M", image),
             "output": ("orusc", "-o", "/nowhere/x", "-o", row.path("o"), source),
             "level": ("orusc", "-O0", "-O2", "-o", row.path("o"), source)}
    for label, command in twice.items():
        with row.case("twice-" + label):
            result = row.run(*command)  # the last counts, or it is an error of usage
            check(result.status in (0, 64), result)
    conflicts = {"check-emit": ("orusc", "--check", "--emit=ir", source),
                 "two-kinds-one-file": ("orusc", f"--emit=ir={row.path('k')},asm={row.path('k')}", source),
                 "image-and-rule": ("orusc", source, "-o", row.path("k"), "--MD", "--MF=" + row.path("k")),
                 "strip-nowhere": ("orus-objdump", "--strip-debug", image)}
    for label, command in conflicts.items():
        with row.case("conflict-" + label):
            result = row.run(*command)
            made = os.path.exists(row.path("k"))
            if made:
                os.unlink(row.path("k"))
            row.fails(result, 64)
            check(not made, "an output was made")
    for value in ("", "-1", "x", "1e400", "99999999999999999999", "nan", "inf", "0"):
        for option in ("--fuel", "--timeout", "--max-stack"):
            with row.case(f"value{option}-{value or 'empty'}"):
                result = row.run("orusvm", f"{option}={value}", image)
                if option == "--timeout" and value in ("inf", "1e400", "99999999999999999999"):
                    check(result.status in (0, 64), result)  # that time is not over yet
                    continue
                check(result.status == 64, result)
                check(result.err.startswith(b"orusvm: "), result)
