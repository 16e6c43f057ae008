"""Numbers against the fact base: who and what is meant is settled before the value is looked at."""

from __future__ import annotations

import re

from rechenmacht.domains.reader.bases import of_basis
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.checks import doubt, elsewhere, explained, hinted, limits, narrower, siblings, slips
from rechenmacht.domains.reader.checks.case import Case, Row
from rechenmacht.domains.reader.checks.claimed import claims_of, dated_here
from rechenmacht.domains.reader.checks.families import narrowed
from rechenmacht.domains.reader.checks.narrower import of_whose
from rechenmacht.domains.reader.checks.owndate import of_own_date
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import (
    NEARLY,
    far,
    figures,
    gap,
    nearly,
    rounding,
    says_little,
)
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.meanings import rivals_of
from rechenmacht.domains.reader.model import Verdict, Verdicts
from rechenmacht.domains.reader.wording import alike, both, source
from rechenmacht.domains.reader.words import words

_BITS = re.compile(r"[KMGTP](?:b|bps)\b|[Bb]it")
_RACK = 30.0  # a power this many times a chip's is a rack's or a site's that is told by the chip
_MANY_FIGURES = 3  # a value of a data sheet written out further than this is its own or another's
_OTHER_THINGS = 50.0  # a number this many times off is of other things (`a Colossus engineer moved two houses`)
_BOTH_WAYS = (1.95, 2.05)
_WHOLE = 0.99
_ALSO_MET, _ALSO_SCORED = 0.6, 0.5  # a quantity met so well beside the first
_SOME = 2  # figures of a number that is confirmed by what the words only name too
_NAMED_MORE = 1.2  # a quantity named in whole this much more than its rival is the one meant
_TOO = 0.3  # a quantity named this much beside the leading one may confirm a number where the base lacks that one
_ABOUT = 1.05  # `about 132 kW` is only roughly right of 145
_HINTED = 0.55  # words that name no quantity, but point to it as strongly, may confirm a number


def judge(case: Case) -> Verdict | None:
    """Return what the fact base says about a number, or None where it has nothing to say on it."""
    told = explained.softened(case, _judged(case))
    open_yet = told is not None and told.reason in words("judging.doubt.unsettled")
    sibling = siblings.of_sibling(case, told) if told is not None and open_yet else None
    return sibling or slips.slipped(case, told) or told


def _judged(case: Case) -> Verdict | None:
    quantity = case.quantity
    if quantity.noun == "point" or not case.ranked:
        return None
    first = case.ranked[0]
    if quantity.negated:
        return verdict(quantity, "unverifiable", "facts", "negated", Told({}, subject=first.subject, code=first.code))
    if _lacking(case):
        return (
            _sum_of_quarters(case) or _known_as_well(case, first) or siblings.of_another(case, first)
            or _nothing(case, first)
        )  # fmt: skip
    return _by_claims(case) if case.group else None


def _known_as_well(case: Case, first: Candidate) -> Verdict | None:
    """Confirm a number by a quantity that the words name too, where the base lacks the one that they lead to.

    `Sales at the AI cloud company reached $1.36 billion` is its revenue, where the base has no cloud revenue of it.
    """
    named = [
        one for one in case.ranked
        if one.known and one.subject == first.subject and one.match.share >= _WHOLE and one.factor == first.factor
        and one.score >= _TOO * first.score
    ]  # fmt: skip
    return _if_confirmed(case, _rows(case, named))


def _by_claims(case: Case) -> Verdict | None:
    """Judge a number by the claims on the quantities that lead, of its time."""
    quantity = case.quantity
    rows = _rows(case, case.group) or _rows(case, _rivals(case))
    if not rows:
        return _sum_of_quarters(case) or _nearly_named(case) or elsewhere.other_time(case, case.group[0])
    rows = [row for row in rows if not doubt.flow_of_year(case, row.candidate)] or rows
    best = min(rows, key=lambda row: (row.gap, abs(_off(case, row)), row.claim.id))
    if narrowed(case.scene, quantity, best.candidate.subject) or doubt.flow_of_year(case, best.candidate):
        return verdict(quantity, "unverifiable", "facts", "unsure", case.told(best))
    if best.gap <= case.close and _may_confirm(case, best):
        return elsewhere.just_of_year(case, best) or _confirmed(case, best, rows)
    return _missed_as_named(case, best, rows)


