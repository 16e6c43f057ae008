"""What a number may be about: pairs of subject and quantity, ranked by the text alone. Its value is not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from rechenmacht.domains.reader import preferred
from rechenmacht.domains.reader.around import context, pointed_to, stems_of
from rechenmacht.domains.reader.bases import CLEARLY
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.conversion import TELLING, canonical, divisor, factor_to, unit_of
from rechenmacht.domains.reader.counting import counted_stems, hour_told, in_equivalents, may_count
from rechenmacht.domains.reader.meanings import NEAR, Match, rivals_of
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.prior import Subject, branch_named
from rechenmacht.domains.reader.records import Fitting, Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

_MOST_UNITS = 4000
_RATES = frozenset({"month", "quarter", "week", "day"})
UNIT_ALONE = 0.9  # score of a quantity that only the unit speaks for, where few others have that unit
_CALLED = 1.4  # weight of a quantity whose name is said word for word
CLOSE = 0.9  # a second candidate this near the first is its rival
_FEW = 3
_SAID = 0.55  # nearness of a word of the number's own sentence, or of one that is pointed to
_HUNDREDFOLD = 100.0
_TIE = 1.1e-6  # scores further apart than this are not rounded to the same
_PLACES = frozenset({"bloc", "country"})
_OF_FIRMS = frozenset({"USD", "EUR", "CNY", "TWD", "people"})  # units of what a branch has of its own
_CONVERTED = 0.5  # weight of a quantity that a rate must be turned into: a year's wafers by the month
_STOCK = 0.75  # weight of a stock where a whole quarter is told
_QUARTER = (85, 95)  # days
_NOT_OF_QUARTER = 0.6  # weight of a year's quantity where the words say quarter
_RUNNING = 0.9  # weight of a running total where a year is told
_COUNTED_BY_OTHER = 0.5  # weight of one counter's quantity where the text names another one
_OF_NAME = 0.6  # weight of a subject whose words are part of the quantity's own name (the Chinese market)
_SAME_CLAUSE = 0.95
_LINKS = 2  # small words between a unit by its name and its number
_OF_ELSE = frozenset({""})
_TIED = 8  # tokens of a phrase before a number that is tied to it
_UNPOINTED = 0.6  # weight of a quantity of which the sentence that is pointed to tells nothing
_UNKNOWN = 0.2  # a quantity that the base lacks for all named is looked at from this part of the best
LEAST = 0.3  # a quantity met this much less than the best, and unknown for the subject, is no candidate
Told = tuple[Match, float, bool]
"""A quantity as the words meet it, the factor to its unit, and whether the unit alone says what is meant."""


def rank(scene: Scene, quantity: Quantity, when: Period | None) -> list[Candidate]:
    """Return the candidates of a number, best first.

    Args:
        scene: the article.
        quantity: the number.
        when: the time that the text gives for it.
    """
    key = (quantity.first, quantity.last, quantity.unit, None if when is None else (when.start, when.end))
    if key not in scene.ranked:
        scene.ranked[key] = _ranked(scene, quantity, when)
    return scene.ranked[key]


def _ranked(scene: Scene, quantity: Quantity, when: Period | None) -> list[Candidate]:
    fitting, codes = _fitting(scene, quantity)
    subjects = [(one, kind) for one in scene.subjects(quantity) if (kind := one.entity.partition(":")[0]) in fitting]
    if not subjects:
        return []
    around, known = context(scene, quantity), {one.entity: scene.records.known(one.entity) for one, _ in subjects}
    key = (quantity.first, quantity.last, quantity.unit)
    met = _worth(scene.met[key] if key in scene.met else scene.meanings.all_matches([around], codes)[0], known)
    of_kind = _by_kind(_Number(scene, quantity, when, around), met, {kind: fitting[kind] for _, kind in subjects})
    found = list[Candidate]()
    for subject, kind in subjects:
        found += _of_one(scene, subject, *of_kind[kind], known[subject.entity])
    return preferred.whole_first(scene, around, preferred.known_first(scene, around, ordered(found)))


def meet(scene: Scene, quantities: list[Quantity]) -> None:
    """Find the quantities that the words around some numbers meet, for all of a unit at once."""
    groups: dict[frozenset[str], list[Quantity]] = {}
    for quantity in quantities:
        fitting, codes = _fitting(scene, quantity)
        if any(one.entity.partition(":")[0] in fitting for one in scene.subjects(quantity)):
            groups.setdefault(codes, []).append(quantity)
    for codes, same in groups.items():
        met = scene.meanings.all_matches([context(scene, quantity) for quantity in same], codes)
        for quantity, one in zip(same, met, strict=True):
            scene.met[quantity.first, quantity.last, quantity.unit] = one


def _of_one(
    scene: Scene, subject: Subject, rows: list[Told], least: float, known: Mapping[str, object]
) -> list[Candidate]:
    """Return the candidates of one subject: what the base knows of it, and what is met well enough."""
    entity, weight, mention = subject.entity, subject.weight, subject.mention
    own, named, place = scene.meanings.own, scene.own_words(mention), entity.partition(":")[0] in _PLACES
    branch = branch_named(scene.text, mention)
    found = []
    for match, factor, alone in rows:
        code, there = match.code, match.code in known
        if branch and own[code].isdisjoint(branch) and canonical(scene.base, code)[0] in _OF_FIRMS:
            continue  # what AWS takes in is not Amazon's revenue
        of_name = named <= own[code]
        if not there and ((match.score < least and not alone) or (of_name and not place)):
            continue  # the revenue of OpenAI is not what somebody earns from OpenAI
        score = max(match.score, UNIT_ALONE) if alone else match.score
        score = score * weight * _OF_NAME if of_name else score * weight
        found.append(Candidate(entity, code, score, match, weight, factor, there, subject, alone))
    return found


def _by_kind(number: _Number, met: Mapping[str, Match], fitting: Fitting) -> dict[str, tuple[list[Told], float]]:
    """Return by kind of thing the quantities that a number may be told in, and what score is too little for one.

    Args:
        number: the number.
        met: the quantities that the words around it meet.
        fitting: by kind the quantities that have its unit.
    """
    matches: dict[str, Match | None] = {}
    found: dict[str, tuple[list[Told], float]] = {}
    for kind, (alone, by_unit) in fitting.items():
        rows, most = list[Told](), 0.0
        for code in (*(code for code in met if code in by_unit), *(c for c in alone if c not in met)):
            if code not in matches:
                matches[code] = number.match(met.get(code) or Match(code, 0.0, 0.0))
            match = matches[code]
            if match is not None and (match.score or by_unit[code][1]) and number.may_be(code, by_unit[code][0]):
                rows.append((match, *by_unit[code]))
                most = max(most, match.score)
        found[kind] = rows, LEAST * most
    return found


def _worth(met: dict[str, Match], known: Mapping[str, Mapping[str, object]]) -> dict[str, Match]:
    """Return the quantities that the base knows of a subject, or that are met well enough to stand before those."""
    least = _UNKNOWN * max((match.score for match in met.values()), default=0.0)
    codes = known.values()
    return {code: match for code, match in met.items() if match.score >= least or any(code in one for one in codes)}


class _Number:
    """A number and what is said around it of time, rates, and the groups of words that rule quantities out."""

    def __init__(self, scene: Scene, quantity: Quantity, when: Period | None, around: Mapping[str, float]) -> None:
        """Take a number, its time, and the stems around it, each with its nearness."""
        self.scene, self.quantity, self.when, self.around = scene, quantity, when, around
        self.counted = counted_stems(scene, quantity)
        self.rate = quantity.unit.rpartition("/")[2] in _RATES
        self.wide = [
            group for group in scene.meanings.specific if any(around.get(one, 0.0) >= _SAME_CLAUSE for one in group)
        ]
        self.pointed = pointed_to(scene, quantity.sentence)
        self._of: dict[frozenset[str], frozenset[str]] = {}
        self.tied: frozenset[str] | None = None  # sought when it is asked for

    def may_be(self, code: str, factor: float) -> bool:
        """Whether money is within a hundredfold of what a quantity can be at most: billions are no chip's price."""
        row = self.scene.base.quantities[code]
        if self.quantity.kind != "money":
            return True  # watts are told as kilowatts by mistake, and gigawatts
        most = row.high * unit_of(row.unit)[1] if row.high is not None else None
        return most is None or (self.quantity.mid or 0.0) * factor <= _HUNDREDFOLD * most

    def match(self, match: Match) -> Match | None:
        """Return how well the words meet a quantity, or None where noun or time rule it out."""
        scene, code = self.scene, match.code
        row, meanings = scene.base.quantities[code], scene.meanings
        if row.unit == "count" and self.quantity.unit != "h100e" and not self._counts(code, match):
            return None
        if not self._of_that_long(code, row.period):
            return None
        if scene.says(self.quantity, code) and not (row.period == "year" and self._of_a_quarter()):
            return Match(code, _CALLED * max(match.score, UNIT_ALONE), 1.0, said=True)
        score = match.score * self._by_rate(code, row.period)
        score *= self._by_period(row.period) * _by_definer(scene, code, self.around)
        score *= self._by_pointing(code)
        if _unsaid(scene, code, self.around):
            score *= 0.45
        if self.wide and any(meanings.own[code].isdisjoint(group) for group in self.wide):
            score *= 0.7
        if self._excluded(code) or self._of_other_maker(code):
            return Match(code, 0.4 * score, min(match.share, 0.5))
        return Match(code, score, match.share)

    def _of_that_long(self, code: str, period: str) -> bool:
        """Whether a quantity may be one of a time as long as the number's: that of a half year is none of a quarter."""
        when = self.when
        quarter = when is not None and _QUARTER[0] <= when.days <= _QUARTER[1]
        return when is None or (when.fits(period) and not (quarter and code.endswith("_half")))

    def _counts(self, code: str, match: Match) -> bool:
        """Whether a quantity counts what the number does, by its noun, or by the words that it is tied to."""
        own = self.scene.meanings.own[code]
        if self.counted:
            return may_count(self.counted, own)
        if not match.named:
            return False
        if self.tied is None:
            self.tied = self._tied_words()
        return not self.tied or not self.tied.isdisjoint(own)

    def _tied_words(self) -> frozenset[str]:
        """Return the stems of the words that a number without a noun is tied to: `eine TPP von 21.000`."""
        scene, quantity = self.scene, self.quantity
        ties, inside_of = scene.ties(quantity.sentence), scene.by_sentence[quantity.sentence]
        if any(q.last <= quantity.first <= q.last + _LINKS and q.low == 1 and q.unit != "count" for q in inside_of):
            return _OF_ELSE  # `eine TPP von 21.000`
        inside = range(max(0, quantity.first - _TIED), quantity.first)
        rows = (stems for place, stems in stems_of(scene, quantity.sentence) if place in inside)
        places = [place for place in inside if ties.get(place) is quantity]
        return frozenset[str]().union(*rows) if places else frozenset()

    def _by_pointing(self, code: str) -> float:
        """Return how far the sentence that is pointed to speaks for a quantity: `Nvidia erlöste damit`."""
        return _UNPOINTED if self.pointed and self.scene.meanings.own[code].isdisjoint(self.pointed) else 1.0

    def _by_rate(self, code: str, period: str) -> float:
        """Return how far a rate of the text speaks for a quantity: a month's number is seldom told for a year's."""
        if not self.rate or period != "year":
            return 1.0
        return 1.0 if "/" in canonical(self.scene.base, code)[0] else _CONVERTED

    def _of_a_quarter(self) -> bool:
        """Whether a number is told of a quarter, not of a year: `in the quarter that ended in November`."""
        if self.when is None or self.when.days > _QUARTER[1]:
            return False
        said = self.scene.word_set(self.quantity.sentence)
        return bool(said & words("judging.period.quarter")) and not said & words("judging.period.year")

    def _by_period(self, period: str) -> float:
        """Return how far the words of time around a number speak for a quantity of that period."""
        when = self.when
        if when is not None and when.yearly and period == "cumulative":
            return _RUNNING
        if period == "level" and when is not None and when.stated and _QUARTER[0] <= when.days <= _QUARTER[1]:
            return _STOCK  # what is booked in a quarter is no stock
        if period not in {"quarter", "year"} or (when is not None and when.days > 31):
            return 1.0
        said = self.scene.word_set(self.quantity.sentence)
        quarter = not said.isdisjoint(words("judging.period.quarter"))
        if period == "year":
            return _NOT_OF_QUARTER if quarter else 1.0
        return 1.1 if quarter else 0.85 if said.isdisjoint(words("judging.period.year")) else 0.6

    def _excluded(self, code: str) -> bool:
        """Whether the text says another word of a group than the quantity: users a week are not users a month."""
        for mine, group, whole in self.scene.meanings.exclusive[code]:
            said = self._said(group)
            if said and (mine.isdisjoint(said) or (whole and not mine <= said)):
                return True
        return False

    def _of_other_maker(self, code: str) -> bool:
        """Whether a quantity is that of one maker's things, and the text speaks of none of that maker."""
        makers, scene = self.scene.meanings.makers[code], self.scene
        if not makers or not makers.isdisjoint(self.around):
            return False
        told = {one.entity for one in scene.subjects(self.quantity)}
        told |= {parent for one in told if (parent := scene.base.entities[one].parent)}
        return not any(maker in one.partition(":")[2].split("-") for maker in makers for one in told)

    def _said(self, group: frozenset[str]) -> frozenset[str]:
        """Return the words of an exclusive group that are said, the weaker ones left out."""
        if group not in self._of:
            near = {one: weight for one in group if (weight := self.around.get(one, 0.0)) >= NEAR}
            most = max(near.values(), default=0.0)
            self._of[group] = frozenset(one for one, weight in near.items() if weight >= CLEARLY * most)
        return self._of[group]


