"""The generated half of docs/rules.md: each rule in two sentences with its citation, each threshold in a table.

python -m rechenmacht.outputs.rules_page docs    rewrites it
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rechenmacht.domains.rules import ruleset
from rechenmacht.domains.rules.answers.changes import listed
from rechenmacht.domains.rules.distance import thresholds
from rechenmacht.domains.rules.ruleset import Compiled, RuleSet
from rechenmacht.evidence.base import Base, load
from rechenmacht.outputs.rules_text import rule_name

MARK = "<!-- From here on generated from rules/rules.csv: python -m rechenmacht.outputs.rules_page docs -->"


def _link(base: Base, one: Compiled) -> str:
    source = base.sources[one.rule.source]
    cited = one.rule.citation or source.title
    return f"[{cited}]({source.address})" if source.address.startswith("http") else f"{cited} ({source.title})"


def _where(one: Compiled) -> str:
    rule = one.rule
    text = ", ".join(rule.dest_groups).replace("*", "everywhere")
    if rule.dest_except:
        text += f" without {', '.join(rule.dest_except)}"
    return f"{text}; headquarters in {' or '.join(rule.hq_groups)}, anywhere" if rule.hq_groups else text


def _rules(base: Base, rules: RuleSet) -> Iterator[str]:
    for one in rules.rules:
        rule = one.rule
        yield f"\n### {rule.id}: {rule_name(base, rule.id, 'en')}\n"
        ends = f" to {rule.effective_to}" if rule.effective_to else ""
        dates = "not in force" if not rule.effective_from else f"{rule.effective_from}{ends}"
        outcome = rule.outcome + (f" (D:1, D:4: {rule.outcome_d1_d4})" if rule.outcome_d1_d4 else "")
        yield f"{rule.summary_en} {_link(base, one)}\n"
        yield f"*{rule.kind}, {rule.subject}, {dates}, {outcome}, {rule.grade}. {_where(one)}.*"
        yield f"`{rule.condition}`" + (f"  \n{rule.note}." if rule.note else "")


def _thresholds(rules: RuleSet) -> Iterator[str]:
    from rechenmacht.domains.rules.cases import from_rows

    blank = from_rows([{"case_id": "x", "subject": "chip", "date": "2024-01-01", "dest": "CN"}], rules.places).columns
    yield "\n| rule | specification | is | threshold | unit |\n| --- | --- | --- | ---: | --- |"
    for one in rules.rules:
        for step in dict.fromkeys((s.what, s.sign, s.threshold, s.unit) for s in thresholds(one.condition, blank, 0)):
            what, sign, value, unit = step
            if what != "year":
                yield f"| {one.id} | {what.replace('+', ' + ')} | {sign} | {value:,.10g} | {unit} |"


def _changes(base: Base) -> Iterator[str]:
    yield "\n| day | | regime | rule | outcome | citation |\n| --- | --- | --- | --- | --- | --- |"
    for row in listed(base):
        yield (
            f"| {row['day']} | {row['event']} | {row['regime']} | {row['rule_name']['en']} | {row['outcome']} "
            f"| {row['citation']} |"
        )


def generated(base: Base) -> str:
    """Return the generated half of the page."""
    rules = ruleset.load(base)
    lines = [
        MARK,
        "\n## Changes",
        *_changes(base),
        "\n## Thresholds",
        *_thresholds(rules),
        "\n## The rules",
        *_rules(base, rules),
    ]
    return "\n".join(lines) + "\n"


def rewrite(page: Path, base: Base) -> None:
    """Rewrite the generated half of docs/rules.md and leave the written half alone."""
    written = page.read_text(encoding="utf-8").partition(MARK)[0]
    page.write_text(written + generated(base), encoding="utf-8")


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]) / "rules.md", load())
