#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Learns the weights of relevance from labelled alerts, and measures them by folds over lists.

  learn_relevance.py SIGNALS DATA [--write core/relevance/weights.cc --release 1]

SIGNALS is the program relevance_signals, and DATA the folder of shared articles and gold.
Each table is a logistic regression. The table for other languages has few labelled
alerts, so it uses few signals, and the English ones count for a part. Without --write
it only measures: AUC by ten folds over lists, and a paired bootstrap over lists against
the best single signal.
"""

import argparse
import json
import math
import random
import subprocess

from labelled_alerts import articles, gold

SIGNALS = ["title", "lead", "first", "first_share", "count", "density", "log_density", "spread", "blocks_only",
           "context", "longer_name", "small", "said", "roundup", "length"]
ENGLISH = ["title", "first_share", "density", "log_density", "blocks_only", "context", "longer_name", "small", "said",
           "roundup", "length"]
OTHER = ["title", "log_density", "blocks_only"]
ENGLISH_SHARE = 0.3  # What an English alert counts in the other table.
SHRINK = {"english": 6.0, "other": 3.0}
TARGET = {0: 0.0, 1: 0.6, 2: 1.0}  # The middle label is soft.
SIMPLE = ["title", "first", "first_share", "count", "density"]
FOLDS = 10


def read(program, data, which):
    """(list, label, signals) of each labelled alert."""
    alerts = gold(data, which)
    of = articles(data, alerts)
    lines = []
    for alert in alerts:
        article = of[alert["article_id"]]
        lines.append(json.dumps({
            "list": alert["list"], "useful": alert["useful"], "hit_count": alert["hit_count"], "hits": alert["hits"],
            "title": article.get("title") or "", "summary": article.get("description") or "",
            "body": article["body"], "lang": article.get("lang") or ""}))
    printed = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    rows = []
    for line in printed.splitlines():
        name, label, *signals = line.split("\t")
        rows.append((name, int(label), dict(zip(SIGNALS, map(float, signals)))))
    return rows


def fit(rows, names, shrink, rounds=250, step=0.5):
    """Weights and bias for (label, weight, signals) rows, on the signals' own scale."""
    columns = [[signals[n] for _, _, signals in rows] for n in names]
    mean = [sum(c) / len(c) for c in columns]
    scale = [max(1e-6, math.sqrt(sum((v - m) ** 2 for v in c) / len(c))) for c, m in zip(columns, mean)]
    points = [([(signals[n] - m) / s for n, m, s in zip(names, mean, scale)], TARGET[label], weight)
              for label, weight, signals in rows]
    total = sum(weight for _, _, weight in points)
    beta, bias = [0.0] * len(names), 0.0
    for _ in range(rounds):
        slope, slope_bias = [shrink * b for b in beta], 0.0
        for x, target, weight in points:
            s = bias + sum(b * v for b, v in zip(beta, x))
            error = (1 / (1 + math.exp(-max(-30, min(30, s)))) - target) * weight
            slope_bias += error
            for j, v in enumerate(x):
                slope[j] += error * v
        beta = [b - step * g / total for b, g in zip(beta, slope)]
        bias -= step * slope_bias / total
    weights = {n: b / s for n, b, s in zip(names, beta, scale)}
    return weights, bias - sum(weights[n] * m for n, m in zip(names, mean))


def learn(english, other, table):
    if table == "english":
        rows = [(label, 1.0, signals) for _, label, signals in english]
        return fit(rows, ENGLISH, SHRINK[table])
    rows = [(label, 1.0, signals) for _, label, signals in other]
    rows += [(label, ENGLISH_SHARE, signals) for _, label, signals in english]
    return fit(rows, OTHER, SHRINK[table])


def auc(positive, negative):
    if not positive or not negative:
        return float("nan")
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def both_aucs(rows, scores):
    by = {label: [s for (_, l, _), s in zip(rows, scores) if l == label] for label in (0, 1, 2)}
    return auc(by[1] + by[2], by[0]), auc(by[2], by[0])


