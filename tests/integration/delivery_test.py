#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Subscriptions as their users meet them: the program with a file source, a
ledger in SQLite, a webhook that answers as it likes, a file, and the API.

  delivery_test.py PRESSHAWK
"""

import base64
import collections
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import alert_schema  # noqa: E402
from running_program import RunningProgram  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LISTS = "watchlists: [{id: ferry, terms: [ferry]}, {id: port, terms: [harbour]}]\n"
SUBSCRIPTIONS = """subscriptions:
  - id: desk
    match: {watchlists: [ferry]}
    to: [crm]
    when: instant
  - id: everything
    match: {watchlists: ["*"]}
    to: [crm, archive]
    when: instant
"""


def article(number, text="ferry"):
    return json.dumps({"id": f"a{number}", "title": f"{text} {number}", "site": f"s{number % 7}.example"}) + "\n"


class Hook:
    """A receiver. `answer` gives the status of a request, or None for no answer."""

    def __init__(self):
        self.seen, self.lock = [], threading.Lock()
        self.answer = lambda body: 200
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = hook.answer(json.loads(body))
                if status is None:
                    self.close_connection = True
                    return
                with hook.lock:
                    hook.seen.append((status, dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def delivered(self):
        """The bodies that were answered with 200, by delivery id."""
        with self.lock:
            seen = list(self.seen)
        bodies = collections.defaultdict(set)
        for status, _, body in seen:
            if status == 200:
                bodies[json.loads(body)["data"]["delivery"]].add(body)
        return bodies


class DeliveryTest(RunningProgram):
    def setUp(self):
        super().setUp()
        self.hook = Hook()
        self.addCleanup(self.hook.close)
        (self.folder / "lists.yaml").write_text(LISTS)
        (self.folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
        (self.folder / "in.ndjson").write_text("")
        (self.folder / "presshawk.yaml").write_text(f"""
source: {{file: {{paths: [in.ndjson], follow: true}}}}
watchlists: {{files: [lists.yaml]}}
deadletter: {{file: {{path: dead.ndjson}}}}
http: {{listen: "127.0.0.1:0"}}
workers: 1
drain_timeout: 10s
store: {{sqlite: {{path: ledger.db}}, reserve: 1MiB}}
delivery: {{subscriptions: {{files: [subscriptions.yaml]}}, operator: archive}}
receivers:
  crm: {{webhook: {{url: "http://127.0.0.1:{self.hook.port}/hook", secret: "{SECRET}",
                  allow_http: true, allow_networks: [127.0.0.0/8]}}}}
  archive: {{file: {{path: archive.ndjson}}}}
