# SPDX-License-Identifier: Apache-2.0
"""Articles and watch-lists whose alerts are known by construction.

An article is put together from elements (words and phrases that lists are
about) and neutral words. Which lists hold follows from the elements alone;
no text is matched here, so nothing is shared with presshawk's matcher. Ids and
versions are computed from SPEC ALERT-2, A40, not with presshawk's code.
"""

import hashlib
import json
import random

NUL = b"\0"


def _nul_terminated(*texts):
    return b"".join(text.encode() + NUL for text in texts)


def alert_id(article_id, article_version, list_id, list_version):
    return hashlib.sha256(
        _nul_terminated(article_id, article_version, list_id, list_version)).digest()[:16].hex()


class WatchList:
    """`holds(elements)`: whether it holds for an article of these elements."""

    def __init__(self, list_id, holds, terms=(), query=None, labels=None):
        self.id, self.holds = list_id, holds
        self.definition = {"id": list_id, "name": f"List {list_id}", "labels": labels or {}}
        if terms:
            self.definition["terms"] = list(terms)
        if query:
            self.definition["query"] = query
        parts = [b"t" + term.encode() + NUL for term in terms]
        parts += [b"q" + query.encode() + NUL] if query else []
        self.version = hashlib.sha256(b"".join(parts)).digest()[:8].hex()


def generation_id(lists):
    """Of a set of active lists."""
    whole = hashlib.sha256()
    for one in sorted(lists, key=lambda one: one.id.encode()):
        shown = json.dumps({"labels": one.definition["labels"], "name": one.definition["name"]},
                           sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        whole.update(_nul_terminated(one.id, one.version))
        whole.update(hashlib.sha256(shown.encode()).digest())
    return whole.digest()[:8].hex()


def write_lists(path, lists):
    """As NDJSON, by an atomic rename."""
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(one.definition) + "\n" for one in lists))
    part.rename(path)


class Words:
    """Words that occur in no language and never twice."""

    def __init__(self, rng):
        self._rng, self._seen = rng, set()

    def new(self, syllables=3):
        while True:
            word = "".join(self._rng.choice("bdfgklmnprstvz") + self._rng.choice("aeiou")
                           for _ in range(syllables)) + self._rng.choice("klmnrst")
            if word not in self._seen:
                self._seen.add(word)
                return word


ACCENTS = str.maketrans({"a": "ä", "e": "é", "i": "î", "o": "õ", "u": "ü"})


class Article:
    """What was made: the record's bytes and all that must come of it.

    `alerts` {alert id: (list id, list version)}; or `reject` names the reason of
    its dead letter. `shortened` are alerts that only fit without snippets.
    """

    __slots__ = ("id", "version", "value", "alerts", "reject", "shortened", "elements")


