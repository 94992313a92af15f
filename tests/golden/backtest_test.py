#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`presshawk backtest` counts what `match` finds, however many workers there are, and its page is
well-formed HTML in which nothing of an article is markup.

  backtest_test.py PRESSHAWK
"""

import collections
import csv
import html.parser
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

INPUTS = pathlib.Path(__file__).parent / "inputs"


class Page(html.parser.HTMLParser):
    """Checks that every tag is closed in turn; keeps text and tags."""

    VOID = {"meta", "br", "!doctype"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], collections.Counter(), ""

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.text += data


def main():
    presshawk = str(pathlib.Path(sys.argv[1]).resolve())

    def run(*arguments):
        done = subprocess.run([presshawk, *map(str, arguments)], capture_output=True, timeout=120,
                              check=True, encoding="utf-8")
        return done.stdout

    lists, articles = INPUTS / "backtest.yaml", INPUTS / "backtest.ndjson"
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "report.html"
        # Enough for several batches: a batch is a mebibyte.
        many = pathlib.Path(folder) / "many.ndjson"
        with many.open("w", encoding="utf-8") as out:
            for i in range(2000):
                for line in articles.read_text(encoding="utf-8").splitlines():
                    article = json.loads(line)
                    out.write(json.dumps({**article, "id": f"{i}-{article['id']}"}) + "\n")
        pairs = collections.Counter(
            line.split("\t")[1] for line in
            run("match", "--matches-only", "-w", lists, many).splitlines())
        old = ["--old", INPUTS / "backtest_old.yaml"]
        one = run("backtest", "-w", lists, *old, "--workers", 1, many)
        assert one == run("backtest", "-w", lists, *old, "--workers", 4, many), "workers matter"
        counted = dict(re.findall(r"^(\S+)  .*\n  (\d+) alerts", one, re.M))
        assert counted == {list_id: str(count) for list_id, count in pairs.items()}, (counted, pairs)

        # The curve of relevance counts the scores of the alerts.
        scores = collections.defaultdict(list)
        for line in run("match", "-w", lists, many).splitlines():
            alert = json.loads(line)
            scores[alert["watchlist"]["id"]].append(alert["relevance"]["score"])
        curve = list(csv.DictReader(run("backtest", "-w", lists, "--format", "csv-relevance", many).splitlines()))
        assert len(curve) == 101 * len(pairs), len(curve)
        for row in curve:
            of_list = scores[row["watchlist"]]
            kept = sum(score >= int(row["min_relevance"]) for score in of_list)
            assert (int(row["alerts"]), int(row["held_back"])) == (kept, len(of_list) - kept), row

        # The tables say the same as the text, and every day's alerts are in the second.
        rows = list(csv.DictReader(run("backtest", "-w", lists, "--format", "csv", many).splitlines()))
        assert {row["watchlist"]: int(row["alerts"]) for row in rows} == dict(pairs), rows
        days = collections.defaultdict(dict)
        for row in csv.DictReader(run("backtest", "-w", lists, "--format", "csv-days", many).splitlines()):
            days[row["watchlist"]][row["day"]] = int(row["alerts"])
        for row in rows:
            counts = days[row["watchlist"]]
            assert sum(counts.values()) == int(row["alerts"]), row
            dated = {day: count for day, count in counts.items() if day != "undated"}
            assert counts.get("undated", 0) == int(row["undated_alerts"]), row
            assert int(row["active_days"]) == len(dated), row
            assert int(row["busiest_day_alerts"]) == max(dated.values(), default=0), row
            assert dated.get(row["busiest_day"], 0) == max(dated.values(), default=0), row
            if dated:
                assert row["active_day_median"] == f"{statistics.median(dated.values()):.1f}", row

        # One truth: the stories of a list are those of the alerts of `match --stories`.
        stories = collections.defaultdict(set)
        for line in run("match", "-w", lists, "--stories", articles).splitlines():
            alert = json.loads(line)
            stories[alert["watchlist"]["id"]].add(alert["story"]["id"])
        rows = csv.DictReader(run("backtest", "-w", lists, "--format", "csv", articles).splitlines())
        assert {row["watchlist"]: int(row["stories"]) for row in rows} == {
            list_id: len(ids) for list_id, ids in stories.items()}, stories

        run("backtest", "-w", lists, *old, "--html", page, articles)
        parser = Page()
        parser.feed(page.read_text(encoding="utf-8"))
        assert not parser.open, f"not closed: {parser.open}"
        for tag in ("script", "b", "owners", "img"):
            assert parser.tags[tag] == 0, f"<{tag}> got through"
        for text in ("Dockers & <owners> sign", 'Tide & "Co" <b>', "A new list.",
                     "cranes is not in the new lists", "The chart in numbers", "other days, or none",
                     "busiest day 2026-03-01 with 2 alerts"):
            assert text in parser.text, f"missing: {text}"
        # Two lists have alerts on days of the chart.
        assert parser.tags["figure"] == 2 == parser.tags["svg"], parser.tags
        # A table for each picture, and one of relevance for each list with alerts.
        assert parser.tags["details"] == 2 + 3, parser.tags
        assert "http" not in page.read_text(encoding="utf-8").replace("http-equiv", "")
    print("counts, order and page are right")


if __name__ == "__main__":
    main()
