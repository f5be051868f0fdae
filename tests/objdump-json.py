#!/usr/bin/env python3
"""What orus-objdump --json prints fits docs/reference/objdump.schema.json: objdump-json.py BIN ROOT.

Every image of the corpus, good and bad, cut ones and one of another version, with every option that
adds to the document. Every member that the schema allows must appear in some document.
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

bin_dir, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
schema = json.loads((root / "docs/reference/objdump.schema.json").read_text())
validator = jsonschema.Draft7Validator(schema)
failures, seen = [], set()


def note(value, path=""):
    """The members of a document, by path."""
    if isinstance(value, dict):
        for key, member in value.items():
            seen.add(f"{path}/{key}")
            note(member, f"{path}/{key}")
    elif isinstance(value, list):
        for element in value:
            note(element, path)


def members(node, path=""):
    """The members that the schema allows, by path."""
    if "$ref" in node:
        node = schema["definitions"][node["$ref"].rsplit("/", 1)[1]]
    for choice in node.get("oneOf", []):
        yield from members(choice, path)
    if "items" in node:
        yield from members(node["items"], path)
    for key, member in node.get("properties", {}).items():
        yield f"{path}/{key}"
        yield from members(member, f"{path}/{key}")


def check(name, image, *options):
    run = subprocess.run([bin_dir / "orus-objdump", "--json", *options, "-"], input=image,
                         capture_output=True, timeout=60)
    document = json.loads(run.stdout)
    note(document)
    for error in validator.iter_errors(document):
        failures.append(f"{name} {' '.join(options)}: {error.json_path}: {error.message[:200]}")
    if ("error" in document) != (run.returncode in (76, 78)):
        failures.append(f"{name}: status {run.returncode}")


def assemble(text):
    run = subprocess.run([bin_dir / "orus-image-as", "-"], input=text, capture_output=True)
    return run.stdout


ALL = ("-x", "-d", "--registers")
for source in sorted((root / "tests/images").glob("*/*.oia")):
    check(source.name, assemble(source.read_bytes()), *ALL)
for source in sorted((root / "tests/images/released").glob("*/*.orbc")):
    image = source.read_bytes()
    for options in (ALL, (), ("-f",), ("-h",), ("-d",), ("--registers",), ("--exports",), ("--loops",),
                    ("--sizes",), ("--verify",)):
        check(source.name, image, *options)
    for size in range(0, len(image), 997):
        check(f"{source.name} cut to {size}", image[:size], *ALL)

program, image, profile = (f"{sys.argv[3]}/{name}" for name in ("loops.orus", "loops.orbc", "loops.profile"))
pathlib.Path(program).write_text("mut sum = 0\nfor i in 0..1000:\n    sum = (sum + i) % 7\nprint(sum)\n")
subprocess.run([bin_dir / "orusc", program, "-o", image], check=True)
subprocess.run([bin_dir / "orusvm", f"--profile-out={profile}", image], check=True,
               stdout=subprocess.DEVNULL)
check("a profile", pathlib.Path(image).read_bytes(), "-d", f"--profile={profile}")

missing = sorted(set(members(schema)) - seen)
failures.extend(f"no document has {path}" for path in missing)
print("\n".join(failures[:50]))
sys.exit(bool(failures))
