#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes watch-lists with a million distinct terms, always the same ones.

    make_lists.py --data ../shared/data --out DIR [--terms 1000000]

DIR/single.ndjson   one list a term
DIR/grouped.ndjson  a thousand terms a list

The terms are the names of the data folder's term lists; what they lack are
pairs of neighbouring words of its articles, abp's aside: those are the articles
that benchmarks match. Terms that differ only in case or spacing count once.
"""

import argparse
import hashlib
import json
import pathlib
import re
import subprocess

WORD = re.compile(r"[^\W\d_]{2,}")
TERMS_A_LIST = 1000


def unpacked_lines(path):
    process = subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE)
    for line in process.stdout:
        yield line.decode("utf-8")
    if process.wait() != 0:
        raise SystemExit(f"{path}: zstd failed")


def key_of(term):
    return " ".join(term.casefold().split())


def names(folder):
    for path in sorted((folder / "terms").glob("*.tsv.zst")):
        for line in unpacked_lines(path):
            yield line.rstrip("\n").split("\t")[0]


def word_pairs(folder):
    """Distinct pairs, in the order of their hashes: no file goes before others."""
    pairs = set()
    for path in sorted((folder / "articles").glob("*.ndjson.zst")):
        if path.name.startswith("abp."):
            continue
        for line in unpacked_lines(path):
            words = WORD.findall(json.loads(line).get("body") or "")
            pairs.update(f"{a} {b}" for a, b in zip(words, words[1:]))
    return sorted(pairs, key=lambda p: hashlib.sha1(p.encode()).digest())


def distinct_terms(folder, count):
    seen = set()
    terms = []
    for source in (names, word_pairs):
        for term in source(folder):
            key = key_of(term)
            if key and key not in seen and re.search(r"\w", term):
                seen.add(key)
                terms.append(term)
                if len(terms) == count:
                    return terms
    raise SystemExit(f"only {len(terms)} terms in {folder}")


def write_lists(path, lists):
    with open(path, "w", encoding="utf-8") as file:
        for identity, terms in lists:
            file.write(json.dumps({"id": identity, "name": f"List {identity}",
                                   "terms": terms}, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--terms", type=int, default=1_000_000)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    terms = distinct_terms(options.data, options.terms)
    write_lists(options.out / "single.ndjson",
                ((f"term-{i:07}", [term]) for i, term in enumerate(terms)))
    write_lists(options.out / "grouped.ndjson",
                ((f"group-{i // TERMS_A_LIST:04}", terms[i:i + TERMS_A_LIST])
                 for i in range(0, len(terms), TERMS_A_LIST)))
    print(f"{len(terms)} terms")


if __name__ == "__main__":
    main()
