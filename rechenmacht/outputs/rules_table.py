"""Output of `rules classify --table` and `rules propose`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from rechenmacht.domains.rules.cases import OPTIONAL, Cases, read_table
from rechenmacht.domains.rules.classify import NO_RULE, Result, classify, holding
from rechenmacht.domains.rules.parties import applied
from rechenmacht.domains.rules.propose import Change, Moved
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import known_to
from rechenmacht.errors import nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms_rules import BUYER_OUTCOMES
from rechenmacht.outputs.cli.common import Lang, emit, note, number, say, table
from rechenmacht.outputs.rules_scope import short

_TOO_MANY = 40


def _buyers(rules: RuleSet, cases: Cases) -> np.ndarray:
    """Return the buyer's side per row as an index into (NO_RULE, *BUYER_OUTCOMES)."""
    level = np.zeros(cases.columns.rows, np.int64)
    found = holding(rules, cases, "buyer")
    for one in rules.of("buyer"):
        hits = found[one.id].yes
        np.maximum(level, np.where(hits, 1 + BUYER_OUTCOMES.index(one.rule.outcome), 0), out=level)
    return level


def _answers(rules: RuleSet, cases: Cases, result: Result) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each row's id and answer; rows with the same answer share one object."""
    acting = np.packbits(np.stack(list(result.acting.values())), axis=0).T.copy()
    weight = acting.view(f"V{acting.shape[1]}").ravel().tolist()
    buyers = _buyers(rules, cases)
    until = known_to(rules)
    late = cases.days > (date.fromisoformat(until).toordinal() if until else 0)
    scopes = [{"known_to": until, "after_horizon": flag, "not_looked_at": _left_out(rules)} for flag in (False, True)]
    known: dict[tuple[Any, ...], dict[str, object]] = {}
    columns = (result.levels.tolist(), weight, result.open.tolist(), buyers.tolist(), late.tolist())
    for row, key in enumerate(zip(*columns, strict=True)):
        found = known.get(key)
        if found is None:
            found = known[key] = {
                "outcome": result.outcome(row),
                "fired": list(result.fired(row)),
                "missing": list(result.missing(row)),
                "open": list(result.unsettled(row)),
                "buyer": (NO_RULE, *BUYER_OUTCOMES)[key[3]],
                "scope": scopes[key[4]],
            }
        yield cases.ids[row], found


def _left_out(rules: RuleSet) -> list[str]:
    return [one.id for one in rules.coverage if not one.known_to]


def classify_table(rules: RuleSet, path: Path, *, as_json: bool, lang: Lang) -> None:
    """Answer a table of cases, one row each.

    Args:
        rules: the compiled rules.
        path: the CSV.
        as_json: one JSON array with one object per line, instead of text.
        lang: language of the scope under the table.

    Raises:
        BadInput: if the table cannot be used; the message names row and column.
    """
    cases, ignored = read_table(path, rules.places)
    cases = applied(rules.parties, cases)
    for column in ignored:
        hint = nearest(column, OPTIONAL, most=1)
        if hint and column not in {"tpp_basis"}:
            note(f"column {column!r} is ignored{hint}")
    for line, text in cases.unknown_places:
        note(
            f"{path.name} row {line}: {text!r} is no destination{nearest(text, rules.places.codes)}; left undetermined"
        )
    result = classify(rules, cases)
    answers = _answers(rules, cases, result)
    if not as_json:
        rows = [
            (name, str(a["outcome"]), ", ".join(a["fired"]) or "-", ", ".join(a["missing"]) or "-")  # type: ignore[arg-type]
            for name, a in answers
        ]
        say(table(rows, ("case", "outcome", "rules", "missing")))
        latest = date.fromordinal(int(cases.days.max())).isoformat() if len(cases.ids) else ""
        say(short(rules, latest, lang))
        return
    tails: dict[int, str] = {}
    lines = []
    for name, found in answers:
        tail = tails.get(id(found))
        if tail is None:
            tail = tails[id(found)] = json.dumps(found, ensure_ascii=False)[1:]
        lines.append(f'{{"case_id": {json.dumps(name, ensure_ascii=False)}, {tail}')
    sys.stdout.write("[\n" + ",\n".join(lines) + "\n]\n")


def show_proposal(
    base: Base,
    changed: Sequence[Change],
    moved: Sequence[Moved],
    asked: tuple[str, str],
    scope: dict[str, Any],
    *,
    as_json: bool,
    lang: Lang,
) -> None:
    """Print what a proposed rule changes in the catalogue on a day, and what moved meanwhile."""
    place, day = asked
    caught, freed = [c for c in changed if c.tighter], [c for c in changed if not c.tighter]
    total = sum(one.h100e or 0.0 for one in moved)
    if as_json:
        emit(
            {
                "to": place,
                "on": day,
                "scope": scope,
                "caught": [{"chip": c.chip.id, "before": c.before, "after": c.after} for c in caught],
                "freed": [{"chip": c.chip.id, "before": c.before, "after": c.after} for c in freed],
                "moved": [
                    {"line": m.line, "quarter": m.quarter, "before": m.before, "after": m.after, "units_low": m.low,
                     "units": m.units, "units_high": m.high, "h100e": m.h100e, "source": m.source}
                    for m in moved
                ],
                "moved_units": sum(m.units for m in moved),
                "moved_h100e": total,
            }
        )  # fmt: skip
        return
    german = lang == "de"
    titles = ("Neu erfasst", "Frei oder milder") if german else ("newly caught", "freed or milder")
    where = f"nach {place} am {day}" if german else f"to {place} on {day}"
    for title, rows in zip(titles, (caught, freed), strict=True):
        say(f"{title} ({where}): {len(rows)}")
        say("\n".join(f"  {c.chip.name}: {c.before} -> {c.after}" for c in rows[:_TOO_MANY]) or "  -")
        if len(rows) > _TOO_MANY:
            say(f"  … {len(rows) - _TOO_MANY}")
    if not any(row.quantity == "chips_bought_china_quarter" for row in base.tables.history):
        note("no history of chips bought by China in this base: what moved is not known")
        return
    count, worth = number(round(sum(m.units for m in moved)), lang), number(float(f"{total:.3g}"), lang)
    intro = (
        f"Legale Käufe Chinas in den Quartalen 2022–2025, deren Ergebnis sich ändert: {count} Chips = {worth} H100e "
        "(dicht, 8 Bit):",
        f"Legal purchases by China in the quarters of 2022-2025 whose outcome changes: {count} chips = {worth} H100e "
        "(dense 8-bit):",
    )
    say(intro[not german])
    rows_ = [
        (m.quarter, m.line, number(round(m.units), lang), number(round(m.h100e), lang) if m.h100e is not None else "?",
         m.before, m.after, m.source)
        for m in moved
    ]  # fmt: skip
    header = ("Quartal", "Baureihe", "Chips", "H100e", "bisher", "dann", "Quelle") if german else (
        "quarter", "line", "chips", "H100e", "before", "after", "source")  # fmt: skip
    say(table(rows_, header))
