#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The editor's schema of subscriptions and `presshawk subscriptions check` agree.

  subscription_schema_test.py ROOT PRESSHAWK

From one good subscription others are made by changing one value; each must be
good, or bad, for both. What only the program can know is left out: zones, the
inside of queries, ids that repeat.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

CONFIG = """\
source:     {file: {paths: [in.ndjson]}}
watchlists: {files: [lists.yaml]}
store:      {sqlite: {path: ledger.db}}
delivery:   {subscriptions: {files: [s.ndjson]}, zone: UTC, operator: ops}
receivers:  {ops: {file: {path: ops.ndjson}}}
"""
WHOLE = {
    "id": "desk", "name": "Desk", "match": {"watchlists": ["a*"], "labels": {"desk": "x"},
                                            "where": "lang:en", "min_relevance": 40},
    "to": ["ops"], "when": "instant",
    "stories": {"tell": "once", "grow": [5, 20], "tier1": ["bbc.co.uk"], "corrections": True},
    "quiet": {"from": "22:00", "to": "07:00", "days": ["mon"], "zone": "UTC",
              "except": {"labels": {"urgent": "yes"}}},
    "max": "10 per 1h", "state": "paused", "subject": "News", "snippets": "off",
}
DIGEST = {"digest": {"at": ["08:00"], "days": ["sat"], "zone": "UTC", "empty": "send", "top": 5}}
SPIKE = {"spike": {"window": "6h", "sensitivity": "low", "least": 7, "sites": 2, "factor": 2.5}}
# Tried in the place of every value.
OTHERS = [None, "", "x y", "7", 7, -1, 0, 100000000, True, [], ["x"], [7], {}, {"x": "y"}, "25:00",
          "paused", "off", "_x", "each", "1h", "send", "10 per 1s x"]


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from paths(inside, path + (key,))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from paths(inside, path + (index,))


def with_value(whole, path, value):
    changed = copy.deepcopy(whole)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return changed


def candidates():
    for when in ("instant", DIGEST, {"digest": {"every": "90m"}}, SPIKE, {}, {**DIGEST, **SPIKE}):
        whole = {**WHOLE, "when": when}
        yield whole
        for path in paths(whole):
            if not path or (when != "instant" and path[0] != "when"):
                continue
            for other in OTHERS:
                yield with_value(whole, path, other)
            if isinstance(path[-1], str):
                parent = with_value(whole, path, None)
                at = parent
                for step in path[:-1]:
                    at = at[step]
                del at[path[-1]]
                yield parent
                yield with_value(whole, path[:-1] + ("unknown",), 1)


# What is beyond a schema.
BY_MEANING = ("is no time zone that this machine knows", "match.where: ")


# A scalar is a text to the program: `"7"` is as good as `7`, and `7` as `"7"`. A
# schema that allowed that would complete nothing in an editor.
def is_about_types(one, validator):
    pending = list(validator.iter_errors(one))
    while pending:
        error = pending.pop()
        if error.validator in ("type", "enum") and isinstance(error.instance, (str, int, float)) \
                and error.instance != "instant":
            return True
        pending += error.context or []
    return False


def main():
    root = pathlib.Path(sys.argv[1])
    schema = json.loads((root / "deploy/schema/subscriptions.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        {**schema["$defs"]["subscription"], "$defs": schema["$defs"]})
    tried = {json.dumps(one): one for one in candidates() if isinstance(one, dict)}
    # Each has a line, and an id of its own unless the id is what was changed.
    lines = []
    for number, one in enumerate(tried.values()):
        shown = dict(one)
        if shown.get("id") == WHOLE["id"]:
            shown["id"] = f"desk{number}"
        lines.append(shown)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "config.yaml").write_text(CONFIG, encoding="utf-8")
        (pathlib.Path(folder) / "s.ndjson").write_text(
            "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        done = subprocess.run(
            [sys.argv[2], "subscriptions", "check", "--config", "config.yaml", "--format", "json"],
            cwd=folder, capture_output=True, timeout=100, check=False)
    mistakes = {}
    for line in done.stdout.decode().splitlines():
        found = json.loads(line)
        # An editor helps with what is to come, too.
        is_of_release = "is taken by" in found["message"] or "not built yet" in found["message"]
        if found["severity"] == "error" and not is_of_release:
            mistakes.setdefault(found["line"], found["message"])
    wrong = bad = 0
    for number, line in enumerate(lines, 1):
        by_schema = validator.is_valid(line)
        by_program = number not in mistakes
        bad += not by_program
        by_meaning = any(words in mistakes.get(number, "") for words in BY_MEANING)
        if by_schema != by_program and not (by_schema and by_meaning) and \
                not (by_program and is_about_types(line, validator)):
            wrong += 1
            print(f"schema {by_schema}, program {by_program}: {json.dumps(line)}: "
                  f"{mistakes.get(number)}")
    print(f"{len(lines)} subscriptions, {bad} bad, {wrong} on which they do not agree")
    return 1 if wrong or bad < 300 or len(lines) - bad < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
