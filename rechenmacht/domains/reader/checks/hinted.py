"""What a number is just that of, where only its words leave open what it is told of."""

from __future__ import annotations

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks import doubt, elsewhere, slips
from rechenmacht.domains.reader.checks.case import Case, Row
from rechenmacht.domains.reader.checks.narrower import modified, of_segment
from rechenmacht.domains.reader.checks.values import NEARLY, figures
from rechenmacht.domains.reader.model import Verdict

_MANY = 3  # a value written out in so many figures is its own or another's
_SOME = 2  # figures of a number that is told as another's
_OFF_ITS_OWN = 1.1  # a number written out is not its own value this far off
_CLOSE_BY = 0.88  # a subject of the number's own clause
_WHOLE = 0.99
_AHEAD = frozenset({"forecast", "planned", "opinion"})


def fits_elsewhere(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell a number far off that is just that of another time or thing, where only the words leave open what it is."""
    one = best.candidate
    if _of_plan(case, best) or not _off(case, best, limit) or one.subject != case.ranked[0].subject:
        return None
    if doubt.increment(case, one) or modified(case, one) or of_segment(case, one) or not slips.grounds(case, one):
        return None
    found = elsewhere.of_subject(case, best, limit) if _tied(case, one) else None
    if found is None and slips.as_written(case, one):
        found = elsewhere.of_year(case, best, limit)
    if found is None:
        return _of_quantity(case, best, limit)
    return found if slips.of_other_claim(case, one, its_own=False) is None else None


def _of_plan(case: Case, best: Row) -> bool:
    """Whether a number is a plan or an opinion, of which there may be many; what is forecast of countries is one."""
    role, basis = case.quantity.role, best.claim.basis
    firms = best.candidate.subject.startswith("org:") and basis in {"forecast", "target"}
    return role == "opinion" or (role in _AHEAD and (firms or basis not in {"forecast", "target", "estimated"}))


def _off(case: Case, best: Row, limit: float) -> bool:
    """Whether a number is too far off to be its own value, by the figures in which it is written."""
    count = figures(case.quantity)
    if count >= _MANY or best.candidate.match.named:
        limit = min(limit, _OFF_ITS_OWN if count >= _MANY else NEARLY)
    return best.gap > limit and count >= _SOME


def _of_quantity(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell the number of another quantity, where the words name one in whole, of what alone can be meant."""
    if best.candidate.match.share < _WHOLE or not best.candidate.by.sure:
        return None
    found = elsewhere.of_quantity(case, best, limit)
    return found if found is not None and found.verdict == "other" else None


def _tied(case: Case, one: Candidate) -> bool:
    """Whether a subject is named in the number's own clause."""
    return one.weight >= _CLOSE_BY and one.by.mention.sentence == case.quantity.sentence
