#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The editor's schema and `presshawk check` agree on every list file of the repository.

  schema_test.py ROOT PRESSHAWK
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

# Beyond a schema: ids that repeat, and what is wrong inside a query or a term.
BY_MEANING = ["two-words", "mixed", "only-not", "unknown-field", "empty-term", "refers", "circle-a",
              "circle-b", "good", "folded", "bad", "forms"]


class AsWritten(yaml.SafeLoader):
    """Every scalar is a string, as presshawk reads them."""


AsWritten.yaml_implicit_resolvers = {}


def main():
    root = pathlib.Path(sys.argv[1])
    presshawk = sys.argv[2]
    schema = json.loads((root / "deploy/schema/watchlists.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        {**schema["$defs"]["watchlist"], "$defs": schema["$defs"]})
    files = [root / "cmd/samples/watchlists.yaml",
             *sorted((root / "tests/golden/inputs").glob("*list*.yaml")),
             root / "tests/golden/inputs/examples.yaml", root / "tests/golden/inputs/explain.yaml"]
    wrong = seen = 0
    for file in files:
        document = yaml.load(file.read_text(encoding="utf-8"), AsWritten)
        if not list(jsonschema.Draft202012Validator(schema).iter_errors(document)) \
                == [] and file.name != "bad_lists.yaml":
            wrong += 1
            print(f"{file}: not by the schema")
        for one in document["watchlists"]:
            seen += 1
            by_schema = validator.is_valid(one)
            with tempfile.TemporaryDirectory() as folder:
                alone = pathlib.Path(folder) / "one.yaml"
                alone.write_text(yaml.dump({"watchlists": [one]}, default_style='"',
                                           allow_unicode=True), encoding="utf-8")
                done = subprocess.run([presshawk, "check", "-w", alone], capture_output=True,
                                      timeout=60, check=False)
            by_program = done.returncode == 0
            if by_schema != by_program and not (by_schema and one.get("id") in BY_MEANING):
                wrong += 1
                print(f"{file.name}: [{one.get('id')}] schema {by_schema}, program {by_program}: "
                      f"{done.stdout.decode()}")
    print(f"{seen} lists of {len(files)} files, {wrong} wrong")
    return 1 if wrong or seen < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
