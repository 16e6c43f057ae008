"""The questions about export rules: their fields, and the tables and values of their answers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from rechenmacht.answers.kinds import Count, Day, Flag, Id, Ids, Text, Texts
from rechenmacht.answers.question import FromFile, Positional, Question
from rechenmacht.domains.rules import rows
from rechenmacht.evidence.base import Base

Chip = Annotated[str, Field(min_length=1, max_length=120, examples=["H200"]), Positional()]
Place = Annotated[str, Field(min_length=2, max_length=60, examples=["CN"])]
On = Annotated[str | None, Field(max_length=10, examples=["2026-03-01"])]
Regime = Literal["US", "CN", "NL", "JP", "KR", "TW", "MY", "EU", "GB"]
PartyList = Literal["EL", "FN1", "FN4", "FN5", "MEU", "DPL"]
Use = Literal["supercomputer", "fab", "tools", "military", "remote"]
Hq = Annotated[str, Field(max_length=60)]
Number = Annotated[float | None, Field(ge=0, le=1e12)]
VALUES: dict[str, Any] = {"known_to": Day, "not_looked_at": Text}
WHERE: dict[str, Any] = {"known_to": Day, "to": Text, "on": Day, "scope": rows.Scope}


class CsvText(BaseModel):
    """A table as the text of a CSV file, and what it is called in errors. The text is not said again in answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[str, Field(max_length=60_000_000, exclude=True)]
    name: Annotated[str, Field(max_length=200)] = "table"


class OfText(Question):
    """A question that may hold the text of a table: equal tables are equal questions."""

    def key(self, base: Base, version: str) -> str:
        """Return what an answer can be kept under, with the table's checksum."""
        own = next((one for name in type(self).model_fields if isinstance(one := getattr(self, name), CsvText)), None)
        told = hashlib.sha256(own.text.encode()).hexdigest() if own else ""
        return super().key(base, version) + told


class Classify(OfText):
    """What the rules say of a chip or system to a place on a day and why, or of each row of a table of cases."""

    name = "rules.classify"
    schema_number = 2
    tables: ClassVar = {
        "cases": rows.Case, "fired": rows.Said, "near_misses": rows.Said, "relaxations": rows.Said, "fees": rows.Said,
        "guidance": rows.Said, "buyer_rules": rows.Said, "on_the_books": rows.Said, "licences": rows.Said,
        "elsewhere": rows.Said, "contradicted": rows.Contradicted,
    }  # fmt: skip
    values: ClassVar = {
        **WHERE, "chip": Id, "name": Text, "hq": Text, "role": Text, "market": Text, "subject": Text, "from": Text,
        "parties": list[rows.Looked], "known": dict[str, rows.Known], "notes": Texts, "outcome": rows.Status,
        "exception": Id, "buyer": rows.Status, "missing": Ids, "open": Ids, "certificates": Ids,
    }  # fmt: skip
    chip: Annotated[str | None, Field(min_length=1, max_length=120, examples=["H20"]), Positional()] = None
    to: Annotated[str, Field(max_length=60, examples=["CN"])] = ""
    hq: Hq = ""
    on: On = None
    market: Literal["datacenter", "consumer"] | None = None
    role: Literal["vendor", "reexporter", "foundry", "transfer"] | None = None
    tpp: Number = None
    die: Annotated[float | None, Field(gt=0, le=1e12)] = None
    pd: Number = None
    io_bw: Number = None
    dram_bw: Number = None
    vendor: Annotated[str, Field(max_length=120)] = ""
    state_funded: bool | None = None
    party: list[str] = Field(default_factory=list, max_length=50)
    listed: list[PartyList] = Field(default_factory=list, max_length=10)
    use: list[Use] = Field(default_factory=list, max_length=10)
    owned_by_listed: Annotated[float | None, Field(ge=0, le=1)] = None
    approved_recipient: bool = False
    origin: Annotated[str, Field(max_length=60)] = "US"
    table: Annotated[CsvText | None, FromFile("rechenmacht.domains.rules.casefile:content")] = None


class Timeline(Question):
    """A chip's status from 2022 on, period by period, with the rules that hold in each."""

    name = "rules.timeline"
    tables: ClassVar = {"periods": rows.Period}
    values: ClassVar = {"known_to": Day, "chip": Id, "to": Text, "hq": Text, "scope": rows.Scope}
    chip: Chip
    to: Place = "CN"
    hq: Hq = ""
    market: Literal["datacenter", "consumer"] | None = None
    role: Literal["vendor", "reexporter", "foundry", "transfer"] | None = None


class Best(Question):
    """The strongest catalogue chip per outcome in each compute basis."""

    name = "rules.best"
    schema_number = 2
    tables: ClassVar = {"ranked": rows.Ranked, "bases": rows.Basis}
    values: ClassVar = WHERE
    to: Place = "CN"
    on: On = None
    hq: Hq = ""


class Propose(OfText):
    """What a rule of one's own, or a bill, would catch or free, and what moved meanwhile."""

    name = "rules.propose"
    tables: ClassVar = {"caught": rows.Changed, "freed": rows.Changed, "moved": rows.Moved}
    values: ClassVar = {**WHERE, "moved_units": Count, "moved_h100e": rows.Worth}
    proposal: Annotated[str | None, Field(max_length=200, examples=["BILL-GAIN"]), Positional()] = None
    own: CsvText | None = None
    to: Place = "CN"
    on: On = None
    hq: Hq = ""

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a proposal that names no bill of the tables from the file of that name."""
        from rechenmacht.domains.rules import casefile

        name = str(given.get("proposal") or "")
        if not name or any(row.kind == "bill" and row.id == name.upper() for row in base.tables.rules):
            return given
        return {**given, "proposal": None, "own": casefile.content(Path(name))}


class Listing(Question):
    """All rules with their dates, outcomes, sources and grades."""

    name = "rules.listing"
    schema_number = 2
    place = "rules list"
    tables: ClassVar = {"rules": rows.Rule}
    values: ClassVar = VALUES


class Plane(Question):
    """The catalogue in the plane of TPP and performance density on a day, and the outcome of each area."""

    name = "rules.plane"
    tables: ClassVar = {"chips": rows.Point, "regions": rows.Area}
    values: ClassVar = WHERE
    to: Place = "CN"
    on: On = None


class Changes(Question):
    """What changed when: every rule of every regime by its first and last day, with its citation."""

    name = "rules.changes"
    schema_number = 3
    tables: ClassVar = {"changes": rows.Change}
    values: ClassVar = VALUES
    regime: Regime | None = None
    since: On = None


class Regimes(Question):
    """What every regime asks of one chip, over time: controls, purchases, licences, law not enforced, bills."""

    name = "rules.regimes"
    schema_number = 2
    tables: ClassVar = {"regimes": rows.Side}
    values: ClassVar = {**VALUES, "chip": Text, "to": Text}
    chip: Chip
    to: Place = "CN"


class Reach(Question):
    """Whether United States law reaches a foreign-made item: the direct-product rules and de minimis, one by one."""

    name = "rules.reach"
    schema_number = 2
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


QUESTIONS: tuple[type[Question], ...] = (
    Classify, Timeline, Best, Propose, Listing, Plane, Changes, Regimes, Reach, Party,
)  # fmt: skip
