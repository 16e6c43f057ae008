"""Comparisons between two things: n times, n percent of, n percent more; per chip, per watt; by claims on both."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.reader import datings, times
from rechenmacht.domains.reader.around import joined
from rechenmacht.domains.reader.candidates import leaders, rank
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import NEARLY, far, gap, says_little, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.meanings import Match
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, both, source
from rechenmacht.domains.reader.words import stems, words
from rechenmacht.evidence.forms import Claim

_DIVISORS = words("grammar.relations.divisors")
_REACH = 16  # tokens from the multiple to what is compared with
_SHARP = 1.1  # a ratio of data sheets this far off is wrong
_BLUNT = 1.3  # one of estimates
_AHEAD = frozenset({"forecast", "target", "judgement"})
_PER = {"chip": words("grammar.relations.per_chip"), "watt": words("grammar.relations.per_watt")}
_POWER = {"chip": "tdp", "system": "system_power", "site": "site_power"}
_LESS = words("grammar.relations.less")


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared, with what, and by which divisor (`chip`, `watt` or nothing)."""

    one: str
    two: str
    per: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio by the base: its value, band, quantity and the claims on both."""

    value: float
    band: tuple[float, float]
    code: str
    claims: tuple[Claim, Claim]


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge a multiple or percentage that compares two things of a kind."""
    if quantity.kind not in {"ratio", "percent"} or quantity.negated or quantity.noun == "point":
        return None
    pair = _pair(scene, quantity)
    if pair is None:
        return None
    ratios = _ratios(scene, quantity, pair, times.period(scene, quantity) or _of_sentence(scene, quantity))
    factor = _factor(scene, quantity)
    if not ratios or factor is None:
        return None
    return _verdict(scene, quantity, pair, ratios, factor)


