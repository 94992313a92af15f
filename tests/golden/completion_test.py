#!/usr/bin/env python3
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

    commands = set(re.findall(r"^  ([a-z]+) {2,}", usage().split("Subcommands:")[1], re.M))
    offered = {w for w in completions("presshawk", "") if not w.startswith("-")}
    wrong = []
    if offered != commands:
        wrong.append(f"commands: {offered} instead of {commands}")
    for command in commands:
        options = set(re.findall(r"(?:^  |,)(--?[a-z][a-z-]*)", usage(command), re.M)) - {"-h"}
        offered = completions("presshawk", command, "-")
        if offered != options:
            wrong.append(f"{command}: {offered} instead of {options}")
    print("\n".join(wrong) or "complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
