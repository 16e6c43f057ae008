"""Numbers that are a known value but for the point or the word of size: `$45bn` for 4.5, `26 Millionen` for 26bn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader.checks.reach import HALF_NAMED, in_reach
from rechenmacht.domains.reader.checks.told import verdict
from rechenmacht.domains.reader.checks.values import figures
from rechenmacht.domains.reader.model import Verdict

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case, Row

_SHIFTS = (1e3, 1e-3, 10.0, 0.1)
_SAME = 0.004  # the figures are those of the claim
_FIGURES = 2


def slipped(case: Case, best: Row) -> Verdict | None:
    """Tell a number with the figures of the claim that decides, ten or a thousand times off, half named."""
    quantity, one = case.quantity, best.candidate
    low, high = best.band
    if quantity.hedge not in {"exact", "about"} or quantity.role != "stated" or figures(quantity) < _FIGURES:
        return None
    if one is not case.group[0] or one.match.share < HALF_NAMED or not in_reach(case, one):
        return None
    value, written = (quantity.mid or 0.0) * one.factor, quantity.kind == "money" or quantity.size >= 1e3
    if not written or low <= 0 or high > 1.02 * low:
        return None
    middle = (low + high) / 2
    if any(abs(value / shift / middle - 1) <= _SAME for shift in _SHIFTS):
        return verdict(quantity, "contradicted", "unit", "magnitude", case.told(best))
    return None
