"""The answer to the question best."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import chips, questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, place_of, scoped
from rechenmacht.domains.rules.answers.said import scope_row, scoped_row
from rechenmacht.domains.rules.scope import scope_on
from rechenmacht.domains.rules.timeline import Ranked
from rechenmacht.domains.rules.timeline import best as strongest
from rechenmacht.evidence.base import Base


def best(asked: questions.Best, base: Base, told: Told) -> Answer:
    """Name the strongest catalogue chip per outcome in each compute basis, on a day."""
    rules = ruleset.load(base)
    place, day = place_of(rules, asked.to, "to"), day_of(asked.on)
    seat = place_of(rules, asked.hq, "hq", unknown=True)
    found = strongest(base, rules, chips.catalogue(base), place, day, seat)
    beside = scoped_row(rules, day)
    ranked = [
        rows.Ranked(
            basis=b.basis, outcome=name, strongest=b.strongest is not None and one.chip.id == b.strongest.chip.id,
            chip=one.chip.id, name=one.chip.name, h100e=float(f"{one.worth:.4g}"), fired=list(one.fired), **beside,
        )
        for b in found
        for name, one in b.by_outcome.items()
    ]  # fmt: skip
    bases = [
        rows.Basis(
            basis=b.basis, strongest=_one(b.strongest) if b.strongest else None,
            by_outcome={name: _one(one) for name, one in b.by_outcome.items()},
        )
        for b in found
    ]  # fmt: skip
    claims = {
        claim for b in found for one in b.by_outcome.values() for known in one.chip.known.values()
        for claim in known.claims
    }  # fmt: skip
    tables = (
        Table("ranked", rows.Ranked, ranked, ("basis", "outcome", "strongest", "name", "h100e", "fired")),
        Table("bases", rows.Basis, bases, people=()),
    )
    values = {"known_to": beside["known_to"], "to": place, "on": day, "scope": scope_row(scope_on(rules, day))}
    notes = (*scoped(rules, day)[1], Note("note.rules.strongest"))
    return Answer(asked, values, tables, notes, tuple(sorted(claims)))


def _one(one: Ranked) -> rows.One:
    return rows.One(
        chip=one.chip.id, name=one.chip.name, outcome=one.outcome, h100e=float(f"{one.worth:.4g}"),
        fired=list(one.fired), rules=list(one.fired),
    )  # fmt: skip
