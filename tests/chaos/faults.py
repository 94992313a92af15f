# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while the load goes on. Each fault strikes, is healed where it
does not heal by itself, and the service must come back without help.

A World is the cluster, the flow, and two members of one group: `steady`, which
is never hurt itself, so that its memory and descriptors can be watched, and
`victim`.
"""

import time

from instance import POLL_SECONDS_OVER_SESSION
from processes import wait_for
from workload import generation_id, write_lists


class World:
    def __init__(self, cluster, admin, flow, binary, report, folder):
        self.cluster, self.admin, self.flow, self.folder = cluster, admin, flow, folder
        self.binary, self.report = binary, report
        self.rng = None  # Set for each fault.
        self.steady = flow.instance("steady", binary)
        self.victim, self.victim_kind = None, None
        self.storm = []
        self._lists_written = 0

    def start(self):
        self.steady.start()
        self.new_victim("dynamic")
        self.victim.start()
        self.flow.start_load(self.report.rate)
        self.flow.produce(200)
        self.flow.wait_until_caught_up()

    def new_victim(self, kind, listener="proxy"):
        """The next start is by this kind of membership: dynamic or static."""
        self.victim = self.flow.instance("victim", self.binary, listener,
                                         "victim" if kind == "static" else None)
        self.victim_kind = kind

    def strike(self, kind):
        return self.flow.oracle.fault(kind, self.flow.committed())

    def strike_victim(self, kind):
        """A fault of its partitions only."""
        held = self.victim.partitions()
        fault = self.strike(kind)
        fault.struck = held
        return fault

    def settle(self, fault):
        """Waits until all is as it was; then judges what can be judged."""
        recovery = self.flow.wait_until_recovered(fault)
        self.flow.wait_until_caught_up()
        for instance in (self.steady, self.victim):
            wait_for(f"{instance.name} to be ready", 150, lambda i=instance: i.ready() is None)
        self.flow.check_counters([self.steady, self.victim])
        self.flow.oracle.over(fault)
        self.report.add_fault(fault, recovery)

    def close(self):
        for instance in [self.steady, self.victim, *self.storm]:
            if instance is not None:
                instance.close()


def kill(world):
    """kill -9 at a random point of the load, and a start at once."""
    kind = world.victim_kind
    time.sleep(world.rng.uniform(0, 1.5))
    fault = world.strike_victim(f"kill -9, {kind} member")
    world.victim.kill()
    fault.committed = world.flow.committed()
    world.flow.oracle.recovering(fault)
    world.victim.start(wait=False)
    world.settle(fault)


def kill_into_other_kind(world):
    """A dynamic member comes back as a static one, or the other way round; now and
    then killed again before it has its partitions."""
    fault = world.strike_victim("kill -9, back as another member")
    world.victim.kill()
    fault.committed = world.flow.committed()
    world.new_victim("static" if world.victim_kind == "dynamic" else "dynamic",
                     world.rng.choice(("proxy", "sasl")))
    world.flow.oracle.recovering(fault)
    for _ in range(world.rng.randrange(3)):
        world.victim.start(wait=False)
        time.sleep(world.rng.uniform(0.05, 2))
        world.victim.kill()
    world.victim.start(wait=False)
    world.settle(fault)


def stop_and_start(world):
    """SIGTERM: drained, exit 0; then a start."""
    fault = world.strike_victim("SIGTERM and a start")
    world.victim.stop()
    world.flow.oracle.recovering(fault)
    world.victim.start(wait=False)
    world.settle(fault)


def pause(world):
    """SIGSTOP until session and poll interval are over; then it finds itself out."""
    fault = world.strike_victim("SIGSTOP past max.poll.interval.ms")
    world.victim.pause()
    world.flow.oracle.recovering(fault)
    time.sleep(world.flow.session_seconds + POLL_SECONDS_OVER_SESSION + world.rng.uniform(1, 4))
    world.victim.resume()
    world.settle(fault)


def rebalance_storm(world):
    """Members come and go every two seconds, with and without a word."""
    fault = world.strike("rebalance storm")
    for i in range(world.rng.randrange(4, 8)):
        member = world.flow.instance(f"storm-{i}", world.binary, workers=1)
        world.storm.append(member)
        member.start(wait=False)
        time.sleep(2)
        if len(world.storm) > 2:
            leaving = world.storm.pop(world.rng.randrange(len(world.storm)))
            leaving.check_alive()
            if world.rng.random() < 0.5:
                leaving.kill()
            else:
                leaving.stop()
    for member in world.storm:
        member.check_alive()
        member.stop()
    world.storm = []
    world.flow.oracle.recovering(fault)
    world.settle(fault)


def _broker_down(world, kind, broker, down):
    fault = world.strike(kind)
    down(broker)
    time.sleep(world.rng.uniform(0, 4))
    broker.start()
    world.flow.oracle.recovering(fault)
    _all_leaders(world)
    world.settle(fault)


def _all_leaders(world):
    world.cluster.wait_until_whole(world.admin, [world.flow.name, world.flow.alerts,
                                                 world.flow.dead])


def broker_kill(world):
    _broker_down(world, "kill -9 of a broker", world.rng.choice(world.cluster.brokers),
                 lambda broker: broker.kill())


def leader_change(world):
    """A clean restart of one broker under load: its partitions get other leaders."""
    _broker_down(world, "broker restart, leader change", world.rng.choice(world.cluster.brokers),
                 lambda broker: broker.stop())


def coordinator_move(world):
    """The broker that leads the group's offsets dies."""
    name = f"{world.flow.name}-group"
    code = 0
    for letter in name:  # String.hashCode() of Java.
        code = (31 * code + ord(letter)) & 0xFFFFFFFF
    code = abs(code - (1 << 32) if code & 0x80000000 else code)
    leader = world.admin.leaders("__consumer_offsets")[code % 4]
    broker = next(one for one in world.cluster.brokers if one.id == leader)
    _broker_down(world, "coordinator move", broker, lambda one: one.kill())


