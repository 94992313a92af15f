# SPDX-License-Identifier: Apache-2.0
"""A case whose program is `presshawk run` in a folder of its own."""

import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest


class RunningProgram(unittest.TestCase):
    """`presshawk.yaml` is written by the case. `presshawk` is the path of the program."""

    presshawk = ""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="presshawk_delivery_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.process = None
        self.addCleanup(self.kill)

    def start(self):
        log = self.folder / "run.log"
        before = log.stat().st_size if log.exists() else 0
        with open(log, "ab") as file:
            self.process = subprocess.Popen([self.presshawk, "run", "--config", "presshawk.yaml"], cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file)
        text = self.wait_for(lambda: (
            t := log.read_text(errors="replace")[before:]) and "lists active" in t and t)
        self.url = re.search(r"http://127\.0\.0\.1:\d+", text).group(0)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait()
        self.process = None
        return code

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def wait_for(self, condition):
        """The limit of the test ends it otherwise."""
        while not (result := condition()):
            if self.process is not None and self.process.poll() is not None:
                self.fail((self.folder / "run.log").read_text(errors="replace"))
            time.sleep(0.02)
        return result

    def command(self, *arguments, code=0):
        done = subprocess.run([self.presshawk, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout
