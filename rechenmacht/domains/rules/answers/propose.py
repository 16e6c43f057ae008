"""The answer to the question propose."""

from __future__ import annotations

from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import chips, questions, rows, ruleset
from rechenmacht.domains.rules import propose as proposals
from rechenmacht.domains.rules.answers.common import day_of, place_of, scoped
from rechenmacht.domains.rules.answers.said import scope_row, scoped_row
from rechenmacht.domains.rules.scope import scope_on
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import Rule


def propose(asked: questions.Propose, base: Base, told: Told) -> Answer:
    """Show which catalogue chips a rule catches or frees, and what China bought in 2022-2025 under it."""
    rules = ruleset.load(base)
    after = proposals.with_rules(rules, _proposed(asked, base))
    place, day = place_of(rules, asked.to, "to"), day_of(asked.on)
    seat = place_of(rules, asked.hq, "hq", unknown=True)
    known = chips.catalogue(base)
    abroad = [one for one in known if not chips.at_home(one, place)]
    changed = proposals.changes(rules, after, abroad, place, day, seat)
    moved = proposals.moved(base, rules, after, known)
    beside = scoped_row(rules, day)
    caught, freed = (
        [rows.Changed(chip=c.chip.id, name=c.chip.name, before=c.before, after=c.after, **beside)
         for c in changed if c.tighter is tighter]
        for tighter in (True, False)
    )  # fmt: skip
    bought = [
        rows.Moved(
            line=m.line, quarter=m.quarter, before=m.before, after=m.after, units_low=m.low, units=m.units,
            units_high=m.high, h100e=m.h100e, source=m.source, **beside,
        )
        for m in moved
    ]  # fmt: skip
    values: dict[str, Any] = {
        "known_to": beside["known_to"], "to": place, "on": day, "scope": scope_row(scope_on(rules, day)),
        "moved_units": sum(m.units for m in moved), "moved_h100e": sum(m.h100e or 0.0 for m in moved),
    }  # fmt: skip
    shown = ("name", "before", "after")
    tables = (
        Table("caught", rows.Changed, caught, shown, title="rules.part.caught", empty="note.rules.none_caught"),
        Table("freed", rows.Changed, freed, shown, title="rules.part.freed", empty="note.rules.none_freed"),
        Table("moved", rows.Moved, bought, ("quarter", "line", "units", "h100e", "before", "after", "source"),
              title="rules.part.moved", empty="note.rules.none_moved"),
    )  # fmt: skip
    text = Kind("text")
    head = Note("rules.head.propose", {"to": (place, text), "on": (day, text), "caught": (len(caught), Kind("count")),
                                       "freed": (len(freed), Kind("count"))})  # fmt: skip
    history = any(row.quantity == "chips_bought_china_quarter" for row in base.tables.history)
    notes = [*scoped(rules, day)[1], *([] if history else [Note("note.rules.no_history")])]
    return Answer(asked, values, tables, tuple(notes), show=("moved_units", "moved_h100e"), heads=(head,))


def _proposed(asked: questions.Propose, base: Base) -> tuple[Rule, ...]:
    """Return the proposed rules: a bill of the tables, or one's own.

    Raises:
        BadInput: if neither or both are given, or no bill is called that.
    """
    if (asked.proposal is None) is (asked.own is None):
        raise BadInput.of("error.rules.proposal", "name a bill, such as BILL-GAIN, or bring a table of rules")
    if asked.own is not None:
        return proposals.read(asked.own.text, asked.own.name, base)
    name = asked.proposal or ""
    found = proposals.bill(base, name)
    if found is None:
        hint = nearest(name, [row.id for row in base.tables.rules if row.kind == "bill"])
        raise BadInput.of("error.rules.no_bill", f"no bill is called {name!r}{hint}", given=name, hint=hint)
    return found
