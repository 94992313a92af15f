# SPDX-License-Identifier: Apache-2.0
"""The labelled alerts of DATA/gold with the articles that they are of."""

import json
import pathlib
import subprocess

SETS = ("en", "multi")


def gold(data, which):
    path = pathlib.Path(data) / "gold" / f"relevance_{which}.ndjson"
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def articles(data, rows):
    """The articles of the alerts, by id."""
    wanted = {row["article_id"] for row in rows}
    found = {}
    for name in sorted({row["set"] for row in rows}):
        path = pathlib.Path(data) / "articles" / f"{name}.ndjson.zst"
        unpacked = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
        for line in unpacked.split(b"\n"):
            if line:
                article = json.loads(line)
                if article["id"] in wanted:
                    found.setdefault(article["id"], article)
    return found
