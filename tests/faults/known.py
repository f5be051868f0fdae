"""Cases that fail, each with what happens and what should. One that passes must leave the list."""

KNOWN = {}


def known(what, *names):
    for name in names:
        KNOWN[name] = what


# ---- outputs
known("an output that is a symbolic link to itself is found only after compiling, so 65 for a source "
      "in error. 73 first", "16-orusc-circle")
known("an output that is a symbolic link to itself is replaced by the image, status 0. 73 and "
      "`too many levels of symbolic links`", "16-orusc-late-circle")
known("a name of over 255 bytes is tried only after compiling, so 65 for a source in error. 73 first",
      "16-orusc-" + "n" * 20)
known("the reason for a folder without permission to write is given as `no such file` (lstat() "
      "overwrites errno in openTemporary). `permission denied`", "16-read-only-folder")
known("an output path of 4,090 to 4,095 bytes with a short last name: 73, as the temporary name is 7 "
      "bytes longer than a path may be. The image is written", "08-path-4095-name-9")

# ---- signals and pipes
known("orusc --emit=ast to a non-blocking pipe: 74 `resource temporarily unavailable` once it is full. "
      "It waits, as orusvm and orus-objdump do", "24-orusc-nonblocking", "24-orusc-nonblocking-eintr")

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
