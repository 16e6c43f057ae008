"""The answer to the question party."""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, scoped
from rechenmacht.domains.rules.parties import look_up
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import Party


def party(asked: questions.Party, base: Base, told: Told) -> Answer:
    """Look a name up in the listed parties, as of a day."""
    rules, day = ruleset.load(base), day_of(asked.on)
    found = look_up(rules.parties, asked.party, day)
    listed = [*_rows(found.rows, applied=True), *_rows(found.possible, applied=False)]
    values, notes = scoped(rules, day)
    table = Table("parties", rows.Listed, listed, empty="note.rules.no_party")
    told_ = (*notes, Note("note.rules.parties"))
    return Answer(asked, {**values, "found": bool(found.rows)}, (table,), told_)


def _rows(found: Iterable[Party], *, applied: bool) -> list[rows.Listed]:
    return [
        rows.Listed(
            party=one.name, applied=applied, lists=", ".join(one.lists), footnotes=", ".join(one.footnotes),
            country=one.country, listed_from=one.listed_from, citation=one.citation, as_of=one.as_of, source=one.source,
        )
        for one in found
    ]  # fmt: skip
