"""The datasheet claims behind a run's history, which reach it through the catalogue of chips and chip lines."""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.catalogue import LINES, REFERENCE_CHIP
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.resolve import resolve
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Num
from rechenmacht.domains.race.axes import OBSERVED
from rechenmacht.domains.race.ruled import ENTITY

DELIVERED, IMPORTED = "chips_delivered_quarter", "chips_bought_china_quarter"
# What a number takes from datasheets: the quantities, and the series whose chip lines they convert.
SPECIFICATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "h100e": (("peak_fp8_dense", "peak_int8_dense"), (DELIVERED, IMPORTED)),
    "h100e_16bit": (("peak_fp16_dense",), (DELIVERED, IMPORTED)),
    "h100e_bandwidth": (("memory_bandwidth",), (DELIVERED, IMPORTED)),
    "power": (("tdp",), (IMPORTED,)),
}


def _known(base: Base, chip: str, quantities: tuple[str, ...]) -> bool:
    return any((chip, quantity) in base.about for quantity in quantities)


def chips(base: Base, method: str) -> list[str]:
    """Return the chips whose datasheets enter a method; a line counts only if all its chips are known, as in a run."""
    quantities, series = SPECIFICATIONS[method]
    counted = {row.subject for row in base.tables.history if row.quantity in series and row.period in OBSERVED}
    found = [] if method == "power" else [REFERENCE_CHIP]
    for line, members in LINES.items():
        if line in counted and all(_known(base, chip, quantities) for chip in members):
            found += members
    found += [chip for chip in ENTITY.values() if _known(base, chip, quantities)]
    return list(dict.fromkeys(found))


def claims(base: Base, method: str) -> dict[str, list[str]]:
    """Return chip -> the ids of the datasheet claims that a method's numbers were pooled from."""
    return {
        chip: [
            claim.id
            for quantity in SPECIFICATIONS[method][0]
            if (chip, quantity) in base.about
            for claim, _ in resolve(base, chip, quantity).used
        ]
        for chip in chips(base, method)
    }


def links(context: Context, grouped: Iterable[tuple[str, list[str]]]) -> tuple[Num, ...]:
    """Return links to claims under a common word: `H100 SXM`, or `H100 SXM 1`, `2`, `3` where there are several."""
    found = []
    for word, members in grouped:
        for place, claim in enumerate(members, 1):
            text = word if len(members) == 1 else (f"{word} 1" if place == 1 else str(place))
            found.append(Num(text, context.claim(claim), claim))
    return tuple(found)


def datasheets(context: Context, method: str) -> tuple[Num, ...]:
    """Return links to the datasheet claims of a method by chip; none if it uses none."""
    if method not in SPECIFICATIONS:
        return ()
    found = claims(context.base, method)
    return links(context, ((context.name(chip), members) for chip, members in found.items()))
