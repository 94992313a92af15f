# SPDX-License-Identifier: Apache-2.0
"""Faults that need topics, files or a disk of their own. The main flow goes on
beside them; each has an oracle of its own, which the report adds up."""

import errno
import subprocess
import time

from flow import PATIENCE, Flow
from kafka_client import Record
from processes import wait_for
from reload import reload_storm


class Episode:
    """A flow and one presshawk, gone at the end."""

    count = 0

    def __init__(self, world, kind, partitions=2, **how):
        Episode.count += 1
        self.world, self.kind = world, kind
        self.begin = time.monotonic()
        self.flow = Flow(world.cluster, world.admin, world.folder,
                         f"{kind.replace(' ', '-')}-{Episode.count}", world.report.seed + Episode.count, partitions)
        self.service = self.flow.instance("service", world.binary, "direct", **how)

    def __enter__(self):
        return self

    def strike(self, committed=None):
        return self.flow.oracle.fault(
            self.kind, self.flow.committed() if committed is None else committed)

    def caught_up(self, count):
        """After `count` more articles."""
        self.flow.produce(count)
        self.flow.flush()
        self.flow.wait_until_caught_up()
        self.flow.check_counters([self.service])

    def not_ready(self):
        wait_for(f"{self.service.name} to say that it is not ready", PATIENCE,
                 lambda: self.service.ready() is not None, step=0.2)

    def __exit__(self, kind, error, trace):
        try:
            if error is None:
                self.service.stop()
        finally:
            self.service.close()
            self.flow.close()
            self.world.report.add_episode(self.kind, self.flow.oracle,
                                          time.monotonic() - self.begin)
        return False


def _read_alert_file(episode, path):
    """Gives the oracle what a file sink wrote."""
    with path.open("rb") as file:
        for line in file:
            record = Record()
            record.value, record.time = line, time.time()
            found = line.split(b'"watchlist":{"id":"', 1)
            record.key = found[1].split(b'"', 1)[0] if len(found) == 2 else b""
            record.headers = {"ce_id": line.split(b'"id":"', 1)[1].split(b'"', 1)[0]}
            episode.flow.oracle.on_alert(record)


def disk_full(world):
    """The disk of a file sink is full for a while; now and then the service is
    killed meanwhile."""
    with Episode(world, "full disk of a file sink") as episode:
        disk = episode.flow.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk],
                          check=False).returncode != 0:
            world.report.left_out("full disk of a file sink", "a tmpfs cannot be mounted here")
            episode.service.start(wait=False)
            return
        try:
            _fill_and_free(world, episode, disk)
        finally:
            episode.service.close()
            subprocess.run(["umount", "-l", disk], check=False)


