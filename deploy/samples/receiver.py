#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks: it verifies signatures, drops repeats, and knows what
it lacks. deploy/RECEIVERS.md explains each step.

  receiver.py PORT whsec_SECRET [API_URL]

It prints a line for each alert, and asks API_URL for what is missing.
"""

import base64
import hashlib
import hmac
import http.server
import json
import sys
import time
import urllib.request

TOLERANCE = 300  # Seconds between the sender's clock and ours.


def is_signed(secret, headers, body, now):
    """Standard Webhooks: HMAC-SHA256 of "id.timestamp.body"."""
    identity = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(now - int(stamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    # Two signatures stand there while a secret is being replaced.
    return any(hmac.compare_digest(wanted, one) for one in headers.get("webhook-signature", "").split())


class Inbox:
    """What has come. A real one keeps this where its data is."""

    def __init__(self):
        self.deliveries = set()  # Ids: a message may come twice.
        self.sequences = {}      # By (ledger, subscription): the numbers.

    def take(self, message):
        """True where the message is new."""
        data = message["data"]
        if data["delivery"] in self.deliveries:
            return False
        self.deliveries.add(data["delivery"])
        if "sequence" not in data:
            return True  # A test, or a message to the operator.
        # The feed has the same under ids of its own: the number tells.
        numbers = self.sequences.setdefault((data["ledger"], data["subscription"]), set())
        is_new = data["sequence"] not in numbers
        numbers.add(data["sequence"])
        return is_new

    def missing(self):
        """The numbers below the highest that have not come, by subscription."""
        gaps = {}
        for (_, subscription), numbers in self.sequences.items():
            lacking = sorted(set(range(1, max(numbers))) - numbers)
            if lacking:
                gaps[subscription] = lacking
        return gaps


def fetch_missing(inbox, api):
    """Asks the feed for what has not come."""
    for subscription, numbers in inbox.missing().items():
        for number in numbers:
            with urllib.request.urlopen(
                    f"{api}/api/v1/subscriptions/{subscription}/events?after={number - 1}&limit=1") as answer:
                for event in json.load(answer)["events"]:
                    if event["data"]["sequence"] == number and inbox.take(event):
                        show(event, " from the feed")


def show(message, suffix=""):
    data = message["data"]
    title = data.get("alert", {}).get("article", {}).get("title", "")
    print(f"{message['type']} {data['subscription']} {data.get('sequence', '-')} {title}{suffix}", flush=True)


def main():
    port, secret = int(sys.argv[1]), sys.argv[2]
    api = sys.argv[3] if len(sys.argv) > 3 else None
    inbox = Inbox()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if not is_signed(secret, self.headers, body, time.time()):
                self.answer(401)
                return
            message = json.loads(body)
            if inbox.take(message):
                show(message)
            # Only now: what is answered with 2xx does not come again.
            self.answer(204)
            if api:
                fetch_missing(inbox, api)

        def answer(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
