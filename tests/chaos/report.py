# SPDX-License-Identifier: Apache-2.0
"""The report of a run: Markdown for people, JSON for programs."""

import collections
import json
import math
import statistics
import sys
import threading
import time


# A slope over less is noise.
MEMORY_SECONDS_MIN = 300


def minute_minima(samples):
    """Of (seconds, bytes), the least of each whole minute: what a burst took and
    gave back is not what a leak leaves."""
    whole = int((samples[-1][0] + 5) // 60) if samples else 0
    least = {}
    for at, size in samples:
        minute = int(at // 60)
        least[minute] = min(size, least.get(minute, size))
    return [(60 * minute, size) for minute, size in sorted(least.items()) if minute < whole]


def slope_percent_an_hour(samples):
    """Of (seconds, bytes), by least squares, of the mean; after the first quarter."""
    samples = [(at, size) for at, size in samples if at >= samples[-1][0] / 4]
    if len(samples) < 8 or samples[-1][0] - samples[0][0] < MEMORY_SECONDS_MIN:
        return None
    times, sizes = [at for at, _ in samples], [size for _, size in samples]
    slope, _ = statistics.linear_regression(times, sizes)
    return 100 * slope * 3600 / statistics.fmean(sizes)


def spread(seconds):
    ordered = sorted(seconds)
    return {"median": statistics.median(ordered),
            "p95": ordered[math.ceil(0.95 * len(ordered)) - 1], "longest": ordered[-1]}


class Report:
    def __init__(self, seed, rate, brokers, swaps, session_seconds):
        self.seed, self.rate, self.brokers, self.swaps = seed, rate, brokers, swaps
        self.session_seconds = session_seconds
        self._begin = time.monotonic()
        self._length = None
        self._oracle = None
        self._recoveries = collections.defaultdict(list)  # Kind: of oracle.Recovery.
        self._episodes = collections.defaultdict(list)  # Kind: seconds.
        self._memory, self._descriptors, self._lag = [], [], []
        self._watched = None
        self._kills = 0
        self._episode_notes = {}
        self._others = []  # Oracles of episodes.

    def seconds(self):
        return time.monotonic() - self._begin

    def begin(self, oracle):
        self._oracle = oracle
        self._begin = time.monotonic()

    def end(self, kills):
        self._length, self._kills = self.seconds(), kills
        self._watched = None

    def watch(self, instance):
        """Its memory, every second until end()."""
        self._watched = instance
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while (instance := self._watched) is not None:
            try:
                self._memory.append((self.seconds(), instance.memory_bytes()))
            except (OSError, AttributeError):  # It has ended.
                return
            time.sleep(1)

    def add_fault(self, fault, recovery):
        self._recoveries[fault.kind].append(recovery)
        print(f"{self.seconds():7.1f} s  {fault.kind}: first alert after {recovery.first:.1f} s, "
              f"of each partition after {recovery.every:.1f} s, partition "
              f"{recovery.last_partition} last (it struck {sorted(fault.struck or [])} at "
              f"{fault.start:.1f})", file=sys.stderr, flush=True)

    def add_episode(self, kind, oracle, seconds, note=None):
        """An episode with an oracle of its own; `note` is shown as it is."""
        self._episodes[kind].append(seconds)
        if oracle is not None:
            self._others.append(oracle)
        if note is not None:
            self._episode_notes[kind] = note

    def left_out(self, kind, why):
        self._episode_notes[kind] = f"left out: {why}"

    def sample(self, instance):
        """Descriptors and lag of the member that is never hurt."""
        if instance.running():
            self._descriptors.append(instance.descriptors())
            self._lag.append(instance.lag())

    def _all(self):
        return [self._oracle, *self._others] if self._oracle is not None else self._others

    def problems(self):
        return [problem for oracle in self._all() for problem in oracle.problems]

    def lost(self):
        return sum(len(oracle.missing()) for oracle in self._all())

    def failed(self):
        return self._oracle is None or self._length is None or self.lost() > 0 or any(
            oracle.problem_count > 0 for oracle in self._all())

    def figures(self):
        oracles = self._all()
        main = self._oracle
        megabytes = [size / 1e6 for _, size in self._memory]
        return {
            "seed": self.seed, "seconds": round(self._length or self.seconds(), 1),
            "brokers": self.brokers, "articles a second": self.rate,
            "faults": sum(map(len, [*self._recoveries.values(), *self._episodes.values()])),
            "kill -9 of presshawk": self._kills,
            "articles": sum(oracle.articles for oracle in oracles),
            "alerts expected": sum(oracle.expected_count() for oracle in oracles),
            "alerts seen": sum(oracle.seen_count() for oracle in oracles),
            "dead letters seen": sum(oracle.letters_seen for oracle in oracles),
            "lost": self.lost(), "unknown": sum(oracle.unknown for oracle in oracles),
            "problems": sum(oracle.problem_count for oracle in oracles),
            "alerts repeated": sum(oracle.repeated for oracle in oracles),
            "alerts repeated that no fault explains": sum(oracle.unexplained for oracle in oracles),
            "delay without faults, seconds": {
                "p50": main.delay_quantile(0.5), "p99": main.delay_quantile(0.99)},
            "memory, MB": {"first": megabytes[0] if megabytes else None,
                           "last": megabytes[-1] if megabytes else None,
                           "most": max(megabytes, default=None)},
            "memory slope after the first quarter, percent an hour": {
                "of each minute's least": slope_percent_an_hour(minute_minima(self._memory)),
                "of all seconds": slope_percent_an_hour(self._memory)},
            "descriptors": {"first": self._descriptors[:1], "last": self._descriptors[-1:],
                            "most": max(self._descriptors, default=None)},
            "lag, articles": {"most": max(self._lag, default=None), "last": self._lag[-1:]},
        }

    def by_fault(self):
        """Rows: kind, how often, repetitions, recovery (an episode: how long it took)."""
        repeated, most = collections.Counter(), {}
        for oracle in self._all():
            repeated.update(oracle.repeated_by_kind)
            for kind, count in oracle.repeated_most.items():
                most[kind] = max(count, most.get(kind, 0))
        times = {kind: {"first alert": [one.first for one in recoveries],
                        "every partition": [one.every for one in recoveries]}
                 for kind, recoveries in self._recoveries.items()}
        times |= {kind: {"episode": seconds} for kind, seconds in self._episodes.items()}
        return [{"fault": kind, "count": len(next(iter(of.values()))),
                 "repeated": repeated[kind], "repeated by one": most.get(kind, 0),
                 **{name: spread(seconds) for name, seconds in of.items()}}
                for kind, of in sorted(times.items())]

    def text(self):
        lines = ["# Chaos report", "",
                 f"Session time-out {self.session_seconds} s. Recovery: seconds from the kill (or "
                 "the end of the fault, or the brokers' own `started` line) until the first alert "
                 "for an article of after that from a partition that was struck, and until every "
                 "partition gave one: median / 95th percentile / longest. An episode: all of it. "
                 "Repeated alerts are all of articles that were not committed when the fault "
                 "struck.", ""]
        lines += [f"- {name}: {_shown(value)}" for name, value in self.figures().items()]
        names = ("first alert", "every partition", "episode")
        lines += ["", "| fault | count | " + " | ".join(f"{name}, s" for name in names)
                  + " | repeated | most by one |", "| --- " * (len(names) + 4) + "|"]
        lines += [f"| {row['fault']} | {row['count']} | "
                  + " | ".join(_shown_spread(row.get(name)) for name in names)
                  + f" | {row['repeated']} | {row['repeated by one']} |"
                  for row in self.by_fault()]
        lines += [""] + [f"- {kind}: {note}" for kind, note in self._episode_notes.items()]
        for problem in self.problems():
            lines += ["", "Problem:", "", "    " + problem.replace("\n", "\n    ")]
        return "\n".join(lines) + "\n"

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "chaos.md").write_text(self.text())
        (folder / "chaos.json").write_text(json.dumps(
            {**self.figures(), "by fault": self.by_fault(), "episodes": self._episode_notes,
             "memory, least of each minute, MB": [
                 round(size / 1e6, 1) for _, size in minute_minima(self._memory)],
             "problem texts": self.problems()}, indent=1) + "\n")


def _shown_spread(found):
    return " / ".join(f"{one:.1f}" for one in found.values()) if found else ""


def _shown(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return f"{value:.3f}" if isinstance(value, float) else str(value)
