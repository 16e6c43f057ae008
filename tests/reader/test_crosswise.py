"""Two numbers told the wrong way round, rivals that a number happens to be near, and times and ways left half unsaid."""

from __future__ import annotations

from functools import cache

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

CONFIRMED = {"supported", "imprecise"}
TOLD = {"other", "contradicted"}
CASES = [
    # 8-bit rates: Maia 200 5.0 and Ironwood 4.6 PFLOP/s. Each is within the rounding of the other's.
    ("en", "FP8 throughput is 4.6 petaflops for Maia 200 and 5 petaflops for Google's Ironwood.", "5 peta", TOLD),
    ("en", "FP8 throughput is 5 petaflops for Maia 200 and 4.6 petaflops for Google's Ironwood.", "5 peta", CONFIRMED),
    # Memory bandwidth: H20 4.0, 910C 3.2 TB/s.
    ("en", "The H20's memory bandwidth of 3.2 TB/s beats the 4 TB/s of Huawei's 910C.", "4 TB/s", TOLD),
    # 11.6 USD a watt in Frankfurt, 12 in London: 12 would pass as 11.6 rounded.
    ("en", "Frankfurt data centres cost $12 a watt to build and London's $11.6.", "$12", TOLD),
    # Contracts of a year: 1.70 USD an hour in October 2025, 2.35 in March 2026; a spot price of 2 to 2.50 is no excuse.
    (
        "de",
        "Die Miete eines H100 im Einjahresvertrag stieg von 2,35 Dollar je Stunde im Oktober 2025 auf 1,70 Dollar im "
        "März 2026.",
        "1,70",
        TOLD,
    ),
    # Abilene drew 295 MW at the end of 2025; 590 MW were only expected of April 2026.
    (
        "en",
        "By the end of December 2025 Stargate's Abilene campus had 590 MW.",
        "590",
        {"contradicted", "unverifiable"},
    ),
    # What a word of a list of names stands for is not known: 192 GB are the MI300X's.
    ("de", "MI300X und H100 haben 80 Gigabyte beziehungsweise 192 Speicher.", "80", {"unverifiable"}),
    # GPT-4.5: 75 USD a million tokens of input, 150 of output.
    ("en", "GPT-4.5 charged $75 per million tokens in and $150 per million tokens out.", "$75", CONFIRMED),
    ("en", "GPT-4.5 charged $150 per million tokens in and $75 per million tokens out.", "$150", TOLD),
    # A rule's `at least` is its own: 50 percent.
    ("en", "The affiliates rule of September 2025 reaches firms owned to at least 25 percent.", "25 per", TOLD),
    # A month of the year told before: 500 billion USD in October 2025, 157 the October before.
    ("en", "OpenAI was valued at $300 billion in March 2025 and at $500 billion that October.", "$500", CONFIRMED),
    ("en", "OpenAI was valued at $300 billion in March 2025 and at $157 billion that October.", "$157", TOLD),
    # 650 million in October 2025, 400 in May 2025.
    (
        "en",
        "Gemini's app counted 650 million monthly active users in October 2025; in May it had been 400 million.",
        "400",
        CONFIRMED,
    ),
    # Who wins an order is paid.
    ("en", "CoreWeave won a $14.2 billion order from Meta in September 2025.", "$14.2", CONFIRMED),
    ("en", "Meta won a $14.2 billion order from CoreWeave in September 2025.", "$14.2", {"contradicted"}),
    # Cents of which nobody says whether they are a euro's; litres and grams per kilowatt-hour.
    ("en", "French industry paid 17.1 cents per kilowatt-hour in 2024.", "17.1", CONFIRMED),
    ("en", "French industry paid 34.2 cents per kilowatt-hour in 2024.", "34.2", {"contradicted", "unverifiable"}),
    ("en", "Irish factories paid 25.6 euro cents per kWh in 2024.", "25.6", CONFIRMED),
    ("en", "Amazon's water usage effectiveness was 0.15 litres per kilowatt-hour in 2024.", "0.15", CONFIRMED),
    # Microsoft's count for Germany: 28.6 percent in December 2025, 31.1 in March 2026: 2.5 points more.
    (
        "en",
        "In Germany AI use rose by 2.5 percentage points between December 2025 and March 2026, Microsoft says.",
        "2.5",
        CONFIRMED,
    ),
    (
        "de",
        "In Deutschland stieg die KI-Nutzung laut Microsoft zwischen Dezember 2025 und März 2026 um 9 Prozentpunkte.",
        "9 Pro",
        {"contradicted"},
    ),
    # xAI is written small; 24 billion USD in May 2024.
    ("en", "xAI's valuation went from $24 billion in May 2024 to $45 billion in November 2024.", "$24", CONFIRMED),
    ("de", "TSMC konnte Ende 2025 monatlich 75.000 bis 80.000 Wafer mit CoWoS bestücken.", "75.000", CONFIRMED),
    # 12.0 billion EUR of DUV and 11.6 of EUV machines in 2025: one thing's two quantities changed over.
    ("en", "ASML made €12 billion with EUV machines in 2025 and €11.6 billion with DUV.", "€12", TOLD),
    # Die areas: A100 826, H100 814 mm2; the first number has its unit behind the second.
    ("de", "Die Chipfläche des A100 beträgt 814, die des H100 826 Quadratmillimeter.", "826", TOLD),
    ("de", "Die Chipfläche des A100 beträgt 826, die des H100 814 Quadratmillimeter.", "826", CONFIRMED),
    # 8,244 projects at the end of 2025, 10,300 a year before.
    ("en", "At the end of 2025, 8,244 projects stood in US queues, down from 10,300.", "8,244", CONFIRMED),
    (
        "en",
        "At the end of 2025, 10,300 projects stood in US queues, down from 8,244.",
        "8,244",
        {"unverifiable"} | TOLD,
    ),
    ("en", "European data centres used 68 TWh in 2024.", "68", CONFIRMED),
    ("en", "US electricity demand grew by 2.6 percent in 2025.", "2.6", CONFIRMED),
    ("en", "PaLM was trained on 6,144 TPU chips.", "6,144", CONFIRMED),
    # 14.2 billion USD in September 2025, 21 in April 2026.
    (
        "de",
        "Meta bestellte bei CoreWeave Leistungen für 21 Milliarden Dollar, im April 2026 kamen 14,2 Milliarden Dollar "
        "hinzu.",
        "21 Mill",
        {"unverifiable"} | TOLD,
    ),
    # What a part is said to be of is not said of the whole: 30.0 billion USD in all, 26.3 of it of data centres.
    (
        "en",
        "In the quarter ended July 2024 Nvidia's sales reached $26.3 billion, of which data centres contributed $30 "
        "billion.",
        "$26.3",
        {"unverifiable"} | TOLD,
    ),
    # Rated at 1,000 W; 2.18 kW with server, network and cooling are another quantity.
    ("en", "The MI325X is rated at 2000 W, the MI300X at 750 W.", "2000", {"contradicted"}),
    # GPT-4o: 2.50 USD a million tokens of input, 10 of output.
    ("en", "GPT-4o charges $2.50 for a million input tokens and $10 for a million output tokens.", "$10", CONFIRMED),
    (
        "en",
        "GPT-4o charges $10 for a million input tokens and $2.50 for a million output tokens.",
        "$2.50",
        {"unverifiable"} | TOLD,
    ),
    # A deal is not the capital expenditure of another year.
    (
        "en",
        "Nvidia invested $30 billion in OpenAI in February 2026, Amazon $50 billion.",
        "$50",
        {"unverifiable", "supported"},
    ),
    # Lambda is an ordinary word too and is not read as a firm: its amount is not IREN's (9.7 billion USD).
    (
        "de",
        "Microsoft zahlt IREN zwei Milliarden Dollar und Lambda mehr als 9,7 Milliarden Dollar.",
        "9,7",
        {"unverifiable"} | TOLD,
    ),
    # Three makers share all of the HBM market in the second quarter of 2025: 62, 21 and 17 percent.
    ("de", "Micron lag beim HBM-Marktanteil im zweiten Quartal 2025 auf Platz zwei.", "Platz", CONFIRMED),
    ("de", "Samsung lag beim HBM-Marktanteil im zweiten Quartal 2025 auf Platz zwei.", "Platz", {"contradicted"}),
    # Amazon 131.8, Alphabet 91.4 billion USD in 2025; Microsoft's 115.9 are of the year to June 2026.
    (
        "en",
        "Google was the second-biggest spender on capital goods in 2025, after Amazon.",
        "second",
        {"supported", "unverifiable"},
    ),
    ("en", "Oracle owed $124 billion at the end of November 2025.", "$124", CONFIRMED),
]


@cache
def reader() -> Reader:
    return Reader(load())


@pytest.mark.parametrize(("lang", "text", "span", "wanted"), CASES)
def test_what_is_told_the_wrong_way_round(lang: str, text: str, span: str, wanted: set[str]) -> None:
    document = reader().read(text, "-", None, "de" if lang == "de" else "en")
    at = text.index(span)
    got = [
        verdict for quantity, verdict in zip(document.quantities, document.verdicts, strict=True)
        if quantity.kind != "date" and quantity.start <= at < quantity.end
    ]  # fmt: skip
    assert [verdict.verdict in wanted for verdict in got] == [True], got
    assert all(got[0].explanation.values())
