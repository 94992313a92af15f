# SPDX-License-Identifier: Apache-2.0
"""A pipeline in Python with pyahocorasick and orjson: an automaton of the lowered
terms, iter() over the lowered text, the word boundaries checked for each match.

  pyahocorasick_pipeline.py TERMS
"""

import sys
import time

import ahocorasick
import orjson
from session import read_terms, serve


def is_word(c):
    return c.isalnum() or c == "_" or c >= "\x80"


def main():
    terms = read_terms(sys.argv[1])
    begin = time.perf_counter()
    automaton = ahocorasick.Automaton()
    for i, term in enumerate(terms):
        # Equal but for case: one entry with all of them.
        entry = automaton.get(term.lower(), (len(term), []))
        entry[1].append(f"\tt{i:07d}\n")
        automaton.add_word(term.lower(), entry)
    automaton.make_automaton()
    build_seconds = time.perf_counter() - begin

    def run(source, sink):
        articles = pairs = 0
        found = set()
        with open(source, "rb") as lines, open(sink, "w", encoding="utf-8") as out:
            for line in lines:
                article = orjson.loads(line)
                text = (article["title"] + "\n" + article["body"]).lower()
                size = len(text)
                found.clear()
                for end, (length, endings) in automaton.iter(text):
                    before = end - length
                    if (before < 0 or not is_word(text[before])) and (
                            end + 1 == size or not is_word(text[end + 1])):
                        found.update(endings)
                articles += 1
                if found:
                    pairs += len(found)
                    name = article["id"]
                    out.write("".join([name + ending for ending in found]))
        return articles, pairs

    serve("pyahocorasick", build_seconds, run)


if __name__ == "__main__":
    main()
