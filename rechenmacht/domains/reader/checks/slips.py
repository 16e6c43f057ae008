"""Numbers that are a known value but for a slip: the point, the word of size, one figure, or two figures swapped.

Such a number settles that the text speaks of what its words rank first, where they leave that open by themselves: a
number of something else is seldom, by chance, a known one but for its point. The words alone say whom, what and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks.claimed import claims_of
from rechenmacht.domains.reader.checks.narrower import of_segment, summed
from rechenmacht.domains.reader.checks.reach import HALF_NAMED, in_reach
from rechenmacht.domains.reader.checks.told import verdict
from rechenmacht.domains.reader.checks.values import NEARLY, figures, is_just, numeric
from rechenmacht.domains.reader.meanings import NAMED
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case, Row

_NUMBER = re.compile(r"(?<![A-Za-z\d])\d[\d.,'’\u202f\u00a0 ]*")
_SHIFTS = (1e3, 1e-3, 10.0, 0.1, 100.0, 0.01)
_LOOKED = 4  # quantities and subjects that the words rank first
_NEAR_FIRST = 0.45  # of these, those met this well beside the best
_CLOSE_BY = 0.66
_HELD = 0.6  # what the text was about last stands this near
_STRONG = 0.3  # and whose subject stands this near
_MANY = 3  # figures of which one may be wrong
_TWO = 2
_HINTED = 0.3
_PREFIXED = frozenset(
    {"W", "Wh", "B", "B/s", "FLOP/s", "W/year"}
)  # units that one letter makes a thousand times larger
_PLAINLY = 0.7  # a quantity named by so much, of which two figures may be swapped
_OFF = {1: 0.006, 2: 0.011}  # how far a value in so many figures may be off by rounding; of more, this:
_WRITTEN_OUT = 0.006
_HALF = 0.501  # of the last figure that is written
_NARROW = 1.02
_APART = 1.05  # nearer than this a number is no slip
_PLAINER = 0.5  # or as this one, for a number of two figures, which fits more by chance
_HEARD = 0.25  # of another quantity or thing that the words meet as well as this part
_RACK = 30.0  # a power this many times a chip's is a rack's
_THOUSAND, _JUST = 1000.0, 1.006  # a chip's power to the figure but for the unit is no rack's
_TWICE = frozenset({"scaleup_bandwidth", "io_bandwidth_total"})  # told in one direction, or in both


def slipped(case: Case, told: Verdict | None) -> Verdict | None:
    """Tell a number with the figures of a claim but for a slip, of what the words rank first.

    Args:
        case: the number.
        told: what is said on it so far, which does not settle it.
    """
    quantity, ends = case.quantity, written_ends(case.quantity)
    if not ends or quantity.role == "opinion" or quantity.negated or not case.ranked:
        return None
    if told is not None and told.reason not in words("judging.doubt.slipped"):
        return None
    found = next((row for row in _rows(case) if _by_slip(case, row, ends)), None)
    if found is None or of_other_claim(case, found.candidate) or summed(case, found.candidate):
        return None
    reason = _looks_like(case, found, ends[0])
    return verdict(quantity, "contradicted", "facts" if reason == "figures" else "unit", reason, case.told(found))


def _looks_like(case: Case, row: Row, end: tuple[float, str]) -> str:
    """Return which slip a number looks like: the word of size, the point, or its figures."""
    value = sum(map(abs, row.band)) / 2 if len(written_ends(case.quantity)) == 1 else min(map(abs, row.band))
    if _shifted(end, value, row.candidate.factor, _SHIFTS[:2]):
        return "magnitude"
    return "point" if _shifted(end, value, row.candidate.factor) else "figures"


def written_ends(quantity: Quantity) -> list[tuple[float, str]]:
    """Return the ends of a number, each with the figures that are written; none where it is vague or in words."""
    if quantity.hedge == "vague":
        return []
    rows = [numeric(end) for end in (quantity.low, quantity.high)]
    values = [end for end in rows if end is not None]
    values = values[:1] if len(set(values)) == 1 else values
    written = ["".join(c for c in one if c.isdigit()).lstrip("0") for one in _NUMBER.findall(quantity.text)]
    if not values or len(written) != len(values) or not all(written):
        return []
    return [(abs(value), digits) for value, digits in zip(values, written, strict=True)]


def _rows(case: Case) -> Iterator[Row]:
    """Yield the claims of what the words rank first, and ground enough to be told of."""
    first = case.ranked[0]
    for one in case.ranked[:_LOOKED]:
        if one.known and one.score >= _NEAR_FIRST * first.score and one.weight >= _STRONG and grounds(case, one):
            yield from case.rows(claims_of(case, one), one)
    end, records = written_ends(case.quantity)[0], case.scene.records
    written_out = len(end[1].rstrip("0")) >= _MANY
    for one in case.ranked[: _LOOKED * 2]:  # the word of size alone, of any time
        if not one.known or one.weight < _CLOSE_BY or one.match.share < _HINTED:
            continue
        if one.match.share >= HALF_NAMED or (written_out and in_reach(case, one)):
            rows = case.rows(records.of(one.subject, one.code), one)
            yield from (row for row in rows if _sized(row, end))


def _sized(row: Row, end: tuple[float, str]) -> bool:
    """Whether a number is a claim's value but for its word of size."""
    return _shifted(end, sum(row.band) / 2, row.candidate.factor, _SHIFTS[:2])


