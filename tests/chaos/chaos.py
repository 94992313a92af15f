#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""presshawk among faults of every kind, with an oracle.

  chaos.py --binary PRESSHAWK --rdkafka LIBRARY [--kafka-lib FOLDER]
           [--seed N] [--slice | --minutes M] [--only FAULT,...] [--report FOLDER]

--slice runs each fault once, in an order by the seed, for at most about two
minutes; --minutes goes on with random ones, every second of them a kill -9 of
presshawk. Exit 0: nothing lost, nothing unknown, nothing unexplained. The seed
gives the same faults in the same order; when they strike is the machine's.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import kafka_client  # noqa: E402
from cluster import Cluster, add_program_options  # noqa: E402
from episodes import EPISODES  # noqa: E402
from faults import FAULTS, World, kill  # noqa: E402
from flow import Flow  # noqa: E402
from instance import SESSION_SECONDS, Instance  # noqa: E402
from report import Report  # noqa: E402

# After it no more faults begin; those that were not reached are for other seeds.
SLICE_SECONDS = 105
FAILURES_MAX = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_program_options(parser)
    parser.add_argument("--seed", type=int,
                        default=int(os.environ.get("PRESSHAWK_SEED") or 0),
                        help="default: $PRESSHAWK_SEED, or one of the clock (a slice: 1)")
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", default="")
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--session", type=int, default=SESSION_SECONDS,
                        help="session.timeout.ms of the members, in seconds")
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true", help="leave logs and data where they are")
    options = parser.parse_args()
    options.seed = options.seed or (1 if options.slice else time.time_ns() % (1 << 40))
    return options


def swaps_of(options):
    """Of the reload storm: 1,000 in an hour."""
    return 40 if options.slice else max(40, min(1000, int(1000 * options.minutes / 60)))


def planned(options, rng):
    """Names of faults and episodes, without end unless it is a slice."""
    names = [*FAULTS, *EPISODES]
    weights = [*(weight for _, weight in FAULTS.values()),
               *(weight for _, weight in EPISODES.values())]
    if options.only:
        chosen = options.only.split(",")
        unknown = set(chosen) - set(names)
        if unknown:
            raise SystemExit(f"chaos: there is no {', '.join(unknown)}; there are {', '.join(names)}")
        while True:
            yield from chosen
            if options.slice:
                return
    if options.slice:
        rng.shuffle(names)
        yield "kill"
        yield from names
        return
    yield "kill"
    yield "reload_storm"
    while True:
        yield "kill"
        yield rng.choices(names, weights)[0]


def strike(world, name):
    print(f"{world.report.seconds():7.1f} s  {name}", file=sys.stderr, flush=True)
    if name in FAULTS:
        FAULTS[name][0](world)
    else:
        EPISODES[name][0](world)


def repair(world):
    """After a failure: everything as at the start, to see what else there is."""
    for broker in world.cluster.brokers:
        broker.resume()
        broker.proxy.heal()
    world.victim.resume()
    world.cluster.start_all()
    for member in world.storm:
        member.close()
    world.storm = []
    if not world.victim.running():
        world.victim.start(wait=False)


def run_faults(world, options):
    """Returns when the time is over, or too much failed."""
    seconds = SLICE_SECONDS if options.slice else 60 * options.minutes
    failures = 0
    plan = planned(options, random.Random(f"plan {options.seed}"))
    for number, name in enumerate(plan):
        if world.report.seconds() > seconds:
            break
        world.report.sample(world.steady)
        # What one draws does not depend on what those before it drew.
        world.rng = random.Random(f"fault {options.seed} {number}")
        try:
            strike(world, name)
        except Exception as error:  # noqa: whatever it is, it is told and the next one tried
            failures += 1
            logs = "".join(f"\n--- {one.name}:\n{one.log_tail()}"
                           for one in (world.steady, world.victim))
            world.flow.oracle.problem(f"{name}: {type(error).__name__}: {error}{logs}")
            traceback.print_exc()
            if not world.steady.running():
                return
            repair(world)
            if failures >= FAILURES_MAX:
                return


def finish(world):
    """No faults any more: everything that is expected must be there."""
    flow = world.flow
    flow.stop_load()
    flow.flush()
    flow.wait_until_caught_up()
    flow.check_counters([world.steady, world.victim])
    world.report.sample(world.steady)
    for instance in (world.victim, world.steady):
        instance.stop()


def run(options, folder, report):
    kafka_client.load(options.rdkafka)
    cluster = Cluster(folder / "cluster", options.kafka_lib, options.brokers)
    world = flow = None
    try:
        admin = kafka_client.Admin(cluster.servers("direct"))
        flow = Flow(cluster, admin, folder, "articles", options.seed,
                    session_seconds=options.session)
        world = World(cluster, admin, flow, options.binary, report, folder)
        report.begin(flow.oracle)
        try:
            world.start()
            report.watch(world.steady)
            run_faults(world, options)
            finish(world)
        except Exception as error:  # noqa: the report is written all the same
            flow.oracle.problem(f"{error}")
            traceback.print_exc()
        report.end(Instance.killed)
        world.close()
        flow.close()
        admin.close()
    finally:
        if world is not None:
            world.close()
        cluster.close()


def main():
    options = arguments()
    if os.environ.get("PRESSHAWK_SKIP_KAFKA") == "1":
        print("chaos: left out, as PRESSHAWK_SKIP_KAFKA=1 says")
        return 0
    # Ended from outside, it ends what it started and removes its folders.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("chaos: SIGTERM"))
    report = Report(options.seed, options.rate, options.brokers, swaps_of(options),
                    options.session)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="presshawk-chaos-"))
    try:
        run(options, folder, report)
    finally:
        if options.keep:
            print(f"logs and data: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(report.text())
    if options.report:
        report.write(options.report)
    if report.failed():
        how = "--slice" if options.slice else f"--minutes {options.minutes:g}"
        print(f"FAILED. Again: python3 tests/chaos/chaos.py --binary {options.binary} "
              f"--rdkafka {options.rdkafka} --seed {options.seed} {how}"
              + (f" --only {options.only}" if options.only else ""))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
