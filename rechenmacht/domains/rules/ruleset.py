"""The rules in force, compiled: conditions parsed, dates as days, destinations as sets of places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rechenmacht.dates import span
from rechenmacht.domains.rules.grammar import Condition, ConditionError, parse
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import OUTCOMES, Destination, Rule

SEVERITY = {outcome: level for level, outcome in enumerate(OUTCOMES)}
HOME = "US"  # what stays there is no export
STRICT = ("D5", "MO")  # where and for whose firms the stricter review policy holds


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be asked. `first` and `last` are ordinal days, both included (0 and a far day: open)."""

    rule: Rule
    condition: Condition
    first: int
    last: int
    places: frozenset[str]
    strict_places: frozenset[str]
    headquarters: frozenset[str]

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    def on(self, day: int) -> bool:
        """Tell whether the rule is in force on an ordinal day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All compiled rules, in the order of the tables, and the destinations with their country groups."""

    rules: tuple[Compiled, ...]
    groups: dict[str, frozenset[str]]

    def of(self, *kinds: str) -> tuple[Compiled, ...]:
        """Return the rules of some kinds."""
        return tuple(one for one in self.rules if one.rule.kind in kinds)

    def find(self, rule_id: str) -> Compiled | None:
        """Return a rule by its id."""
        return next((one for one in self.rules if one.id == rule_id), None)


FAR = date(9999, 12, 31).toordinal()


def _members(names: Iterable[str], groups: dict[str, frozenset[str]]) -> frozenset[str]:
    wanted = set(names)
    return frozenset(dest for dest, own in groups.items() if "*" in wanted or dest in wanted or wanted & own)


def _where(rule: Rule) -> str:
    return f"{rule.file or 'rules'} row {rule.row}" if rule.row else rule.id


def compile_rule(rule: Rule, groups: dict[str, frozenset[str]]) -> Compiled:
    """Return one rule ready to be asked.

    Raises:
        BadInput: if its condition cannot be read; the message names file, row and column.
    """
    try:
        condition = parse(rule.condition)
    except ConditionError as error:
        raise BadInput(f"{_where(rule)}: condition: {error}") from None
    excluded = _members(rule.dest_except, groups) if rule.dest_except else frozenset()
    places = _members(rule.dest_groups, groups) - excluded - {HOME}
    withdrawn = rule.outcome == "NOT_ENFORCED"
    never = withdrawn or (rule.kind == "bill" and not rule.effective_from)
    return Compiled(
        rule,
        condition,
        FAR if never else span(rule.effective_from)[0].toordinal() if rule.effective_from else 0,
        0 if never else span(rule.effective_to)[1].toordinal() if rule.effective_to else FAR,
        places,
        places & _members(STRICT, groups),
        _members(rule.hq_groups, groups) if rule.hq_groups else frozenset(),
    )


def build(rules: Iterable[Rule], destinations: Iterable[Destination]) -> RuleSet:
    """Return the compiled rules.

    Raises:
        BadInput: if a condition cannot be read.
    """
    groups = {row.dest: frozenset(row.groups) for row in destinations}
    return RuleSet(tuple(compile_rule(rule, groups) for rule in rules), groups)


@lru_cache(maxsize=4)
def _cached(rules: tuple[Rule, ...], destinations: tuple[Destination, ...]) -> RuleSet:
    return build(rules, destinations)


def load(base: Base) -> RuleSet:
    """Return the rules of a fact base, shipped and workspace's.

    Raises:
        BadInput: if a condition cannot be read; the message names file, row and column.
    """
    return _cached(tuple(base.tables.rules), tuple(base.tables.destinations))
