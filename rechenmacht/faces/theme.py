"""Colours of charts and pages: one role, one light and one dark value, and the Vega-Lite configuration that uses them.

The light values double as sentinels: no two roles share one, so that in an SVG set into a page each can be replaced by
its CSS variable, and the chart follows the page's theme. Standalone files keep the light values.

The six data colours keep apart for red-, green- and blue-blind readers (they differ in lightness as well as in hue)
and have a contrast of at least 4.5 with the background in both themes, so labels can wear their line's colour.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

SANS = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Colour:
    """A role's colour in the light and in the dark theme, as `#rrggbb`."""

    light: str
    dark: str


ROLES: dict[str, Colour] = {
    "paper": Colour("#fffefb", "#16181d"),
    "ink": Colour("#1d2026", "#eceae4"),
    "muted": Colour("#5b616b", "#a9aeb8"),
    "grid": Colour("#e4e1d9", "#33373f"),
    "axis": Colour("#8a8f98", "#7f8590"),
    "future": Colour("#f5f2ea", "#1d2027"),
    "context": Colour("#c9c7c0", "#474c56"),
    "blue": Colour("#0b5aa2", "#74b6f2"),
    "orange": Colour("#b8410a", "#ff9c63"),
    "green": Colour("#00705c", "#52cba9"),
    "gold": Colour("#866000", "#e5bd55"),
    "purple": Colour("#7b3f8c", "#d3a3e3"),
    "slate": Colour("#3c4654", "#c3cad4"),
}

OF_BLOC = {"us": "blue", "cn": "orange", "eu": "green", "gulf": "gold", "rest": "purple", "world": "slate"}
OF_VENDOR = {
    "nvidia": "blue",
    "amd": "purple",
    "google": "green",
    "amazon": "gold",
    "other_us": "gold",
    "huawei": "orange",
    "other_china": "slate",
    "open_hardware": "green",
}
OF_LAYER = {"equity": "blue", "purchases": "gold", "debt": "orange", "guarantees": "green"}
OF_MEASURE = {"h100e_8bit": "orange", "h100e_16bit": "blue", "h100e_bandwidth": "green"}


def light(role: str) -> str:
    """Return the sentinel (light) value of a role."""
    return ROLES[role].light


def css_variables(theme: str) -> str:
    """Return the declarations `--c-role:#rrggbb;` of a theme, `light` or `dark`."""
    return "".join(f"--c-{name}:{getattr(colour, theme)};" for name, colour in ROLES.items())


_SENTINEL = re.compile("|".join(colour.light for colour in ROLES.values()), re.IGNORECASE)
_VARIABLE = {colour.light: f"var(--c-{name})" for name, colour in ROLES.items()}


def themed(svg: str) -> str:
    """Return an SVG with every sentinel replaced by its CSS variable."""
    return _SENTINEL.sub(lambda match: _VARIABLE[match.group().lower()], svg)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2), 0 to 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration shared by all charts."""
    ink, muted, grid, axis = light("ink"), light("muted"), light("grid"), light("axis")
    return {
        "aria": False,
        "background": light("paper"),
        "font": SANS,
        "padding": 2,
        "view": {"stroke": None},
        "axis": {
            "labelColor": muted,
            "titleColor": muted,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": grid,
            "domainColor": axis,
            "tickColor": axis,
            "labelPadding": 4,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False, "tickSize": 4},
        "legend": {
            "labelColor": ink,
            "titleColor": muted,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "orient": "top",
            "symbolStrokeWidth": 2,
        },
        "title": {"color": ink, "fontSize": 13, "fontWeight": "bold", "anchor": "start", "offset": 6, "frame": "group"},
        "text": {"font": SANS, "fontSize": 12},
    }


_HEAD = re.compile(r"<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>")
_NOISE = re.compile(r' (?:stroke-miterlimit|font-family|class|pointer-events|fill-opacity)="[^"]*"')


def to_inline(svg: str, key: str, title: str, text: str) -> str:
    """Return an SVG for a page: themed by CSS variables, named and described for screen readers, ids made unique.

    Args:
        svg: a standalone SVG from `to_svg`.
        key: an id that no other SVG of the page has.
        title: what the chart is, in a few words.
        text: what it shows, in a sentence.
    """
    head = _HEAD.search(svg)
    if head is None:
        raise ValueError("an SVG without a viewBox")
    box = head.group(1)
    body = svg[head.end() :]
    ids = set(re.findall(r'\bid="([^"]+)"', body))
    for name in ids:
        body = body.replace(f'id="{name}"', f'id="{key}-{name}"').replace(f"#{name})", f"#{key}-{name})")
    body = _NOISE.sub("", themed(body)).replace("\n", "")
    names = f'<title id="{key}-t">{html.escape(title)}</title><desc id="{key}-d">{html.escape(text)}</desc>'
    width = box.split()[2]
    start = f'<svg role="img" aria-labelledby="{key}-t {key}-d" viewBox="{box}" style="max-width:{width}px">'
    return start + names + body
