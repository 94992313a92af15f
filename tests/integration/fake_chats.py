# SPDX-License-Identifier: Apache-2.0
"""Slack and Teams as their documents say they behave, with faults on request.

  slack = FakeSlack()
  slack.faults.append("429")      # of the next request; then it takes messages
  ... slack.url ...
  slack.shown                     # the messages that people see, as dicts
"""

import http.server
import json
import re
import threading


def units(text):
    """Characters as chats count them: code units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def texts_of(value):
    """All texts that a message shows."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


class FakeChat:
    """Takes what `judge` finds nothing in. Faults come first, one for a request:
    "429", a status with a word ("404 no_service"), "take" (it is shown, and the
    connection closed without an answer) and "hang" (as "take", but the
    connection stays open until close())."""

    status, answer = 200, "ok"

    def __init__(self):
        self.faults, self.shown, self.bodies = [], [], []
        self.lock, self.closed = threading.Lock(), threading.Event()
        chat = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with chat.lock:
                    fault = chat.faults.pop(0) if chat.faults else None
                    answer = chat.take(fault, self.headers, body)
                if answer is None:
                    if fault == "hang":
                        chat.closed.wait()
                    self.close_connection = True
                    return
                status, word = answer
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/services/T0/B0/x"

    def take(self, fault, headers, body):
        self.bodies.append(body)
        if fault not in (None, "take", "hang"):
            status, _, word = fault.partition(" ")
            return int(status), word
        message = json.loads(body)
        assert headers["content-type"] == "application/json", headers
        if (wrong := self.judge(message, body)) is not None:
            return 400, wrong
        self.shown.append(message)
        return (self.status, self.answer) if fault is None else None

    def close(self):
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


class FakeSlack(FakeChat):
    # What Slack reads as more than text: links, mentions, channels.
    CONTROL = re.compile(r"<(?!https?://[^|<>\s]+\|[^<>]*>)")
    takes_blocks = True

    def judge(self, message, _):
        if not message.get("text"):
            return "no_text"
        if units(message["text"]) > 40_000 or any(map(self.CONTROL.search, texts_of(message))):
            return "invalid_payload"
        blocks = message.get("blocks", [])
        if blocks and not self.takes_blocks or len(blocks) > 50:
            return "invalid_blocks"
        if units(json.dumps(blocks, ensure_ascii=False)) > 13_200:
            return "msg_blocks_too_long"
        for block in blocks:
            limit = {"header": 150, "section": 3_000, "context": 3_000}.get(block["type"])
            texts = list(texts_of(block))
            if limit is None or not texts or not all(0 < units(text) <= limit for text in texts):
                return "invalid_blocks"
        return None


class FakeTeams(FakeChat):
    # A workflow takes a message before its flow shows it.
    status, answer = 202, ""

    def judge(self, message, body):
        if len(body) > 28 * 1024 or message["type"] != "message":
            return "BadRequest"
        card = message["attachments"][0]["content"]
        known = card["type"] == "AdaptiveCard" and all(
            block["type"] == "RichTextBlock" and all(run["type"] == "TextRun" and run["text"]
                                                     for run in block["inlines"])
            for block in card["body"])
        return None if known else "BadRequest"
