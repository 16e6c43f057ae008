"""What time a number is of: told, reckoned from one told before, carried on, compared with, or of today."""

from __future__ import annotations

from datetime import date

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

READER = Reader(load())


def times(told: str, day: date | None) -> list[str | None]:
    """Return the times of the numbers of a text."""
    read = READER.read(told, article=day)
    return [q.time for q in read.quantities if q.kind not in {"date", "rank", "duration"}]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        # what a number is compared with is not its time
        ("Im August 2026 waren es 10,2 TWh, 37,9 Prozent mehr als im August des Vorjahres.", ["2026-08"] * 2),
        ("In 2025 sales rose to $9bn. That was 12 percent more than in 2024.", ["2025", "2025"]),
        # steps from the time told, in figures and words
        ("Im Jahr 2016 kostete das Werk 4 Milliarden Euro. Neun Jahre später waren es 9 Milliarden.", ["2016", "2025"]),
        ("In 2019 the firm had 300 staff. Two years on it employed 900 people.", ["2019", "2021"]),
        ("Im Vorjahr zahlten 12 Prozent, 2024 schon 20 Prozent.", ["2023", "2024"]),
        # a month of the year after
        ("It opened in September 2024 with 100 people. By February of the next year it had 200.", ["2024-09", "2025-02"]),
        # where something came from is of no time told for where it came to
        ("The rate was 20 percent in 2025, up from 13 percent in 2024.", ["2025", "2024"]),
        # a plan is not carried to what is, nor the past to prices of today
        ("By 2030 it will use 9 TWh. Last year it used 3 TWh.", ["2030", "2025"]),
        ("In 2024 the firm sold 300 racks. A rack now costs $4 million.", ["2024", "2026-11-20"]),
        ("Für die Kilowattstunde zahlt sie 19 Cent, vor zwei Jahren waren es 23 Cent.", ["2026-11-20", "2024"]),
        # the end of a decade, windows of time, the year that is running
        ("Am Ende des Jahrzehnts sollen es 426 Gigawatt sein.", ["2029/2030"]),
        ("Over the past decade output rose 70-fold.", ["2016/2026"]),
        ("Im Gesamtjahr werden es 12 Milliarden Dollar sein.", ["2026"]),
        ("For the full year it guides to $93 billion.", ["2026"]),
        # a change since a day; a plan in another clause; halves in step
        ("Seit Januar sind die Mieten um 22 Prozent gefallen.", ["2026-01-01/2026-11-20"]),
        ("Pro Woche kommen derzeit 1.500 Server hinzu, bis Ende 2027 sollen es 60.000 sein.", ["2026-11-20", "2027-12"]),
        ("Es waren 26,5 Prozent im ersten und 28,6 Prozent im zweiten Halbjahr 2025.", ["2025-01/2025-06", "2025-07/2025-12"]),
        ("In September it struck a deal worth $17 billion, which could grow to $19 billion.", ["2026-09", "2026-09"]),
        ("In March of 2025 it had been $61 billion.", ["2025-03"]),
        ("Im Jahr darauf, 2024, flossen 2,9 Billionen Yuan.", ["2024"]),
        ("In fiscal 2025, ended June 30, cloud revenue rose 23 percent.", ["2024-07/2025-06"]),
        ("It added 1.2 GW in the twelve months through June.", ["2025-07/2026-06"]),
        ("Exports plunged to 1.3 billion euros between January and August.", ["2026-01/2026-08"]),
        ("Half a year ago the order book stood at €9bn.", ["2026-05"]),
        ("It burned $8.7bn in the first nine months, against $3.5bn in all of last year.", ["2026-01/2026-09", "2025"]),
        ("Im vierten Quartal 2025 waren es 2,3 Milliarden Euro, im dritten 1,9 Milliarden.",
         ["2025-10/2025-12", "2025-07/2025-09"]),
        ("Von 2020 bis 2024 stieg der Verbrauch von 270 auf 415 Terawattstunden.", ["2020", "2024"]),
        ("The H100 fetched $2.85 an hour in 2024 and is now down to $1.99.", ["2024", "2026-11-20"]),
        ("Ab 2030 müssen 60 Prozent genutzt werden.", ["2030"]),
        ("Die Zahl der Rechenzentren wuchs seit 2022 auf 2.100.", ["2026-11-20"]),
        # a fiscal quarter without a year is the last one of the firm: Nvidia's first ends in April
        ("Nvidia setzte im ersten Geschäftsquartal 81 Milliarden Dollar um.", ["2026-02/2026-04"]),
    ],
)  # fmt: skip
def test_times(told: str, wanted: list[str | None]) -> None:
    assert times(told, date(2026, 11, 20)) == wanted


