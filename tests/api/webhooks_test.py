# SPDX-License-Identifier: Apache-2.0
"""Webhooks as they arrive, judged by the official verifier of Standard Webhooks.

  webhooks_test.py SEND_WEBHOOKS    the program built from send_webhooks.cc
"""

import http.server
import json
import subprocess
import sys
import threading

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PREVIOUS = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BODIES = [
    {"type": "presshawk.alert.v1", "data": {"sequence": 1}},
    {"t": "Köln — Путин 🙂", "n": [1, 2.5, None]},
    {},
    {"long": "x" * 19_000},
]


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((dict(self.headers), body))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def receive(program, *secrets):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    lines = "".join(json.dumps(body, ensure_ascii=False) + "\n" for body in BODIES)
    try:
        subprocess.run([program, f"http://127.0.0.1:{server.server_port}/hook", *secrets],
                       input=lines.encode(), check=True, timeout=60)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(server.seen) == len(BODIES), server.seen
    return server.seen


def refuses(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def main():
    program = sys.argv[1]
    for headers, body in receive(program, SECRET):
        Webhook(SECRET).verify(body, headers)
        assert refuses(OTHER, body, headers)
        assert refuses(SECRET, body + b" ", headers)
        assert refuses(SECRET, body, {**headers, "webhook-id": "msg_other"})
    for (headers, body), sent in zip(receive(program, SECRET, PREVIOUS), BODIES):
        for secret in (SECRET, PREVIOUS):
            assert Webhook(secret).verify(body, headers) == sent
        assert refuses(OTHER, body, headers)
    print(f"{2 * len(BODIES)} webhooks verified")


main()
