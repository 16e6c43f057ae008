"""The claims of the time that a number is of: the one told for it, one told before, or now."""

from __future__ import annotations

from datetime import timedelta

from rechenmacht.domains.reader import months
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks.case import Case
from rechenmacht.domains.reader.ellipsis import bare
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

_NEAR_NOW = timedelta(days=75)  # what is told without a time is told of these days


def claims_of(case: Case, one: Candidate) -> list[Claim]:
    """Return the claims on a candidate of the time of a number."""
    records = case.scene.records
    if case.when is not None:
        return records.at(one.subject, one.code, case.when)
    if case.carried is not None and _of_that_time(case, one) and (then := _fitting(case, one, case.carried)):
        return then
    if case.carried is not None and dated_here(case):
        told = {c.code: records.at(c.subject, c.code, case.carried) for c in (one, *case.group)}
        if any(told.values()):
            return told[one.code]
    if case.scene.article is not None and records.period(one.code) == "level":
        around = Period(case.scene.article - _NEAR_NOW, case.scene.article + _NEAR_NOW, False, False, "")
        if now := _fitting(case, one, around):
            return now
    return records.latest(one.subject, one.code, case.scene.article)


def dated_here(case: Case) -> bool:
    """Whether the number's own sentence tells the time that is carried to it, and does not speak of today."""
    inside = case.scene.by_sentence[case.quantity.sentence]
    now = case.scene.word_set(case.quantity.sentence) & words("judging.period.now")
    return not now and any(q.kind == "date" and months.days_of(q) is not None for q in inside)


def _of_that_time(case: Case, one: Candidate) -> bool:
    """Whether a number may be of the time told before: not what stands today, beside what something else was once."""
    quantity, scene = case.quantity, case.scene
    if scene.word_set(quantity.sentence) & words("judging.period.now"):
        return False
    if scene.records.period(one.code) != "level" or quantity.role == "past" or dated_here(case):
        return True
    return bare(scene, quantity)


def _fitting(case: Case, one: Candidate, when: Period) -> list[Claim]:
    """Return the claims of a time that the sentences before give, where the number is one of them."""
    then = case.scene.records.at(one.subject, one.code, when)
    return then if any(row.gap <= case.close for row in case.rows(then, one)) else []
