"""The questions about what decides a result: their fields, and the tables and values of their answers."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from rechenmacht import scenario as scenarios
from rechenmacht.answers.kinds import Both, Count, Ids, Share, Texts
from rechenmacht.answers.question import DRAWS, Positional, Question, Seed
from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.questions import (
    Backend,
    Name,
    Off,
    Scenario,
    Settings,
    Wanted,
    from_file,
    named,
    observed_to,
)
from rechenmacht.domains.uncertainty import backtest_rows, rows
from rechenmacht.domains.uncertainty.own_questions import OWN
from rechenmacht.errors import BadInput, among, nearest
from rechenmacht.evidence.base import Base

FEWEST = 100
MOST = 20_000
Draws = Annotated[int, Field(ge=FEWEST, le=MOST, examples=[1000])]
"""Draws enough to rank by, and few enough to hold all of them."""
Outcomes = Annotated[
    list[Wanted],
    Field(default_factory=list, max_length=60, examples=[["power_connected@World@2030-Q4"]]),
]
Definition = Literal["frontier", "application", "stack", "infrastructure", "workforce", "sovereignty"]
Bloc = Literal["us", "cn", "eu", "gulf", "rest"]


WHOLE = 170_000  # bytes of all outcomes of a draw


class OfScenario(Question):
    """What questions about one scenario share."""

    scenario: Scenario = "reference"
    own: scenarios.Scenario | None = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a scenario that is named as a TOML file from there."""
        return from_file(given, "scenario", "own")

    def settled(self, base: Base) -> Question:
        """Refuse a scenario that is not known."""
        if self.own is None:
            named(base, self.scenario)
        return self


class Compare(Question):
    """Scenario B set against A, draw by draw: difference, in how many draws it is higher, and what drives it."""

    name = "uncertainty.compare"
    place = "compare"
    schema_number = 3
    saves = True
    draw_bytes = WHOLE
    tables: ClassVar = {"outcomes": rows.Difference}
    values: ClassVar = {
        "a": str, "b": str, "draws": Count, "seed": int, "titles": dict[str, Any], "conditioned_to": str,
        "contradicts": Ids,
    }  # fmt: skip
    a: Scenario
    b: Annotated[Name, Field(examples=["h200_accepted"]), Positional()]
    own_a: scenarios.Scenario | None = None
    own_b: scenarios.Scenario | None = None
    outcome: Outcomes
    set: Settings
    shift: Settings
    off: Off
    until: Annotated[str, Field(max_length=10, examples=["2025Q4"])] = ""
    draws: Draws = DRAWS
    seed: Seed = 1
    backend: Backend = "kernel"

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take scenarios that are named as TOML files from there."""
        return from_file(from_file(given, "a", "own_a"), "b", "own_b")

    def settled(self, base: Base) -> Question:
        """Refuse a scenario that is not known, and a quarter that the history does not reach."""
        observed_to(self.until)
        for name, own in ((self.a, self.own_a), (self.b, self.own_b)):
            if own is None:
                named(base, name)
        return self


class Sensitivity(OfScenario):
    """Which assumptions decide an outcome: rank correlations, Sobol indices or gradients."""

    name = "uncertainty.sensitivity"
    place = "sensitivity"
    schema_number = 3
    saves = True
    draw_bytes = WHOLE
    tables: ClassVar = {"outcomes": rows.Sensitive}
    values: ClassVar = {"scenario": str, "title": Both, "method": str, "seed": int, "draws": Count, "noise": float,
                        "contradicts": Ids}  # fmt: skip
    outcome: Outcomes
    set: Settings
    shift: Settings
    off: Off
    method: Literal["rank", "sobol", "gradient"] = "rank"
    draws: Draws = DRAWS
    base: Annotated[int, Field(ge=1, le=2**20)] = 1024
    seed: Seed = 1
    backend: Backend = "kernel"


class Discover(OfScenario):
    """The conditions under which a bloc passes another by a definition: a box (PRIM) and a tree."""

    name = "uncertainty.discover"
    place = "discover"
    schema_number = 2
    saves = True
    draw_bytes = WHOLE
    tables: ClassVar = {}
    values: ClassVar = {
        "scenario": str, "case": str | dict[str, str], "rate": Share, "draws": Count, "seed": int, "box": rows.Box,
        "tree": Texts,
    }  # fmt: skip
    ahead: Definition = "application"
    who: Bloc = "cn"
    over: Bloc = "us"
    at: Annotated[str, Field(max_length=10, examples=["2030-Q4"])] = "2030-Q4"
    case: Annotated[str | None, Field(max_length=200, examples=["frontier_gap@China@2030-Q4 < 6"])] = None
    draws: Draws = DRAWS
    seed: Seed = 1
    backend: Backend = "kernel"


class Backtest(Question):
    """Forecasts from every quarter since the end of 2022, scored against what came and against naive forecasts."""

    name = "uncertainty.backtest"
    place = "backtest"
    schema_number = 2
    saves = True
    tables: ClassVar = {
        "targets": backtest_rows.TargetScore, "horizons": backtest_rows.HorizonScore, "priors": backtest_rows.PriorsAt,
        "ablation": backtest_rows.Without, "facts": backtest_rows.PublishedFact,
        "observations": backtest_rows.Observation,
    }  # fmt: skip
    values: ClassVar = {"draws": Count, "seed": int, "origins": Texts, "pooled": backtest_rows.Pooled}
    target: Annotated[
        list[Annotated[str, Field(max_length=60)]],
        Field(default_factory=list, max_length=100, examples=[["nvidia_h100e"]]),
    ]
    until: Annotated[str | None, Field(max_length=10, examples=["2024-Q2"])] = None
    ablation: bool = False
    observations: bool = False
    draws: Draws = DRAWS
    seed: Seed = 1

    def afar(self, most: int) -> None:
        """Refuse: every origin is a run of its own, which takes a machine of one's own.

        Raises:
            BadInput: always.
        """
        raise BadInput.of(
            "error.uncertainty.backtest_afar", "backtest: only on the command line and in Python", most=most
        )

    def settled(self, base: Base) -> Question:
        """Refuse a target that is not known, and an origin that is none.

        Raises:
            BadInput: if there is no such target or origin.
        """
        from rechenmacht.domains.uncertainty.rolling.origins import origins
        from rechenmacht.domains.uncertainty.rolling.targets import read

        known = [one.id for one in read()]
        for name in self.target:
            if name not in known:
                near = nearest(name, known) or among(known)
                raise BadInput.of("error.uncertainty.no_target", f"no target {name!r}{near}", name=name, near=near)
        if self.until is None:
            return self
        try:
            at = quarter_of(re.sub(r"^(\d{4})(Q[1-4])$", r"\1-\2", self.until.strip().upper()))
        except ValueError:
            at = ""
        if at not in origins():
            first, last = origins()[0], origins()[-1]
            raise BadInput.of("error.uncertainty.no_origin", f"no origin {self.until}: write {first} to {last}",
                              name=self.until, first=first, last=last)  # fmt: skip
        return self.model_copy(update={"until": at})


QUESTIONS: tuple[type[Question], ...] = (Compare, Sensitivity, Discover, Backtest, *OWN)
