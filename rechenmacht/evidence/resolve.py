"""Pool conflicting claims into one distribution, and say which were used and which set aside, and why.

The rule, in order (docs/method-evidence.md works it through):
1. *Date.* A specification is timeless. Otherwise only claims about the date asked for count; if there are none, those
   about the last date before it.
2. *Vintage.* Of several claims by one publisher about the same thing and date, the one published last.
3. *Kind.* What was measured, specified, reported or estimated; forecasts and targets only if there is nothing else;
   judgement last. Unverified claims only if nothing verified is left.
4. *Origin.* Of several publications that repeat one origin's number, the strongest; where they tell it differently,
   they share the weight of one.
5. *Pool.* A mixture of the remaining claims, weighted by basis, grade and (for specifications) recency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rechenmacht.dates import overlap, span, years_between
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.pool import Mixture, TwoPiece, from_claim

SetAside = tuple[Claim, str]
SAME = 0.002  # two numbers of one origin that differ by less are one number, rounded


@dataclass(frozen=True, slots=True)
class Resolved:
    """One number with its uncertainty, in `unit`, and the claims behind it (heaviest first)."""

    subject: str
    quantity: str
    unit: str
    at: str
    distribution: Mixture
    used: tuple[tuple[Claim, float], ...]
    set_aside: tuple[SetAside, ...]

    @property
    def low(self) -> float:
        """5 % point."""
        return self.distribution.quantile(0.05)

    @property
    def median(self) -> float:
        """Median."""
        return self.distribution.quantile(0.5)

    @property
    def high(self) -> float:
        """95 % point."""
        return self.distribution.quantile(0.95)


def spread_of(base: Base, claim: Claim) -> float:
    """Return the relative standard deviation of a claim whose source states none (parameters/evidence.csv)."""
    return (
        base.parameters[f"evidence.spread.{claim.basis}"].mid
        * base.parameters[f"evidence.spread_factor.{claim.grade}"].mid
    )


def distribution_of(base: Base, claim: Claim) -> TwoPiece:
    """Return the distribution that a single claim states."""
    return from_claim(claim.low, claim.value, claim.high, spread_of(base, claim))


def _split(claims: list[Claim], keep: Callable[[Claim], bool], why: str, aside: list[SetAside]) -> list[Claim]:
    """Keep the claims that pass if any does; the others are set aside with the reason."""
    kept = [claim for claim in claims if keep(claim)]
    if not kept or len(kept) == len(claims):
        return claims
    aside += [(claim, why) for claim in claims if not keep(claim)]
    return kept


def published(base: Base, claim: Claim) -> str:
    """Return when a claim was published, as exactly as known (its own date if nothing better is).

    A source dated by its year alone cannot have come out after it was read: then the day of reading stands.
    """
    source = base.sources[claim.source]
    when = source.published or claim.as_of
    return source.accessed if source.published and span(when)[1] > span(source.accessed)[1] else when


def newest_vintage(base: Base, claims: Iterable[Claim], aside: list[SetAside]) -> list[Claim]:
    """Keep of each publisher the claim published last about the same quantity and date."""
    latest: dict[tuple[str, str, str, str], Claim] = {}
    ordered = sorted(claims, key=lambda claim: span(published(base, claim))[1])
    for claim in ordered:
        static = base.quantities[claim.quantity].period == "static"
        key = (
            base.sources[claim.source].publisher,
            claim.quantity,
            claim.subject,
            "" if static else claim.as_of,
        )
        earlier = latest.pop(key, None)
        if earlier is not None and published(base, earlier) == published(base, claim):
            latest[*key[:3], f"{key[3]}#{earlier.id}"] = earlier  # same day: both stand
        elif earlier is not None:
            aside.append((earlier, f"the same publisher says otherwise later ({claim.id})"))
        latest[key] = claim
    order = {claim.id: index for index, claim in enumerate(ordered)}
    return sorted(latest.values(), key=lambda claim: order[claim.id])


def _at_date(claims: list[Claim], at: str | None, aside: list[SetAside]) -> list[Claim]:
    observed = [claim for claim in claims if claim.basis not in {"forecast", "target"}] or claims
    if at is None:
        at = max((claim.as_of for claim in observed), key=lambda text: span(text)[1])
    there = [claim for claim in claims if overlap(claim.as_of, at)]
    if not there:
        before = [claim for claim in observed if span(claim.as_of)[1] < span(at)[0]]
        if not before:
            subject, quantity = claims[0].subject, claims[0].quantity
            said = f"nothing is known about {subject} {quantity} at or before {at}"
            raise BadInput.of("error.facts.not_known_at", said, quantity=quantity, subject=subject, at=at)
        last = max(before, key=lambda claim: span(claim.as_of)[1]).as_of
        there = [claim for claim in before if overlap(claim.as_of, last)]
    aside += [(claim, f"about another date ({claim.as_of})") for claim in claims if claim not in there]
    return there


def _weight(base: Base, claim: Claim, newest: str, *, static: bool) -> float:
    weight = (
        base.parameters[f"evidence.weight.{claim.basis}"].mid * base.parameters[f"evidence.weight.{claim.grade}"].mid
    )
    age = years_between(published(base, claim), newest) if static else 0.0
    return float(weight * 0.5 ** (age / base.parameters["evidence.half_life"].mid))


def origin_of(base: Base, claim: Claim) -> str:
    """Return a key of who said a claim first; only a thing's maker specifies it, so every table of that repeats it."""
    return f"the maker of {claim.subject}" if claim.basis == "specified" else base.sources[claim.source].first


