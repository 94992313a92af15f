#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what the documents show.

  run_docs.py BINARY ROOT

README.md, QUERY_SYNTAX.md, deploy/OPERATING.md, deploy/ALERTS.md, deploy/API.md, deploy/SUBSCRIPTIONS.md,
ingest/json/README.md, core/spec: fenced blocks with file=NAME are written to an empty folder, `$ presshawk ...`
and `$ curl ...` lines of console blocks are run there; `…` stands for anything. The command of a `console service`
block runs until the end of the document, on a free port in the place of 9464. What their tables claim is asked
(doc_tables.py). The picture of the README shows what the demo prints. All documents: local links lead to a file,
and to a heading where they name one.
"""

import contextlib
import html
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from doc_tables import TableClaims

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import alert_schema  # noqa: E402


class Checker:
    def __init__(self, binary, root):
        self.binary = str(pathlib.Path(binary).resolve())
        self.root = pathlib.Path(root)
        self.checked = 0
        self.failures = []

    def documents(self):
        """Those whose examples are run."""
        spec = sorted((self.root / "core/spec").glob("*.md"))
        return ["README.md", "QUERY_SYNTAX.md", "deploy/OPERATING.md", "deploy/ALERTS.md", "deploy/API.md",
                "deploy/SUBSCRIPTIONS.md", "ingest/json/README.md",
                *(str(p.relative_to(self.root)) for p in spec)]

    def expect(self, ok, message):
        self.checked += 1
        if not ok:
            self.failures.append(message)

    def console(self, name):
        """Runs the console blocks of a document."""
        text = (self.root / name).read_text(encoding="utf-8")
        blocks = re.findall(r"```(\S+(?: \S+)*)\n(.*?)```", text, re.S)
        has_service = any(info == "console service" for info, _ in blocks)
        port = free_port() if has_service else None
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as at_end:
            for info, body in blocks:
                if has_service:
                    body = body.replace("9464", str(port))
                target = re.search(r"file=(\S+)", info)
                if target:
                    (pathlib.Path(folder) / target.group(1)).write_text(body, encoding="utf-8")
                elif info == "console service":
                    at_end.enter_context(service(self.binary, body, folder, port))
                elif info == "console":
                    self.run_block(name, body, folder)

    def run_block(self, name, body, folder):
        command, _, shown = body.partition("\n")
        program = {"$ presshawk ": self.binary, "$ curl ": "curl"}.get(command[:command.find(" ", 2) + 1])
        if program is None:
            return
        done = subprocess.run([program, *shlex.split(command)[2:]], cwd=folder,
                              capture_output=True, timeout=60, check=False)
        for alert in alert_schema.alerts_in(done.stdout.decode()):
            self.expect(not alert_schema.mistakes(alert),
                        f"{name}: {command}\n{alert_schema.mistakes(alert)}: {alert}")
        got = done.stdout.decode() + done.stderr.decode()
        pattern = ".*?".join(re.escape(part) for part in shown.rstrip().split("…"))
        self.expect(re.match(pattern, got, re.S),
                    f"{name}: {command}\n--- shown\n{shown}--- got\n{got}")

    def tables(self, name):
        """Asks what the tables of a document claim (doc_tables.py)."""
        claims = TableClaims(name, (self.root / name).read_text(encoding="utf-8"))
        self.checked += claims.count()
        self.failures += claims.failures(self.binary)

    def example_configuration(self):
        done = subprocess.run(
            [self.binary, "check", "--config", str(self.root / "deploy/config/presshawk.yaml")],
            env={"PRESSHAWK_WATCHLISTS": str(self.root / "cmd/samples")},
            capture_output=True, timeout=60, check=False)
        self.expect(done.returncode == 0, f"deploy/config/presshawk.yaml: {done.stdout.decode()}")

    def picture(self):
        """What the README's picture shows is what the demo prints."""
        done = subprocess.run([self.binary, "demo", "--once"], capture_output=True, timeout=60,
                              check=False)
        printed = re.sub("[«»]", "", (done.stdout + done.stderr).decode())
        drawn = (self.root / "deploy/pictures/demo.svg").read_text(encoding="utf-8")
        rows = [html.unescape(re.sub("<[^>]*>", "", row))
                for row in re.findall("<text [^>]*>(.*?)</text>", drawn)]
        self.expect(len(rows) > 10, "deploy/pictures/demo.svg: no picture of a terminal")
        skipped = False
        for row in rows[1:]:  # Behind the command.
            # Times and offsets of rejected inputs differ from run to run.
            skipped = row != "⋮" and (skipped or " rejected: " in row)
            if row != "⋮" and not skipped:
                self.expect(re.sub("[«»]", "", row) in printed,
                            f"deploy/pictures/demo.svg: the demo does not print: {row}")

    def links(self):
        documents = subprocess.run(["git", "ls-files", "*.md"], cwd=self.root, check=True,
                                   capture_output=True, text=True).stdout.split()
        for document in documents:
            path = self.root / document
            text = path.read_text(encoding="utf-8")
            defined = dict(re.findall(r"^\[([^]]+)\]: (\S+)$", text, re.M))
            prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.M | re.S)  # `[this](int x)` is no link.
            for link in [*re.findall(r"\]\(([^)]+)\)", prose), *defined.values()]:
                if "://" in link:
                    continue
                name, _, place = link.partition("#")
                target = path.parent / name if name else path
                self.expect(target.exists(), f"{document}: no such file: {link}")
                if place and target.is_file():
                    self.expect(place in heading_names(target), f"{document}: no such heading: {link}")
            # A rule of core/spec that is linked by its label: `[A23]`.
            for label in set(re.findall(r"(?<!`)\[([A-Z]+-?\d+)\](?![(`:])", text)):
                self.expect(label in defined, f"{document}: [{label}] has no `[{label}]: …` below")


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextlib.contextmanager
def service(binary, body, folder, port):
    """`$ presshawk run ...`, from when it is ready until the block ends."""
    command = shlex.split(body.partition("\n")[0])[2:]
    with subprocess.Popen([binary, *command], cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield
        finally:
            process.terminate()


def heading_names(document):
    """What a link to a heading of a document is called."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def main():
    checker = Checker(sys.argv[1], sys.argv[2])
    for document in checker.documents():
        checker.console(document)
        checker.tables(document)
    checker.example_configuration()
    checker.picture()
    checker.links()
    for failure in checker.failures:
        print(failure)
    print(f"{checker.checked} claims of the documents checked, {len(checker.failures)} wrong")
    return 1 if checker.failures or checker.checked < 400 else 0


if __name__ == "__main__":
    sys.exit(main())
