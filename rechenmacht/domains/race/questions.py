"""The questions about the race: their fields, and the tables and values of their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from rechenmacht import scenario as scenarios
from rechenmacht.answers.kinds import Both, Count, Ids
from rechenmacht.answers.question import DRAWS, Draws, FromFile, Positional, Question, Seed
from rechenmacht.domains.race import rows
from rechenmacht.domains.race.axes import LAST_OBSERVED, LEVELS, OBSERVED
from rechenmacht.domains.race.project_file import Project
from rechenmacht.errors import BadInput, among, nearest
from rechenmacht.evidence.base import Base

Backend = Literal["kernel", "numpy", "native"]
Name = Annotated[str, Field(min_length=1, max_length=120)]


Wanted = Annotated[str, Field(min_length=1, max_length=400)]
"""An outcome by its name, or a quantity in words."""


def _settings(given: Any) -> Any:
    """Return levers as texts: a mapping of names to values, or to values by quarter, is written out."""
    if not isinstance(given, dict):
        return [] if given is None else given
    found = []
    for name, value in given.items():
        steps = value if isinstance(value, dict) else {"": value}
        found += [f"{name}={number}" + (f"@{at}" if at else "") for at, number in steps.items()]
    return found


Settings = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    BeforeValidator(_settings),
    Field(default_factory=list, max_length=60, examples=[["export_controls.enforcement=0.9@2027Q1"]]),
]
Off = Annotated[list[Annotated[str, Field(max_length=60)]], Field(default_factory=list, max_length=20)]
Scenario = Annotated[Name, Field(examples=["reference"]), Positional()]


def named(base: Base, name: str) -> str:
    """Return the id of a shipped or a workspace's scenario; a path is never opened.

    Raises:
        BadInput: if there is none.
    """
    known = scenarios.available(base)
    if name not in known:
        near = nearest(name, known) or among(known)
        raise BadInput.of("error.race.no_scenario", f"no scenario {name!r}{near}", name=name, near=near)
    return name


def from_file(given: dict[str, Any], field: str, own: str) -> dict[str, Any]:
    """Return what was given with a scenario that is named as a TOML file read from there."""
    name = str(given.get(field) or "")
    if not name.endswith(".toml"):
        return given
    return {**given, field: "reference", own: scenarios.read(Path(name)).model_dump()}


def observed_to(until: str, fallback: str = LAST_OBSERVED) -> str:
    """Return the last quarter whose published counts and prices a run is conditioned on.

    Args:
        until: as it is asked for, 2025Q4 or 2025-Q4; the fallback holds if it is empty.
        fallback: the quarter where none is asked for.

    Raises:
        BadInput: if it is no quarter of the history.
    """
    if not until:
        return fallback
    given = until.strip().upper().replace("-", "")
    if given not in {quarter.replace("-", "") for quarter in OBSERVED[3:]}:
        text = f"until: {until!r} is no quarter from {OBSERVED[3]} to {LAST_OBSERVED}"
        raise BadInput.of("error.race.until", text, given=until, first=OBSERVED[3], last=LAST_OBSERVED)
    return f"{given[:4]}-{given[-2:]}"


class World(Question):
    """What questions about one scenario share: the scenario, levers moved, and the draws."""

    scenario: Scenario = "reference"
    own: scenarios.Scenario | None = None
    set: Settings
    shift: Settings
    off: Off
    draws: Draws = DRAWS
    seed: Seed = 1
    backend: Backend = "kernel"

    @property
    def sees(self) -> str:
        """The last quarter whose published counts and prices the run is conditioned on."""
        return LAST_OBSERVED

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a scenario that is named as a TOML file from there."""
        return from_file(given, "scenario", "own")

    def settled(self, base: Base) -> Question:
        """Refuse a scenario that is not known."""
        if self.own is None:
            named(base, self.scenario)
        return self


class Scenarios(Question):
    """The scenarios: what each asks and what it changes."""

    name = "race.scenarios"
    place = "scenarios"
    tables: ClassVar = {"scenarios": rows.Scenario}


class Run(World):
    """One scenario simulated: quantiles of its outcomes by bloc and quarter."""

    name = "race.run"
    place = "run"
    saves = True
    schema_number = 4
    tables: ClassVar = {
        "quantities": rows.Quantified, "quantiles": rows.Series, "probabilities": rows.Chance, "headlines": rows.Mark,
    }  # fmt: skip
    values: ClassVar = {
        "scenario": dict[str, Any], "title": Both, "draws": Count, "seed": int, "wall_seconds": float, "backend": str,
        "conditioned_to": str, "contradicts": Ids,
    }  # fmt: skip
    outcome: list[Wanted] = Field(default_factory=list, max_length=60, examples=[["installed|h100e_8bit"]])
    until: Annotated[str, Field(max_length=10, examples=["2025Q4"])] = ""
    no_assimilation: bool = False

    @property
    def sees(self) -> str:
        """The last quarter whose published counts and prices the run is conditioned on."""
        return observed_to(self.until, LEVELS if self.no_assimilation else LAST_OBSERVED)

    def settled(self, base: Base) -> Question:
        """Refuse a scenario that is not known, and a quarter that the history does not reach.

        Raises:
            BadInput: if the quarter is none of the history's, or given together with `no_assimilation`.
        """
        if self.until and self.no_assimilation:
            raise BadInput.of("error.race.either", "either until or no_assimilation, not both")
        observed_to(self.until)
        return super().settled(base)


class Allocate(Question):
    """Scarce power divided among projects: which first, what one more gigawatt is worth, how sure the order is."""

    name = "race.allocate"
    place = "allocate"
    schema_number = 2
    tables: ClassVar = {"projects": rows.Project, "curve": rows.Power, "trade_off": rows.Trade}
    values: ClassVar = {"gw": float, "price_per_gw": float, "value": float, "bound": float}
    projects: Annotated[
        list[Project],
        FromFile("rechenmacht.domains.race.project_file:read"),
        Field(min_length=1, max_length=500, examples=[[
            {"project": "one", "kind": "research", "value_low": 1, "value_mid": 2, "value_high": 3, "gw_scale": 1,
             "gw_max": 5},
        ]]),
    ]  # fmt: skip
    gw: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] = 10.0
    draws: Draws = DRAWS
    seed: Seed = 1


class Export(Question):
    """The race's traced equations for others, with the parameters' units and sources; Vensim at their medians."""

    name = "race.export"
    place = "model export"
    writes = True
    values: ClassVar = {"lines": Count, "text": str}
    format: Literal["vensim", "markdown", "json"] = "markdown"


QUESTIONS: tuple[type[Question], ...] = (Scenarios, Run, Allocate, Export)