def _missed_as_named(case: Case, best: Row, rows: list[Row]) -> Verdict:
    """Judge a number that nothing confirms by the quantity named in whole, not by a rival near it."""
    first = case.group[0]
    own = [row for row in rows if row.candidate == first]
    apart = first.match.share >= _WHOLE and first.score >= _NAMED_MORE * best.candidate.score
    if best.candidate == first or not own or not apart:
        return _missed(case, best, rows)
    told = _missed(case, min(own, key=lambda row: (row.gap, abs(_off(case, row)), row.claim.id)), rows)
    plain_miss = told.verdict == "contradicted" and told.reason == "contradicted"
    return _open(case, best, "spread") if plain_miss and best.gap <= NEARLY else told


def said(case: Case, told: Verdict) -> bool:
    """Whether the words name in whole the quantity of a verdict."""
    return any(
        one.subject == told.subject and one.code == told.quantity and one.match.share >= _WHOLE for one in case.ranked
    )


def _rows(case: Case, candidates: list[Candidate]) -> list[Row]:
    return [row for one in candidates for row in case.rows(claims_of(case, one), one)]


def _rivals(case: Case) -> list[Candidate]:
    """Return other quantities of the subject that the words name nearly as well, where the first has no claim then."""
    first = case.group[0]
    return [
        one for one in case.ranked
        if one.subject == first.subject and one.known and one.match.named and of_basis(case.scene, one.code, case.bases)
        and (one.score >= 0.7 * first.score or one.code in rivals_of(first.code))
    ]  # fmt: skip


def _nearly_named(case: Case) -> Verdict | None:
    """Confirm a number of a time of which the first quantity has no claim by one that the words name nearly as well."""
    first = case.group[0]
    also = [
        one for one in case.ranked
        if one.subject == first.subject and one.known and one.match.share >= _ALSO_MET
        and one.score >= _ALSO_SCORED * first.score and of_basis(case.scene, one.code, case.bases)
    ]  # fmt: skip
    return _if_confirmed(case, _rows(case, also))


def _if_confirmed(case: Case, rows: list[Row], least: int = _SOME) -> Verdict | None:
    """Confirm a number of so many figures by the nearest of some rows, where that does and may."""
    best = min(rows, key=lambda row: (row.gap, abs(_off(case, row)), row.claim.id), default=None)
    if best is None or best.gap > case.close or figures(case.quantity) < least or not _may_confirm(case, best):
        return None
    return elsewhere.just_of_year(case, best) or _confirmed(case, best, rows)


def _off(case: Case, row: Row) -> float:
    """Return how far a number is from the middle of a claim, relative."""
    middle = case.scene.records.middle(row.claim)
    value = (case.quantity.mid or 0.0) * row.candidate.factor
    return value / middle - 1 if middle else float("inf")


def _lacking(case: Case) -> bool:
    """Whether the text plainly means a quantity that the base lacks for the subject."""
    first = case.ranked[0]
    if first.known or not first.match.named:
        return False
    if case.bases and case.group and case.group[0].subject == first.subject:
        return False  # FP8 is said, and the base has the chip's INT8
    return not case.group or case.group[0].score < 0.92 * first.score


def _nothing(case: Case, one: Candidate) -> Verdict:
    values = {"name": case.scene.name(one.subject), "what": case.scene.what(one.code)}
    return verdict(case.quantity, "unverifiable", "facts", "no_claim", Told(values, subject=one.subject, code=one.code))


def _sum_of_quarters(case: Case) -> Verdict | None:
    """Judge a year's flow by the sum of its four quarters."""
    one = case.ranked[0]
    if case.when is None or not case.when.yearly or not one.code.endswith("_year"):
        return None
    code = f"{one.code.removesuffix('_year')}_quarter"
    summed = case.scene.records.year_of_quarters(one.subject, [code], case.when)
    if summed is None:
        return None
    total, claims = summed
    away = gap(case.quantity, total, total, one.factor, closed=case.closed)
    unit = canonical(case.scene.base, one.code)[0]
    told = Told(
        {"name": case.scene.name(one.subject), "what": case.scene.what(one.code), "expected": both(total, unit),
         "given": alike(case.quantity.text), "source": source(case.scene.base, claims)},
        (total, total), claims, one.subject, one.code,
    )  # fmt: skip
    if away <= case.close:
        return verdict(case.quantity, "supported", "facts", "sum", told)
    if away > far(case.quantity, claims) and doubt.plain(case, one):
        return verdict(case.quantity, "contradicted", "facts", "sum_wrong", told)
    return verdict(case.quantity, "imprecise" if away < 1.2 else "unverifiable", "facts", "unsure", told)


