#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what `presshawk demo --once` prints on a terminal as an SVG picture.

  terminal_svg.py BINARY OUT.svg

The lines and their colours are those of the program. `⋮` stands where lines were
left out: the picture shows one alert of each entry of CHOSEN, one rejected input
and the last line.
"""

import os
import pty
import re
import subprocess
import sys
import unicodedata
from xml.sax.saxutils import escape

COLUMNS = 100
SIZE, CELL, ROW, MARGIN = 13, 7.83, 18, 16  # Pixels.
# (list, language): alerts that together show what the lists can say.
CHOSEN = [("The Kremlin and the US election", "en"), ("The country, not the pronoun", "en"),
          ("Attacks on computers", "de"), ("Der Kreml, weltweit", "ja"), ("Rates in per cent", "en")]
BACKGROUND, PLAIN = "#161b22", "#e6edf3"
# What the program sends (SGR parameters) to what is drawn.
STYLES = {"0": "", "2": 'fill="#8b949e"', "1;36": 'fill="#56d4dd" font-weight="bold"',
          "1;33": 'fill="#f2cc60" font-weight="bold"'}


def terminal_output(command):
    """What a command writes to a terminal, as lines."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 65536):
                written += piece
        except OSError:
            pass  # EIO: the other end is closed.
        os.close(ours)
    if process.returncode != 0:
        sys.exit(f"{command}: exit status {process.returncode}\n{written.decode()}")
    return written.decode().replace("\r\n", "\n").splitlines()


def bare(line):
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def blocks(lines):
    """An alert with its snippets is a block; any other line is one by itself."""
    block = []
    for line in lines:
        if block and not line.startswith(" "):
            yield block
            block = []
        block.append(line)
    yield block


def chosen_lines(lines):
    everything = [block for block in blocks(lines) if block[0]]
    shown = []
    for name, language in CHOSEN:
        shown.append(min((block for block in everything if len(block) > 2
                          and bare(block[0]).startswith(f"▶ {name}  ")
                          and f" · {language} · " in bare(block[1])), key=lambda b: (len(b) < 4, len("".join(b)))))
    shown.append(next(b for b in everything if "rejected: " in b[0]))
    for block in shown:
        yield from block
        yield "⋮"
    yield everything[-1][-1]


def width(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def rows(line):
    """A line as rows of (style, text), as a terminal of COLUMNS wraps it."""
    row, column, style = [], 0, ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            style = STYLES[part[2:-1]]
            continue
        for character in part:
            if column + width(character) > COLUMNS:
                yield row
                row, column = [], 0
            if not row or row[-1][0] != style:
                row.append((style, ""))
            row[-1] = (style, row[-1][1] + character)
            column += width(character)
    yield row


def svg(lines):
    drawn = [row for line in lines for row in rows(line)]
    wide, high = round(COLUMNS * CELL) + 2 * MARGIN, len(drawn) * ROW + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
           f'width="{wide}" height="{high}" role="img">',
           "<title>presshawk demo on a terminal</title>",
           f'<rect width="{wide}" height="{high}" rx="8" fill="{BACKGROUND}"/>',
           f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
           f'font-size="{SIZE}" fill="{PLAIN}" xml:space="preserve">']
    for number, row in enumerate(drawn):
        spans = "".join(f"<tspan {style}>{escape(text)}</tspan>" if style else escape(text)
                        for style, text in row)
        out.append(f'<text x="{MARGIN}" y="{MARGIN + number * ROW + SIZE}">{spans}</text>')
    return "\n".join([*out, "</g>", "</svg>", ""])


def main():
    binary, target = sys.argv[1:]
    lines = ["\x1b[2m$\x1b[0m presshawk demo --once", "⋮",
             *chosen_lines(terminal_output([binary, "demo", "--once"]))]
    with open(target, "w", encoding="utf-8") as file:
        file.write(svg(lines))


if __name__ == "__main__":
    main()
