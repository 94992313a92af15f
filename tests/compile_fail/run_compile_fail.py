#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The types forbid misuse: each file here compiles, and with -DMISUSE does not.

  run_compile_fail.py ROOT COMPILER [FILE...]

A file names in the line behind its licence what the compiler must complain about:
`// MISUSE: a regular expression`. A line `// CLANG: OPTIONS` means that only
clang with these options can tell; other compilers leave the file out.
"""

import pathlib
import re
import subprocess
import sys


def compile_file(compiler, root, path, options):
    return subprocess.run(
        [compiler, "-std=c++20", "-fsyntax-only", "-Werror=unused-result", f"-I{root}", *options, str(path)],
        capture_output=True, text=True)


def problem(compiler, root, path, is_clang):
    """What is wrong with a case; None when it behaves."""
    text = path.read_text(encoding="utf-8")
    wanted = re.search(r"^// MISUSE: (.+)$", text, re.MULTILINE)
    if not wanted:
        return "the line behind its licence does not say what the compiler must complain about"
    options = re.search(r"^// CLANG: (.+)$", text, re.MULTILINE)
    if options and not is_clang:
        return None
    options = options.group(1).split() if options else []
    good = compile_file(compiler, root, path, options)
    if good.returncode != 0:
        return "does not compile even without the misuse:\n" + good.stderr
    bad = compile_file(compiler, root, path, [*options, "-DMISUSE"])
    if bad.returncode == 0:
        return "the misuse compiles"
    if not re.search(wanted.group(1), bad.stderr):
        return f"fails for another reason than {wanted.group(1)!r}:\n{bad.stderr}"
    return None


def main():
    root, compiler = pathlib.Path(sys.argv[1]), sys.argv[2]
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    is_clang = "clang" in version.stdout
    files = [pathlib.Path(f) for f in sys.argv[3:]] or sorted(pathlib.Path(__file__).parent.glob("*.cc"))
    bad = 0
    for path in files:
        found = problem(compiler, root, path, is_clang)
        if found:
            bad += 1
            print(f"{path.name}: {found}")
    print(f"{len(files) - bad} of {len(files)} misuses are forbidden")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
