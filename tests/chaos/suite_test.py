#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The suite itself: an oracle that sees nothing would be content with anything."""

import json
import pathlib
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from kafka_client import Record  # noqa: E402
from oracle import Oracle  # noqa: E402
from report import minute_minima, slope_percent_an_hour, spread  # noqa: E402
from tcp_proxy import TcpProxy  # noqa: E402
from workload import WatchList, Workload, alert_id, generation_id  # noqa: E402


def record(value, key=b"", offset=0, at=None, **headers):
    made = Record()
    made.value = value if isinstance(value, bytes) else json.dumps(value).encode()
    made.key, made.headers, made.offset = key, headers, offset
    made.time = time.time() if at is None else at
    return made


class DefinitionsTest(unittest.TestCase):
    def test_ids_and_versions_are_those_of_the_contract(self):
        # Made with: printf "ta\0tb\0qc AND d\0" | sha256sum, and so on.
        one = WatchList("l", None, terms=["a", "b"], query="c AND d")
        self.assertEqual(one.version, "32c18207b4eb7349")
        self.assertEqual(alert_id("x", "", "l", one.version), "e0fc17f3162c874c31bc944f0c7a5643")

    def test_same_seed_same_articles(self):
        first, second = Workload(3), Workload(3)
        self.assertEqual([first.make(i).value for i in range(300)],
                         [second.make(i).value for i in range(300)])
        self.assertNotEqual(first.make(5).value, Workload(4).make(5).value)

    def test_each_id_and_version_has_one_text(self):
        workload, seen = Workload(5), set()
        for number in range(3000):
            article = workload.make(number)
            if article.version or not article.reject:
                self.assertNotIn((article.id, article.version), seen)
                seen.add((article.id, article.version))


class OracleTest(unittest.TestCase):
    def setUp(self):
        self.workload = Workload(1)
        self.generation = generation_id(self.workload.lists)
        self.oracle = Oracle("articles", [self.generation])
        self.article = self.workload.of_elements(0, {0, 13})
        self.oracle.expect(self.article, 2)

    def alert(self, index=0, offset=7, **changes):
        found, (list_id, version) = sorted(self.article.alerts.items())[index]
        article = {"id": self.article.id, "title": "t"}
        if self.article.version:
            article["version"] = self.article.version
        made = {"id": found, "generation": self.generation, "detected_at": "now",
                "watchlist": {"id": list_id, "version": version, "name": "n", "labels": {}},
                "article": article, "hits": [], "hit_count": 1,
                "origin": {"topic": "articles", "partition": 2, "offset": offset}, **changes}
        return record(made, list_id.encode(), ce_id=found.encode())

    def give_all(self):
        for index in range(len(self.article.alerts)):
            self.oracle.on_alert(self.alert(index))

    def assert_problem(self, part):
        self.assertTrue(any(part in problem for problem in self.oracle.problems),
                        f"{part} is not in {self.oracle.problems}")

    def test_all_there_is_no_problem(self):
        self.give_all()
        self.assertEqual(self.oracle.problems, [])
        self.assertEqual(self.oracle.missing(), [])

    def test_lost(self):
        self.oracle.on_alert(self.alert(0))
        self.assertEqual(len(self.oracle.missing()), 1)

    def test_unknown(self):
        self.oracle.on_alert(self.alert(id="0" * 32))
        self.assert_problem("unknown alert")

    def test_other_content_of_the_same_id(self):
        self.oracle.fault("kill", {2: 0})
        self.oracle.on_alert(self.alert(0))
        self.oracle.on_alert(self.alert(0, detected_at="later", generation=self.generation))
        self.assertEqual(self.oracle.problems, [])
        self.oracle.on_alert(self.alert(0, hit_count=2))
        self.assert_problem("came again with other content")

    def test_repeated_without_a_fault(self):
        self.give_all()
        self.oracle.on_alert(self.alert(0))
        self.assert_problem("no fault explains it")

    def test_repeated_though_it_was_committed(self):
        self.oracle.fault("kill", {2: 8})
        self.give_all()
        self.oracle.on_alert(self.alert(0))
        self.assert_problem("no fault explains it")

    def test_repeated_as_it_was_not_committed(self):
        self.oracle.fault("kill", {2: 7})
        self.give_all()
        self.oracle.on_alert(self.alert(0))
        self.assertEqual(self.oracle.problems, [])
        self.assertEqual(self.oracle.repeated_by_kind, {"kill": 1})

    def test_repeated_after_the_fault_was_over(self):
        fault = self.oracle.fault("kill", {2: 0})
        self.oracle.over(fault)
        fault.start, fault.end = fault.start - 100, fault.end - 100
        self.give_all()
        self.oracle.on_alert(self.alert(0))
        self.assert_problem("no fault explains it")

    def test_wrong_in_itself(self):
        for part, changes in {
                "a generation of no set": {"generation": "0" * 16},
                "origin is not": {"origin": {"topic": "articles", "partition": 1, "offset": 7}},
                "truncated": {"truncated": True},
                "article is not": {"article": {"id": "other"}}}.items():
            with self.subTest(part):
                self.oracle.on_alert(self.alert(**changes))
                self.assert_problem(part)
                self.oracle.problems.clear()

    def test_what_is_no_alert(self):
        self.oracle.on_alert(record(b"{"))
        self.assert_problem("alert that is none")

    def test_dead_letters(self):
        poison = next(article for article in map(self.workload.make, range(5000))
                      if article.reject == "not_json")
        self.oracle.expect(poison, 0)
        self.give_all()
        self.assertEqual(len(self.oracle.missing()), 1)
        self.oracle.on_dead_letter(record(poison.value, reason=b"not_json"))
        self.assertEqual(self.oracle.missing(), [])
        self.assertEqual(self.oracle.problems, [])
        self.oracle.on_dead_letter(record(poison.value, reason=b"not_utf8"))
        self.assert_problem("not_utf8, not not_json")
        self.oracle.on_dead_letter(record(b"else", reason=b"not_json"))
        self.assert_problem("unknown dead letter")


