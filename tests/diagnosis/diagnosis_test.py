#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Provokes each fault of deploy/DIAGNOSIS.md against a real broker, and looks for
the words of the page in /readyz, `presshawk status`, the log and the metrics.

  diagnosis_test.py --binary PRESSHAWK --rdkafka LIBRARY [--kafka-lib FOLDER]
                    [--only FAULT,...] [--update]

--update writes the measured seconds into the page. Exit 77: no broker here.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/chaos"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import kafka_client  # noqa: E402
import page  # noqa: E402
from cluster import Cluster, add_program_options  # noqa: E402
from faults import FAULTS, World  # noqa: E402

PAGE = REPOSITORY / "deploy/DIAGNOSIS.md"


def seconds_text(seconds):
    """`readyz 1.0, log 2.0, metric 1.1; end 3.0` of one fault."""
    words = [f"{where} {seconds.of[where]:.1f}" for where in ("readyz", "log", "metric", "status") if where in seconds.of]
    text = ", ".join(words)
    return f"{text}; end {seconds.of['end']:.1f}" if "end" in seconds.of else text


def run(options, world, rows):
    """{fault: seconds} of those that were said as the page has it, and the failures."""
    measured, failed = {}, []
    chosen = options.only.split(",") if options.only else list(FAULTS)
    for fault in chosen:
        begin = time.monotonic()
        try:
            measured[fault] = seconds_text(FAULTS[fault](world, rows[fault]))
            print(f"{fault}: {measured[fault]}", flush=True)
        except Exception as error:  # noqa: each fault stands for itself
            failed.append(fault)
            print(f"FAILED {fault} after {time.monotonic() - begin:.0f} s: {error!r}\n{error}", flush=True)
        world.close_instances()
        if not world.broker.running():
            world.broker.start()
    return measured, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_program_options(parser)
    parser.add_argument("--only", default="")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if os.environ.get("PRESSHAWK_SKIP_KAFKA") == "1":
        print("left out: PRESSHAWK_SKIP_KAFKA is 1")
        return 77
    text = PAGE.read_text(encoding="utf-8")
    rows = page.rows(text)
    if set(rows) != set(FAULTS):
        print(f"only in the page: {set(rows) - set(FAULTS)}; only in the test: {set(FAULTS) - set(rows)}")
        return 1
    kafka_client.load(options.rdkafka)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="presshawk-diagnosis-"))
    cluster = None
    try:
        cluster = Cluster(folder / "cluster", options.kafka_lib, 1)
        measured, failed = run(options, World(options.binary, folder, cluster), rows)
    finally:
        if cluster is not None:
            cluster.close()
        shutil.rmtree(folder, ignore_errors=True)
    if options.update:
        PAGE.write_text(page.with_seconds(text, measured), encoding="utf-8")
    print(f"{len(measured)} faults are said as the page has them, {len(failed)} are not: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
