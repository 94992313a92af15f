# SPDX-License-Identifier: Apache-2.0
"""A new set of lists again and again, at full load.

A file grows faster than it is read; sets of lists are changed and loaded by
POST /-/reload as fast as it answers. Each article must have the alerts of
exactly one of the sets, with that set's generation and versions.
"""

import itertools
import json
import random
import threading
import time

from instance import Instance
from processes import GaveUp, wait_for
from workload import WatchList, Words, generation_id, write_lists

SETS = 6
LISTS = 40
ARTICLES = 3000
# As far as the file may be ahead of the service.
AHEAD_ARTICLES = 60000
WINDOW_SECONDS = 2.0


class _Sets:
    """Set k gives list i the word (i + k): the same article has other lists in each."""

    def __init__(self, seed):
        words = Words(random.Random(f"reload {seed}"))
        self.words = [words.new() for _ in range(LISTS)]
        self.neutral = [words.new(2) + "x" for _ in range(300)]
        self.always = words.new()
        self.sets = [[WatchList("always", None, terms=[self.always])] +
                     [WatchList(f"list-{i}", None, terms=[self.words[(i + k) % LISTS]])
                      for i in range(LISTS)] for k in range(SETS)]
        self.number_of = {generation_id(lists): k for k, lists in enumerate(self.sets)}
        self.versions = [{one.id: one.version for one in lists} for lists in self.sets]

    def lists_for(self, elements, number):
        return {"always", *(f"list-{(element - number) % LISTS}" for element in elements)}

    def articles(self, seed):
        """Lines, and for every line the elements of its article; None: no alert."""
        rng = random.Random(f"reload articles {seed}")
        lines, elements = [], []
        for i in range(ARTICLES):
            chosen = rng.sample(range(LISTS), 3) if rng.random() < 0.1 else None
            body = rng.choices(self.neutral, k=120)
            for word in [self.always, *(self.words[e] for e in chosen)] if chosen else []:
                body.insert(rng.randrange(len(body)), word)
            lines.append(json.dumps({"id": f"r-{i}", "title": "x", "body": " ".join(body)}) + "\n")
            elements.append(chosen)
        return "".join(lines).encode(), elements


class _Feed:
    """Appends the same articles while the service is not too far behind."""

    def __init__(self, path, block, instance):
        self._path, self._block, self._instance = path, block, instance
        self.articles, self._stopped = 0, False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with self._path.open("ab") as file:
            while not self._stopped:
                if self.articles - processed(self._instance) > AHEAD_ARTICLES:
                    time.sleep(0.01)
                    continue
                for _ in range(4):
                    file.write(self._block)
                    self.articles += ARTICLES
                file.flush()

    def stop(self):
        self._stopped = True
        self._thread.join()


def processed(instance):
    metrics = instance.metrics()
    return int(metrics["presshawk_articles_processed_total"]) if metrics else 0


def _swap(instance, sets, number, path):
    """Loads set `number`; returns when it is in use."""
    write_lists(path, sets.sets[number])
    instance.get("-/reload", data=b"")


class _Rates:
    """Articles a second with swaps and without, in turns."""

    def __init__(self, instance):
        self._instance = instance
        self.articles, self.seconds = {True: 0, False: 0}, {True: 0.0, False: 0.0}

    def window(self, swapping, work):
        begin, before = time.monotonic(), processed(self._instance)
        work(begin + WINDOW_SECONDS)
        self.articles[swapping] += processed(self._instance) - before
        self.seconds[swapping] += time.monotonic() - begin

    def rate(self, swapping):
        return self.articles[swapping] / max(self.seconds[swapping], 1e-9)


def _check_alerts(path, sets, elements, articles):
    """Problems, and the sets that were seen."""
    problems, seen, expected_line = [], set(), 0
    with path.open("rb") as file:
        for line, group in itertools.groupby(map(json.loads, file), lambda a: a["origin"]["line"]):
            group = list(group)
            skipped = [i for i in range(expected_line + 1, line)
                       if elements[(i - 1) % ARTICLES] is not None]
            if skipped or line <= expected_line:
                problems.append(f"lines {skipped[:5]} before line {line} have no alert, or it came "
                                "again")
            expected_line = line
            generations = {alert["generation"] for alert in group}
            if len(generations) != 1 or not generations <= sets.number_of.keys():
                problems.append(f"line {line}: generations {generations}")
                continue
            number = sets.number_of[generations.pop()]
            seen.add(number)
            found = {alert["watchlist"]["id"]: alert["watchlist"]["version"] for alert in group}
            wanted = sets.lists_for(elements[(line - 1) % ARTICLES], number)
            if len(found) != len(group) or found != {
                    one: sets.versions[number][one] for one in wanted}:
                problems.append(f"line {line}, set {number}: {found}, not {wanted}")
    problems += [f"line {i} has no alert" for i in range(expected_line + 1, articles + 1)
                 if elements[(i - 1) % ARTICLES] is not None]
    return problems, seen


def run(binary, folder, seed, swaps):
    """{"swaps", "articles", "with swaps", "without" (a second), "ratio", "problems"}."""
    folder.mkdir(parents=True)
    sets = _Sets(seed)
    block, elements = sets.articles(seed)
    lists, source, alerts = folder / "lists.ndjson", folder / "in.ndjson", folder / "alerts.ndjson"
    write_lists(lists, sets.sets[0])
    source.touch()
    instance = Instance("reload", binary, folder, {
        "source": {"file": {"paths": [str(source)], "follow": True}},
        "sinks": [{"file": {"path": str(alerts)}}],
        "deadletter": {"file": {"path": str(folder / "dead.ndjson")}}}, workers=1)
    try:
        instance.start()
        feed = _Feed(source, block, instance)
        try:
            rates, done = _storm(instance, sets, swaps, lists)
        finally:
            feed.stop()
        wait_for("the rest of the file", 600, lambda: processed(instance) >= feed.articles, 0.2)
        instance.stop()
        problems, seen = _check_alerts(alerts, sets, elements, feed.articles)
        if len(seen) < min(SETS, swaps):
            problems.append(f"only sets {seen} were seen at work")
    finally:
        instance.close()
        source.unlink()
        alerts.unlink(missing_ok=True)
    return {"swaps": done, "articles": feed.articles,
            "articles a second, undisturbed": round(rates.rate(False)),
            "articles a second, with swaps": round(rates.rate(True)),
            "ratio": round(rates.rate(True) / max(rates.rate(False), 1e-9), 3),
            "problems": problems[:5]}


def _storm(instance, sets, swaps, path):
    wait_for("articles to be processed", 120, lambda: processed(instance) > 0)
    rates, done, numbers = _Rates(instance), 0, itertools.count(1)

    def quiet(until):
        time.sleep(max(0, until - time.monotonic()))

    def swapping(until):
        nonlocal done
        while time.monotonic() < until and done < swaps:
            instance.check_alive()
            _swap(instance, sets, next(numbers) % SETS, path)
            done += 1

    while done < swaps:
        rates.window(False, quiet)
        rates.window(True, swapping)
    metrics = instance.metrics() or {}
    if metrics.get('presshawk_reloads_total{result="success"}', 0) < swaps:
        raise GaveUp(f"reloads failed: {instance.log_tail()}")
    return rates, done


def reload_storm(world):
    begin = time.monotonic()
    result = run(world.binary, world.folder / f"reload-{world.report.seconds():.0f}",
                 world.report.seed, world.report.swaps)
    for problem in result.pop("problems"):
        world.flow.oracle.problem(f"reload storm: {problem}")
    world.report.add_episode("reload storm", None, time.monotonic() - begin, str(result))