def _may_confirm(case: Case, row: Row) -> bool:
    """Whether a number that fits may be confirmed: it is no increment, and the words or the unit point there."""
    one = row.candidate
    return (
        not doubt.increment(case, one)
        and not doubt.of_theirs(case, one)
        and not narrower.of_unread(case, one)
        and not narrower.out_of_place(case, one)
        and not doubt.of_later(case, row)
        and not of_whose(case, one)
        and not _of_other_time(case, row)
        and (_as_named(case, one) or one.score >= 0.35)
        and (one.match.named or one.match.score * one.weight >= _HINTED or one.plain or _as_named(case, one))
    )


def _of_other_time(case: Case, row: Row) -> bool:
    """Whether a claim is not of the only time of the sentence, which is told for a number of the same unit."""
    told, records = case.carried, case.scene.records
    if case.when is not None or told is None or records.period(row.candidate.code) == "static":
        return False
    if not dated_here(case) or len(case.scene.beside(case.quantity)) < 2:
        return False
    return row.claim not in records.at(row.candidate.subject, row.candidate.code, told)


def _as_named(case: Case, one: Candidate) -> bool:
    """Whether a quantity is a rival definition of the one that the words name first."""
    first = case.ranked[0]
    named = first.match.named or first.match.score * first.weight >= _HINTED
    return named and first.subject == one.subject and one.code in rivals_of(first.code)


def _confirmed(case: Case, best: Row, rows: list[Row]) -> Verdict:
    if says_little(case.quantity, *best.band, best.candidate.factor) and not case.closed:
        wide = best.candidate.factor * (0.5 if case.quantity.low is None else 2)
        which: Verdicts = "unverifiable" if says_little(case.quantity, *best.band, wide) else "imprecise"
        return verdict(case.quantity, which, "facts", "little", case.told(best))
    rival = next(
        (
            row
            for row in rows
            if row.candidate.code != best.candidate.code
            and row.gap > far(case.quantity, [row.claim])
            and of_basis(case.scene, row.candidate.code, case.bases)
        ),
        None,
    )
    if rival is not None:
        unit = canonical(case.scene.base, rival.candidate.code)[0]
        more = {"other": case.scene.what(rival.candidate.code), "rival": both(rival.band[0], unit, rival.band[1])}
        return verdict(case.quantity, "supported", "facts", "definition", case.told(best, **more))
    if case.quantity.hedge == "about" and figures(case.quantity) > 1 and best.gap > _ABOUT:
        return verdict(case.quantity, "imprecise", "facts", "imprecise", case.told(best))
    return verdict(case.quantity, "supported", "facts", "supported", case.told(best))


def _missed(case: Case, best: Row, rows: list[Row]) -> Verdict:
    """Judge a number that no claim of its subject, quantity and time confirms."""
    one = best.candidate
    limit = limits.limit(case, best, [row.claim for row in rows if row.gap <= best.gap * 1.001])
    times = _times(case, best) or _of_own_date(case, one)
    if times is not None:
        return times
    if not doubt.plain(case, one) or best.gap <= case.close:
        return _not_plain(case, best, limit)
    another = _unit_error(case, best) or elsewhere.fits(case, best, limit)
    if another is not None:
        return another
    if case.when is None and case.scene.records.period(one.code) != "static" and not doubt.far_from_all(case, one):
        return _open(case, best, "undated")
    swapped = elsewhere.crossed(case, best)
    return swapped if swapped is not None else _by_distance(case, best, limit)


def _of_own_date(case: Case, one: Candidate) -> Verdict | None:
    """Confirm a number by the claim of a date that its own clause tells, where another was taken for its time."""
    records = case.scene.records
    if case.when is None or records.period(one.code) == "static":
        return None
    own = [claim for claim in records.of(one.subject, one.code) if of_own_date(case, claim)]
    return _if_confirmed(case, case.rows(own, one), least=0)


def _open(case: Case, best: Row, reason: str) -> Verdict:
    return verdict(case.quantity, "unverifiable", "facts", reason, case.told(best))


def _not_plain(case: Case, best: Row, limit: float) -> Verdict:
    """Tell what a number may be of, where the sentence does not plainly say it of just that."""
    crossed = None if doubt.increment(case, best.candidate) else elsewhere.crossed
    return (
        elsewhere.older(case, best)
        or elsewhere.of_neighbour(case, best, limit)
        or (crossed(case, best) if crossed is not None else None)
        or hinted.fits_elsewhere(case, best, limit)
        or _open(case, best, "unsure")
    )


