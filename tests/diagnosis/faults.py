# SPDX-License-Identifier: Apache-2.0
"""The faults of the page: each is provoked, waited for and ended.

  FAULTS[name](world, row) -> Seconds
"""

import json
import socket
import struct
import subprocess
import threading
import time

import kafka_client
from instance import Instance
from processes import free_port, wait_for
from watch import Seconds, Watch

PARTITIONS = 2
GOOD_LISTS = "watchlists: [{id: ferry, terms: [ferry]}]\n"


class World:
    """A broker, and instances that read topics of their own."""

    def __init__(self, binary, folder, cluster):
        self.binary, self.folder, self.cluster = binary, folder, cluster
        self.admin = kafka_client.Admin(cluster.servers("direct"))
        self.instances = []
        self._count = 0

    @property
    def broker(self):
        return self.cluster.brokers[0]

    def topics(self):
        """The name of three new topics: NAME, NAME.alerts, NAME.dead."""
        self._count += 1
        name = f"t{self._count}"
        names = [name, f"{name}.alerts", f"{name}.dead"]
        for one in names:
            self.admin.create_topic(one, PARTITIONS, 1)
        self.cluster.wait_until_whole(self.admin, names)
        return name

    def configuration(self, topic, **changes):
        consumer = changes.pop("consumer", {})
        properties = changes.pop("properties", {})
        group = changes.pop("group", f"{topic}-group")
        servers = changes.pop("servers", self.cluster.servers("direct"))
        return {"kafka": {"properties": {"bootstrap.servers": servers, **properties}, "consumer": consumer},
                "source": {"kafka": {"topics": [topic], "group": group}},
                "sinks": [{"kafka": {"topic": f"{topic}.alerts"}}],
                "deadletter": {"kafka": {"topic": f"{topic}.dead"}}, **changes}

    def instance(self, topic, lists=GOOD_LISTS, start=True, **changes):
        self._count += 1
        folder = self.folder / f"instance-{self._count}"
        folder.mkdir()
        (folder / "lists.yaml").write_text(lists)
        config = self.configuration(topic, **{"watchlists": {"files": [str(folder / "lists.yaml")]}, **changes})
        instance = Instance(f"instance-{self._count}", self.binary, folder, config)
        self.instances.append(instance)
        if start:
            instance.start()
        return instance

    def produce(self, topic, count, title="a ferry"):
        producer = kafka_client.Producer(self.cluster.servers("direct"))
        for i in range(count):
            producer.produce(topic, i % PARTITIONS, json.dumps({"id": f"{time.time_ns()}", "title": title}).encode())
        producer.flush(30)
        producer.close()

    def works(self, topic, instance, count=10):
        """A ready instance that has given alerts."""
        self.produce(topic, count)
        wait_for("the first alerts", 60, lambda: (instance.metrics() or {}).get(
            'presshawk_deliveries_total{sink="kafka",result="success"}', 0) >= count)

    def watch(self, instance):
        return Watch(self.binary, instance)

    def close_instances(self):
        for instance in self.instances:
            instance.close()
        self.instances = []


def _through(world, row, instance, begin, end):
    """The life of a fault that an instance outlives."""
    watch = world.watch(instance)
    seconds = Seconds()
    begin()
    watch.until_told(row, seconds)
    end()
    seconds.of["end"] = watch.until_over(row, Seconds()).of["end"]
    return seconds


def broker_gone(world, row):
    topic = world.topics()
    instance = world.instance(topic)
    world.works(topic, instance)
    return _through(world, row, instance, world.broker.kill, world.broker.start)


def broker_hangs(world, row):
    topic = world.topics()
    instance = world.instance(topic)
    world.works(topic, instance)
    return _through(world, row, instance, world.broker.pause, world.broker.resume)


def source_topic_deleted(world, row):
    topic = world.topics()
    instance = world.instance(topic)
    world.works(topic, instance)
    return _through(world, row, instance, lambda: world.admin.delete_topic(topic),
                    lambda: world.admin.create_topic(topic, PARTITIONS, 1))


def alert_topic_deleted(world, row):
    topic = world.topics()
    instance = world.instance(topic)
    world.works(topic, instance)
    return _through(world, row, instance, lambda: world.admin.delete_topic(f"{topic}.alerts"),
                    lambda: world.admin.create_topic(f"{topic}.alerts", PARTITIONS, 1))


