# SPDX-License-Identifier: Apache-2.0
"""What an instance says of a fault, and after how many seconds it says so.

The page is the truth: a sentence in it, `no broker of HOST:PORT answers since
TIME`, is looked for with any text in the place of a word in capitals.
"""

import re
import subprocess
import time

from processes import GaveUp

# A limit for a machine that is busy; the page has the seconds as they are.
PATIENCE = 60
STEP = 0.05

_PLACES = r"\b(HOST:PORT|TIME|PATH|TOPIC|GROUP|ID|N)\b"


def pattern_of(sentence):
    """The sentence of the page as a regular expression. Which workers suffer from it may stand before it."""
    parts = re.split(_PLACES, sentence)
    text = "".join(".+?" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    for begin in (re.escape("not ready: "), re.escape("over after ") + ".+?" + re.escape(" s: ")):
        if text.startswith(begin):
            text = begin + "(?:workers? [0-9, ]+: )?" + text[len(begin):]
    return re.compile(text)


class Seconds:
    """From the fault to the word, by where it was said."""

    def __init__(self, begin=None):
        self.begin = begin or time.monotonic()
        self.of = {}

    def see(self, where):
        self.of.setdefault(where, time.monotonic() - self.begin)


def _status(binary, instance):
    return subprocess.run([binary, "status", "--url", instance.url()], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60).stdout


def _metric_is(metrics, wanted):
    """`name{labels} > 0` or `name{labels} 1`: for any series with these labels."""
    name, compare, value = re.fullmatch(r"(\S+) (?:(>) )?(\S+)", wanted).groups()
    plain, _, labels = name.partition("{")
    labels = set(labels.rstrip("}").split(",")) - {""}
    for series, number in metrics.items():
        own, _, own_labels = series.partition("{")
        if own == plain and labels <= set(own_labels.rstrip("}").split(",")):
            if number > float(value) if compare else number == float(value):
                return True
    return False


class Watch:
    """Of one instance: what its log had before the fault does not count."""

    def __init__(self, binary, instance):
        self.binary, self.instance = binary, instance
        self.log_begin = len(self._log())

    def _log(self):
        return self.instance._child.text() if self.instance._child else ""

    def log(self):
        return self._log()[self.log_begin:]

    def until_told(self, row, seconds):
        """Until everything that the row of the page names was said."""
        ready = row.ready and pattern_of(row.ready)
        log = pattern_of(row.log)
        wanted = {"log"} | ({"readyz", "status"} if ready else set()) | ({"metric"} if row.metric else set())
        while not wanted <= set(seconds.of):
            if log.search(self.log()):
                seconds.see("log")
            if ready and ready.search((self.instance.ready() or "").replace('\\"', '"')):
                seconds.see("readyz")
            if row.metric and _metric_is(self.instance.metrics() or {}, row.metric):
                seconds.see("metric")
            if "readyz" in seconds.of and "status" not in seconds.of:
                if ready.search(_status(self.binary, self.instance)):
                    seconds.see("status")
            if time.monotonic() - seconds.begin > PATIENCE:
                raise GaveUp(f"{row.fault}: not said in {PATIENCE} s: {sorted(wanted - set(seconds.of))}\n"
                             f"readyz: {self.instance.ready()}\nlog: {self.log()[-3000:]}")
            time.sleep(STEP)
        return seconds

    def until_over(self, row, seconds):
        """Until the log says that it is over, and the instance is as before."""
        end = pattern_of(row.end)
        while not end.search(self.log()) or (row.ready and self.instance.ready() is not None):
            if time.monotonic() - seconds.begin > PATIENCE:
                raise GaveUp(f"{row.fault}: its end is not said in {PATIENCE} s\n"
                             f"readyz: {self.instance.ready()}\nlog: {self.log()[-3000:]}")
            time.sleep(STEP)
        seconds.see("end")
        return seconds

    def until_ended(self, row, seconds):
        """Until the process has ended, which the page says of this fault."""
        told = pattern_of(row.log)
        while self.instance.running():
            if told.search(self.log()):
                seconds.see("log")
            if row.ready and self.instance.url() and pattern_of(row.ready).search(self.instance.ready() or ""):
                seconds.see("readyz")
            if time.monotonic() - seconds.begin > PATIENCE:
                raise GaveUp(f"{row.fault}: not ended in {PATIENCE} s: {self.log()[-3000:]}")
            time.sleep(STEP)
        seconds.see("end")
        if told.search(self.log()):
            seconds.see("log")
        if "log" not in seconds.of or (row.ready and "readyz" not in seconds.of):
            raise GaveUp(f"{row.fault}: not said: {row.log}\n{self.log()[-3000:]}")
        return seconds
