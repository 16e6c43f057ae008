"""Our World in Data: electricity generation, demand and carbon intensity by year (CC BY 4.0; Ember, EI).

Judgements:
- The file is a join of OWID's grapher tables. Generation is gross of losses and net of nothing: TWh as
  published.
- Demand ends in 2023 in this copy; carbon intensity is in grams of CO2 equivalent per kWh generated.
- Only the countries and aggregates of the model are kept. The European Union is `OWID_EU27`, the world
  `OWID_WRL`; the rows "European Union (27)" without a code hold demand alone and are joined to it.
- OWID's last year is sometimes a carry-over of the year before (Kuwait 2025 equals 2024): noted, kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import LINE, Collector, Imported, Importer, dataset, number, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "owid-electricity"
DEFAULT = "2026-04-29"
SUBJECTS = {
    "United States": "bloc:us",
    "China": "bloc:cn",
    "European Union (27)": "country:eu27",
    "World": "bloc:world",
    "Saudi Arabia": "country:sa",
    "United Arab Emirates": "country:ae",
    "Qatar": "country:qa",
    "Kuwait": "country:kw",
    "Oman": "country:om",
    "Bahrain": "country:bh",
    "Germany": "country:de",
    "France": "country:fr",
    "United Kingdom": "country:gb",
    "India": "country:in",
    "Japan": "country:jp",
    "South Korea": "country:kr",
    "Taiwan": "country:tw",
    "Singapore": "country:sg",
    "Israel": "country:il",
}
COLUMNS = (
    ("generation_twh", "electricity_generation", "TWh"),
    ("demand_twh", "electricity_demand", "TWh"),
    ("gco2_per_kwh", "carbon_intensity", "g/kWh"),
)


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `electricity_2000_2025.csv`.

    Returns:
        History rows per year: generation and demand in TWh, carbon intensity in g/kWh (tables `electricity`).

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "owid-electricity",
        DEFAULT,
        vintage,
        "Electricity generation, demand and carbon intensity",
        "Our World in Data",
        "https://ourworldindata.org/electricity-mix",
        "CC-BY-4.0",
    )
    into = Collector(source)
    before: dict[tuple[str, str], tuple[int, float]] = {}
    done: set[tuple[str, str, str]] = set()
    for row in table(path, ("entity", "code", "year", "generation_twh"), ("entity", "year"), NAME, corrections):
        year = row["year"]
        if not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
            raise BadInput(f"{path.name} row {row[LINE]}: year {year!r} is no year")
        subject = SUBJECTS.get(row["entity"])
        for column, quantity, unit in COLUMNS:
            value = number(row, column, path.name)
            if subject is None or value is None or (subject, quantity, year) in done:
                continue
            done.add((subject, quantity, year))
            carried = before.get((subject, quantity)) == (int(year) - 1, value)
            before[subject, quantity] = (int(year), value)
            into.history(
                subject,
                quantity,
                year,
                (None, value, None),
                unit,
                f"{row['entity']}, {year}, {column}",
                basis="measured",
                grade="secondary",
                file="electricity",
                note="equal to the year before: perhaps carried over" if carried else "",
            )
    return into.out


IMPORTER = Importer(
    NAME,
    "Our World in Data: electricity",
    f"owid-electricity-{DEFAULT}",
    "file electricity_2000_2025.csv",
    read,
)
