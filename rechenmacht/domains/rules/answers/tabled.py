"""A table of cases as the answer to the question classify."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.domains.rules import contradictions, questions, rows
from rechenmacht.domains.rules.answers.common import scoped
from rechenmacht.domains.rules.answers.said import scope_row
from rechenmacht.domains.rules.cases import OPTIONAL, Cases, table_of
from rechenmacht.domains.rules.classify import NO_RULE, Result, classify, holding
from rechenmacht.domains.rules.parties import applied
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import known_to, scope_on
from rechenmacht.errors import nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import BUYER_OUTCOMES

_TEXT = Kind("text")
Found = dict[str, Any]


def tabled(asked: questions.Classify, base: Base, rules: RuleSet) -> Answer:
    """Answer every row of a table; rows with the same answer share one.

    Raises:
        BadInput: if the table cannot be used; the message names file, row and column.
    """
    assert asked.table is not None  # noqa: S101 - its caller looked
    name = asked.table.name
    cases, ignored = table_of(asked.table.text, name, rules.places)
    cases = applied(rules.parties, cases)
    against = contradictions.of_table(base, cases)
    found = list(_answers(rules, cases, classify(rules, cases)))
    rows_ = [{"case_id": case, **answer} for case, answer in zip(cases.ids, found, strict=True)]
    latest = date.fromordinal(int(cases.days.max())).isoformat() if rows_ else date.today().isoformat()
    scope = scope_on(rules, latest)
    values, notes = scoped(rules, latest)
    return Answer(
        asked,
        {"known_to": values["known_to"], "scope": scope_row(scope)},
        (
            Table("cases", rows.Case, rows_, ("case_id", "outcome", "fired", "missing")),
            Table("contradicted", rows.Contradicted, against, people=()),
        ),
        notes,
        warnings=(*contradictions.notes(against), *_warnings(rules, cases, name, ignored)),
        bare=lambda: _array(cases.ids, found),
    )


def _warnings(rules: RuleSet, cases: Cases, name: str, ignored: tuple[str, ...]) -> tuple[Note, ...]:
    found = []
    for column in ignored:
        hint = nearest(column, OPTIONAL, most=1)
        if hint and column not in {"tpp_basis"}:
            found.append(Note("note.rules.ignored", {"column": (repr(column), _TEXT), "hint": (hint, _TEXT)}))
    for line, text in cases.unknown_places:
        said = {"table": name, "row": str(line), "text": repr(text), "hint": nearest(text, rules.places.codes) or " "}
        found.append(Note("note.rules.no_place", {key: (value, _TEXT) for key, value in said.items()}))
    return tuple(found)


def _buyers(rules: RuleSet, cases: Cases) -> np.ndarray:
    """Return the buyer's side per row as an index into (NO_RULE, *BUYER_OUTCOMES), shape (rows,)."""
    level = np.zeros(cases.columns.rows, np.int64)
    found = holding(rules, cases, "buyer")
    for one in rules.of("buyer"):
        hits = found[one.id].yes
        np.maximum(level, np.where(hits, 1 + BUYER_OUTCOMES.index(one.rule.outcome), 0), out=level)
    return level


def _answers(rules: RuleSet, cases: Cases, result: Result) -> Iterator[Found]:
    """Yield each row's answer; rows with the same answer share one object."""
    acting = np.packbits(np.stack(list(result.acting.values())), axis=0).T.copy()
    weight = acting.view(f"V{acting.shape[1]}").ravel().tolist()
    buyers, until = _buyers(rules, cases), known_to(rules)
    late = cases.days > (date.fromisoformat(until).toordinal() if until else 0)
    left = [one.id for one in rules.coverage if not one.known_to]
    known: dict[tuple[Any, ...], Found] = {}
    columns = (result.levels.tolist(), weight, result.open.tolist(), buyers.tolist(), late.tolist())
    for row, key in enumerate(zip(*columns, strict=True)):
        found = known.get(key)
        if found is None:
            found = known[key] = {
                "outcome": result.outcome(row), "fired": list(result.fired(row)),
                "missing": list(result.missing(row)), "open": list(result.unsettled(row)),
                "buyer": (NO_RULE, *BUYER_OUTCOMES)[key[3]], "known_to": until, "after_horizon": key[4],
                "not_looked_at": left,
            }  # fmt: skip
        yield found


_SCOPE = ("known_to", "after_horizon", "not_looked_at")


def _array(ids: tuple[str, ...], found: list[Found]) -> str:
    """Return the answers as one JSON array, a line for each row."""
    tails: dict[int, str] = {}
    lines = []
    for name, answer in zip(ids, found, strict=True):
        tail = tails.get(id(answer))
        if tail is None:
            tail = tails[id(answer)] = json.dumps(_nested(answer), ensure_ascii=False)[1:]
        lines.append(f'{{"case_id": {json.dumps(name, ensure_ascii=False)}, {tail}')
    return "[\n" + ",\n".join(lines) + "\n]"


def _nested(answer: Mapping[str, Any]) -> Found:
    """Return an answer with its scope as an object of its own, as programs know it."""
    own = {key: value for key, value in answer.items() if key not in _SCOPE}
    return {**own, "scope": {key: answer[key] for key in _SCOPE}}
