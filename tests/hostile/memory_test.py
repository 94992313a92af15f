#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""100,000 watch-lists in 512 MB, with a sink that takes nothing: it reads no further, and loses nothing.

  memory_test.py PRESSHAWK

In a memory cgroup (v2 or v1) where this may make one; else only the peak of
resident memory is held against the limit.
"""

import pathlib
import re
import sys
import tempfile
import time

from instance import Instance
from memory_limit import MemoryLimit, peak_mb
from program import Program

LIMIT_MB = 512
LISTS = 100_000
ARTICLES = 40_000
BODY = "The Kremlin said on Monday that nothing would change in the harbour. " * 60  # 4 KB


def admitted(instance):
    found = re.search(r"^presshawk_articles_total (\d+)", instance.get("/metrics")[1].decode(), re.M)
    return int(found.group(1)) if found else 0


def alerted(folder):
    path = folder / "alerts.ndjson"
    return set(re.findall(rb'"article":\{"id":"(a\d+)"', path.read_bytes())) if path.exists() else set()


def write_input(folder):
    with open(folder / "lists.ndjson", "w", encoding="utf-8") as file:
        file.write('{"id":"k","terms":["Kremlin"]}\n')
        for i in range(LISTS - 1):
            file.write(f'{{"id":"l{i}","name":"Customer {i}","terms":["name{i} surname{i * 7}","brand{i}"]}}\n')
    with open(folder / "in.ndjson", "w", encoding="utf-8") as file:
        for i in range(ARTICLES):
            file.write(f'{{"id":"a{i}","body":"{BODY}"}}\n')


def start(program, folder, limit):
    instance = Instance(program.path, folder)
    limit.add(instance.process.pid)
    return instance


def main():
    program = Program(sys.argv[1])
    if program.sanitized:
        print("a sanitizer's memory is not ours")
        return 77
    limit = MemoryLimit(LIMIT_MB)
    print("limited by", limit.folder or "nothing: no cgroup can be made here")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_input(folder)
        (folder / "alerts.ndjson").symlink_to("/dev/full")
        with start(program, folder, limit) as instance:
            instance.wait_for("readiness to be lost", lambda: b"No space left" in instance.get("/readyz")[1])
            # It has read what it may hold when a second brings no more.
            before = -1
            while (now := admitted(instance)) != before:
                before = now
                time.sleep(1)
            print(f"{now} of {ARTICLES} articles fetched, then no more")
            program.expect("it pushes back", 0 < now < ARTICLES, now)
            program.expect_memory("100,000 lists and a full sink", peak_mb(instance.process.pid), LIMIT_MB)
            instance.process.kill()
            instance.process.wait()
        (folder / "alerts.ndjson").unlink()
        with start(program, folder, limit) as instance:
            instance.wait_for("all alerts", lambda: len(alerted(folder)) == ARTICLES)
            program.expect_memory("100,000 lists and a sink that works", peak_mb(instance.process.pid), LIMIT_MB)
            program.expect("it stops", instance.stop() == 0, instance.log())
        program.expect("nothing is shed", len(alerted(folder)) == ARTICLES)
    limit.remove()
    return program.report()


if __name__ == "__main__":
    sys.exit(main())
