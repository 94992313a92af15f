#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Versions, generations and alert ids, computed here from the specification.

Others compute them too, to drop repeats and to know which lists made an alert:
they must not depend on anything but what SPEC ALERT-2, GEN-1, A39, A40 say.

  alert_ids_test.py BINARY
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import alert_schema  # noqa: E402


def first_bytes(data, count):
    return hashlib.sha256(data).digest()[:count].hex()


def version(watchlist, references, versions):
    data = b"".join(b"t" + term.encode() + b"\0" for term in watchlist.get("terms", []))
    if watchlist.get("query") is not None:
        data += b"q" + watchlist["query"].encode() + b"\0"
    for name in references:
        data += b"r" + name.encode() + b"\0" + versions[name].encode() + b"\0"
    return first_bytes(data, 8)


def name_and_labels(watchlist):
    labels = watchlist.get("labels", {})
    return json.dumps({"labels": {key: labels[key] for key in sorted(labels, key=str.encode)},
                       "name": watchlist.get("name", watchlist["id"])},
                      ensure_ascii=False, separators=(",", ":")).encode()


def generation(watchlists, versions):
    data = b""
    for one in sorted(watchlists, key=lambda w: w["id"].encode()):
        data += one["id"].encode() + b"\0" + versions[one["id"]].encode() + b"\0"
        data += hashlib.sha256(name_and_labels(one)).digest()
    return first_bytes(data, 8)


def alert_id(article_id, article_version, watchlist_id, watchlist_version):
    parts = (article_id, article_version, watchlist_id, watchlist_version)
    return first_bytes(b"".join(part.encode() + b"\0" for part in parts), 16)


def article_id(article):
    if "id" in article:
        return str(article["id"])
    if "url" in article:
        return hashlib.sha256(article["url"].encode()).hexdigest()
    text = "".join(article.get(key, "") + "\0" for key in ("title", "summary", "body"))
    return hashlib.sha256(text.encode()).hexdigest()


# Each with its references in order of first mention, those referred to first.
LISTS = [
    ({"id": "a_1", "query": "haven AND NOT museum"}, []),
    ({"id": "c", "terms": ["港", "haven"], "examples": {"match": ["港"]}}, []),
    ({"id": "B", "query": None, "terms": ["Haven"]}, []),
    ({"id": "b.list", "name": 'Häfen "q" \\ \t\u0001 /\u2028', "labels": {"z": "1", "a": "é\n", "Z": ""},
      "terms": ["Haven", "port  of call", "Haven"],
      "query": "“haven” OR @c OR (@a_1 AND @c)  <<<said>>>"}, ["c", "a_1"]),
]
ARTICLES = [
    {"id": "1", "body": "The haven, 港.", "version": 2},
    {"id": "ü\t1", "body": "The haven."},
    {"body": "The haven.", "url": "http://news.example/1"},
    {"title": "Haven", "summary": "Ports.", "body": "The haven."},
    {"title": "Haven"},
]


def alerts_of(binary, watchlists):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "lists.ndjson"
        path.write_text("".join(json.dumps(one) + "\n" for one in watchlists), encoding="utf-8")
        done = subprocess.run([binary, "match", "-w", path], capture_output=True, check=False,
                              timeout=60,
                              input="".join(json.dumps(a) + "\n" for a in ARTICLES).encode())
    if done.returncode != 0:
        sys.exit(f"match: exit code {done.returncode}: {done.stderr.decode()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    watchlists = [one for one, _ in LISTS]
    versions = {}
    for one, references in LISTS:
        versions[one["id"]] = version(one, references, versions)
    expected_generation = generation(watchlists, versions)
    article_ids = {article_id(a): str(a.get("version", "")) for a in ARTICLES}
    wrong = []
    seen = set()
    # The order of loading counts for nothing.
    for order in (watchlists, watchlists[::-1]):
        for alert in alerts_of(binary, order):
            article, watchlist = alert["article"], alert["watchlist"]
            wrong += alert_schema.mistakes(alert)
            seen.add(article["id"])
            expected = {
                "version": versions[watchlist["id"]],
                "generation": expected_generation,
                "id": alert_id(article["id"], article_ids.get(article["id"], "?"),
                               watchlist["id"], versions[watchlist["id"]]),
            }
            found = {"version": watchlist["version"], "generation": alert["generation"],
                     "id": alert["id"]}
            if found != expected:
                wrong.append(f"{article['id']} {watchlist['id']}: {found}, expected {expected}")
    if seen != set(article_ids):
        wrong.append(f"article ids: {sorted(seen)}, expected {sorted(article_ids)}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(article_ids)} articles, {len(LISTS)} lists: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
