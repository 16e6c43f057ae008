"""World Bank: gross domestic product by country and year (CC BY 4.0; copy of github.com/datasets/gdp, PDDL).

Judgements:
- "Value" is GDP in current US dollars at market exchange rates, neither deflated nor at purchasing power.
- Only the countries of the model are kept. "China" is the mainland; Taiwan is not in the World Bank's
  table.
- The years to come are revised: a value is what the copy's date knew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import LINE, Collector, Imported, Importer, dataset, number, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "worldbank-gdp"
DEFAULT = "2026-03-20"
SUBJECTS = {
    "USA": "bloc:us",
    "CHN": "bloc:cn",
    "EUU": "country:eu27",
    "WLD": "bloc:world",
    "SAU": "country:sa",
    "ARE": "country:ae",
    "QAT": "country:qa",
    "KWT": "country:kw",
    "OMN": "country:om",
    "BHR": "country:bh",
    "DEU": "country:de",
    "FRA": "country:fr",
    "GBR": "country:gb",
    "IND": "country:in",
    "JPN": "country:jp",
    "KOR": "country:kr",
    "SGP": "country:sg",
    "ISR": "country:il",
}


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `gdp.csv`.

    Returns:
        History rows per year: `gdp` in current USD (table `gdp`).

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "worldbank-gdp",
        DEFAULT,
        vintage,
        "GDP (current US$), all countries",
        "World Bank",
        "https://github.com/datasets/gdp/tree/822019c80142c162e4ca4eb1a63699ae36075078",
        "CC-BY-4.0",
    )
    into = Collector(source)
    for row in table(path, ("Country Name", "Value"), ("Country Code", "Year"), NAME, corrections):
        year, value = row["Year"], number(row, "Value", path.name)
        if not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
            raise BadInput(f"{path.name} row {row[LINE]}: Year {year!r} is no year")
        subject = SUBJECTS.get(row["Country Code"])
        if subject and value is not None:
            where = f"{row['Country Code']}, {year}"
            into.history(
                subject,
                "gdp",
                year,
                (None, value, None),
                "USD",
                where,
                basis="measured",
                grade="primary",
                file="gdp",
            )
    return into.out


IMPORTER = Importer(NAME, "World Bank: GDP", f"worldbank-gdp-{DEFAULT}", "file gdp.csv", read)
