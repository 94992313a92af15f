# SPDX-License-Identifier: Apache-2.0
"""Knows what must come out, and judges what does.

Told of each article before it is written, of each record of the alert and
dead-letter topics, and of each fault with the offsets that were committed then.
Judges: each expected alert at least once; none that is unknown; equal ids with
equal content; a repetition only where a fault explains it. Thread-safe.
"""

import collections
import hashlib
import json
import threading
import time

# May differ between two alerts of one id.
VOLATILE = ("detected_at", "generation", "story", "origin", "traceparent")
VOLATILE_OF_LIST = ("name", "labels")
PROBLEMS_MAX = 20
# Of an alert that the topic takes whole: several times what it takes compressed.
UNTRUNCATED_BYTES_MAX = 100_000


def content_digest(alert):
    """Of all that must be equal where the id is."""
    kept = {key: value for key, value in alert.items() if key not in VOLATILE}
    kept["watchlist"] = {key: value for key, value in alert["watchlist"].items()
                         if key not in VOLATILE_OF_LIST}
    return hashlib.blake2b(json.dumps(kept, sort_keys=True).encode(), digest_size=12).digest()


class Fault:
    """A repetition is this fault's when the first alert is not from after its end,
    the second not from before its start, and the article's offset was not
    committed when it struck."""

    def __init__(self, kind, committed):
        self.kind, self.committed = kind, committed
        self.start, self.end = time.time(), None
        self.repeated = 0
        self.struck = None  # The partitions that the hurt member held; None: all.
        self.first_after = {}  # Partition: time of its first alert of a new article.
        self.recovering_since = None


# Seconds from Oracle.recovering() to an alert of an article from after it: the
# first of a partition that was struck, and the last of all partitions to give one.
Recovery = collections.namedtuple("Recovery", "first every last_partition")


class _Expected:
    __slots__ = ("article", "list", "version", "shortened", "partition", "made_at")


class _Seen:
    __slots__ = ("digest", "time", "count", "detected_at")


