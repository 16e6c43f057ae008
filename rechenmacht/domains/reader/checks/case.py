"""One number with all that is settled about it before its value counts: who, what and when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rechenmacht.domains.reader import datings, moved, reporting, times
from rechenmacht.domains.reader.around import context, heading, told_just_before
from rechenmacht.domains.reader.bases import bases_said, of_basis
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import leaders, ordered, rank
from rechenmacht.domains.reader.checks.told import Told
from rechenmacht.domains.reader.checks.values import gap, reached, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.counting import stemmed
from rechenmacht.domains.reader.ellipsis import bare, met_too, parallel, told_before
from rechenmacht.domains.reader.meanings import NEAR, rivals_of
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.months import days_of
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, of_claim, source
from rechenmacht.domains.reader.words import either, words
from rechenmacht.evidence.forms import Claim


@dataclass(frozen=True, slots=True)
class Row:
    """One claim that may decide, how far the number is from it, and for which candidate."""

    gap: float
    claim: Claim
    band: tuple[float, float]
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Case:
    """One number with all that is settled about it before its value counts."""

    scene: Scene
    quantity: Quantity
    when: Period | None
    ranked: list[Candidate]
    group: list[Candidate]
    closed: bool
    carried: Period | None = None
    bases: frozenset[str] = frozenset()  # widths of number formats that the text says

    @property
    def close(self) -> float:
        """The factor within which the number is confirmed."""
        return 1 + tolerance(self.quantity)

    def rows(self, claims: list[Claim], candidate: Candidate) -> list[Row]:
        """Return claims with their distances."""
        records = self.scene.records
        less = words("judging.doubt.loss")
        if self.quantity.kind == "percent":
            less |= words("judging.growth.down") | words("judging.growth.cut")
        lost = self.scene.word_set(self.quantity.sentence) & less
        found = []
        for claim in claims:
            band = records.band(claim)
            if lost and band[1] < 0 and (self.quantity.mid or 0.0) > 0:
                band = (-band[1], -band[0])
            away = gap(self.quantity, *band, candidate.factor, closed=self.closed)
            if not math.isnan(away):
                found.append(Row(away, claim, band, candidate))
        return found

    def told(self, row: Row, **more: tuple[str, str]) -> Told:
        """Return what a text about a row needs."""
        unit = canonical(self.scene.base, row.candidate.code)[0]
        values = {
            "name": self.scene.name(row.candidate.subject), "what": self.scene.what(row.candidate.code),
            "given": alike(self.quantity.text), "expected": of_claim(row.claim, row.band, unit),
            "source": source(self.scene.base, [row.claim]),
        }  # fmt: skip
        return Told(values | more, row.band, [row.claim], row.candidate.subject, row.candidate.code)


def settle(scene: Scene, quantity: Quantity) -> Case:
    """Settle who and what a number is about, without its value."""
    when = _month_of_that_year(scene, quantity) or moved.over_span(scene, quantity)
    when = when or times.period(scene, quantity) or _of_sentence(scene, quantity) or _of_same(scene, quantity)
    when = when or _of_heading(scene, quantity)
    ranked = parallel(scene, quantity, rank(scene, quantity, when))
    when = times.of_firm(scene, ranked[0].subject, when) if ranked and when is not None else when
    ranked = _of_that_long(scene, ranked, when)
    said = bases_said(scene, quantity) if quantity.unit == "FLOP/s" else frozenset[str]()
    group = _leading(scene, ranked, said)
    carried = times.carried(scene, quantity) if when is None else None
    if when is None and group:
        group = _of_quarter(scene, group, carried, quantity)
        when = reporting.reported(scene, quantity, group[0].subject, group[0].code, carried)
        carried = carried if when is None else None
    scene.kept.settled[quantity.id], scene.kept.dated[quantity.id] = when or carried, when
    return Case(scene, quantity, when, ranked, group, _closed(scene, quantity, group), carried, said)


def _of_that_long(scene: Scene, ranked: list[Candidate], when: Period | None) -> list[Candidate]:
    """Return candidates of a time as long as the number's: what a year is gone on with is none of a quarter."""
    return [one for one in ranked if when is None or when.fits(scene.records.period(one.code))]


def _of_quarter(scene: Scene, group: list[Candidate], carried: Period | None, quantity: Quantity) -> list[Candidate]:
    """Return the quantities of a quarter for those of a year, where an article reports on one and tells no other time.

    `Meta's cash capex was $30.1 billion` in a report on the second quarter is that of the quarter.
    """
    first = group[0]
    code = f"{first.code.removesuffix('_year')}_quarter"
    yearly = scene.records.period(first.code) == "year" and bool(scene.records.of(first.subject, code))
    if not yearly or reporting.reported(scene, quantity, first.subject, code, carried) is None:
        return group
    return [replace(first, code=code, match=replace(first.match, code=code)), *group]


