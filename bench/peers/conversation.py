# SPDX-License-Identifier: Apache-2.0
"""A peer as a process, and the conversation with it (session.h says what is
said)."""

import json
import pathlib
import re
import subprocess
import tempfile
import time


class PeerFailed(Exception):
    """A peer ended before its answer; the text says what it wrote last."""


class Peer:
    """A running peer. Use as a context manager: it ends with its block."""

    def __init__(self, command):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        try:
            self.ready = self.answer()
        except PeerFailed:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
            raise PeerFailed(said[-1] if said else "it ended without a word")
        return json.loads(line)

    def say(self, command):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # answer() tells what it said.
        return self.answer()

    # A matcher's commands.

    def run(self, first, count):
        return self.say(f"run {first} {count}")

    def pairs(self, first, count, path):
        return self.say(f"pairs {first} {count} {path}")


MAPPING = str(pathlib.Path(__file__).parent / "mapping.yaml")


class MatchCommand:
    """`presshawk match`, each pass a process of its own. Reading the lists and
    compiling them is not in its time, as it is not in a peer's."""

    SUMMARY = re.compile(r"(\d+) articles \(([\d.]+) MB\) against (\d+) watch-lists in ([\d.]+) s")

    def __init__(self, binary, lists):
        self.command = [binary, "match", "-w", lists, "-m", MAPPING, "--workers", "1",
                        "--matches-only"]

    def run_files(self, files, out):
        """One pass over `files`; its seconds, to the hundredth."""
        with open(out, "wb") as sink:
            done = subprocess.run(self.command + files, stdin=subprocess.DEVNULL, stdout=sink,
                                  stderr=subprocess.PIPE, text=True, check=False)
        found = self.SUMMARY.search(done.stderr)
        if found is None:
            raise PeerFailed(done.stderr.strip().splitlines()[-1:] or "no summary")
        return {"articles": int(found.group(1)), "seconds": float(found.group(4))}


def repeat_for(seconds_min, run):
    """Calls run() -> (seconds, bytes) until `seconds_min` are measured; bytes a
    second."""
    seconds = size = 0
    while seconds < seconds_min:
        more_seconds, more = run()
        seconds += more_seconds
        size += more
    return size / seconds


def warm_up(seconds, run):
    """Calls run() for so long: a just-in-time compiler has then seen it all."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run()
