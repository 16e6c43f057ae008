"""The answer to the question regimes."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, names, one_case, place_of, scoped
from rechenmacht.domains.rules.answers.said import scoped_row
from rechenmacht.domains.rules.chips import chip
from rechenmacht.domains.rules.classify import scope
from rechenmacht.domains.rules.logic import both, evaluate
from rechenmacht.domains.rules.ruleset import Compiled
from rechenmacht.evidence.base import Base

_EVER = ("control", "relaxation", "fee", "buyer", "dormant", "licence", "foreign", "bill", "guidance")


def regimes(asked: questions.Regimes, base: Base, told: Told) -> Answer:
    """List what each rule of each regime says of a chip, in the order of their first days."""
    rules = ruleset.load(base)
    one, to = chip(base, asked.chip), place_of(rules, asked.to, "to")
    beside = scoped_row(rules, day_of(None))
    found: list[rows.Side] = []
    for rule in rules.of(*_EVER):
        day = rule.rule.effective_from or day_of(None)
        cases = one_case(rules, one, to, max(day, "2000-01-01"), {})
        condition = evaluate(rule.condition, cases.columns)
        truth = condition if rule.rule.kind == "bill" else both(scope(rule, cases, rules), condition)
        if rule.rule.kind == "bill" and (rule.rule.subject not in {"chip", "*"} or to not in rule.places[-1]):
            continue
        if truth.no[0] or (rule.rule.kind == "guidance" and rule.rule.outcome == "INFO"):
            continue
        found.append(_side(base, rule, "yes" if truth.yes[0] else "unknown", beside))
    found.sort(key=lambda row: (row["effective_from"] or "9999", row["regime"], row["rule"]))
    values, notes = scoped(rules, day_of(None))
    show = ("effective_from", "effective_to", "regime", "rule_kind", "rule_name", "outcome", "truth", "citation")
    table = Table("regimes", rows.Side, found, show, empty="note.rules.no_rule")
    return Answer(asked, {**values, "chip": one.name, "to": to}, (table,), notes)


def _side(base: Base, one: Compiled, truth: str, beside: rows.Scoped) -> rows.Side:
    rule = one.rule
    return rows.Side(
        regime=rule.regime, rule_kind=rule.kind, rule=rule.id, rule_name=names(base, rule),
        effective_from=rule.effective_from, effective_to=rule.effective_to, outcome=rule.outcome, truth=truth,
        citation=rule.citation, grade=rule.grade, **beside,
    )  # fmt: skip
