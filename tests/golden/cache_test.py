#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""presshawk match --cache: the same answers, nothing compiled twice, and a cache
that cannot be used changes nothing.

  cache_test.py PRESSHAWK
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ARTICLE = {"id": "a1", "title": "Oil", "body": "The Kremlin on AT&T, CVE-2024-1, elected."}
LISTS = [
    {"id": "k", "name": "Kremlin", "labels": {"desk": "x"}, "terms": ["Kremlin", "AT&T"]},
    {"id": "q", "query": "/CVE-\\d+-\\d/ AND elect*"},
    {"id": "and", "query": "oil AND \"and\""},
    {"id": "bad", "query": "a b"},
]


class Folder:
    def __init__(self, binary, root):
        self.binary = binary
        self.root = pathlib.Path(root)
        self.cache = self.root / "cache"
        self.lists = self.root / "lists.ndjson"
        self.write(LISTS)

    def write(self, lists):
        self.lists.write_text("".join(json.dumps(l) + "\n" for l in lists), encoding="utf-8")

    def match(self, *arguments):
        """What a run says: standard output, messages without the summary, exit code."""
        done = subprocess.run(
            [self.binary, "match", "-w", self.lists, "--matches-only", *map(str, arguments)],
            input=json.dumps(ARTICLE) + "\n", capture_output=True, timeout=60, check=False,
            encoding="utf-8")
        messages = [l for l in done.stderr.splitlines() if " articles (" not in l]
        return done.stdout, messages, done.returncode

    def files(self):
        return sorted(self.cache.glob("*")) if self.cache.is_dir() else []


def equal(a, b, what):
    if a != b:
        raise SystemExit(f"{what}:\n  {a}\n  {b}")


def check_reuse(folder):
    expected = folder.match()
    equal(folder.match("--cache", folder.cache), expected, "the first run")
    (file,) = folder.files()
    inode = file.stat().st_ino
    equal(folder.match("--cache", folder.cache), expected, "the second run")
    equal([f.stat().st_ino for f in folder.files()], [inode], "a hit writes nothing")
    # Other lists, other options: other generations.
    equal(folder.match("--cache", folder.cache, "--engine", "tokens"), expected, "an engine")
    equal(len(folder.files()), 2, "generations of two engines")
    folder.write(LISTS[:1])
    equal(folder.match("--cache", folder.cache)[0], "a1\tk\n", "after a change")
    folder.write(LISTS)
    equal(folder.match("--cache", folder.cache), expected, "the lists as before")


def check_damage(folder):
    expected = folder.match()
    folder.match("--cache", folder.cache)
    (file,) = folder.files()
    good = file.read_bytes()
    for name, damaged in [("cut", good[:-9]), ("empty", b""), ("flipped", good[:-9] + b"x" + good[-8:]),
                          ("foreign", b"x" * 5000)]:
        file.write_bytes(damaged)
        output, messages, code = folder.match("--cache", folder.cache)
        equal((output, code), (expected[0], expected[2]), name)
        equal(sum("cache not used" in m for m in messages), 1, f"{name}: {messages}")
        equal(folder.match("--cache", folder.cache), expected, f"{name}: made anew")


def check_no_directory(folder):
    expected = folder.match()
    folder.cache.write_text("a file")
    output, messages, code = folder.match("--cache", folder.cache / "below")
    equal((output, code), (expected[0], expected[2]), "no directory")
    equal(sum("cache not written" in m for m in messages), 1, messages)
    folder.cache.unlink()
    if os.geteuid() != 0:  # Root may write everywhere.
        folder.cache.mkdir(mode=0o500)
        output, messages, code = folder.match("--cache", folder.cache)
        equal((output, code), (expected[0], expected[2]), "a read-only directory")
        equal(sum("cache not written" in m for m in messages), 1, messages)


def main():
    for check in (check_reuse, check_damage, check_no_directory):
        with tempfile.TemporaryDirectory() as root:
            check(Folder(sys.argv[1], root))


if __name__ == "__main__":
    main()
