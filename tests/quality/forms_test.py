#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many articles of a name its forms find, and how many they find wrongly.

  forms_test.py PRESSHAWK DATA [--lang L,...] [--all] [--tables DIR]
      DATA: the folder of shared articles and gold; --all prints each name and each form

A name's forms were read and counted in articles: gold/name_forms.tsv, and names.tsv
beside this file. RECALL: of the articles with a form of the name itself, those that
the table's forms find. EXTRA: of the articles found, those with no form of any kind
that was read. Without the data there is nothing to measure, and the test passes.
"""

import argparse
import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
# The name itself; all other kinds are other ways to speak of it. Another spelling is a
# word of its own, which a list names beside the first.
ITSELF = {"plain", "case", "clitic", "article", "glued", "possessive"}
RECALL_MIN = 0.95
EXTRA_MAX = 0.01
SPELLED = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i",
           "þ": "th", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "", "ٱ": "ا"}
KEPT = re.compile("[йї]")
WORD = re.compile(r"[^\W_]+")


def tokens(text):
    """The words of a text as core/spec/text.md makes them, near enough for letters."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    out = []
    for c in text:
        if c in SPELLED:
            out.append(SPELLED[c])
        elif c < "\x80" or KEPT.match(c):
            out.append(c)
        else:
            out.append("".join(d for d in unicodedata.normalize("NFD", c) if not unicodedata.combining(d))
                       if c < "\u0700" or "\u1e00" <= c < "\u2000" else c)
    text = "".join(out).replace("\u00ad", "").replace("\u200b", "")
    return WORD.findall(text.translate(str.maketrans("", "", "'’ʼ")))


class Articles:
    """The articles of one language, and where each word stands in them."""

    def __init__(self):
        self.texts = []
        self.places = collections.defaultdict(set)

    def add(self, text):
        words = tokens(text)
        self.texts.append(" " + " ".join(words) + " ")
        for word in words:
            self.places[word].add(len(self.texts) - 1)

    def holding(self, term):
        words = tokens(term)
        if not words:
            return set()
        found = set.intersection(*(self.places.get(w, set()) for w in words))
        if len(words) > 1:
            phrase = " " + " ".join(words) + " "
            found = {i for i in found if phrase in self.texts[i]}
        return found

    def holding_any(self, terms):
        return set().union(*(self.holding(t) for t in terms)) if terms else set()


def read_articles(data, languages):
    """The articles of each language. `lang` is the source's own claim."""
    articles = {language: Articles() for language in languages}
    for path in sorted((data / "articles").glob("*.zst")):
        if path.name.startswith(("newsapi", "abp", "reuters")):
            continue  # English and Hindi.
        process = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True)
        for line in process.stdout.splitlines():
            article = json.loads(line)
            if article.get("lang") in articles:
                articles[article["lang"]].add(f"{article.get('title') or ''} \n {article.get('body') or ''}")
    return articles


def read_names(data):
    """[(language, term, forms of the name itself, all forms)]."""
    rows = collections.defaultdict(lambda: (set(), set()))
    with (data / "gold" / "name_forms.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            own, every = rows[row["lang"], row["lemma"]]
            every.add(row["form"])
            if row["kind"] in ITSELF:
                own.add(row["form"])
    names = []
    with (HERE / "forms" / "gold_terms.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if (row["lang"], row["lemma"]) not in rows:
                continue
            own, every = rows[row["lang"], row["lemma"]]
            # Of a name with two lemmas each is a term by itself.
            if row["only"]:
                own = {form for form in own if re.match(row["only"], form)}
            names.append((row["lang"], row["term"], own, every, "gold"))
    with (HERE / "forms" / "names.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            own = set(row["forms"].split("|")) | {row["term"]}
            names.append((row["lang"], row["term"], own, own | set(row["others"].split("|")), "more"))
    return names


def forms_of(command, terms):
    """{term: its forms}, by the program."""
    out = subprocess.run([*command, *terms], stdout=subprocess.PIPE, check=True, text=True).stdout
    forms = collections.defaultdict(list)
    for line in out.splitlines():
        term, form = line.split("\t")[:2]
        forms[term].append(form)
    return forms


def measure(articles, names, forms, print_all):
    """(recall, extra, forms a name, recall of the written form) over names."""
    itself = found = wanted = extra = plain = 0
    for term, own, every, _ in names:
        of_name = articles.holding_any(own)
        by_forms = articles.holding_any(forms[term])
        wrong = by_forms - articles.holding_any(every | set(own))
        itself += len(of_name)
        wanted += len(of_name & by_forms)
        plain += len(of_name & articles.holding(term))
        found += len(by_forms)
        extra += len(wrong)
        if print_all:
            missed = sorted((f for f in own if not set(map(tuple, map(tokens, forms[term]))) & {tuple(tokens(f))}),
                            key=lambda f: -len(articles.holding(f)))
            odd = [(f, len(articles.holding(f) & wrong)) for f in forms[term] if articles.holding(f) & wrong]
            print(f"  {term}: {len(of_name & by_forms)} of {len(of_name)}, extra {len(wrong)}, {len(forms[term])} forms"
                  + (f"; missed {', '.join(f'{f} {len(articles.holding(f))}' for f in missed)}" if missed else "")
                  + (f"; extra {odd}" if odd else ""))
    count = max(len(names), 1)
    return (wanted / max(itself, 1), extra / max(found, 1),
            sum(len(forms[n[0]]) for n in names) / count, plain / max(itself, 1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("presshawk")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--lang", default="")
    parser.add_argument("--tables")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "gold" / "name_forms.tsv").exists():
        print("no data: nothing is measured")
        return 0
    names = read_names(arguments.data)
    languages = arguments.lang.split(",") if arguments.lang else sorted({n[0] for n in names})
    articles = read_articles(arguments.data, languages)
    failures = []
    print("language  names   names found as written  by forms   extra   forms a name")
    for language in languages:
        for kind in ("gold", "more"):
            of_language = [n[1:] for n in names if n[0] == language and n[4] == kind]
            if not of_language:
                continue
            if "%" in arguments.presshawk:  # Another program: PROGRAM%TABLE
                command = [part.replace("LANG", language) for part in arguments.presshawk.split("%")]
            else:
                command = [arguments.presshawk, "forms", "--lang", language, "--tsv"]
                command += ["--tables", arguments.tables] if arguments.tables else []
            forms = forms_of(command, [n[0] for n in of_language])
            recall, extra, count, plain = measure(articles[language], of_language, forms, arguments.all)
            print(f"{language}  {kind}  {len(of_language):5}  {plain:20.3f}  {recall:9.3f}  {extra:7.4f}  {count:6.1f}")
            if recall < RECALL_MIN:
                failures.append(f"{language}, {kind} names: {recall:.3f} of the articles are found, {RECALL_MIN} are asked")
            if extra > EXTRA_MAX:
                failures.append(f"{language}, {kind} names: {extra:.4f} of what is found is extra, {EXTRA_MAX} is allowed")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
