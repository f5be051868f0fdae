#!/usr/bin/env python3
"""Every format tells the same of each diagnostic, every code is explained, and fixes help.

diagnostic-formats.py BIN ROOT. For each program of tests/diagnostics/*.cases the human, JSON and SARIF
formats name the codes and places that the case names; byte offsets are those of lines and columns;
-Werror turns warnings into errors; and the program with a fix applied no longer has that diagnostic.
"""

import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import diagnostics

BANNER = re.compile(r"^== ([A-Z ]+) \[(\w+)\] ={3,} \S+?:(\d+:\d+)$", re.M)
CATEGORIES = {
    "E0": ("RUNTIME PANIC", "panic"), "E09": ("IMAGE ERROR", "image"),
    "E1": ("SYNTAX ERROR", "syntax"), "E20": ("TYPE ERROR", "type"), "E21": ("NAME ERROR", "name"),
    "E22": ("MUTABILITY ERROR", "mutability"), "E23": ("CALL ERROR", "call"),
    "E24": ("DATA TYPE ERROR", "data"), "E25": ("MATCH ERROR", "match"),
    "E26": ("CONTROL FLOW ERROR", "flow"), "E29": ("HOT PATH ERROR", "hot"),
    "E3": ("MODULE ERROR", "module"), "W4": ("WARNING", "warning"), "E9": ("INTERNAL ERROR", "internal"),
}


def category(code):
    return CATEGORIES.get(code[:3]) or CATEGORIES[code[:2]]


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def explained(tools, rows):
    """Codes without a good explanation, with what is wrong."""
    for code, (name, _) in sorted(rows.items()):
        status, out, _ = run([tools + "/orusc", "--explain", code], ".")
        head = out.split("\n", 1)[0]
        if status != 0 or not head.startswith(code) or category(code)[0] not in head:
            yield f"--explain {code}: status {status}, {head!r}"
        elif name and name not in head:
            yield f"--explain {code}: {head!r} does not name `{name}`"
        elif not re.search(r"^ why : \S", out, re.M):
            yield f"--explain {code}: no reason\n{out}"
        elif code[0] == "W" and f"`-W {name}`" not in out and f"`-Wno-{name}`" not in out:
            yield f"--explain {code}: does not say how to switch it\n{out}"


def place(source, offset):
    """Line and column of a byte offset, as the manual counts them."""
    before = source[:offset].decode()
    start = before.rfind("\n") + 1
    return before.count("\n") + 1, len(before) - start + 1


def wrong_json(entry, source):
    """What is wrong with the JSON object of a diagnostic."""
    if (entry["severity"], entry["category"]) != (
            "warning" if entry["code"][0] == "W" else "error", category(entry["code"])[1]):
        return "severity or category"
    spans = [entry, *entry["labels"]] + [note for note in entry["notes"] if "file" in note]
    for span in spans:
        if not 0 <= span["byteStart"] <= span["byteEnd"] <= len(source):
            return f"bytes {span['byteStart']} to {span['byteEnd']}"
        if place(source, span["byteStart"]) != (span["line"], span["column"]) or \
                place(source, span["byteEnd"]) != (span["endLine"], span["endColumn"]):
            return f"the place of bytes {span['byteStart']} to {span['byteEnd']}"
    return None


def wrong_sarif(log, entries):
    """What a SARIF log tells otherwise than the JSON objects."""
    if log["version"] != "2.1.0" or len(log["runs"]) != 1:
        return "version or runs"
    only = log["runs"][0]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    if len(set(rules)) != len(rules) or set(rules) != {entry["code"] for entry in entries}:
        return f"rules {rules}"
    if only["columnKind"] != "unicodeCodePoints" or len(only["results"]) != len(entries):
        return "columnKind, or the number of results"
    for result, entry in zip(only["results"], entries):
        region = result["locations"][0]["physicalLocation"]["region"]
        if result["ruleId"] != entry["code"] or result["message"]["text"] != entry["message"] or \
                result["level"] != entry["severity"] or \
                (region["startLine"], region["startColumn"]) != (entry["line"], entry["column"]) or \
                region["byteOffset"] != entry["byteStart"] or \
                region["byteOffset"] + region["byteLength"] != entry["byteEnd"] or \
                len(result["fixes"]) != len(entry["fixes"]):
            return f"the result {result['ruleId']} at {region}"
    return None


def fixed(source, fix):
    for edit in sorted(fix["edits"], key=lambda edit: -edit["byteStart"]):
        source = source[:edit["byteStart"]] + edit["insert"].encode() + source[edit["byteEnd"]:]
    return source


def check(case, tools, rows):
    """What is wrong with the formats of a case, and how many fixes were tried."""
    code = case.expected[0][0]
    is_warning = code.startswith("W")
    source = "".join(case.source).encode()
    flags = ["-Wnone"] + (["-W" + rows[code][0]] if is_warning else [])
    command = [tools + "/orusc", "--check", "--max-errors=0", *flags, "case.orus"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "case.orus")

        def entries_of(text):
            with open(path, "wb") as file:
                file.write(text)
            status, _, err = run([*command, "--diagnostic-format=json"], folder)
            return status, [json.loads(row) for row in err.splitlines()]

        status, entries = entries_of(source)
        told = [(entry["code"], f"{entry['line']}:{entry['column']}") for entry in entries]
        if told != case.expected:
            return f"json: {told}", 0
        for entry in entries:
            if wrong := wrong_json(entry, source):
                return f"json: {wrong}: {entry}", 0
        _, _, human = run([*command, "--color=never", "--diagnostic-format=human"], folder)
        banners = [(m.group(2), m.group(3)) for m in BANNER.finditer(human)]
        if banners != case.expected or not human.endswith("\n") or any(
                m.group(1) != category(m.group(2))[0] for m in BANNER.finditer(human)):
            return f"human: {banners}\n{human}", 0
        _, _, sarif = run([*command, "--diagnostic-format=sarif"], folder)
        if wrong := wrong_sarif(json.loads(sarif), entries):
            return f"sarif: {wrong}", 0
        if is_warning:
            strict, _, err = run([*command, "-Werror", "--diagnostic-format=json"], folder)
            levels = {json.loads(row)["severity"] for row in err.splitlines()}
            if (status, strict, levels) != (0, 65, {"error"}):
                return f"-Werror: status {strict}, {levels}", 0
        tried = 0
        for entry in entries:
            for fix in entry["fixes"]:
                tried += 1
                _, after = entries_of(fixed(source, fix))
                if any((other["code"], other["byteStart"]) == (entry["code"], entry["byteStart"])
                       for other in after):
                    return f"the fix of {entry['code']} at {entry['line']} does not help: {fix}", tried
    return None, tried


def main():
    tools, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    rows = diagnostics.table(root)
    cases = [case for path in sorted(glob.glob(os.path.join(root, "tests/diagnostics/*.cases")))
             for case in diagnostics.read_cases(path) if case.expected[0][0] >= "E0900"]
    failures = list(explained(tools, rows))
    fixes = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, (wrong, tried) in zip(cases, pool.map(lambda c: check(c, tools, rows), cases)):
            fixes += tried
            if wrong:
                failures.append(f"{case.where}: {wrong}")
    print("\n".join(failures))
    print(f"{len(cases)} programs, {fixes} fixes, {len(rows)} codes, {len(failures)} failures")
    return 1 if failures or not fixes else 0


if __name__ == "__main__":
    sys.exit(main())
