# SPDX-License-Identifier: Apache-2.0
"""A Kafka cluster of three real brokers on loopback.

Each broker has three listeners: DIRECT for the suite, PROXIED, whose advertised
address is a TcpProxy before it, and SASL, where a session ends after seconds and
must be authenticated again.
"""

import os
import pathlib
import shutil
import signal
import socket

from processes import Child, GaveUp, free_port, wait_for
from tcp_proxy import TcpProxy

CLUSTER_ID = "cHJlc3NoYXdrLXRlc3RzIQ"  # Any 16 bytes in URL-safe base 64.
USER, PASSWORD = "chaos", "chaos-secret"
REAUTHENTICATE_MS = 3000
# Seconds as a rule; a JVM on a starved machine takes minutes.
START_SECONDS = 300
# All killed at once, one in a hundred ends with a CancellationException when it comes back.
STARTS_MAX = 5

_LOG4J = """status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
"""

_PROPERTIES = """process.roles=broker,controller
node.id={id}
controller.quorum.voters={voters}
listeners=DIRECT://127.0.0.1:{direct},PROXIED://127.0.0.1:{proxied},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=DIRECT://127.0.0.1:{direct},PROXIED://127.0.0.1:{proxy},SASL://127.0.0.1:{sasl}
controller.listener.names=CONTROLLER
inter.broker.listener.name=DIRECT
listener.security.protocol.map=DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.sasl.plain.connections.max.reauth.ms={reauthenticate}
log.dirs={folder}/data
default.replication.factor={replicas}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
replica.lag.time.max.ms=5000
auto.create.topics.enable=false
auto.leader.rebalance.enable=true
leader.imbalance.check.interval.seconds=5
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
log.cleaner.dedupe.buffer.size=8388608
log.flush.offset.checkpoint.interval.ms=60000
"""


def add_program_options(parser):
    """Which presshawk, librdkafka and Kafka a run is about."""
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--rdkafka", required=True, type=pathlib.Path)
    parser.add_argument("--kafka-lib", type=pathlib.Path,
                        default=os.environ.get("PRESSHAWK_KAFKA_LIB")
                        or pathlib.Path.home() / ".cache/presshawk/kafka-4.4.0")


def _java(folder, kafka_lib):
    return [shutil.which("java"), "-Xmx320m", "-Xms48m", "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", "-Xshare:auto",
            f"-Djava.io.tmpdir={folder}",  # A killed broker leaves what it unpacked.
            f"-Dlog4j2.configurationFile={folder}/log4j2.properties", "-cp", f"{kafka_lib}/*"]


class Broker:
    """One node. start(), then kill(), stop() and start() again as needed."""

    def __init__(self, number, folder, kafka_lib):
        self.id = number
        self.folder = folder / f"broker-{number}"
        self.folder.mkdir(parents=True)
        self.kafka_lib = kafka_lib
        self.proxy = TcpProxy(free_port())
        self.direct, self.proxied, self.sasl, self.controller = (free_port() for _ in range(4))
        self.proxy.target = self.proxied
        self._child, self._starts = None, 0

    def prepare(self, voters, replicas):
        (self.folder / "log4j2.properties").write_text(_LOG4J)
        (self.folder / "server.properties").write_text(_PROPERTIES.format(
            id=self.id, voters=voters, direct=self.direct, proxied=self.proxied, sasl=self.sasl,
            controller=self.controller, proxy=self.proxy.port, user=USER, password=PASSWORD,
            reauthenticate=REAUTHENTICATE_MS, folder=self.folder, replicas=replicas))
        child = Child([*_java(self.folder, self.kafka_lib), "kafka.tools.StorageTool", "format",
                       "-t", CLUSTER_ID, "-c", self.folder / "server.properties"],
                      self.folder / "format.log")
        wait_for("formatting a broker's storage", 120, lambda: not child.running())
        if child.exit_code() != 0:
            raise GaveUp(f"formatting a broker's storage failed:\n{child.tail()}")

    def launch(self):
        self._starts = 0
        self._launch()

    def _launch(self):
        self._child = Child([*_java(self.folder, self.kafka_lib), "kafka.Kafka",
                             self.folder / "server.properties"], self.folder / "broker.log")

    def started(self):
        """As a supervisor does: a broker that ends at its start is started again."""
        if not self._child.running():
            self._starts += 1
            if self._starts >= STARTS_MAX:
                raise GaveUp(f"broker {self.id} ended at its start:\n{self._child.tail()}")
            self._launch()
            return False
        return "Kafka Server started" in self._child.text() and self._connects()

    def _connects(self):
        try:
            with socket.create_connection(("127.0.0.1", self.direct), timeout=1):
                return True
        except OSError:
            return False

    def running(self):
        return self._child is not None and self._child.running()

    def start(self):
        self.launch()
        wait_for(f"start of broker {self.id}", START_SECONDS, self.started)

    def kill(self):
        self._child.kill()

    def stop(self):
        """Clean: its leaders move first."""
        self._child.stop(60)

    def pause(self):
        self._child.signal(signal.SIGSTOP)

    def resume(self):
        self._child.signal(signal.SIGCONT)

    def close(self):
        if self._child is not None:
            self._child.kill()
        self.proxy.close()


class Cluster:
    """The brokers, all started; close() ends them and removes their data."""

    def __init__(self, folder, kafka_lib, count):
        if shutil.which("java") is None or not list(pathlib.Path(kafka_lib).glob("kafka-server-*")):
            raise GaveUp(f"needs Java and Kafka's jars in {kafka_lib}: run ./dev setup --tests "
                         "(or set PRESSHAWK_SKIP_KAFKA=1)")
        self.folder = folder
        self.brokers = [Broker(number, folder, kafka_lib) for number in range(1, count + 1)]
        voters = ",".join(f"{one.id}@127.0.0.1:{one.controller}" for one in self.brokers)
        try:
            for broker in self.brokers:
                broker.prepare(voters, count)
            self.start_all()
        except BaseException:
            self.close()
            raise

    def start_all(self):
        """All that do not run; returns when all take connections."""
        starting = [broker for broker in self.brokers if not broker.running()]
        for broker in starting:
            broker.launch()
        for broker in starting:
            wait_for(f"start of broker {broker.id}", START_SECONDS, broker.started)

    def servers(self, listener):
        """`direct`, `proxy` or `sasl`: bootstrap.servers of that way in."""
        ports = [broker.proxy.port if listener == "proxy" else getattr(broker, listener)
                 for broker in self.brokers]
        return ",".join(f"127.0.0.1:{port}" for port in ports)

    def proxies(self):
        return [broker.proxy for broker in self.brokers]

    def wait_until_whole(self, admin, topics):
        """Until each partition has a leader: the broker's part of a recovery."""
        def whole():
            try:
                return all(leaders and min(leaders.values()) >= 0
                           for leaders in map(admin.leaders, topics))
            except Exception:  # noqa: the cluster is only coming back
                return False
        wait_for("a leader for each partition", 120, whole, step=0.2)

    def close(self):
        for broker in self.brokers:
            broker.close()
        shutil.rmtree(self.folder, ignore_errors=True)
