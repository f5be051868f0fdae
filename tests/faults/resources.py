"""Little memory, little stack, and many processes at once."""
import os
import resource
import subprocess

from harness import HELLO, fail_unless, fault

PROGRAMS = {
    "hello": HELLO,
    "arrays": "mut a: [i32] = []\nfor i in 0..2000000:\n    push(a, i)\nprint(len(a))\n",
    "strings": 'mut s = ""\nfor i in 0..400000:\n    s = s + "x"\nprint(len(s))\n',
    "objects": "struct P:\n    x: i32\n    y: i32\n\nmut all: [P] = []\nfor i in 0..300000:\n"
               "    push(all, P{x: i, y: i})\nprint(len(all))\n",
    "calls": "fn f(n: i32) -> i32:\n    if n == 0:\n        return 0\n    return 1 + f(n - 1)\nprint(f(5000))\n",
}


@fault(7, "little memory for a hostile image")
def hostile(bench):
    image = bytearray(open(bench.image(), "rb").read())
    path = bench.path("bad")
    for at in range(64, min(len(image), 600), 3):
        changed = bytearray(image)
        changed[at:at + 4] = b"\xff\xff\xff\xff"
        with open(path, "wb") as file:
            file.write(changed)
        for tool in ("orusvm", "orus-objdump"):
            bench.expect(bench.run(tool, path, limits=[(resource.RLIMIT_AS, 200 << 20)]), 76)


@fault(26, "less and less memory")
def address_space(bench):
    images = {name: bench.image(source, name) for name, source in PROGRAMS.items()}
    expected = {name: bench.run("orusvm", image).stdout for name, image in images.items()}
    for megabytes in (20, 30, 45, 70, 110, 160, 240, 400):
        limits = [(resource.RLIMIT_AS, megabytes << 20)]
        for name, image in images.items():
            result = bench.run("orusvm", image, limits=limits)
            bench.expect(result, (0, 75))
            fail_unless(result.returncode or result.stdout == expected[name], f"{name}: another output")
            bench.expect(bench.run("orus-objdump", image, limits=limits), (0, 75))
            bench.expect(bench.run("orusc", bench.path(name + ".orus"), "-o", bench.path("o"),
                                   limits=limits), (0, 75))


@fault(28, "a heap that is full")
def heap(bench):
    for source in ("mut a: [i32] = []\nwhile true:\n    push(a, 1)\n",
                   'mut s = "x"\nwhile true:\n    s = s + s\n    print(len(s))\n',
                   "mut a: [[i32]] = []\nwhile true:\n    push(a, [1, 2, 3])\n"):
        image = bench.image(source)
        bench.expect(bench.run("orusvm", "--max-heap=32M", image), (70, 75))
    image = bench.image("n = 1000000000\nmut a: [i32] = [0, n]\npush(a, 1)\nprint(a[5], len(a))\n")
    bench.expect(bench.run("orusvm", "--max-heap=64M", image), (70, 75))


@fault(29, "recursion without end")
def recursion(bench):
    sources = (
        "fn f(n: i32) -> i32:\n    return f(n + 1) + 1\nprint(f(0))\n",
        "fn f(n: i32) -> i32:\n    return g(n) + 1\nfn g(n: i32) -> i32:\n    return f(n) + 1\nprint(f(0))\n",
        "fn f(n: i32) -> i32:\n    try:\n        return f(n + 1) + 1\n    catch e:\n        return f(n) + 1\n"
        "print(f(0))\n",
    )
    for source in sources[:2]:
        image = bench.image(source)
        result = bench.expect(bench.run("orusvm", image), (70, 75))
        fail_unless(b"tack" in result.stderr and len(result.stderr) < 10000, "no short report")
    image = bench.image(sources[2])
    bench.expect(bench.run("orusvm", "--max-stack=64K", "--timeout=2", image), (0, 70, 75))


@fault(30, "a stack that is exactly full")
def stack(bench):
    source = "fn f(n: i32) -> i32:\n    if n == 0:\n        return 0\n    return 1 + f(n - 1)\nprint(f(%d))\n"
    low, high = 1, 200000
    image = {}
    def fits(depth):
        if depth not in image:
            image[depth] = bench.run("orusvm", "--max-stack=256K", bench.image(source % depth)).returncode
        return image[depth] == 0
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    fail_unless(1000 < low < 100000, f"{low} calls fit")
    bench.expect(bench.run("orusvm", "--max-stack=256K", bench.image(source % (low + 1))), (70, 75))


@fault(33, "many runs at once")
def many(bench):
    image = bench.image()
    processes = [bench.start("orusvm", image) for _ in range(64)]
    for process in processes:
        fail_unless(process.communicate(timeout=60)[0] == b"hello\n", f"status {process.returncode}")
    bench.only("program.orus", "program.orbc")


@fault(41, "another user, without a network")
def confined(bench):
    image = bench.image()
    os.chmod(bench.dir, 0o755)
    if os.geteuid() == 0 and os.system("command -v setpriv >/dev/null") == 0:
        result = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--",
                                 bench.tool("orusvm"), image], capture_output=True, timeout=30)
        fail_unless(result.returncode in (0, 126), f"status {result.returncode}: {result.stderr[:200]}")
    if os.system("unshare -n true 2>/dev/null") == 0:
        result = subprocess.run(["unshare", "-n", bench.tool("orusvm"), image], capture_output=True)
        fail_unless(result.stdout == b"hello\n", "no network")
