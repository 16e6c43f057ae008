"""Figures of the uncertainty commands: each a specification and the sentence that explains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rechenmacht import files
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


def indices(labels: Sequence[str], values: Mapping[str, Sequence[tuple[float, float]]], lang: Language) -> Drawn:
    """Return Sobol indices (value, half width) per series name, 0 to 1, with their intervals."""
    rows = [
        Row(label, name, max(value - half, 0.0), value, value + half, role)
        for (name, found), role in zip(values.items(), ("blue", "orange"), strict=True)
        for label, (value, half) in zip(labels, found, strict=True)
    ]
    rows.sort(key=lambda row: labels.index(row.label))
    return Drawn(lambda size: charts.ranges(rows, "share", lang, size, zero=True), lang.text("uncertain.explain_sobol"))


def correlations(labels: Sequence[str], values: Sequence[float], noise: float, lang: Language) -> Drawn:
    """Return rank correlations as dots; the thin line is the noise around zero."""
    rows = [Row(label, "", -noise, value, noise, "blue") for label, value in zip(labels, values, strict=True)]
    return Drawn(
        lambda size: charts.ranges(rows, "1", lang, size, zero=True, rule=0.0), lang.text("uncertain.explain_drivers")
    )


def box(labels: Sequence[str], limits: Sequence[tuple[float, float]], lang: Language) -> Drawn:
    """Return each limited assumption's range in the box (thick) within its whole prior (thin), in quantiles."""
    rows = [Row(label, "", 0.0, sum(pair) / 2, 1.0, "blue", pair) for label, pair in zip(labels, limits, strict=True)]
    return Drawn(lambda size: charts.ranges(rows, "share", lang, size), lang.text("uncertain.explain_box"))


def write(folder: Path, figures: Mapping[str, Drawn], lang: Language) -> None:
    """Write figures as SVG and PNG, and their sentences to `figures.txt`."""
    lines = []
    for name, figure in figures.items():
        svg = charts.to_svg(figure.make(charts.WIDE), lang)
        files.put(folder / f"{name}.svg", svg)
        files.put(folder / f"{name}.png", charts.to_png(svg))
        lines.append(f"{name}: {figure.explains}")
    files.put(folder / "figures.txt", "\n".join(lines) + "\n")


def posterior(labels: Sequence[str], scores: Sequence[tuple[float, ...]], lang: Language) -> Drawn:
    """Return each assumption's prior and posterior side by side, as quantiles of its prior.

    Args:
        labels: of the assumptions.
        scores: the posterior's 5, 50 and 95 % points on the scale on which the prior is standard normal.
        lang: the language.
    """
    from scipy.special import ndtr

    rows = []
    for label, (low, middle, high) in zip(labels, scores, strict=True):
        ends = (float(ndtr(low)), float(ndtr(middle)), float(ndtr(high)))
        rows += [
            Row(label, lang.text("calibrate.prior"), 0.05, 0.5, 0.95, "blue"),
            Row(label, lang.text("calibrate.posterior"), *ends, "orange"),
        ]
    return Drawn(lambda size: charts.ranges(rows, "share", lang, size, zero=True), lang.text("calibrate.explain"))
