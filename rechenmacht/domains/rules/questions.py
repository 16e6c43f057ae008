"""The questions about export rules: their fields, and the tables and values of their answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from rechenmacht.answers.kinds import Day, Flag, Text
from rechenmacht.answers.question import Positional, Question
from rechenmacht.domains.rules import rows

Chip = Annotated[str, Field(min_length=1, max_length=120, examples=["H200"]), Positional()]
Place = Annotated[str, Field(min_length=2, max_length=60, examples=["CN"])]
On = Annotated[str | None, Field(max_length=10, examples=["2026-03-01"])]
Regime = Literal["US", "CN", "NL", "JP", "KR", "TW", "MY", "EU", "GB"]
VALUES: dict[str, Any] = {"known_to": Day, "not_looked_at": Text}


class Changes(Question):
    """What changed when: every rule of every regime by its first and last day, with its citation."""

    name = "rules.changes"
    tables: ClassVar = {"changes": rows.Change}
    values: ClassVar = VALUES
    regime: Regime | None = None
    since: On = None


class Regimes(Question):
    """What every regime asks of one chip, over time: controls, purchases, licences, law not enforced, bills."""

    name = "rules.regimes"
    tables: ClassVar = {"regimes": rows.Side}
    values: ClassVar = {**VALUES, "chip": Text, "to": Text}
    chip: Chip
    to: Place = "CN"


class Reach(Question):
    """Whether United States law reaches a foreign-made item: the direct-product rules and de minimis, one by one."""

    name = "rules.reach"
    tables: ClassVar = {"reach": rows.Reached}
    values: ClassVar = {**VALUES, "reached": Text}
    chip: Chip
    to: Place = "CN"
    hq: Annotated[str, Field(max_length=60)] = ""
    on: On = None
    us_technology: bool | None = None
    us_content: Annotated[float | None, Field(ge=0, le=1)] = None
    footnote: Literal["1", "4", "5"] | None = None
    supercomputer: bool = False


class Party(Question):
    """Whether a name stands on a list of parties; a name that is not found is no clearance."""

    name = "rules.party"
    tables: ClassVar = {"parties": rows.Listed}
    values: ClassVar = {**VALUES, "found": Flag}
    party: Annotated[str, Field(min_length=2, max_length=200, examples=["Huawei"]), Positional()]
    on: On = None


QUESTIONS: tuple[type[Question], ...] = (Changes, Regimes, Reach, Party)
