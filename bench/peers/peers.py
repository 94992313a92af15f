#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same work for presshawk and its peers: same articles, same terms, equal
answers, turns taken. `./dev bench --peers` calls it; README.md says what is
measured.

  peers.py --build build/release [--data DATA] [--rounds 5] [--only NAME] ...
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

import answers
import contestants
import report
from conversation import MatchCommand, Peer, PeerFailed, repeat_for, warm_up

ROOT = pathlib.Path(__file__).resolve().parents[2]
TERM_COUNTS = (1_000, 10_000, 100_000)
BOOLEAN = 0  # As a "number of terms": the 10,000 Boolean lists.

# Seconds that a run must take to count, a peer's answers may take, and one
# round of ours by `match` (it reports hundredths).
RUN_SECONDS = 0.5
ANSWERS_SECONDS = 20
MATCH_SECONDS = 1.5
NAIVE_ARTICLES = 20


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


class Inputs:
    """What the peers are given; made by presshawk_peer_inputs."""

    def __init__(self, options):
        self.folder = pathlib.Path(options.work) / f"inputs-{options.megabytes}"
        self.folder.mkdir(parents=True, exist_ok=True)
        say(f"articles and terms from {options.data}")
        subprocess.run([options.build / "bench/peers/presshawk_peer_inputs", options.data,
                        self.folder, str(options.megabytes), *map(str, TERM_COUNTS),
                        "boolean", "10000"], check=True)
        self.texts = str(self.folder / "texts.bin")
        self.canonical = str(self.folder / "canonical.txt")
        self.articles = str(self.folder / "articles.ndjson")
        self.fields = answers.read_texts(self.texts)
        self.size_until = [0]  # Bytes of text before an article.
        for title, body in self.fields:
            self.size_until.append(
                self.size_until[-1] + len(title.encode()) + 1 + len(body.encode()))
        self.json_bytes = os.path.getsize(self.articles)
        with open(self.articles, encoding="utf-8") as lines:
            self.article_index = {json.loads(line)["id"]: i for i, line in enumerate(lines)}

    def stem(self, count):
        return str(self.folder / (f"terms_{count}" if count else "boolean_10000"))

    def terms(self, count):
        return self.stem(count) + ".txt"

    def lists(self, count):
        return self.stem(count) + ".ndjson"

    def prefix(self, count):
        return self.stem(count) + ".prefix"

    def text_bytes(self, first, count):
        last = min(first + count, len(self.fields))
        return self.size_until[last] - self.size_until[min(first, last)]


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


