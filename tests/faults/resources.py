"""Little memory, full stacks, odd surroundings and crowds."""

import os
import re
import subprocess

from support import (TIMEOUT, Failure, Skip, as_nobody, check, faulty, in_namespace, limits,
                     need_nobody)

MB = 1 << 20
PROGRAMS = {
    "hello": 'print("hello")\n',
    "array": "mut a: [i32] = []\nfor i in 0..3000000: push(a, i)\nprint(len(a), a[2999999])\n",
    "text": 'mut s = ""\nfor i in 0..300000: s = s + "abcdefgh"\nprint(len(s))\n',
    "prepend": 'mut s = ""\nfor i in 0..20000: s = "ab" + s\nprint(len(s))\n',
    "objects": "struct P:\n    x: i32\n    y: f64\nmut a: [P] = []\nfor i in 0..200000:\n"
               "    push(a, P{ x: i, y: 0.5 })\nprint(a[199999].x)\n",
    "garbage": "mut t = 0\nfor i in 0..300000:\n    a = [i, i, i]\n    t = (t + len(a)) % 1000\nprint(t)\n",
    "calls": "fn f(n: i32) -> i32: 0 if n == 0 else 1 + f(n - 1)\nprint(f(9000))\n",
    "closures": "mut fs: [fn() -> i32] = []\nfor i in 0..100000:\n    push(fs, fn() -> i32: i)\n"
                "print(fs[7]())\n",
    "repeat": "a = [7] * 5000000\nprint(len(a))\n",
    "sort": "mut a: [i32] = []\nfor i in 0..200000: push(a, (i * 7919) % 200003)\nprint(sorted(a)[5])\n",
    "any": 'mut a: [any] = []\nfor i in 0..100000:\n    push(a, i)\n    push(a, "x")\nprint(len(a))\n',
}


def row_07_hostile_counts(row):
    """What a count says is not allocated before it is known to be there."""
    text = ('.manifest entry=f0\n.type function\n.module "main"\n.string "abc"\n'
            '.function "" t10\n  ret\n')
    plain = row.assemble("plain", text)
    listing = row.run("orus-objdump", "-h", plain)
    sections = re.findall(r"\b([A-Z][A-Z_]{2,})\b", listing.out.decode())
    check(len(set(sections)) > 5, listing)
    patches = [f".patch {section}.{field} = {value}" for section in sorted(set(sections))
               for field in ("count", "size") for value in (2**32 - 1, 2**31)]
    patches += [f".patch {section} + 0 {patch}" for section in sorted(set(sections))
                for patch in ("u32 = 4294967295", "u64 = 1152921504606846975")]
    patches += ["header.sectionCount = 65535", "header.fileSize = 1073741823"]
    with row.case("counts"):
        refused = 0
        for patch in patches:
            patch = patch if patch.startswith(".") else ".patch " + patch
            source = row.put("bad.oia", text + patch + "\n")
            made = row.run("orus-image-as", source, "-o", row.path("bad"))
            if made.status != 0:
                continue  # the assembler knows no such field or offset
            for tool in ("orusvm", "orus-objdump"):
                options = ["--verify", "-x"] if tool == "orus-objdump" else []
                result = row.run(tool, *options, row.path("bad"), preexec_fn=limits(AS=200_000 << 10))
                if tool == "orusvm" and result.status == 0:
                    break  # a section that nothing reads
                check(result.status in (76, 78), f"{patch}: {result}")
                check(result.err.startswith(tool.encode() + b": '"), f"{patch}: {result}")
                refused += 1
        check(refused > 30, f"only {refused} images were refused")


def row_26_address_space(row):
    """From 20 MB up: 75 and one message, or the right output."""
    images = {name: row.image(name, source) for name, source in PROGRAMS.items()}
    expected = {name: row.run("orusvm", image).out for name, image in images.items()}
    steps = [20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 96, 128, 160, 192, 256, 400]
    source = row.put("source.orus", "".join(
        f"fn _f{i}(n: i32) -> i32:\n    mut s = n\n    for k in 0..n: s += k * {i}\n    return s\n"
        for i in range(1500)))

    def judge(result, wanted=None):
        if result.status == 75:
            check(b"out of memory" in result.err.lower(), result)
            check(wanted is None or wanted.startswith(result.out), f"wrong output: {result}")
            return
        check(result.status == 0, result)
        check(wanted is None or result.out == wanted, f"wrong output: {result}")

    for name, image in images.items():
        with row.case("orusvm-" + name):
            for megabytes in steps:
                try:
                    judge(row.run("orusvm", image, preexec_fn=limits(AS=megabytes * MB)),
                          expected[name])
                except Failure as failure:
                    raise Failure(f"{megabytes} MB: {failure}") from None
            judge(row.run("orusvm", image), expected[name])
    listing = row.run("orus-objdump", "-x", "-d", images["sort"]).out
    with row.case("objdump"):
        for megabytes in steps:
            judge(row.run("orus-objdump", "-x", "-d", images["sort"],
                          preexec_fn=limits(AS=megabytes * MB)), listing)
    whole = None
    with row.case("orusc"):
        row.succeeds(row.run("orusc", source, "-o", row.path("whole")))
        whole = row.get("whole")
        for megabytes in steps:
            row.put("o", "old")
            result = row.run("orusc", source, "-o", row.path("o"), preexec_fn=limits(AS=megabytes * MB))
            judge(result)
            check(row.get("o") == (whole if result.status == 0 else b"old"),
                  f"{megabytes} MB: the output is something else")


