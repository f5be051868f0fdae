"""Sources that are strange in bulk: deep, long, broken, or not text."""
import resource

from harness import fail_unless, fault


@fault(9, "sources that are not plain text")
def texts(bench):
    for name, content, allowed in (
            ("bom", b'\xef\xbb\xbfprint("x")\n', (0, 65)), ("nul", b'print("a\0b")\n', (0, 65)),
            ("latin", b'print("\xe9")\n', (65,)), ("crlf", b"x = 1\r\nprint(x)\r\n", (0, 65)),
            ("cr", b"x = 1\rprint(x)\r", (0, 65)), ("tabs", b"if true:\n\tprint(1)\n", (0, 65)),
            ("separator", "print(1)\u2028print(2)\n".encode(), (65,)),
            ("bidi", "print(\"\u202e\")\n".encode(), (0, 65)), ("string", b'print("never ends', (65,)),
            ("comment", b"/* never ends", (65,)), ("noise", bytes(range(256)) * 40, (65,))):
        source = bench.write(name + ".orus", content)
        result = bench.expect(bench.run("orusc", "-Wnone", source, "-o", bench.path("o")), allowed)
        fail_unless(result.returncode == 0 or b":1" in result.stderr or b":2" in result.stderr,
                    f"{name}: no place")


@fault(12, "long lines and tokens")
def long_tokens(bench):
    million = 1000000
    for name, content in (("line", "x = 0" + " + 1" * (million // 100) + "\n"),
                          ("name", "x" * million + " = 1\n"),
                          ("string", 'print(len("' + "x" * (5 * million) + '"))\n'),
                          ("comment", "// " + "x" * (10 * million) + "\n")):
        source = bench.write(name + ".orus", content)
        result = bench.expect(bench.run("orusc", "-Wnone", source), (0, 65))
        fail_unless(len(result.stderr) < 10000, f"{name}: the excerpt is not shortened")


DEEP = {
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n + "\n",
    "minus": lambda n: "x = " + "-" * n + "1\n",
    "not": lambda n: "x = " + "not " * n + "true\n",
    "arrays": lambda n: "x = " + "[" * n + "1" + "]" * n + "\n",
    "types": lambda n: "fn f(x: " + "[" * n + "i32" + "]" * n + "):\n    pass\n",
    "calls": lambda n: "fn f(x: i32) -> i32:\n    return x\nx = " + "f(" * n + "1" + ")" * n + "\n",
    "indices": lambda n: "a = [0, 1, 2]\nx = " + "a[" * n + "0" + "]" * n + "\n",
    "closures": lambda n: "f = " + "fn() -> any: " * n + "1\n",
    "comments": lambda n: "/*" * n + "*/" * n + "\n",
}


@fault(13, "deep nesting, also with a small stack")
def deep(bench):
    for name, make in DEEP.items():
        source = bench.write(name + ".orus", make(100000))
        for stack in (resource.RLIM_INFINITY, 8 << 20, 256 << 10):
            limits = [] if stack == resource.RLIM_INFINITY else [(resource.RLIMIT_STACK, stack)]
            result = bench.run("orusc", "-Wnone", source, "-o", bench.path("o"), limits=limits)
            bench.expect(result, (0, 65))
    blocks = "".join(" " * i + "if true:\n" for i in range(3000)) + " " * 3000 + "pass\n"
    bench.expect(bench.run("orusc", bench.write("blocks.orus", blocks)), (0, 65))


@fault(14, "a hundred thousand errors")
def errors(bench):
    source = bench.write("a.orus", "x = nothing\n" * 100000)
    result = bench.expect(bench.run("orusc", source), 65)
    fail_unless(len(result.stderr) < 20000, "more than a screen or two of errors")
    fail_unless(result.stderr.count(b"[E") <= 20, "more than 20 reports")


@fault(15, "imports in circles, missing and by the hundred")
def imports(bench):
    bench.write("a.orus", "use b\nprint(1)\n")
    bench.write("b.orus", "use a\n")
    bench.expect(bench.run("orusc", bench.path("a.orus")), 65)
    bench.expect(bench.run("orusc", bench.write("self.orus", "use self_\n")), 65)
    bench.expect(bench.run("orusc", bench.write("lost.orus", "use nowhere\n")), 65)
    count = 300
    for i in range(count):
        following = f"use m{i + 1}\n" if i + 1 < count else ""
        bench.write(f"m{i}.orus", f"{following}pub v{i} = {i}\n")
    image = bench.path("main.orbc")
    bench.expect(bench.run("orusc", "-Wnone", bench.write("main.orus", "use m0\nprint(m0.v0)\n")), 0)
    fail_unless(bench.run("orusvm", image).stdout == b"0\n", "a chain of modules")