def ordered(found: list[Candidate]) -> list[Candidate]:
    """Return candidates best first, in the same order on every run: scores that differ by less than a millionth tie."""
    if len(found) < 2:
        return found
    rows = sorted([(-one.score, not one.known, one.subject, one.code, place) for place, one in enumerate(found)])
    apart = [two[0] - one[0] for one, two in pairwise(rows)]
    if any(0 < away < _TIE for away in apart):
        rows.sort(key=lambda row: (round(row[0], 6), *row[1:]))
    return [found[row[4]] for row in rows]


def _fitting(scene: Scene, quantity: Quantity) -> tuple[Fitting, frozenset[str]]:
    """Return by kind of thing the quantities that a number can be told in by its unit, each with its factor."""
    if in_equivalents(scene, quantity):
        quantity = replace(quantity, unit="h100e", noun="")
    per = divisor(scene.text, quantity) or hour_told(scene, quantity)
    key = (
        quantity.unit,
        quantity.noun if quantity.noun in TELLING else "",
        per,
        quantity.kind == "percent" and (quantity.mid or 0.0) < 1,
        quantity.kind == "number" and (quantity.mid or 0.0) > 1,
    )
    cache = scene.records.fitting
    if key not in cache:
        if len(cache) > _MOST_UNITS:
            cache.clear()
        told = {code: factor_to(quantity, row, per) for code, row in scene.base.quantities.items()}
        cache[key] = _of_units(scene, {code: factor for code, factor in told.items() if factor is not None})
    return cache[key]


