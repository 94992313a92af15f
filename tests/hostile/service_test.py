#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile articles, lists and floods to `presshawk run` with files.

  service_test.py PRESSHAWK
"""

import json
import os
import pathlib
import re
import sys
import tempfile
import time

import articles
from instance import Instance
from program import Program

LOG_LINES_MAX = 300  # 200 at once, and 10 a second.
LOG_FIELDS = {"worker", "workers", "topic", "partition", "list", "sink", "code"}


def check_log(program, what, log, form):
    """One object a line, with nothing that the program did not put there."""
    lines = log.decode().splitlines()  # Valid UTF-8, whatever came in.
    entries = sum(not line.startswith(" ") for line in lines)
    program.expect(f"{what}: a log of bounded length", entries <= LOG_LINES_MAX, entries)
    for line in lines:
        if form == "json":
            entry = json.loads(line)
            fields = set(entry) - {"time", "level", "message"}
            program.expect(f"{what}: keys", set(entry) - fields == {"time", "level", "message"} and
                           fields <= LOG_FIELDS, line)
        else:
            program.expect(f"{what}: a line of ours", bool(re.match(r"(\d{4}-\d\d-\d\dT\S+Z \w+ | )", line)), line)
            program.expect(f"{what}: no control character", not re.search("[\x00-\x08\x0b-\x1f]", line), line)


def poison(program, folder):
    """Every hostile article once: the counters add up, nothing is lost."""
    cases = [case for case in articles.cases() if case[2] != "any"]
    (folder / "lists.ndjson").write_text(articles.LISTS, encoding="utf-8")
    with open(folder / "in.ndjson", "wb") as file:
        for _, line, _ in cases:
            file.write(line + b"\n")
    with Instance(program.path, folder, follow=False) as instance:
        program.expect("poison: it drains and ends", instance.process.wait() == 0, instance.log())
        check_log(program, "poison", instance.log(), "json")
    alerts = {json.loads(line)["origin"]["line"]
              for line in (folder / "alerts.ndjson").read_text(encoding="utf-8").splitlines()}
    dead = [json.loads(line) for line in (folder / "dead.ndjson").read_text(encoding="utf-8").splitlines()]
    reasons = {letter["line"]: letter["reason"] for letter in dead}
    for number, (case, _, expected) in enumerate(cases, 1):
        got = reasons.get(number, "alert" if number in alerts else "none")
        program.expect(f"run: {case}", articles.is_as_expected(expected, got), f"expected {expected}, got {got}")


def floods(program, folder):
    """100,000 rejects, 5,000 bad lists at every reload: the log stays short and says what it leaves out."""
    for form in ("json", "text"):
        (folder / "lists.ndjson").write_text(articles.LISTS, encoding="utf-8")
        (folder / "in.ndjson").write_text("x\x1b[2J\n" * 100_000)
        for name in ("alerts.ndjson", "dead.ndjson", "in.ndjson.presshawk-offset"):
            (folder / name).unlink(missing_ok=True)
        # A name that would forge a line of the log.
        forged = os.fsencode(folder) + b"/lists\xff\n2026-01-01T00:00:00.000Z error forged \x1b[2J.ndjson"
        with open(forged, "wb") as file:
            file.write(b'{"id":"bad\xff"}\n' * 5000)
        with Instance(program.path, folder, log=form) as instance:
            instance.wait_for("100,000 dead letters", lambda: (
                folder / "dead.ndjson").exists() and (folder / "dead.ndjson").read_bytes().count(b"\n") == 100_000)
            for _ in range(3):
                program.expect(f"{form}: reload", instance.get("/-/reload", "POST")[0] == 200)
            metrics = instance.get("/metrics")[1].decode()
            program.expect(f"{form}: all are counted", bool(re.search(
                r'presshawk_articles_rejected_total\{reason="not_json"\} 100000\b', metrics)))
            program.expect(f"{form}: it stops", instance.stop() == 0)
            log = instance.log()
        os.unlink(forged)
        check_log(program, f"{form} flood", log, form)
        program.expect(f"{form}: what was left out is said",
                       b"were held back" in log or b"more messages" in log, log)
        program.expect(f"{form}: nobody forges a line", not re.search(rb"^2026-01-01T00:00:00.000Z", log, re.M), log)


def stuck(program, folder):
    """One dead letter that nobody takes: all later articles would be remembered for ever."""
    (folder / "lists.ndjson").write_text(articles.LISTS, encoding="utf-8")
    (folder / "dead.ndjson").symlink_to("/dev/full")
    with open(folder / "in.ndjson", "w", encoding="utf-8") as file:
        file.write("x\n")
        for _ in range(13):
            file.write('{"body":"-"}\n' * 100_000)

    def admitted(instance):
        found = re.search(r"^presshawk_articles_total (\d+)", instance.get("/metrics")[1].decode(), re.M)
        return int(found.group(1)) if found else 0

    with Instance(program.path, folder) as instance:
        instance.wait_for("a million articles", lambda: admitted(instance) >= 1_000_000)
        before = 0
        while (now := admitted(instance)) != before:
            before = now
            time.sleep(1)
        program.expect("it fetches no more behind a stuck one", now < 1_250_000, now)
        reasons = instance.get("/readyz")[1]
        program.expect("readyz says why", b"No space left" in reasons, reasons)


def main():
    program = Program(sys.argv[1])
    for check in (poison, floods, stuck):
        with tempfile.TemporaryDirectory() as folder:
            check(program, pathlib.Path(folder))
    return program.report()


if __name__ == "__main__":
    sys.exit(main())
