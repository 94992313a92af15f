#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Slow, deaf, many and lying clients of a running instance.

  http_test.py PRESSHAWK
"""

import os
import pathlib
import socket
import sys
import tempfile
import threading
import time

import articles
from instance import Instance
from program import Program

TOKEN = "s3cret"
ROUTES = ("/", "/metrics", "/api/v1/status", "/api/v1/watchlists", "/api/v1/watchlists/oil", "/api/v1/events",
          "/api/v1/openapi.json", "/-/reload", "/login", "/logout", "/x")


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def say(port, request, finish=True):
    """Everything that the server answers to these bytes."""
    answer = b""
    try:
        with connect(port) as client:
            client.sendall(request)
            if finish:
                client.shutdown(socket.SHUT_WR)
            while block := client.recv(65536):
                answer += block
    except OSError:
        pass  # A reset is an answer too.
    return answer


def status_of(answer):
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else 0


class Attack:
    """Clients that keep coming back until the block ends: each sends its bytes one by one, or reads nothing."""

    def __init__(self, port, clients, first, drip):
        self.port, self.first, self.drip = port, first, drip
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.attack, daemon=True) for _ in range(clients)]

    def attack(self):
        while not self.over.is_set():
            try:
                with connect(self.port) as client:
                    client.sendall(self.first)
                    while not self.over.wait(0.1):
                        client.sendall(self.drip)
            except OSError:
                self.over.wait(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def under_attack(program, instance, what, attack):
    """/healthz and /readyz answer; a client that is turned away asks again, as probes do."""
    with attack:
        for path in ("/healthz", "/readyz"):
            for _ in range(5):
                # How often it asks says how fast the machine is: a limit of
                # time, far above what it takes.
                end = time.monotonic() + 30
                while (status := instance.get(path)[0]) != 200 and time.monotonic() < end:
                    pass
                program.expect(f"{what}: {path}", status == 200, status)
    files = len(os.listdir(f"/proc/{instance.process.pid}/fd"))
    program.expect(f"{what}: descriptors", files < 450, files)


def attacks(program, instance):
    port = instance.port()
    half = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
    body = b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\nContent-Length: 100000\r\n\r\n"
    deaf = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\n\r\n"
    under_attack(program, instance, "slow headers", Attack(port, 200, half, b"a"))
    under_attack(program, instance, "slow bodies", Attack(port, 200, body, b"a"))
    under_attack(program, instance, "clients that say nothing", Attack(port, 200, b"", b""))
    under_attack(program, instance, "clients that do not read", Attack(port, 200, deaf, b""))


def lies(program, instance):
    port = instance.port()
    head = b"Host: localhost\r\nAuthorization: Bearer s3cret\r\n"
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd",
                 "/metrics/../../etc/passwd", "/metrics%00", "/api/v1/../../etc/passwd", "\\..\\etc\\passwd"):
        answer = say(port, b"GET " + path.encode() + b" HTTP/1.1\r\n" + head + b"\r\n")
        program.expect(f"GET {path}", status_of(answer) in (0, 400, 404) and b"root:" not in answer, answer)
    for method, path, status in (("DELETE", "/metrics", 405), ("PUT", "/-/reload", 405), ("GET", "/-/reload", 405),
                                 ("POST", "/metrics", 405), ("OPTIONS", "/", 405)):
        answer = say(port, f"{method} {path} HTTP/1.1\r\n".encode() + head + b"\r\n")
        program.expect(f"{method} {path}", status_of(answer) == status and b"Allow:" in answer, answer)
    for name, request in (
            ("an unknown method", b"BREW / HTTP/1.1\r\n" + head + b"\r\n"),
            ("an address of 1 MB", b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n"),
            ("a header of 1 MB", b"GET / HTTP/1.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"),
            ("100,000 headers", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100_000 + b"\r\n"),
            ("a body of 2 MB", b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: 2000000\r\n\r\n" + b"a" * 2_000_000),
            ("a body without end", b"POST /-/reload HTTP/1.1\r\n" + head +
             b"Transfer-Encoding: chunked\r\n\r\n" + b"fff\r\n" + b"a" * 4095 + b"\r\n"),
            ("a body for GET", b"GET /metrics HTTP/1.1\r\n" + head + b"Content-Length: 5\r\n\r\nhello"),
            ("two lengths", b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            ("a length that is no number", b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: five\r\n\r\nhello"),
            ("a length below zero", b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: -1\r\n\r\n"),
            ("a length beyond all numbers", b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n"),
            ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200)),
            ("noise", os.urandom(100_000)),
            ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ("nothing", b"")):
        answer = say(port, request)
        program.expect(name, status_of(answer) != 200, answer[:300])
    # One request a connection: what is sent behind it is not acted on.
    answer = say(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000, finish=False)
    program.expect("pipelining", answer.count(b"HTTP/1.1 200") == 1 and b"onnection: close" in answer, answer)
    smuggled = (b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"0\r\n\r\nPOST /-/reload HTTP/1.1\r\n" + head + b"\r\n")
    program.expect("a request inside a request", status_of(say(port, smuggled)) != 200)
    for authorization, status in ((f"Bearer {TOKEN}", 200), ("Bearer wrong", 401), ("Basic s3cret", 401), ("", 401)):
        for path in ("/metrics", "/api/v1/status", "/"):
            program.expect(f"{path} with `{authorization}`",
                           instance.get(path, Authorization=authorization)[0] == status)
    for path in ("/healthz", "/readyz"):
        program.expect(f"{path} needs no token", instance.get(path)[0] == 200)


def strangers(program, instance):
    """Pages of others, in a browser that reaches this machine."""
    port = instance.port()
    bears = b"Authorization: Bearer s3cret\r\n"
    rebound = f"Host: evil.example:{port}\r\nOrigin: http://evil.example:{port}\r\n".encode()
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        for path in ROUTES:
            answer = say(port, f"{method} {path} HTTP/1.1\r\n".encode() + rebound + bears + b"\r\n")
            program.expect(f"{method} {path} by a name that is not ours",
                           status_of(answer) == 421 and b"presshawk_" not in answer, answer)
    for path in ("/healthz", "/readyz"):
        answer = say(port, f"GET {path} HTTP/1.1\r\n".encode() + rebound + b"\r\n")
        program.expect(f"{path} by any name", status_of(answer) == 200, answer)
    for host in ("", "Host: localhost\r\nHost: localhost\r\n"):
        answer = say(port, f"GET /metrics HTTP/1.1\r\n{host}".encode() + bears + b"\r\n")
        program.expect(f"the hosts `{host}`", status_of(answer) == 400, answer)
    for headers in (b"Origin: http://evil.example\r\n", b"Origin: null\r\n", b"Sec-Fetch-Site: cross-site\r\n",
                    b"Sec-Fetch-Site: same-site\r\n"):
        for path in ("/-/reload", "/login", "/logout"):
            answer = say(port, f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + bears + headers + b"\r\n")
            program.expect(f"POST {path} with {headers}", status_of(answer) == 403, answer)


def two_readings(program, instance):
    """What two readers could understand in two ways, and what a browser could be made to do."""
    port = instance.port()
    bears = b"Authorization: Bearer s3cret\r\n"
    for name, request in (
            ("lines that end with LF", b"GET /metrics HTTP/1.1\nHost: localhost\n" + bears + b"\n\r\n\r\n"),
            ("a lone CR in a header", b"GET /metrics HTTP/1.1\r\nHost: localhost\rX: y\r\n" + bears + b"\r\n"),
            ("a folded header", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n x\r\n" + bears + b"\r\n"),
            ("NUL in a header", b"GET /metrics HTTP/1.1\r\nHost: localhost\0.evil\r\n" + bears + b"\r\n"),
            ("a blank before the colon", b"GET /metrics HTTP/1.1\r\nHost : localhost\r\n" + bears + b"\r\n"),
            ("two blanks", b"GET  /metrics HTTP/1.1\r\nHost: localhost\r\n" + bears + b"\r\n"),
            ("an encoding that is not chunked", b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\n" + bears +
             b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            ("a line feed in the path", b"GET /metrics%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: localhost\r\n" + bears + b"\r\n"),
            ("HTTP/0.9", b"GET /metrics\r\n\r\n")):
        answer = say(port, request)
        program.expect(name, status_of(answer) == 400 and b"Set-Cookie" not in answer, answer[:300])
    answer = say(port, b"GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n" + bears + b"\r\n")
    program.expect("a target that names another host", status_of(answer) == 421, answer[:300])
    answer = say(port, b"GET /-/reload HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: POST\r\n" + bears + b"\r\n")
    program.expect("a method in a header", status_of(answer) == 405, answer[:300])
    form = b"token=s3cret"
    for query in (b"", b"?next=//evil.example", b"?next=%2F%5Cevil.example"):
        answer = say(port, b"POST /login" + query + b" HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                     b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\n" + form)
        program.expect(f"a login leads back to the page: {query}",
                       status_of(answer) == 303 and b"\r\nLocation: ./\r\n" in answer and b"evil" not in answer, answer)
    for path in (b"//evil.example", b"/\\evil.example", b"/..%2f%5cevil.example", b"/<script>"):
        answer = say(port, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + bears + b"\r\n")
        program.expect(f"GET {path}", status_of(answer) == 404 and b"Location" not in answer and
                       b"evil" not in answer and b"script" not in answer, answer)


def requests_of_other_pages(program, instance):
    """What a page can make a browser send without asking it: forms, and requests of `no-cors`."""
    port = instance.port()
    bears = b"Authorization: Bearer s3cret\r\n"
    for kind in (b"text/plain", b"multipart/form-data; boundary=x", b"application/json"):
        answer = say(port, b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + kind +
                     b"\r\nContent-Length: 12\r\n\r\ntoken=s3cret")
        program.expect(f"a login as {kind}", status_of(answer) == 415 and b"Set-Cookie" not in answer, answer)
    for path in ("/-/reload?_method=POST", "/logout?_method=POST"):
        program.expect(f"GET {path}", instance.get(path, Authorization=f"Bearer {TOKEN}")[0] == 405)
    for headers in (b"Sec-Fetch-Site: cross-site\r\n", b"Sec-Fetch-Site: same-site\r\n", b"Origin: null\r\n",
                    b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
                    b"Origin: http://localhost:1\r\n"):
        answer = say(port, b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + bears + headers + b"\r\n")
        program.expect(f"a stream with {headers}", status_of(answer) == 403, answer)


def names_that_others_vouch_for(program, instance):
    """A proxy's word for a person gives nobody anything: no header of that kind is read."""
    claims = b"".join(name + b": admin\r\n" for name in (
        b"X-Forwarded-User", b"X-Forwarded-Groups", b"x-forwarded-user", b"X-WEBAUTH-USER", b"Remote-User",
        b"X-Remote-User", b"X-Auth-Request-User", b"Tenant"))
    claims += b"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\nForwarded: for=127.0.0.1\r\n"
    for path in ROUTES:
        for method in ("GET", "POST"):
            if path in ("/login", "/logout"):
                continue
            answer = say(instance.port(), f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + claims + b"\r\n")
            program.expect(f"{method} {path} with a proxy's word", status_of(answer) == 401, answer)
    evil = f"Host: evil.example:{instance.port()}\r\nX-Forwarded-Host: localhost\r\n".encode()
    answer = say(instance.port(), b"GET /metrics HTTP/1.1\r\n" + evil + b"Authorization: Bearer s3cret\r\n\r\n")
    program.expect("a proxy's word for the host", status_of(answer) == 421, answer)


