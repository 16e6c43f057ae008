"""Export rules that a text does not call by their names: by year and month, by what they demand, per area of a chip."""

from __future__ import annotations

from datetime import date

import pytest
from asked import first_told

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import Base

DAY = date(2026, 2, 1)
LETTER = "Im April 2025 schrieb das Handelsministerium an Nvidia, es ging um den H20. "

TOLD = [
    # A name that articles use, and what the sentence before named.
    ("Bidens Diffusionsregel sah für die meisten Länder ein Kontingent von rund 50.000 H100-Äquivalenten vor.",
     "50.000", "supported"),
    ("Bidens Diffusionsregel sah für die meisten Länder ein Kontingent von rund 90.000 H100-Äquivalenten vor.",
     "90.000", "unverifiable"),
    ("Under the Biden rule a company could place at most 7 percent of its computing power in any one country.",
     "7 percent", "supported"),
    ("The Biden rule was revoked. It would have given most countries an allocation of 790 million TPP.", "790 million",
     "supported"),
    # By year and month, with words for the line that a rule draws.
    ("Die Exportregel vom Oktober 2022 griff bei 4.800 TPP und zugleich 600 Gigabyte je Sekunde zu anderen Chips.",
     "4.800", "supported"),
    ("Die Exportregel vom Oktober 2022 griff bei 4.800 TPP und zugleich 600 Gigabyte je Sekunde zu anderen Chips.",
     "600 Gigabyte", "supported"),
    ("Die Exportregel vom Oktober 2022 griff bei 4.800 TPP und zugleich 900 Gigabyte je Sekunde zu anderen Chips.",
     "900 Gigabyte", "contradicted"),
    # Per area, of the year behind the one told before.
    ("In October 2022 Washington banned the export of fast chips. A year later a limit on performance density was "
     "added, 5.92 points per square millimetre.", "5.92", "supported"),
    ("In October 2022 Washington banned the export of fast chips. A year later a limit on performance density was "
     "added, 9.52 points per square millimetre.", "9.52", "contradicted"),
    ("Die HBM-Regel vom Dezember 2024 erfasst Stapel ab 2 Gigabyte je Sekunde und Quadratmillimeter.", "2 Gigabyte",
     "supported"),
    # By what they demand.
    ("Nvidia darf den H20 verkaufen, wenn 15 Prozent der Erlöse an den amerikanischen Staat gehen.", "15 Prozent",
     "supported"),
    ("Nvidia darf den H20 verkaufen, wenn 35 Prozent der Erlöse an den amerikanischen Staat gehen.", "35 Prozent",
     "unverifiable"),
    ("Nvidia darf den H20 verkaufen, er bringt 35 Prozent der Erlöse in Asien.", "35 Prozent", "unverifiable"),
    (LETTER + "In dem Brief wurde eine Grenze der Speicherbandbreite von 1.400 Gigabyte je Sekunde genannt.", "1.400",
     "supported"),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(base: Base) -> Reader:
    return Reader(base)


@pytest.mark.parametrize(("text", "span", "wanted"), TOLD)
def test_rules(reader: Reader, text: str, span: str, wanted: str) -> None:
    assert first_told(reader, text, span, DAY) == [wanted]
