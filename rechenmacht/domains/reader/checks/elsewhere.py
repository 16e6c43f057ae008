"""A number that does not fit where it is said to belong: of another year, another subject, another quantity?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.domains.reader import datings, setback, times
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import rank
from rechenmacht.domains.reader.checks import siblings
from rechenmacht.domains.reader.checks.narrower import out_of_place
from rechenmacht.domains.reader.checks.owndate import dated_behind, of_own_date, of_that_month
from rechenmacht.domains.reader.checks.siblings import claims_then
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import figures, gap, rounding, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.ellipsis import parallel
from rechenmacht.domains.reader.meanings import rivals_of
from rechenmacht.domains.reader.model import Verdict
from rechenmacht.domains.reader.quarters import partial
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.wording import Pair, alike, both, source, when
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

if TYPE_CHECKING:
    from rechenmacht.domains.reader.checks.case import Case, Row

_YEAR_APART = 1.04  # the number of another year is wrong where the two years differ by this much
_FURTHER = 1.2  # a number this far off and just that of another is no chance hit either
_LED = 4  # quantities that another number may be told for
_MANY = 3  # so many figures are no chance hit
_NAMED = 0.7  # by so much they nearly name a quantity
_ALSO_NAMED = 0.35  # nor is one that they name and meet by so much
_EXPECTED = frozenset({"forecast", "planned", "opinion"})
_AS_GOOD = 0.8  # a quantity that the words meet as well is no other one
_NOT_WRITTEN = 0.004  # a value of three figures and more is not its year's this far off
_SOON = 100  # days; `the current quarter` may be the firm's own
_YEARS = 800  # days
_SHORT = 3  # letters of a name that too many others share
_JUST = 0.001  # and another's this near
_HARDLY_OFF = 0.02  # a value in round figures is another year's only this near
_MISSED = 1.1  # a number this far off, and no value in round figures, may be that of another year
_CROSSED = 1.08  # a number this far off may be that of another
_SPARSE = frozenset({"org:nvidia", "org:amd"})  # makers whose sheets state rates with 2:4 sparsity beside dense ones
_ROUND = 0.12  # 20 PFLOP/s are told of a chip of 9 dense
_OWN = 0.9  # a subject of the number's own clause points to it as strongly as this
_AMBIGUOUS = 0.93  # a second subject pointed to this strongly leaves open who is meant


def _exact(case: Case, claim: Claim, factor: float) -> bool:
    """Whether a number is that of a claim, and as exactly as it is written."""
    low, high = case.scene.records.band(claim)
    middle = case.scene.records.middle(claim)
    slack = min(tolerance(case.quantity), 0.04 if figures(case.quantity) > 1 else 0.06)
    inside = gap(case.quantity, low, high, factor, closed=True) <= 1.0001 and high <= 1.2 * low
    value = (case.quantity.mid or 0.0) * factor
    return inside or (middle > 0 and value > 0 and max(value / middle, middle / value) <= 1 + slack)


def rival_subject(case: Case, one: Candidate) -> bool:
    """Whether another thing of the kind, named in the sentence too, may be meant just as well."""
    for other in case.ranked:
        if other.subject == one.subject or other.code != one.code:
            continue
        if other.weight >= _AMBIGUOUS * one.weight and other.by.mention is not one.by.mention:
            return True
        of_name = case.scene.own_words(one.by.mention) <= case.scene.meanings.own[one.code]
        if of_name and other.known and not other.subject.startswith(("bloc:", "country:")):
            return True  # `the Chinese market` is part of the quantity, of which a firm has its share
    return False


def fits(case: Case, best: Row, limit: float) -> Verdict | None:
    """Return what a number is instead, where it is the number of another subject, year or quantity."""
    return of_subject(case, best, limit) or of_year(case, best, limit) or of_quantity(case, best, limit)


def of_subject(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell the number of another thing that the sentence names, or of a variant of the same."""
    one = best.candidate
    named = _named_near(case, one)
    variants = _variants(case, one.subject)
    if _by_family(case, one):
        named, variants = named - set(variants), []
    variants = [subject for subject in variants if subject not in named]
    for subject in (*sorted(named - {one.subject}), *variants):
        if subject.partition(":")[0] != one.subject.partition(":")[0]:
            continue
        chance = best.gap <= limit and subject in named and figures(case.quantity) < 2
        if chance or not any(_exact(case, claim, one.factor) for claim in claims_then(case, subject, one.code)):
            continue
        told = case.told(best, other=case.scene.name(subject))
        if subject in named and best.gap > 1.1:
            return verdict(case.quantity, "contradicted", "facts", "contradicted_subject", told)
        return verdict(case.quantity, "other", "facts", "other_subject", told)
    return None