def _leading(scene: Scene, ranked: list[Candidate], said: frozenset[str]) -> list[Candidate]:
    """Return the candidates that a number is told of, of those on which the base has claims, in the width said."""
    known = [one for one in ranked if one.known and of_basis(scene, one.code, said)] or _of_width(scene, ranked, said)
    group = leaders(known)
    return group + [one for one in known if group and one not in group and _beside(scene, group[0], one)]


def _closed(scene: Scene, quantity: Quantity, group: list[Candidate]) -> bool:
    """Whether a bound is meant as the value itself: words say that it is reached, or it is a rule's own."""
    before = [token.low for token in scene.text.tokens[max(0, quantity.first - 3) : quantity.first]]
    return reached(quantity, before) or bool(group and group[0].subject.startswith("rule:"))


def of_growths(case: Case) -> Case:
    """Return a case told by what is itself a growth, as the verb says: `demand grew by 2.6 percent`."""
    scene, grown = case.scene, stemmed("judging.growth.counted")
    near = {one for one, close in context(scene, case.quantity).items() if close >= NEAR} | grown
    points = either("judging.focus.this", "judging.focus.pronouns")  # `dieser Verbrauch`
    near |= told_just_before(scene, case.quantity.sentence, points)
    own = scene.meanings.own
    ranked = ordered([met_too(scene, one, near) for one in case.ranked if not own[one.code].isdisjoint(grown)])
    return replace(case, ranked=ranked, group=leaders([one for one in ranked if one.known and one.match.named]))


def _of_width(scene: Scene, ranked: list[Candidate], said: frozenset[str]) -> list[Candidate]:
    """Return the rates of the width that is said, where the base has them in another format of it: INT8 for FP8."""
    if not said or not ranked or not ranked[0].match.named:
        return []
    first = ranked[0]
    return [
        replace(first, code=code, known=True) for code in sorted(rivals_of(first.code))
        if of_basis(scene, code, said) and scene.records.of(first.subject, code)
    ]  # fmt: skip


def _month_of_that_year(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the month of the year told before: `Im März desselben Jahres`, in a text that tells no day of its own."""
    dates = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    month = str(dates[0].low or "").removeprefix("--") if len(dates) == 1 and days_of(dates[0]) is None else ""
    if not month.isdigit() or scene.word_set(quantity.sentence).isdisjoint(words("judging.period.same_year")):
        return None
    told = times.carried(scene, quantity)
    if told is None:
        return None
    first = date(told.end.year, int(month), 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Period(first, last, stated=True, fiscal=False, text=dates[0].text)


def _of_sentence(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of a sentence for a number that goes on with one before: `Meta had 5 in 2025, Google 7`."""
    if len(datings.dates_of(scene, quantity.sentence)) != 1 or not bare(scene, quantity):
        return None
    told = times.carried(scene, quantity)
    now = scene.word_set(quantity.sentence) & words("judging.period.now")
    return None if told is None or now or not times.untold(scene, quantity) else told


def _of_same(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time told before, where the words say that it is the same one or a bare number goes on with it."""
    if scene.word_set(quantity.sentence) & words("judging.period.now") or not times.untold(scene, quantity):
        return None
    if times.same_time(scene, quantity):
        return times.carried(scene, quantity)
    before = told_before(scene, quantity) if bare(scene, quantity) else None
    if before is None:
        return None
    if datings.dates_of(scene, quantity.sentence) and not times.of_origin(scene, quantity):
        return None
    beside = scene.by_sentence.get(quantity.sentence - 1, ())
    last = [q for q in beside if q.unit == quantity.unit and q.kind != "date" and times.untold(scene, q)]
    then = times.period(scene, last[-1]) if last else None
    return then or times.period(scene, before) or times.carried(scene, before)


def _of_heading(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of the heading of a line that tells only names and numbers: `Investment in Q2 2026`."""
    dates = [days for head in heading(scene, quantity.sentence) for days in datings.dates_of(scene, head)]
    if len(dates) != 1 or datings.dates_of(scene, quantity.sentence):
        return None
    return Period(*dates[0], stated=True, fiscal=False, text="")


def _beside(scene: Scene, first: Candidate, one: Candidate) -> bool:
    """Whether a candidate of another subject may be meant as well as the first one."""
    return _same_rule(first, one) or _of_both(scene, first, one)


def _same_rule(first: Candidate, one: Candidate) -> bool:
    """Whether a candidate is another rule of the year that the text points to as much, and no more by name."""
    rules = first.subject.startswith("rule:") and one.subject.startswith("rule:")
    return rules and one.code == first.code and one.weight == first.weight and one.score == first.score


def _of_both(scene: Scene, first: Candidate, one: Candidate) -> bool:
    """Whether a quantity of another subject is about the first one too: chips of Nvidia that are delivered to China."""
    mine, own = scene.own_words(first.by.mention), scene.meanings.own[one.code]
    wide = scene.meanings.own[first.code]
    return (
        one.subject != first.subject and one.factor == first.factor and one.score >= 0.7 * first.score
        and one.match.named and mine <= own and not mine <= wide and first.by.mention.kind != one.by.mention.kind
    )  # fmt: skip
