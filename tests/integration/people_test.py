#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages to people, as they read them: the program with a file source, a
ledger in SQLite, and a chat that behaves as its documents say.

  people_test.py PRESSHAWK
"""

import hashlib
import json
import pathlib
import re
import sys
import unittest
import urllib.request

from fake_chats import FakeSlack, FakeTeams, texts_of
from running_program import RunningProgram

LISTS = 'watchlists: [{id: ferry, name: "Ferries & ports", terms: [ferry], labels: {desk: sea}}]\n'
# The quiet hours say in which zone times are shown, and hold nothing.
SUBSCRIPTIONS = """subscriptions:
  - id: desk
    name: The desk
    match: {watchlists: [ferry]}
    to: [newsroom, archive]
    quiet: {from: "22:00", to: "07:00", zone: Asia/Tokyo, except: {labels: {desk: sea}}}
"""
REPEAT = "This may be a repeat: the first attempt got no answer."
AGAIN = "Sent again on request."


class PeopleCase(RunningProgram):
    kind, make = "", None

    def setUp(self):
        super().setUp()
        self.chat = self.make()
        self.addCleanup(self.chat.close)
        (self.folder / "lists.yaml").write_text(LISTS)
        (self.folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
        (self.folder / "in.ndjson").write_text("")
        (self.folder / "chat.url").write_text(self.chat.url + "\n")
        self.configure()

    def configure(self, more=""):
        (self.folder / "presshawk.yaml").write_text(f"""
source: {{file: {{paths: [in.ndjson], follow: true}}}}
watchlists: {{files: [lists.yaml]}}
deadletter: {{file: {{path: dead.ndjson}}}}
http: {{listen: "127.0.0.1:0", public_url: "https://watch.example/"}}
workers: 1
drain_timeout: 10s
store: {{sqlite: {{path: ledger.db}}, reserve: 1MiB}}
delivery: {{subscriptions: {{files: [subscriptions.yaml]}}, operator: archive}}
receivers:
  newsroom: {{{self.kind}: {{url: {{file: chat.url}}, allow_http: true, allow_networks: [127.0.0.0/8],
                     rate: 1000 per 1s{more}}}}}
  archive: {{file: {{path: archive.ndjson}}}}
