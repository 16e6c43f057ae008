"""What people claim, and what the model can say of it: `data/debate_claims.csv`.

Each row holds a statement, who says it and who says the opposite, a quantity of a run in words (`expressions`) that
bears on it, and what the statement would have that quantity be (`holds`, such as `> 90`; `chance`: the mean is a
probability). With `relative`, the quantity of the scenario is taken over that of the reference, draw by draw. A row
without a scenario cannot be told by the model, and says why. Its `command` shows what the fact base and the model do
have; a statement that is answered has the command that gives its figure, made from scenario and quantity.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.domains.uncertainty.expressions import value
from rechenmacht.domains.uncertainty.pairs import ratio
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED

FILE = SHIPPED / "debate_claims.csv"
REFERENCE = "reference"
SURE = 0.9  # share of draws from which on the model is said to agree, and below 1 - SURE to disagree
CHANCE = "chance"
PERCENT = 100
# What the project has on statements whose row names a command that lacks an argument; of C31 it has nothing. The rows
# stay as they are while sealed forecasts name their checksum (decision 0161).
NEAREST = {
    "C20": "rechenmacht capital exposure OpenAI", "C31": "",
    "C30": "rechenmacht facts conflicts --topic data_centre_electricity",
    "C33": "rechenmacht rules propose BILL-OVERWATCH",
}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """A statement with both sides; texts by language code."""

    id: str
    kind: str
    said: dict[str, str]
    said_by: str
    said_on: str
    source: str
    against: dict[str, str]
    against_by: str
    against_on: str
    against_source: str
    command: str
    scenario: str
    relative: bool
    expression: str
    scale: float
    unit: dict[str, str]
    label: dict[str, str]
    holds: str
    untold: dict[str, str]
    changes: dict[str, str]


@dataclass(frozen=True)
class Answered:
    """A statement and what the run says: median and 90 % range, and the share of draws in which it holds."""

    statement: Statement
    band: tuple[float, float, float] | None
    share: float | None

    @property
    def verdict(self) -> str:
        """One of agrees, disagrees, open, chance, figure, untold."""
        if self.band is None:
            return "untold"
        if self.statement.holds == CHANCE:
            return CHANCE
        if self.share is None:
            return "figure"
        return "agrees" if self.share >= SURE else "disagrees" if self.share <= 1 - SURE else "open"


def _both(row: dict[str, str], name: str) -> dict[str, str]:
    return {"en": row[f"{name}_en"], "de": row[f"{name}_de"]}


def command(scenario: str, relative: bool, expression: str, scale: float, holds: str) -> str:
    """Return the command that prints a statement's quantity and the share of draws in which the statement holds."""
    hundreds = scale % PERCENT == 0 and not relative  # said in percent, computed as a share
    factor = 1.0 if relative else scale / PERCENT if hundreds else scale
    times = f" * {factor:g}" if factor != 1 else ""
    sign, _, bar = holds.partition(" ")
    limit = f" {sign} {float(bar) / (PERCENT if hundreds else 1):g}" if bar else ""
    asked = f"compare {REFERENCE} {scenario}" if relative else f"run {scenario}"
    return f"rechenmacht {asked} --outcome '{expression}{times}{limit}'"


def read(path: Path = FILE) -> tuple[Statement, ...]:
    """Return the statements.

    Raises:
        BadInput: if a row cannot be used, naming it.
    """
    found = []
    for number, row in enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), 2):
        where = f"{path.name}, row {number}"
        try:
            german, _, english = row["unit"].partition("|")
            reckoned = (row["relative"] == "yes", row["expression"], float(row["scale"] or 1))
            near = NEAREST.get(row["id"], row["command"])
            asked = command(row["scenario"], *reckoned, row["holds"]) if row["scenario"] else near
            one = Statement(
                row["id"], row["kind"], _both(row, "statement"), row["said_by"], row["said_on"], row["source"],
                _both(row, "counter"), row["counter_by"], row["counter_on"], row["counter_source"], asked,
                row["scenario"], *reckoned,
                {"de": german, "en": english or german}, _both(row, "label"), row["holds"], _both(row, "untold"),
                _both(row, "changes"),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise BadInput(f"{where}: its columns cannot be read") from None
        if not one.scenario and not all(one.untold.values()):
            raise BadInput(f"{where}: a statement without a scenario needs a reason in both languages")
        found.append(one)
    return tuple(found)


def scenarios(found: Iterable[Statement]) -> tuple[str, ...]:
    """Return the scenarios that the statements need, the reference first."""
    return tuple(dict.fromkeys((REFERENCE, *(one.scenario for one in found if one.scenario))))


def answer(one: Statement, outcomes: dict[str, Outcomes]) -> Answered:
    """Return what runs say of a statement.

    Args:
        one: the statement.
        outcomes: scenario -> its outcomes (series, quarter, draw), all on the same draws.

    Raises:
        BadInput: if its quantity or what it would have it be cannot be read.
    """
    if not one.scenario:
        return Answered(one, None, None)
    where = f"{FILE.name}, {one.id}"
    draws = value(outcomes[one.scenario], one.expression, where)
    if one.relative:
        ratios = ratio(value(outcomes[REFERENCE], one.expression, where), draws)
        if ratios is None:
            raise BadInput(f"{where}: its quantity is nothing or negative in a draw of the reference, so has no ratio")
        draws = ratios
    else:
        draws = draws * one.scale
    low, mid, high = (float(x) for x in np.quantile(draws, [0.05, 0.5, 0.95]))
    if one.holds == CHANCE:
        return Answered(one, (low, mid, high), float(draws.mean()) / one.scale)
    if not one.holds:
        return Answered(one, (low, mid, high), None)
    sign, _, bar = one.holds.partition(" ")
    if sign not in {"<", ">"}:
        raise BadInput(f"{where}: holds must be written < or > and a number, not {one.holds!r}")
    share = float((draws > float(bar)).mean() if sign == ">" else (draws < float(bar)).mean())
    return Answered(one, (low, mid, high), share)
