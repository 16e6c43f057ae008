"""The rules in force, compiled: conditions parsed, dates as days, destinations as sets of places by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from rechenmacht.dates import span
from rechenmacht.domains.rules import places as destinations
from rechenmacht.domains.rules.grammar import Condition, ConditionError, parse
from rechenmacht.domains.rules.places import HOME, Groups, Places, members
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import OUTCOMES, Coverage, Party, Rule

SEVERITY = {outcome: level for level, outcome in enumerate(OUTCOMES)}
STRICT = ("D5", "MO")  # where and for whose firms the stricter review policy holds
Vintages = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be asked.

    `first` and `last` are ordinal days, both included (0 and a far day: open). `places`, `strict_places` and
    `headquarters` hold one set of destinations for each state of the country groups (`Places.starts`).
    """

    rule: Rule
    condition: Condition
    first: int
    last: int
    places: Vintages
    strict_places: Vintages
    headquarters: Vintages

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    def on(self, day: int) -> bool:
        """Tell whether the rule is in force on an ordinal day."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class RuleSet:
    """All compiled rules, in the order of the tables, the destinations, what the tables cover, and listed parties."""

    rules: tuple[Compiled, ...]
    places: Places
    coverage: tuple[Coverage, ...] = ()
    parties: tuple[Party, ...] = ()

    @property
    def groups(self) -> Groups:
        """The country groups as last known."""
        return self.places.groups[-1]

    @cached_property
    def replacing(self) -> dict[str, tuple[Compiled, ...]]:
        """Return the rules that replace a rule, by its id."""
        found: dict[str, tuple[Compiled, ...]] = {}
        for one in self.rules:
            for old in one.rule.replaces:
                found[old] = (*found.get(old, ()), one)
        return found

    def of(self, *kinds: str) -> tuple[Compiled, ...]:
        """Return the rules of some kinds."""
        return tuple(one for one in self.rules if one.rule.kind in kinds)

    def find(self, rule_id: str) -> Compiled | None:
        """Return a rule by its id."""
        return next((one for one in self.rules if one.id == rule_id), None)


FAR = date(9999, 12, 31).toordinal()


def _where(rule: Rule) -> str:
    return f"{rule.file or 'rules'} row {rule.row}" if rule.row else rule.id


def compile_rule(rule: Rule, where: Places) -> Compiled:
    """Return one rule ready to be asked.

    Raises:
        BadInput: if its condition cannot be read; the message names file, row and column.
    """
    try:
        condition = parse(rule.condition)
    except ConditionError as error:
        raise BadInput(f"{_where(rule)}: condition: {error}") from None
    reached, strict, seats = [], [], []
    for groups in where.groups:
        excluded = members(rule.dest_except, groups) if rule.dest_except else frozenset()
        here = members(rule.dest_groups, groups) - excluded - {HOME} if rule.dest_groups else frozenset()
        reached.append(here)
        strict.append(here & members(STRICT, groups))
        seats.append(members(rule.hq_groups, groups) if rule.hq_groups else frozenset())
    withdrawn = rule.outcome == "NOT_ENFORCED"
    never = withdrawn or (rule.kind == "bill" and not rule.effective_from)
    return Compiled(
        rule,
        condition,
        FAR if never else span(rule.effective_from)[0].toordinal() if rule.effective_from else 0,
        0 if never else span(rule.effective_to)[1].toordinal() if rule.effective_to else FAR,
        tuple(reached),
        tuple(strict),
        tuple(seats),
    )


def build(
    rules: Iterable[Rule], where: Places, coverage: Iterable[Coverage] = (), parties: Iterable[Party] = ()
) -> RuleSet:
    """Return the compiled rules.

    Raises:
        BadInput: if a condition cannot be read.
    """
    return RuleSet(tuple(compile_rule(rule, where) for rule in rules), where, tuple(coverage), tuple(parties))


@lru_cache(maxsize=4)
def _cached(base: tuple[tuple[object, ...], ...]) -> RuleSet:
    rules, rows, countries, coverage, parties = base
    where = destinations.build(rows, countries)  # type: ignore[arg-type]
    return build(rules, where, coverage, parties)  # type: ignore[arg-type]


def load(base: Base) -> RuleSet:
    """Return the rules of a fact base, shipped and workspace's.

    Raises:
        BadInput: if a condition cannot be read; the message names file, row and column.
    """
    tables = base.tables
    return _cached(
        (
            tuple(tables.rules),
            tuple(tables.destinations),
            tuple(tables.countries),
            tuple(tables.coverage),
            tuple(tables.parties),
        )
    )
