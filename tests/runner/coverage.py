#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""coverage.py programs BUILD [CTEST ARGUMENTS]
   coverage.py report SUMMARY

`programs` prints the programs of BUILD that the tests run which the arguments
choose (`-L unit`), one per line. They are targets to be built.

`report` reads what `gcovr --json-summary` wrote and prints for each folder how
many of its lines and branches were executed.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys


def list_programs(build, *chosen):
    build = pathlib.Path(build).resolve()
    listing = subprocess.run(["ctest", "--test-dir", build, *chosen, "-N"],
                             capture_output=True, text=True, check=True).stdout
    tests = set(re.findall(r"^ *Test +#\d+: (\S+)", listing, re.M))
    # ctest itself tells the command of a test only once its program is built.
    programs = set()
    for file in build.rglob("CTestTestfile.cmake"):
        for name, command in re.findall(r"^add_test\(\[=\[(.*?)\]=\] (.*)\)$",
                                        file.read_text(), re.M):
            if name in tests:
                words = re.findall(r'"(.*?)"', command)
                programs.update(pathlib.PurePath(word).name for word in words
                                if word.startswith(f"{build}/"))
    print("\n".join(sorted(programs)))


def percent(part, whole):
    return f"{100 * part / whole:5.1f} %" if whole else "      -"


def report(summary):
    folders = collections.defaultdict(lambda: [0, 0, 0, 0])
    for file in json.loads(pathlib.Path(summary).read_text())["files"]:
        counts = (file["line_covered"], file["line_total"],
                  file["branch_covered"], file["branch_total"])
        for name in (str(pathlib.PurePath(file["filename"]).parent), "all"):
            folders[name] = [a + b for a, b in zip(folders[name], counts)]
    width = max(len(name) for name in folders)
    print(f"{'folder':{width}}    lines          of  branches          of")
    for name in sorted(folders, key=lambda n: (n == "all", n)):
        lines, lines_all, branches, branches_all = folders[name]
        print(f"{name:{width}}  {percent(lines, lines_all)}  {lines_all:10}"
              f"   {percent(branches, branches_all)}  {branches_all:10}")


def main():
    arguments = sys.argv[1:]
    if len(arguments) >= 2 and arguments[0] == "programs":
        list_programs(*arguments[1:])
    elif len(arguments) == 2 and arguments[0] == "report":
        report(arguments[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
