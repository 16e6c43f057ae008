"""Charts drawn as SVG text: lines with bands in panels, rows with ranges, a map; colours are the theme's roles.

No library and no script: a chart is a few kilobytes, is there before anything is loaded, prints, and follows the page's
theme through CSS variables. `standalone` makes a file of it that says its title, source, date, address and licence.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from rechenmacht.faces import theme
from rechenmacht.faces.language import Language

LETTER, BOLD = 0.6, 0.68  # mean width of a letter, of its size
WIDE, NARROW = 720, 320
FONT = "font-family:Helvetica Neue,Helvetica,Arial,Liberation Sans,sans-serif"
CUT = 2.4  # the axis ends at so many times the largest median; bands beyond it run out at the top


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: its name, what stands beneath it, and its 5, 25, 50, 75, 95 % points at each time step."""

    name: str
    says: str
    role: str
    points: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, the ends and the middle of its range, and the figure as text."""

    name: str
    low: float
    mid: float
    high: float
    text: str
    role: str = "blue"
    href: str = ""


def colour(role: str) -> str:
    """Return a role's colour as a page shows it."""
    return f"var(--c-{role})"


def text(x: float, y: float, said: str, size: float = 12, role: str = "ink", more: str = "") -> str:
    """Return a text element."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour(role)}"{more}>{escape(said)}</text>'


def halo(content: str) -> str:
    """Return content on an outline of the ground's colour, so that it can be read over lines and bands."""
    return f'<g paint-order="stroke" stroke="{colour("paper")}" stroke-width="3" stroke-linejoin="round">{content}</g>'


def wrapped(said: str, width: float, size: float = 12, letter: float = LETTER) -> list[str]:
    """Return a text in lines that fit a width in pixels; ranges and percentages stay whole, units where there is room."""
    whole, most = said.replace(" %", "\u00a0%"), max(8, int(width / (letter * size)))
    if any(len(word) > most for word in whole.split(" ")):
        whole = whole.replace("\u00a0", " ").replace(" %", "\u00a0%")
    return textwrap.wrap(whole, most, break_on_hyphens=False) or [""]


