"""Checks of the rule tables: rules, destination groups, markets. Conditions are read by `rechenmacht.domains.rules`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from rechenmacht.dates import span
from rechenmacht.errors import nearest
from rechenmacht.evidence import forms, forms_rules
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.tables import Problem


def _one_of(value: str, allowed: Iterable[str], column: str) -> Iterator[str]:
    names = list(allowed)
    if value not in names:
        yield f"{column} {value!r} is none of {', '.join(names)}"


def _outcome_faults(row: forms_rules.Rule) -> Iterator[str]:
    if row.kind in {"control", "relaxation"}:
        yield from _one_of(row.outcome, forms_rules.OUTCOMES, "outcome")
        if row.outcome_d1_d4:
            yield from _one_of(row.outcome_d1_d4, forms_rules.OUTCOMES, "outcome_d1_d4")
    elif row.kind == "buyer":
        yield from _one_of(row.outcome, forms_rules.BUYER_OUTCOMES, "outcome")
    elif not row.outcome:
        yield "outcome is missing"


def _date_faults(row: forms_rules.Rule) -> Iterator[str]:
    bad = False
    for column in ("published", "effective_from", "effective_to"):
        text = getattr(row, column)
        try:
            if text:
                span(text)
        except ValueError as error:
            bad = True
            yield f"{column} {error}"
    # A rule that was dropped before it took effect ends before it begins, and says so.
    both = not bad and row.effective_from and row.effective_to and row.outcome != "NOT_ENFORCED"
    if both and span(row.effective_to)[1] < span(row.effective_from)[0]:
        yield f"effective_to {row.effective_to} lies before effective_from {row.effective_from}"


def rule_faults(row: forms_rules.Rule, places: frozenset[str], rules: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with one rule, its condition and source apart.

    Args:
        row: the rule.
        places: destinations and country groups that may be named.
        rules: ids that `relaxes` and `replaces` may name.
    """
    if not row.id:
        yield "id is missing"
    yield from _one_of(row.kind, forms.RULE_KINDS, "kind")
    yield from _one_of(row.subject, forms_rules.RULE_SUBJECTS, "subject")
    yield from _one_of(row.regime, forms_rules.REGIMES, "regime")
    if bool(row.name_en) != bool(row.name_de):
        yield "a name in one language only"
    yield from _outcome_faults(row)
    yield from _date_faults(row)
    for column in ("dest_groups", "dest_except", "hq_groups"):
        for name in getattr(row, column):
            if name not in places and not (name == "*" and column == "dest_groups"):
                yield f"{column} {name!r} is no destination or country group{nearest(name, places)}"
    known = set(rules)
    for column in ("relaxes", "replaces"):
        for name in getattr(row, column):
            if name not in known:
                yield f"{column} {name!r} is no rule{nearest(name, known)}"
    if row.relaxes and row.kind != "relaxation":
        yield f"relaxes stands in a rule of kind {row.kind}, not relaxation"
    if not row.dest_groups and not row.hq_groups:
        yield "neither dest_groups nor hq_groups says where the rule applies (write * for everywhere)"


def places(destinations: Iterable[forms_rules.Destination]) -> frozenset[str]:
    """Return every destination and country group of the table."""
    rows = list(destinations)
    return frozenset({row.dest for row in rows} | {group for row in rows for group in row.groups})


def _repeated(tables: Tables, rows: Iterable[object], key: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for row in rows:
        file, line = (row.file, row.row) if isinstance(row, forms_rules.Rule) else tables.place(row)
        name = str(getattr(row, key))
        if name in seen:
            yield Problem(file, line, f"{key} {name!r} stands already in row {seen[name]}")
        seen.setdefault(name, line)


_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def _destination_problems(tables: Tables) -> Iterator[Problem]:
    """Yield what is wrong with codes, days and overlaps of the destinations and with their names."""
    ends: dict[str, date] = {}
    named = {row.dest for row in tables.countries}
    for row in sorted(tables.destinations, key=lambda one: (one.dest, one.effective_from)):
        if not _CODE.fullmatch(row.dest):
            yield Problem(*tables.place(row), f"dest {row.dest!r} is no ISO code")
        if row.dest not in named:
            yield Problem(*tables.place(row), f"dest {row.dest!r} has no name in rules/countries.csv")
        try:
            first = span(row.effective_from)[0] if row.effective_from else date.min
            last = span(row.effective_to)[1] if row.effective_to else date.max
        except ValueError as error:
            yield Problem(*tables.place(row), f"effective_from, effective_to: {error}")
            continue
        if first <= ends.get(row.dest, date.min) and row.dest in ends:
            yield Problem(*tables.place(row), f"dest {row.dest!r}: its days overlap with another row's")
        ends[row.dest] = last
    taken: dict[str, str] = {}
    for country in tables.countries:
        for name in (country.name_en, country.name_de, *country.aliases_en, *country.aliases_de):
            other = taken.setdefault(name.casefold(), country.dest)
            if other != country.dest:
                yield Problem(*tables.place(country), f"name {name!r} is that of {other} too")


def rule_problems(tables: Tables) -> list[Problem]:
    """Return everything that is wrong with the rule tables, in the order of the files."""
    found: list[Problem] = []
    sources = {row.id for row in tables.sources}
    chips = {row.id for row in tables.entities if row.kind == "chip"}
    where = places(tables.destinations)
    ids = [row.id for row in tables.rules]
    for rule in tables.rules:
        found += [Problem(rule.file, rule.row, fault) for fault in rule_faults(rule, where, ids)]
    found += _destination_problems(tables)
    for market in tables.markets:
        for fault in _one_of(market.market, forms_rules.MARKETS, "market"):
            found.append(Problem(*tables.place(market), fault))
        if market.chip not in chips:
            found.append(
                Problem(*tables.place(market), f"chip {market.chip!r} is no chip{nearest(market.chip, chips)}")
            )
    rows: tuple[
        forms_rules.Rule | forms_rules.Destination | forms_rules.Market | forms_rules.Coverage | forms_rules.Party, ...
    ]
    rows = (*tables.rules, *tables.destinations, *tables.markets, *tables.coverage, *tables.parties)
    for row in rows:
        place = (row.file, row.row) if isinstance(row, forms_rules.Rule) else tables.place(row)
        if row.source not in sources:
            found.append(Problem(*place, f"source {row.source!r} is not in sources.csv{nearest(row.source, sources)}"))
        found += [Problem(*place, fault) for fault in _one_of(row.grade, forms.GRADES, "grade")]
    found += _repeated(tables, tables.rules, "id")
    found += _repeated(tables, tables.countries, "dest")
    found += _repeated(tables, tables.markets, "chip")
    return found
