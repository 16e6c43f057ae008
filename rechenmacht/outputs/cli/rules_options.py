"""What the commands about export rules share: options, the rules, days and places, and the scope of answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Lang, base, say

if TYPE_CHECKING:
    from rechenmacht.domains.rules.ruleset import RuleSet
    from rechenmacht.evidence.base import Base

To = Annotated[
    str, typer.Option("--to", help="Destination: code, name or alias in either language: CN, Emirates, Weißrussland...")
]
Hq = Annotated[
    str, typer.Option("--hq", help="Headquarters of the buyer or its ultimate parent; ? is unknown; default: as --to.")
]
On = Annotated[str | None, typer.Option("--on", help="Day, 2024-07-31; default: today.")]
Role = Annotated[
    Literal["vendor", "reexporter", "foundry", "transfer"] | None,
    typer.Option(
        "--role", help="Who ships: vendor means from the US, transfer within a country; default: by the chip."
    ),
]
Market = Annotated[
    Literal["datacenter", "consumer"] | None,
    typer.Option("--market", help="What the chip is designed or marketed for; default: rules/markets.csv."),
]
Chart = Annotated[Path | None, typer.Option("--chart", help="Write the chart to this .svg, .png or .json file.")]


Tpp = Annotated[float | None, typer.Option("--tpp", help="TPP, instead of the one from claims.")]
Die = Annotated[float | None, typer.Option("--die", help="Applicable die area in mm2.")]
Density = Annotated[float | None, typer.Option("--pd", help="Performance density in TPP/mm2.")]
IoRate = Annotated[float | None, typer.Option("--io-bw", help="Aggregate bidirectional I/O in GB/s.")]
DramRate = Annotated[float | None, typer.Option("--dram-bw", help="Memory bandwidth in GB/s.")]
Vendor = Annotated[str, typer.Option("--vendor", help="Vendor of a chip that the fact base does not know.")]
StateFunded = Annotated[
    bool | None, typer.Option("--state-funded/--not-state-funded", help="For a Chinese state-funded data centre.")
]
Parties = Annotated[
    list[str] | None, typer.Option("--party", help="Buyer, end user or other party, looked up in rules/parties.csv.")
]
Lists = Annotated[
    list[str] | None,
    typer.Option("--listed", help="A list on which a party stands: EL (Entity List), FN1, FN4, FN5, MEU, DPL."),
]
Uses = Annotated[
    list[str] | None, typer.Option("--use", help="What it is for: supercomputer, fab, tools, military, remote.")
]
Owned = Annotated[
    float | None, typer.Option("--owned-by-listed", help="Share that listed parties own together, 0 to 1.")
]
Approved = Annotated[bool, typer.Option("--approved-recipient", help="Recipient named by a rule as free.")]
Origin = Annotated[str, typer.Option("--from", help="Country the goods leave, whose own rules are shown too.")]
CaseTable = Annotated[Path | None, typer.Option("--table", help="CSV of cases instead of one chip.")]


def opened() -> tuple[Base, RuleSet]:
    """Return the fact base and its rules."""
    from rechenmacht.domains.rules import ruleset

    facts = base()
    return facts, ruleset.load(facts)


def day_of(text: str | None) -> str:
    """Return a day, today if none is given.

    Raises:
        BadInput: if it is no day.
    """
    from rechenmacht.domains.rules.cases import day

    chosen = text or date.today().isoformat()
    try:
        day(chosen)
    except ValueError as error:
        raise BadInput(f"--on: {error}") from None
    return chosen


def place_of(rules: RuleSet, text: str, option: str) -> str:
    """Return the code of a destination; an empty or unknown headquarters stays."""
    return text if option == "--hq" and text in {"", "?"} else rules.places.code(text, option)


def scoped(rules: RuleSet, day: str, lang: Lang) -> None:
    """Print what an answer covers."""
    from rechenmacht.outputs.rules_scope import short

    say(short(rules, day, lang))


def scope_on_day(rules: RuleSet, day: str) -> dict[str, Any]:
    """Return the scope of an answer about a day as JSON."""
    from rechenmacht.domains.rules.scope import scope_on
    from rechenmacht.outputs.rules_scope import as_json

    return as_json(scope_on(rules, day))
