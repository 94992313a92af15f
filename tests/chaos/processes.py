# SPDX-License-Identifier: Apache-2.0
"""Programs that the suite starts: each is stopped by its own pid."""

import random
import signal
import socket
import subprocess
import time


class GaveUp(Exception):
    """Something did not happen in its time: what, and what is known about it."""


def wait_for(what, seconds, condition, step=0.05):
    """The first true value of `condition()`; GaveUp after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise GaveUp(f"not in {seconds} s: {what}")
        time.sleep(step)


_given = set()


def free_port():
    """Not given before. Below the ports that the kernel gives to connections, so that it is still
    free when a process that had it starts again."""
    while True:
        port = random.SystemRandom().randrange(12000, 32000)
        if port in _given:
            continue
        try:
            with socket.create_server(("127.0.0.1", port)):
                _given.add(port)
                return port
        except OSError:
            continue


class Child:
    """A process with its output in a file, which dies with the thread that
    started it: start children from the main thread only."""

    def __init__(self, command, log, **options):
        self.log = log
        self._log_begin = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *[str(word) for word in command]],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)
        self.pid = self._process.pid

    def exit_code(self):
        return self._process.poll()

    def running(self):
        return self._process.poll() is None

    def signal(self, number):
        if self.running():
            self._process.send_signal(number)

    def kill(self):
        if self.running():
            self._process.kill()
        return self._process.wait()

    def stop(self, seconds):
        """SIGTERM; the exit code. GaveUp, and killed, when it does not end."""
        self.signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise GaveUp(f"not stopped in {seconds} s:\n{self.tail()}") from None

    def text(self):
        """What it wrote since its start."""
        with self.log.open("rb") as file:
            file.seek(self._log_begin)
            return file.read().decode(errors="replace")

    def tail(self, size=3000):
        return self.text()[-size:]
