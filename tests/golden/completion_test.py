#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bash completion knows every command and option that --help shows, and no other."""

import pathlib
import re
import subprocess
import sys

COMPLETION = pathlib.Path(__file__).resolve().parents[2] / "deploy/completion/presshawk.bash"


def completions(*words):
    script = f"""source {COMPLETION}
COMP_WORDS=({' '.join(repr(w) for w in words)})
COMP_CWORD={len(words) - 1}
_presshawk
printf '%s\\n' "${{COMPREPLY[@]}}" """
    out = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
    return set(out.split())


def main():
    binary = sys.argv[1]

    def usage(*arguments):
        return subprocess.run([binary, *arguments, "--help"], capture_output=True, text=True,
                              check=True).stdout

    wrong = []

    def check(*command):
        """This command's options, and its commands where it has some."""
        text = usage(*command)
        options = set(re.findall(r"(?:^  |,)(--?[a-z][a-z-]*)", text, re.M)) - {"-h"}
        offered = completions("presshawk", *command, "-")
        if command and offered != options:
            wrong.append(f"{command}: {offered} instead of {options}")
        if "Subcommands:" not in text:
            return
        commands = set(re.findall(r"^  ([a-z]+) {2,}", text.split("Subcommands:")[1], re.M))
        offered = {w for w in completions("presshawk", *command, "") if not w.startswith("-")}
        if offered != commands:
            wrong.append(f"commands of {command}: {offered} instead of {commands}")
        for name in commands:
            check(*command, name)

    check()
    print("\n".join(wrong) or "complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
