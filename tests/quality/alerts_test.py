#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well the zones and the relevance of alerts agree with alerts that people labelled.

  alerts_test.py PRESSHAWK DATA      DATA: the folder of shared articles and gold

`match` runs the labelled lists over the labelled articles, and the scorer compares. Without the
data there is nothing to measure, and the test passes. The weights were learnt from the same alerts,
so the figures of relevance only show that nothing broke; learn_relevance.py measures by folds.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from labelled_alerts import SETS, articles, gold

BLOCK_PRECISION = 0.95
BLOCK_RECALL = 0.80
CLEAN_MARKED = 0.02
AUC = {"en": 0.80, "multi": 0.83}


def scored(presshawk, data, folder, which):
    """The scorer's report of one set of alerts."""
    rows = gold(data, which)
    listed = data / "gold" / f"relevance_{which}_lists.yaml"
    corpus = folder / "articles.ndjson"
    with corpus.open("w", encoding="utf-8") as out:
        for article in articles(data, rows).values():
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    matched = subprocess.run([presshawk, "match", "-w", listed, corpus], capture_output=True, text=True, check=True)
    zones, scores = folder / "zones.tsv", folder / "scores.tsv"
    with zones.open("w", encoding="utf-8") as zone_out, scores.open("w", encoding="utf-8") as score_out:
        for line in matched.stdout.splitlines():
            alert = json.loads(line)
            key = f'{alert["watchlist"]["id"]}\t{alert["article"]["id"]}'
            score_out.write(f'{key}\t{alert["relevance"]["score"]}\n')
            for hit in alert["hits"]:
                zone_out.write(f'{key}\t{hit["field"]}\t{hit["begin"]}\t{hit["zone"]}\n')
    return json.loads(subprocess.run(
        [sys.executable, data / "gold" / "score_relevance.py", data / "gold" / f"relevance_{which}.ndjson",
         "--hitzones", zones, "--scores", scores, "--json"], capture_output=True, text=True, check=True).stdout)


def main():
    presshawk, data = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if not (data / "gold" / "score_relevance.py").exists():
        print("skipped: there are no labelled alerts")
        return 0
    failures = []
    for which in SETS:
        with tempfile.TemporaryDirectory() as folder:
            report = scored(presshawk, data, pathlib.Path(folder), which)
        zones, scores = report["hitzones"], report["scores"]
        marked = zones["clean_marked"] / max(zones["clean"], 1)
        print(f"{which}: blocks by hits P {zones['block_precision']:.3f} R {zones['block_recall']:.3f}, "
              f"{zones['clean_marked']} of {zones['clean']} clean articles marked, {zones['accuracy']:.3f} of zones right; "
              f"AUC {scores['auc_useful']:.3f}, {scores['auc_2_vs_0']:.3f}, {scores['missing']} alerts without a score")
        checks = [("precision of blocks", zones["block_precision"] >= BLOCK_PRECISION),
                  ("recall of blocks", zones["block_recall"] >= BLOCK_RECALL),
                  ("clean articles", marked <= CLEAN_MARKED),
                  ("AUC of relevance", scores["auc_useful"] >= AUC[which])]
        failures += [f"{which}: {name}" for name, holds in checks if not holds]
    for failure in failures:
        print("below its bar:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