def row_28_heap(row):
    """The limit ends the program with 75; what is no lack of memory is a panic that can be caught."""
    endless = {"push": "mut a: [i32] = []\nwhile true: push(a, 1)\n",
               # A text that nothing looked at would not be made.
               "double": 'mut s = "x"\nwhile true:\n    s = s + s\n    if len(s) == 7: print(s)\n',
               "nested": "mut a: any = 1\nwhile true:\n    b: [any] = [a]\n    a = b\n",
               "array-of-a-billion": "n = 1000000000\na = [1] * n\nprint(len(a))\n"}
    for name, source in endless.items():
        for heap in ("1M", "32M"):
            with row.case(f"{name}-{heap}"):
                image = row.image(name, source)
                result = row.run("orusvm", "--max-heap=" + heap, image, preexec_fn=limits(AS=400 * MB))
                check(result.status == 75 and b"E0042" in result.err, result)
    with row.case("uncatchable"):
        image = row.image("catch", "mut a: [i32] = []\ntry:\n    while true: push(a, 1)\ncatch e:\n"
                                   "    print(e)\n")
        result = row.run("orusvm", "--max-heap=4M", image)
        check(result.status == 75 and not result.out, result)
    with row.case("bad-counts"):
        image = row.image("counts", "for n in [-1, -2147483647, 2147483647]:\n    try:\n"
                                    "        a = [0.5, 1.5, 2.5] * n\n        print(len(a))\n"
                                    "    catch e:\n        print(e)\nprint(len([1] * 3))\n")
        result = row.run("orusvm", "--max-heap=16M", image)
        lines = result.out.splitlines()
        check(result.status == 0 and len(lines) == 4 and lines[3] == b"3", result)
    for size in ("0", "-1", "x", "1Q", "99999999999999999999", "1e3", "", "9223372036854775808"):
        with row.case(f"size-{size or 'empty'}"):
            row.fails(row.run("orusvm", f"--max-heap={size}", row.image("h", "print(1)\n")), 64,
                      "--max-heap")
    for size in ("1", "1K", "4096M", "8388607G"):
        with row.case("small-or-huge-" + size):
            result = row.run("orusvm", "--max-heap=" + size, row.image("h", "print(1)\n"))
            check(result.status in (0, 75), result)


RECURSIONS = {
    "self": "fn f(n: i32) -> i32: 1 + f(n + 1)\nprint(f(0))\n",
    "mutual": "fn f(n: i32) -> i32: 1 + g(n)\nfn g(n: i32) -> i32: 1 + f(n)\nprint(f(0))\n",
    "closure": "mut h = fn(n: i32) -> i32: n\nh = fn(n: i32) -> i32: 1 + h(n)\nprint(h(0))\n",
    "method": "struct P:\n    n: i32\nimpl P:\n    fn f(self) -> i32: 1 + self.f()\nprint(P{ n: 1 }.f())\n",
    "handlers": "fn f(n: i32) -> i32:\n    try:\n        return 1 / (n - n)\n    catch e:\n"
                "        return 1 + f(n)\nprint(f(0))\n",
}