def by_folds(rows, train, seed=0):
    """Each row's score by a table that has seen no alert of its list."""
    lists = sorted({r[0] for r in rows})
    random.Random(seed).shuffle(lists)
    fold = {name: i % FOLDS for i, name in enumerate(lists)}
    scores = [0.0] * len(rows)
    for f in range(FOLDS):
        weights, bias = train([r for r in rows if fold[r[0]] != f])
        for i, (name, _, signals) in enumerate(rows):
            if fold[name] == f:
                scores[i] = bias + sum(w * signals[n] for n, w in weights.items())
    return scores


def precision_at(rows, scores, recall):
    useful = sorted((s for (_, label, _), s in zip(rows, scores) if label), reverse=True)
    threshold = useful[math.ceil(recall * len(useful) - 1e-9) - 1]
    kept = [label for (_, label, _), s in zip(rows, scores) if s >= threshold]
    return sum(label > 0 for label in kept) / len(kept)


def bootstrap(rows, scores, simple, rounds=500, seed=1):
    """The middle 95 % of the difference in AUC to the simple rule, over lists drawn anew."""
    lists = sorted({r[0] for r in rows})
    of = {name: [i for i, r in enumerate(rows) if r[0] == name] for name in lists}
    draw = random.Random(seed)
    differences = []
    for _ in range(rounds):
        picked = [i for _ in lists for i in of[draw.choice(lists)]]
        some = [rows[i] for i in picked]
        a = both_aucs(some, [scores[i] for i in picked])
        b = both_aucs(some, [simple[i] for i in picked])
        if not any(math.isnan(x) for x in a + b):
            differences.append((a[0] - b[0], a[1] - b[1]))
    out = []
    for k in (0, 1):
        d = sorted(x[k] for x in differences)
        out.append((d[len(d) // 40], d[-1 - len(d) // 40]))
    return out


def report(name, rows, scores):
    one, two = both_aucs(rows, scores)
    print(f"{name}: {len(rows)} alerts, AUC useful:useless {one:.3f}, wanted:useless {two:.3f}, "
          f"precision at recall 0.9 {precision_at(rows, scores, 0.9):.3f}")
    best = max(SIMPLE, key=lambda n: both_aucs(rows, [r[2][n] for r in rows])[0])
    simple = [r[2][best] for r in rows]
    a, b = both_aucs(rows, simple)
    (low1, high1), (low2, high2) = bootstrap(rows, scores, simple)
    print(f"  best simple signal {best}: {a:.3f}, {b:.3f}, precision at recall 0.9 {precision_at(rows, simple, 0.9):.3f}; "
          f"difference {one - a:+.3f} ({low1:+.3f} to {high1:+.3f}), {two - b:+.3f} ({low2:+.3f} to {high2:+.3f})")


def write(path, release, tables):
    def rows(weights):
        return "".join(f"     {weights.get(n, 0.0):.5f}F,  // {n}\n" for n in SIGNALS)

    text = """// SPDX-License-Identifier: Apache-2.0
// Written by tests/quality/learn_relevance.py.
#include "core/relevance/weights.h"

namespace presshawk {

"""
    for name, (weights, bias) in tables:
        text += f"const RelevanceWeights {name} = {{\n    {{\n{rows(weights)}    }},\n    {bias:.5f}F}};\n\n"
    text += f'const std::string_view kWeightsRelease = "{release}";\n\n}}  // namespace presshawk\n'
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signals")
    parser.add_argument("data")
    parser.add_argument("--write")
    parser.add_argument("--release", default="1")
    arguments = parser.parse_args()
    english, other = (read(arguments.signals, arguments.data, which) for which in ("en", "multi"))
    report("English", english, by_folds(english, lambda rows: learn(rows, [], "english")))
    report("other languages", other, by_folds(other, lambda rows: learn(english, rows, "other")))
    if arguments.write:
        write(arguments.write, arguments.release,
              [("kEnglishWeights", learn(english, other, "english")), ("kOtherWeights", learn(english, other, "other"))])


if __name__ == "__main__":
    main()
