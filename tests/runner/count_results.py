#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""count_results.py FOLDER...

Counts what `./dev test` ran and prints `N passed, N failed, N skipped`.

A GoogleTest program counts as the tests in it, as it reports them in
FOLDER/NAME.json; a script, or a program that died before its report, as one.
Exits 1 where something failed or nothing ran.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree


def count_gtest(report):
    """Counts (passed, failed, skipped) of one GoogleTest report."""
    passed = failed = skipped = 0
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                failed += 1
            elif test.get("result") == "SKIPPED" or test.get("status") == "NOTRUN":
                skipped += 1
            else:
                passed += 1
    return passed, failed, skipped


def count(results):
    """Counts all tests of a results folder; also names what failed."""
    totals = [0, 0, 0]
    failures = []
    entries = xml.etree.ElementTree.parse(results / "ctest.xml").getroot()
    for case in entries.iter("testcase"):
        name = case.get("name")
        ok = case.get("status") == "run"
        skipped = case.get("status") in ("notrun", "disabled")
        report = results / (name + ".json")
        counts = (int(ok), int(not ok and not skipped), int(skipped))
        if report.exists():
            try:
                counts = count_gtest(json.loads(report.read_text()))
            except ValueError:
                pass  # It died while it wrote: one failure.
            if not ok and counts[1] == 0:
                counts = (counts[0], 1, counts[2])
        totals = [a + b for a, b in zip(totals, counts)]
        if counts[1]:
            failures.append(name)
    return totals, failures


def main():
    passed = failed = skipped = 0
    for folder in sys.argv[1:]:
        counts, failures = count(pathlib.Path(folder))
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
        for name in failures:
            print(f"failed: {folder}: {name}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
