"""World Bank: people by country and year (CC BY 4.0; copy of github.com/datasets/population, PDDL).

Judgements:
- All residents whatever their age, status or citizenship, at mid-year; the World Bank's SP.POP.TOTL.
- Kept are the economies that have a place in `economies.csv`, the EU and the world, from 2020 on. Taiwan and French
  Guiana have no row at the World Bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import LINE, Collector, Imported, Importer, dataset, number, table
from rechenmacht.evidence.importers.microsoft_ai_diffusion import economies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "worldbank-population"
DEFAULT = "2026-03-06"
ADDRESS = "https://github.com/datasets/population/tree/425fc447a53a26c767a15a7de60c4cc2478a0595"
GROUPS = {"EUU": "country:eu27", "WLD": "bloc:world"}
FIRST = "2020"
MORE = {"BHR": "country:bh", "CYP": "country:cy", "EST": "country:ee", "LUX": "country:lu", "LVA": "country:lv",
        "MLT": "country:mt"}  # fmt: skip


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `population.csv`.

    Returns:
        History rows per year: `population` in people (table `population`).

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        NAME, DEFAULT, vintage, "Population, total, all countries", "World Bank", ADDRESS, "CC-BY-4.0"
    )  # fmt: skip
    subjects = {one.iso3: one.subject for one in economies().values() if one.iso3} | MORE | GROUPS
    into = Collector(source)
    for row in table(path, ("Country Name", "Value"), ("Country Code", "Year"), NAME, corrections):
        year, value = row["Year"], number(row, "Value", path.name)
        if not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
            raise BadInput(f"{path.name} row {row[LINE]}: Year {year!r} is no year")
        subject = subjects.get(row["Country Code"])
        if subject and value is not None and year >= FIRST:
            where = f"{row['Country Code']}, {year}"
            band = (None, value, None)
            into.history(subject, "population", year, band, "count", where, basis="measured", file="population")
    return into.out


IMPORTER = Importer(NAME, "World Bank: population", f"{NAME}-{DEFAULT}", "file population.csv", read)
