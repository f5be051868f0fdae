# Configuration of lit for the tests of the tools. ctest runs each folder by itself and passes
# --param bin= (folder of the tools), out= (scratch folder) and llvm= (folder of FileCheck).
import os
import sys

import lit.formats

config.name = "orus"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".orus", ".ir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.abspath(lit_config.params["out"])

binaries = os.path.abspath(lit_config.params["bin"])
llvm = lit_config.params.get("llvm", "/usr/lib/llvm-19/bin")
golden = [sys.executable, os.path.join(config.test_source_root, "golden.py")]
if lit_config.params.get("update"):
    golden.append("--update")

# Longer names first: lit replaces in this order and by plain text.
config.substitutions += [
    ("%python", sys.executable),
    ("%status", sys.executable + " " + os.path.join(config.test_source_root, "status.py")),
    ("%image-as", os.path.join(binaries, "orus-image-as")),
    ("%objdump", os.path.join(binaries, "orus-objdump")),
    ("%orusvm", os.path.join(binaries, "orusvm")),
    ("%orusc", os.path.join(binaries, "orusc")),
    ("%opt", os.path.join(binaries, "orus-opt")),
    ("%golden", " ".join(golden) + " %s"),
]
for tool in ("FileCheck", "not", "split-file", "count"):
    config.substitutions.append((r"(?<![-%%/\w])%s(?![-\w])" % tool, os.path.join(llvm, tool)))

# Nothing of the caller's environment may change what the tools print.
for variable in ("ORUS_DIAGNOSTIC_FORMAT", "ORUSPATH", "ORUSC_FLAGS", "NO_COLOR"):
    config.environment.pop(variable, None)
config.environment["TERM"] = "dumb"
