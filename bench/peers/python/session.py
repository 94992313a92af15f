# SPDX-License-Identifier: Apache-2.0
"""The conversation with the driver, as in session.h, and what both pipelines
share."""

import sys
import time


def read_terms(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def resident_mb():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
    return 0


def serve(ready, build_seconds, run):
    """Calls run(in, out) -> (articles, pairs) for each command."""
    print(f'{{"ready":"{ready}","build_seconds":{build_seconds:.3f},'
          f'"resident_mb":{resident_mb()}}}', flush=True)
    for line in sys.stdin:
        _, source, sink = line.split()
        begin = time.perf_counter()
        articles, pairs = run(source, sink)
        seconds = time.perf_counter() - begin
        print(f'{{"seconds":{seconds:.6f},"articles":{articles},"pairs":{pairs},'
              f'"sum":0,"resident_mb":{resident_mb()}}}', flush=True)
