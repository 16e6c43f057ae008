"""The plane of TPP and performance density: where chips lie, and the outcome of each area, read off the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.chips import RuledChip, cases_of, row_of
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.distance import thresholds
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.timeline import released

TPP_RANGE, PD_RANGE = (400.0, 60_000.0), (1.0, 40.0)


def _edges(rules: RuleSet, day: str, what: str, limits: tuple[float, float]) -> list[float]:
    blank = from_rows([{"case_id": "edges", "subject": "chip", "date": day, "dest": "CN"}], rules.places).columns
    ordinal = date.fromisoformat(day).toordinal()
    found = {
        one.threshold
        for rule in rules.of("control")
        if rule.on(ordinal) and rule.rule.subject == "chip"
        for one in thresholds(rule.condition, blank, 0)
        if one.what == what
    }
    return [limits[0], *sorted(edge for edge in found if limits[0] < edge < limits[1]), limits[1]]


def regions(rules: RuleSet, to: str, day: str, market: str) -> list[dict[str, Any]]:
    """Return the rectangles of the plane with the outcome in each, read off the rules rather than drawn.

    The bandwidths are set to zero: the plane shows what compute and density alone decide.
    """
    across, up = _edges(rules, day, "tpp", TPP_RANGE), _edges(rules, day, "pd", PD_RANGE)
    cells = [(low, high, bottom, top) for low, high in pairwise(across) for bottom, top in pairwise(up)]
    rows = [
        {"case_id": "cell", "subject": "chip", "date": day, "dest": to, "role": "reexporter",
         "datacenter": "1" if market == "datacenter" else "0", "tpp": repr(low), "pd": repr(bottom),
         "io_bw": "0", "dram_bw": "0", "has_hbm": "0"}
        for low, _, bottom, _ in cells
    ]  # fmt: skip
    result = classify(rules, from_rows(rows, rules.places))
    return [
        {"left": low, "right": high, "bottom": bottom, "top": top, "code": result.outcome(index)}
        for index, (low, high, bottom, top) in enumerate(cells)
    ]


def plane_points(rules: RuleSet, chips: Sequence[RuledChip], to: str, day: str) -> list[dict[str, Any]]:
    """Return the chips whose TPP and density are known, with their outcome."""
    shown = [one for one in chips if "pd" in one.known and released(one, day)]
    result = classify(rules, cases_of(shown, [row_of(one, day, to) for one in shown], rules))
    return [
        {"id": one.id, "chip": one.name, "tpp": one.known["tpp"].value, "pd": one.known["pd"].value,
         "code": result.outcome(index), "market": one.market or "?", "rules": ", ".join(result.fired(index)) or "-"}
        for index, one in enumerate(shown)
    ]  # fmt: skip
