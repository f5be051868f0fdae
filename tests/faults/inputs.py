"""Inputs that are missing, of a strange kind, strangely named, or change under way."""
import os
import subprocess

from harness import HELLO, Failure, Skip, fail_unless, fault

TOOLS = ("orusc", "orusvm", "orus-objdump")


@fault(1, "inputs that cannot be opened")
def unopenable(bench):
    folder = bench.path("folder.orus")
    os.mkdir(folder)
    os.symlink(bench.path("nowhere"), bench.path("dangling.orus"))
    os.symlink(bench.path("circle.orus"), bench.path("circle.orus"))
    for tool in TOOLS:
        for name, reason in (("missing.orus", "no such file"), ("folder.orus", "is a directory"),
                             ("dangling.orus", "no such file"), ("circle.orus", "symbolic links")):
            bench.expect(bench.run(tool, bench.path(name)), 66, reason, name)


@fault(1, "inputs without permission")
def unreadable(bench):
    secret = bench.write("secret.orus", HELLO)
    os.chmod(secret, 0)
    if os.geteuid() == 0:
        if os.system("command -v setpriv >/dev/null") != 0:
            raise Skip("root reads everything")
        os.chmod(bench.dir, 0o755)
        for tool in TOOLS:
            result = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                     bench.tool(tool), secret], capture_output=True, timeout=30)
            if result.returncode == 126:
                raise Skip("another user cannot run the tools here")
            fail_unless(result.returncode == 66 and b"ermission denied" in result.stderr,
                        f"{tool}: {result.returncode} {result.stderr[:200]}")
        return
    for tool in TOOLS:
        bench.expect(bench.run(tool, secret), 66, "ermission denied", "secret.orus")


@fault(2, "empty inputs")
def empty(bench):
    image = bench.image("", "empty")
    fail_unless(bench.expect(bench.run("orusvm", image), 0).stdout == b"", "output of nothing")
    nothing = bench.write("nothing.orbc", b"")
    for tool in ("orusvm", "orus-objdump"):
        bench.expect(bench.run(tool, nothing), 76, "file too small", "nothing.orbc")


@fault(3, "streams and endless inputs")
def streams(bench):
    image = open(bench.image(), "rb").read()
    for tool in ("orusvm", "orus-objdump"):
        bench.expect(bench.run(tool, "/dev/zero"), 76, "/dev/zero")
        bench.expect(bench.run(tool, "/proc/self/status"), 76)
        bench.expect(bench.run(tool, "-", input=image), 0)
    bench.expect(bench.run("orusc", "-o", bench.path("x"), "/dev/zero"), 65)
    bench.expect(bench.run("orusc", "-o", bench.path("y"), "-", input=HELLO.encode()), 0)
    pipe = bench.path("pipe.orbc")
    os.mkfifo(pipe)
    process = bench.start("orusvm", pipe)
    with open(pipe, "wb") as file:
        file.write(image)
    fail_unless(process.communicate(timeout=30)[0] == b"hello\n", "an image from a pipe")


@fault(3, "an image that never ends")
def endless_image(bench):
    image = open(bench.image(), "rb").read()
    result = subprocess.run(f"(cat '{bench.path('program.orbc')}'; cat /dev/zero) | "
                            f"'{bench.tool('orusvm')}' -", shell=True, capture_output=True, timeout=30)
    fail_unless(result.returncode == 76 and image, f"status {result.returncode}")


@fault(4, "an image that is cut or replaced while it runs")
def replaced(bench):
    source = "mut s = 0\nfor i in 0..100000000:\n    s = (s + i) % 1000003\nprint(s)\n"
    image = bench.image(source)
    expected = bench.run("orusvm", image).stdout
    for change in ("truncate", "overwrite", "unlink"):
        image = bench.image(source)
        size = os.path.getsize(image)
        process = bench.start("orusvm", image)
        # The image is loaded well before the loop ends.
        while not open(f"/proc/{process.pid}/maps").read():
            pass
        import time
        time.sleep(0.1)
        if change == "truncate":
            os.truncate(image, 0)
        elif change == "overwrite":
            with open(image, "r+b") as file:
                file.write(b"\xff" * size)
        else:
            os.unlink(image)
        output, errors = process.communicate(timeout=60)
        fail_unless(process.returncode == 0 and output == expected,
                    f"{change}: {process.returncode} {errors[:200]}")


