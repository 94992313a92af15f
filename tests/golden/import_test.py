#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real queries of other vendors, where they are at hand.

  import_test.py ROOT PRESSHAWK FOLDER

What comes out is good to `presshawk check`; importing it again gives the same,
where the vendor writes its operators as we do; QUERY_SYNTAX.md says how many
were imported. FOLDER holds NDJSON files of objects with `query` and `syntax`.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SYNTAXES = {"google-news-boolean": "google", "google-news": "google"}
VENDORS = ["brandwatch", "cision", "factiva", "google", "lexisnexis", "lucene", "meltwater",
           "talkwalker"]
SAME_OPERATORS = ["brandwatch", "google", "lucene", "meltwater", "talkwalker"]


def presshawk(binary, *arguments):
    return subprocess.run([binary, *map(str, arguments)], capture_output=True, timeout=120,
                          check=False, encoding="utf-8")


def imported(binary, vendor, queries, file):
    """The queries that come out, by id, and the closing line."""
    file.write_text("".join(json.dumps(q) + "\n" for q in queries), encoding="utf-8")
    done = presshawk(binary, "import", "--from", vendor, "--format", "ndjson", file)
    lists = [json.loads(line) for line in done.stdout.splitlines()]
    return lists, done.stderr.splitlines()[-1]


def main():
    root, binary, folder = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    if not folder.is_dir():
        print("no shared data here")
        return 77
    by_vendor = collections.defaultdict(list)
    for file in sorted(folder.glob("*.ndjson")):
        for line in file.read_text(encoding="utf-8").splitlines():
            query = json.loads(line)
            vendor = SYNTAXES.get(query["syntax"], query["syntax"])
            if vendor in VENDORS:
                by_vendor[vendor].append(
                    {"id": f"{vendor}-{len(by_vendor[vendor])}", "query": query["query"]})
    table = (root / "QUERY_SYNTAX.md").read_text(encoding="utf-8")
    failures = []
    with tempfile.TemporaryDirectory() as temporary:
        file = pathlib.Path(temporary) / "queries.ndjson"
        for vendor, queries in sorted(by_vendor.items()):
            lists, counts = imported(binary, vendor, queries, file)
            numbers = re.findall(r"\d+", counts)
            print(vendor, *numbers)
            if f"| `{vendor}` | " + " | ".join(numbers) + " |" not in table:
                failures.append(f"QUERY_SYNTAX.md does not say: {vendor} {counts}")
            good = pathlib.Path(temporary) / "lists.ndjson"
            good.write_text("".join(json.dumps(l) + "\n" for l in lists), encoding="utf-8")
            checked = presshawk(binary, "check", "-w", good)
            if checked.returncode != 0:
                failures.append(f"{vendor}: {checked.stdout}{checked.stderr}")
            # Fields, exact forms, forms/ru and Brandwatch's NEAR/2f are written in our way by now.
            same = [l for l in lists if vendor in SAME_OPERATORS and not re.search(
                r":|\{|\"~|atleast/|forms/|ONEAR", l["query"])]
            again = {l["id"]: l["query"] for l in imported(binary, vendor, same, file)[0]}
            for one in same:
                if again.get(one["id"]) != one["query"]:
                    failures.append(f"{vendor}: {one['query']} becomes {again.get(one['id'])}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