def all_brokers_kill(world):
    """The whole cluster dies at once and comes back."""
    fault = world.strike("kill -9 of all brokers")
    for broker in world.cluster.brokers:
        broker.kill()
    time.sleep(world.rng.uniform(0, 5))
    world.cluster.start_all()
    world.flow.oracle.recovering(fault)
    _all_leaders(world)
    world.settle(fault)


def broker_pause(world):
    """A broker that neither answers nor closes its connections."""
    broker = world.rng.choice(world.cluster.brokers)
    fault = world.strike("SIGSTOP of a broker")
    broker.pause()
    time.sleep(world.rng.uniform(3, 9))
    broker.resume()
    world.flow.oracle.recovering(fault)
    world.settle(fault)


def _network(world, kind, hurt, seconds):
    """`hurt` on some ways to the brokers, or all; then healed."""
    proxies = world.cluster.proxies()
    chosen = world.rng.sample(proxies, world.rng.randrange(1, len(proxies) + 1))
    fault = world.strike(kind)
    for proxy in chosen:
        hurt(proxy)
    time.sleep(seconds)
    for proxy in chosen:
        proxy.heal()
    world.flow.oracle.recovering(fault)
    world.settle(fault)


def network_delay(world):
    _network(world, "network: delay", lambda proxy: proxy.delay(world.rng.uniform(0.05, 0.4)),
             world.rng.uniform(4, 10))


def network_loss(world):
    _network(world, "network: loss", lambda proxy: proxy.lose(0.05), world.rng.uniform(4, 10))


def network_stall(world):
    """Nothing passes, one way or both, longer than requests wait for an answer."""
    ways = world.rng.choice((("up",), ("down",), ("up", "down")))
    _network(world, "network: stall", lambda proxy: proxy.stall(ways), world.rng.uniform(4, 14))


def network_half_open(world):
    _network(world, "network: half-open", lambda proxy: proxy.half_open_all(), 1)


def network_reset(world):
    """All connections reset, again and again."""
    proxies = world.cluster.proxies()
    fault = world.strike("network: resets")
    for _ in range(world.rng.randrange(1, 8)):
        world.rng.choice(proxies).reset_all()
        time.sleep(world.rng.uniform(0, 1.5))
    world.flow.oracle.recovering(fault)
    world.settle(fault)


def authentication_expires(world):
    """A member whose sessions end every three seconds."""
    fault = world.strike("authentication expires")
    world.victim.stop()
    world.new_victim(world.victim_kind, "sasl")
    world.victim.start(wait=False)
    world.flow.oracle.recovering(fault)
    wait_for("the victim to be ready", 150, lambda: world.victim.ready() is None)
    time.sleep(8)
    world.settle(fault)


def reload(world):
    """SIGHUP with changed names and labels, while the other member has yet the old."""
    fault = world.strike("lists change")
    lists = world.flow.workload.lists
    for _ in range(5):
        world._lists_written += 1
        for one in lists:
            one.definition["labels"] = {**one.definition["labels"],
                                        "edition": str(world._lists_written)}
        world.flow.oracle.add_generation(generation_id(lists))
        write_lists(world.flow.folder / "lists.ndjson", lists)
        for instance in (world.steady, world.victim):
            instance.hang_up()
        time.sleep(0.2)
    world.flow.oracle.recovering(fault)
    world.settle(fault)


# Name for --only: the fault, and how often it is taken among the others.
FAULTS = {
    "kill": (kill, 0),  # Every second one is a kill anyway.
    "kill_into_other_kind": (kill_into_other_kind, 3),
    "stop_and_start": (stop_and_start, 2),
    "pause": (pause, 2),
    "rebalance_storm": (rebalance_storm, 2),
    "broker_kill": (broker_kill, 2),
    "leader_change": (leader_change, 2),
    "coordinator_move": (coordinator_move, 2),
    "all_brokers_kill": (all_brokers_kill, 1),
    "broker_pause": (broker_pause, 1),
    "network_delay": (network_delay, 1),
    "network_loss": (network_loss, 1),
    "network_stall": (network_stall, 2),
    "network_half_open": (network_half_open, 2),
    "network_reset": (network_reset, 2),
    "authentication_expires": (authentication_expires, 1),
    "reload": (reload, 1),
}
