"""What a chart of the playground is, and the files that are made of it: SVG, PNG, CSV."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

from rechenmacht import __version__
from rechenmacht.faces import charts, theme
from rechenmacht.faces.charts import Size, Spec
from rechenmacht.faces.language import Language
from rechenmacht.outputs.report.context import csv_text

PANEL = 170  # least pixels of a panel with its gap


class Look(NamedTuple):
    """In which language and for how many CSS pixels a chart is drawn."""

    language: Language
    width: int

    @property
    def size(self) -> Size:
        """The size for charts of panels and rows."""
        fit = self.width // PANEL
        columns = 5 if fit >= 5 else 3 if fit >= 3 else 2  # five panels in rows that are about as long
        return Size("page", self.width, columns, 150.0 if self.width > 500 else 126.0)


class Drawn(NamedTuple):
    """A chart: its title, what must be known to read it, its numbers as flat rows, and what they rest on.

    `alt` says in a sentence what the picture shows; `more` is what a page needs beside it.
    """

    title: str
    notes: tuple[str, ...]
    alt: str
    spec: Spec
    rows: Sequence[dict[str, Any]]
    claims: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    more: dict[str, Any] = {}  # noqa: RUF012 - a default that nobody changes


def nothing(look: Look) -> Spec:
    """Return the specification of a chart without anything to show; its notes say why."""
    return {"data": {"values": []}, "mark": "point", "width": look.width - 60, "height": 20}


def of_altair(chart: Any) -> tuple[Spec, str, tuple[str, ...]]:
    """Return an Altair chart as a specification in the pages' colours, with its title and subtitle apart."""
    spec: Spec = chart.to_dict()
    given = spec.pop("title", "")
    told = {"text": given} if isinstance(given, str) else given
    notes = told.get("subtitle") or []
    spec["config"] = {**spec.get("config", {}), **theme.config()}
    spec["config"].pop("locale", None)  # the page and the file set it from the language
    return spec, str(told.get("text", "")), tuple([notes] if isinstance(notes, str) else notes)


def _wrapped(text: str, width: float, letter: float) -> list[str]:
    return textwrap.wrap(text, max(20, int(width / letter))) or [""]


def _titled(drawn: Drawn, look: Look, checksum: str) -> Spec:
    """Return the specification with title and origin, as a file that stands alone needs them."""
    lines = [*drawn.notes, f"Rechenmacht {__version__}, {look.language.text('play.data')} {checksum[:12]}"]
    title = {
        "text": _wrapped(drawn.title, look.width, 8.4),
        "subtitle": [part for line in lines for part in _wrapped(line, look.width, 5.7)],
        "anchor": "start", "frame": "bounds", "offset": 10,
        "subtitleColor": theme.light("muted"), "subtitleFontSize": 11, "fontSize": 15,
    }  # fmt: skip
    return {**drawn.spec, "title": title, "padding": 10}


def as_svg(drawn: Sequence[Drawn], look: Look, checksum: str) -> str:
    """Return charts as one standalone SVG in the light theme, one beneath the other."""
    return stacked([charts.to_svg(_titled(one, look, checksum), look.language) for one in drawn])


_BOX = re.compile(r'<svg[^>]*viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"[^>]*>')


def stacked(pictures: Sequence[str]) -> str:
    """Return standalone SVGs as one, in their order from the top; ids stay apart."""
    if len(pictures) == 1:
        return pictures[0]
    parts, wide, high = [], 0.0, 0.0
    for place, picture in enumerate(pictures):
        head = _BOX.search(picture)
        assert head is not None  # noqa: S101 - vl-convert writes one
        inside = picture[picture.index("<svg") :]
        for name in set(re.findall(r'\bid="([^"]+)"', inside)):
            inside = inside.replace(f'id="{name}"', f'id="{name}-{place}"').replace(f"#{name})", f"#{name}-{place})")
        parts.append(inside.replace("<svg", f'<svg y="{high:g}"', 1))
        wide, high = max(wide, float(head.group(1))), high + float(head.group(2))
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}">'
    )
    ground = f'<rect width="{wide:g}" height="{high:g}" fill="{theme.light("paper")}"/>'
    return f"{start}{ground}{''.join(parts)}</svg>"


def as_png(drawn: Sequence[Drawn], look: Look, checksum: str) -> bytes:
    """Return charts as one PNG at twice their size."""
    return charts.to_png(as_svg(drawn, look, checksum))


def as_csv(drawn: Sequence[Drawn]) -> bytes:
    """Return charts' numbers as CSV; a row that lacks a number has an empty cell."""
    rows = [row for one in drawn for row in one.rows]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return csv_text([{head: row.get(head, "") for head in heads} for row in rows]).encode() if heads else b""
