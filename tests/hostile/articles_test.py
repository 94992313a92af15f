#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Articles that try to break `presshawk match`: each is matched, or rejected with its reason.

  articles_test.py PRESSHAWK SHARED_DATA
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import articles
from program import Program


def match_all(program, folder, name, cases):
    """One run over all cases; each line must have its answer."""
    (folder / "lists.ndjson").write_text(articles.LISTS, encoding="utf-8")
    with open(folder / "in.ndjson", "wb") as file:
        for _, line, _ in cases:
            file.write(line + b"\n")
    code, out, err, peak = program.run(
        "match", "-w", folder / "lists.ndjson", "--rejects", folder / "rejects", "--workers", "1",
        folder / "in.ndjson")
    program.expect(f"{name}: exit code", code == 0, f"{code} {err}")
    program.expect_memory(name, peak, 700)
    rejects = {r["line"]: r["reason"] for r in
               map(json.loads, (folder / "rejects").read_text(encoding="utf-8").splitlines())}
    alerts = {json.loads(line)["origin"]["line"] for line in out.splitlines()}
    for number, (case, _, expected) in enumerate(cases, 1):
        got = rejects.get(number, "alert" if number in alerts else "none")
        program.expect(case, articles.is_as_expected(expected, got), f"expected {expected}, got {got}")


def large_titles(program, folder):
    """Every list holds for an article whose title is in every alert: 0.8 GB of them."""
    (folder / "many.ndjson").write_text(
        "".join(f'{{"id":"l{i}","terms":["Kremlin"]}}\n' for i in range(100)), encoding="utf-8")
    (folder / "title.ndjson").write_bytes(json.dumps({"title": "Kremlin " + "x " * 4_000_000}).encode())
    code, _, err, peak = program.run("match", "-w", folder / "many.ndjson", folder / "title.ndjson",
                                     stdout=subprocess.DEVNULL)
    program.expect("100 alerts with a title of 8 MB", code == 0 and b"100 alerts" in err, err)
    program.expect_memory("100 alerts with a title of 8 MB", peak, 350)


def main():
    program = Program(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        match_all(program, folder, "hostile articles", list(articles.cases()))
        large_titles(program, folder)
        data = articles.unpack(sys.argv[2], folder)
        if data is None:
            print("no shared data: JSONTestSuite, naughty strings and UTF-8 sequences are left out")
        else:
            match_all(program, folder, "shared hostile data", list(articles.shared_cases(data)))
    return program.report()


if __name__ == "__main__":
    sys.exit(main())