def _by_distance(case: Case, best: Row, limit: float) -> Verdict:
    """Judge a number by how far it is from the nearest claim."""
    quantity = case.quantity
    if figures(quantity) > _MANY_FIGURES and case.scene.records.period(best.candidate.code) == "static":
        another = siblings.of_another(case, best.candidate)
        if another is not None and another.verdict == "other":
            return another
    if best.gap <= limit:
        return _within(case, best, limit)
    if _of_other_things(case, best):
        return _open(case, best, "unsure")
    if not case.bases and limits.between_definitions(case, best):
        return _open(case, best, "spread")
    contradicted = verdict(quantity, "contradicted", "facts", "contradicted", case.told(best))
    return elsewhere.with_sparsity(case, best) or contradicted


def _within(case: Case, best: Row, limit: float) -> Verdict:
    """Judge a number that is within what the claims leave open: imprecise where it is near, else nobody can tell."""
    quantity = case.quantity
    round_one = figures(quantity) <= 1 and rounding(quantity, *best.band, best.candidate.factor)
    near = best.gap <= min(limit, nearly(quantity, [best.claim], rounded=round_one))
    if near and (best.candidate.match.named or _as_named(case, best.candidate)):
        return verdict(quantity, "imprecise", "facts", "imprecise", case.told(best))
    return _open(case, best, "spread")


def _of_other_things(case: Case, best: Row) -> bool:
    """Whether a number so far off is rather one of other things: of parts, of several, or of the rack."""
    unit = case.quantity.unit
    if best.candidate.code == "system_chips" and _part_or_multiple(case, best):
        return True
    if best.candidate.code.endswith("scaleup_bandwidth") and _BOTH_WAYS[0] <= best.gap <= _BOTH_WAYS[1]:
        return True  # makers tell links in both directions
    if best.gap > _OTHER_THINGS and (unit in {"count", "people"} or case.quantity.kind == "money"):
        return True
    return best.gap > _RACK and unit == "W" and best.candidate.subject.startswith("chip:")  # `120 kW` of a rack


def _unit_error(case: Case, best: Row) -> Verdict | None:
    """Recognise a mix-up of billion and Milliarde, and of bits and bytes."""
    quantity = case.quantity
    value = (quantity.mid or 0.0) * best.candidate.factor
    scaled = quantity.kind == "money" or "illi" in quantity.text.lower()
    for thousand in (1e3, 1e-3):
        if scaled and value > 0 and best.band[0] * 0.97 <= value / thousand <= best.band[1] * 1.03:
            return verdict(quantity, "contradicted", "unit", "magnitude", case.told(best))
    unit = canonical(case.scene.base, best.candidate.code)[0]
    if unit in {"B", "B/s"} and 7.6 <= best.gap <= 8.4 and _BITS.search(quantity.text):
        return verdict(quantity, "contradicted", "unit", "bits", case.told(best))
    return None


def _times(case: Case, best: Row) -> Verdict | None:
    """Judge the total of several things of a kind: `ten NVL72 racks have 720 GPUs together`."""
    quantity, one = case.quantity, best.candidate
    if one.subject.partition(":")[0] not in {"chip", "system"}:
        return None
    counts = [
        q for q in case.scene.by_sentence[quantity.sentence]
        if q is not quantity and q.unit == "count" and (q.mid or 0) > 1
        and (q.noun or q.last >= one.by.mention.first - 2)
    ]  # fmt: skip
    for count in counts[:4]:
        total = [end * float(count.mid or 0) for end in best.band]
        if gap(quantity, total[0], total[1], one.factor, closed=True) <= case.close:
            unit = canonical(case.scene.base, one.code)[0]
            told = case.told(best, count=alike(count.text), each=both(best.band[0], unit, best.band[1]),
                             expected=both(total[0], unit, total[1]))  # fmt: skip
            return verdict(quantity, "supported", "facts", "times", told)
    return None


def _part_or_multiple(case: Case, best: Row) -> bool:
    """Whether a count can be that of a part of the system, of several, or of a whole cluster of that name."""
    value, whole = (case.quantity.mid or 0.0), best.band[1]
    said = case.scene.word_set(case.quantity.sentence)
    if value <= 0 or value / whole > 20 or said & words("judging.doubt.several_systems"):
        return True
    if said & (words("judging.doubt.parts") - words("judging.doubt.one_system")):
        return True
    others = [q for q in case.scene.by_sentence[case.quantity.sentence] if q is not case.quantity and q.unit == "count"]
    times = value / whole if value >= whole else whole / value
    return times % 1 == 0 and any(q.mid in {times, whole} for q in others)
