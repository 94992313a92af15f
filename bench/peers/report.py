# SPDX-License-Identifier: Apache-2.0
"""The table that people read."""


def number(value):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values):
    return f"{number(values['median'])} ({number(values['min'])}-{number(values['max'])})"


def table(rows, start):
    yield f"| from {start} to pairs | MB/s | ours / it | build s | resident MB |"
    yield "| --- | ---: | --- | ---: | ---: |"
    for row in rows:
        if "skipped" in row:
            yield f"| {row['name']} | | not measured: {row['skipped']} | | |"
            continue
        ratio = spread(row["ratio"]) if "ratio" in row else ""
        lose = " **we lose**" if "ratio" in row and row["ratio"]["median"] < 1 else ""
        yield (f"| {row['name']} | {number(row['mb_s'])} | {ratio}{lose} | "
               f"{number(row.get('build_seconds'))} | {number(row.get('resident_mb'))} |")


def markdown(results):
    corpus = results["corpus"]
    lines = [
        "# Peers on the same work", "",
        f"{results['date']}, {results['cpu']}, {results['cores']} cores, commit {results['commit']}"
        f"{' with changes' if results['dirty'] else ''}; {corpus['articles']:,} articles, "
        f"{corpus['json_mb']:.0f} MB of JSON, {corpus['text_mb']:.0f} MB of text; "
        f"{results['rounds']} rounds. Medians; in brackets the least and the greatest of the "
        "rounds. MB/s from memory are of text, from JSON of JSON. Load of the machine before the "
        f"run: {results['load']}.", "",
    ]
    for work in results["works"]:
        lines += [f"## {work['title']}", "",
                  f"{work['pairs_an_article']:.2f} pairs an article.", ""]
        for start in ("memory", "JSON"):
            rows = [row for row in work["rows"] if row["from"] == start]
            if rows:
                lines += [*table(rows, start), ""]
        if work.get("differences"):
            lines += [f"Pairs: ours {work['our_pairs']:,}, raw {work['raw_pairs']:,}. "
                      "Those that differ, every one accounted for:", ""]
            lines += [f"- {count:,} {reason}" for reason, count in work["differences"].items()]
            lines.append("")
    lines += ["## Configurations", ""]
    lines += [f"- {name}: {text}" for name, text in results["configurations"].items()]
    if results["missing"]:
        lines += ["", "## Not to be had on this machine", ""]
        lines += [f"- {name}: {reason}" for name, reason in results["missing"].items()]
    return "\n".join(lines) + "\n"
