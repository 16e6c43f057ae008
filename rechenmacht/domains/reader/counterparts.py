"""The quantity that a number's words lead to, and its counterpart of a year for that of a quarter."""

from __future__ import annotations

from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.candidates import rank
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene


def of_that_span(scene: Scene, quantity: Quantity, code: str) -> str:
    """Return the quantity of the year where that of a quarter was told before, and this number is of a year; and back.

    `Quarterly capex hit $44.9 billion. In all of 2024 it had been $52.5 billion.`
    """
    when, known = times.period(scene, quantity), scene.base.quantities
    if when is None or when.fits(known[code].period):
        return code
    stem = code.removesuffix("_quarter").removesuffix("_year")
    rows = [stem + end for end in ("_year", "", "_quarter") if stem + end in known]
    return next((row for row in rows if when.fits(known[row].period)), code)


def first_code(scene: Scene, quantity: Quantity) -> str:
    """Return the quantity that the words of a number lead to."""
    led = rank(scene, quantity, times.period(scene, quantity))
    return led[0].code if led else ""
