# SPDX-License-Identifier: Apache-2.0
"""Runs presshawk and says what it took: exit code, output, peak of resident memory."""

import os
import pathlib
import subprocess
import tempfile
import threading

HUNG = "hung"


class Program:
    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        # A sanitizer takes several times the memory: its runs do not measure it.
        # (Not read into this process: a child's peak begins with its parent's.)
        self.sanitized = subprocess.run(["grep", "-qF", "__asan_init", self.path], check=False).returncode == 0
        self.problems = []
        self.checks = 0

    def run(self, *arguments, timeout=300, **options):
        """(exit code or HUNG, standard output, standard error, peak of resident MB)"""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            options = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err, **options}
            child = subprocess.Popen([self.path, *arguments], **options)
            hung = threading.Event()
            timer = threading.Timer(timeout, lambda: (hung.set(), child.kill()))
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            timer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            code = HUNG if hung.is_set() else child.returncode
            return code, out.read(), err.read(), usage.ru_maxrss // 1024

    def expect(self, what, good, detail=""):
        self.checks += 1
        if not good:
            self.problems.append(what)
            print(f"WRONG: {what}: {str(detail)[-600:]}", flush=True)

    def expect_memory(self, what, peak_mb, limit_mb):
        print(f"{what}: peak {peak_mb} MB resident", flush=True)
        if not self.sanitized:
            self.expect(f"{what}: at most {limit_mb} MB", peak_mb <= limit_mb, f"{peak_mb} MB")

    def report(self):
        print(f"{self.checks} checks, {len(self.problems)} wrong")
        return 1 if self.problems else 0
