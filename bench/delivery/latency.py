#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long it takes from the detection of an alert to the request that tells it.

  latency.py PRESSHAWK [--rate 1000] [--seconds 20] [--receivers 100] [--answer-ms 5]
                       [--hanging 1]

Starts `presshawk run` with a ledger (SQLite, synchronous=FULL), as many webhook
receivers as asked for, each with a watch-list of its own, and a server of this
process that answers for all of them. Articles are appended to the source file at
an even rate, one alert each. A delay is the arrival of a request's first bytes
here minus the alert's `detected_at`; both clocks are this machine's. The first
two seconds do not count. `--hanging` receivers take requests and never answer;
the figures are those of the others. This process shares the cores with presshawk.
"""

import argparse
import asyncio
import base64
import datetime
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

WARM_UP = 2.0


class Receiver(asyncio.Protocol):
    """Reads requests of HTTP/1.1 and answers each after a while."""

    arrivals = []  # (seconds, body)
    answer_after = 0.005
    hanging = 0

    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""
        self.began = None

    def data_received(self, data):
        now = time.time()
        if not self.buffer:
            self.began = now
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            is_hanging = int(re.match(rb"POST /(\d+)", self.buffer).group(1)) < self.hanging
            length = int(re.search(rb"(?i)content-length: (\d+)", self.buffer[:end]).group(1))
            if len(self.buffer) < end + 4 + length:
                return
            body = self.buffer[end + 4:end + 4 + length]
            self.buffer = self.buffer[end + 4 + length:]
            if is_hanging:
                continue
            self.arrivals.append((self.began, body))
            self.began = now
            asyncio.get_running_loop().call_later(
                self.answer_after, self.transport.write, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def write_configuration(folder, port, receivers):
    key = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    (folder / "lists.yaml").write_text("watchlists:\n" + "".join(
        f"  - {{id: list{i}, terms: [ferry{i}]}}\n" for i in range(receivers)))
    (folder / "subscriptions.yaml").write_text("subscriptions:\n" + "".join(
        f"  - {{id: desk{i}, match: {{watchlists: [list{i}]}}, to: [r{i}]}}\n" for i in range(receivers)))
    (folder / "in.ndjson").write_text("")
    (folder / "presshawk.yaml").write_text(f"""
source: {{file: {{paths: [in.ndjson], follow: true}}}}
watchlists: {{files: [lists.yaml]}}
deadletter: {{file: {{path: dead.ndjson}}}}
http: {{listen: "127.0.0.1:0"}}
workers: 1
store: {{sqlite: {{path: ledger.db}}, reserve: 1MiB}}
delivery: {{subscriptions: {{files: [subscriptions.yaml]}}}}
receivers:
""" + "".join(f"""  r{i}: {{webhook: {{url: "http://127.0.0.1:{port}/{i}", secret: "{key}", allow_http: true,
       allow_networks: [127.0.0.0/8]}}}}
""" for i in range(receivers)))


async def feed(folder, rate, seconds, receivers):
    """Appends articles at an even rate, in steps of 10 ms."""
    begin = time.monotonic()
    written = 0
    with open(folder / "in.ndjson", "a") as file:
        while (passed := time.monotonic() - begin) < seconds:
            due = int(passed * rate)
            file.writelines(json.dumps({
                "id": str(n), "title": f"The ferry{n % receivers} is late", "body": "It was the third time. " * 40,
            }) + "\n" for n in range(written, due))
            file.flush()
            written = due
            await asyncio.sleep(0.01)
    return written


def delays(arrivals):
    """In milliseconds, of what was detected after the warm-up."""
    detected = [(at, datetime.datetime.fromisoformat(
        json.loads(body)["data"]["alert"]["detected_at"].replace("Z", "+00:00")).timestamp()) for at, body in arrivals]
    first = min(d for _, d in detected)
    return sorted((at - d) * 1000 for at, d in detected if d >= first + WARM_UP)


async def measure(arguments, folder):
    Receiver.answer_after = arguments.answer_ms / 1000
    Receiver.hanging = arguments.hanging
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    write_configuration(folder, server.sockets[0].getsockname()[1], arguments.receivers)
    with open(folder / "run.log", "wb") as log:
        process = subprocess.Popen([str(pathlib.Path(arguments.presshawk).resolve()), "run", "--config",
                                    "presshawk.yaml"], cwd=folder, stderr=log, stdout=subprocess.DEVNULL)
    try:
        while b"lists active" not in (folder / "run.log").read_bytes():
            if process.poll() is not None:
                sys.exit((folder / "run.log").read_text())
            await asyncio.sleep(0.05)
        written = await feed(folder, arguments.rate, arguments.seconds, arguments.receivers)
        written = sum(n % arguments.receivers >= arguments.hanging for n in range(written))
        patience = time.monotonic() + 60
        while len(Receiver.arrivals) < written and time.monotonic() < patience:
            await asyncio.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presshawk")
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--receivers", type=int, default=100)
    parser.add_argument("--answer-ms", type=float, default=5)
    parser.add_argument("--hanging", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="presshawk_latency_") as folder:
        written = asyncio.run(measure(arguments, pathlib.Path(folder)))
    told = delays(Receiver.arrivals)
    at = lambda share: told[min(len(told) - 1, int(len(told) * share))]  # noqa: E731
    print(f"{written} alerts at {arguments.rate}/s to {arguments.receivers} receivers that answer in "
          f"{arguments.answer_ms:g} ms, and {arguments.hanging} that never do: {len(Receiver.arrivals)} requests")
    print(f"detected to first byte: p50 {at(.5):.0f} ms, p90 {at(.9):.0f} ms, p99 {at(.99):.0f} ms, most {told[-1]:.0f} ms")
    sys.exit(0 if len(Receiver.arrivals) >= written else 1)


if __name__ == "__main__":
    main()