def _by_family(case: Case, one: Candidate) -> bool:
    """Whether a chip is told by the name of its family (`the Blackwell GPUs`), so that a variant may be meant."""
    tokens = case.scene.text.tokens[one.by.mention.first : one.by.mention.last]
    return one.subject.startswith("chip:") and not any(c.isdigit() for token in tokens for c in token.text)


def _named_near(case: Case, one: Candidate) -> set[str]:
    """Return what the sentences around a number name, and who else may be meant for its quantity."""
    near = range(case.quantity.sentence - 1, case.quantity.sentence + 2)
    named = {m.entity for number in near for m in case.scene.named.get(number, ())}
    return named | {other.subject for other in case.ranked if other.code == one.code}


def of_neighbour(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell a number that is just that of a thing named in the sentence before or behind, also where it is not plain."""
    one, here = best.candidate, case.quantity.sentence
    if best.gap <= limit or figures(case.quantity) < 3 or one.weight < _OWN or one.by.mention.sentence != here:
        return None
    kind = one.subject.partition(":")[0]
    mine = {m.entity for m in case.scene.named.get(here, ())}
    near = {m.entity for k in (here - 1, here + 1) for m in case.scene.named.get(k, ()) if m.kind == kind} - mine
    for subject in sorted(near):
        if any(_exact(case, claim, one.factor) for claim in claims_then(case, subject, one.code)):
            told = case.told(best, other=case.scene.name(subject))
            return verdict(case.quantity, "other", "facts", "other_subject", told)
    return None


def crossed(case: Case, best: Row) -> Verdict | None:
    """Tell a number that is just that of another name, date or number format of its sentence, where it is not plain."""
    if best.gap <= _CROSSED or figures(case.quantity) < 2:
        return None
    return (
        _of_partner(case, best) or _of_other_date(case, best) or _of_basis(case, best) or _of_other_number(case, best)
    )


def with_sparsity(case: Case, best: Row) -> Verdict | None:
    """Tell a rate that its maker states with sparsity: twice the dense one, which the base keeps."""
    one, scene = best.candidate, case.scene
    maker = scene.base.entities[one.subject].parent if one.subject in scene.base.entities else ""
    if maker not in _SPARSE or not (one.code.startswith(("peak_", "system_peak_")) and one.code.endswith("_dense")):
        return None
    value = (case.quantity.mid or 0.0) * one.factor
    if not 2 * best.band[0] * (1 - _ROUND) <= value <= 2 * best.band[1] * (1 + _ROUND):
        return None
    return verdict(case.quantity, "other", "facts", "sparse", case.told(best))


def _of_other_number(case: Case, best: Row) -> Verdict | None:
    """Tell the number of the quantity that another number of the sentence is told for."""
    one, scene = best.candidate, case.scene
    if figures(case.quantity) < _MANY or one.weight < _OWN:
        return None
    for beside in scene.beside(case.quantity):
        if beside is case.quantity:
            continue
        led = parallel(scene, beside, rank(scene, beside, times.period(scene, beside)))
        for other in led[:_LED]:
            if other.code == one.code or not (other.known and other.match.named) or other.factor != one.factor:
                continue
            if any(_exact(case, claim, one.factor) for claim in claims_then(case, one.subject, other.code)):
                told = case.told(best, other=scene.what(other.code))
                return verdict(case.quantity, "other", "facts", "other_quantity", told)
    return None


def _of_partner(case: Case, best: Row) -> Verdict | None:
    """Tell the number of another name, where names and numbers are told in step and each has its own."""
    one, scene = best.candidate, case.scene
    kind = one.subject.partition(":")[0]
    here, mine = case.quantity.sentence, scene.clause(case.quantity.sentence, case.quantity.first)
    stepped = scene.partner(case.quantity, kind) is one.by.mention
    apart = (figures(case.quantity) >= _MANY or best.gap > _FURTHER) and one.by.mention.sentence == here
    apart = apart and scene.clause(here, one.by.mention.first) == mine
    named = {m.entity for m in scene.named.get(here, ()) if stepped or scene.clause(here, m.first) != mine}
    for subject in sorted(named - {one.subject}) if stepped or apart else ():
        alike = subject.partition(":")[0] == kind or {kind, subject.partition(":")[0]} <= {"bloc", "country"}
        if (alike or apart) and any(_exact(case, claim, one.factor) for claim in claims_then(case, subject, one.code)):
            told = case.told(best, other=scene.name(subject))
            return verdict(case.quantity, "other", "facts", "other_subject", told)
    return None


def _of_other_date(case: Case, best: Row) -> Verdict | None:
    """Tell the number of another date of its sentence."""
    one, records = best.candidate, case.scene.records
    if case.when is None or records.period(one.code) == "static":
        return None
    for start, end in sorted(datings.dates_of(case.scene, case.quantity.sentence)):
        if start <= case.when.end and case.when.start <= end:
            continue
        then = Period(start, end, stated=True, fiscal=case.when.fiscal, text="")
        for claim in records.at(one.subject, one.code, then):
            if _exact(case, claim, one.factor) and not of_own_date(case, claim):
                told = case.told(best, other=when(claim.as_of))
                return verdict(case.quantity, "other", "facts", "contradicted_year", told)
    return None


def _of_basis(case: Case, best: Row) -> Verdict | None:
    """Tell a rate of another width than the number format that the text says."""
    one = best.candidate
    if not case.bases or one.weight < _OWN:
        return None
    for code in sorted(rivals_of(one.code)):
        if any(_exact(case, claim, one.factor) for claim in case.scene.records.of(one.subject, code)):
            told = case.told(best, other=case.scene.what(code))
            return verdict(case.quantity, "other", "facts", "other_quantity", told)
    return None


def _variants(case: Case, subject: str) -> list[str]:
    """Return other things whose name begins alike: the A100 with 40 GB, the Atlas 950 of 64 chips."""
    kind, _, name = subject.partition(":")
    if kind not in {"chip", "system", "model", "site"}:
        return []
    parts = name.split("-")
    whole = kind in {"system", "model"} or not any(c.isdigit() for c in parts[0])
    stem = "-".join(parts[:2]) if whole else parts[0]
    near = list(case.scene.records.alike(f"{kind}:{stem}"))
    if kind == "chip" and len(parts[0]) > _SHORT:  # on a board with a processor, or without: the B300 and the GB300
        near += case.scene.records.alike(f"chip:g{parts[0]}")
        near += case.scene.records.alike(f"chip:{parts[0][1:]}") if parts[0].startswith("g") else []
    return [other for other in near if other != subject]


def of_year(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell the number of another year."""
    from_then = datings.came_from(case.scene, case.quantity) and not dated_behind(case)
    other = None if from_then else _claim_of_year(case, best)
    if other is None:
        return None
    if case.when is None:
        return older(case, best)
    told = case.told(best, other=when(other.as_of))
    if of_that_month(case, other):
        return verdict(case.quantity, "unverifiable", "facts", "unsure", told)
    if _wrong_year(case, best, limit):
        return verdict(case.quantity, "contradicted", "facts", "contradicted_year", told)
    if figures(case.quantity) >= _MANY or _hardly_chance(case, best, other):
        return verdict(case.quantity, "other", "facts", "contradicted_year", told)
    return None


def _claim_of_year(case: Case, best: Row) -> Claim | None:
    """Return the claim of another time that a number is just the value of, the nearest first."""
    one, records = best.candidate, case.scene.records
    if records.period(one.code) == "static":
        return None
    others = [
        c for c in records.of(one.subject, one.code)
        if c.as_of != best.claim.as_of and _exact(case, c, one.factor) and not of_own_date(case, c)
    ]  # fmt: skip
    value = (case.quantity.mid or 0.0) * one.factor
    return min(others, key=lambda claim: (abs(records.middle(claim) - value), claim.as_of), default=None)


def _wrong_year(case: Case, best: Row, limit: float) -> bool:
    """Whether a number of another year is too far from that of its own, which is no mere plan."""
    planned = best.claim.basis in {"forecast", "target"}
    return not planned and (best.gap > limit or (best.gap > _YEAR_APART and figures(case.quantity) >= _MANY))


def _hardly_chance(case: Case, best: Row, other: Claim) -> bool:
    """Whether a number that misses its year, and is no round one, is very near to that of another year."""
    factor = best.candidate.factor
    round_one = figures(case.quantity) <= 1 and rounding(case.quantity, *best.band, factor)
    if best.gap <= _MISSED or round_one:
        return False
    value = (case.quantity.mid or 0.0) * factor
    return abs(value / case.scene.records.middle(other) - 1) <= _HARDLY_OFF


def just_of_year(case: Case, best: Row) -> Verdict | None:
    """Tell a number written out that is near enough to the value of its year, and just the value of another."""
    one, records = best.candidate, case.scene.records
    told = case.when is not None and case.when.stated and case.when.yearly and case.quantity.hedge == "exact"
    if not told or figures(case.quantity) < _MANY or records.period(one.code) != "year":
        return None
    value = (case.quantity.mid or 0.0) * one.factor
    rows = [(abs(value / middle - 1), c) for c in records.of(one.subject, one.code) if (middle := records.middle(c))]
    mine = min((away for away, c in rows if c.as_of == best.claim.as_of), default=0.0)
    away, other = min(rows, key=lambda row: (row[0], row[1].as_of), default=(1.0, best.claim))
    if mine <= _NOT_WRITTEN or away > _JUST or other.as_of == best.claim.as_of:
        return None
    return verdict(case.quantity, "other", "facts", "contradicted_year", case.told(best, other=when(other.as_of)))


def of_quantity(case: Case, best: Row, limit: float) -> Verdict | None:
    """Tell the number of another quantity of the same thing."""
    if best.gap <= limit:
        return None
    one = best.candidate
    near = {
        c.code: c.factor for c in case.ranked if c.subject == one.subject and c.known and c.score >= 0.45 * one.score
    }
    as_good = _as_good(case, one)
    for code, factor in {**dict.fromkeys(sorted(rivals_of(one.code)), one.factor), **near}.items():
        if code != one.code and any(_exact(case, claim, factor) for claim in claims_then(case, one.subject, code)):
            told = case.told(best, other=case.scene.what(code))
            if code in as_good:
                return verdict(case.quantity, "unverifiable", "facts", "unsure", told)
            return verdict(case.quantity, "other", "facts", "other_quantity", told)
    return None


def _as_good(case: Case, one: Candidate) -> set[str]:
    """Return the quantities of a subject that the words name or meet about as well as the first."""
    alone = len(case.scene.beside(case.quantity)) < 2  # beside another number it may be told crosswise
    found = {
        c.code for c in case.ranked
        if c.subject == one.subject and c.match.share >= min(one.match.share, _NAMED if alone else 1.0)
        and c.score >= (_ALSO_NAMED if alone and c.match.share >= _NAMED else _AS_GOOD) * one.score
    }  # fmt: skip
    if not case.bases:  # `here` may be the format of the sentence before
        found |= {code for code in rivals_of(one.code) if "peak" in code}
    return found


def other_time(case: Case, one: Candidate) -> Verdict | None:
    """Judge a number for whose time the base has no claim: of which year is it, and what is the nearest?"""
    records = case.scene.records
    claims = records.of(one.subject, one.code)
    if not claims or case.when is None:
        return None
    unit = canonical(case.scene.base, one.code)[0]
    exact = [claim for claim in claims if _exact(case, claim, one.factor)]
    day = case.when.end
    chosen = min(exact or claims, key=lambda claim: (abs((records.span(claim.as_of)[1] - day).days), claim.id))
    band = records.band(chosen)
    values = {
        "name": case.scene.name(one.subject), "what": case.scene.what(one.code), "asked": _asked(case.when),
        "given": alike(case.quantity.text), "other": when(chosen.as_of),
        "as_of": when(chosen.as_of), "expected": both(band[0], unit, band[1]),
        "source": source(case.scene.base, [chosen]),
    }  # fmt: skip
    told = Told(values, band, [chosen], one.subject, one.code)
    other = None if exact else siblings.of_another(case, one)
    if other is not None:
        return other
    soon = abs((records.span(chosen.as_of)[1] - day).days) <= _SOON and records.period(one.code) != "year"
    if exact and one.plain and _dated(case, one) and not soon:
        return verdict(case.quantity, "other", "facts", "other_year", told)
    return verdict(case.quantity, "unverifiable", "facts", "no_claim_then", told)


def _dated(case: Case, one: Candidate) -> bool:
    """Whether the text tells one day or year for a number, not between which times it has added up."""
    told = case.when is not None and case.when.stated and any(letter.isdigit() for letter in case.when.text)
    if case.when is not None and case.when.days > _YEARS:
        return False  # `of all that applied between 2000 and 2020`
    added_up = case.scene.records.period(one.code) == "cumulative"
    return told and not (added_up and case.scene.word_set(case.quantity.sentence) & words("judging.doubt.window"))


def _of_before(case: Case) -> bool:
    """Whether a number is told as what was before: `climbed from 25.9 to 30.7`, `three times the 61.5 of March`."""
    low, first = case.scene.text.low, case.quantity.first
    led = any(low(k) in words("judging.compare.times") for k in range(first - 3, first))
    return led or datings.came_from(case.scene, case.quantity)


def _of_another_now(case: Case, one: Candidate) -> bool:
    """Whether a number is just the newest of another quantity that the words name too."""
    return any(
        other.subject == one.subject and other.code != one.code and other.match.share >= _NAMED
        and any(_exact(case, claim, other.factor) for claim in claims_then(case, other.subject, other.code))
        for other in case.ranked
    )  # fmt: skip


def _asked(told: Period) -> Pair:
    """Return the time that is asked for; a fiscal one as the text says it."""
    return alike(told.text) if told.fiscal else when(partial(told.start, told.end))


def older(case: Case, best: Row) -> Verdict | None:
    """Tell an undated number that was right once: the base has a newer one."""
    one, records = best.candidate, case.scene.records
    if case.when is not None or records.period(one.code) == "static" or not one.plain:
        return None
    if case.quantity.role in _EXPECTED or _of_before(case) or out_of_place(case, one):
        return None  # what analysts expected was never so
    if setback.told_back(case.scene, case.quantity) is not None:
        return None  # `the year before it was $55.7bn` says itself that it is older
    day = records.span(best.claim.as_of)[1]
    before = [
        c for c in records.of(one.subject, one.code) if records.span(c.as_of)[1] < day and _exact(case, c, one.factor)
    ]
    if not before or _of_another_now(case, one):
        return None
    last = max(before, key=lambda claim: records.span(claim.as_of)[1])
    now = max(
        records.latest(one.subject, one.code, case.scene.article), key=lambda c: (records.span(c.as_of)[1], c.id),
        default=best.claim,
    )  # fmt: skip
    row = next(iter(case.rows([now], one)), best)
    told = case.told(row, old=when(last.as_of))
    return verdict(case.quantity, "outdated", "facts", "outdated", told)
