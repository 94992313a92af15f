#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long an article takes while watch-lists change, and how soon a change is live.

  latency.py --binary PRESSHAWK --rdkafka LIBRARY [--kafka-lib FOLDER]
             [--lists 100000] [--windows 6] [--seconds 10]

A real broker, articles at a steady pace, 100,000 lists in a file. Windows with
changes and without take turns. In one kind of window a single list changes
every second, in the other a file of 1,000 lists; in both a list that all
articles name from then on, so that the first alert of it tells when it was
live. Latency: from the writing of an article to the reading of its alert.
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/chaos"))

import kafka_client  # noqa: E402
from cluster import Cluster, add_program_options  # noqa: E402
from instance import Instance, kafka_config  # noqa: E402
from processes import wait_for  # noqa: E402

ARTICLES_A_SECOND = 200
BODY = "The harbour was closed on Monday, and nobody said for how long. " * 60  # 4 KB
CHANGE_SECONDS = 1.0


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


class Traffic:
    """Articles in, alerts out, each with its time."""

    def __init__(self, servers):
        self._producer = kafka_client.Producer(servers)
        self._reader = kafka_client.Reader(servers, {"alerts": 1})
        self.term = "change0"  # That articles name from now on.
        self.sent = {}  # Article: when it was written.
        self.latencies = []  # (when it was written, seconds)
        self.first = {}  # Term of the changing list: its first alert.
        self._running = True
        self._threads = [threading.Thread(target=one) for one in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def _write(self):
        begin, number = time.time(), 0
        while self._running:
            due = int((time.time() - begin) * ARTICLES_A_SECOND)
            while number < due:
                name = f"a{number}"
                value = json.dumps({"id": name, "title": "always " + self.term, "body": BODY})
                self.sent[name] = time.time()
                self._producer.produce("articles", 0, value.encode(), name.encode())
                number += 1
            self._producer.poll(0.002)

    def _read(self):
        while self._running:
            record = self._reader.poll(0.05)
            if record is None:
                continue
            now, alert = time.time(), json.loads(record.value)
            if record.key == b"always":
                sent = self.sent.pop(alert["article"]["id"], None)
                if sent is not None:
                    self.latencies.append((sent, now - sent))
            else:
                self.first.setdefault(alert["hits"][0]["term"], now)

    def close(self):
        self._running = False
        for thread in self._threads:
            thread.join()
        self._reader.close()
        self._producer.close()


def write(path, lists):
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(one) + "\n" for one in lists))
    part.rename(path)


def changing_lists(term, count):
    return [{"id": "changing", "terms": [term]}] + [
        {"id": f"more{i}", "terms": [f"more{i} {term}"]} for i in range(count - 1)]


def window(traffic, path, count, options, changes):
    """Changes `count` lists a second, or nothing. The latencies of the window;
    adds to `changes` how long each took to be live."""
    begin = time.time()
    end = begin + options.seconds
    while count > 0 and time.time() < end - CHANGE_SECONDS:
        term = f"change{time.time_ns()}"
        changed = time.time()
        traffic.term = term
        write(path, changing_lists(term, count))
        wait_for("the change to be live", 60, lambda t=term: t in traffic.first, 0.001)
        changes.append(traffic.first[term] - changed)
        time.sleep(max(0.0, changed + CHANGE_SECONDS - time.time()))
    time.sleep(max(0.0, end - time.time()))
    wait_for("the window's alerts", 60, lambda: traffic.latencies and traffic.latencies[-1][0] > end)
    return [seconds for sent, seconds in traffic.latencies if begin <= sent < end]


def measure(options, traffic, path):
    kinds = {"nothing changes": 0, "one list a second": 1, "1,000 lists of a file a second": 1000}
    latencies = {kind: [] for kind in kinds}
    changes = {kind: [] for kind in kinds}
    for _ in range(options.windows):
        for kind, count in kinds.items():
            latencies[kind].append(window(traffic, path, count, options, changes[kind]))
    print(f"\n{options.lists:,} lists, {ARTICLES_A_SECOND} articles a second, "
          f"{options.windows} windows of {options.seconds} s each\n")
    print("| | latency p50, ms | p99, ms | p99 of quiet (spread over windows) | live after, median s | longest |")
    print("| --- | ---: | ---: | --- | ---: | ---: |")
    quiet = [quantile(one, 0.99) for one in latencies["nothing changes"]]
    for kind in kinds:
        p99 = [quantile(one, 0.99) for one in latencies[kind]]
        ratios = [mine / other for mine, other in zip(p99, quiet)]
        ratio = "" if kind == "nothing changes" else \
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        live = [f"{statistics.median(changes[kind]):.3f}", f"{max(changes[kind]):.3f}"] \
            if changes[kind] else ["", ""]
        print(f"| {kind} | {1000 * statistics.median(quantile(one, 0.5) for one in latencies[kind]):.1f} | "
              f"{1000 * statistics.median(p99):.1f} | {ratio} | {live[0]} | {live[1]} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_program_options(parser)
    parser.add_argument("--lists", type=int, default=100_000)
    parser.add_argument("--windows", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    kafka_client.load(options.rdkafka)
    with tempfile.TemporaryDirectory(prefix="presshawk-swap-") as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder / "cluster", options.kafka_lib, 1)
        admin = kafka_client.Admin(cluster.servers("direct"))
        instance = traffic = None
        try:
            for topic in ("articles", "alerts", "articles.deadletter"):
                admin.create_topic(topic, 1, 1)
            lists = folder / "lists"
            lists.mkdir()
            write(lists / "base.ndjson", [{"id": "always", "terms": ["always"]}] + [
                {"id": f"l{i}", "terms": [f"name{i} surname{i * 7}", f"brand{i}"]}
                for i in range(options.lists - 1)])
            write(lists / "changing.ndjson", changing_lists("change0", 1))
            config = kafka_config(cluster, "direct") | {"watchlists": {"files": [str(lists)]}}
            instance = Instance("service", options.binary, folder, config, workers=1)
            instance.start()
            traffic = Traffic(cluster.servers("direct"))
            wait_for("the first alerts", 60, lambda: len(traffic.latencies) > 5 * ARTICLES_A_SECOND)
            measure(options, traffic, lists / "changing.ndjson")
        finally:
            if traffic is not None:
                traffic.close()
            if instance is not None:
                instance.close()
            admin.close()
            cluster.close()


if __name__ == "__main__":
    main()
