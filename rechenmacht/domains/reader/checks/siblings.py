"""A number that is to the last figure that of another thing of the kind: of another country, chip or firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks.told import Told, restated, verdict
from rechenmacht.domains.reader.checks.values import figures, gap, is_just
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Verdict
from rechenmacht.domains.reader.wording import alike, both, source
from rechenmacht.evidence.forms import Claim

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case

_MANY = 3  # so many figures are no chance hit
_LAST = 0.005  # a number of three figures and more is written to this
_CLOSE_BY = 0.7
_BY_HALF = 0.45
_MORE_OTHERS = 60  # of more, one has just four figures
_FEW_OTHERS = 12  # of more things, one has a given figure by chance
_NEARLY_OWN = 1.05  # a number this near to its own is no other's


def claims_then(case: Case, subject: str, code: str) -> list[Claim]:
    """Return the claims on a quantity of a thing of the time of a number, or the newest."""
    records = case.scene.records
    if case.when is not None:
        return records.at(subject, code, case.when)
    return records.latest(subject, code, case.scene.article)


def of_another(case: Case, one: Candidate) -> Verdict | None:
    """Tell a number on which the base has nothing for its subject, and which is just that of another of the kind."""
    found = _whose(case, one)
    return None if found is None else _others_figure(case, one, *found)


def _whose(case: Case, one: Candidate) -> tuple[str, Claim] | None:
    """Return another of the kind whose number it is to the last figure, where too few have any for a chance hit."""
    if figures(case.quantity) < _MANY or one.weight < _CLOSE_BY or case.quantity.hedge != "exact":
        return None
    if one.match.share < _BY_HALF:
        return None
    value, (low, high) = (case.quantity.mid or 0.0) * one.factor, case.scene.records.ends(one.code)
    if not ((low * (1 - _LAST) <= value) & (value <= high * (1 + _LAST))).any():
        return None  # of nobody at any time
    held = _held_by_others(case, one)
    if len(held) > (_FEW_OTHERS if figures(case.quantity) == _MANY else _MORE_OTHERS):
        return None
    rows = ((subject, claim) for subject, claims in held.items() for claim in claims)
    return next((row for row in rows if is_just(value, *case.scene.records.band(row[1]))), None)


def of_sibling(case: Case, told: Verdict) -> Verdict | None:
    """Tell a number that misses what its subject has, and is just that of another of the kind.

    Args:
        case: the number.
        told: what is said on it so far, which does not settle it.
    """
    one = next((c for c in case.ranked if c.subject == told.subject and c.code == told.quantity), None)
    if one is None or _nearly_own(case, told, one):
        return None
    found = _whose(case, one)
    if found is None or told.claim is None:
        return None if found is None else _others_figure(case, one, *found)
    if all(claim.id != told.claim for claim in case.scene.records.of(one.subject, one.code)):
        return _others_figure(case, one, *found)
    return restated(case.scene, case.quantity, told, "other", "other_subject", case.scene.name(found[0]), (found[1],))


def _nearly_own(case: Case, told: Verdict, one: Candidate) -> bool:
    """Whether a number is nearly what a verdict expects, or what is added to a whole."""
    low, high = told.expected_low, told.expected_high
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    return gap(case.quantity, low, high, one.factor, closed=True) <= _NEARLY_OWN


def _held_by_others(case: Case, one: Candidate) -> dict[str, list[Claim]]:
    """Return the claims on the quantity for the other things of the kind, for those that have any."""
    kind = one.subject.partition(":")[0]
    kinds = {"bloc", "country"} if kind in {"bloc", "country"} else {kind}
    held = {
        subject: claims_then(case, subject, one.code)
        for subject in case.scene.records.bearers(one.code)
        if subject != one.subject and subject.partition(":")[0] in kinds
    }
    return {subject: claims for subject, claims in held.items() if claims}


def _others_figure(case: Case, one: Candidate, subject: str, claim: Claim) -> Verdict:
    """Say whose figure a number is; where the text speaks of that other one too, the number may well be its own."""
    band, unit = case.scene.records.band(claim), canonical(case.scene.base, one.code)[0]
    values = {
        "name": case.scene.name(one.subject), "what": case.scene.what(one.code), "given": alike(case.quantity.text),
        "other": case.scene.name(subject), "expected": both(band[0], unit, band[1]),
        "source": source(case.scene.base, [claim]),
    }  # fmt: skip
    told = Told(values, band, [claim], one.subject, one.code)
    named = {mention.entity for mentions in case.scene.named.values() for mention in mentions}
    maker = case.scene.base.entities[one.subject].parent
    open_yet = subject in named or subject == maker
    return verdict(case.quantity, "unverifiable" if open_yet else "other", "facts", "others_figure", told)
