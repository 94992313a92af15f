#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An old librdkafka in the place of ours is named at start, before anything dies of it.

  library_version_test.py BINARY     exits 77 where librdkafka is inside the program
"""

import os
import pathlib
import subprocess
import sys
import tempfile


def main():
    binary = sys.argv[1]
    needed = subprocess.run(["readelf", "-d", binary], capture_output=True, text=True,
                            check=True).stdout
    if "librdkafka.so.1" not in needed:
        print("skipped: librdkafka is inside the program")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "librdkafka.so.1"
        # Nothing else of it is asked for: functions are bound when they are called.
        subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-soname,librdkafka.so.1", "-o", library,
                        "-x", "c", "-"], check=True, text=True,
                       input="int rd_kafka_version(void) { return 0x020002ff; }\n")
        done = subprocess.run([binary, "demo", "--once"], capture_output=True, text=True,
                              check=False, env={**os.environ, "LD_LIBRARY_PATH": folder})
        print(done.stderr)
        wanted = f", found 2.0.2 at {library}: install that version or a newer one"
        good = done.returncode == 3 and wanted in done.stderr and done.stdout == ""
        print("as wanted" if good else f"wanted exit 3 and: {wanted}")
        return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
