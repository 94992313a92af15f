# SPDX-License-Identifier: Apache-2.0
"""One stream of articles through presshawk, with its topics and its oracle."""

import random
import threading
import time

from instance import SESSION_SECONDS, Instance, kafka_config
from kafka_client import KafkaError, Producer, Reader
from oracle import Oracle
from processes import wait_for
from workload import Workload, generation_id, write_lists

# Alerts over it are refused, so that the way of what is too large is gone too.
ALERT_BYTES_MAX = 40000
# For an event that must come by itself on a machine that is busy.
PATIENCE = 150
ALERT_PARTITIONS = 3


class Flow:
    """Topics `name`, `name`-alerts and `name`-dead; lists in a folder; readers."""

    def __init__(self, cluster, admin, folder, name, seed, partitions=6,
                 session_seconds=SESSION_SECONDS):
        self.cluster, self.admin, self.name, self.partitions = cluster, admin, name, partitions
        self.session_seconds = session_seconds
        self.folder = folder / name
        self.folder.mkdir(parents=True)
        self.alerts, self.dead = f"{name}-alerts", f"{name}-dead"
        self.make_topics([name, self.alerts, self.dead])
        self.workload = Workload(seed, run=name)
        write_lists(self.folder / "lists.ndjson", self.workload.lists)
        self.oracle = Oracle(name, [generation_id(self.workload.lists)])
        self._producer = Producer(cluster.servers("direct"))
        self._rng = random.Random(f"load {seed} {name}")
        self._number = 0
        self._lock = threading.Lock()  # Of the load and of who else produces.
        self._readers, self._reading = {}, set()
        for topic in (self.alerts, self.dead):
            self.start_reader(topic)
        self._rate, self._loader = 0, None

    def make_topics(self, names):
        replicas = len(self.cluster.brokers)
        durable = {"min.insync.replicas": min(2, replicas)}
        stamped = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": ALERT_BYTES_MAX}
        for name in names:
            self._make(name, replicas, {**durable, **(stamped if name == self.alerts else {})})
        self.cluster.wait_until_whole(self.admin, names)

    def _make(self, name, replicas, config):
        count = {self.name: self.partitions, self.alerts: ALERT_PARTITIONS, self.dead: 1}[name]
        # One that was deleted must be gone; one that is there was made by a
        # request whose answer came too late.
        wait_for(f"topic {name} to be gone", PATIENCE, lambda: not self.admin.leaders(name), 0.2)
        try:
            self.admin.create_topic(name, count, replicas, config)
        except KafkaError as error:
            if "already exists" not in str(error):
                raise

    def instance(self, name, binary, listener="proxy", instance_id=None, sinks=None, workers=2):
        config = kafka_config(self.cluster, listener, instance_id, f"{self.name}-group", self.name,
                              sinks or [{"kafka": {"topic": self.alerts}}], self.dead,
                              self.session_seconds)
        return Instance(name, binary, self.folder, config, workers)

    def committed(self):
        """{partition: offset} of the group, as the cluster has it now."""
        return self.admin.committed(f"{self.name}-group", self.name, self.partitions)

    # Articles in.

    def produce(self, count=1, partition=None):
        for _ in range(count):
            with self._lock:
                article = self.workload.make(self._number)
                self._number += 1
                self.add(article, partition)

    def produce_small(self, count):
        """Such as any sink takes."""
        for _ in range(count):
            elements = self._rng.sample(range(Workload.ELEMENTS), self._rng.randrange(4))
            self.add(self.workload.of_elements(self._number, set(elements)))
            self._number += 1

    def produce_without_alerts(self, count):
        for _ in range(count):
            self.add(self.workload.of_elements(self._number, set()))
            self._number += 1

    def new_producer(self):
        """For a topic that was made again."""
        self._close_producer()
        self._producer = Producer(self.cluster.servers("direct"))

    def _close_producer(self):
        if self._producer.failures:
            self.oracle.problem(f"the suite's own producer failed: {self._producer.failures[:3]}")
        self._producer.close()

    def add(self, article, partition=None):
        where = self._rng.randrange(self.partitions) if partition is None else partition
        self.oracle.expect(article, where)
        self._producer.produce(self.name, where, article.value, article.id.encode())

    def flush(self):
        wait_for(f"all articles of {self.name} to be written", PATIENCE,
                 lambda: self._producer.flush(0.2))

    def start_load(self, per_second):
        """In bursts: seconds of a third of it, seconds of the triple."""
        self._rate = per_second
        self._loader = threading.Thread(target=self._load, daemon=True)
        self._loader.start()

    def _load(self):
        begin, due, rate = time.monotonic(), 0.0, self._rate
        while self._rate > 0:
            now = time.monotonic()
            due += (now - begin) * rate
            begin = now
            while due >= 1 and self._producer.pending() < 20000:
                self.produce()
                due -= 1
            due = min(due, rate)
            self._producer.poll(0.01)
            if self._rng.random() < 0.02:
                rate = self._rate * self._rng.choice((0.3, 0.5, 1, 1, 1, 3))

    def stop_load(self):
        self._rate = 0
        if self._loader is not None:
            self._loader.join()
            self._loader = None

    # Alerts out.

    def stop_reader(self, topic):
        """While the topic is being made again."""
        self._reading.discard(topic)
        self._readers[topic].join()

    def start_reader(self, topic):
        """From the topic's beginning."""
        self._reading.add(topic)
        self._readers[topic] = threading.Thread(target=self._read, args=(topic,), daemon=True)
        self._readers[topic].start()

    def _read(self, topic):
        take = self.oracle.on_alert if topic == self.alerts else self.oracle.on_dead_letter
        reader = Reader(self.cluster.servers("direct"),
                        {topic: ALERT_PARTITIONS if topic == self.alerts else 1})
        while topic in self._reading:
            record = reader.poll(0.1)
            if record is not None:
                take(record)
        reader.close()

    # Judgement.

    def wait_until_caught_up(self):
        """All that is expected of the articles that there are now has come."""
        now = time.time()
        try:
            wait_for("every expected alert", PATIENCE, lambda: not self.oracle.missing(now))
        except Exception as error:
            missing = self.oracle.missing(now)
            raise type(error)(f"{error}\n{len(missing)} missing, among them {missing[:5]}") from None

    def wait_until_recovered(self, fault):
        """Its Recovery, when each partition is at work again."""
        return wait_for(f"progress of each partition after: {fault.kind}", PATIENCE,
                        lambda: self.oracle.recovery(fault, self.partitions))

    def check_counters(self, instances):
        for instance in instances:
            instance.check_alive()
            left = wait_for(f"metrics of {instance.name}", 30, lambda: [instance.unaccounted()])[0]
            if left != 0:
                self.oracle.problem(f"{instance.name}: {left} articles are unaccounted for: "
                                    f"{instance.get('metrics')}")

    def close(self):
        self.stop_load()
        for topic in (self.alerts, self.dead):
            self.stop_reader(topic)
        self._close_producer()
