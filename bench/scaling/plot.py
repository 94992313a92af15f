# SPDX-License-Identifier: Apache-2.0
"""Line plots as SVG, by hand: log axes, medians joined, a bar from the least to
the greatest round."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 40, 54
COLOURS = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700"]


def label(value):
    for size, suffix in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{suffix}"
    return f"{value:g}"


class Axis:
    """Values to pixels, logarithmic."""

    def __init__(self, values, begin, end):
        self.low = math.log10(min(values))
        self.high = math.log10(max(values))
        if self.high - self.low < 0.1:
            self.low, self.high = self.low - 0.2, self.high + 0.2
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        span = self.high - self.low
        steps = range(1, 10) if span < 0.7 else (1, 2, 5) if span < 2.8 else (1,)
        for power in range(math.floor(self.low), math.ceil(self.high) + 1):
            for step in steps:
                value = step * 10.0 ** power
                if self.low - 1e-9 <= math.log10(value) <= self.high + 1e-9:
                    yield value


def text(x, y, what, anchor="middle", size=12, colour="#57606a", turned=False):
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
            f'fill="{colour}"{turn}>{escape(what)}</text>')


def svg(title, x_title, y_title, series):
    """`series`: {name: [(x, {"median", "min", "max"})]}."""
    points = [p for line in series.values() for p in line]
    x_axis = Axis([x for x, _ in points], LEFT + 12, WIDTH - RIGHT - 12)
    y_axis = Axis([y[k] for _, y in points for k in ("min", "max")],
                  HEIGHT - BOTTOM - 8, TOP + 8)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
           text(LEFT, 20, title, "start", 14, "#1f2328"),
           text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 30, x_title),
           text(14, (TOP + HEIGHT - BOTTOM) / 2, y_title, turned=True)]
    for value in y_axis.ticks():
        y = y_axis.at(value)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>')
        out.append(text(LEFT - 6, y + 4, label(value), "end"))
    for value in x_axis.ticks():
        out.append(text(x_axis.at(value), HEIGHT - BOTTOM + 14, label(value)))
    out.append(f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" '
               'stroke="#57606a"/>')
    for i, (name, line) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        places = [(x_axis.at(x), y_axis.at(y["median"])) for x, y in line]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), (_, values) in zip(places, line):
            out.append(f'<path d="M{x:.1f} {y_axis.at(values["min"]):.1f}V'
                       f'{y_axis.at(values["max"]):.1f}" stroke="{colour}"/>')
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        out.append(text(LEFT + 8 + 200 * i, HEIGHT - 10, "— " + name, "start", 12, colour))
    return "\n".join(out) + "\n</svg>\n"
