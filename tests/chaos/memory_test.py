#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""100,000 watch-lists of a topic and articles of a topic in 512 MB, with a sink
that takes nothing: it fetches no further, and loses nothing.

  memory_test.py --binary PRESSHAWK --rdkafka LIBRARY [--kafka-lib FOLDER]

The same with files for source and lists: tests/hostile/memory_test.py.
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.append(str(pathlib.Path(__file__).parent.parent / "hostile"))

import kafka_client  # noqa: E402
from cluster import Cluster, add_program_options  # noqa: E402
from instance import Instance, kafka_config  # noqa: E402
from memory_limit import MemoryLimit, peak_mb  # noqa: E402
from processes import wait_for  # noqa: E402

LIMIT_MB = 512
LISTS = 100_000
ARTICLES = 40_000
PARTITIONS = 4
BODY = "The Kremlin said on Monday that nothing would change in the harbour. " * 60  # 4 KB
PATIENCE = 300


def write_input(servers):
    producer = kafka_client.Producer(servers)

    def write(topic, partition, key, value):
        while producer.pending() > 50_000:
            producer.poll(0.1)
        producer.produce(topic, partition, value.encode(), key.encode())

    write("lists", 0, "k", '{"id":"k","terms":["Kremlin"]}')
    for i in range(LISTS - 1):
        write("lists", 0, f"l{i}", f'{{"id":"l{i}","name":"Customer {i}","terms":["name{i} surname{i * 7}","brand{i}"]}}')
    for i in range(ARTICLES):
        write("articles", i % PARTITIONS, f"a{i}", f'{{"id":"a{i}","body":"{BODY}"}}')
    wait_for("the input to be written", PATIENCE, lambda: producer.flush(0.5))
    producer.close()


def alerted(path):
    return set(re.findall(rb'"article":\{"id":"(a\d+)"', path.read_bytes())) if path.exists() else set()


def start(instance, limit):
    instance.start(wait=False)
    limit.add(instance.pid)


def run(cluster, binary, folder, limit):
    admin = kafka_client.Admin(cluster.servers("direct"))
    admin.create_topic("lists", 1, 1, {"cleanup.policy": "compact"})
    admin.create_topic("articles", PARTITIONS, 1)
    admin.create_topic("articles.deadletter", 1, 1)
    write_input(cluster.servers("direct"))
    alerts = folder / "alerts.ndjson"
    alerts.symlink_to("/dev/full")
    config = kafka_config(cluster, "direct", sinks=[{"file": {"path": str(alerts)}}])
    config["watchlists"] = {"topic": "lists"}
    instance = Instance("service", binary, folder, config)
    problems = []
    try:
        start(instance, limit)
        wait_for("readiness to be lost", PATIENCE, lambda: "No space left" in (instance.ready() or ""), 0.2)
        # It has fetched what it may hold when a second brings no more.
        before = -1
        while (now := instance.metrics()["presshawk_articles_total"]) != before:
            before = now
            time.sleep(1)
        print(f"{now:.0f} of {ARTICLES} articles fetched, then no more; peak {peak_mb(instance.pid)} MB")
        if not 0 < now < ARTICLES:
            problems.append("it does not push back")
        peaks = [peak_mb(instance.pid)]
        instance.kill()
        alerts.unlink()
        start(instance, limit)
        wait_for("all alerts", PATIENCE, lambda: len(alerted(alerts)) == ARTICLES, 0.2)
        peaks.append(peak_mb(instance.pid))
        print(f"all {ARTICLES} alerts are there; peak {peaks[-1]} MB")
        if max(peaks) > LIMIT_MB:
            problems.append(f"{max(peaks)} MB were resident, the limit is {LIMIT_MB}")
        if admin.committed("presshawk", "articles", PARTITIONS) == {}:
            problems.append("nothing is committed")
        instance.stop()
    finally:
        instance.close()
        admin.close()
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_program_options(parser)
    options = parser.parse_args()
    if os.environ.get("PRESSHAWK_SKIP_KAFKA") == "1":
        print("memory: left out, as PRESSHAWK_SKIP_KAFKA=1 says")
        return 77
    kafka_client.load(options.rdkafka)
    limit = MemoryLimit(LIMIT_MB)
    print("limited by", limit.folder or "nothing: no cgroup can be made here")
    with tempfile.TemporaryDirectory(prefix="presshawk-memory-") as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder / "cluster", options.kafka_lib, 1)
        try:
            problems = run(cluster, options.binary, folder, limit)
        finally:
            cluster.close()
            limit.remove()
    for problem in problems:
        print(f"WRONG: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
