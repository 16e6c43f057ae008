"""Check packages for legs that are entered twice, the commonest error of public deal maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from rechenmacht.dates import span
from rechenmacht.domains.capital.contracts import Contract
from rechenmacht.evidence.base import Base

CLOSE = 0.05
"""Two amounts within 5 % of each other are the same figure, rounded (11.9 and 12 bn)."""
DAYS = 400
"""Equal legs announced further apart may be two deals; nearer ones are one, unless a note says `distinct from <id>`."""
GRANTS = frozenset({"warrant"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Legs that count the same money, or run the wrong way; `level`: `error` (must be mended) or `look` (check it)."""

    level: str
    package: str
    legs: tuple[str, ...]
    reason: str


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(one, other)


def _days(one: Contract, other: Contract) -> int:
    return abs((span(one.date)[0] - span(other.date)[0]).days)


def _amount(leg: Contract) -> float:
    return leg.headline or 0.0


def _counts(leg: Contract) -> bool:
    return leg.state in {"binding", "proposed", "unsupported"} and _amount(leg) > 0


def _told_apart(one: Contract, other: Contract) -> bool:
    return f"distinct from {other.id}" in one.deal.note or f"distinct from {one.id}" in other.deal.note


def _twice(legs: list[Contract]) -> Iterable[Finding]:
    for one, other in combinations(legs, 2):
        if _near(_amount(one), _amount(other)) and not _told_apart(one, other):
            reason = f"{one.kind} of {one.payer} to {one.payee} entered twice: {_bn(one)} and {_bn(other)}"
            level = "error" if _days(one, other) <= DAYS else "look"
            yield Finding(level, one.package, (one.id, other.id), reason)


def _total_beside_parts(legs: list[Contract]) -> Iterable[Finding]:
    for leg in legs:
        parts = [other for other in legs if other is not leg and _amount(other) < _amount(leg)]
        for count in (2, 3):
            for some in combinations(parts, count):
                sum_of_parts = sum(_amount(part) for part in some)
                if abs(sum_of_parts - _amount(leg)) <= 0.001 * _amount(leg):
                    ids = (leg.id, *(part.id for part in some))
                    yield Finding("error", leg.package, ids, f"{leg.id} ({_bn(leg)}) is the sum of the other legs")


def _bn(leg: Contract) -> str:
    return f"{_amount(leg) / 1e9:g} bn USD"


def _direction(leg: Contract, legs: list[Contract]) -> Iterable[Finding]:
    """A warrant is granted by the issuer; in a package with a purchase the supplier grants it, not the buyer."""
    if leg.kind not in GRANTS:
        return
    for other in legs:
        # A right to buy into a supplier that the buyer pays for on exercise runs from buyer to supplier.
        paid_for = "strike" in leg.deal.amount_basis or "right to buy" in leg.deal.conditions
        wrong = other.kind == "purchase_commitment" and (other.payer, other.payee) == (leg.payer, leg.payee)
        if wrong and not paid_for:
            reason = f"warrant of {leg.payer} to {leg.payee} runs the same way as the purchase {other.id}: inverted?"
            yield Finding("error", leg.package, (leg.id, other.id), reason)


def check(legs: Iterable[Contract], rounds: dict[str, list[float]] | None = None) -> list[Finding]:
    """Return everything in the packages that would count money twice or the wrong way.

    Args:
        legs: contracts; superseded, ended and aggregate ones are passed over, as they never count.
        rounds: sizes of financing rounds by the company that raised them, USD; a leg of one investor that is as large
            as a round with several investors is reported for a look.

    Returns:
        Errors first.
    """
    counting = [leg for leg in legs if _counts(leg)]
    groups: dict[tuple[str, str, str], list[Contract]] = {}
    packages: dict[str, list[Contract]] = {}
    for leg in counting:
        groups.setdefault((leg.payer, leg.payee, leg.kind), []).append(leg)
        packages.setdefault(leg.package, []).append(leg)
    found: list[Finding] = []
    for same in groups.values():
        found += _twice(same)
        found += _total_beside_parts(same)
    for leg in counting:
        found += _direction(leg, packages[leg.package])
        sizes = (rounds or {}).get(leg.payee, [])
        if leg.kind == "equity" and any(_near(_amount(leg), size) for size in sizes):
            found.append(Finding("look", leg.package, (leg.id,), "as large as a whole round of several investors"))
    return sorted(found, key=lambda finding: (finding.level != "error", finding.package, finding.legs))


def rounds(base: Base) -> dict[str, list[float]]:
    """Return the sizes of financing rounds with several investors by the company that raised them, USD.

    A round whose name in the source carries the name of one investor is that investor's alone and left out.
    """
    found: dict[str, list[float]] = {}
    investors = {deal.payer for deal in base.tables.deals if deal.kind == "equity"}
    names = [base.entities[org].name_en.lower() for org in investors]
    for claim in base.tables.claims:
        if claim.quantity == "funding_round_equity" and not any(one in claim.locator.lower() for one in names):
            found.setdefault(claim.subject, []).append(claim.mid)
    return found