""")

    def feed(self, *titles):
        with open(self.folder / "in.ndjson", "a") as file:
            for number, title in enumerate(titles):
                file.write(json.dumps({
                    "id": f"{title[:40]} {number}", "title": title, "url": f"https://wire.example/{number}?a=1&b=2",
                    "body": "Nobody knows when the next ferry leaves, they said.", "source": "Wire",
                    "published_at": "2026-01-02T23:04:05Z"}) + "\n")

    def api(self, path):
        with urllib.request.urlopen(self.url + path, timeout=90) as answer:
            return json.load(answer)

    def messages(self):
        return [" ".join(texts_of(message)) for message in list(self.chat.shown)]

    def delivery(self, state):
        """The one delivery to the chat, once it is in the state, with its log."""
        one = self.wait_for(lambda: self.api(f"/api/v1/deliveries?receiver=newsroom&state={state}")["deliveries"])[0]
        return {"id": one["id"], **self.api(f"/api/v1/deliveries/{one['id']}")}

    def archived(self, kind):
        path = self.folder / "archive.ndjson"
        lines = path.read_text().splitlines() if path.exists() else []
        return [m for m in map(json.loads, lines) if m["type"] == f"presshawk.{kind}.v1"]


class ChatTests:
    """What holds of every chat. `taken`: the state of a delivery that it took."""

    taken = ""

    def test_people_read_what_machines_get(self):
        self.start()
        self.feed("A ferry is late", "The ferry & the <b>port</b>")
        self.wait_for(lambda: len(self.chat.shown) == 2 and len(self.archived("alert")) == 2)
        shown = {re.findall("[0-9a-f]{32}", text)[-1]: text for text in self.messages()}
        for machine in self.archived("alert"):
            text = next(t for t in shown.values() if machine["data"]["alert"]["article"]["title"][:10] in t)
            for part in ("Wire", "2026-01-03 08:04 JST", "Relevance ", "The desk", "message "):
                self.assertIn(part, text)
            alert = machine["data"]["alert"]["id"]
            parts = ["desk", "newsroom", "presshawk.alert.v1", alert]
            delivery = hashlib.sha256(b"".join(p.encode() + b"\0" for p in parts)).hexdigest()[:32]
            self.assertEqual(shown.get(delivery), text)
        # The log has the hash of what was sent.
        told = self.wait_for(lambda: len(d := self.api(
            f"/api/v1/deliveries?receiver=newsroom&state={self.taken}")["deliveries"]) == 2 and d)
        logged = {self.api(f"/api/v1/deliveries/{one['id']}")["log"][0]["sha256"] for one in told}
        self.assertEqual(logged, {hashlib.sha256(body).hexdigest() for body in self.chat.bodies})

    def test_a_story_is_told_to_people_once(self):
        self.start()
        body = "The ferry between the islands stays in its harbour until the storm is over, the captain said on Monday. " * 9
        with open(self.folder / "in.ndjson", "a") as file:
            for site in ("a.example", "b.example", "c.example"):
                file.write(json.dumps({"id": site, "title": "The ferry waits", "body": body, "site": site}) + "\n")
        self.feed("The last ferry")
        self.wait_for(lambda: self.api("/api/v1/ledger")["counts"]["entries"] == {"told": 2, "folded": 2})
        self.wait_for(lambda: len(self.chat.shown) == 2)
        self.assertEqual(len(self.chat.bodies), 2)

    def test_hostile_titles_and_all_scripts_are_taken(self):
        titles = ["<!channel> ferry", "<https://evil.example|click> ferry", "ferry `rm -rf` *x* _y_ ~z~",
                  "ferry\n\n> @everyone\u202e\u2067", "ferry " + "x" * 3000, "ferry " + "& " * 1500,
                  "العبارة ferry", "המעבורת ferry", "フェリー ferry", "渡轮 ferry", "паром ferry", "นาวา ferry",
                  "ferry 👨‍👩‍👧" * 300, "ferry {{x}} \\ \" <at>all</at>"]
        self.start()
        self.feed(*titles)
        self.wait_for(lambda: len(self.chat.shown) == len(titles))
        self.assertEqual(len(self.chat.bodies), len(titles))  # None was refused.

    def test_429_is_obeyed_and_the_same_bytes_come_again(self):
        self.chat.faults.append("429 rate_limited")
        self.start()
        self.feed("ferry")
        log = self.delivery(self.taken)["log"]
        self.assertEqual([one["outcome"] for one in log], ["throttled", self.taken])
        self.assertEqual(len(set(self.chat.bodies)), 1)
        self.assertEqual(len(self.chat.shown), 1)

    def test_what_was_taken_without_an_answer_comes_again_with_a_mark(self):
        self.chat.faults.append("take")
        self.start()
        self.feed("ferry")
        self.delivery(self.taken)
        self.assertEqual([REPEAT in text for text in self.messages()], [False, True])

    def test_what_may_be_there_is_held_where_that_is_wished(self):
        self.configure(", on_unknown: hold")
        self.chat.faults.append("take")
        self.start()
        self.feed("ferry")
        held = self.delivery("unknown")
        self.assertEqual([one["outcome"] for one in held["log"]], ["unknown"])
        self.assertEqual(len(self.chat.shown), 1)
        # A person decides that it did not come.
        self.command("deliveries", "replay", "--config", "presshawk.yaml", held["id"])
        self.delivery(self.taken)
        self.assertEqual([AGAIN in text for text in self.messages()], [False, True])

    def test_what_a_killed_process_was_sending_comes_again_with_a_mark(self):
        self.chat.faults.append("hang")
        self.start()
        self.feed("ferry")
        self.wait_for(lambda: len(self.chat.shown) == 1)
        self.kill()
        self.start()
        self.delivery(self.taken)
        self.assertEqual([REPEAT in text for text in self.messages()], [False, True])

    def test_a_chat_that_is_gone_is_held_and_the_operator_told(self):
        self.chat.faults.append("410 channel_is_archived")
        self.start()
        self.feed("ferry")
        news = self.wait_for(lambda: self.archived("operator"))[0]["data"]
        self.assertEqual((news["event"], news["receiver"]), ("gone", "newsroom"))
        log = self.delivery("waiting")["log"]
        self.assertIn("410 (channel_is_archived)", log[0]["why"])
        self.command("receivers", "resume", "--config", "presshawk.yaml", "newsroom")
        self.delivery(self.taken)
        self.assertEqual(len(set(self.chat.bodies)), 1)

    def test_a_wrong_url_is_said_with_the_word_of_the_chat(self):
        self.chat.faults.append("404 no_service")
        self.start()
        self.feed("ferry")
        log = self.wait_for(lambda: self.delivery("waiting")["log"])
        self.assertEqual(log[0]["outcome"], "unauthorized")
        self.assertIn("404 (no_service)", log[0]["why"])

    def test_a_test_message_arrives(self):
        self.start()
        self.assertIn(self.taken, self.command("receivers", "test", "--config", "presshawk.yaml", "newsroom"))
        self.assertIn("This is a test.", self.messages()[0])

    def test_the_message_stays_as_it_was_made(self):
        self.chat.faults += ["500 rollup_error"]
        self.start()
        self.feed("ferry")
        self.wait_for(lambda: self.chat.bodies)
        (self.folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS.replace("Asia/Tokyo", "Europe/Berlin"))
        urllib.request.urlopen(urllib.request.Request(self.url + "/-/reload", method="POST"), timeout=90).close()
        self.delivery(self.taken)
        self.assertEqual(len(set(self.chat.bodies)), 1)
        self.feed("another ferry")
        self.wait_for(lambda: len(self.chat.shown) == 2)
        self.assertIn("2026-01-03 00:04 CET", self.messages()[1])


class SlackTest(ChatTests, PeopleCase):
    kind, make, taken = "slack", FakeSlack, "delivered"

    def test_hits_are_bold_and_titles_are_links(self):
        self.start()
        self.feed("A ferry & more")
        self.wait_for(lambda: self.chat.shown)
        text = self.chat.shown[0]["text"]
        self.assertIn("<https://wire.example/0?a=1&amp;b=2|A ferry &amp; more>", text)
        self.assertIn("the next *ferry* leaves", text)
        self.assertIn("*Ferries &amp; ports*", text)
        self.assertIn("<https://watch.example/api/v1/deliveries/", text)

    def test_blocks_that_are_refused_come_once_more_as_text(self):
        self.chat.takes_blocks = False
        self.start()
        self.feed("ferry")
        log = self.delivery("delivered")["log"]
        self.assertEqual([one["outcome"] for one in log], ["refused", "delivered"])
        self.assertIn("400 (invalid_blocks)", log[0]["why"])
        self.assertNotIn("blocks", self.chat.shown[0])
        # Refused in both forms, it fails, and the next one follows.
        self.chat.faults += ["400 invalid_payload", "400 invalid_payload"]
        self.feed("second ferry")
        self.assertEqual(len(self.delivery("failed")["log"]), 2)
        self.feed("third ferry")
        self.wait_for(lambda: len(self.chat.shown) == 2)


class TeamsTest(ChatTests, PeopleCase):
    kind, make, taken = "teams", FakeTeams, "handed_over"

    def test_hits_are_bold_and_titles_are_links(self):
        self.start()
        self.feed("A ferry & more")
        self.wait_for(lambda: self.chat.shown)
        card = self.chat.shown[0]["attachments"][0]["content"]
        runs = [run for block in card["body"] for run in block["inlines"]]
        title = next(run for run in runs if run["text"] == "A ferry & more")
        self.assertEqual(title["selectAction"]["url"], "https://wire.example/0?a=1&b=2")
        self.assertIn({"type": "TextRun", "text": "ferry", "weight": "Bolder"}, runs)
        self.assertIn("https://watch.example/api/v1/deliveries/", card["actions"][-1]["url"])

    def test_a_card_that_is_refused_comes_once_more_in_a_shorter_form(self):
        self.chat.faults.append("413 TooLarge")
        self.start()
        self.feed("ferry")
        log = self.delivery("handed_over")["log"]
        self.assertEqual([one["outcome"] for one in log], ["too_large", "handed_over"])
        self.assertLess(len(self.chat.bodies[1]), len(self.chat.bodies[0]))
        # Refused in both forms, it fails, and the next one follows.
        self.chat.faults += ["400 BadRequest", "400 BadRequest"]
        self.feed("second ferry")
        self.assertEqual(len(self.delivery("failed")["log"]), 2)
        self.feed("third ferry")
        self.wait_for(lambda: len(self.chat.shown) == 2)


if __name__ == "__main__":
    RunningProgram.presshawk = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=1)