def row_29_recursion(row):
    """A stack overflow is a short report, 70, or 75 under a size of the user's; it can be caught."""
    for name, source in RECURSIONS.items():
        image = row.image(name, source)
        for options, status in (((), 70), (("--max-stack=64K",), 75), (("--gc-stress=alloc", "--max-stack=64K"), 75)):
            with row.case(f"{name}{''.join(options)}"):
                result = row.run("orusvm", *options, image, preexec_fn=limits(STACK=256 << 10))
                check(result.status == status and b"E0030" in result.err, result)
                check(b"calls more" in result.err and result.err.count(b"\n") < 60, result)
    caught = ("fn f(n: i32) -> i32: 1 + f(n + 1)\nmut k = 0\nfor i in 0..20:\n    try:\n        f(0)\n"
              "    catch e:\n        k += 1\nprint(k)\n")
    with row.case("caught-again-and-again"):
        row.succeeds(row.run("orusvm", row.image("caught", caught)), b"20\n")
    deep = {"array": "mut a: any = 1\nfor _i in 0..100000:\n    b: [any] = [a]\n    a = b\n",
            "cycle": "c: [any] = []\npush(c, c)\na: any = c\n"}
    for name, source in deep.items():
        with row.case("print-" + name):
            image = row.image("print", source + "try:\n    print(a)\ncatch e:\n    print(e)\n")
            row.succeeds(row.run("orusvm", image, preexec_fn=limits(STACK=256 << 10)),
                         b"Error: Value nesting too deep\n")
        for label, step in {"equal": "x = a == a", "assert": 'assert_eq("x", a, 1)'}.items():
            with row.case(f"{label}-{name}"):
                image = row.image("step", source + f"try:\n    {step}\n    print(1)\ncatch e:\n"
                                                   "    print(2)\n")
                result = row.run("orusvm", image, preexec_fn=limits(STACK=256 << 10))
                check(result.status == 0 and len(result.out) < 100, result)


def row_30_exact(row):
    """At the limit, one slot before and one after: a report or the result, never a crash."""
    kinds = {
        "call": "fn f(n: i32) -> i32:\n    if n == 0: return 0\n    return 1 + f(n - 1)\n",
        "wide": "fn f(n: i32) -> i32:\n    if n == 0: return 0\n    a = n * 3\n    b = a + n\n"
                "    return (1 + f(n - 1)) * 1 + (a + b) % 1\n",
        "references": 'fn f(n: i32) -> i32:\n    if n == 0: return 0\n    s = n as string\n'
                      "    return 1 + f(n - 1) + len(s) * 0\n",
        "handler": "fn f(n: i32) -> i32:\n    if n == 0: return 0\n    try:\n        return 1 + f(n - 1)\n"
                   "    catch e:\n        return 1 / 0\n",
        "native": "fn f(n: i32) -> i32:\n    if n == 0: return len(sorted([3, 1, 2])) - 3\n"
                  "    return 1 + f(n - 1)\n",
    }
    for kind, function in kinds.items():
        with row.case(kind):
            image = row.image(kind, function + "n = int(input())\nprint(f(n))\n")
            size = 64 << 10

            def depth(size, image=image):
                low, high = 0, 20000
                while low < high:
                    middle = (low + high + 1) // 2
                    result = row.run("orusvm", f"--max-stack={size}", image, stdin=b"%d\n" % middle)
                    if result.status == 0:
                        check(result.out == b"%d\n" % middle, result)
                        low = middle
                    else:
                        check(result.status in (70, 75), result)
                        high = middle - 1
                return low
            most = depth(size)
            check(100 < most < 20000, f"{most} calls fit")
            # The same depth in stacks that differ by less than a slot to some windows.
            fit = []
            for change in range(-256, 257, 8):
                result = row.run("orusvm", f"--max-stack={size + change}", image, stdin=b"%d\n" % most)
                check(result.status in (0, 70, 75), f"{change:+}: {result}")
                fit.append(result.status == 0)
            check(fit == sorted(fit), f"a smaller stack holds more: {fit}")


