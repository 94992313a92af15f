# SPDX-License-Identifier: Apache-2.0
"""Alerts against deploy/schema/alert.v1.schema.json, for every Python test that makes some.

In the schema unknown members are allowed, as later releases add some. Here they
are mistakes: a member that the schema does not name is not described anywhere.
"""

import json
import pathlib

import jsonschema

_FILE = pathlib.Path(__file__).resolve().parents[2] / "deploy/schema/alert.v1.schema.json"


def _closed(schema):
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _validator():
    schema = json.loads(_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(_closed(schema))


_VALIDATOR = _validator()


def mistakes(alert):
    """What is wrong with an alert, a line each: where, and what."""
    return [f"{'/'.join(map(str, error.absolute_path)) or '(the alert)'}: {error.message}"
            for error in _VALIDATOR.iter_errors(alert)]


def alerts_in(output):
    """The alerts among the lines of a program's output. Not by splitlines(): texts hold U+0085."""
    return [json.loads(line) for line in output.split("\n") if line.startswith('{"schema":')]
