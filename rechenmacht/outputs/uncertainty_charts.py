"""Figures of the uncertainty commands: each a specification and the sentence that explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rechenmacht.faces import charts
from rechenmacht.faces.charts import Row
from rechenmacht.faces.language import Language

Make = Callable[[charts.Size], charts.Spec]


@dataclass(frozen=True)
class Drawn:
    """A figure: how to make it for a width, and what it says."""

    make: Make
    explains: str


def tornado(
    labels: Sequence[str], ends: Sequence[tuple[float, float]], middle: float, unit: str, lang: Language
) -> Drawn:
    """Return bars from the outcome's median at an assumption's low to that at its high end.

    Args:
        labels: of the assumptions, the most important first.
        ends: the outcome's medians at the low and the high end.
        middle: the outcome's median.
        unit: of the outcome.
        lang: the language.
    """
    rows = [
        Row(label, "", min(pair), middle, max(pair), "blue", (min(pair), max(pair)))
        for label, pair in zip(labels, ends, strict=True)
    ]
    return Drawn(
        lambda size: charts.ranges(rows, unit, lang, size, rule=middle), lang.text("uncertain.explain_tornado")
    )