def row_33_crowd(row):
    """Runs share nothing."""
    image = row.image("sum", "mut t = 0\nfor i in 0..100000: t = (t + i) % 1009\nprint(t)\n")
    expected = row.run("orusvm", image).out
    before = sorted(os.listdir(row.folder))
    with row.case("64-at-once"):
        running = [subprocess.Popen(row.command("orusvm", [image]), stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, cwd=row.folder) for _ in range(64)]
        for process in running:
            out, err = process.communicate(timeout=TIMEOUT)
            check((process.returncode, out, err) == (0, expected, b""), (process.returncode, err))
        check(sorted(os.listdir(row.folder)) == before, "files were left")
    with row.case("1000-in-a-row"):
        script = 'i=0; while [ $i -lt 1000 ]; do "$1" "$2" || exit; i=$((i + 1)); done'
        done = subprocess.run(["sh", "-c", script, "sh", row.tool("orusvm"), image],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
        check(done.returncode == 0 and done.stdout == expected * 1000 and not done.stderr,
              (done.returncode, done.stderr))
        check(sorted(os.listdir(row.folder)) == before, "files were left")


def row_37_environment(row):
    """Nothing depends on the environment but what the manual names."""
    source, image = row.path("a.orus"), row.image("a", 'print("é", 1.5, sorted(["b", "a"]))\n')
    expected, whole = row.run("orusvm", image).out, row.get("a")
    listing = row.run("orus-objdump", "-x", "-d", image).out
    environments = {"empty": {}, "home": {"HOME": "/nowhere"}, "locale": {"LC_ALL": "de_DE.UTF-8"},
                    "turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr"}, "odd": {"LC_ALL": "\x01\xff"},
                    "zone": {"TZ": "../../etc/passwd"}, "dumb": {"TERM": "dumb", "COLUMNS": "0"},
                    "long": {"BIG": "x" * 131_000}, "path": {"ORUSPATH": ":::/nowhere: :" + "y" * 9000},
                    "colour": {"NO_COLOR": "", "TERM": ""}, "tmp": {"TMPDIR": "/nowhere"},
                    "flags": {"ORUSC_FLAGS": ""}}
    for label, environment in environments.items():
        with row.case(label):
            row.succeeds(row.run("orusc", source, "-o", row.path("o"), env=environment))
            check(row.get("o") == whole, "another image")
            row.succeeds(row.run("orusvm", image, env=environment), expected)
            row.succeeds(row.run("orus-objdump", "-x", "-d", image, env=environment), listing)
    with row.case("deleted-folder"):
        script = 'mkdir g && cd g && rmdir ../g && exec "$@"'
        for command in ([row.tool("orusc"), source, "-o", row.path("o")], [row.tool("orusvm"), image],
                        [row.tool("orus-objdump"), image]):
            done = subprocess.run(["sh", "-c", script, "sh", *command], cwd=row.folder, timeout=TIMEOUT,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            check(done.returncode == 0 and not done.stderr, (done.returncode, done.stderr))
    with row.case("deleted-folder-relative"):
        done = subprocess.run(["sh", "-c", script, "sh", row.tool("orusc"), "x.orus"], cwd=row.folder,
                              timeout=TIMEOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        check(done.returncode == 66 and b"no such file" in done.stderr, (done.returncode, done.stderr))


def row_41_confined(row):
    """Few rights suffice."""
    image = row.image("hello", PROGRAMS["hello"])
    with row.case("nobody"):
        need_nobody(row)
        row.succeeds(row.run("orusvm", image, **as_nobody()), b"hello\n")
    with row.case("read-only"):
        done = in_namespace(row, 'mount --bind . . && mount -o remount,ro,bind . || exit 125; cd .;'
                                 ' "$1" "$2"', row.tool("orusvm"), image)
        check(done.returncode == 0 and done.stdout == b"hello\n", (done.returncode, done.stderr))
    with row.case("read-only-output"):
        done = in_namespace(row, 'mount --bind . . && mount -o remount,ro,bind . || exit 125;'
                                 ' cd "$PWD"; "$1" "$2" -o "$3"', row.tool("orusc"),
                            row.path("hello.orus"), row.path("o"))
        check(done.returncode == 73 and b"read-only file system" in done.stderr,
              (done.returncode, done.stderr))
    with row.case("no-network"):
        done = in_namespace(row, '"$1" "$2"', row.tool("orusvm"), image, flags="-n")
        check(done.returncode == 0 and done.stdout == b"hello\n", (done.returncode, done.stderr))
    with row.case("no-executable-memory"):
        for command, out in ((("orusvm", image), b"hello\n"), (("orus-objdump", "-f", image), None),
                             (("orusc", row.path("hello.orus"), "-o", row.path("o")), b"")):
            result = row.run(*command, env=faulty(row, SECCOMP=1))
            if result.status == 125:
                raise Skip("no seccomp")
            row.succeeds(result, out)
    with row.case("cgroup-32-megabytes"):
        group = next((path for path in ("/sys/fs/cgroup/memory", "/sys/fs/cgroup")
                      if os.path.exists(path + "/memory.limit_in_bytes")
                      or os.path.exists(path + "/cgroup.subtree_control")), None)
        own = f"{group}/orus-fault-{os.getpid()}"
        try:
            os.mkdir(own)
        except OSError as error:
            raise Skip(f"no memory cgroup: {error}") from None
        try:
            name = "memory.max" if os.path.exists(own + "/memory.max") else "memory.limit_in_bytes"
            with open(f"{own}/{name}", "w", encoding="ascii") as file:
                file.write(str(32 * MB))

            def enter():
                with open(own + "/cgroup.procs", "w", encoding="ascii") as file:
                    file.write("0")
            row.succeeds(row.run("orusvm", image, preexec_fn=enter), b"hello\n")
            fat = row.image("array", PROGRAMS["array"])
            result = row.run("orusvm", "--max-heap=16M", fat, preexec_fn=enter)
            check(result.status in (0, 75), result)
        except OSError as error:
            raise Skip(f"no memory cgroup: {error}") from None
        finally:
            os.rmdir(own)
