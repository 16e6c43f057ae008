"""Rules, steps, scopes and parties as rows of answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rechenmacht.answers.answer import Note, Table
from rechenmacht.answers.kinds import BothLanguages, Kind
from rechenmacht.domains.rules import parties, rows
from rechenmacht.domains.rules.answers.common import names
from rechenmacht.domains.rules.distance import Step
from rechenmacht.domains.rules.explain import RuleAnswer
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import Scope, known_to
from rechenmacht.domains.rules.specifications import label
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import Party

NEAR = 0.5  # near misses farther off than half a threshold are for programs only
WORDS = Kind("words")


def labels(keys: Iterable[str]) -> BothLanguages:
    """Return what specifications are called, in both languages."""
    known = list(keys)
    en, de = ("; ".join(label(name, lang) for name in known) for lang in ("en", "de"))
    return BothLanguages(en=en, de=de)


def scope_row(scope: Scope, change: Mapping[str, str] | None = None) -> rows.Scope:
    """Return what stands behind an answer as a row."""
    found = rows.Scope(
        known_to=scope.known_to, after_horizon=scope.after_horizon, looked_at=list(scope.looked_at),
        not_looked_at=list(scope.not_looked_at), supposed=list(scope.supposed),
    )  # fmt: skip
    if change is not None:
        found["would_change"] = dict(change)
    return found


def scoped_row(rules: RuleSet, day: str) -> rows.Scoped:
    """Return what a row with an outcome on a day says of its scope."""
    until = known_to(rules)
    late = bool(until) and date.fromisoformat(day) > date.fromisoformat(until)
    left = [one.id for one in rules.coverage if not one.known_to]
    return rows.Scoped(known_to=until, after_horizon=late, not_looked_at=left)


def known(value: float | None) -> float | None:
    """Return a number of a comparison, None where it is unknown (NaN) or no distance leads there (infinite)."""
    return None if value is None or not math.isfinite(value) else value


def step_row(one: Step) -> rows.Step:
    """Return a comparison as a row."""
    return rows.Step(
        what=one.what, value=known(one.value), sign=one.sign, threshold=known(one.threshold), unit=one.unit,
        met=one.met, gap=known(one.gap), share=known(one.share),
    )  # fmt: skip


def said(base: Base, one: RuleAnswer, scope: rows.Scoped) -> rows.Said:
    """Return a rule's answer as a row."""
    rule = one.rule.rule
    name = names(base, rule)
    return rows.Said(
        rule=rule.id, name=name["en"], rule_name=name, truth=one.truth, outcome=one.outcome,
        effective_from=rule.effective_from, effective_to=rule.effective_to, grade=rule.grade, citation=rule.citation,
        source=rule.source, summary=rule.summary_en,
        text=BothLanguages(en=rule.summary_en, de=rule.summary_de or rule.summary_en), distance=known(one.distance),
        steps=[step_row(step) for step in one.steps], thresholds=[step_row(step) for step in one.thresholds],
        missing=list(one.missing), **scope,
    )  # fmt: skip


def _short(step: rows.Step) -> dict[str, Any]:
    """Return a comparison as people read it: by how much it is missed only where it is."""
    missed = None if step["met"] else step["share"]
    unit = "" if step["unit"] in {"1", "year"} else step["unit"]
    return {"what": step["what"], "value": step["value"], "sign": step["sign"], "threshold": step["threshold"],
            "unit": unit, "share": missed}  # fmt: skip


def rule_table(name: str, found: Sequence[rows.Said]) -> Table:
    """Return a table of rules; near misses far off are for programs only."""
    near = name == "near_misses"
    shown = [row for row in found if not near or (row["distance"] is not None and row["distance"] <= NEAR)]
    people = [{**row, "thresholds": [_short(one) for one in row["steps" if near else "thresholds"]]} for row in shown]
    columns = ("rule", "rule_name", "outcome", "effective_from", "grade", "thresholds", "missing")
    show = columns if near else (*columns, "text", "citation")
    return Table(name, rows.Said, found, show, people, title=f"rules.part.{name}")


def fields_of(rules: RuleSet) -> Table:
    """Return the fields of law that were looked at, and those that were not, for people."""
    found = [
        rows.Field(looked_at=bool(one.known_to), field=BothLanguages(en=one.text_en, de=one.text_de),
                   field_known_to=one.known_to)
        for one in sorted(rules.coverage, key=lambda one: not one.known_to)
    ]  # fmt: skip
    return Table("fields_of_law", rows.Field, found, machine=False, title="rules.part.fields_of_law")


def scope_notes(scope: Scope, change: Mapping[str, str]) -> tuple[Note, ...]:
    """Return what was supposed, and what would change the answer."""
    notes = [Note("note.rules.supposed", {"what": (labels(scope.supposed), WORDS)})]
    if change:
        en, de = ("; ".join(f"{label(k, lang)} -> {v}" for k, v in change.items()) for lang in ("en", "de"))
        notes.append(Note("note.rules.change", {"what": (BothLanguages(en=en, de=de), WORDS)}))
    return tuple(notes)


def looked(found: parties.Listed) -> rows.Looked:
    """Return what is known of a party as a row."""

    def of(several: Iterable[Party]) -> list[rows.ListRow]:
        return [
            rows.ListRow(
                name=one.name, lists=list(one.lists), footnotes=list(one.footnotes), country=one.country,
                listed_from=one.listed_from, citation=one.citation, as_of=one.as_of, source=one.source,
            )
            for one in several
        ]  # fmt: skip

    return rows.Looked(
        asked=found.name, found=of(found.rows), possible=of(found.possible), applied=sorted(found.properties)
    )


def party_notes(found: parties.Listed) -> list[Note]:
    """Return what is known of a party as sentences."""
    text = Kind("text")
    notes = [] if found.rows else [Note("rules.party.none", {"name": (found.name, text)})]
    for one in found.rows:
        marks = ", ".join([*one.lists, *(f"FN{number}" for number in one.footnotes)])
        said = {"asked": found.name, "name": one.name, "lists": marks, "citation": one.citation, "as_of": one.as_of}
        notes.append(Note("rules.party.found", {key: (value, text) for key, value in said.items()}))
    if found.possible:
        several = "; ".join(one.name for one in found.possible[:5])
        notes.append(
            Note("rules.party.possible", {"n": (len(found.possible), Kind("count")), "names": (several, text)})
        )
    return notes
