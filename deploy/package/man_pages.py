#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes presshawk's man pages from what the program says of itself.

  man_pages.py PRESSHAWK CONFIGURATION FOLDER

FOLDER/man1 gets presshawk.1 and one page for each command (presshawk-match.1),
from `--help`; FOLDER/man5 gets presshawk.yaml.5, the commented configuration. The
date of the pages is SOURCE_DATE_EPOCH where that is set.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

EXIT_STATUS = [("0", "good"), ("1", "the answer is bad"), ("2", "wrong usage"),
               ("3", "could not start or had to give up")]


def escape(text):
    """Text for roff: nothing in it is a command, hyphens can be searched."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\`").replace("'", "\\(aq")
    return re.sub(r"^\.", r"\\&.", text, flags=re.M)


def verbatim(text):
    return f".nf\n{escape(text)}\n.fi\n"


def title(name, section, date, version):
    return f'.TH {escape(name.upper())} {section} "{date}" "{version}" "presshawk"\n'


def usage(binary, *command):
    text = subprocess.run([binary, *command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return Usage(text)


class Usage:
    """The parts of a --help."""

    def __init__(self, text):
        head, rest = text.split("\nUsage: ", 1) if "\nUsage: " in text else ("", text)
        self.description = head.strip()
        self.synopsis, rest = rest.split("\n", 1)
        self.sections = {}  # Heading: [(what, explanation)]
        self.footer = []
        heading = None
        for line in rest.split("\n"):
            item = re.match(r"^  (\S.*?)(?: {2,}(.*))?$", line)
            if line in ("Positionals:", "Options:", "Subcommands:"):
                heading = line[:-1]
                self.sections[heading] = []
            elif heading and item:
                self.sections[heading].append([item.group(1), item.group(2) or ""])
            elif heading and line.startswith(" " * 10):
                entry = self.sections[heading][-1]
                entry[1] = f"{entry[1]} {line.strip()}".strip()
            elif line or not heading:
                heading = None
                self.footer.append(line)
        self.footer = "\n".join(self.footer).strip("\n")

    def commands(self):
        return [name.split()[0] for name, _ in self.sections.get("Subcommands", [])]

    def items(self, heading):
        text = ""
        for what, explanation in self.sections.get(heading, []):
            what, *others = re.split(r" (?=Excludes:|Needs:)", what)
            explanation = " ".join([explanation, *(f"({o.lower()})" for o in others)])
            text += f".TP\n\\fB{escape(what)}\\fR\n{escape(explanation)}\n"
        return text

    def body(self):
        """Options and the like, under headings of the page."""
        text = ""
        for heading, name in (("Positionals", "ARGUMENTS"), ("Options", "OPTIONS")):
            if self.sections.get(heading):
                text += f".SH {name}\n{self.items(heading)}"
        return text

    def notes(self):
        """What stands below the options: prose, and examples as they are."""
        prose, _, examples = self.footer.partition("Example")
        text = ""
        lines = prose.split("\nAlerts go to standard output")[0].strip("\n")
        lines = re.sub(r"\n{3,}", "\n\n", lines)
        if lines and not lines.startswith("Alerts go to"):
            text += f".SH NOTES\n{verbatim(lines)}"
        if examples:
            text += f".SH EXAMPLES\n{verbatim(examples.split(chr(10), 1)[1])}"
        return text


def exit_status(extra=""):
    text = ".SH EXIT STATUS\n"
    for code, meaning in EXIT_STATUS:
        text += f".TP\n{code}\n{meaning}\n"
    return text + extra


def see_also(names):
    pages = [f"\\fB{escape(name)}\\fR({section})" for name, section in names]
    return ".SH SEE ALSO\n" + ",\n".join(pages) + "\n"


def command_page(binary, command, date, version):
    name = f"presshawk-{command}"
    own = usage(binary, command)
    first = own.description.split("\n")[0]
    page = title(name, 1, date, version)
    page += f".SH NAME\n{escape(name)} \\- {escape(first[0].lower() + first[1:])}\n"
    page += f".SH SYNOPSIS\n\\fB{escape(own.synopsis)}\\fR\n"
    rest = own.description.split("\n", 1)
    if len(rest) > 1:
        page += f".SH DESCRIPTION\n{verbatim(rest[1].strip(chr(10)))}"
    page += own.body()
    for inner in own.commands():
        its = usage(binary, command, inner)
        page += f".SH {escape(f'{command} {inner}'.upper())}\n"
        page += f"{escape(its.description)}.\n.PP\n\\fB{escape(its.synopsis)}\\fR\n"
        page += its.items("Positionals") + its.items("Options")
    page += own.notes()
    page += exit_status()
    return page + see_also([("presshawk", 1), ("presshawk.yaml", 5)])


def main_page(binary, date, version):
    own = usage(binary)
    page = title("presshawk", 1, date, version)
    page += ".SH NAME\npresshawk \\- match news articles against watch\\-lists\n"
    page += f".SH SYNOPSIS\n\\fB{escape(own.synopsis)}\\fR\n"
    page += f".SH DESCRIPTION\n{verbatim(own.description)}"
    page += own.body()
    page += f".SH COMMANDS\n{own.items('Subcommands')}"
    page += (".PP\nEach has a page of its own: \\fBman presshawk\\-match\\fR.\n"
             ".SH FILES\n"
             ".TP\n/etc/presshawk/presshawk.yaml\nThe configuration of the service.\n"
             ".TP\n/etc/presshawk/watchlists/\nIts watch\\-lists.\n"
             ".TP\n/etc/presshawk/environment\nValues for ${...} in the configuration: NAME=VALUE.\n"
             ".TP\n/var/lib/presshawk, /var/cache/presshawk\n"
             "State and compiled lists of the service.\n")
    page += exit_status(".PP\nAlerts go to standard output, everything else to standard error.\n")
    return page + see_also([(f"presshawk-{c}", 1) for c in own.commands()] +
                           [("presshawk.yaml", 5)])


def config_page(configuration, date, version):
    page = title("presshawk.yaml", 5, date, version)
    page += ".SH NAME\npresshawk.yaml \\- configuration of presshawk run\n"
    page += (".SH DESCRIPTION\n"
             "The configuration of the service, which the package installs as\n"
             "/etc/presshawk/presshawk.yaml. `presshawk check \\-\\-config FILE` says what is wrong\n"
             "with one, at line and column.\n".replace("`presshawk", "\\fBpresshawk")
             .replace("FILE`", "FILE\\fR"))
    page += f".SH EVERY KEY\n{verbatim(configuration)}"
    return page + see_also([("presshawk", 1), ("presshawk-run", 1), ("presshawk-check", 1)])


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    configuration = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").rstrip("\n")
    folder = pathlib.Path(sys.argv[3])
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    version = subprocess.run([binary, "--version"], capture_output=True, text=True,
                             check=True).stdout.strip()
    for name in ("man1", "man5"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    pages = {"man1/presshawk.1": main_page(binary, date, version),
             "man5/presshawk.yaml.5": config_page(configuration, date, version)}
    for command in usage(binary).commands():
        pages[f"man1/presshawk-{command}.1"] = command_page(binary, command, date, version)
    for path, text in pages.items():
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