def secrets(program, instance):
    """Cookies that cannot be guessed, end with their session, and stand in no other answer and no log."""
    port = instance.port()
    form = (b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 12\r\n\r\ntoken=s3cret")
    cookies = []
    for _ in range(20):
        answer = say(port, form)
        cookie = answer.split(b"Set-Cookie: ")[1].split(b";")[0]
        program.expect("a secret of 256 bits", len(cookie.split(b"=")[1]) == 64, cookie)
        cookies.append(cookie)
    program.expect("no secret comes twice", len(set(cookies)) == len(cookies), cookies)
    program.expect("they share no beginning",
                   len({cookie.split(b"=")[1][:8] for cookie in cookies}) == len(cookies), cookies)
    ask = lambda cookie, path: say(port, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nCookie: " +  # noqa: E731
                                   cookie + b"\r\n\r\n")
    one, other = cookies[:2]
    with connect(port) as stream:
        stream.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: " + one + b"\r\n\r\n")
        program.expect("a stream of a session", stream.recv(20).startswith(b"HTTP/1.1 200"))
        answer = say(port, b"POST /logout HTTP/1.1\r\nHost: localhost\r\nCookie: " + one + b"\r\n\r\n")
        program.expect("a logout", status_of(answer) == 303, answer)
        while stream.recv(65536):
            pass  # The test's own limit ends it where the stream goes on.
    program.expect("a session that was ended", status_of(ask(one, b"/metrics")) == 401)
    program.expect("another session goes on", status_of(ask(other, b"/metrics")) == 200)
    for path in (b"/", b"/metrics", b"/api/v1/status", b"/api/v1/watchlists", b"/x"):
        answer = ask(other, path)
        program.expect(f"{path} gives no cookie and no secret", b"Set-Cookie" not in answer and
                       other.split(b"=")[1] not in answer and TOKEN.encode() not in answer, answer[:300])
    wrong = b"Bearer wr0ng-s3cret"
    answer = say(port, b"GET /metrics?token=wr0ng HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + wrong + b"\r\n\r\n")
    program.expect("a wrong token is not said again", b"wr0ng" not in answer, answer)
    log = instance.log()
    for cookie in cookies:
        program.expect("no session in the log", cookie.split(b"=")[1] not in log)
    program.expect("no wrong token in the log", b"wr0ng" not in log)


def viewers(program, instance):
    """Streams, of which half are never read and a third leave."""
    port = instance.port()
    request = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\n\r\n"
    files = lambda: len(os.listdir(f"/proc/{instance.process.pid}/fd"))  # noqa: E731
    before, threads = files(), len(os.listdir(f"/proc/{instance.process.pid}/task"))
    streams = [connect(port) for _ in range(600)]
    for stream in streams:
        stream.sendall(request)
    for number, stream in enumerate(streams):
        if number % 2:
            program.expect("a stream begins", stream.recv(20).startswith(b"HTTP/1.1 200"))
    for stream in streams[::3]:
        stream.close()
    for path in ("/healthz", "/readyz"):
        program.expect(f"{path} beside streams", instance.get(path)[0] == 200)
    program.expect("streams take no thread", len(os.listdir(f"/proc/{instance.process.pid}/task")) == threads)
    for stream in streams:
        stream.close()
    instance.wait_for("the viewers' descriptors", lambda: files() <= before + 5)


def headers_of_all_answers(program, instance):
    """Whoever answers, a handler, a check or the library itself."""
    head = b"Host: localhost\r\nAuthorization: Bearer s3cret\r\n"
    answered = 0
    for request in (b"GET / HTTP/1.1\r\n" + head, b"GET /login HTTP/1.1\r\n" + head, b"GET /x HTTP/1.1\r\n" + head,
                    b"GET /metrics HTTP/1.1\r\n" + head + b"Origin: http://evil.example\r\n", b"BREW / HTTP/1.1\r\n" + head,
                    b"GET /metrics HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: evil.example\r\n",
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n",
                    b"POST /-/reload HTTP/1.1\r\n" + head, b"POST /-/reload HTTP/1.1\r\n" + head + b"Content-Length: 2000000\r\n",
                    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + head):
        answer = say(instance.port(), request + b"\r\n")
        answered += answer != b""
        program.expect(f"nosniff: {request[:60]}", not answer or b"X-Content-Type-Options: nosniff" in answer, answer[:300])
        program.expect(f"not in a frame: {request[:60]}", not answer or b"frame-ancestors 'none'" in answer, answer[:300])
        program.expect(f"no CORS: {request[:60]}", b"access-control" not in answer.lower(), answer[:300])
        program.expect(f"in no cache: {request[:60]}", not answer or b"Cache-Control: no-store" in answer, answer[:300])
        program.expect(f"no markup but the pages': {request[:60]}",
                       b"Content-Type: text/html" not in answer or b"Content-Security-Policy: default-src 'none'" in answer,
                       answer[:300])
    program.expect("these are answered", answered >= 9, answered)


def listens_on_loopback_only(program, instance):
    port = f"{instance.port():04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local.endswith(":" + port) and state == "0A":
                program.expect("it listens on 127.0.0.1", local.startswith("0100007F:"), line)


def main():
    program = Program(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "lists.ndjson").write_text(articles.LISTS)
        (folder / "in.ndjson").write_text('{"id":"1","body":"Kremlin"}\n')
        (folder / "token").write_text(TOKEN + "\n")
        with Instance(program.path, folder, token=folder / "token") as instance:
            instance.wait_for("readiness", lambda: instance.get("/readyz")[0] == 200)
            listens_on_loopback_only(program, instance)
            lies(program, instance)
            strangers(program, instance)
            two_readings(program, instance)
            requests_of_other_pages(program, instance)
            names_that_others_vouch_for(program, instance)
            secrets(program, instance)
            viewers(program, instance)
            headers_of_all_answers(program, instance)
            attacks(program, instance)
            program.expect("it still works", instance.get("/healthz")[0] == 200)
            program.expect("it stops", instance.stop() == 0, instance.log())
            program.expect("no token in the log", TOKEN.encode() not in instance.log())
    return program.report()


if __name__ == "__main__":
    sys.exit(main())
