"""Checks the document of --stats=json: its keys, and that totals follow from the functions."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
assert document["version"] == 1
assert set(document) == {"version", "passes", "functions", "total"}, set(document)
assert document["passes"]["gvn"]["runs"] > 0
assert set(document["passes"]["gvn"]) == {"runs", "changes", "counters"}
names = [function["name"] for function in document["functions"]]
assert names.count("mix") == 1, names
mix = document["functions"][names.index("mix")]
assert mix["line"] == 2, mix
assert mix["instructions"] > 10 and mix["words"] >= mix["instructions"]
assert mix["scalars"]["spillSlots"] > 0 and mix["scalars"]["maxPressure"] > 4
for bank in "scalars", "references":
    for key, value in document["total"][bank].items():
        each = [function[bank][key] for function in document["functions"]]
        if key == "pressureLine":
            assert value == 0
        elif key in ("maxPressure", "registersUsed"):
            assert value == max(each), (bank, key)
        else:
            assert value == sum(each), (bank, key)
