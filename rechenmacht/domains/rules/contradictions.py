"""Specifications that are given for a chip the base knows, and that its claims contradict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from rechenmacht.answers.answer import Note
from rechenmacht.answers.kinds import Kind
from rechenmacht.domains.rules import chips, rows
from rechenmacht.domains.rules.cases import Cases
from rechenmacht.domains.rules.specifications import SPECIFICATIONS
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

WITHIN = 0.02  # of the base's value; publications round, and clocks differ by that much
TOLD = 20
_COMPARED = ("tpp", "die_mm2", "io_bw", "dram_bw", "pd")
_TEXT = Kind("text")


def contradicted(one: chips.RuledChip, given: Mapping[str, float], case: str) -> list[rows.Contradicted]:
    """Return the given specifications of a chip that differ from what its claims say by more than 2 %."""
    found = []
    for name in _COMPARED:
        value, known = given.get(name), one.known.get(name)
        if value is None or known is None or abs(value - known.value) <= WITHIN * abs(known.value):
            continue
        found.append(
            rows.Contradicted(
                case_id=case, chip=one.id, specification=name, given=value, known=known.value,
                unit=SPECIFICATIONS[name].unit, claims=list(known.claims),
            )
        )  # fmt: skip
    return found


def of_table(base: Base, cases: Cases) -> list[rows.Contradicted]:
    """Return the contradictions of a table's rows, one for each chip and value."""
    columns, found = cases.columns, list[rows.Contradicted]()
    for code, names in enumerate(columns.vocabulary):
        one = _known(base, names)
        if one is None:
            continue
        mine = np.flatnonzero(columns.names == code)
        seen: set[tuple[str, float]] = set()
        for row in mine:
            given = {name: float(columns.numbers[name][row]) for name in _COMPARED if name in columns.numbers}
            given = {name: value for name, value in given.items() if not math.isnan(value)}
            if {"tpp", "die_mm2"} <= given.keys():
                given.pop("pd", None)  # it follows from them
            for said in contradicted(one, given, cases.ids[row]):
                if (said["specification"], said["given"]) not in seen:
                    seen.add((said["specification"], said["given"]))
                    found.append(said)
            if len(seen) > TOLD:
                break
    return found


def _known(base: Base, names: Iterable[str]) -> chips.RuledChip | None:
    for name in sorted(names, key=len, reverse=True):
        try:
            return chips.chip(base, name)
        except BadInput:
            continue
    return None


def notes(found: list[rows.Contradicted]) -> tuple[Note, ...]:
    """Return the contradictions as warnings; of many, the first."""
    return tuple(
        Note("note.rules.contradicted", {
            "case": (row["case_id"], _TEXT), "what": (row["specification"], _TEXT),
            "given": (f"{row['given']:.10g}", _TEXT), "known": (f"{row['known']:.10g} {row['unit']}", _TEXT),
            "chip": (row["chip"], _TEXT), "claims": (", ".join(row["claims"]), _TEXT),
        })
        for row in found[:TOLD]
    )  # fmt: skip
