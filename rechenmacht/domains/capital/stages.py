"""How far each leg has come: announced, signed, closed, drawn, paid, ended, with amount and date per stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rechenmacht.dates import span
from rechenmacht.domains.capital.contracts import Contract, age
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim

STAGES = ("announced", "signed", "closed", "drawn", "paid", "ended")
OF_STATUS = {
    "announced": "announced", "letter of intent": "announced", "reported talks": "announced", "reported": "signed",
    "signed": "signed", "executed": "closed", "cancelled": "ended",
}  # fmt: skip
FILING = frozenset({"filing", "official", "law"})
STATEMENT = frozenset({"vendor"})
SERIOUS = frozenset({"press", "paper", "think_tank", "standard", "data_set"})
RESTS = ("filing", "statement", "press", "weak")
"""What an amount rests on: a filing, a party's own statement, press or a data set of somebody else, or weaker."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An amount (USD; None where none is published) that a leg has reached at a date, and the claim that says so."""

    stage: str
    amount: float | None
    at: str
    claim: str


def _best(claims: list[Claim]) -> Claim:
    order = {"primary": 0, "secondary": 1, "unverified": 2}
    return sorted(claims, key=lambda c: (-order[c.grade], span(c.as_of)[1]))[-1]


def stages(base: Base, leg: Contract, at: str | None = None) -> list[Stage]:
    """Return the stages that a leg has reached by a date (None: as known now), in the order of `STAGES`.

    Each stage has its own claim; where none is in the base, the leg's status and amount stand for the one it names.
    """
    found = {}
    for stage in STAGES:
        claims = base.about.get((f"deal:{leg.id}", f"deal_{stage}"), [])
        known = [c for c in claims if at is None or span(c.as_of)[0] <= span(at)[1]]
        if known:
            best = _best(known)
            found[stage] = Stage(stage, best.mid, best.as_of, best.id)
    if leg.state in {"superseded", "ended"}:
        found["ended"] = Stage("ended", leg.headline, _ended(base, leg), leg.claim)
    elif not found:
        stage = OF_STATUS[leg.status]
        found[stage] = Stage(stage, leg.headline, leg.date, leg.claim)
    return [found[stage] for stage in STAGES if stage in found]


def _ended(base: Base, leg: Contract) -> str:
    dates = {deal.id: deal.date for deal in base.tables.deals}
    after = [dates[other] for other in leg.deal.superseded_by.split(";") if other]
    return min(after) if after else leg.date


def stage_of(base: Base, leg: Contract, at: str | None = None) -> str:
    """Return the last stage that a leg has reached."""
    return stages(base, leg, at)[-1].stage


def moved(base: Base, leg: Contract, at: str) -> float:
    """Return what has moved from payer to payee by a date, USD: paid, else drawn, else of an executed leg its amount.

    An executed purchase with a horizon has moved the share of it that has passed, straight-line. Warrants and
    guarantees move nothing when they are granted.
    """
    by = {one.stage: one for one in stages(base, leg, at)}
    for stage in ("paid", "drawn"):
        if stage in by:
            return by[stage].amount or 0.0
    if leg.kind in {"warrant", "guarantee"}:
        return 0.0
    if leg.kind in {"equity", "debt"} and "closed" in by and leg.state == "binding":
        return by["closed"].amount or 0.0
    if leg.status != "executed":
        return 0.0
    share = float(np.clip(age(leg, at) / leg.horizon, 0, 1)) if leg.horizon and leg.layer == "purchases" else 1.0
    return (leg.firm or 0.0) * share


def rests_on(base: Base, leg: Contract) -> str:
    """Return what a leg's amount rests on at best, one of `RESTS`: of its amount, its stages and its own source.

    What is graded unverified (an inference from a filing, for example) carries nothing.
    """
    about = f"deal:{leg.id}"
    quantities = ("deal_amount", *(f"deal_{stage}" for stage in STAGES))
    sources = {c.source for q in quantities for c in base.about.get((about, q), []) if c.grade != "unverified"}
    if leg.deal.grade != "unverified":
        sources.add(leg.deal.source)
    classes = {base.sources[source].class_ for source in sources}
    for kind, group in (("filing", FILING), ("statement", STATEMENT), ("press", SERIOUS)):
        if classes & group:
            return kind
    return "weak"
