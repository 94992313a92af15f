# SPDX-License-Identifier: Apache-2.0
"""A presshawk that runs: its configuration, its life, what it says of itself."""

import json
import os
import re
import signal
import time
import urllib.error
import urllib.request

from cluster import PASSWORD, USER
from processes import Child, GaveUp, wait_for

SESSION_SECONDS = 6
POLL_SECONDS_OVER_SESSION = 3
CANNOT_START = 3  # The exit code for it.
# Under the limit of the alert topic: only what is too large alone is refused.
BATCH_BYTES_MAX = 30000


class Instance:
    """One member, `workers` consumers. start() and kill() any number of times."""

    started = 0
    killed = 0

    def __init__(self, name, binary, folder, config, workers=2):
        self.name, self._binary, self.folder = name, binary, folder
        self.config = {
            "watchlists": {"files": [str(folder / "lists.ndjson")]},
            "http": {"listen": "127.0.0.1:0"}, "workers": workers, "drain_timeout": "20s",
            **config}
        self._child = None
        self._url = None

    def start(self, wait=True):
        """Ready, if `wait`: assigned, lists loaded, sinks up."""
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(self.config))
        self._launch(path)
        if wait:
            wait_for(f"{self.name} to be ready", 120, lambda: self._ready_at_last(path))

    def _launch(self, path):
        self._url = None
        self._child = Child([self._binary, "run", "--config", path], self.folder / f"{self.name}.log")
        Instance.started += 1

    def _ready_at_last(self, path):
        """As a supervisor does: a start that fails (a broker that does not know a
        new topic yet) is tried again."""
        if self._child.exit_code() == CANNOT_START:
            time.sleep(0.5)
            self._launch(path)
        return self.ready() is None

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child is not None and self._child.running()

    def check_alive(self):
        if not self.running():
            raise GaveUp(f"{self.name} ended by itself with {self._child.exit_code()}:\n"
                         f"{self._child.tail()}")

    def url(self):
        """Of its HTTP port; None before it has one."""
        if self._url is None:
            if self._child.exit_code() == CANNOT_START:
                return None
            self.check_alive()
            found = re.search(r"http://127\.0\.0\.1:\d+/", self._child.text())
            self._url = found and found.group(0)
        return self._url

    def get(self, path, data=None):
        if self.url() is None:
            return None
        try:
            with urllib.request.urlopen(self.url() + path, data=data, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError:
            return None

    def ready(self):
        """None when ready, else why not."""
        if self.url() is None:
            return "no port yet"
        try:
            with urllib.request.urlopen(self.url() + "readyz", timeout=20):
                return None
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError as error:
            return str(error)

    def metrics(self):
        """{name with labels: value}; None when it does not answer."""
        text = self.get("metrics")
        if text is None:
            return None
        found = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                found[name] = float(value)
        return found

    def unaccounted(self):
        """Articles less all that became of them: must be 0. None without answer."""
        metrics = self.metrics()
        if metrics is None:
            return None
        rejected = sum(value for name, value in metrics.items()
                       if name.startswith("presshawk_articles_rejected_total"))
        return (metrics["presshawk_articles_total"] - metrics["presshawk_articles_processed_total"]
                - rejected - metrics["presshawk_articles_abandoned_total"]
                - metrics["presshawk_articles_in_flight"])

    def lag(self):
        metrics = self.metrics() or {}
        return sum(value for name, value in metrics.items()
                   if name.startswith("presshawk_consumer_lag"))

    def partitions(self):
        """That it is assigned; empty without an answer."""
        status = json.loads(self.get("api/v1/status") or "{}")
        return {one["partition"] for one in status.get("assignment", [])}

    def memory_bytes(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def kill(self):
        if self.running():
            Instance.killed += 1
            self._child.kill()

    def pause(self):
        self._child.signal(signal.SIGSTOP)

    def resume(self):
        self._child.signal(signal.SIGCONT)

    def hang_up(self):
        self._child.signal(signal.SIGHUP)

    def stop(self):
        """SIGTERM; it must drain and exit 0."""
        if self._child is None or not self.running():
            return
        code = self._child.stop(45)
        if code != 0:
            raise GaveUp(f"{self.name} stopped with {code}:\n{self._child.tail()}")

    def log_tail(self):
        return self._child.tail() if self._child else ""

    def close(self):
        if self._child is not None:
            self._child.kill()


def kafka_config(cluster, listener="proxy", instance_id=None, group="presshawk", topic="articles",
                 sinks=None, deadletter="articles.deadletter", session_seconds=SESSION_SECONDS):
    """Configuration of a member that reads `topic` by way of `listener`."""
    properties = {"bootstrap.servers": cluster.servers(listener), "socket.timeout.ms": 10000,
                  "topic.metadata.refresh.interval.ms": 3000}
    if listener == "sasl":
        properties |= {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                       "sasl.username": USER, "sasl.password": PASSWORD}
    poll_seconds = session_seconds + POLL_SECONDS_OVER_SESSION
    consumer = {"session.timeout.ms": 1000 * session_seconds, "heartbeat.interval.ms": 1000,
                "max.poll.interval.ms": 1000 * poll_seconds, "statistics.interval.ms": 1000}
    if instance_id is not None:
        consumer["group.instance.id"] = instance_id
    properties = {name: str(value) for name, value in properties.items()}
    return {"kafka": {"properties": properties,
                      "consumer": {name: str(value) for name, value in consumer.items()},
                      "producer": {"batch.size": str(BATCH_BYTES_MAX)}},
            "source": {"kafka": {"topics": [topic], "group": group}},
            "sinks": sinks or [{"kafka": {"topic": "alerts"}}],
            "deadletter": {"kafka": {"topic": deadletter}}}
