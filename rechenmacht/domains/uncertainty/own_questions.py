"""The questions about fits and sealed forecasts: their fields, and the tables and values of their answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from rechenmacht import scenario as scenarios
from rechenmacht.answers.kinds import Count, Day, Exacts, Flag
from rechenmacht.answers.question import FromFile, Positional, Question, Seed
from rechenmacht.domains.race.questions import Scenario, from_file, named
from rechenmacht.domains.uncertainty import own_rows as rows
from rechenmacht.domains.uncertainty.outturns import Outturn
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

MOST_FITTED = 60


def _own_machine(name: str) -> BadInput:
    return BadInput.of("error.uncertainty.own_machine", f"{name}: only on the command line and in Python", name=name)


class Calibrate(Question):
    """What the published figures teach about parameters: the posterior, refused if the sampler has not converged."""

    name = "uncertainty.calibrate"
    place = "calibrate"
    saves = True
    tables: ClassVar = {"parameters": rows.Fitted, "figures": rows.Taught}
    values: ClassVar = {
        "scenario": str, "seed": int, "walkers": Count, "steps_kept": Count, "rhat": rows.Rhat, "ess": rows.Whole,
    }  # fmt: skip
    scenario: Scenario = "reference"
    own: scenarios.Scenario | None = None
    parameter: Annotated[
        list[Annotated[str, Field(max_length=120)]],
        Field(default_factory=list, max_length=MOST_FITTED, examples=[["electricity.other_2025.*"]]),
    ]
    number: Annotated[int, Field(ge=1, le=MOST_FITTED)] = 20
    walkers: Annotated[int, Field(ge=0, le=10_000)] = 0
    steps: Annotated[int, Field(ge=250, le=100_000)] = 5000
    seed: Seed = 1

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a scenario that is named as a TOML file from there."""
        return from_file(given, "scenario", "own")

    def afar(self, most: int) -> None:
        """Refuse: a sampler runs for minutes.

        Raises:
            BadInput: always.
        """
        raise _own_machine("calibrate")

    def settled(self, base: Base) -> Question:
        """Refuse a scenario that is not known, and walkers that are too few.

        Raises:
            BadInput: if either is so.
        """
        if self.own is None:
            named(base, self.scenario)
        if self.walkers and self.walkers < 2 * (len(self.parameter) or self.number):
            text = f"walkers must be at least twice the number of parameters, not {self.walkers}"
            raise BadInput.of("error.uncertainty.walkers", text, walkers=self.walkers)
        return self


class Register(Question):
    """The reference run's quantiles of public quantities, dated and sealed, so that later data can score them."""

    name = "uncertainty.register"
    place = "forecast register"
    writes = True
    tables: ClassVar = {"forecasts": rows.Sealed}
    values: ClassVar = {"made": Day, "scenario": str, "draws": Count, "seed": int, "levels": Exacts, "sha256": str}
    draws: Annotated[int, Field(ge=1, le=1_000_000, examples=[10_000])] = 10_000
    seed: Seed = 1

    def afar(self, most: int) -> None:
        """Refuse: what is sealed is kept by who seals it.

        Raises:
            BadInput: always.
        """
        raise _own_machine("forecast register")


class Score(Question):
    """A register's forecasts against what happened."""

    name = "uncertainty.score"
    schema_number = 3
    place = "forecast score"
    tables: ClassVar = {"scores": rows.Scored}
    values: ClassVar = {"edition": str, "made": Day, "sha256": str, "sealed_data_checksum": str, "same_data": Flag,
                        "tally": rows.Tally}  # fmt: skip
    observed: Annotated[
        list[Outturn],
        FromFile("rechenmacht.domains.uncertainty.outturns:read"),
        Positional(),
        Field(min_length=1, max_length=10_000, examples=[[
            {"id": "data_centre_twh_world", "year": "2026", "value": 600, "known": "2027-02-01"},
        ]]),
    ]  # fmt: skip
    edition: Annotated[str, Field(max_length=80, examples=["2026-11-27"])] = ""
    own: dict[str, Any] | None = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a register that is named as a JSON file from there."""
        found = super().read(given, base)
        name = str(found.get("edition") or "")
        if not name.endswith(".json"):
            return found
        from pathlib import Path

        from rechenmacht.domains.uncertainty.register import read

        return {**found, "edition": Path(name).stem, "own": read(Path(name))}


OWN: tuple[type[Question], ...] = (Calibrate, Register, Score)