def disk_full(world, row):
    topic = world.topics()
    disk = world.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    try:
        instance = world.instance(topic, sinks=[{"file": {"path": str(disk / "alerts.ndjson")}}])

        def fill():
            with (disk / "filler").open("wb", buffering=0) as file:
                try:
                    while file.write(bytes(4096)) > 0:
                        pass
                except OSError:
                    pass
            world.produce(topic, 200)

        return _through(world, row, instance, fill, (disk / "filler").unlink)
    finally:
        world.close_instances()
        subprocess.run(["umount", "-l", disk], check=False)


def lists_emptied(world, row):
    instance = world.instance(world.topics())
    lists = instance.folder / "lists.yaml"
    return _through(world, row, instance, lambda: lists.write_text("watchlists: []\n"),
                    lambda: lists.write_text(GOOD_LISTS))


def one_id_twice(world, row):
    topic = world.topics()
    consumer = {"group.instance.id": "host1"}
    first = world.instance(topic, consumer=consumer)
    second = world.instance(topic, consumer=consumer, start=False)
    return _through(world, row, first, lambda: second.start(wait=False), second.close)


class _CommitEater:
    """Stands between the proxied listener and its broker, and lets every request
    through but OffsetCommit while it `eats`."""

    OFFSET_COMMIT = 8

    def __init__(self, target):
        self.eats = False
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                broker = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            threading.Thread(target=self._requests, args=(client, broker), daemon=True).start()
            threading.Thread(target=self._answers, args=(broker, client), daemon=True).start()

    def _requests(self, client, broker):
        try:
            while size := client.recv(4, socket.MSG_WAITALL):
                request = client.recv(struct.unpack(">i", size)[0], socket.MSG_WAITALL)
                if not (self.eats and struct.unpack(">h", request[:2])[0] == self.OFFSET_COMMIT):
                    broker.sendall(size + request)
        except (OSError, struct.error):
            pass
        broker.close()

    @staticmethod
    def _answers(broker, client):
        try:
            while data := broker.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        client.close()

    def close(self):
        self._listener.close()


def no_commits(world, row):
    topic = world.topics()
    eater = _CommitEater(world.broker.proxied)
    world.broker.proxy.target = eater.port
    try:
        instance = world.instance(topic, servers=world.cluster.servers("proxy"))
        world.works(topic, instance)

        def break_it():
            eater.eats = True
            world.produce(topic, 10)

        def mend():
            eater.eats = False

        return _through(world, row, instance, break_it, mend)
    finally:
        world.close_instances()
        world.broker.proxy.target = world.broker.proxied
        eater.close()


def no_position(world, row):
    topic = world.topics()
    group = f"{topic}-group"
    instance = world.instance(topic, consumer={"auto.offset.reset": "error"}, group=group, start=False)
    seconds = Seconds()
    instance.start(wait=False)
    world.watch(instance).until_told(row, seconds)
    instance.stop()
    world.admin.commit(group, topic, dict.fromkeys(range(PARTITIONS), 0))
    over = Seconds()
    instance.start()
    over.see("end")
    seconds.of["end"] = over.of["end"]
    return seconds


def _ends_at_start(world, row, instance):
    watch = world.watch(instance)
    seconds = Seconds()
    instance.start(wait=False)
    return watch.until_ended(row, seconds)


def wrong_address(world, row):
    instance = world.instance(world.topics(), servers=f"127.0.0.1:{free_port()}", start=False)
    return _ends_at_start(world, row, instance)


def no_such_host(world, row):
    instance = world.instance(world.topics(), servers="kafka.invalid:9092", start=False)
    return _ends_at_start(world, row, instance)


def topics_missing(world, row):
    return _ends_at_start(world, row, world.instance("missing", start=False))


def port_taken(world, row):
    topic = world.topics()
    first = world.instance(topic)
    port = first.url().rstrip("/").rsplit(":", 1)[1]
    second = world.instance(topic, http={"listen": f"127.0.0.1:{port}"}, start=False)
    return _ends_at_start(world, row, second)


def certificate_ended(world, row):
    """The broker is a TLS server here whose certificate is of yesterday: the
    handshake is all that there is of it."""
    key, certificate = world.folder / "old.key", world.folder / "old.pem"
    request, config = world.folder / "old.csr", world.folder / "ca.cnf"
    config.write_text(f"""[ca]
default_ca = own
[own]
database = {world.folder}/index.txt
serial = {world.folder}/serial
new_certs_dir = {world.folder}
default_md = sha256
policy = any
[any]
commonName = supplied
""")
    (world.folder / "index.txt").write_text("")
    (world.folder / "serial").write_text("01\n")
    for command in (["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request,
                     "-subj", "/CN=localhost"],
                    ["ca", "-config", config, "-batch", "-selfsign", "-keyfile", key, "-in", request,
                     "-out", certificate, "-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]):
        subprocess.run(["openssl", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = _TlsServer(certificate, key)
    try:
        instance = world.instance(
            world.topics(), servers=f"localhost:{server.port}", start=False,
            properties={"security.protocol": "SSL", "ssl.ca.location": str(certificate)})
        return _ends_at_start(world, row, instance)
    finally:
        server.close()


class _TlsServer:
    def __init__(self, certificate, key):
        self._process = None
        self.port = free_port()
        self._process = subprocess.Popen(
            ["openssl", "s_server", "-accept", str(self.port), "-cert", certificate, "-key", key, "-quiet"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the TLS server", 30, self._takes_connections)

    def _takes_connections(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def close(self):
        self._process.kill()
        self._process.wait()


def bad_list(world, row):
    instance = world.instance(world.topics())
    lists = instance.folder / "lists.yaml"
    return _through(world, row, instance,
                    lambda: lists.write_text("watchlists: [{id: ferry, terms: [ferry]}, {id: bad, query: 'a AND ('}]\n"),
                    lambda: lists.write_text(GOOD_LISTS))


def bad_yaml(world, row):
    instance = world.instance(world.topics())
    lists = instance.folder / "lists.yaml"
    return _through(world, row, instance, lambda: lists.write_text("watchlists: [{id: ferry, terms: [ferry]\n"),
                    lambda: lists.write_text(GOOD_LISTS))


def added_partitions(world, row):
    topic = world.topics()
    instance = world.instance(topic, consumer={"topic.metadata.refresh.interval.ms": "2000"})
    watch = world.watch(instance)
    seconds = Seconds()
    world.admin.add_partitions(topic, 2 * PARTITIONS)
    watch.until_told(row, seconds)
    return seconds


def lost_position(world, row):
    topic = world.topics()
    instance = world.instance(topic)
    world.works(topic, instance)
    wait_for("the commits", 60, lambda: sum(world.admin.committed(f"{topic}-group", topic, PARTITIONS).values()) == 10)
    instance.stop()
    world.produce(topic, 10)
    world.admin.delete_records(topic, dict.fromkeys(range(PARTITIONS), 8))
    seconds = Seconds()
    instance.start(wait=False)
    world.watch(instance).until_told(row, seconds)
    return seconds


def process_stopped(world, row):
    instance = world.instance(world.topics())
    watch = world.watch(instance)
    begin = time.monotonic()
    instance.pause()
    status = subprocess.run([world.binary, "status", "--url", instance.url()], check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    status_seconds = time.monotonic() - begin
    if status.returncode != 3 or "no answer" not in status.stdout:
        raise AssertionError(f"status of a stopped process: {status.returncode} {status.stdout}")
    wait_for("more than the gap that is told", 60, lambda: time.monotonic() - begin > 7)
    seconds = Seconds()
    instance.resume()
    watch.until_told(row, seconds)
    seconds.of["status"] = status_seconds
    return seconds


FAULTS = {
    "broker gone": broker_gone,
    "broker hangs (SIGSTOP)": broker_hangs,
    "topic of articles deleted": source_topic_deleted,
    "topic of alerts deleted": alert_topic_deleted,
    "disk full": disk_full,
    "lists emptied": lists_emptied,
    "one group.instance.id twice": one_id_twice,
    "member that does not commit": no_commits,
    "no position, auto.offset.reset: error": no_position,
    "wrong address": wrong_address,
    "no such host": no_such_host,
    "topics missing": topics_missing,
    "port taken": port_taken,
    "certificate ended": certificate_ended,
    "bad list": bad_list,
    "bad YAML": bad_yaml,
    "added partitions": added_partitions,
    "lost position": lost_position,
    "presshawk stopped (SIGSTOP)": process_stopped,
}
