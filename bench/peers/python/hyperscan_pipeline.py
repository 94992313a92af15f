# SPDX-License-Identifier: Apache-2.0
"""A pipeline in Python with the hyperscan wheel and orjson: literals,
case-insensitive, over the raw text, the word boundaries checked in the callback.

  hyperscan_pipeline.py TERMS
"""

import sys
import time

import hyperscan
import orjson
from session import read_terms, serve

IS_WORD = bytes(c >= 0x80 or chr(c).isalnum() or c == 0x5f for c in range(256))


def main():
    terms = read_terms(sys.argv[1])
    begin = time.perf_counter()
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[t.encode() for t in terms], ids=list(range(len(terms))),
                     elements=len(terms), flags=[hyperscan.HS_FLAG_CASELESS] * len(terms),
                     literal=True)
    sizes = [len(t.encode()) for t in terms]
    endings = [f"\tt{i:07d}\n" for i in range(len(terms))]
    build_seconds = time.perf_counter() - begin

    text = b""
    found = set()

    def on_match(term, _from, to, _flags, _context):
        if term in found:
            return
        before = to - sizes[term] - 1
        if (before < 0 or not IS_WORD[text[before]]) and (
                to == len(text) or not IS_WORD[text[to]]):
            found.add(term)

    def run(source, sink):
        nonlocal text
        articles = pairs = 0
        with open(source, "rb") as lines, open(sink, "w", encoding="utf-8") as out:
            for line in lines:
                article = orjson.loads(line)
                text = (article["title"] + "\n" + article["body"]).encode()
                found.clear()
                database.scan(text, match_event_handler=on_match)
                articles += 1
                if found:
                    pairs += len(found)
                    name = article["id"]
                    out.write("".join([name + endings[term] for term in found]))
        return articles, pairs

    serve("hyperscan wheel", build_seconds, run)


if __name__ == "__main__":
    main()
