#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Long runs of what `./dev test` runs a slice of; called by `./dev soak`.

  soak.py exhaustive MINUTES BUILD    random lists and regexes with fresh seeds, the small world
  soak.py delivery MINUTES BUILD      a million days of schedules, a thousand kills of each store's
                                      process, histories of the delivery stage with fresh seeds
  soak.py fuzz MINUTES BUILD CORPUS   every libFuzzer target in turn, two at a time

Stops by itself, prints a report, and exits 1 when anything failed; the failure's
output has the seed, or the input that broke it.
"""

import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import time


def run(command, timeout, **environment):
    """Exit code and output."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                          timeout=timeout, check=False, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def exhaustive(minutes, build):
    """Fresh seeds until the time is over."""
    end = time.monotonic() + 60 * minutes
    tests = build / "tests/property/matchers"
    code, output = run([tests / "small_world_property_test"], 3600, PRESSHAWK_WORDS="6")
    print(f"small world: {''.join(re.findall('.*pairs compared.*', output))}", flush=True)
    failed = code != 0
    pairs = held = rounds = 0

    def one(seed):
        return (run([tests / "random_lists_property_test"], 3600, PRESSHAWK_SEED=str(seed)),
                run([tests / "random_regex_property_test"], 3600, PRESSHAWK_SEED=str(seed)),
                run([tests / "metamorphic_property_test"], 3600, PRESSHAWK_SEED=str(seed)))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        while time.monotonic() < end and not failed:
            seeds = [random.getrandbits(48) for _ in range(2)]
            for seed, results in zip(seeds, pool.map(one, seeds)):
                rounds += 1
                for code, output in results:
                    if code != 0:
                        failed = True
                        print(f"seed {seed}:\n{output[-4000:]}")
                    for compared, held_now in re.findall(r"(\d+) pairs compared, (\d+) held", output):
                        pairs += int(compared)
                        held += int(held_now)
    print(f"random lists: {rounds} seeds, {pairs} pairs compared, {held} held, "
          f"{'a difference' if failed else 'no difference'}")
    return failed


def delivery(minutes, build):
    """The measures of delivery that are numbers, and then fresh seeds until the time is over."""
    end = time.monotonic() + 60 * minutes
    failed = False
    for name, program, cases in (
            ("1,000,000 days of two schedules in six zones", "property/core/delivery/schedule_property_test", 10),
            ("1,000 kills of the process on each store", "contract/ledger/ledger_crash_test", 40)):
        code, output = run([build / "tests" / program], 3600, PRESSHAWK_CASES=str(cases))
        failed = failed or code != 0
        print(f"{name}: {'FAILED' if code else 'no failure'}", flush=True)
        if code:
            print(output[-4000:])
    histories = 0
    while time.monotonic() < end and not failed:
        seed = random.getrandbits(32)
        code, output = run([build / "tests/property/delivery/delivery_stage_test"], 3600,
                           PRESSHAWK_SEED=str(seed), PRESSHAWK_CASES="50")
        histories += 50
        if code:
            failed = True
            print(output[-4000:])
    print(f"delivery: {histories} histories of two instances with crashes, "
          f"{'a difference' if failed else 'no difference'}")
    return failed


def fuzz(minutes, build, corpus):
    """Each target gets its share of the time."""
    targets = sorted(one.name.removesuffix("_fuzz.cc")
                     for one in pathlib.Path(corpus).parent.glob("*_fuzz.cc"))
    seconds = max(10, int(60 * minutes * 2 / len(targets)))

    def one(target):
        found = build / "fuzz-corpus" / target
        found.mkdir(parents=True, exist_ok=True)
        return run([build / f"tests/fuzz/{target}_fuzz", found, corpus / target,
                    f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=4096",
                    "-print_final_stats=1", "-use_value_profile=1",
                    f"-artifact_prefix={found}/../{target}-"], seconds + 600)

    failed = False
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for target, (code, output) in zip(targets, pool.map(one, targets)):
            executions = re.findall(r"number_of_executed_units: (\d+)", output)
            coverage = re.findall(r"cov: (\d+)", output)
            print(f"{target}: {seconds} s, {executions[-1] if executions else '?'} executions, "
                  f"{coverage[-1] if coverage else '?'} edges, {'FAILED' if code else 'no failure'}",
                  flush=True)
            if code != 0:
                failed = True
                print(output[-3000:])
    return failed


def main():
    kind, minutes, build = sys.argv[1], float(sys.argv[2]), pathlib.Path(sys.argv[3])
    if kind == "fuzz":
        return int(fuzz(minutes, build, pathlib.Path(sys.argv[4])))
    return int({"exhaustive": exhaustive, "delivery": delivery}[kind](minutes, build))


if __name__ == "__main__":
    sys.exit(main())
