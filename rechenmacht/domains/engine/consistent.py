"""Refuse a row whose cells contradict each other: two chips, two counts of chips, a layout of more than there are.

Whichever of them the engine took, the other would have been passed over in silence.
"""

from __future__ import annotations

import math
import re

from rechenmacht.domains.engine import systems
from rechenmacht.domains.engine.chipnames import chip_of
from rechenmacht.domains.engine.rows import LARGEST, Row
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

CARDS = re.compile(r"(?<![\w.])(\d+(?:e[+-]?\d+)?)\s*[x×]\s*\d+\s*g|(?<![\w.])(\d+e[+-]?\d+)\s*g")
MOST_CARDS = 32  # of a server


def check(base: Base, row: Row) -> None:
    """Refuse a row of training or serving whose cells contradict each other.

    Raises:
        BadInput: naming both.
    """
    _cards(row)
    chips = row.chips
    if row.system:
        found = systems.system(base, row.system)
        if found.counted:
            _count(row, found.chips)
            chips = found.chips
        _chip(base, row, found.hw.id)
    ranks = math.prod(one or 1 for one in (row.tp, row.pp, row.cp))
    if chips is not None and ranks > chips:
        said = f"tp x pp x cp is {ranks}, and there are {chips} chips"
        raise BadInput.of("error.engine.too_many_ranks", said, ranks=ranks, chips=chips)


def _cards(row: Row) -> None:
    for many, rate in CARDS.findall(row.interconnect.lower()):
        cards = many or rate
        if not (cards.isdigit() and 1 <= float(cards) <= MOST_CARDS):
            said = f"interconnect {row.interconnect!r} is not understood; write 8x400G, 25 GbE, NVL72, ICI..."
            raise BadInput.of("error.engine.interconnect", said, given=row.interconnect)


def _count(row: Row, chips: int) -> None:
    if chips > LARGEST["chips"]:
        said = f"system {row.system!r}: {chips:g} chips are beyond {LARGEST['chips']:g}"
        raise BadInput.of("error.engine.beyond", said, name="system", n=float(chips), most=LARGEST["chips"])
    if row.chips is not None and row.chips != chips:
        said = f"system {row.system!r} has {chips} chips, column 'n_chips' says {row.chips}; leave one of them empty"
        raise BadInput.of("error.engine.two_counts", said, given=row.system, chips=chips, other=row.chips)


def _chip(base: Base, row: Row, chip: str) -> None:
    if not row.chip:
        return
    named, _ = chip_of(base, row.chip, row.interconnect)
    if named != chip:
        said = f"system {row.system!r} has {chip}, column 'chip' says {row.chip!r}; leave one of them empty"
        raise BadInput.of("error.engine.two_chips", said, given=row.system, chip=chip, name=row.chip)
