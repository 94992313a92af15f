# SPDX-License-Identifier: Apache-2.0
"""Equal answers: what a match is for the peers, what it is for us, and why each
pair that differs does.

The peers on raw text: the term's bytes, ASCII case apart, occur in "title\\nbody"
and neither neighbour is [0-9A-Za-z_] or a byte of 0x80 and above. All of them
must give the same pairs. We match canonical text (section 2 of the design:
case, accents, punctuation and the stops of acronyms do not count). A pair of
ours that raw matching lacks, or the other way round, must be accounted for by
the functions below, which know neither program.
"""

import collections
import functools
import re
import struct
import unicodedata

LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l",
                         "ħ": "h", "ı": "i", "þ": "th"})
ASCII_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
# A stop between two letters that stand alone: U.S.A
ACRONYM_STOP = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_](?![^\W_]))")
APOSTROPHE_LETTERS = re.compile("[\u02b9-\u02bf™℠]")


def read_texts(path):
    """[(title, body)] of texts.bin."""
    with open(path, "rb") as file:
        content = file.read()
    texts = []
    at = 0
    while at < len(content):
        title, body = struct.unpack_from("<II", content, at)
        at += 8
        texts.append((content[at:at + title].decode(),
                      content[at + title + 1:at + title + 1 + body].decode()))
        at += title + 1 + body
    return texts


@functools.lru_cache(maxsize=64)
def fold(text, join_acronyms=True):
    """` a b c `: the tokens of a text in Latin script."""
    if not text.isascii():
        text = APOSTROPHE_LETTERS.sub(" ", text)
        text = unicodedata.normalize("NFKC", text).casefold()
        text = "".join(c for c in unicodedata.normalize("NFD", text)
                       if unicodedata.category(c)[0] != "M" and
                       unicodedata.category(c) != "Cf")
        text = text.translate(LETTERS)
    text = text.lower()
    if join_acronyms:
        text = ACRONYM_STOP.sub(r"\1", text)
    return " " + re.sub(r"[\W_]+", " ", text).strip() + " "


def is_raw_edge(text, at):
    if at < 0 or at >= len(text):
        return True
    c = text[at]
    return c < "\x80" and not c.isalnum() and c != "_"


def lower_ascii(text):
    return text.translate(ASCII_LOWER)


def holds_raw(term, text):
    """The peers' definition, by hand. Both in lower case; `term` is ASCII."""
    at = text.find(term)
    while at >= 0:
        if is_raw_edge(text, at - 1) and is_raw_edge(text, at + len(term)):
            return True
        at = text.find(term, at + 1)
    return False


@functools.lru_cache(maxsize=200_000)
def relaxed(term):
    """Patterns of ever fewer conditions, each with what it forgives."""
    escaped = re.escape(term)
    words = r"[\W_]+".join(re.escape(w) for w in re.findall(r"[^\W_]+", term))
    edge, edge_after = r"(?<![^\W_])", r"(?![^\W_])"
    return [
        ("a quote, dash or other non-ASCII character, or `_`, beside the name",
         re.compile(edge + escaped + edge_after, re.I | re.A)),
        ("other white space or punctuation in the name",
         re.compile(edge + words + edge_after, re.I)),
    ]


def why_only_ours(term, fields):
    """Why raw matching misses a pair of ours; None: it should not be ours."""
    folded = fold(term)
    if not any(folded in fold(field) for field in fields):
        return None
    for reason, pattern in relaxed(term):
        if any(pattern.search(unicode_edges(field)) for field in fields):
            return reason
    if any(fold(term, False) in fold(field, False) for field in fields):
        return "accents, letter forms, invisible characters"
    return "the stops of an acronym"


def unicode_edges(text):
    """Under re.A every non-ASCII letter would be an edge: make them letters."""
    if text.isascii():
        return text
    return "".join("x" if c >= "\x80" and (c.isalnum() or unicodedata.category(c)[0] == "M")
                   else c for c in text)


def why_only_raw(term, fields):
    """Why we miss a pair of raw matching; None: we should have it."""
    folded = fold(term)
    if any(folded in fold(field) for field in fields):
        return None
    if any(fold(term, False) in fold(field, False) for field in fields):
        return "inside an acronym, whose letters are one word to us"
    return None


def explain(ours, raw, terms, texts):
    """Counts of pairs by reason, and the pairs without one. Pairs are
    (article, term)."""
    reasons = collections.Counter()
    unexplained = []
    for why, side, pairs in ((why_only_ours, "only ours", ours - raw),
                             (why_only_raw, "only raw", raw - ours)):
        for article, term in sorted(pairs):
            reason = why(terms[term], texts[article])
            if reason is None:
                unexplained.append((side, article, terms[term]))
            else:
                reasons[f"{side}: {reason}"] += 1
    return dict(reasons.most_common()), unexplained


def naive_pairs(terms, texts, articles):
    """The peers' definition by hand over a few articles."""
    lowered = [lower_ascii(term) for term in terms]
    pairs = set()
    for article in articles:
        text = lower_ascii("\n".join(texts[article]))
        pairs.update((article, i) for i, term in enumerate(lowered) if holds_raw(term, text))
    return pairs


def read_index_pairs(path):
    """Lines article<TAB>term, by index."""
    with open(path, encoding="ascii") as lines:
        return {tuple(map(int, line.split("\t"))) for line in lines}


def read_named_pairs(path, article_index):
    """Lines article id<TAB>t0000007."""
    pairs = set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, _, term = line.rstrip("\n").rpartition("\t")
            pairs.add((article_index[name], int(term[1:])))
    return pairs
