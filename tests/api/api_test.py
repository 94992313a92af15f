#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API of a running instance against its own description.

  api_test.py PRESSHAWK ROOT

Runs in the Python environment of requirements.txt.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(sys.argv[2]).resolve()
sys.path.insert(0, str(ROOT / "tests/hostile"))
from instance import Instance  # noqa: E402

TOKEN = "s3cret"
LISTS = "\n".join(json.dumps(one) for one in (
    {"id": "oil", "name": "Crude oil", "labels": {"desk": "markets"}, "terms": ["crude oil"]},
    {"id": "storms", "query": "storm AND NOT \"perfect storm\""},
    {"id": "broken", "query": "storm AND"})) + "\n"


def check_document(programs, folder, document):
    path = folder / "openapi.json"
    path.write_bytes(document)
    subprocess.run([programs / "python", "-m", "openapi_spec_validator", path], check=True)


def check_answers(programs, folder, url):
    """Schemathesis prints what it found, and how to ask for it again."""
    subprocess.run(
        [programs / "schemathesis", "--config-file", ROOT / "tests/api/schemathesis.toml", "run",
         f"{url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {TOKEN}",
         "--checks", "all", "--exclude-path", "/api/v1/events", "--max-examples", "40", "--seed", "1",
         "--request-timeout", "30", "--generation-database", "none"],
        cwd=folder, check=True)


def check_events(url):
    request = urllib.request.Request(f"{url}/api/v1/events", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream", stream.headers
        lines = [stream.readline().decode() for _ in range(5)]
    assert lines[3] == "event: status\n", lines
    status = json.loads(lines[4].removeprefix("data: "))
    assert status["watchlists"]["active"] == 2, status


def main():
    programs = pathlib.Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "lists.ndjson").write_text(LISTS)
        (folder / "in.ndjson").write_text('{"id":"1","body":"crude oil"}\n')
        (folder / "token").write_text(TOKEN + "\n")
        with Instance(sys.argv[1], folder, token=folder / "token") as instance:
            instance.wait_for("readiness", lambda: instance.get("/readyz")[0] == 200)
            url = f"http://127.0.0.1:{instance.port()}"
            status, document = instance.get("/api/v1/openapi.json", Authorization=f"Bearer {TOKEN}")
            assert status == 200, status
            check_document(programs, folder, document)
            check_events(url)
            check_answers(programs, folder, url)
            assert instance.stop() == 0, instance.log()
    return 0


if __name__ == "__main__":
    sys.exit(main())
