#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program and compares all that it says with what cases/*.golden say.

A case is `$ presshawk ARGUMENTS`, `exit N`, `--- stdout`, `--- stderr`. It runs
in inputs/; `input FILE` gives standard input. Times and speeds are masked; with
`mask figures`, so is all that has a decimal point or a unit of them.

  run_golden.py BINARY            compares
  run_golden.py BINARY --update   writes what the program says; read the diff
"""

import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FORMS = HERE.parent / "support/forms"  # Of invented languages.
sys.path.insert(0, str(HERE.parent / "support"))
import alert_schema  # noqa: E402

MASKS = [
    (re.compile(r"\d+\.\d MB in \d+\.\d\d s \(\d+ MB/s\)"), "SIZE in TIME"),
    (re.compile(r'"detected_at":"[^"]*"'), '"detected_at":"TIME"'),
    (re.compile(r"\(\d+\.\d MB\) against (\d+) watch-lists in .*? s \(\d+ MB/s\)"),
     r"(SIZE) against \1 watch-lists in TIME"),
]


FIGURES = re.compile(r" *(?:\d+\.\d+(?:e[-+]\d+)?|\d+(?= (?:articles/s|MB|ns)))")


def mask(text, figures):
    if figures:
        text = FIGURES.sub(" FIGURE", text)
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


def section(name, text):
    text = text.replace("\r\n", "\\r\n")  # Seen, and kept by whatever reads the file.
    if text and not text.endswith("\n"):
        text += "\n\\ no line feed at the end\n"
    return f"--- {name}\n{text}"


def run(binary, header):
    command = next(l for l in header if l.startswith("$ presshawk"))
    stdin = next((l[len("input "):] for l in header if l.startswith("input ")), None)
    arguments = shlex.split(command[len("$ presshawk"):])
    with open(HERE / "inputs" / stdin if stdin else "/dev/null", "rb") as source:
        done = subprocess.run([binary, *arguments], cwd=HERE / "inputs", stdin=source,
                              capture_output=True, timeout=60, check=False,
                              env={**os.environ, "PRESSHAWK_FORMS": str(FORMS)})
    for alert in alert_schema.alerts_in(done.stdout.decode("utf-8", "replace")):
        for mistake in alert_schema.mistakes(alert):
            sys.exit(f"{command}: alert {alert['id']}: {mistake}")
    figures = "mask figures" in header
    lines = [l for l in header if not l.startswith("exit ")] + [f"exit {done.returncode}"]
    return ("\n".join(lines) + "\n" +
            section("stdout", mask(done.stdout.decode("utf-8", "replace"), figures)) +
            section("stderr", mask(done.stderr.decode("utf-8", "replace"), figures)))


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    update = "--update" in sys.argv[2:]
    failed = 0
    cases = sorted((HERE / "cases").glob("*.golden"))
    for case in cases:
        expected = case.read_text(encoding="utf-8")
        header = expected.split("--- stdout")[0].splitlines()
        got = run(binary, header)
        if got == expected:
            continue
        if update:
            case.write_text(got, encoding="utf-8")
            continue
        failed += 1
        sys.stdout.writelines(difflib.unified_diff(
            expected.splitlines(True), got.splitlines(True), str(case), "the program"))
    print(f"{len(cases) - failed} of {len(cases)} cases as expected")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