class Work:
    """One set of lists, and all peers on it."""

    def __init__(self, options, inputs, count):
        self.options, self.inputs, self.count = options, inputs, count
        self.out = str(pathlib.Path(options.work) / "pairs")
        self.articles = len(inputs.fields)
        self.title = f"{count:,} terms" if count else "10,000 Boolean lists"
        self.rows = []
        self.wrong = []
        self.ours = Peer([str(options.build / "bench/peers/presshawk_peer_ours"),
                          inputs.texts, inputs.lists(count)])
        self.ours.pairs(0, self.articles, self.out)
        self.our_pairs = answers.read_index_pairs(self.out)
        self.raw_pairs = None  # Of the first peer on raw text, checked by hand.
        self.differences = {}
        self.match = MatchCommand(str(options.build / "presshawk"), inputs.lists(count))
        self.our_rates = {"memory": [], "JSON": []}

    def close(self):
        self.ours.close()

    # ---- answers ----

    def check(self, name, pairs, articles):
        """Notes what is wrong with a peer's pairs over the first articles."""
        if self.count == BOOLEAN or name.startswith("Lucene"):
            expected, of = self.our_pairs, "ours"
        else:
            if self.raw_pairs is None:
                self.accept_raw(name, pairs)
            expected, of = self.raw_pairs, "the other peers'"
        if articles < self.articles:
            expected = {p for p in expected if p[0] < articles}
        if pairs != expected:
            extra, lacking = len(pairs - expected), len(expected - pairs)
            sample = sorted(pairs ^ expected)[:3]
            self.wrong.append(f"{self.title}: {name}: {extra} pairs more and {lacking} fewer than "
                              f"{of}, e.g. {sample}")
            return False
        return True

    def accept_raw(self, name, pairs):
        """Takes the first peer's pairs as those of raw matching: checked by hand
        on some articles, and every difference from ours accounted for."""
        with open(self.inputs.terms(self.count), encoding="utf-8") as lines:
            terms = [line.rstrip("\n") for line in lines]
        some = set(range(0, self.articles, max(1, self.articles // NAIVE_ARTICLES)))
        if answers.naive_pairs(terms, self.inputs.fields, some) != {
                p for p in pairs if p[0] in some}:
            self.wrong.append(f"{self.title}: {name} differs from matching by hand")
        self.raw_pairs = pairs
        self.differences, unexplained = answers.explain(
            self.our_pairs, pairs, terms, self.inputs.fields)
        for side, article, term in unexplained[:5]:
            self.wrong.append(f"{self.title}: {side}, article {article}: `{term}`: why?")
        say(f"{self.title}: {len(self.our_pairs):,} pairs of ours, {len(pairs):,} of raw matching; "
            f"{len(unexplained)} of the differences unexplained")

    # ---- time ----

    def our_memory_rate(self):
        size = self.inputs.text_bytes(0, self.articles)
        rate = repeat_for(RUN_SECONDS,
                          lambda: (self.ours.run(0, self.articles)["seconds"], size))
        self.our_rates["memory"].append(rate)
        return rate

    def our_json_rate(self):
        """Whole `presshawk match`, the articles as often as it takes."""
        times = 1
        while True:
            done = self.match.run_files([self.inputs.articles] * times, os.devnull)
            if done["seconds"] >= MATCH_SECONDS or times >= 64:
                break
            times = min(64, 1 + int(times * MATCH_SECONDS * 1.2 / max(done["seconds"], 0.01)))
        rate = times * self.inputs.json_bytes / done["seconds"]
        self.our_rates["JSON"].append(rate)
        return rate

    def take_turns(self, ours, peer):
        """ours peer ours peer … ours: the peer's rates, and how many times as fast
        ours was, by the mean of the neighbours."""
        rates, ratios = [], []
        before = ours()
        for round_number in range(self.options.rounds):
            rates.append(peer(round_number))
            after = ours()
            ratios.append((before + after) / 2 / rates[-1])
            before = after
        return rates, ratios

    def measure_text(self, contestant, command):
        with Peer(command) as peer:
            probe = 20
            per_article = max(peer.run(0, probe)["seconds"] / probe, 1e-7)
            if contestant.just_in_time and not self.options.answers_only:
                warm_up(self.options.warm_up, lambda: peer.run(0, min(self.articles, 1000)))
                per_article = peer.run(0, 200)["seconds"] / 200
            some = min(self.articles, max(50, int(ANSWERS_SECONDS / per_article)))
            if contestant.new_text:
                some = min(some, self.articles // 4)
            peer.pairs(0, some, self.out)
            good = self.check(contestant.name, answers.read_index_pairs(self.out), some)
            row = {"name": contestant.name, "from": "memory", "answers_on": some,
                   "build_seconds": peer.ready["build_seconds"]}
            if not good:
                return row | {"skipped": "its answers differ"}
            if self.options.answers_only:
                return row | {"skipped": "answers only"}
            window = min(self.articles, max(20, int(2 * RUN_SECONDS / per_article)))
            if contestant.new_text:
                window = min(window, (self.articles - some) // self.options.rounds)

            def run(round_number):
                first = some + round_number * window if contestant.new_text else 0
                size = self.inputs.text_bytes(first, window)
                if contestant.new_text:
                    return size / peer.run(first, window)["seconds"]
                return repeat_for(RUN_SECONDS,
                                  lambda: (peer.run(first, window)["seconds"], size))

            rates, ratios = self.take_turns(self.our_memory_rate, run)
            resident = peer.run(0, 1)["resident_mb"]
        return row | {"mb_s": statistics.median(rates) / 1e6, "ratio": spread(ratios),
                      "resident_mb": resident, "articles_a_run": window}

    def measure_json(self, contestant, command):
        with Peer(command) as peer:
            done = peer.say(f"run {self.inputs.articles} {self.out}")
            named = answers.read_named_pairs(self.out, self.inputs.article_index)
            good = self.check(contestant.name, named, self.articles)
            row = {"name": contestant.name, "from": "JSON", "answers_on": done["articles"],
                   "build_seconds": peer.ready["build_seconds"]}
            if not good:
                return row | {"skipped": "its answers differ"}
            if self.options.answers_only:
                return row | {"skipped": "answers only"}

            def run(_):
                return repeat_for(RUN_SECONDS, lambda: (
                    peer.say(f"run {self.inputs.articles} {os.devnull}")["seconds"],
                    self.inputs.json_bytes))

            rates, ratios = self.take_turns(self.our_json_rate, run)
            resident = peer.say(f"run {os.devnull} {os.devnull}")["resident_mb"]
        return row | {"mb_s": statistics.median(rates) / 1e6, "ratio": spread(ratios),
                      "resident_mb": resident}

    def measure(self, contestant, command):
        say(f"{self.title}: {contestant.name}")
        run = self.measure_text if contestant.kind == "text" else self.measure_json
        try:
            self.rows.append(run(contestant, command(self.inputs, self.count)))
        except PeerFailed as failure:
            self.rows.append({"name": contestant.name, "skipped": f"it failed: {failure}",
                              "from": "memory" if contestant.kind == "text" else "JSON"})

    def check_our_command(self):
        self.match.run_files([self.inputs.articles], self.out)
        named = answers.read_named_pairs(self.out, self.inputs.article_index)
        if named != self.our_pairs:
            self.wrong.append(f"{self.title}: `presshawk match` differs from ours in memory")

    def results(self):
        own = []
        for start, name in (("memory", "presshawk: canonicalize, scan, evaluate"),
                            ("JSON", "presshawk match --workers 1 --matches-only")):
            if self.our_rates[start]:
                own.append({"name": name, "from": start,
                            "mb_s": statistics.median(self.our_rates[start]) / 1e6,
                            "rates": spread([r / 1e6 for r in self.our_rates[start]])})
                if start == "memory":
                    own[-1]["build_seconds"] = self.ours.ready["build_seconds"]
                    own[-1]["resident_mb"] = self.ours.run(0, 1)["resident_mb"]
        return {"title": self.title, "rows": own + self.rows,
                "pairs_an_article": len(self.our_pairs) / self.articles,
                "our_pairs": len(self.our_pairs), "raw_pairs": len(self.raw_pairs or ()),
                "differences": self.differences}


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False).stdout.strip()


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
            if line.startswith("flags"):
                wide = next((shown for flag, shown in
                             ((" avx512bw", "AVX-512"), (" avx2", "AVX2")) if flag in line), "no AVX2")
                return f"{name} ({wide})"
    return "unknown"


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    cache = os.environ.get("PRESSHAWK_CACHE_DIR") or os.path.expanduser("~/.cache/presshawk")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--data", default=str(ROOT / "../shared/data"))
    parser.add_argument("--work", default=os.path.join(cache, "work", "peers"), help="what is built and made")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench/results")
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm-up", type=float, default=60, metavar="SECONDS",
                        help="of a just-in-time compiler, before its rounds")
    parser.add_argument("--sets", type=int, nargs="+", default=[*TERM_COUNTS, BOOLEAN],
                        help="numbers of terms; 0 is the Boolean lists")
    parser.add_argument("--only", action="append", metavar="NAME",
                        help="peers whose name contains it; repeatable")
    parser.add_argument("--answers-only", action="store_true", help="no timing, nothing written")
    return parser.parse_args()


def build_peers(options):
    """([(contestant, command)], {name: why it is missing})"""
    ready, missing = [], {}
    shop = contestants.Workshop(options.build, pathlib.Path(options.work))
    for contestant in contestants.all_contestants(shop):
        if options.only and not any(o.lower() in contestant.name.lower() for o in options.only):
            continue
        try:
            ready.append((contestant, contestant.build()))
        except contestants.Missing as reason:
            missing[contestant.name] = str(reason)
            say(f"without {contestant.name}: {reason}")
    return ready, missing


def main():
    options = parse_options()
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    os.makedirs(options.work, exist_ok=True)
    peers, missing = build_peers(options)
    inputs = Inputs(options)
    works, wrong = [], []
    for count in options.sets:
        work = Work(options, inputs, count)
        try:
            work.check_our_command()
            for contestant, command in peers:
                if count in contestant.sizes:
                    work.measure(contestant, command)
            if count == BOOLEAN and not options.answers_only:
                work.our_json_rate()
            works.append(work.results())
        finally:
            work.close()
        wrong += work.wrong
        for text in work.wrong:
            say(f"WRONG: {text}")
    today = datetime.date.today().isoformat()
    results = {
        "date": today, "cpu": cpu_name(), "cores": os.cpu_count(), "load": load,
        "commit": git("rev-parse", "--short=10", "HEAD"),
        "dirty": bool(git("status", "--porcelain", "--untracked-files=no")),
        "rounds": options.rounds, "works": works, "missing": missing, "wrong": wrong,
        "corpus": {"articles": len(inputs.fields), "json_mb": inputs.json_bytes / 1e6,
                   "text_mb": inputs.text_bytes(0, len(inputs.fields)) / 1e6},
        "configurations": {c.name: c.configuration for c, _ in peers},
    }
    text = report.markdown(results)
    print(text)
    if not options.answers_only:
        options.results.mkdir(exist_ok=True)
        stem = options.results / f"peers-{today}"
        stem.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        stem.with_suffix(".md").write_text(text, encoding="utf-8")
        say(f"written: {stem}.json, .md")
    say("answers: equal" if not wrong else f"answers: {len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
