"""Microsoft's AI diffusion: share of people who use generative AI, 147 economies (MIT).

Judgements:
- "AI Diffusion" is the share of people aged 15 to 64 who used a generative AI product in the period, from Microsoft's
  telemetry, scaled by market shares, internet access and population. Chinese products are seen poorly.
- "H1 2025" is dated 2025-06, "H2 2025" 2025-12, "Q1 2026" 2026-03: the ends of the periods.
- The United States and China are `bloc:us` and `bloc:cn`; all others `country:CODE` (`economies.csv` maps the names).
- The published file is in the encoding of old Macintoshes, as its "Türkiye" shows.
- The shares of groups (`group_claims`: the EU, Europe, the Gulf, the rest) are our arithmetic, graded secondary: means
  of the members' shares by *total* population (World Bank, 2024). People from 15 to 64 are known of few members only,
  from an edition of 2019 that misses the migration since. Members without a share or a population are named in the
  note.
- States, counties and metropolitan areas of the United States follow another method and are not read.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    dataset,
    entity,
    number,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rechenmacht.evidence.forms import Claim, Correction

NAME = "microsoft-ai-diffusion"
DEFAULT = "2026-05-27"
ADDRESS = "https://github.com/microsoft/ai-diffusion-report/tree/6952352787ff37dea114734ec45b5cf5c8103b60"
ECONOMIES = Path(__file__).parent / "economies.csv"
PERIODS = {
    "H1 2025 AI Diffusion": "2025-06",
    "H2 2025 AI Diffusion": "2025-12",
    "Q1 2026 AI Diffusion": "2026-03",
}
QUANTITY = "msft_ai_user_share"
UNLISTED_EU = ("cy", "ee", "lv", "lu", "mt")  # members that Microsoft's table leaves out
CHINA = "Chinese products are seen poorly"


@dataclass(frozen=True, slots=True)
class Economy:
    """An economy as Microsoft names it: our entity, the World Bank's code, names, bloc, whether it is in the EU."""

    name: str
    subject: str
    iso3: str
    name_en: str
    name_de: str
    bloc: str
    eu27: str


def economies(path: Path = ECONOMIES) -> dict[str, Economy]:
    """Return the economies by the name in Microsoft's table."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: Economy(**row) for row in csv.DictReader(file)}


def groups() -> dict[str, list[str]]:
    """Return the members of each group whose share is worked out: the EU, and the blocs of several economies."""
    known = list(economies().values())
    european = [one.subject for one in known if one.eu27] + [f"country:{code}" for code in UNLISTED_EU]
    found = {"country:eu27": european}
    for bloc, more in (("eu", UNLISTED_EU), ("gulf", ("bh",)), ("rest", ())):
        members = [one.subject for one in known if one.bloc == bloc]
        found[f"bloc:{bloc}"] = members + [f"country:{code}" for code in more]
    return found


def means(
    claims: Sequence[Claim], population: Mapping[str, float], members: Sequence[str], asked: str
) -> dict[str, tuple[float, list[str]]]:
    """Return the mean share of a group at each date, weighted by population, and who is left out.

    Args:
        claims: shares of single economies.
        population: people by entity.
        members: the group's entities.
        asked: the group's name for messages.

    Returns:
        Date -> (share, members without a share or a population).

    Raises:
        BadInput: if those left out hold a tenth or more of the group's known population.
    """
    found: dict[str, tuple[float, list[str]]] = {}
    for date in sorted({claim.as_of for claim in claims}):
        share = {claim.subject: claim.mid for claim in claims if claim.as_of == date}
        counted = [who for who in members if who in share and who in population]
        missing = [who for who in members if who not in counted]
        people = sum(population[who] for who in counted)
        absent = sum(population.get(who, 0.0) for who in missing)
        if absent >= 0.1 * (people + absent):
            raise BadInput(f"{asked} at {date}: {', '.join(missing)} have no share and too many people to leave out")
        found[date] = sum(share[who] * population[who] for who in counted) / people, missing
    return found


def group_claims(claims: Sequence[Claim], population: Mapping[str, float]) -> list[Claim]:
    """Return the shares of the EU, Europe, the Gulf and the rest as claims with the source of their members.

    Args:
        claims: shares of single economies.
        population: people by entity.

    Raises:
        BadInput: if a group misses too many people (see `means`).
    """
    into: list[Claim] = []
    for group, members in groups().items():
        for date, (share, missing) in means(claims, population, members, group).items():
            kind, _, name = group.partition(":")
            note = "mean of the members by total population of 2024 (World Bank)"
            note += f"; without {', '.join(missing)}" if missing else ""
            into.append(
                replace(
                    claims[0],
                    id=f"{kind}.{name}.{QUANTITY}.{date}.1",
                    subject=group,
                    value=round(share, 4),
                    as_of=date,
                    locator=f"{QUANTITY} of the {len(members)} members at {date}",
                    grade="secondary",
                    note=note,
                )
            )
    return into


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `AI_Diffusion_Q12026_Update.csv`.

    Returns:
        Claims: `msft_ai_user_share` of each economy at the end of each period, as a fraction.

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        NAME, DEFAULT, vintage, "AI diffusion by economy", "Microsoft AI Economy Institute", ADDRESS, "MIT"
    )
    into, known = Collector(source), economies()
    rows = table(path, ("Economy", *PERIODS), ("Economy",), NAME, corrections, old_encoding="mac_roman")
    for row in rows:
        name = row["Economy"]
        if name not in known:
            raise BadInput(f"{path.name} row {row[LINE]}: economy {name!r} is not in economies.csv")
        one = known[name]
        subject = one.subject
        if subject.startswith("country:"):
            into.add_entity(entity(subject, one.name_en, one.name_de, one.bloc))
        for column, date in PERIODS.items():
            share = number({**row, column: row[column].removesuffix("%")}, column, path.name)
            if share is not None and share > 100:
                raise BadInput(f"{path.name} row {row[LINE]}: {column} {row[column]} is above 100 %")
            into.claim(
                subject,
                QUANTITY,
                None if share is None else round(share / 100, 6),
                "1",
                date,
                f"{path.name}, {name}, {column}",
                note=CHINA if subject == "bloc:cn" else "",
            )
    return into.out


IMPORTER = Importer(NAME, "Microsoft: AI diffusion", f"{NAME}-{DEFAULT}", "file AI_Diffusion_Q12026_Update.csv", read)