""")

    def tearDown(self):
        """Whatever was sent in a test is as its schema says."""
        bodies = [body for _, _, body in list(self.hook.seen)]
        archive = self.folder / "archive.ndjson"
        bodies += archive.read_bytes().splitlines() if archive.exists() else []
        for body in bodies:
            self.assertEqual(alert_schema.notification_mistakes(json.loads(body)), [], body)

    def feed_articles(self, numbers, text="ferry"):
        with open(self.folder / "in.ndjson", "a") as file:
            file.writelines(article(n, text) for n in numbers)

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=90) as answer:
            return answer.read().decode()

    def post(self, path, body=None):
        request = urllib.request.Request(
            self.url + path, method="POST", data=json.dumps(body or {}).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 500:
                self.fail(f"{path}: {error.read().decode()}")
            raise

    def archived(self):
        path = self.folder / "archive.ndjson"
        lines = path.read_text().splitlines() if path.exists() else []
        return [m for m in map(json.loads, lines) if m["type"] == "presshawk.alert.v1"]

    def sequences(self, subscription):
        return sorted(json.loads(body)["data"]["sequence"]
                      for bodies in self.hook.delivered().values() for body in bodies
                      if json.loads(body)["data"]["subscription"] == subscription)

    def test_everybody_is_told_once_and_can_prove_it(self):
        self.start()
        self.feed_articles(range(20))
        self.feed_articles(range(20, 25), "harbour")
        self.wait_for(lambda: len(self.hook.delivered()) == 45 and len(self.archived()) == 25)
        self.assertEqual(self.sequences("desk"), list(range(1, 21)))
        self.assertEqual(self.sequences("everything"), list(range(1, 26)))
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        for _, headers, body in self.hook.seen:
            identity, stamp = headers["webhook-id"], headers["webhook-timestamp"]
            self.assertEqual(identity, "msg_" + json.loads(body)["data"]["delivery"])
            signed = hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
            self.assertEqual(headers["webhook-signature"], "v1," + base64.b64encode(signed).decode())
        # The id is made as the specification says, so that anybody can.
        one = json.loads(self.hook.seen[0][2])
        parts = [one["data"]["subscription"], "crm", one["type"], one["data"]["alert"]["id"]]
        self.assertEqual(one["data"]["delivery"],
                         hashlib.sha256(b"".join(p.encode() + b"\0" for p in parts)).hexdigest()[:32])
        # The feed has the same.
        events = json.loads(self.get("/api/v1/subscriptions/desk/events?limit=1000"))
        self.assertEqual([e["data"]["sequence"] for e in events["events"]], list(range(1, 21)))
        self.assertEqual(events["next"], 20)
        page = json.loads(self.get("/api/v1/subscriptions/desk/events?after=18"))
        self.assertEqual(len(page["events"]), 2)
        self.assertEqual(page["ledger"], one["data"]["ledger"])
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.get("/api/v1/subscriptions/desk/events?after=21")  # Of another ledger.
        self.assertEqual(raised.exception.code, 410)
        feed = xml.etree.ElementTree.fromstring(self.get("/api/v1/subscriptions/desk/events.atom"))
        self.assertEqual(len(feed.findall("{http://www.w3.org/2005/Atom}entry")), 20)
        counts = json.loads(self.get("/api/v1/ledger"))["counts"]
        self.assertEqual(counts["accepted"], 45)
        self.assertEqual(counts["entries"], {"told": 45})
        self.assertEqual(counts["sealed"], 70)
        self.wait_for(lambda: json.loads(self.get("/api/v1/ledger"))["counts"]["deliveries"] == {"delivered": 70})
        self.assertEqual(self.stop(), 0)

    def test_a_feed_is_waited_for(self):
        self.start()
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(
            json.loads(self.get("/api/v1/subscriptions/desk/events?after=0&wait=60s"))))
        waiting.start()
        self.feed_articles([1])
        waiting.join()
        self.assertEqual(answers[0]["next"], 1)

    def test_a_receiver_that_fails_gets_everything_later_with_the_same_ids(self):
        self.hook.answer = lambda body: 500
        self.start()
        self.feed_articles(range(30))
        self.wait_for(lambda: "open" in self.get("/api/v1/receivers/crm"))
        self.wait_for(lambda: len(self.archived()) == 30)  # A neighbour is not harmed.
        self.hook.answer = lambda body: 200
        self.post("/api/v1/receivers/crm:resume")
        self.wait_for(lambda: len(self.hook.delivered()) == 60)
        self.assertTrue(all(len(bodies) == 1 for bodies in self.hook.delivered().values()))
        self.assertEqual(self.sequences("desk"), list(range(1, 31)))

    def test_what_a_receiver_took_without_an_answer_comes_again(self):
        taken = []

        def answer(body):
            taken.append(body["data"]["delivery"])
            return None if len(taken) == 1 else 200

        self.hook.answer = answer
        self.start()
        self.feed_articles([1])
        self.wait_for(lambda: len(self.hook.delivered()) == 2)
        self.assertEqual(collections.Counter(taken)[taken[0]], 2)
        log = self.wait_for(lambda: (
            l := json.loads(self.get(f"/api/v1/deliveries/{taken[0]}"))["log"]) and len(l) == 2 and l)
        self.assertEqual([one["outcome"] for one in log], ["unknown", "delivered"])

    def test_a_kill_loses_nothing(self):
        self.start()
        for round in range(5):
            self.feed_articles(range(20 * round, 20 * round + 20))
            self.wait_for(lambda: len(self.hook.delivered()) > 40 * round)
            self.kill()
            self.start()
        self.wait_for(lambda: len(self.hook.delivered()) == 200)
        self.assertEqual(self.sequences("desk"), list(range(1, 101)))
        self.assertEqual(self.sequences("everything"), list(range(1, 101)))
        self.assertTrue(all(len(bodies) == 1 for bodies in self.hook.delivered().values()))
        self.wait_for(lambda: {m["data"]["sequence"] for m in self.archived()} == set(range(1, 101)))

    def test_subscriptions_are_edited_under_load(self):
        self.start()
        told = 0
        for round in range(6):
            with_desk = round % 2 == 1
            text = SUBSCRIPTIONS if with_desk else SUBSCRIPTIONS.replace("[ferry]", "[nothing]")
            (self.folder / "subscriptions.yaml").write_text(text)
            self.post("/-/reload")
            self.feed_articles(range(10 * round, 10 * round + 10))
            told += 20 if with_desk else 10
            self.wait_for(lambda: json.loads(self.get("/api/v1/ledger"))["counts"]["accepted"] == told)
        self.wait_for(lambda: len(self.hook.delivered()) == told)
        self.assertEqual(self.sequences("desk"), list(range(1, 31)))
        # A mistake keeps the last good condition, and is said.
        (self.folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS.replace("when: instant", "when: never", 1))
        self.post("/-/reload")
        self.feed_articles([100])
        self.wait_for(lambda: json.loads(self.get("/api/v1/ledger"))["counts"]["accepted"] == told + 2)
        self.assertIn('presshawk_notification_subscriptions{state="stale"} 1', self.get("/metrics"))

    def test_a_file_that_is_missing_or_broken_loses_nothing(self):
        folder = self.folder / "subs"
        folder.mkdir()
        config = self.folder / "presshawk.yaml"
        config.write_text(config.read_text().replace("files: [subscriptions.yaml]", 'files: ["subs/*.yaml"]'))
        desk, rest = SUBSCRIPTIONS.split("  - id: everything")
        (folder / "a.yaml").write_text(desk)
        (folder / "b.yaml").write_text("subscriptions:\n  - id: everything" + rest)
        self.start()
        self.feed_articles(range(3))
        self.wait_for(lambda: self.sequences("desk") == [1, 2, 3])
        (folder / "a.yaml").rename(self.folder / "elsewhere")
        self.post("/-/reload")
        self.feed_articles(range(3, 6))
        self.wait_for(lambda: len(self.sequences("everything")) == 6)
        (self.folder / "elsewhere").rename(folder / "a.yaml")
        self.post("/-/reload")
        self.wait_for(lambda: self.sequences("desk") == [1, 2, 3, 4, 5, 6])
        # A file that is no YAML keeps what it said before.
        (folder / "a.yaml").write_text("subscriptions: [{{")
        self.post("/-/reload")
        self.feed_articles([6])
        self.wait_for(lambda: self.sequences("desk") == [1, 2, 3, 4, 5, 6, 7])
        self.assertIn('presshawk_notification_subscriptions{state="stale"} 1', self.get("/metrics"))

    def test_a_ledger_that_is_removed_takes_nothing_more(self):
        self.start()
        self.feed_articles(range(2))
        self.wait_for(lambda: self.sequences("desk") == [1, 2])
        (self.folder / "ledger.db").rename(self.folder / "gone.db")
        self.feed_articles([2])

        def reasons():
            try:
                return self.get("/readyz")
            except urllib.error.HTTPError as error:
                return error.read().decode()

        self.wait_for(lambda: "was removed or replaced" in reasons())
        (self.folder / "gone.db").rename(self.folder / "ledger.db")
        self.wait_for(lambda: self.sequences("desk") == [1, 2, 3])
        self.wait_for(lambda: '"ready":true' in reasons())

    def test_pause_test_replay_and_cancel(self):
        self.start()
        self.feed_articles(range(3))
        self.wait_for(lambda: len(self.hook.delivered()) == 6)
        self.assertIn("delivered", self.command("receivers", "test", "--config", "presshawk.yaml", "crm"))
        self.command("receivers", "pause", "--config", "presshawk.yaml", "crm")
        self.wait_for(lambda: '"paused"' in self.get("/api/v1/receivers/crm"))
        self.feed_articles([10])
        waiting = self.wait_for(lambda: [d for d in json.loads(
            self.get("/api/v1/deliveries?receiver=crm&state=waiting"))["deliveries"]
            if d["sequence"] == 4])
        self.command("deliveries", "cancel", "--config", "presshawk.yaml", waiting[0]["id"])
        self.command("receivers", "resume", "--config", "presshawk.yaml", "crm")
        self.wait_for(lambda: "waiting" not in json.loads(self.get("/api/v1/ledger"))["counts"]["deliveries"])
        self.assertNotIn(waiting[0]["id"], self.hook.delivered())
        dry = json.loads(self.command("deliveries", "replay", "--config", "presshawk.yaml",
                                      "--receiver", "crm", "--subscription", "desk", "--dry-run"))
        self.assertEqual(dry["matched"], 4)
        replayed = self.post("/api/v1/deliveries:replay", {"ids": [waiting[0]["id"]]})
        self.assertEqual(replayed, {"matched": 1, "replayed": 1})
        body = self.wait_for(lambda: self.hook.delivered().get(waiting[0]["id"]))
        self.assertTrue(json.loads(next(iter(body)))["data"]["replay"])
        # Everything of a subscription for a receiver that came later.
        self.command("deliveries", "replay", "--config", "presshawk.yaml", "--subscription", "desk",
                     "--to", "archive")
        self.wait_for(lambda: sum(m["data"]["subscription"] == "desk" for m in self.archived()) == 4)

    def test_the_sample_receiver_verifies_drops_and_completes(self):
        # It takes what the hook refuses to pass on: every third message is lost
        # behind a proxy that answers 200, and fetched from the feed.
        sample = REPOSITORY / "deploy" / "samples" / "receiver.py"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.start()
        receiver = subprocess.Popen([sys.executable, sample, str(port), SECRET, self.url],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(receiver.wait)
        self.addCleanup(receiver.kill)
        self.feed_articles(range(9))
        self.wait_for(lambda: len(self.hook.delivered()) == 18)
        desk = [(h, b) for _, h, b in self.hook.seen if json.loads(b)["data"]["subscription"] == "desk"]

        def send(headers, body):
            request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, method="POST", headers={
                k: v for k, v in headers.items() if k.lower().startswith("webhook-")})
            return urllib.request.urlopen(request, timeout=60).status

        def is_up():
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return True
            except OSError:
                return False

        self.wait_for(is_up)
        kept = [message for number, message in enumerate(desk) if number % 3]
        for headers, body in kept + kept[:2]:
            self.assertEqual(send(headers, body), 204)
        with self.assertRaises(urllib.error.HTTPError) as raised:
            send(kept[0][0], kept[0][1] + b" ")
        self.assertEqual(raised.exception.code, 401)
        receiver.terminate()
        lines = receiver.stdout.read().splitlines()
        numbers = [int(line.split()[2]) for line in lines]
        self.assertEqual(len(numbers), len(set(numbers)))
        highest = max(json.loads(body)["data"]["sequence"] for _, body in kept)
        self.assertEqual(sorted(numbers), list(range(1, highest + 1)))
        self.assertTrue(any("from the feed" in line for line in lines))

    def test_what_waited_for_a_subscription_is_told_after_a_restart(self):
        subscriptions = self.folder / "subscriptions.yaml"
        subscriptions.write_text("""
