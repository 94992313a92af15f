#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What receivers that are down cost: the processor's share while alerts wait.

  dead.py PRESSHAWK [--receivers 100] [--seconds 60]

Each receiver's port refuses connections, and ten alerts wait for each. The
seconds are counted after a minute, when their circuits have opened.
"""

import argparse
import asyncio
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from latency import feed, write_configuration  # noqa: E402


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presshawk")
    parser.add_argument("--receivers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="presshawk_dead_") as name, socket.socket() as unused:
        folder = pathlib.Path(name)
        unused.bind(("127.0.0.1", 0))  # It does not listen, and nobody else may.
        write_configuration(folder, unused.getsockname()[1], arguments.receivers)
        with open(folder / "run.log", "wb") as log:
            process = subprocess.Popen([str(pathlib.Path(arguments.presshawk).resolve()), "run", "--config",
                                        "presshawk.yaml"], cwd=folder, stderr=log, stdout=subprocess.DEVNULL)
        try:
            while b"lists active" not in (folder / "run.log").read_bytes():
                time.sleep(0.05)
            written = asyncio.run(feed(folder, arguments.receivers, 10, arguments.receivers))
            time.sleep(60)
            before = processor_seconds(process.pid)
            time.sleep(arguments.seconds)
            share = (processor_seconds(process.pid) - before) / arguments.seconds
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    print(f"{written} alerts wait for {arguments.receivers} receivers that are down: "
          f"{100 * share:.2f} % of a core")


if __name__ == "__main__":
    main()
