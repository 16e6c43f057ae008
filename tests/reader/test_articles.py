"""What an article goes on to speak of: `the company`, `it`, the quarter it reports on, units told a sentence before."""

from __future__ import annotations

from datetime import date

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.domains.reader.model import Document
from rechenmacht.evidence.base import load

DAY = date(2026, 11, 20)
READER = Reader(load())

CLOUD = """CoreWeave keeps growing

CoreWeave reported another quarter of rapid growth in the three months through June 2026. Investors cheered.

The cloud provider owes a lot. Its backlog rose to $%s billion."""

OTHER = """Nvidias H20

Nvidias H20 ist ein abgespeckter Chip. Er bietet 96 Gigabyte Speicher.

Ganz anders Huaweis Ascend 910C. Der Beschleuniger hat %s Gigabyte Speicher."""


def read(text: str, day: date = DAY) -> Document:
    """Return the document of a text."""
    return READER.read(text, "-", day)


def verdict(text: str, number: str, day: date = DAY) -> tuple[str, str | None]:
    """Return verdict and subject of the number that is written so in a text."""
    document = read(text, day)
    found = [
        one for q, one in zip(document.quantities, document.verdicts, strict=True)
        if number in q.text and q.kind != "date"
    ]  # fmt: skip
    return found[0].verdict, found[0].subject


@pytest.mark.parametrize(("number", "wanted"), [("103.7", "supported"), ("207.4", "contradicted")])
def test_the_company_is_what_the_article_is_about(number: str, wanted: str) -> None:
    assert verdict(CLOUD % number, number) == (wanted, "org:coreweave")


@pytest.mark.parametrize(("number", "wanted"), [("128", "supported"), ("256", "contradicted")])
def test_a_short_sentence_names_what_comes_next(number: str, wanted: str) -> None:
    assert verdict(OTHER % number, number) == (wanted, "chip:ascend-910c")


def test_what_is_only_compared_with_is_not_spoken_of() -> None:
    told = "Huawei's CloudMatrix 384 is large. It draws 559 kilowatts, four times as much as Nvidia's GB200 NVL72."
    assert verdict(told, "559") == ("supported", "system:cloudmatrix-384")


def test_two_firms_leave_open_whom_the_next_sentence_means() -> None:
    told = (
        "Der Auftragsbestand von Oracle lag Ende August 2026 bei 664 Milliarden Dollar. OpenAI allein hat einen "
        "Vertrag unterschrieben. Der Umsatz im Geschäftsjahr 2026 betrug 67,4 Milliarden Dollar."
    )
    assert verdict(told, "67,4")[0] != "contradicted"


def test_a_thing_of_its_own_is_not_what_was_told_before() -> None:
    told = "Colossus steht in Memphis. Ein Server mit acht Beschleunigern zieht heute 10 Kilowatt."
    assert verdict(told, "10 Kilo")[0] == "unverifiable"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Nvidia earned it in the second quarter of fiscal 2027, which ended in July 2026.", ("2026-05", "2026-07")),
        ("Der Umsatz stieg im Quartal bis August 2026.", ("2026-06", "2026-08")),
        ("It spent that in the three months to June 2026.", ("2026-04", "2026-06")),
        ("Sales rose in the December 2025 quarter.", ("2025-10", "2025-12")),
    ],
)  # fmt: skip
def test_quarters_by_when_they_end(told: str, wanted: tuple[str, str]) -> None:
    dates = [(q.low, q.high) for q in read(told).quantities if q.kind == "date"]
    assert dates[0] == wanted


def test_the_quarter_before_and_the_one_a_year_before() -> None:
    told = (
        "Im zweiten Quartal 2026 erlöste Meta 60,8 Milliarden Dollar, nach 56,3 Milliarden im Vorquartal "
        "und 47,5 Milliarden im Vorjahresquartal."
    )
    document = read(told)
    rows = [
        (q.time, v.verdict) for q, v in zip(document.quantities, document.verdicts, strict=True) if q.kind == "money"
    ]
    assert [time for time, _ in rows] == ["2026-04/2026-06", "2026-01/2026-03", "2025-04/2025-06"]
    assert [one for _, one in rows][:2] == ["supported", "supported"]