subscriptions:
  - {id: paused, match: {watchlists: [ferry]}, to: [crm], state: paused}
  - {id: daily, match: {watchlists: [ferry]}, to: [crm], when: {digest: {at: ["03:00"], zone: UTC}}}
""")
        self.start()
        self.feed_articles(range(3))
        self.wait_for(lambda: json.loads(self.get("/api/v1/ledger"))["counts"]["entries"].get("waiting") == 6)
        self.stop()
        # Neither was ever told anything.
        subscriptions.write_text("""
subscriptions:
  - {id: paused, match: {watchlists: [ferry]}, to: [crm]}
  - {id: daily, match: {watchlists: [ferry]}, to: [crm]}
""")
        self.start()
        self.wait_for(lambda: self.sequences("paused") == [1, 2, 3])
        self.wait_for(lambda: self.sequences("daily") == [1, 2, 3])

    def test_a_digest_tells_what_waited(self):
        (self.folder / "subscriptions.yaml").write_text("""
subscriptions:
  - {id: minutely, match: {watchlists: [ferry]}, to: [crm, archive],
     when: {digest: {every: 1m, zone: UTC, top: 2}}}
""")
        self.start()
        self.feed_articles(range(5))
        digests = self.wait_for(lambda: [
            m["data"] for bodies in self.hook.delivered().values() for m in map(json.loads, bodies)
            if m["type"] == "presshawk.digest.v1"])
        # The articles may lie on both sides of a slot.
        while sum(d["alerts"] for d in digests) < 5:
            digests = [m["data"] for bodies in self.hook.delivered().values() for m in map(json.loads, bodies)]
            time.sleep(0.02)
        self.assertEqual(sorted(d["sequence"] for d in digests), list(range(1, len(digests) + 1)))
        told = []
        for digest in digests:
            self.assertRegex(digest["slot"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d\+00:00 UTC$")
            self.assertEqual(digest["shown"], min(2, digest["total"]))
            self.assertEqual(len(digest["entries"]), digest["shown"])
            alerts = json.loads(self.get(digest["more"]))["alerts"]
            self.assertEqual(len(alerts), digest["alerts"])
            self.assertEqual(alerts, json.loads(
                self.get(f"/api/v1/deliveries/{digest['delivery']}/alerts"))["alerts"])
            told += [a["id"] for a in alerts]
            for entry in digest["entries"]:
                self.assertEqual(entry["watchlist"], "ferry")
                self.assertIn(entry["alert"]["id"], told)
        self.assertEqual(len(set(told)), 5)
        events = json.loads(self.get("/api/v1/subscriptions/minutely/events"))["events"]
        self.assertEqual([e["data"]["slot"] for e in events],
                         [d["slot"] for d in sorted(digests, key=lambda d: d["sequence"])])
        self.assertIn("<title>digest ", self.get("/api/v1/subscriptions/minutely/events.atom"))

    def test_an_article_that_is_taken_back(self):
        def write(article, version, text, **more):
            with open(self.folder / "in.ndjson", "a") as file:
                file.write(json.dumps({"id": article, "version": version, "title": text, **more}) + "\n")

        def told():
            return [m for bodies in self.hook.delivered().values() for m in map(json.loads, bodies)
                    if m["data"]["subscription"] == "desk"]

        self.hook.answer = lambda body: 503 if body["data"].get("alert", {}).get(
            "article", {}).get("id") == "held" and body["type"] == "presshawk.alert.v1" else 200
        self.start()
        write("a", "1", "ferry aground")
        self.wait_for(lambda: len(told()) == 1)
        write("held", "1", "ferry sunk")
        self.wait_for(lambda: json.loads(self.get("/api/v1/subscriptions/desk/events"))["next"] == 2)
        # Neither matches any list.
        write("a", "2", "withdrawn", status="canceled")
        write("held", "2", "withdrawn", status="canceled")
        corrections = self.wait_for(lambda: (
            c := [m for m in told() if m["type"] == "presshawk.correction.v1"]) and len(c) == 2 and c)
        self.assertEqual(sorted(c["data"]["alert"]["article"]["id"] for c in corrections), ["a", "held"])
        for correction in corrections:
            self.assertEqual(correction["data"]["because"], {"retracted": True, "version": "2"})
        first = next(m for m in told() if m["type"] == "presshawk.alert.v1")
        self.assertIn(first["data"]["alert"]["id"], [c["data"]["alert"]["id"] for c in corrections])
        # What comes of these versions is told to nobody, what is newer is.
        write("a", "2", "ferry aground")
        write("a", "3", "ferry afloat")
        self.wait_for(lambda: [m for m in told() if m["data"]["alert"]["article"].get("version") == "3"])
        self.assertEqual(len(told()), 4)
        metrics = self.get("/metrics")
        self.assertIn("presshawk_retractions_total 2", metrics)
        self.assertIn("presshawk_notification_retractions_total 2", metrics)
        # `desk` and `everything` are not told of version 2.
        self.assertIn("presshawk_notification_retracted_total 2", metrics)
        # Also where it was just being sent.
        self.wait_for(lambda: sorted(
            (d["state"], d.get("reason", "")) for d in json.loads(self.get(
                "/api/v1/deliveries?article=held&subscription=desk"))["deliveries"])
            == [("cancelled", "retracted"), ("delivered", "")])
        self.assertIn("retracted", self.command("deliveries", "list", "--config", "presshawk.yaml",
                                                "--article", "held", "--state", "cancelled"))

    def test_a_silence_hides_and_keeps(self):
        self.start()
        self.feed_articles(range(4))
        self.wait_for(lambda: len(self.hook.delivered()) == 8)
        preview = json.loads(self.command("silences", "add", "--config", "presshawk.yaml", "--watchlist", "ferry",
                                          "--dry-run"))
        self.assertEqual(preview, {"would_have_hidden": 4, "silence": None})
        added = json.loads(self.command("silences", "add", "--config", "presshawk.yaml", "--watchlist", "ferry",
                                        "--until", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)),
                                        "--author", "anna", "--comment", "known"))
        identity = added["silence"]["id"]
        # It is in force within a second or two.
        numbers = iter(range(100, 10_000))

        def is_silenced():
            self.feed_articles([next(numbers)])
            return json.loads(self.get("/api/v1/ledger"))["counts"]["entries"].get("silenced")

        self.wait_for(is_silenced)
        self.post(f"/api/v1/silences/{identity}:end")
        alerts = json.loads(self.get("/api/v1/alerts?limit=1"))["alerts"]
        entries = json.loads(self.get(f"/api/v1/alerts/{alerts[0]['id']}"))["entries"]
        self.assertEqual({e["subscription"] for e in entries}, {"desk", "everything"})

    def test_the_end_of_a_silence_is_told_an_hour_before(self):
        # One that began two hours ago and ends in half an hour, as the ledger has it.
        self.start()
        self.command("silences", "add", "--config", "presshawk.yaml", "--watchlist", "ferry",
                     "--until", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1800)),
                     "--author", "anna", "--comment", "known", "--tell", "crm")
        self.stop()
        with contextlib.closing(sqlite3.connect(self.folder / "ledger.db")) as ledger:
            ledger.execute("UPDATE silences SET starts_at = starts_at - 7200000000")
            ledger.commit()
        self.start()
        told = self.wait_for(lambda: [
            m["data"] for bodies in self.hook.delivered().values() for m in map(json.loads, bodies)
            if m["type"] == "presshawk.operator.v1"])
        self.assertEqual([m["event"] for m in told], ["silence_ends"])
        self.assertIn('the silence "known" of anna ends at ', told[0]["text"])

    def test_a_silence_is_in_force_from_the_first_alert_after_a_restart(self):
        self.start()
        self.command("silences", "add", "--config", "presshawk.yaml", "--watchlist", "ferry",
                     "--until", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)),
                     "--author", "anna", "--comment", "known")
        self.stop()
        self.feed_articles(range(20))
        self.start()
        self.wait_for(lambda: json.loads(
            self.get("/api/v1/ledger"))["counts"]["entries"].get("silenced") == 40)
        self.assertEqual(len(self.hook.delivered()), 0)

    def test_backup_forget_and_a_ledger_from_a_backup(self):
        self.start()
        self.feed_articles(range(3))
        self.wait_for(lambda: len(self.hook.delivered()) == 6)
        epoch = json.loads(self.get("/api/v1/ledger"))["epoch"]
        self.command("ledger", "backup", "--config", "presshawk.yaml", "copy.db")
        self.command("ledger", "forget", "--config", "presshawk.yaml", "--article", "a1")
        forgotten = [a for a in json.loads(self.get("/api/v1/alerts"))["alerts"] if a.get("article") == "a1"]
        self.assertNotIn("alert", forgotten[0])
        events = json.loads(self.get("/api/v1/subscriptions/desk/events"))
        self.assertNotIn("ferry 1", json.dumps(events))
        self.assertEqual([e["data"]["sequence"] for e in events["events"]], [1, 2, 3])
        self.assertEqual(sum("forgotten" in e["data"] for e in events["events"]), 1)
        self.assertEqual(self.stop(), 0)
        for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        os.rename(self.folder / "copy.db", self.folder / "ledger.db")
        self.start()
        self.assertNotEqual(json.loads(self.get("/api/v1/ledger"))["epoch"], epoch)
        self.assertEqual(json.loads(self.get("/api/v1/ledger"))["counts"]["alerts"], 3)

    def test_tokens_may_do_what_they_are_for_until_they_are_revoked(self):
        (self.folder / "root.token").write_text("r00t\n")
        config = self.folder / "presshawk.yaml"
        self.command("tokens", "create", "--config", "presshawk.yaml", "--scope", "read", code=3)
        config.write_text(config.read_text().replace("http: {", "http: {token_file: root.token, "))
        self.start()

        def status(token, path, method="GET"):
            request = urllib.request.Request(self.url + path, method=method, data=b"{}" if method == "POST" else None,
                                             headers={"Authorization": f"Bearer {token}",
                                                      "Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=90) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                return error.code

        read, act = (self.command("tokens", "create", "--config", "presshawk.yaml", "--scope", scope,
                                  "--name", "dashboard", "--expires", "30d").strip() for scope in ("read", "act"))
        self.wait_for(lambda: status(act, "/api/v1/ledger") == 200)
        self.assertEqual(status(read, "/api/v1/ledger"), 200)
        self.assertEqual(status("r00t", "/api/v1/receivers/crm:pause", "POST"), 200)
        self.assertEqual(status(read, "/api/v1/receivers/crm:pause", "POST"), 403)
        self.assertEqual(status(act, "/api/v1/receivers/crm:resume", "POST"), 200)
        self.assertEqual(status(act, "/-/reload", "POST"), 403)
        listed = [json.loads(line) for line in self.command(
            "tokens", "list", "--config", "presshawk.yaml", "--format", "json").splitlines()]
        self.assertEqual(sorted(t["scope"] for t in listed), ["act", "read"])
        self.assertNotIn(read, json.dumps(listed))
        self.command("tokens", "revoke", "--config", "presshawk.yaml", act.split("_")[1])
        self.wait_for(lambda: status(act, "/api/v1/ledger") == 401)
        self.assertEqual(status(read, "/api/v1/ledger"), 200)
        self.command("tokens", "revoke", "--config", "presshawk.yaml", "nobody", code=1)

    def test_a_bad_request_gets_an_answer_that_helps(self):
        self.start()
        for path, status in (("/api/v1/deliveries?state=lost", 400), ("/api/v1/deliveries?colour=red", 400),
                             ("/api/v1/deliveries?limit=0", 400), ("/api/v1/deliveries/unknown", 404),
                             ("/api/v1/subscriptions/nobody", 404), ("/api/v1/subscriptions/nobody/events", 404),
                             ("/api/v1/receivers/nobody", 404), ("/api/v1/alerts?colour=red", 400),
                             ("/api/v1/stories/none", 404), ("/api/v1/subscriptions/desk/events?after=-1", 400),
                             ("/api/v1/subscriptions/desk/events?after=9223372036854775808", 400),
                             ("/api/v1/subscriptions/desk/events?wait=soon", 400),
                             ("/api/v1/subscriptions/desk/events?wait=", 400)):
            with self.subTest(path), self.assertRaises(urllib.error.HTTPError) as raised:
                self.get(path)
            self.assertEqual(raised.exception.code, status, path)
            self.assertTrue(json.load(raised.exception)["detail"])
        for path, body in (("/api/v1/deliveries:replay", {}), ("/api/v1/deliveries:replay", {"state": "lost"}),
                           ("/api/v1/deliveries:replay", {"ids": [], "receiver": "crm"}),
                           ("/api/v1/deliveries:replay", {"ids": [1]}),
                           ("/api/v1/silences", {}), ("/api/v1/silences", {"match": {"colour": "red"}}),
                           ("/api/v1/silences", {"match": {"watchlists": ["a"]}})):
            with self.subTest(path), self.assertRaises(urllib.error.HTTPError) as raised:
                self.post(path, body)
            self.assertEqual(raised.exception.code, 400, path)


if __name__ == "__main__":
    RunningProgram.presshawk = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=1)
