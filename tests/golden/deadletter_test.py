#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Dead letters of a file go back to a file: every byte, once, and not for ever."""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile


def letter(value, line, **more):
    coded = {"value_base64": base64.b64encode(value).decode()}
    return json.dumps({"reason": "not_utf8", "detail": "", "file": "articles.ndjson",
                       "line": line, "time": "2026-01-02T03:04:05.678Z", **coded, **more}) + "\n"


class Folder:
    def __init__(self, binary, path):
        self.binary, self.path = binary, pathlib.Path(path)

    def write(self, name, text):
        (self.path / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def replay(self, *arguments, exit_code=0):
        done = subprocess.run([self.binary, "deadletter", "replay", *arguments], cwd=self.path,
                              capture_output=True, timeout=60, check=False)
        text = done.stderr.decode()
        assert done.returncode == exit_code, (done.returncode, text)
        return text


def bytes_come_back_once(folder):
    folder.write("dead.ndjson", letter(b"\xff\x001", 1) + letter(b"two", 2) + letter(b"a\nb", 3))
    folder.write("articles.ndjson", b"before\n")
    said = folder.replay("--file", "dead.ndjson", "--to-file", "articles.ndjson", "--all",
                         exit_code=1)
    assert "2 dead letters replayed" in said and "line feeds" in said, said
    assert (folder.path / "articles.ndjson").read_bytes() == b"before\n\xff\x001\ntwo\n"
    ledger = [json.loads(l) for l in
              (folder.path / "articles.ndjson.presshawk-replays").read_text().splitlines()]
    assert [l["replays"] for l in ledger] == ["1", "1"], ledger
    assert ledger[0]["replay-first-line"] == "1", ledger
    said = folder.replay("--file", "dead.ndjson", "--to-file", "articles.ndjson", "1", "2")
    assert "0 dead letters replayed, 2 skipped" in said, said


def it_ends(folder):
    """A line carries no headers: the ledger counts its replays."""
    folder.write("loop.ndjson", b"")
    for death in range(3):
        folder.write("loop-dead.ndjson", letter(b"poison", 10 + death))
        said = folder.replay("--file", "loop-dead.ndjson", "--to-file", "loop.ndjson", "--all")
        assert "1 dead letters replayed" in said, said
    folder.write("loop-dead.ndjson", letter(b"poison", 13))
    said = folder.replay("--file", "loop-dead.ndjson", "--to-file", "loop.ndjson", "--all",
                         exit_code=1)
    assert "was replayed 3 times" in said, said
    assert (folder.path / "loop.ndjson").read_bytes() == b"poison\n" * 3
    folder.replay("--file", "loop-dead.ndjson", "--to-file", "loop.ndjson", "--all", "--force")


def others_lines_stay_whole(folder):
    folder.write("growing.ndjson", b'{"id":"half')
    said = folder.replay("--file", "dead.ndjson", "--to-file", "growing.ndjson", "2", exit_code=3)
    assert "no line feed" in said and "not acknowledged: 2" in said, said
    assert (folder.path / "growing.ndjson").read_bytes() == b'{"id":"half'
    said = folder.replay("--file", "dead.ndjson", "--to-file", "nowhere/x", "2", exit_code=3)
    assert "not acknowledged: 2" in said, said


def a_file_source_is_the_destination(folder):
    folder.write("presshawk.yaml", "source: {file: {paths: [source.ndjson, packed.ndjson.gz]}}\n"
                 "watchlists: {files: [lists.yaml]}\nsinks: [{file: {path: alerts.ndjson}}]\n"
                 "deadletter: {file: {path: kept.ndjson}}\n")
    folder.write("lists.yaml", "watchlists: [{id: a, terms: [b]}]\n")
    folder.write("kept.ndjson", letter(b"one", 1).replace("articles", "source") +
                 letter(b"two", 2).replace("articles.ndjson", "packed.ndjson.gz"))
    said = folder.replay("--config", "presshawk.yaml", "--all", exit_code=1)
    assert "1 dead letters replayed" in said and "compressed" in said, said
    assert (folder.path / "source.ndjson").read_bytes() == b"one\n"
    listed = subprocess.run([folder.binary, "deadletter", "list", "--config", "presshawk.yaml",
                             "--replayed", "--format", "json"], cwd=folder.path,
                            capture_output=True, timeout=60, check=True).stdout
    assert [json.loads(l)["replayed"] for l in listed.splitlines()] == [True, False], listed


def main():
    with tempfile.TemporaryDirectory() as path:
        folder = Folder(str(pathlib.Path(sys.argv[1]).resolve()), path)
        for check in (bytes_come_back_once, it_ends, others_lines_stay_whole,
                      a_file_source_is_the_destination):
            check(folder)
            print(check.__name__)


if __name__ == "__main__":
    main()