def _same_number(one: Claim, other: Claim) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("low", "value", "high"))
    return all(
        a is b if a is None or b is None else abs(a - b) <= SAME * max(abs(a), abs(b)) for a, b in pairs
    )  # fmt: skip


def one_voice_each(
    base: Base, weighted: Iterable[tuple[Claim, float]], aside: list[SetAside]
) -> list[tuple[Claim, float]]:
    """Let every origin count once.

    Of the claims of one origin that state the same number the heaviest stays. Those that remain share the weight of the
    heaviest in proportion to their own.

    Args:
        base: the fact base.
        weighted: claims with their weights.
        aside: receives the repetitions, with the claim that each repeats.

    Returns:
        The claims that count with their weights, in the order given.
    """
    given_ = list(weighted)
    kept: dict[str, list[tuple[Claim, float]]] = {}
    for claim, weight in sorted(given_, key=lambda pair: (-pair[1], pair[0].id)):
        voices = kept.setdefault(origin_of(base, claim), [])
        first = next((other for other, _ in voices if _same_number(claim, other)), None)
        if first is None:
            voices.append((claim, weight))
        else:
            aside.append((claim, f"repeats {first.id} (one origin counts once)"))
    shares = {
        claim.id: weight * voices[0][1] / sum(own for _, own in voices)
        for voices in kept.values()
        for claim, weight in voices
    }
    return [(claim, shares[claim.id]) for claim, _ in given_ if claim.id in shares]


def _unknown(quantity: str, subject: str) -> BadInput:
    said = f"nothing is known about {quantity} of {subject}"
    return BadInput.of("error.facts.not_known", said, quantity=quantity, subject=subject)


def resolve(base: Base, subject: str, quantity: str, at: str | None = None) -> Resolved:
    """Pool all claims about a subject's quantity into one distribution.

    Args:
        base: the fact base.
        subject: entity id, such as `chip:h100-sxm`.
        quantity: quantity id, such as `peak_fp16_dense`; its unit is the result's.
        at: the date asked for (`2025`, `2025-Q3`...); without it, the last date that anything but forecasts is about.

    Raises:
        BadInput: if the subject or quantity is unknown, or nothing is known about them (missing is never zero).
    """
    if subject not in base.entities:
        raise BadInput(f"no entity {subject!r}{nearest(subject, base.entities)}")
    if quantity not in base.quantities:
        raise BadInput(f"no quantity {quantity!r}{nearest(quantity, base.quantities)}")
    if at is not None:
        try:
            span(at)
        except ValueError as error:
            raise BadInput(str(error)) from None
    claims = base.about.get((subject, quantity), [])
    if not claims:
        raise _unknown(quantity, subject)
    definition, aside = base.quantities[quantity], list[SetAside]()
    static = definition.period == "static"
    kept = claims if static else _at_date(claims, at, aside)
    kept = newest_vintage(base, kept, aside)
    kept = _split(
        kept,
        lambda c: c.basis not in {"forecast", "target"},
        "a forecast or target beside observations",
        aside,
    )
    kept = _split(kept, lambda c: c.basis != "judgement", "a judgement beside evidence", aside)
    kept = _split(kept, lambda c: c.grade != "unverified", "unverified beside verified claims", aside)
    newest = max((published(base, claim) for claim in kept), key=lambda text: span(text)[1])
    voices = one_voice_each(base, ((c, _weight(base, c, newest, static=static)) for c in kept), aside)
    total = sum(weight for _, weight in voices)
    used = sorted(((claim, weight / total) for claim, weight in voices), key=lambda pair: -pair[1])
    mixture = Mixture(
        tuple(distribution_of(base, claim) for claim, _ in used),
        tuple(weight for _, weight in used),
        definition.low,
        definition.high,
    )
    asked = at or ("" if static else max((c.as_of for c in kept), key=lambda text: span(text)[1]))
    return Resolved(subject, quantity, definition.unit, asked, mixture, tuple(used), tuple(aside))


def number_of(base: Base, subject: str, quantity: str, at: str | None = None) -> float | None:
    """Return the one number that the claims about a subject's quantity resolve to, in its unit, or None if none do.

    Everything that needs one number of claims takes it here: no model averages, picks or dates claims by itself.

    Args:
        base: the fact base.
        subject: entity id.
        quantity: quantity id.
        at: the date asked for, as for `resolve`.
    """
    if not base.about.get((subject, quantity)):
        return None
    try:
        return float(resolve(base, subject, quantity, at).median)
    except BadInput:
        return None