class RecoveryTest(unittest.TestCase):
    def setUp(self):
        self.workload = Workload(1)
        self.oracle = Oracle("articles", [generation_id(self.workload.lists)])
        self.fault = self.oracle.fault("kill", {})

    def alert(self, number, partition, at):
        article = self.workload.of_elements(number, {0})
        self.oracle.expect(article, partition)
        for found, (list_id, version) in article.alerts.items():
            self.oracle.on_alert(record(
                {"id": found, "generation": "", "detected_at": "", "hits": [],
                 "watchlist": {"id": list_id, "version": version}, "article": {"id": article.id},
                 "origin": {"topic": "articles", "partition": partition, "offset": number}},
                list_id.encode(), at=at, ce_id=found.encode()))

    def test_first_is_of_what_was_struck_and_every_of_all(self):
        self.fault.struck = {1}
        begin = time.time()
        self.alert(0, 1, begin + 0.1)  # Made before: tells nothing.
        self.oracle.recovering(self.fault)
        since = self.fault.recovering_since
        self.alert(1, 0, since + 1)
        self.alert(2, 1, since + 2)
        self.alert(3, 1, since + 9)
        self.assertIsNone(self.oracle.recovery(self.fault, 3))
        self.alert(4, 2, since + 3)
        found = self.oracle.recovery(self.fault, 3)
        self.assertAlmostEqual(found.first, 2, 3)
        self.assertAlmostEqual(found.every, 3, 3)
        self.assertEqual(found.last_partition, 2)

    def test_first_is_of_all_when_all_were_struck(self):
        self.oracle.recovering(self.fault)
        since = self.fault.recovering_since
        self.alert(0, 0, since + 4)
        self.alert(1, 1, since + 2)
        self.assertAlmostEqual(self.oracle.recovery(self.fault, 2).first, 2, 3)

    def test_spread(self):
        self.assertEqual(spread([5]), {"median": 5, "p95": 5, "longest": 5})
        self.assertEqual(spread(range(1, 101)), {"median": 50.5, "p95": 95, "longest": 100})


class Echo:
    """A server that gives back what it gets."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            connection, _ = self._server.accept()
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    @staticmethod
    def _echo(connection):
        try:
            while data := connection.recv(4096):
                connection.sendall(data)
        except OSError:
            pass
        connection.close()


class TcpProxyTest(unittest.TestCase):
    def setUp(self):
        self.proxy = TcpProxy()
        self.proxy.target = Echo().port
        self.addCleanup(self.proxy.close)
        self.client = socket.create_connection(("127.0.0.1", self.proxy.port))
        self.client.settimeout(20)
        self.addCleanup(self.client.close)
        self.ask(b"first")

    def ask(self, data):
        self.client.sendall(data)
        self.assertEqual(self.client.recv(100), data)

    def assert_silent(self):
        self.client.settimeout(0.3)
        self.client.sendall(b"anybody")
        with self.assertRaises(TimeoutError):
            self.client.recv(100)
        self.client.settimeout(20)

    def test_passes_after_delay_and_loss(self):
        self.proxy.delay(0.05)
        self.ask(b"late")
        self.proxy.delay(0)
        self.proxy.lose(1.0)
        self.ask(b"lost and sent again")

    def test_stalls_and_goes_on(self):
        self.proxy.stall()
        self.assert_silent()
        self.proxy.heal()
        self.assertEqual(self.client.recv(100), b"anybody")

    def test_reset_is_seen_by_the_client(self):
        self.proxy.reset_all()
        with self.assertRaises(ConnectionResetError):
            self.client.recv(100)

    def test_half_open_is_not_seen_by_the_client(self):
        self.proxy.half_open_all()
        self.assert_silent()
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as other:
            other.sendall(b"new ones are fine")
            other.settimeout(20)
            self.assertEqual(other.recv(100), b"new ones are fine")

    def test_dead_broker_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            self.proxy.target = gone.getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as other:
            other.settimeout(20)
            with self.assertRaises(ConnectionResetError):
                other.recv(100)


class MemorySlopeTest(unittest.TestCase):
    def samples(self, leak_an_hour):
        """An hour of seconds: 40 MB, bursts to 90 MB, and what leaks."""
        return [(at, 4e7 * (1 + leak_an_hour * at / 3600) + (5e7 if at % 50 < 20 else 0))
                for at in range(3600)]

    def test_bursts_are_no_leak(self):
        self.assertLess(abs(slope_percent_an_hour(minute_minima(self.samples(0)))), 0.01)

    def test_a_leak_is_seen_among_bursts(self):
        slope = slope_percent_an_hour(minute_minima(self.samples(0.05)))
        self.assertTrue(4 < slope < 5.1, slope)

    def test_a_minute_that_has_just_begun_does_not_count(self):
        samples = [(at, 4e7) for at in range(3600)] + [(3600, 6e7)]
        self.assertLess(abs(slope_percent_an_hour(minute_minima(samples))), 0.01)

    def test_too_little_is_no_slope(self):
        self.assertIsNone(slope_percent_an_hour(minute_minima([(0, 1), (1, 2)])))


if __name__ == "__main__":
    unittest.main()