class Oracle:
    def __init__(self, topic, generations):
        self._topic, self._generations = topic, set(generations)
        self._lock = threading.Lock()
        self._expected, self._seen, self._outstanding = {}, {}, {}
        self._letters, self._letters_out = {}, {}
        self._faults = []
        self.problems, self.problem_count = [], 0
        self.articles = self.unknown = self.repeated = self.alerts_seen = 0
        self.unexplained = 0
        self.letters_seen = self.letters_repeated = 0
        self.repeated_by_kind = collections.Counter()
        self.repeated_most = collections.Counter()
        self.delays = []  # Of new articles, where no fault was near: seconds.
        self.newest = {}  # Partition: time of its newest alert.

    # What is written.

    def expect(self, article, partition):
        now = time.time()
        with self._lock:
            self.articles += 1
            for alert_id, (list_id, version) in article.alerts.items():
                expected = _Expected()
                expected.article, expected.list, expected.version = \
                    (article.id, article.version), list_id, version
                expected.shortened, expected.partition = article.shortened, partition
                expected.made_at = now
                self._expected[alert_id] = expected
                self._outstanding[alert_id] = expected
            if article.reject:
                digest = hashlib.sha256(article.value).hexdigest()
                self._letters[digest] = article
                self._letters_out[digest] = now

    def add_generation(self, generation):
        """A set of lists that is about to be loaded."""
        with self._lock:
            self._generations.add(generation)

    # What comes out.

    def on_alert(self, record):
        try:
            alert = json.loads(record.value)
            with self._lock:
                self._judge(alert, record)
        except (ValueError, KeyError, TypeError) as error:
            with self._lock:
                self._problem(f"alert that is none ({error!r}): {record.value[:300]!r}")

    def _judge(self, alert, record):
        alert_id = alert["id"]
        expected = self._expected.get(alert_id)
        if expected is None:
            self.unknown += 1
            self._problem(f"unknown alert: {record.value[:600]!r}")
            return
        self.alerts_seen += 1
        for wrong in self._wrong_in(alert, expected, record):
            self._problem(f"alert {alert_id}: {wrong}: {record.value[:600]!r}")
        digest = content_digest(alert)
        seen = self._seen.get(alert_id)
        if seen is None:
            seen = self._seen[alert_id] = _Seen()
            seen.digest, seen.time, seen.count = digest, record.time, 1
            seen.detected_at = alert["detected_at"]
            del self._outstanding[alert_id]
            self._on_progress(expected, record.time)
            return
        seen.count += 1
        self.repeated += 1
        if seen.digest != digest:
            self._problem(f"alert {alert_id} came again with other content: {record.value[:600]!r}")
        self._explain(alert, seen, record)

    def _wrong_in(self, alert, expected, record):
        article, watchlist, origin = alert["article"], alert["watchlist"], alert["origin"]
        if (article["id"], article.get("version", "")) != expected.article:
            yield f"article is not {expected.article}"
        if (watchlist["id"], watchlist["version"]) != (expected.list, expected.version):
            yield f"watch-list is not {expected.list} {expected.version}"
        if (origin["topic"], origin["partition"]) != (self._topic, expected.partition):
            yield f"origin is not {self._topic} {expected.partition}"
        truncated = bool(alert.get("truncated"))
        if truncated and not expected.shortened:
            yield "truncated"
        # One in hundreds is short enough when compressed, which is what the topic limits.
        if expected.shortened and not truncated and len(record.value) > UNTRUNCATED_BYTES_MAX:
            yield f"not truncated, with {len(record.value)} bytes"
        if alert["generation"] not in self._generations:
            yield "a generation of no set of lists that there was"
        if record.key != watchlist["id"].encode():
            yield f"key {record.key!r}"
        if record.headers.get("ce_id") != alert["id"].encode():
            yield "ce_id is not its id"

    def _on_progress(self, expected, when):
        self.newest[expected.partition] = max(when, self.newest.get(expected.partition, 0))
        calm = True
        for fault in reversed(self._faults):
            if fault.end is not None and fault.end < expected.made_at - 3:
                break
            calm = False
            if fault.recovering_since is not None and expected.made_at >= fault.recovering_since:
                fault.first_after.setdefault(expected.partition, when)
        if calm:
            self.delays.append(when - expected.made_at)

    def _explain(self, alert, seen, record):
        origin = alert["origin"]
        for fault in reversed(self._faults):
            if fault.start <= record.time + 1 and (fault.end is None or seen.time <= fault.end + 1):
                if origin["offset"] >= fault.committed.get(origin["partition"], 0):
                    fault.repeated += 1
                    self.repeated_by_kind[fault.kind] += 1
                    self.repeated_most[fault.kind] = max(self.repeated_most[fault.kind],
                                                         fault.repeated)
                    return
        self.unexplained += 1
        near = [(fault.kind, round(fault.start - record.time, 2),
                 round((fault.end or record.time) - record.time, 2),
                 fault.committed.get(origin["partition"])) for fault in self._faults[-3:]]
        self._problem(f"alert {alert['id']} of {origin} came again at {record.time:.2f}, first at "
                      f"{seen.time:.2f} (made {alert['detected_at']} and {seen.detected_at}); no fault explains it (kind, start, end, committed): {near}")

    def on_dead_letter(self, record):
        reason = record.headers.get("reason", b"").decode()
        value = record.value or b""
        # One that its topic refused is cut, and says of what.
        digest = (record.headers["sha256"].decode() if "truncated" in record.headers
                  else hashlib.sha256(value).hexdigest())
        with self._lock:
            expected = self._letters.get(digest)
            if expected is None or not expected.value.startswith(value):
                self.unknown += 1
                self._problem(f"unknown dead letter, {reason}: {value[:200]!r}")
                return
            self.letters_seen += 1
            if expected.reject != reason:
                self._problem(f"dead letter {value[:80]!r}: {reason}, not {expected.reject}")
            if self._letters_out.pop(digest, None) is None:
                self.letters_repeated += 1

    # Faults.

    def fault(self, kind, committed):
        """A fault that strikes now. `committed` {partition: offset}."""
        fault = Fault(kind, committed)
        with self._lock:
            self._faults.append(fault)
        return fault

    def recovering(self, fault):
        """From now on the service should come back by itself."""
        with self._lock:
            fault.recovering_since = time.time()

    def over(self, fault):
        with self._lock:
            fault.end = time.time()

    def recovery(self, fault, partitions):
        """None while a partition has not given an alert of an article from after
        recovering()."""
        with self._lock:
            if len(fault.first_after) < partitions:
                return None
            seconds = {partition: when - fault.recovering_since
                       for partition, when in fault.first_after.items()}
            struck = fault.struck or seconds.keys()
            last = max(seconds, key=seconds.get)
            return Recovery(min(seconds[one] for one in struck), seconds[last], last)

    # Judgement.

    def missing(self, before=None):
        """Expected alerts and dead letters of articles made before then that have
        not come."""
        before = time.time() if before is None else before
        with self._lock:
            alerts = [(alert_id, one.article, one.list, one.partition)
                      for alert_id, one in self._outstanding.items() if one.made_at <= before]
            return alerts + [(self._letters[digest].reject, self._letters[digest].value[:80])
                             for digest, at in self._letters_out.items() if at <= before]

    def problem(self, text):
        with self._lock:
            self._problem(text)

    def _problem(self, text):
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    def expected_count(self):
        with self._lock:
            return len(self._expected)

    def seen_count(self):
        with self._lock:
            return len(self._seen)

    def delay_quantile(self, share):
        with self._lock:
            ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
