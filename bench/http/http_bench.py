#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the HTTP port stands a thousand viewers and a thousand clients at once.

  http_bench.py [--rounds N] NAME=PRESSHAWK...

Runs every program by turns, so that what else the machine does falls on all of
them alike. In each round, on a fresh instance:

  idle     a probe asks /healthz by itself
  held     1,000 clients are there and do not go: streams of /api/v1/events where
           there are some, else connections that say half of a request
  crowd    1,000 more connect in the same moment and ask for /metrics, while the
           probe goes on asking /healthz
  row      1,000 clients connect one after another

The probe is a process of its own. Times are in milliseconds.
"""

import argparse
import json
import multiprocessing
import pathlib
import resource
import selectors
import socket
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/hostile"))
from instance import Instance  # noqa: E402

CLIENTS = 1000
HEAD = b"Host: localhost\r\n"


def ask(port, path=b"/healthz"):
    """One request; its time, or None where no good answer came."""
    begin = time.perf_counter()
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
            while block := client.recv(65536):
                answer += block
    except OSError:
        return None
    return (time.perf_counter() - begin) * 1000 if answer.startswith(b"HTTP/1.1 200") else None


def probe(port, stop, times):
    while not stop.is_set():
        times.append(ask(port))
        time.sleep(0.005)


class Probe:
    def __init__(self, port):
        manager = multiprocessing.Manager()
        self.manager, self.times, self.stop = manager, manager.list(), multiprocessing.Event()
        self.process = multiprocessing.Process(target=probe, args=(port, self.stop, self.times))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.process.join()
        self.result = list(self.times)
        self.manager.shutdown()

    def summary(self):
        good = sorted(t for t in self.result if t is not None)
        return {"asked": len(self.result), "failed": len(self.result) - len(good),
                "median": statistics.median(good) if good else None,
                "p99": good[int(len(good) * 0.99)] if good else None}


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def threads(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/task").iterdir()))


def hold(port):
    """A thousand clients that stay; how many of them are streams."""
    has_streams = b"event-stream" in head_of(port, b"/api/v1/events")
    held = []
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), timeout=60)
        client.sendall(b"GET /api/v1/events HTTP/1.1\r\n" + HEAD + (b"\r\n" if has_streams else b""))
        held.append(client)
    streams = 0
    if has_streams:
        for client in held:
            streams += b"200 OK" in client.recv(4096)
    return held, streams


def head_of(port, path):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
        return client.recv(4096)


def crowd(port):
    """A thousand clients at once; when the last had its answer, and how many had one."""
    selector = selectors.DefaultSelector()
    begin = time.perf_counter()
    request = b"GET /metrics HTTP/1.1\r\n" + HEAD + b"\r\n"
    for _ in range(CLIENTS):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        selector.register(client, selectors.EVENT_WRITE, bytearray())
    answered = 0
    while selector.get_map() and time.perf_counter() - begin < 120:
        for key, events in selector.select(1):
            client, got = key.fileobj, key.data
            try:
                if events & selectors.EVENT_WRITE:
                    client.sendall(request)
                    selector.modify(client, selectors.EVENT_READ, got)
                    continue
                block = client.recv(1 << 18)
            except OSError:
                block = b""
            if block:
                got += block[:20] if len(got) < 20 else b""
                continue
            answered += got.startswith(b"HTTP/1.1 200")
            selector.unregister(client)
            client.close()
    return time.perf_counter() - begin, answered


def measure(path):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "lists.ndjson").write_text('{"id":"oil","terms":["crude oil"]}\n')
        (folder / "in.ndjson").write_text('{"id":"1","body":"crude oil"}\n')
        with Instance(path, folder) as instance:
            instance.wait_for("readiness", lambda: instance.get("/readyz")[0] == 200)
            return measure_instance(instance.port(), instance.process.pid)


def measure_instance(port, pid):
    result = {}
    with Probe(port) as idle:
        time.sleep(1)
    result["idle"] = idle.summary()
    memory = resident(pid)
    held, result["streams"] = hold(port)
    result["kilobytes_per_held"] = (resident(pid) - memory) / CLIENTS
    result["threads"] = threads(pid)
    with Probe(port) as busy:
        result["crowd_seconds"], result["crowd_answered"] = crowd(port)
    result["crowd"] = busy.summary()
    row = time.perf_counter()
    result["row_failed"] = sum(ask(port) is None for _ in range(CLIENTS))
    result["row_per_second"] = CLIENTS / (time.perf_counter() - row)
    for client in held:
        client.close()
    return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("programs", nargs="+", metavar="NAME=PRESSHAWK")
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    programs = dict(one.split("=", 1) for one in options.programs)
    for number in range(options.rounds):
        for name, path in programs.items():
            load = pathlib.Path("/proc/loadavg").read_text().split()[0]
            print(json.dumps({"round": number, "name": name, "load": float(load), **measure(path)}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
