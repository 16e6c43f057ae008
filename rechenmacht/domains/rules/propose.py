"""A rule of the user's own: what it newly catches or frees, and the compute that moved meanwhile."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rechenmacht.catalogue import LINES, line_worth
from rechenmacht.dates import span
from rechenmacht.domains.rules.chips import RuledChip, cases_of, row_of
from rechenmacht.domains.rules.classify import UNDETERMINED, classify
from rechenmacht.domains.rules.ruleset import RuleSet, build
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import OUTCOMES, Rule
from rechenmacht.evidence.tables import columns
from rechenmacht.evidence.validate_rules import places, rule_faults

NEEDED = ("id", "condition", "outcome", "dest_groups")
_SEVERAL = {"dest_groups", "dest_except", "hq_groups", "vendors", "roles", "relaxes", "replaces"}
_DEFAULTS = {
    "kind": "control",
    "regime": "US",
    "subject": "chip",
    "effective_from": "2022-01-01",
    "grade": "unverified",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A chip whose outcome on a day differs under the proposal."""

    chip: RuledChip
    before: str
    after: str

    @property
    def tighter(self) -> bool:
        """Whether the proposal is stricter; leaving UNDETERMINED for a licence counts as stricter."""
        order = ("NLR", "NAC", UNDETERMINED, *OUTCOMES[2:])
        return order.index(self.after) > order.index(self.before)


@dataclass(frozen=True, slots=True)
class Moved:
    """Chips of a line that China bought legally in a quarter in which the proposal changes the line's outcome.

    `low`, `units`, `high`: count (5, 50, 95 %); `h100e`: their worth on the dense 8-bit basis, None if unknown.
    """

    line: str
    quarter: str
    before: str
    after: str
    low: float
    units: float
    high: float
    h100e: float | None
    source: str


def read(text: str, name: str, base: Base) -> tuple[Rule, ...]:
    """Read proposed rules.

    Args:
        text: a CSV with columns of rules.csv, of which id, condition, outcome and dest_groups must be.
        name: of the file, for messages.
        base: the fact base.

    Raises:
        BadInput: if the file, a column or a cell cannot be used; the message names file, row and column.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise BadInput(f"{name}: cannot be read ({error})") from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    known = columns(Rule)
    for column in NEEDED:
        if column not in header:
            raise BadInput(f"{name} row 1: column {column} is missing{nearest(column, header)}")
    for index, column in enumerate(header):
        if column not in known:
            raise BadInput(f"{name} row 1: no column {column!r}{nearest(column, known)}")
        if column in header[:index]:
            raise BadInput(f"{name} row 1: column {column} stands twice")
    found = [_rule(name, line, header, cells) for line, cells in enumerate(rows[1:], start=2) if cells]
    if not found:
        raise BadInput(f"{name}: no rule in it")
    where = places(base.tables.destinations)
    ids = [rule.id for rule in (*base.tables.rules, *found)]
    for rule in found:
        for fault in rule_faults(rule, where, ids):
            raise BadInput(f"{name} row {rule.row}: {fault}")
        if rule.kind not in {"control", "relaxation"}:
            raise BadInput(f"{name} row {rule.row}: kind {rule.kind!r} moves nothing (control or relaxation)")
        if ids.count(rule.id) > 1:
            raise BadInput(f"{name} row {rule.row}: id {rule.id!r} is taken")
    return tuple(found)


def bill(base: Base, name: str) -> tuple[Rule, ...] | None:
    """Return a bill of the tables as a control in force since 2022, None if no bill has this id.

    A bill that says nothing of how licences are reviewed is read as a presumption of denial.
    """
    one = next((row for row in base.tables.rules if row.kind == "bill" and row.id == name.upper()), None)
    if one is None:
        return None
    outcome = one.outcome if one.outcome in OUTCOMES else "LIC_PD"
    begin = _DEFAULTS["effective_from"]
    return (replace(one, id=f"{one.id}-IN-FORCE", kind="control", outcome=outcome, effective_from=begin),)


def _rule(file: str, line: int, header: Sequence[str], cells: Sequence[str]) -> Rule:
    if len(cells) != len(header):
        raise BadInput(f"{file} row {line}: {len(cells)} cells where {len(header)} are needed")
    given = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    texts = {name: given.get(name) or _DEFAULTS.get(name, "") for name in columns(Rule)}
    parts = {name: tuple(part.strip() for part in texts[name].split(";") if part.strip()) for name in _SEVERAL}
    return Rule(**{**texts, **parts, "file": file, "row": line})  # type: ignore[arg-type]


def with_rules(rules: RuleSet, proposed: Sequence[Rule]) -> RuleSet:
    """Return the rules with the proposed ones among them.

    Raises:
        BadInput: if a proposed condition cannot be read.
    """
    added = build(proposed, rules.places)
    return replace(rules, rules=(*rules.rules, *added.rules))


def changes(
    rules: RuleSet, after: RuleSet, chips: Sequence[RuledChip], to: str, day: str, hq: str = ""
) -> list[Change]:
    """Return the catalogue chips whose outcome differs on a day."""
    cases = cases_of(chips, [row_of(one, day, to, hq) for one in chips], rules)
    old, new = classify(rules, cases), classify(after, cases)
    pairs = [(one, old.outcome(index), new.outcome(index)) for index, one in enumerate(chips)]
    return [Change(one, before, now) for one, before, now in pairs if before != now]


def moved(base: Base, rules: RuleSet, after: RuleSet, chips: Sequence[RuledChip]) -> list[Moved]:
    """Return what China bought legally, by chip line and quarter 2022-2025, where the proposal changes the outcome.

    A line stands for its first chip (catalogue.LINES); a quarter is judged by its middle day.
    """
    by_id = {one.id: one for one in chips}
    bought = [row for row in base.tables.history if row.quantity == "chips_bought_china_quarter"]
    bought = [row for row in bought if "2022" <= row.period[:4] <= "2025" and row.subject in LINES]
    if not bought:
        return []
    shown = [by_id[LINES[row.subject][0]] for row in bought]
    asked = [row_of(one, _middle(row.period), "CN") for one, row in zip(shown, bought, strict=True)]
    cases = cases_of(shown, asked, rules)
    old, new = classify(rules, cases), classify(after, cases)
    found = []
    for index, row in enumerate(bought):
        before, now = old.outcome(index), new.outcome(index)
        if before == now:
            continue
        worth = line_worth(base, row.subject, "8bit")
        found.append(
            Moved(
                row.subject,
                row.period,
                before,
                now,
                row.value if row.low is None else row.low,
                row.value,
                row.value if row.high is None else row.high,
                None if worth is None else worth * row.value,
                row.source,
            )
        )
    return sorted(found, key=lambda one: (one.quarter, one.line))


def _middle(quarter: str) -> str:
    first, last = span(quarter)
    return date.fromordinal((first.toordinal() + last.toordinal()) // 2).isoformat()
