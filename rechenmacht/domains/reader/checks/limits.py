"""Beyond which distance from the claims a number is wrong: by their kind, their open ends, and rival definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rechenmacht.domains.reader.checks.claimed import claims_of
from rechenmacht.domains.reader.checks.values import far, open_towards, rounding, written
from rechenmacht.domains.reader.meanings import rivals_of
from rechenmacht.evidence.forms import Claim

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case, Row

_BEYOND = 3.0  # `at least 100 million` may be twice that, and is seldom more
_WHOLE = 0.99
_FLOWS = frozenset({"year", "quarter", "month", "static"})  # of a whole time, or of a thing: no snapshot


def limit(case: Case, best: Row, nearest: list[Claim]) -> float:
    """Return beyond which factor a number is wrong of the nearest claims."""
    one, records = best.candidate, case.scene.records
    value = (case.quantity.mid or 0.0) * one.factor
    most = far(case.quantity, nearest, rounded=rounding(case.quantity, *best.band, one.factor))
    if all(open_towards(claim, records.told_in(claim, value)) for claim in nearest):
        return max(most, _BEYOND)
    if one.match.share >= _WHOLE and records.period(one.code) in _FLOWS:
        return min(most, written(case.quantity, nearest))
    return most


def between_definitions(case: Case, best: Row) -> bool:
    """Whether a number lies between the values of rival definitions: a rent between a contract's and an index's."""
    if case.scene.base.quantities[best.candidate.code].family not in {"", best.candidate.code}:
        return False  # the words say which
    others = (replace(best.candidate, code=code) for code in rivals_of(best.candidate.code))
    bands = [best.band, *(case.scene.records.band(claim) for one in others for claim in claims_of(case, one))]
    value = (case.quantity.mid or 0.0) * best.candidate.factor
    return min(band[1] for band in bands) < value < max(band[0] for band in bands)