@fault(8, "strange paths")
def paths(bench):
    names = [b"n\xff\xfe.orus", b"new\nline.orus", b"two words.orus", b"n" * 250 + b".orus",
             b"\x1b[31m.orus"]
    for name in names:
        path = os.fsencode(bench.dir) + b"/" + name
        with open(path, "wb") as file:
            file.write(HELLO.encode())
        image = path[:-5] + b".orbc"
        bench.expect(bench.run("orusc", path), 0)
        fail_unless(bench.run("orusvm", image).stdout == b"hello\n", repr(name))
        bench.expect(bench.run("orus-objdump", image), 0)
        with open(image, "r+b") as file:
            file.truncate(100)
        errors = bench.expect(bench.run("orusvm", image), 76).stderr
        if b"\n" in errors[:-1] or b"\x1b" in errors or b"\xff" in errors:
            raise Failure(f"a name is not escaped: {errors}")
        os.unlink(path)
        os.unlink(image)
    deep = bench.dir
    while len(str(deep)) < 3800:
        deep = deep / ("d" * 200)
    os.makedirs(deep)
    (deep / "p.orus").write_text(HELLO)
    bench.expect(bench.run("orusc", str(deep / "p.orus")), 0)
    bench.expect(bench.run("orusvm", str(deep / ("x" * 300))), 66)


@fault(36, "a listing of everything that is no image")
def listings(bench):
    image = bench.image()
    for content in (b"", b"\x7fELF", HELLO.encode(), open(image, "rb").read()[:200], os.urandom(4096)):
        path = bench.write("odd", content)
        result = bench.expect(bench.run("orus-objdump", "-x", "-d", path), 76, "odd")
        fail_unless(not any(c < 32 and c != 10 for c in result.stdout), "control bytes")
    huge = bench.path("huge")
    with open(huge, "wb") as file:
        file.truncate(1 << 30)
    bench.expect(bench.run("orus-objdump", huge), 76)


@fault(37, "odd environments")
def environments(bench):
    image = bench.image()
    base = {"PATH": os.environ["PATH"]}
    for change in ({}, {"HOME": "/nowhere"}, {"LC_ALL": "xx_YY.odd"}, {"TZ": ":odd"}, {"TERM": "dumb"},
                   {"COLUMNS": "0"}, {"LC_ALL": "tr_TR.UTF-8"}, {"BIG": "x" * 131000}):
        for environment in ({**change}, {**base, **change}):
            bench.expect(bench.run("orusc", bench.path("program.orus"), env=environment), 0)
            fail_unless(bench.run("orusvm", image, env=environment).stdout == b"hello\n", str(change)[:60])
            bench.expect(bench.run("orus-objdump", image, env=environment), 0)
    gone = bench.path("gone")
    os.mkdir(gone)
    script = f"cd '{gone}' && rmdir '{gone}' && exec '{bench.tool('orusvm')}' '{image}'"
    result = subprocess.run(["sh", "-c", script], capture_output=True, timeout=30)
    fail_unless(result.stdout == b"hello\n", f"a deleted working folder: {result.stderr[:200]}")


@fault(39, "no file descriptors left")
def descriptors(bench):
    import resource
    image = bench.image()
    for count in range(3, 9):
        for tool, arguments in (("orusc", (bench.path("program.orus"), "-o", bench.path("o"))),
                                ("orusvm", (image,)), ("orus-objdump", (image,))):
            result = bench.run(tool, *arguments, limits=[(resource.RLIMIT_NOFILE, count)])
            if result.returncode == 127 and b"shared" in result.stderr:
                continue  # the loader could not open the C library
            bench.expect(result, (0, 66, 73, 74))
            if result.returncode:
                fail_unless(b"oo many open files" in result.stderr, f"{tool}: {result.stderr[:200]}")


@fault(42, "command lines")
def command_lines(bench):
    image = bench.image()
    for tool in TOOLS:
        bench.expect(bench.run(tool), 64)
        bench.expect(bench.run(tool, "--no-such-option"), 64, "no-such-option")
        bench.expect(bench.run(tool, "@" + bench.path("nowhere")), 64, "nowhere")
        bench.expect(bench.run(tool, "--", bench.path("missing")), 66)
    bench.expect(bench.run("orusvm", image, *(["argument"] * 10000)), 0)
    bench.expect(bench.run("orusvm", image, "x" * 130000), 0)
    bench.expect(bench.run("orusvm", image, b"\xff\xfe"), 0)
    # The last of an option that is given twice counts.
    bench.expect(bench.run("orusvm", "--fuel=1000", "--fuel=0", image), 64)
    bench.expect(bench.run("orusvm", "--timeout=0", "--timeout=20", image), 0)
