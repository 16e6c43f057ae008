"""A number that would be wrong of what the words rank first, but is just right of another thing that they may mean.

Who and what a number is of is settled without its value. Where the words leave room for another quantity, though,
and the number is to the last figure a claim on that one, it is not told as wrong: whether it is, nobody can say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks.claimed import claims_of
from rechenmacht.domains.reader.checks.told import restated
from rechenmacht.domains.reader.checks.values import figures, is_just
from rechenmacht.domains.reader.ellipsis import marked_else
from rechenmacht.domains.reader.model import Verdict
from rechenmacht.domains.reader.wording import Pair

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case

_LEAST_FIGURES = 2  # a number of one figure fits too much by chance
_HEARD = 0.1  # of another quantity at least this part of what the words say of the first


def softened(case: Case, told: Verdict | None) -> Verdict | None:
    """Return a verdict, or that nobody can tell where the number is just right of another quantity that may be meant.

    Args:
        case: the number.
        told: what is said on it.
    """
    if told is None or (told.verdict, told.reason) != ("contradicted", "contradicted"):
        return told
    if figures(case.quantity) < _LEAST_FIGURES:
        return told
    other = next(_others(case, told), None)
    if other is None:
        return told
    return restated(case.scene, case.quantity, told, "unverifiable", "maybe_other", _named(case, other))


def _others(case: Case, told: Verdict) -> Iterator[Candidate]:
    """Yield the other quantities that the words may mean, and of which the number is just right."""
    mine = next((one for one in case.ranked if (one.subject, one.code) == (told.subject, told.quantity)), None)
    least = _HEARD * (mine.score if mine is not None else case.ranked[0].score)
    for one in case.ranked:
        apart = one.code != told.quantity and one.known and one.score >= least
        apart = apart and not marked_else(case.scene, case.quantity, one.code)  # input, not output
        value = (case.quantity.mid or 0.0) * one.factor
        if apart and any(is_just(value, *case.scene.records.band(claim)) for claim in claims_of(case, one)):
            yield one


def _named(case: Case, one: Candidate) -> Pair:
    name, what = case.scene.name(one.subject), case.scene.what(one.code)
    return f"{name[0]}, {what[0]}", f"{name[1]}, {what[1]}"