def nice(top: float, count: int = 3) -> list[float]:
    """Return round ticks from 0 to at most `top`."""
    if not top > 0 or not math.isfinite(top):
        return [0.0]
    step = 10.0 ** math.floor(math.log10(top / count))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if factor * step >= top / count)
    return [step * place for place in range(int(top / step + 1e-9) + 1)]


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return a path with one decimal, in steps from point to point, which is shorter than places."""
    points = [(round(10 * x), round(10 * y)) for x, y in zip(xs, ys, strict=True)]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    return f"M{points[0][0] / 10:g},{points[0][1] / 10:g}l" + " ".join(f"{x / 10:g},{y / 10:g}" for x, y in steps)


def _area(xs: Sequence[float], low: Sequence[float], high: Sequence[float]) -> str:
    return _path([*xs, *reversed(xs)], [*low, *reversed(high)]) + "Z"


def _panel(
    panel: Panel, years: Sequence[float], boundary: float, unit: str, lang: Language, width: float, head: float,
    ends: tuple[float, float],
) -> str:  # fmt: skip
    """Return one panel of a width: name, figure, and from `head` on 116 pixels of axis, bands, median."""
    left, right, foot, height = 8.0, 8.0, head + 116.0, 116.0
    table, (low, top) = panel.points, ends
    span = top - low or 1.0
    x0, x1 = left, width - right
    xs = [x0 + (year - years[0]) / (years[-1] - years[0]) * (x1 - x0) for year in years]

    def y(value: float) -> float:
        return foot - (min(max(value, low), top * 1.02) - low) / span * height

    q05, q25, q50, q75, q95 = ([y(value) for value in line] for line in table)
    at = x0 + (boundary - years[0]) / (years[-1] - years[0]) * (x1 - x0)
    names = _names(panel, width)
    below = 16.0 + 15 * (len(names) - 1)
    ticks: list[str] = []
    parts = [
        *(text(left, 14 + 15 * place, line, 13, more=' font-weight="700"') for place, line in enumerate(names)),
        *(text(left, 14 + below + 14 * place, line, 11.5, "muted") for place, line in enumerate(_says(panel, width))),
        f'<rect x="{at:.1f}" y="{head}" width="{x1 - at:.1f}" height="{height:g}" fill="{colour("future")}"/>',
    ]  # fmt: skip
    for tick in nice(top, 2):
        parts.append(f'<path d="M{x0},{y(tick):.1f}H{x1}" stroke="{colour("grid")}"/>')
        if tick:
            stands = y(tick) - 3 if y(tick) > head + 5 else y(tick) + 12  # at the top below its line, not in the head
            ticks.append(text(x0 + 1, stands, lang.amount(tick, unit, 3), 11, "muted"))
    ink = colour(panel.role)
    seen = [place for place, year in enumerate(years) if year <= boundary + 1e-6]
    last = len(seen)
    parts += [
        f'<path d="{_area(xs, q05, q95)}" fill="{ink}" opacity=".16"/>',
        f'<path d="{_area(xs, q25, q75)}" fill="{ink}" opacity=".24"/>',
        f'<path d="{_path(xs[:last], q50[:last])}" fill="none" stroke="{ink}" stroke-width="2"/>' if last > 1 else "",
        f'<path d="{_path(xs[max(last - 1, 0) :], q50[max(last - 1, 0) :])}" fill="none" stroke="{ink}" '
        f'stroke-width="2" stroke-dasharray="5 3"/>',
        f'<path d="M{x0},{foot}H{x1}" stroke="{colour("axis")}"/>',
    ]
    parts += _year_ticks(years, lang, (x0, x1), foot)
    return "".join([*parts, halo("".join(ticks)) if ticks else ""])


def _year_ticks(years: Sequence[float], lang: Language, across: tuple[float, float], foot: float) -> list[str]:
    """Return the ticks of a time axis: a year's stands where the year ends, as its figures do, and the first says so."""
    (x0, x1), parts = across, []
    shown = [year for year in (2025, 2030, 2035) if years[0] <= year + 1 <= years[-1]]
    for year in shown:
        x = x0 + (year + 1 - years[0]) / (years[-1] - years[0]) * (x1 - x0)
        place = "end" if x > x1 - 1 else "middle"
        said = lang.text("chart.year_end", year=year) if year == shown[0] else str(year)
        parts.append(f'<path d="M{x:.1f},{foot}v4" stroke="{colour("axis")}"/>')
        parts.append(text(round(x, 1), foot + 16, said, 11, "muted", f' text-anchor="{place}"'))
    return parts


def _ends(panel: Panel) -> tuple[float, float]:
    """Return the ends of a panel's axis: zero or less, and what lets the median fill it."""
    table = panel.points
    known = [value for line in table for value in line if math.isfinite(value)]
    top, low = max(known, default=1.0), min(0.0, *known) if known else 0.0
    return low, min(top, CUT * max(*table[2], 1e-12)) if max(table[2]) > 0 else max(top, 1e-12)


def _names(panel: Panel, width: float) -> list[str]:
    return wrapped(panel.name, width - 16, 13, BOLD)


def _says(panel: Panel, width: float) -> list[str]:
    return wrapped(panel.says, width - 16, 11.5)[:3]


def fans(
    panels: Sequence[Panel], years: Sequence[float], boundary: float, unit: str, lang: Language, width: int, *,
    shared: bool = False,
) -> tuple[str, int, int]:  # fmt: skip
    """Return panels with bands, on axes from zero: content, width and height in pixels.

    Args:
        panels: in reading order.
        years: decimal year at each time step.
        boundary: the decimal year at which observation ends.
        unit: of the points.
        lang: of the labels.
        width: pixels.
        shared: whether all panels have one axis; otherwise each has its own.
    """
    ends = [_ends(panel) for panel in panels]
    if shared:
        ends = [(min(low for low, _ in ends), max(top for _, top in ends))] * len(panels)
    beside = min(len(panels), 3 if width > 500 and len(panels) != 4 else 2)
    each = width / beside
    head = 11.0 + max(15 * len(_names(panel, each)) + 14 * len(_says(panel, each)) for panel in panels)
    tall = int(head) + 146
    parts = []
    for place, panel in enumerate(panels):
        drawn = _panel(panel, years, boundary, unit, lang, each, head, ends[place])
        parts.append(f'<g transform="translate({place % beside * each:g},{place // beside * tall})">{drawn}</g>')
    return "".join(parts), width, math.ceil(len(panels) / beside) * tall