def grounds(case: Case, one: Candidate) -> bool:
    """Whether the words point to a quantity and a subject, though they leave open whether the sentence tells it."""
    if one.match.share < HALF_NAMED or of_segment(case, one):
        return False
    return one.match.share >= NAMED or in_reach(case, one) or one.by.sure or _alone(case, one)


def _alone(case: Case, one: Candidate) -> bool:
    """Whether what stands first is of what the text was about last, and the sentence names no other of the kind."""
    kind, here = one.subject.partition(":")[0], case.scene.named.get(case.quantity.sentence, ())
    if {m.entity for m in here if m.kind == kind} == {one.subject} and one is case.ranked[0]:
        return True
    return one is case.ranked[0] and one.weight >= _HELD and all(m.kind != kind for m in here)


def _by_slip(case: Case, row: Row, ends: list[tuple[float, str]]) -> bool:
    """Whether a number is that of a claim but for one slip, the same at both of its ends."""
    low, high = sorted(map(abs, row.band))
    one = row.candidate
    if low <= 0 or row.gap <= _APART or _told_otherwise(case, row):
        return False
    if row.gap <= NEARLY:
        return len(ends) == 1 and high <= _NARROW * low and _swapped(ends[0], (low + high) / 2, one.factor)
    if len(ends) == _TWO:
        return all(slip(end, at, one.factor, plainly=True, least=1) for end, at in zip(ends, (low, high), strict=True))
    if high > _NARROW * low:
        return False
    sized = case.quantity.unit in _PREFIXED and _shifted(ends[0], (low + high) / 2, one.factor, _SHIFTS[:2])
    return sized or slip(ends[0], (low + high) / 2, one.factor, plainly=one.match.share >= _PLAINLY)


def _told_otherwise(case: Case, row: Row) -> bool:
    """Whether a number is rather told of both directions of a link, or of the rack with a chip."""
    one = row.candidate
    both_ways = one.code in _TWICE and round(row.gap, 1) == _TWO
    rack = case.quantity.unit == "W" and one.subject.startswith("chip:") and row.gap > _RACK
    return both_ways or (rack and not 1 / _JUST <= row.gap / _THOUSAND <= _JUST)  # `it draws 600 kilowatts`


def _swapped(end: tuple[float, str], value: float, factor: float) -> bool:
    """Whether an end of a number of three and more figures is a value but for two of them that are swapped."""
    written = end[1].rstrip("0")
    unit = end[0] * factor / int(written)
    meant = round(value / unit)
    return len(written) >= _MANY and _is(meant * unit, value, unit, written) and str(meant) in edited(written, _TWO)