def _of_units(scene: Scene, factors: dict[str, float]) -> tuple[Fitting, frozenset[str]]:
    """Return the quantities of a unit by kind of thing, and all of them."""
    rows = {
        kind: {code: (factors[code], _alone(scene, kind, code)) for code in codes if code in factors}
        for kind, codes in scene.records.kinds.items()
    }
    return {kind: (tuple(c for c in by if by[c][1]), by) for kind, by in rows.items() if by}, frozenset(factors)


def _alone(scene: Scene, kind: str, code: str) -> bool:
    """Whether the unit says what is meant: few quantities of such a thing have it; no count, share or money."""
    unit = canonical(scene.base, code)[0]
    money = kind != "model" and unit in {"USD", "EUR", "CNY"}  # of a model there is but the cost of its training
    if money or unit in {"count", "1", "token/s", "s"} or scene.meanings.required[code]:
        return False
    same = [one for one in scene.records.kinds.get(kind, ()) if canonical(scene.base, one)[0] == unit]
    return len([one for one in same if one == code or one not in rivals_of(code)]) <= _FEW


def _unsaid(scene: Scene, code: str, around: Mapping[str, float]) -> bool:
    """Whether a quantity carries a word without which it is not meant (large firms, active parameters)."""
    groups = scene.meanings.required[code]
    return bool(groups) and any(not any(around.get(one, 0.0) >= _SAID for one in group) for group in groups)


def _by_definer(scene: Scene, code: str, around: Mapping[str, float]) -> float:
    """Return how far the name of who counts (CNNIC, Microsoft) speaks for or against a quantity."""
    mine = scene.meanings.definers[code]
    if not mine:
        return 1.0
    if any(one in around for one in mine):
        return 1.25
    others = scene.meanings.counters - mine
    return _COUNTED_BY_OTHER if any(around.get(one, 0.0) >= NEAR for one in others) else 0.85


def definer_named(scene: Scene, code: str, around: Mapping[str, float]) -> bool:
    """Whether the text names who counts, where the quantity is one of that counting alone."""
    mine = scene.meanings.definers[code]
    return not mine or any(one in around for one in mine)


def leaders(found: list[Candidate]) -> list[Candidate]:
    """Return the first candidate and those of the same subject that the text gives as much ground for."""
    if not found:
        return []
    first = found[0]
    if first.match.said:  # the whole name leaves no room for a rival definition
        found = [one for one in found if one.match.said]
    rivals = rivals_of(first.code)
    return [
        one for one in found
        if one.subject == first.subject and one.factor == first.factor
        and (one.score >= CLOSE * first.score or (one.code in rivals and not preferred.told_apart(first, one)))
    ]  # fmt: skip
