"""What an answer covers: which fields of law were looked at, known to which day, what was supposed, what would change.

That no rule holds is only as good as the rules that were asked. So no answer goes out without its scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rechenmacht.domains.rules.cases import Cases, coded
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.specifications import PARTY

HALF = 0.5  # the share of listed owners from which the affiliates rule counts
SEAT = "CN"  # a headquarters in Country Group D:5


@dataclass(frozen=True, slots=True)
class Scope:
    """What stands behind an answer.

    `known_to` is the earliest day to which a United States field of law that was looked at is known; a transaction
    later than that is `after_horizon`. `looked_at` and `not_looked_at` are ids of rules/coverage.csv. `supposed` are
    the properties of parties and purposes that nobody stated and that were taken not to hold.
    """

    known_to: str
    after_horizon: bool
    looked_at: tuple[str, ...]
    not_looked_at: tuple[str, ...]
    supposed: tuple[str, ...]


def known_to(rules: RuleSet) -> str:
    """Return the day to which all of the United States' rules that are looked at are known; empty if none is."""
    return min((one.known_to for one in rules.coverage if one.regime == "US" and one.known_to), default="")


def scope_on(rules: RuleSet, day: str, stated: frozenset[str] = frozenset()) -> Scope:
    """Return the scope of an answer about a day.

    Args:
        rules: the compiled rules.
        day: 2024-07-31.
        stated: which properties of parties and purposes the question states.
    """
    until = known_to(rules)
    return Scope(
        until,
        bool(until) and date.fromisoformat(day) > date.fromisoformat(until),
        tuple(one.id for one in rules.coverage if one.known_to),
        tuple(one.id for one in rules.coverage if not one.known_to),
        tuple(name for name in (*PARTY, "owner_listed_share") if name not in stated),
    )


def stated_in(cases: Cases, row: int) -> frozenset[str]:
    """Return which properties of parties and purposes hold in a row; the others are only supposed not to."""
    found = {name for name in PARTY if cases.columns.flags[name][row] > 0}
    if cases.columns.numbers["owner_listed_share"][row] > 0:
        found.add("owner_listed_share")
    return frozenset(found)


def scope_of(rules: RuleSet, cases: Cases, row: int = 0) -> Scope:
    """Return the scope of the answer to a case."""
    day = date.fromordinal(int(cases.days[row])).isoformat()
    return scope_on(rules, day, stated_in(cases, row))


def would_change(rules: RuleSet, cases: Cases) -> dict[str, str]:
    """Return which single facts about parties and purposes would give another outcome, and which.

    Args:
        rules: the compiled rules.
        cases: one row.
    """
    now = classify(rules, cases).outcome(0)
    columns, ones = cases.columns, np.ones(1, np.int8)
    variants = {
        name: replace(cases, columns=replace(columns, flags={**columns.flags, name: ones}))
        for name in PARTY
        if columns.flags[name][0] <= 0
    }
    owned = {**columns.numbers, "owner_listed_share": np.full(1, HALF)}
    variants["owner_listed_share"] = replace(cases, columns=replace(columns, numbers=owned))
    variants["hq"] = replace(cases, hq=coded([SEAT]))
    found = {name: classify(rules, one).outcome(0) for name, one in variants.items()}
    return {name: outcome for name, outcome in found.items() if outcome != now}
