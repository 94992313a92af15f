#!/usr/bin/env python3
"""Runs what the documents show.

  run_docs.py BINARY ROOT

README.md: fenced blocks with file=NAME are written to an empty folder, `$
presshawk ...` lines of console blocks are run there; `…` stands for anything.
QUERY_SYNTAX.md: every row of its tables is matched. All documents: local links
lead somewhere.
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


class Checker:
    def __init__(self, binary, root):
        self.binary = str(pathlib.Path(binary).resolve())
        self.root = pathlib.Path(root)
        self.checked = 0
        self.failures = []

    def expect(self, ok, message):
        self.checked += 1
        if not ok:
            self.failures.append(message)

    def console(self, name):
        """Runs the console blocks of a document."""
        text = (self.root / name).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            for info, body in re.findall(r"```(\S+(?: \S+)*)\n(.*?)```", text, re.S):
                target = re.search(r"file=(\S+)", info)
                if target:
                    (pathlib.Path(folder) / target.group(1)).write_text(body, encoding="utf-8")
                elif info == "console":
                    self.run_block(name, body, folder)

    def run_block(self, name, body, folder):
        command, _, shown = body.partition("\n")
        if not command.startswith("$ presshawk "):
            return
        done = subprocess.run([self.binary, *shlex.split(command)[2:]], cwd=folder,
                              capture_output=True, timeout=60, check=False)
        got = done.stdout.decode() + done.stderr.decode()
        pattern = ".*?".join(re.escape(part) for part in shown.rstrip().split("…"))
        self.expect(re.match(pattern, got, re.S),
                    f"{name}: {command}\n--- shown\n{shown}--- got\n{got}")

    def holds(self, query, article):
        """Whether a query holds for an article."""
        with tempfile.TemporaryDirectory() as folder:
            lists = pathlib.Path(folder) / "list.ndjson"
            lists.write_text(json.dumps({"id": "q", "query": query}) + "\n", encoding="utf-8")
            done = subprocess.run(
                [self.binary, "match", "-w", str(lists), "--matches-only", "-"],
                input=json.dumps(article).encode(), capture_output=True, timeout=60, check=False)
            if done.returncode != 0:
                self.failures.append(f"QUERY_SYNTAX.md: `{query}`: {done.stderr.decode()}")
            return bool(done.stdout)

    def query_tables(self):
        text = (self.root / "QUERY_SYNTAX.md").read_text(encoding="utf-8")
        header = []
        for line in text.splitlines():
            cells = [c.strip().replace("\\|", "|")
                     for c in re.split(r"(?<!\\)\|", line.strip("| "))]
            if not line.startswith("|") or set(line) <= set("|- "):
                continue
            if not cells[0].startswith("`"):
                header = cells
                continue
            query = cells[0].strip("`")
            if header == ["query", "holds", "not"]:
                self.expect(self.holds(query, {"body": cells[1]}), f"`{query}` must hold: {cells[1]}")
                self.expect(not self.holds(query, {"body": cells[2]}), f"`{query}` must not hold: {cells[2]}")
            elif header == ["query", "article", "holds"]:
                self.expect(self.holds(query, json.loads(cells[1])) == (cells[2] == "yes"),
                            f"`{query}` on {cells[1]}: not {cells[2]}")

    def example_configuration(self):
        done = subprocess.run(
            [self.binary, "check", "--config", str(self.root / "deploy/config/presshawk.yaml")],
            env={"PRESSHAWK_WATCHLISTS": str(self.root / "cmd/samples")},
            capture_output=True, timeout=60, check=False)
        self.expect(done.returncode == 0, f"deploy/config/presshawk.yaml: {done.stdout.decode()}")

    def links(self):
        documents = subprocess.run(["git", "ls-files", "*.md"], cwd=self.root, check=True,
                                   capture_output=True, text=True).stdout.split()
        for document in documents:
            path = self.root / document
            for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
                if "://" not in link:
                    self.expect((path.parent / link).exists(), f"{document}: no such file: {link}")


def main():
    checker = Checker(sys.argv[1], sys.argv[2])
    checker.console("README.md")
    checker.console("QUERY_SYNTAX.md")
    checker.query_tables()
    checker.example_configuration()
    checker.links()
    for failure in checker.failures:
        print(failure)
    print(f"{checker.checked} claims of the documents checked, {len(checker.failures)} wrong")
    return 1 if checker.failures or checker.checked < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