class Workload:
    """Makes articles; the same seed and number give the same article."""

    ELEMENTS = 16
    PHRASES = 6

    def __init__(self, seed, run="a"):
        rng = random.Random(f"words {seed}")
        self._seed, self._run = seed, run
        words = Words(rng)
        self.words = [words.new() for _ in range(self.ELEMENTS)]
        self.phrases = [(words.new(), words.new()) for _ in range(self.PHRASES)]
        self.long_phrase = (words.new(), words.new())
        self.large_word = words.new()
        self._neutral = [words.new(2) + "x" for _ in range(400)]
        self.lists = self._make_lists()

    def _make_lists(self):
        word, phrase = self.words, self.phrases
        lists = [
            WatchList("any-two", lambda e: bool({0, 1} & e), terms=[word[0], word[1].upper()],
                      labels={"desk": "one"}),
            WatchList("two-terms-one-phrase", lambda e: 2 in e or "p0" in e,
                      terms=[word[2], " ".join(phrase[0])]),
            WatchList("both", lambda e: {3, 4} <= e, query=f"{word[3]} AND {word[4]}"),
            WatchList("without", lambda e: 5 in e and 6 not in e,
                      query=f"{word[5]} AND NOT {word[6]}"),
            WatchList("either-and", lambda e: bool({7, 8} & e) and 9 in e,
                      query=f"({word[7]} OR {word[8]}) AND {word[9]}"),
            WatchList("terms-or-query", lambda e: 10 in e or {11, 12} <= e,
                      terms=[word[10]], query=f"{word[11]} AND {word[12]}"),
            WatchList("long", lambda e: "long" in e, query='"' + " ".join(self.long_phrase) + '"'),
            WatchList("large", lambda e: "large" in e, terms=[self.large_word])]
        lists += [WatchList(f"phrase-{i}", lambda e, i=i: f"p{i}" in e,
                            query='"' + " ".join(phrase[i]) + '"')
                  for i in range(1, self.PHRASES)]
        lists += [WatchList(f"word-{i}", lambda e, i=i: i in e, terms=[word[i]])
                  for i in range(13, self.ELEMENTS)]
        return lists

    def make(self, number):
        """Article `number`: of 200, two are no articles, one gives an alert that
        must be shortened, one an alert that is too large even then."""
        rng = random.Random(f"article {self._seed} {self._run} {number}")
        kind = rng.randrange(200)
        if kind < 2:
            return self._poison(rng, number)
        if kind == 2:
            return self._article(rng, number, {"long"})
        if kind == 3:
            return self._article(rng, number, {"large"})
        pool = list(range(self.ELEMENTS)) + [f"p{i}" for i in range(self.PHRASES)]
        return self._article(rng, number, set(rng.sample(pool, rng.choice((0, 1, 2, 2, 3, 5)))))

    def of_elements(self, number, elements):
        """Article `number` with these elements, whatever else is random."""
        return self._article(random.Random(f"article {self._seed} {self._run} {number}"), number,
                             elements)

    def _poison(self, rng, number):
        article = Article()
        article.id, article.version = f"{self._run}-{number}", ""
        mark = f'"id":"{article.id}"'.encode()
        article.reject, article.value = rng.choice((
            ("not_json", b"{" + mark + b',"title":"cut of'),
            ("not_utf8", b"{" + mark + b',"title":"\xff\xfe"}'),
            ("not_an_object", b"[{" + mark + b"}]"),
            ("missing_text", b"{" + mark + b',"title":"  "}')))
        article.alerts, article.shortened, article.elements = {}, False, set()
        return article

    def _article(self, rng, number, elements):
        article = Article()
        # Now and then a second version of what came before, with a text of its own.
        version = rng.choice((None, None, "1", "2"))
        article.id = f"{self._run}-{number - 1 if version == '2' else number}"
        article.version = version or ""
        article.elements = elements
        chunks = [self._surface(rng, element) for element in elements]
        chunks += [self._decoy(rng) for _ in range(rng.randrange(3))]
        chunks += [self._sentence(rng) for _ in range(rng.randrange(1, 6))]
        rng.shuffle(chunks)
        title = self._sentence(rng)
        if "large" in elements:
            title += " " + "".join(rng.choice("bcdfghjkmpqrstvw23456789") for _ in range(90000))
        fields = {"id": article.id, "title": title,
                  "body": f" {rng.choice(self._neutral)} ".join(chunks), "lang": "en",
                  "url": f"http://news.example/{number}"}
        if version is not None:
            fields["version"] = version
        article.value = json.dumps(fields, ensure_ascii=rng.random() < 0.3).encode()
        article.alerts = {
            alert_id(article.id, article.version, one.id, one.version): (one.id, one.version)
            for one in self.lists if one.holds(elements)}
        article.reject = "alert_too_large" if "large" in elements else None
        article.shortened = "long" in elements
        if article.reject:
            article.alerts = {}
        return article

    def _surface(self, rng, element):
        """One of the ways in which a text may say an element."""
        if element == "long":
            first, second = self.long_phrase
            return f" {rng.choice(self._neutral)} ".join(
                first + "".join(rng.choice("!?;:,()[]<>=/\\|-+*~^…–—«»„“”‚‘’·•§¶")
                                for _ in range(4000)) + second for _ in range(16))
        if element == "large":
            return self.large_word
        if isinstance(element, str):
            words = self.phrases[int(element[1:])]
            return rng.choice((" ", "-", ", ", "\n", "  ")).join(
                self._written(rng, word) for word in words)
        return self._written(rng, self.words[element]) + rng.choice(("", "", "'s", ".", "!"))

    def _written(self, rng, word):
        return rng.choice((word, word.upper(), word.capitalize(), word.translate(ACCENTS)))

    def _decoy(self, rng):
        """Near to an element, and none."""
        if rng.random() < 0.5:
            first, second = rng.choice(self.phrases)
            return f"{second} {rng.choice(self._neutral)} {first}"
        return f"q{rng.choice(self.words)}q"

    def _sentence(self, rng):
        words = rng.choices(self._neutral, k=rng.randrange(3, 15))
        return " ".join(words).capitalize() + "."
