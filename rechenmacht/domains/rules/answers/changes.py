"""The answer to the question changes."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import day_of, names, scoped, summary
from rechenmacht.domains.rules.answers.said import scoped_row
from rechenmacht.evidence.base import Base


def listed(base: Base, regime: str | None = None, since: str = "") -> list[rows.Change]:
    """Return every day on which a rule begins or ends, or a bill is published, the newest first."""
    found, beside = [], scoped_row(ruleset.load(base), day_of(None))
    for rule in base.tables.rules:
        begins = ("begins", rule.effective_from) if rule.effective_from else ("published", rule.published)
        for event, day in (begins, ("ends", rule.effective_to)):
            if not day or day < since or (regime and rule.regime != regime):
                continue
            found.append(
                rows.Change(
                    day=day, event=event, regime=rule.regime, rule=rule.id, rule_name=names(base, rule),
                    rule_kind=rule.kind, subject=rule.subject, outcome=rule.outcome, citation=rule.citation,
                    grade=rule.grade, source=rule.source, summary=summary(rule),
                    **beside,
                )
            )  # fmt: skip
    return sorted(found, key=lambda row: (row["day"], row["rule"]), reverse=True)


def changes(asked: questions.Changes, base: Base, told: Told) -> Answer:
    """List what changed when, over all regimes."""
    since = day_of(asked.since) if asked.since else ""
    values, notes = scoped(ruleset.load(base), day_of(None))
    show = ("day", "event", "regime", "rule_name", "outcome", "citation", "grade")
    return Answer(asked, values, (Table("changes", rows.Change, listed(base, asked.regime, since), show),), notes)
