"""The first picture and sentence as the page's HTML holds them, drawn without a browser.

The script draws the same numbers anew as soon as it runs; sizes are those of the reserved box, so nothing moves.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from rechenmacht.domains.race.axes import OBSERVED, QUARTERS
from rechenmacht.faces.language import Language

Band = Sequence[float]  # 5, 25, 50, 75 and 95 %
MEDIAN = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A picture's size and margins in pixels, how many quarters it leaves out at the start, and whether it is small."""

    width: int
    height: int
    left: int
    right: int
    first: int
    small: bool


WIDE = Box(975, 380, 64, 120, 8, False)
SMALL = Box(360, 230, 56, 84, 8, True)
TOP, BOTTOM = 24, 24


def steps(most: float, about: int) -> list[float]:
    """Return round ticks from 0 to at least `most`."""
    power = 1.0
    while power * 10 <= most / about:
        power *= 10
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= most / about)
    return [k * step for k in range(int(most / step) + 2)]


def short(words: Language, value: float) -> str:
    """Write a number for an axis: 20 M, 20 Mio."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{words.number(value / size)}\u00a0{words.text(f'stage.step.{word}_short')}"
    return words.number(value)


def said(words: Language, who: str, year: int, band: Band, unit: str) -> str:
    """Return the sentence beneath the picture."""
    low, middle, high = band[0], band[MEDIAN], band[-1]
    return words.text(
        "stage.said.plain", who=who, when=words.text("stage.said.end", year=year),
        now=f"{words.big(middle)}\u00a0{unit}", low=words.big(low), high=f"{words.big(high)}\u00a0{unit}",
    )  # fmt: skip


def svg(words: Language, bands: Sequence[Band], colour: str, name: str, text: str, box: Box, year: int) -> str:
    """Return the picture of one line.

    Args:
        words: the language.
        bands: quantiles by quarter, in the outcome's unit.
        colour: the role of the line's colour.
        name: what the line is called.
        text: what the picture says, for those who cannot see it.
        box: its size.
        year: that is marked.
    """
    shown = range(box.first, len(QUARTERS))
    ticks = steps(max(bands[i][3] for i in shown) * 1.18, 4 if box.small else 5)
    across, down = box.width - box.left - box.right, box.height - TOP - BOTTOM

    def x(i: float) -> float:
        return box.left + across * (i - box.first) / (len(QUARTERS) - 1 - box.first)

    def y(value: float) -> float:
        return TOP + down * (1 - min(value, ticks[-1]) / ticks[-1])

    def line(k: int) -> list[str]:
        return [f"{x(i):.1f} {y(bands[i][k]):.1f}" for i in shown]

    def band(low: int, high: int) -> str:
        return "M" + "L".join([*line(high), *reversed(line(low))]) + "Z"

    seen = x(len(OBSERVED) - 1)
    parts = [
        f'<rect class="coming" x="{seen:.1f}" y="{TOP}" width="{box.left + across - seen:.1f}" height="{down}"/>',
        f'<text class="ax" x="{box.left - 4}" y="{box.height - 6}" text-anchor="end">'
        f"{words.text('stage.axis_end')}</text>",
    ]
    parts += [
        f'<line class="grid" x1="{box.left}" x2="{box.left + across}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        f'<text class="ax" x="{box.left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{short(words, tick)}</text>'
        for tick in ticks
    ]
    for i in shown:
        if QUARTERS[i].endswith("Q4") and (not box.small or int(QUARTERS[i][:4]) % 3 == 0):
            said_ = f"’{QUARTERS[i][2:4]}" if box.small else QUARTERS[i][:4]
            parts.append(f'<text class="ax" x="{x(i):.1f}" y="{box.height - 6}" text-anchor="middle">{said_}</text>')
    at = QUARTERS.index(f"{year}-Q4")
    end = bands[-1][MEDIAN]
    parts += [
        f'<path d="{band(0, 4)}" fill="var(--c-{colour})" opacity=".15"/>',
        f'<path d="{band(1, 3)}" fill="var(--c-{colour})" opacity=".2"/>',
        f'<path d="M{"L".join(line(MEDIAN))}" class="median" stroke="var(--c-{colour})"/>',
        f'<line class="mark" x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{TOP}" y2="{TOP + down}"/>',
        f'<circle cx="{x(at):.1f}" cy="{y(bands[at][MEDIAN]):.1f}" r="5" fill="var(--c-{colour})"/>',
        f'<text class="lf" fill="var(--c-{colour})" x="{box.left + across + 12}" y="{y(end):.1f}">{html.escape(name)}'
        f'<tspan x="{box.left + across + 12}" dy="15">{short(words, end)}</tspan></text>',
    ]
    kind = "pre-small" if box.small else "pre-wide"
    return (
        f'<svg class="{kind}" role="img" aria-label="{html.escape(text)}" viewBox="0 0 {box.width} {box.height}" '
        f'preserveAspectRatio="xMidYMid meet">{"".join(parts)}</svg>'
    )
