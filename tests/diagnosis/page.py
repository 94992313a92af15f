# SPDX-License-Identifier: Apache-2.0
"""The page of faults, deploy/DIAGNOSIS.md: what its tables say, and the seconds
that are written into them."""

import re


class Row:
    """A fault: what is said of it, where and in which words."""

    def __init__(self, fault, cells):
        self.fault = fault
        self.ready, self.log, self.metric, self.end = cells


def _code(cell):
    """What stands in back quotes; empty for none."""
    found = re.search(r"``? ?(.+?) ?``?$", cell.strip())
    return found.group(1) if found else ""


def rows(text):
    """{fault: Row} of all tables whose header begins with `fault`."""
    found = {}
    header = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            header = None
        elif cells[0] == "fault":
            header = cells
        elif header and not set(cells[0]) <= set("- "):
            of = dict(zip(header, cells))
            ready = _code(of.get("`/readyz` says", ""))
            found[of["fault"]] = Row(of["fault"], (
                ready, _code(of.get("the log says", "")) or f"not ready: {ready}",
                _code(of.get("metric", "")), _code(of.get("its end", "")) or f"over after N s: {ready}"))
    return found


def with_seconds(text, measured):
    """The text with the seconds of {fault: "…"} in the last column."""
    lines = []
    for line in text.splitlines():
        fault = line.split("|")[1].strip() if line.startswith("| ") else None
        if fault in measured:
            line = re.sub(r"\|[^|]*\|$", f"| {measured[fault]} |", line)
        lines.append(line)
    return "\n".join(lines) + "\n"