def ranges(bars: Sequence[Bar], unit: str, lang: Language, width: int) -> tuple[str, int, int]:
    """Return rows with ranges on one axis through zero: content, width and height in pixels."""
    ends = [value for bar in bars for value in (bar.low, bar.high, bar.mid) if math.isfinite(value)]
    low, high = min([0.0, *ends]), max([0.0, *ends]) or 1.0
    x0, x1 = 4.0, width - 8.0

    def x(value: float) -> float:
        return x0 + (value - low) / ((high - low) or 1.0) * (x1 - x0)

    parts, top = [], 0.0
    for bar in bars:
        room = width - len(bar.text) * LETTER * 12 - 12
        lines = wrapped(bar.name, room if room > 90 else width - 12, 12.5)
        own = room <= 90
        for place, line in enumerate(lines):
            parts.append(text(x0, top + 14 + 15 * place, line, 12.5))
        below = 15 * (len(lines) - 1) + (15 if own else 0)
        parts.append(text(x1, top + 14 + (below if own else 0), bar.text, 12, "muted", ' text-anchor="end"'))
        mid = top + 27 + below
        ink = colour(bar.role)
        parts += [
            f'<path d="M{x0},{mid}H{x1}" stroke="{colour("grid")}"/>',
            f'<path d="M{x(bar.low):.1f},{mid}H{x(bar.high):.1f}" stroke="{ink}" stroke-width="5" opacity=".5"/>',
            f'<circle cx="{x(bar.mid):.1f}" cy="{mid}" r="4.5" fill="{ink}"/>',
            f'<path d="M{x(0.0):.1f},{mid - 7:g}v14" stroke="{colour("axis")}"/>',
        ]
        top = mid + 12
    for place, tick in enumerate([low, high] if low < 0 else [0.0, high]):
        anchor = ' text-anchor="end"' if place else ""
        parts.append(text(x1 if place else x0, top + 14, lang.amount(tick, unit, 2), 11, "muted", anchor))
    return "".join(parts), width, math.ceil(top + 22)


def inline(drawn: tuple[str, int, int], kind: str) -> str:
    """Return a chart for a page; `kind` is `wide` or `narrow`. What it shows is said by the box around it."""
    content, width, height = drawn
    return (
        f'<svg class="{kind}" aria-hidden="true" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{content}</svg>"
    )


def plain(content: str, variables: Mapping[str, str] | None = None) -> str:
    """Return content with the light theme's colours in place of CSS variables."""
    for role in variables or theme.ROLES:
        content = content.replace(colour(role), theme.light(role))
    return content


def standalone(
    drawn: tuple[str, int, int],
    title: str,
    notes: Sequence[str],
    foot: Sequence[str],
    size: tuple[int, int] | None = None,
) -> str:
    """Return a chart as a file of its own, with title, notes and foot; of a size, where one is asked for."""
    content, width, height = drawn
    heads = wrapped(title, width, 17, BOLD)
    said = [line for note in notes for line in wrapped(note, width, 12)]
    lines = [line for one in foot for line in wrapped(one, width, 11)]
    parts = [text(0, 18 + 21 * place, line, 17, more=' font-weight="700"') for place, line in enumerate(heads)]
    y = 21.0 * len(heads)
    parts += [text(0, y + 16 + 16 * place, line, 12, "muted") for place, line in enumerate(said)]
    y += 16 * len(said) + 14
    parts.append(f'<g transform="translate(0,{y:g})">{content}</g>')
    y += height + 4
    parts += [text(0, y + 14 + 14 * place, line, 11, "muted") for place, line in enumerate(lines)]
    y += 14 * len(lines) + 8
    box = (width + 32, math.ceil(y) + 24)
    shown = size or box
    scale = min(shown[0] / box[0], shown[1] / box[1])
    x, top = (shown[0] - box[0] * scale) / 2, (shown[1] - box[1] * scale) / 2
    inside = (
        f'<g transform="translate({x + 16 * scale:.1f},{top + 12 * scale:.1f}) scale({scale:.4f})">{"".join(parts)}</g>'
    )
    return plain(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown[0]}" height="{shown[1]}" '
        f'viewBox="0 0 {shown[0]} {shown[1]}" style="{FONT}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="{colour("paper")}"/>{inside}</svg>'
    )