def slip(end: tuple[float, str], value: float, factor: float, *, plainly: bool, least: int = _TWO) -> bool:
    """Whether an end of a number is a value but for its point, a figure, or two figures swapped.

    Args:
        end: the end, and the figures that are written.
        value: a claim's.
        factor: from the number's unit to the claim's.
        plainly: whether what it is of is named, so that two figures that are swapped are enough.
        least: of so many figures at least.
    """
    count = len(end[1].rstrip("0"))
    if count < least:
        return False
    if _shifted(end, value, factor):
        return True
    written = end[1].rstrip("0")  # `867,000` is written to three figures
    unit = end[0] * factor / int(written)
    meant = round(value / unit) if count >= _MANY or plainly else 0  # the value in figures of the number's unit
    return meant > 0 and _is(meant * unit, value, unit, written) and str(meant) in edited(written, count)


def _shifted(end: tuple[float, str], value: float, factor: float, shifts: tuple[float, ...] = _SHIFTS) -> bool:
    """Whether an end of a number is a value but for its point or its word of size."""
    unit = end[0] * factor / int(end[1])
    return any(_is(end[0] * factor * shift, value, unit * shift, end[1]) for shift in shifts)


def _is(number: float, value: float, unit: float, digits: str) -> bool:
    """Whether a number is a value as it would be written with a last figure of a unit."""
    off = _OFF.get(len(digits.rstrip("0")), _WRITTEN_OUT)
    return abs(number - value) <= _HALF * unit and abs(number / value - 1) <= off


def of_other_claim(case: Case, one: Candidate, *, its_own: bool = True) -> Claim | None:
    """Return another claim that a number is just that of, on what the words meet as well, of its time or untold.

    Args:
        case: the number.
        one: what it is told of.
        its_own: whether claims on the same quantity of the same subject count.
    """
    records = case.scene.records
    least = _HEARD * one.score if figures(case.quantity) >= _MANY else _PLAINER * one.score
    for other in case.ranked:
        if other.score < least or not other.known:
            continue
        if not its_own and (other.subject, other.code) == (one.subject, one.code):
            continue
        value = (case.quantity.mid or 0.0) * other.factor
        rows = claims_of(case, other) if case.when is not None else records.of(other.subject, other.code)
        for claim in rows:
            if is_just(value, *records.band(claim)):
                return claim
    return None


def as_written(case: Case, one: Candidate) -> bool:
    """Whether a number is, to the last figure written, that of some claim on a quantity, of whatever time."""
    ends, records = written_ends(case.quantity), case.scene.records
    middles = [records.middle(claim) for claim in records.of(one.subject, one.code)]
    rows = [(end * one.factor, end * one.factor / int(digits)) for end, digits in ends]
    return any(abs(value - abs(middle)) <= _HALF * unit for value, unit in rows for middle in middles)


@lru_cache(maxsize=4096)
def edited(digits: str, figures: int) -> frozenset[str]:
    """Return the figures that may have been meant: two swapped; of three and more, one changed, added or left out.

    Args:
        digits: the figures as they are written.
        figures: how many of them count.
    """
    places = [(k, j) for k in range(len(digits)) for j in range(k + 1, len(digits))]
    rows = [digits[:k] + digits[j] + digits[k + 1 : j] + digits[k] + digits[j + 1 :] for k, j in places]
    if figures >= _MANY:
        rows += [digits[:k] + c + digits[k + 1 :] for k in range(len(digits)) for c in "0123456789"]
        rows += [digits[:k] + digits[k + 1 :] for k in range(len(digits))]
        rows += [digits[:k] + c + digits[k:] for k in range(len(digits)) for c in "0123456789"]
    return frozenset(one for one in rows if one and one[0] != "0" and one != digits)
