"""What the answers about export rules share: scope, names of rules, a chip as a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rechenmacht.answers.answer import Note
from rechenmacht.answers.kinds import BothLanguages, Kind
from rechenmacht.domains.rules.cases import Cases
from rechenmacht.domains.rules.chips import RuledChip, cases_of, row_of
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import known_to, scope_on
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import Rule

FIRST, LAST = 2000, 2100  # years that the rules can be asked about


def day_of(text: str | None) -> str:
    """Return a day, today if none is given.

    Raises:
        BadInput: if it is no day, or not one of the time the rules are about.
    """
    if not text:
        return date.today().isoformat()
    try:
        day = date.fromisoformat(text) if len(text) == len("2024-07-31") else None
    except ValueError:
        day = None
    if day is None:
        raise BadInput.of("error.rules.day", f"{text!r} is no day of the calendar (write 2024-07-31)", given=text)
    if not FIRST <= day.year <= LAST:
        said = f"{text} is not within {FIRST} to {LAST}"
        raise BadInput.of("error.rules.year", said, given=text, first=FIRST, last=LAST)
    return day.isoformat()


def place_of(rules: RuleSet, text: str, field: str, *, unknown: bool = False) -> str:
    """Return the code of a destination; `unknown` lets an empty or unknown headquarters stay.

    Raises:
        BadInput: if nothing is called that.
    """
    if unknown and text in {"", "?"}:
        return text
    return rules.places.code(text, field)


def names(base: Base, rule: Rule) -> BothLanguages:
    """Return what a rule is called in both languages."""
    entity = base.entities.get(f"rule:{rule.id.lower()}")
    return BothLanguages(
        en=rule.name_en or (entity.name_en if entity else rule.id),
        de=rule.name_de or (entity.name_de if entity else rule.id),
    )


def summary(rule: Rule) -> BothLanguages:
    """Return what a rule says in both languages."""
    return BothLanguages(en=rule.summary_en, de=rule.summary_de)


def scoped(rules: RuleSet, day: str) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """Return the values and notes by which an answer says what it covers."""
    until = known_to(rules)
    left = scope_on(rules, day).not_looked_at
    notes = [Note("note.rules.known", {"day": (until, Kind("day"))})]
    if scope_on(rules, day).after_horizon:
        notes.append(Note("note.rules.after", {"on": (day, Kind("day")), "day": (until, Kind("day"))}))
    return {"known_to": until, "not_looked_at": ", ".join(left)}, tuple(notes)


def one_case(rules: RuleSet, one: RuledChip, to: str, day: str, given: Mapping[str, str]) -> Cases:
    """Return a chip to a place on a day as a case."""
    return cases_of([one], [{**row_of(one, day, to), **given}], rules)