def test_a_number_without_a_time_is_of_the_quarter_reported_on() -> None:
    told = "In the second quarter of 2026 CoreWeave grew. Its net loss came to $626 million."
    numbers = [q for q in read(told).quantities if q.kind == "money"]
    assert [q.time for q in numbers] == ["2026-04/2026-06"]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Sie steuerten 51,2 Milliarden Dollar bei. Im Quartal davor waren es 41,1 Milliarden.", (41.1e9, "USD")),
        ("China erzeugte 10.580 Terawattstunden. In den Vereinigten Staaten waren es 4.520.", (4.52e15, "Wh")),
        ("Es waren 17,7 Prozent oder 249 Millionen Menschen.", (249e6, "people")),
        ("Der Lauf dauerte drei Tage und sechs Stunden.", (280_800.0, "s")),
        ("Latency fell from 85 to 31 milliseconds.", (0.031, "s")),
        ("In all it cost 3.8 x 10^25 floating-point operations.", (3.8e25, "FLOP")),
        ("Je nach Ausbaustufe braucht die Halle 20 bis 30 Megawatt.", (20e6, "W")),
        ("Instead of 2.5, the bill came to 4.1.", (4.1, "1")),
    ],
)  # fmt: skip
def test_units_told_before(told: str, wanted: tuple[float, str]) -> None:
    last = read(told).quantities[-1]
    assert last.low == pytest.approx(wanted[0])
    assert last.unit == wanted[1]


def test_a_month_without_a_year_follows_the_one_with() -> None:
    told = "Im Februar 2025 zählte Colossus 200.000 Beschleuniger, im Juli 230.000."
    assert verdict(told, "230.000")[0] == "supported"


def test_what_is_told_of_a_month_is_no_quarters() -> None:
    told = "Anthropic nahm im Mai 2026 auf das Jahr gerechnet 44 Milliarden Dollar ein."
    assert verdict(told, "44")[0] != "contradicted"


def test_a_sentence_ends_behind_the_letter_of_a_name() -> None:
    told = "The chip draws 900 W. Huawei sells it as the 910C. It has 128 GB."
    assert len({q.sentence for q in read(told).quantities}) == 2


def test_money_goes_on_without_its_currency() -> None:
    told = (
        "Nvidia setzte im dritten Quartal 2025 57,0 Milliarden Dollar um. Allein mit Netzwerktechnik setzte der Konzern "
        "8,2 Milliarden um. Die Spielesparte blieb mit 4,27 Milliarden leicht unter dem Rekord von 4,29 Milliarden."
    )
    document = read(told)
    rows = [
        (q.unit, v.verdict) for q, v in zip(document.quantities, document.verdicts, strict=True) if q.kind != "date"
    ]
    assert [unit for unit, _ in rows] == ["USD"] * 4
    assert "contradicted" not in {verdict for _, verdict in rows}  # what the games made is not what the network did


def test_a_window_up_to_the_article_or_from_it_is_the_time() -> None:
    document = read("Seit drei Jahren verlassen monatlich 40.000 Karten das Werk. In den kommenden zwölf Monaten sollen "
                    "es 50.000 Karten im Monat sein.")  # fmt: skip
    times = [q.time for q in document.quantities if "Karten" in q.text]
    assert times == ["2023/2026", "2026-11/2027-11"]


def test_what_is_below_zero_is_judged_so() -> None:
    said = "Alphabet's free cash flow slid to minus ${} billion in the second quarter of 2026."
    assert verdict(said.format("5.9"), "5.9")[0] == "supported"
    assert verdict(said.format("15.9"), "15.9")[0] == "contradicted"
