# SPDX-License-Identifier: Apache-2.0
"""Alerts and the messages to receivers against their schemas in deploy/schema, for every Python
test that makes some.

In the schema of alerts unknown members are allowed, as later releases add some. Here they
are mistakes: a member that the schema does not name is not described anywhere.
"""

import json
import pathlib

import jsonschema
import referencing

_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "deploy/schema"


def _closed(schema):
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _schema(name):
    schema = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


_ALERT = _closed(_schema("alert.v1.schema.json"))
_ALERTS = jsonschema.Draft202012Validator(_ALERT)
_NOTIFICATIONS = jsonschema.Draft202012Validator(
    _schema("notification.v1.schema.json"),
    registry=referencing.Registry().with_resource(_ALERT["$id"], referencing.Resource.from_contents(_ALERT)))


def _mistakes(validator, document):
    return [f"{'/'.join(map(str, error.absolute_path)) or '(all of it)'}: {error.message}"
            for error in validator.iter_errors(document)]


def mistakes(alert):
    """What is wrong with an alert, a line each: where, and what."""
    return _mistakes(_ALERTS, alert)


def notification_mistakes(message):
    """The same of a message to a receiver, with its alerts."""
    return _mistakes(_NOTIFICATIONS, message)


def alerts_in(output):
    """The alerts among the lines of a program's output. Not by splitlines(): texts hold U+0085."""
    return [json.loads(line) for line in output.split("\n") if line.startswith('{"schema":')]