def _fill(path):
    """Takes all that its disk has."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) > 0:
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def _fill_and_free(world, episode, disk):
    flow, service, alerts = episode.flow, episode.service, disk / "alerts.ndjson"
    service.config["sinks"] = [{"file": {"path": str(alerts)}}]
    service.start()
    flow.produce_small(200)
    wait_for("first alerts", PATIENCE, lambda: alerts.exists() and alerts.stat().st_size > 0)
    fault = episode.strike()
    _fill(disk / "filler")
    flow.produce_small(400)
    flow.flush()
    wait_for("readyz to say that the disk is full", PATIENCE,
             lambda: "No space left" in (service.ready() or ""))
    flow.check_counters([service])
    was_killed = world.rng.random() < 0.5
    if was_killed:
        service.kill()
        fault.committed = flow.committed()
    (disk / "filler").unlink()
    if was_killed:
        service.start()
    flow.produce_small(50)
    flow.flush()
    end = time.time()

    def all_committed():
        return sum(flow.committed().values()) == flow.oracle.articles

    wait_for("all articles to be committed", PATIENCE, all_committed)
    flow.check_counters([service])
    service.stop()
    _read_alert_file(episode, alerts)
    flow.oracle.over(fault)
    if missing := flow.oracle.missing(end):
        flow.oracle.problem(f"full disk: {len(missing)} alerts are not in the file: {missing[:3]}")


def topic_remade(world):
    """The article topic is deleted and made again: it begins at offset 0."""
    with Episode(world, "article topic remade") as episode:
        episode.service.start()
        episode.caught_up(200)
        fault = episode.strike({})
        world.admin.delete_topic(episode.flow.name)
        time.sleep(world.rng.uniform(0.5, 3))
        episode.flow.make_topics([episode.flow.name])
        episode.flow.new_producer()
        episode.caught_up(100)
        episode.flow.oracle.over(fault)


def alert_topic_remade(world):
    """The alert topic is missing for a while: alerts wait for it."""
    with Episode(world, "alert topic remade") as episode:
        episode.service.start()
        episode.caught_up(100)
        fault = episode.strike()
        episode.flow.stop_reader(episode.flow.alerts)
        world.admin.delete_topic(episode.flow.alerts)
        episode.flow.produce(100)
        episode.flow.flush()
        episode.not_ready()
        episode.flow.make_topics([episode.flow.alerts])
        episode.flow.start_reader(episode.flow.alerts)
        episode.caught_up(50)
        wait_for("the service to be ready again", PATIENCE,
                 lambda: episode.service.ready() is None)
        episode.flow.oracle.over(fault)


def offsets_out_of_range(world):
    """Committed offsets that are no more in the topic, and such that never were."""
    with Episode(world, "offsets out of range") as episode:
        flow, service = episode.flow, episode.service
        service.start()
        episode.caught_up(200)
        service.stop()
        flow.produce_without_alerts(100)
        flow.flush()
        ends = {p: world.admin.watermarks(flow.name, p)[1] for p in range(flow.partitions)}
        world.admin.delete_records(flow.name, ends)
        service.start()
        episode.caught_up(100)
        service.stop()
        fault = episode.strike({})
        wait_for("an empty group", PATIENCE, lambda: _commits(flow, {
            p: world.admin.watermarks(flow.name, p)[1] + 1000 for p in range(flow.partitions)}))
        service.start()
        episode.caught_up(100)
        flow.oracle.over(fault)


def _commits(flow, offsets):
    try:
        flow.admin.commit(f"{flow.name}-group", flow.name, offsets)
        return True
    except Exception:  # noqa: the members that left are not yet forgotten
        return False


def dead_letter_topic_missing(world):
    """Dead letters wait for their topic."""
    with Episode(world, "dead-letter topic missing") as episode:
        episode.service.start()
        episode.caught_up(100)
        fault = episode.strike()
        episode.flow.stop_reader(episode.flow.dead)
        world.admin.delete_topic(episode.flow.dead)
        episode.flow.produce(300)
        episode.flow.flush()
        episode.not_ready()
        episode.flow.check_counters([episode.service])
        episode.flow.make_topics([episode.flow.dead])
        episode.flow.start_reader(episode.flow.dead)
        episode.caught_up(50)
        episode.flow.oracle.over(fault)


def dead_letter_topic_refusing(world):
    """Dead letters wait while their topic takes nothing; now and then the
    service is killed meanwhile."""
    with Episode(world, "dead-letter topic refusing") as episode:
        episode.service.start()
        episode.caught_up(100)
        fault = episode.strike()
        world.admin.set_topic_config(episode.flow.dead, "max.message.bytes", 10)
        episode.flow.produce(300)
        episode.flow.flush()
        episode.not_ready()
        episode.flow.check_counters([episode.service])
        if world.rng.random() < 0.5:
            episode.service.kill()
            fault.committed = episode.flow.committed()
            episode.service.start(wait=False)
        world.admin.set_topic_config(episode.flow.dead, "max.message.bytes", 1 << 20)
        episode.caught_up(50)
        episode.flow.oracle.over(fault)


# As FAULTS in faults.py.
EPISODES = {
    "disk_full": (disk_full, 1),
    "topic_remade": (topic_remade, 1),
    "alert_topic_remade": (alert_topic_remade, 1),
    "offsets_out_of_range": (offsets_out_of_range, 1),
    "dead_letter_topic_missing": (dead_letter_topic_missing, 1),
    "dead_letter_topic_refusing": (dead_letter_topic_refusing, 1),
    "reload_storm": (reload_storm, 0),
}