def _of_sentence(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of a sentence: `China generated 10,087 TWh in 2025, some 2.3 times the American total`."""
    dates = datings.dates_of(scene, quantity.sentence)
    return Period(*next(iter(dates)), stated=True, fiscal=False, text="") if len(dates) == 1 else None


def _pair(scene: Scene, quantity: Quantity) -> Pair | None:
    """Return the two things that a multiple stands between: one before it, one behind `of`, `than`, `as`."""
    inside, beside = scene.named.get(quantity.sentence, []), target(scene, quantity)
    if beside is None:
        return _of_that(scene, quantity)
    first = _first(scene, quantity, beside)
    if first is not None and _share_of_others(scene, quantity, first, inside):
        return None
    return Pair(first, beside.entity, _per(scene, quantity)) if first else None


def target(scene: Scene, quantity: Quantity) -> Mention | None:
    """Return the thing that a multiple is set against: behind `of`, `than`, `as`; or `compared with` it."""
    inside = scene.named.get(quantity.sentence, [])
    behind = [m for m in inside if quantity.last <= m.first <= quantity.last + _REACH]
    linked = next((m for m in behind if _linked(scene, quantity, m)), None)
    return linked or next((m for m in inside if m.last <= quantity.first and _set_beside(scene, m)), None)


def by_quantity(scene: Scene, quantity: Quantity, one: Claim, other: str) -> Verdict | None:
    """Judge a multiple between a claim and those of another thing on the same quantity, of the same time.

    Args:
        scene: the article.
        quantity: the multiple or percentage.
        one: the claim on the first thing.
        other: the second thing.
    """
    records, factor = scene.records, _factor(scene, quantity)
    then = Period(*records.span(one.as_of), stated=True, fiscal=False, text="")
    low, high = records.band(one)
    if low <= 0 or factor is None or _per(scene, quantity):
        return None
    rows = [(claim, records.band(claim)) for claim in records.at(other, one.quantity, then)]
    ratios = [
        Ratio(records.middle(one) / records.middle(claim), (low / above, high / below), one.quantity, (one, claim))
        for claim, (below, above) in rows if below > 0
    ]  # fmt: skip
    return _verdict(scene, quantity, Pair(one.subject, other, ""), ratios, factor)


def _per(scene: Scene, quantity: Quantity) -> str:
    """Return per what two things are compared: per chip, per watt; nothing where the sentence does not say."""
    said = scene.words(quantity.sentence)
    return next(
        (name for name, forms in _PER.items() for k, word in enumerate(said[:-1])
         if word in words("grammar.relations.per") and said[k + 1] in forms), "",
    )  # fmt: skip


def _share_of_others(scene: Scene, quantity: Quantity, first: str, inside: list[Mention]) -> bool:
    """Whether a percentage is what another thing of the sentence has of something, not what `first` is of a like thing.

    `The US took 25 percent of revenue from H20 sales` says nothing of the chip of the sentence before.
    """
    before = [m for m in inside if m.last <= quantity.first]
    return quantity.kind == "percent" and bool(before) and first not in {m.entity for m in inside}


def _of_that(scene: Scene, quantity: Quantity) -> Pair | None:
    """Return the two things of `Germany generated 500 TWh, China twenty times that`: the one here, the one before."""
    if quantity.kind != "ratio" or quantity.fraction or not _points_back(scene, quantity):
        return None
    mine = scene.clause(quantity.sentence, quantity.first)
    named = [m for m in scene.named.get(quantity.sentence, []) if m.last <= quantity.first and not m.weak]
    here = [m for m in named if scene.clause(m.sentence, m.first) == mine]
    before = [m for m in named if scene.clause(m.sentence, m.first) < mine]
    kinds = [_alike(m.kind) for m in (*here, *before)]
    if len(here) != 1 or len(before) != 1 or len(set(kinds)) != 1:
        return None
    return Pair(here[0].entity, before[0].entity, "")


def _alike(kind: str) -> str:
    return "country" if kind == "bloc" else kind


def _points_back(scene: Scene, quantity: Quantity) -> bool:
    """Whether a multiple is one of what was told before: `das Zwanzigfache`, `twice that`."""
    behind = scene.text.tokens[quantity.last : quantity.last + 2]
    text = quantity.text.lower()
    return text.endswith(stems("grammar.relations.the_multiple")) or any(
        t.low in words("grammar.relations.pointing") for t in behind
    )


def _set_beside(scene: Scene, mention: Mention) -> bool:
    """Whether a thing is named to be compared with: `compared with the H100`, `im Vergleich zum`."""
    before = scene.text.tokens[max(0, mention.first - 3) : mention.first]
    return bool({token.low for token in before} & words("judging.compare.with"))


def _linked(scene: Scene, quantity: Quantity, mention: Mention) -> bool:
    between = {token.low for token in scene.text.tokens[quantity.last - 1 : mention.first]}
    others = [q for q in scene.by_sentence[quantity.sentence] if quantity.last <= q.first < mention.first]
    return bool(between & words("judging.comparison.link")) and not any(q.kind != "date" for q in others)


def _first(scene: Scene, quantity: Quantity, target: Mention) -> str | None:
    """Return the strongest subject of the same kind as what is compared with."""
    for subject in scene.subjects(quantity):
        mention = subject.mention
        if (subject.entity == target.entity or subject.entity.partition(":")[0] != target.kind) and (
            not {subject.entity.partition(":")[0], target.kind} <= {"bloc", "country"}
            or subject.entity == target.entity
        ):
            continue
        if mention.sentence == quantity.sentence and mention.first >= target.first:
            continue
        pointed = subject.sure and not words("judging.focus.pronouns").isdisjoint(scene.word_set(quantity.sentence))
        return subject.entity if mention.sentence == quantity.sentence or pointed else None
    return None


def _factor(scene: Scene, quantity: Quantity) -> float | None:
    """Return by what the article's number is to be read: 1 as it stands; 0 for a percentage more; -1 for one less."""
    behind = [token.low for token in scene.text.tokens[quantity.last : quantity.last + 3]]
    before = [token.low for token in scene.text.tokens[max(0, quantity.first - 2) : quantity.first]]
    less = bool(set(behind[:2]) & _LESS)
    if quantity.kind == "percent":
        if less:
            return -1.0
        return (
            0.0
            if set(behind[:2]) & words("judging.comparison.more") or words("grammar.relations.by") & set(before)
            else 1.0
        )
    return None if less else 1.0


def _ratios(scene: Scene, quantity: Quantity, pair: Pair, when: Period | None) -> list[Ratio]:
    """Return the ratios that the base knows for what the words speak of, best met quantity first."""
    said = scene.words(quantity.sentence)
    advantages = [word for word in stems("judging.comparison.other_advantage") if word not in _DIVISORS]
    unclear = not pair.per and set(said) & _DIVISORS
    if unclear or any(word in " ".join(said) for word in advantages):
        return []
    by_subject = scene.records.by_subject
    shared = set(by_subject.get(pair.one, ())) & set(by_subject.get(pair.two, ()))
    if not shared:
        return []
    named = _named(scene, quantity, shared, clause=True) or _named(scene, quantity, shared, clause=False)
    near = [match.code for match in named if match.score >= 0.85 * named[0].score]
    return [
        ratio for code in near or _of_number(scene, quantity, pair, shared) for ratio in _known(scene, pair, code, when)
    ]  # fmt: skip


def _of_number(scene: Scene, quantity: Quantity, pair: Pair, shared: set[str]) -> list[str]:
    """Return the quantity of the only number that the sentence gives for one of the two (`with 192 GB`)."""
    numbers = [q for q in scene.by_sentence[quantity.sentence] if q.kind in {"number", "money"}]
    if len(numbers) != 1:
        return []
    led = leaders([one for one in rank(scene, numbers[0], times.period(scene, numbers[0])) if one.known])
    return [one.code for one in led if one.plain and one.subject in {pair.one, pair.two} and one.code in shared]


def _named(scene: Scene, quantity: Quantity, shared: set[str], *, clause: bool) -> list[Match]:
    """Return the quantities that the multiple's clause, or its sentence, names, of those that both things have."""
    met = scene.meanings.matches(_around(scene, quantity, clause=clause), shared)
    return sorted((met[c] for c in shared if c in met and met[c].named), key=lambda m: (-m.score, m.code))


def _around(scene: Scene, quantity: Quantity, *, clause: bool) -> dict[str, float]:
    """Return the stems of the sentence, or of the multiple's clause; those near the multiple weigh in whole."""
    found: dict[str, float] = {}
    mine = scene.clause(quantity.sentence, quantity.first)
    for place, low in joined(scene, *scene.text.sentences[quantity.sentence]):
        if clause and scene.clause(quantity.sentence, place) != mine:
            continue
        weight = 1.0 if quantity.first - 8 <= place <= quantity.last + 14 else 0.6
        for one in scene.meanings.vocabulary.of(low):
            found[one] = max(found.get(one, 0.0), weight)
    return found


def _known(scene: Scene, pair: Pair, code: str, when: Period | None) -> list[Ratio]:
    records = scene.records
    if canonical(scene.base, code)[0] == "1":
        return []
    ends = []
    for entity in (pair.one, pair.two):
        claims = records.at(entity, code, when) if when else records.latest(entity, code, scene.article)
        divisors = _divisors(scene, entity, pair.per)
        ends.append([(claim, part) for claim in claims for part in divisors])
    found = []
    for one, part in ends[0]:
        for two, other in ends[1]:
            low, high = records.band(one)
            below, above = records.band(two)
            if below <= 0 or low <= 0:
                continue
            value = records.middle(one) / part / (records.middle(two) / other)
            band = low / part / (above / other), high / part / (below / other)
            found.append(Ratio(value, band, code, (one, two)))
    return found


def _divisors(scene: Scene, entity: str, per: str) -> list[float]:
    if not per:
        return [1.0]
    kind = entity.partition(":")[0]
    code = "system_chips" if per == "chip" else _POWER.get(kind, "")
    if per == "chip" and kind == "chip":
        return [1.0]
    return [scene.records.middle(claim) for claim in scene.records.of(entity, code) if scene.records.middle(claim) > 0]


def _verdict(scene: Scene, quantity: Quantity, pair: Pair, ratios: list[Ratio], factor: float) -> Verdict | None:
    """Compare the article's multiple with the ratios of the base; the nearest speaks."""
    rows = [(gap(quantity, *_shown(ratio.band, factor)), ratio) for ratio in ratios]
    rows = [row for row in rows if row[0] == row[0]]
    if not rows:
        return None
    away, best = min(rows, key=lambda row: (row[0], row[1].code, row[1].claims[0].id, row[1].claims[1].id))
    claims = list(best.claims)
    shown = _shown((best.value, best.value), factor)[0]
    unit = canonical(scene.base, best.code)[0]
    texts = [both(scene.records.middle(claim), unit) for claim in claims]
    sums = tuple(f"{texts[0][k]} / {texts[1][k]}" for k in (0, 1))
    values = {
        "what": scene.what(best.code), "one": scene.name(pair.one), "two": scene.name(pair.two),
        "sum": (sums[0], sums[1]),
        "expected": both(shown, "%" if quantity.kind == "percent" else "count"), "given": alike(quantity.text),
        "source": source(scene.base, claims),
    }  # fmt: skip
    told = Told(values, (shown, shown), claims, pair.one, best.code)
    limit = _limit(quantity, claims)
    if away <= 1 + tolerance(quantity):
        if says_little(quantity, *_shown(best.band, factor)):
            return verdict(quantity, "imprecise", "facts", "ratio_facts_near", told)
        return verdict(quantity, "supported", "facts", "ratio_facts_ok", told)
    if quantity.role in {"planned", "forecast", "opinion"} or quantity.hedge == "vague":
        return None
    if away <= min(limit, NEARLY):
        return verdict(quantity, "imprecise", "facts", "ratio_facts_near", told)
    return verdict(quantity, "contradicted", "facts", "ratio_facts", told) if away > limit else None


def _limit(quantity: Quantity, claims: list[Claim]) -> float:
    """Return beyond which factor a multiple is wrong, by the kind of the claims behind it."""
    if any(claim.basis in _AHEAD for claim in claims):
        return far(quantity, claims)
    sharp = all(claim.basis in {"specified", "measured", "reported"} for claim in claims)
    return max(_SHARP if sharp else _BLUNT, 1 + 2.2 * tolerance(quantity))


def _shown(band: tuple[float, float], factor: float) -> tuple[float, float]:
    """Return a band of ratios as the article would put it: as it stands, as more, or as less."""
    if factor == 1.0:
        return band
    ends = (band[0] - 1, band[1] - 1) if factor == 0.0 else (1 - band[1], 1 - band[0])
    return max(ends[0], 1e-9), max(ends[1], 1e-9)
