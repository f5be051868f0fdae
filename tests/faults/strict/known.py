"""Cases that fail, each with what happens and what should. One that passes must leave the list."""

KNOWN = {}


def known(what, *names):
    for name in names:
        KNOWN[name] = what


ALIASES = ("itself", "dots", "symlink", "module")

# ---- an input is lost
known("-o and --emit=image= replace the source of a module with the image, status 0; only the main "
      "source is protected. 64 or 73, and the module as it was",
      "16-input-o-module", "16-input-emit-module")
known("--diagnostic-output=SOURCE empties the source before it is read, status 0 or 65; also through "
      "links of both kinds. 64 or 73, and the source as it was",
      *(f"16-input-diagnostic-output-{alias}" for alias in (*ALIASES, "hardlink")))
for option in ("MF", "remarks", "stats", "time-trace"):
    known(f"--{option} given a source replaces it with its report, status 0. 64 or 73, and the source "
          "as it was", *(f"16-input-{option}-{alias}" for alias in ALIASES))
known("orusvm --profile-out=IMAGE IMAGE replaces the image with the profile, status 0. 64 or 73",
      "16-input-orusvm-profile")
known("orusvm --diagnostic-output=IMAGE IMAGE leaves the image empty, status 0. 64 or 73",
      "16-input-orusvm-reports")

# ---- outputs
known("an output that is a symbolic link to itself is found only after compiling, so 65 for a source "
      "in error. 73 first", "16-orusc-circle")
known("an output that is a symbolic link to itself is replaced by the image, status 0. 73 and "
      "`too many levels of symbolic links`", "16-orusc-late-circle")
known("a name of over 255 bytes is tried only after compiling, so 65 for a source in error. 73 first",
      "16-orusc-" + "n" * 20)
known("the reason for a folder without permission to write is given as `no such file` (lstat() "
      "overwrites errno in openTemporary). `permission denied`", "16-read-only-folder")
known("orusc: cannot write '/dev/full', without a reason. `no space left on device` behind it",
      "17-orusc-diagnostic-output")
known("standard output to a file beyond `ulimit -f` ends the tool by SIGXFSZ, without a message; the "
      "signal is ignored only once an OutputFile exists. 74 and `file too large`",
      "17-file-size-stdout-orusc", "17-file-size-stdout-objdump", "17-file-size-stdout-orusvm")
known("rename() across devices gives 73 `cannot create`. 74 by the list of faults, or the list needs "
      "73 for it", "45-rename-exdev-orusc", "45-rename-exdev-orus-objdump", "45-rename-exdev-orusvm")
known("an output path of 4,090 to 4,095 bytes with a short last name: 73, as the temporary name is 7 "
      "bytes longer than a path may be. The image is written", "08-path-4095-name-9")

# ---- signals and pipes
known("orusc --emit=ast to a non-blocking pipe: 74 `resource temporarily unavailable` once it is full. "
      "It waits, as orusvm and orus-objdump do", "24-orusc-nonblocking", "24-orusc-nonblocking-eintr")
known("orusvm blocked in write() to a full pipe goes on after the first SIGINT: a write that is "
      "interrupted after some bytes is taken up again without a look at the signal. It ends by SIGINT",
      "32-blocked-write")

# ---- programs and command lines
known("a name of 1,000,000 bytes compiles, status 0, and orusvm refuses the image with 76 (V3). 65 and "
      "E9003 from orusc", "12-name-million")
known("the excerpt of a report holds U+202E as it is, which turns the line around. `?`, as for control "
      "characters", "09-bidi")
known("a hard link to a module is a second module, with variables of its own. 10.7: a file is read and "
      "compiled once, however it is spelt", "15-hard-link-of-a-file")
known("an unknown option is repeated with its bytes as they are: escapes, newlines and what is no UTF-8. "
      "Escaped, as file names are",
      *(f"42-{tool}-{kind}" for tool in ("orusc", "orusvm", "orus-objdump")
        for kind in ("bytes", "newline")))
known("--emit=ir=F,asm=F writes both to one file, status 0; the last stays. 64",
      "42-conflict-two-kinds-one-file")
known("-o F --MD --MF=F loses the image to the rule, status 0. 64", "42-conflict-image-and-rule")
known("--timeout=inf, 1e400 or 1e20 ends the program at once with 75, as the time overflows. It runs, "
      "or 64", "42-value--timeout-inf", "42-value--timeout-1e400",
      "42-value--timeout-99999999999999999999")