def test_a_dateline_and_a_day_of_news_are_no_times_of_numbers() -> None:
    told = (
        "SAN FRANCISCO, July 31, 2026 - Four companies poured $165 billion into equipment in the three months to "
        "June, filings this week showed. In the first quarter the bill had come to $192.8 billion.\n\n"
        "Alphabet alone spent $44.9 billion."
    )
    assert times(told, date(2026, 7, 31))[-3:] == ["2026-04/2026-06", "2026-01/2026-03", "2026-04/2026-06"]


def test_the_current_quarter_of_a_report_is_the_one_behind_it() -> None:
    told = (
        "Nvidia hat für das dritte Quartal des Geschäftsjahres 2026, das am 26. Oktober endete, 57,0 Milliarden Dollar "
        "gemeldet. Für das laufende Vierteljahr stellt Nvidia 65 Milliarden Dollar in Aussicht."
    )
    assert times(told, date(2025, 11, 20))[-1] == "2025-11/2026-01"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Power costs 6.5 cents per kilowatt-hour.", (0.065, "USD/kWh")),
        ("Am Spotmarkt kostete die Megawattstunde 71,30 Euro.", (71.3, "EUR/MWh")),
        ("An hour on the cluster costs $98.32.", (98.32, "USD/h")),
        ("Abgerechnet werden 0,35 Dollar je Million Token.", (3.5e-7, "USD/token")),
        ("At 85 US cents a watt the shell is the cheap part.", (0.85, "USD/W")),
        ("It reads 22 terabytes of data per second.", (22e12, "B/s")),
        ("Täglich beantwortet der Dienst 2,6 Milliarden Anfragen.", (2.6e9, "count/day")),
        ("Das steht in A$2.3 billion.", (2.3e9, "AUD")),
        ("Ein vierköpfiges Team hat es gebaut.", (4, "people")),
        ("The chip performs 820 trillion 8-bit operations per second.", (820e12, "FLOP/s")),
        ("Es wurde mit 4,1 mal 10 hoch 24 Rechenoperationen trainiert.", (4.1e24, "FLOP")),
        ("SoftBank booked a profit of ¥2.5 trillion.", (2.5e12, "JPY")),
        ("Huawei earned ¥62 billion.", (62e9, "CNY")),
        ("Lead times have stretched to 128 weeks, from around 50.", (50 * 7 * 86_400, "s")),
        ("It cut its headcount by some 21,000 to 88,400.", (88_400, "count")),
    ],
)
def test_what_an_amount_is_for(told: str, wanted: tuple[float, str]) -> None:
    one = READER.read(told).quantities[-1]
    assert one.mid == pytest.approx(wanted[0])
    assert one.unit == wanted[1]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("Es sind 18 Fälle. Der Speicher folgt mit 72, oder 17,2 Prozent.", (72, "count")),
        ("Seit März hat sie für 11,9 und dann noch einmal für 4 Milliarden Dollar gebucht.", (11.9e9, "USD")),
        ("Instead of the $2.5 billion budgeted, the bill came to 4.1.", (4.1e9, "USD")),
        ("It used 176 terawatt-hours in 2023, or 4.4 percent of demand. By 2028 it sees between 325 and 580.",
         (452.5e12, "Wh")),
        ("Käufe von 25 Milliarden Yuan sind vorgesehen, 2,5 Milliarden im Jahr.", (2.5e9, "CNY/year")),
        ("Vor drei Jahren kostete er 150.000 Euro, heute sind es 310.000.", (310_000, "EUR")),
        ("The chip needs 1,000 watts, 300 more than its predecessor.", (300, "W")),
        ("The share made its founder Larry Ellison, 81, the richest man.", (81, "year")),
    ],
)  # fmt: skip
def test_units_left_out(told: str, wanted: tuple[float, str]) -> None:
    assert wanted in [(q.mid, q.unit) for q in READER.read(told).quantities]


@pytest.mark.parametrize(
    "told",
    [
        "Die Menge darf 75 Prozent nicht übersteigen.",
        "No single customer makes up more than 75%.",
        "Mehr als 75 Chips lassen sich nicht verbinden.",
    ],
)
def test_what_must_not_be_exceeded_is_an_upper_bound(told: str) -> None:
    one = READER.read(told).quantities[-1]
    assert (one.low, one.hedge) == (None, "up_to")


def test_a_sentence_that_goes_on_behind_the_first_lines_is_read_for_a_dateline() -> None:
    told = f"It used 176 terawatt-hours in 2023. Now 300 {'and more of it ' * 60}."
    assert next(q.unit for q in READER.read(told).quantities) == "Wh"
