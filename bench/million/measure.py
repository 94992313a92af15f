#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A million terms: what `presshawk match` takes to build them, and to start from
its cache. The answers of all runs are compared.

    measure.py BINARY --data ../shared/data [--rounds 3]

Wall time is that of the whole command, which matches 500 articles; CPU time and
the largest resident size are what /usr/bin/time says of the process.
"""

import argparse
import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ARTICLES = 500


def run(binary, lists, articles, *options):
    """Pairs as a hash, wall and CPU seconds, resident MiB."""
    # By a small program: a child of ours would count our own resident size.
    figures = lists.with_suffix(".time")
    done = subprocess.run(["/usr/bin/time", "-o", figures, "-f", "%e %U %S %M",
                           binary, "match", "--workers", "1", "--matches-only", *options,
                           "-w", lists, articles],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    wall, user, system, resident = map(float, figures.read_text().split())
    return (hashlib.sha256(done.stdout).hexdigest(), wall, user + system, resident / 1024)


def measure(binary, lists, articles, cache, rounds):
    rows = []
    for _ in range(rounds):
        shutil.rmtree(cache, ignore_errors=True)
        for what in ("built, and kept", "from the cache"):
            rows.append((what, *run(binary, lists, articles, "--cache", cache)))
    if len({row[1] for row in rows}) != 1:
        raise SystemExit(f"{lists.name}: the answers differ")
    size = sum(f.stat().st_size for f in cache.iterdir()) / 1e6
    for what in ("built, and kept", "from the cache"):
        wall, cpu, resident = (sorted(column) for column in
                               zip(*(row[2:] for row in rows if row[0] == what)))
        middle = rounds // 2
        print(f"| {lists.stem}, {what} | {wall[middle]:.2f} ({wall[0]:.2f}-{wall[-1]:.2f}) "
              f"| {cpu[middle]:.2f} ({cpu[0]:.2f}-{cpu[-1]:.2f}) | {resident[-1]:.0f} |")
    print(f"the file: {size:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        root = pathlib.Path(root)
        subprocess.run([sys.executable, HERE / "make_lists.py", "--data", options.data,
                        "--out", root], check=True)
        articles = root / "articles.ndjson"
        lines = subprocess.run(["zstd", "-dc", options.data / "articles" / "abp.ndjson.zst"],
                               stdout=subprocess.PIPE, check=True).stdout.splitlines(keepends=True)
        articles.write_bytes(b"".join(lines[:ARTICLES]))
        with open(root / "single.ndjson", encoding="utf-8") as source:
            (root / "first_100k.ndjson").write_text(
                "".join(line for _, line in zip(range(100_000), source)), encoding="utf-8")
        print("| | s | CPU s | resident MiB |\n| --- | ---: | ---: | ---: |")
        for name in ("first_100k", "single", "grouped"):
            measure(options.binary, root / f"{name}.ndjson", articles, root / "cache",
                    options.rounds)


if __name__ == "__main__":
    main()
