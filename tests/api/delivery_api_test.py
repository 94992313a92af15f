#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API of an instance that delivers, against its own description.

  delivery_api_test.py PRESSHAWK ROOT

Runs in the Python environment of requirements.txt. The description has ids as
free text, and a generator of requests never hits one that exists. So the test
adds some as examples to the description that schemathesis gets.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(sys.argv[2]).resolve()
sys.path.insert(0, str(ROOT / "tests/hostile"))
from instance import Instance  # noqa: E402

TOKEN = "s3cret"
LISTS = "\n".join(json.dumps(one) for one in (
    {"id": "oil", "name": "Crude oil", "labels": {"desk": "markets"}, "terms": ["crude oil"]},
    {"id": "storms", "terms": ["storm"]})) + "\n"
# What is told at once, what waits for a receiver that nobody listens at, and what is paused.
SUBSCRIPTIONS = """subscriptions:
  - {id: desk, name: Desk, match: {labels: {desk: markets}, where: 'NOT site:tabloid.example'}, to: [archive]}
  - {id: all, match: {watchlists: ["*"]}, to: [crm, archive]}
  - {id: later, match: {watchlists: [oil]}, to: [archive], state: paused}
"""
DELIVERY = """store: {{sqlite: {{path: "{folder}/ledger.db"}}, reserve: 1MiB}}
delivery: {{subscriptions: {{files: ["{folder}/subscriptions.yaml"]}}, operator: archive}}
receivers:
  archive: {{file: {{path: "{folder}/archive.ndjson"}}}}
  crm: {{webhook: {{url: "http://127.0.0.1:1/", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,
                 allow_http: true, allow_networks: [127.0.0.0/8]}}}}
"""
ARTICLES = "".join(json.dumps({"id": f"a{number}", "title": f"Crude oil and a storm, {number}",
                               "site": f"s{number}.example"}) + "\n" for number in range(5))


class Api:
    def __init__(self, instance):
        self.instance = instance
        self.url = f"http://127.0.0.1:{instance.port()}"

    def get(self, path):
        status, body = self.instance.get(path, Authorization=f"Bearer {TOKEN}")
        assert status == 200, (path, status, body)
        return json.loads(body)

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, method="POST", data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def ids_that_exist(api):
    """For each path with an id, the values that are of use."""
    alert = api.get("/api/v1/alerts?limit=1")["alerts"][0]
    waiting = api.get("/api/v1/deliveries?receiver=crm&state=waiting&limit=1")["deliveries"][0]["id"]
    silence = api.post("/api/v1/silences", {
        "match": {"watchlists": ["nothing"]}, "author": "test", "ends_at": in_days(1)})["silence"]["id"]
    return {
        "GET /api/v1/subscriptions": "desk", "GET /api/v1/deliveries": waiting,
        "GET /api/v1/alerts": alert["id"], "GET /api/v1/stories": alert["story"],
        "GET /api/v1/receivers": "crm", "POST /api/v1/deliveries": waiting + ":cancel",
        "POST /api/v1/receivers": "archive:test", "POST /api/v1/silences": silence + ":end"}


def in_days(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


def prepared(document, ids):
    """What is sent to the generator: with ids, and without long waits for the feed."""
    for path, operations in document["paths"].items():
        root = "/".join(path.split("/")[:4])
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and "delivery" in operation["tags"]:
                    parameter["example"] = ids[f"{method.upper()} {root}"]
                if parameter["name"] == "wait":
                    parameter["schema"] = {"type": "string", "pattern": "^[0-9]{1,2}ms$"}
    return document


def check_answers(programs, folder, api, document):
    """Schemathesis prints what it found, and how to ask for it again."""
    path = folder / "prepared.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    subprocess.run(
        [programs / "schemathesis", "--config-file", ROOT / "tests/api/schemathesis.toml", "run", path,
         "--url", api.url, "--header", f"Authorization: Bearer {TOKEN}", "--include-tag", "delivery",
         "--checks", "all", "--max-examples", "40", "--seed", "1",
         "--request-timeout", "30", "--generation-database", "none"],
        cwd=folder, check=True)


def main():
    programs = pathlib.Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "lists.ndjson").write_text(LISTS)
        (folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
        (folder / "in.ndjson").write_text(ARTICLES)
        (folder / "token").write_text(TOKEN + "\n")
        with Instance(sys.argv[1], folder, token=folder / "token", more=DELIVERY) as instance:
            api = Api(instance)
            instance.wait_for("a delivery", lambda: instance.get("/readyz")[0] == 200
                              and api.get("/api/v1/deliveries?receiver=archive&state=delivered")["deliveries"]
                              and api.get("/api/v1/deliveries?receiver=crm&state=waiting")["deliveries"])
            document = api.get("/api/v1/openapi.json")
            (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
            subprocess.run([programs / "python", "-m", "openapi_spec_validator", folder / "openapi.json"], check=True)
            status, _ = instance.get("/api/v1/deliveries:replay", Authorization=f"Bearer {TOKEN}")
            assert status == 405, status
            check_answers(programs, folder, api, prepared(document, ids_that_exist(api)))
            assert instance.stop() == 0, instance.log()
    return 0


if __name__ == "__main__":
    sys.exit(main())
