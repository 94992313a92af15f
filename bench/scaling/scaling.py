#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the rate goes with the number of terms, of Boolean lists, with the size of
articles, the density of hits, and the number of workers. `./dev bench --scaling`
calls it.

  scaling.py --build build/release [--data DATA] [--rounds 5] [--only terms] ...

Every point is `presshawk bench`, but those of workers, which are `presshawk
match`. Results: bench/results/scaling-DATE.json and scaling-*.svg.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys

import plot

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUMMARY = re.compile(r"\(([\d.]+) MB\) against \d+ watch-lists in ([\d.]+) s")
MATCH_SECONDS = 2  # It reports hundredths.


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


class Bench:
    """The inputs, and the program at work on them."""

    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.work) / f"scaling-{options.megabytes}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = str(options.build / "presshawk")
        self.articles = self.folder / "articles.ndjson"
        say(f"articles, terms and lists from {options.data}")
        subprocess.run(
            [options.build / "bench/peers/presshawk_peer_inputs", options.data, self.folder,
             str(options.megabytes), "10000", "boolean", *map(str, options.lists)], check=True)
        # All of them occur in the articles.
        self.names = (self.folder / "terms_10000.txt").read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(self.names)
        self.fillers = self.make_fillers(max(options.terms))

    def make_fillers(self, count):
        """Names of two words, each word of a name that occurs, the two nowhere
        side by side: they look like the others and are never found."""
        say(f"{count:,} names that do not occur")
        beside = set()
        with open(self.folder / "canonical.txt", encoding="utf-8") as lines:
            for line in lines:
                words = line.split()
                beside.update(zip(words, words[1:]))
        words = sorted({w for name in self.names
                        for w in re.findall("[a-z]{3,}", name.lower())})
        draw = random.Random(8)
        fillers = set()
        while len(fillers) < count:
            pair = (draw.choice(words), draw.choice(words))
            if pair not in beside:
                fillers.add(" ".join(pair))
        return sorted(fillers)

    def term_lists(self, count, occurring):
        """A file of `count` lists of a term each, `occurring` of which occur."""
        path = self.folder / "terms.ndjson"
        terms = self.names[:occurring] + self.fillers[:count - occurring]
        with open(path, "w", encoding="utf-8") as out:
            for i, term in enumerate(terms):
                out.write(json.dumps({"id": f"t{i:07}", "terms": [term]}) + "\n")
        return path

    def measure(self, lists, articles=None):
        done = subprocess.run(
            [self.program, "bench", "-w", lists, "--format", "json", "--top", "0", "--bytes",
             str(self.options.megabytes * 1_000_000), "--rounds", str(self.options.rounds),
             articles or self.articles], capture_output=True, text=True, check=False)
        if not done.stdout:
            raise SystemExit(f"presshawk bench failed: {done.stderr.strip()[-500:]}")
        report = json.loads(done.stdout)
        engine = report["engines"][0]
        return {"pairs": engine["json_to_pairs"]["mb_s"],
                "alerts": engine["json_to_alerts"]["mb_s"],
                "articles_s": engine["json_to_pairs"]["articles_s"]["median"],
                "stages": {name: stage["mb_s"]["median"]
                           for name, stage in engine["stages"].items()},
                "compile_seconds": engine["compile_seconds"],
                "resident_mb": engine["resident_mb"],
                "evaluated_an_article": report["evaluated_an_article"],
                "alerts_an_article": report["alerts_an_article"]}

    def match_rate(self, lists, workers):
        """MB/s of `match`, the articles as often as it takes."""
        times = 1
        while True:
            done = subprocess.run(
                [self.program, "match", "-w", lists, "--workers", str(workers), "--matches-only",
                 *[self.articles] * times], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            found = SUMMARY.search(done.stderr)
            megabytes, seconds = float(found.group(1)), float(found.group(2))
            if seconds >= MATCH_SECONDS or times >= 64:
                return megabytes / max(seconds, 0.01)
            times = min(64, 1 + int(times * MATCH_SECONDS * 1.2 / max(seconds, 0.01)))


def by_terms(bench):
    points = []
    for count in bench.options.terms:
        for curve, occurring in (("same hits", 1_000), ("hits in proportion", count // 100)):
            say(f"terms: {count:,}, {curve}")
            points.append({"x": count, "curve": curve,
                           **bench.measure(bench.term_lists(count, min(occurring, count)))})
    return points


def by_lists(bench):
    points = []
    for count in bench.options.lists:
        say(f"lists: {count:,}")
        points.append({"x": count, "curve": "JSON to pairs",
                       **bench.measure(bench.folder / f"boolean_{count}.ndjson")})
    return points


def by_article_size(bench):
    """The same text, cut anew."""
    with open(bench.articles, encoding="utf-8") as lines:
        text = " ".join(json.loads(line)["body"] for line in lines)
    lists = bench.term_lists(10_000, 1_000)
    path = bench.folder / "cut.ndjson"
    points = []
    for size in (300, 1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000):
        say(f"article size: {size:,}")
        with open(path, "w", encoding="utf-8") as out:
            for i in range(0, len(text), size):
                article = {"id": str(i), "title": "", "body": text[i:i + size]}
                out.write(json.dumps(article, ensure_ascii=False) + "\n")
        points.append({"x": size, "curve": "JSON to pairs", **bench.measure(lists, path)})
    return points


def by_hits(bench):
    points = []
    for occurring in (10, 100, 300, 1_000, 3_000, 10_000):
        say(f"hits: {occurring:,} of 10,000 terms occur")
        done = bench.measure(bench.term_lists(10_000, occurring))
        for curve in ("pairs", "alerts"):
            points.append({**done, "x": done["alerts_an_article"], "curve": f"JSON to {curve}",
                           "y": done[curve]})
    return points


def by_workers(bench):
    lists = bench.term_lists(10_000, 1_000)
    counts = range(1, (os.cpu_count() or 1) + 1)
    rates = {workers: [] for workers in counts}
    for _ in range(bench.options.rounds):  # In turn.
        for workers in counts:
            say(f"workers: {workers}")
            rates[workers].append(bench.match_rate(lists, workers))
    return [{"x": workers, "curve": "match", "pairs": spread(rates[workers])}
            for workers in counts]


STUDIES = {
    "terms": (by_terms, "JSON to pairs, by number of terms", "terms"),
    "lists": (by_lists, "JSON to pairs, by number of Boolean lists", "Boolean lists"),
    "article_size": (by_article_size, "JSON to pairs, by size of article (10,000 terms)",
                     "characters an article"),
    "hits": (by_hits, "By density of hits (10,000 terms)", "alerts an article"),
    "workers": (by_workers, "match, by number of workers (10,000 terms)", "workers"),
}


def draw(name, points, results):
    _, title, x_title = STUDIES[name]
    series = {}
    for point in points:
        series.setdefault(point["curve"], []).append((point["x"], point.get("y", point["pairs"])))
    (results / f"scaling-{name}.svg").write_text(
        plot.svg(title, x_title, "MB of JSON a second", series), encoding="utf-8")


def machine():
    name = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    git = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT,
                         capture_output=True, text=True, check=False)
    return {"cpu": name, "cores": os.cpu_count(), "commit": git.stdout.strip(),
            "load": " ".join(f"{x:.1f}" for x in os.getloadavg())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    cache = os.environ.get("PRESSHAWK_CACHE_DIR") or os.path.expanduser("~/.cache/presshawk")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--data", default=str(ROOT / "../shared/data"))
    parser.add_argument("--work", default=os.path.join(cache, "work", "scaling"))
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench/results")
    parser.add_argument("--megabytes", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--terms", type=int, nargs="+",
                        default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--lists", type=int, nargs="+",
                        default=[1_000, 10_000, 100_000, 500_000])
    parser.add_argument("--only", action="append", choices=list(STUDIES))
    options = parser.parse_args()
    results = {"date": datetime.date.today().isoformat(), **machine(),
               "megabytes": options.megabytes, "rounds": options.rounds, "studies": {}}
    bench = Bench(options)
    options.results.mkdir(exist_ok=True)
    path = options.results / f"scaling-{results['date']}.json"
    if path.exists() and options.only:  # A part, anew.
        results["studies"] = json.loads(path.read_text(encoding="utf-8"))["studies"]
    for name, (study, _, _) in STUDIES.items():
        if options.only and name not in options.only:
            continue
        points = study(bench)
        results["studies"][name] = points
        draw(name, points, options.results)
        path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    say(f"written: {path} and scaling-*.svg")


if __name__ == "__main__":
    main()
