"""The answer to the question listing."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, names, scoped
from rechenmacht.evidence.base import Base


def listing(asked: questions.Listing, base: Base, told: Told) -> Answer:
    """List the rules with their dates, outcomes, sources and grades."""
    rules = ruleset.load(base)
    values, notes = scoped(rules, day_of(None))
    found = []
    for one in rules.rules:
        cells = {key: list(cell) if isinstance(cell, tuple) else cell for key, cell in asdict(one.rule).items()}
        found.append(rows.Rule(**{**cells, "rule_name": names(base, one.rule), **values}))  # type: ignore[typeddict-item]
    show = ("id", "regime", "kind", "effective_from", "effective_to", "subject", "outcome", "grade", "rule_name")
    return Answer(asked, values, (Table("rules", rows.Rule, found, show),), notes)
