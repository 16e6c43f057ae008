"""The date right before a number in its clause, or right behind it, whatever is taken for its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader import datings
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case

_BEHIND = 4  # tokens behind a number within which a date is its own

_MONTH = 31  # days


def of_own_date(case: Case, claim: Claim) -> bool:
    """Whether a claim is of the date right before a number in its clause, though another is taken for its time."""
    scene, number, here = case.scene, case.quantity, case.quantity.sentence
    mine, (first, last) = scene.clause(here, number.first), case.scene.records.span(claim.as_of)
    inside = [q for q in scene.by_sentence[here] if scene.clause(here, q.first) == mine]
    before = [q for q in inside if q.last <= number.first]
    if not before or before[-1].kind != "date" or any(q.kind != "date" for q in before) or dated_behind(case):
        return False
    return any(q is before[-1] and start <= last and first <= end for q, (start, end) in datings.dated(scene, here))


def dated_behind(case: Case) -> bool:
    """Whether a date stands right behind a number: `from 76 TWh in 2014`."""
    inside = case.scene.by_sentence[case.quantity.sentence]
    return any(q.kind == "date" and 0 <= q.first - case.quantity.last <= _BEHIND for q in inside)


def of_that_month(case: Case, other: Claim) -> bool:
    """Whether a month without a year may be that of another year whose number it is: `in July`, of this or of last."""
    told = case.when
    if case.scene.word_set(case.quantity.sentence) & words("judging.period.same_year"):
        return False  # `that October`
    yearless = told is not None and told.days <= _MONTH and not any(letter.isdigit() for letter in told.text)
    return yearless and told is not None and other.as_of[4:7] == f"-{told.end.month:02d}"
