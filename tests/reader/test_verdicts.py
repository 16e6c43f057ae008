"""Verdicts: the worked cases, each with its arithmetic, and what must stay undecided."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rechenmacht.domains.reader import Document, Reader
from rechenmacht.domains.reader.checks.values import rounding
from rechenmacht.evidence.base import load


@cache
def reader() -> Reader:
    return Reader(load())


def read(text: str, day: date | None = date(2025, 11, 20)) -> Document:
    return reader().read(text, "a", day)


def told(text: str, span: str, day: date | None = date(2025, 11, 20)) -> tuple[str, str]:
    document = read(text, day)
    quantity = next(q for q in document.quantities if q.text == span)
    verdict = next(v for v in document.verdicts if v.quantity_id == quantity.id)
    assert verdict.explanation["en"]
    assert verdict.explanation["de"]
    return verdict.verdict, verdict.check


WRONG = [
    # CloudMatrix 384 has 384 chips; 834 swaps its digits and is no multiple of 384.
    ("Das CloudMatrix 384 besteht aus 834 Chips vom Typ Ascend 910C.", "834 Chips", "physics"),
    ("Huawei's CloudMatrix 384 links 834 Ascend chips.", "834 Ascend chips", "physics"),
    # 384 chips x at most 1,504 TOPS (INT8) = 0.58 EFLOP/s; even twice that, with sparsity, is below 1.6.
    ("Das CloudMatrix 384 bietet 1,6 Exaflops.", "1,6 Exaflops", "physics"),
    # China generated 10,087 TWh in 2024: past, and a figure already measured.
    ("China wird bis 2024 rund 10.000 Terawattstunden Strom produzieren.", "10.000 Terawattstunden", "tense"),
    ("China wird bis 2024 rund 10.000 Terawattstunden Strom produzieren.", "2024", "tense"),
    ("By 2023 China will build 50 fabs.", "2023", "tense"),
    # 500 German Billionen are 5e14, more than the world's yearly output (about 1.1e14).
    ("Das Projekt Stargate soll 500 Billionen Dollar kosten.", "500 Billionen Dollar", "unit"),
    # OpenAI's contract with Oracle is 300 billion dollars.
    ("OpenAI's contract with Oracle is worth $300 trillion.", "$300 trillion", "unit"),
    # 80 GB are 640 Gbit; 80 Gb are an eighth of that.
    ("The H100 has 80 Gb of memory.", "80 Gb", "unit"),
    # 10,087 TWh of energy are no terawatts of power.
    ("China produced 10,000 terawatts of electricity in 2024.", "10,000 terawatts", "unit"),
    # 559 kW, not GW.
    ("Das CloudMatrix 384 verbraucht 559 Gigawatt.", "559 Gigawatt", "facts"),
    # From 100 to 200 is a change of 100 %, not 20 %.
    ("Der Preis stieg um 20 Prozent von 100 auf 200 Euro.", "20 Prozent", "arithmetic"),
    # 50 MW x 8,784 h = 439 GWh at most.
    ("Ein Rechenzentrum mit 50 Megawatt verbraucht 800 Gigawattstunden pro Jahr.", "800 Gigawattstunden pro Jahr", "physics"),
    # 49.2 TB against 13.4 to 14 TB is a factor of 3.6.
    ("Das CloudMatrix 384 hat zehnmal so viel Speicher wie ein NVL72.", "zehnmal so viel", "facts"),
    # A data sheet's 80 GB are no 100 in round figures, its 700 W (689 to 712 listed) no 900.
    ("The H100 has 100 GB of memory.", "100 GB", "facts"),
    ("Der H100 zieht 900 Watt.", "900 Watt", "facts"),
    # 100 x 10 kW = 1 MW.
    ("In total, 100 servers drawing 10 kilowatts each need 50 megawatts.", "50 megawatts", "arithmetic"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "check"), WRONG)
def test_wrong(text: str, span: str, check: str) -> None:
    assert told(text, span) == ("contradicted", check)


RIGHT = [
    ("Das CloudMatrix 384 verbindet 384 Chips.", "384 Chips"),
    ("Das CloudMatrix 384 bietet rund 300 Petaflops.", "300 Petaflops"),
    ("China erzeugte 2024 rund 10.000 Terawattstunden Strom.", "10.000 Terawattstunden"),
    ("The H100 has 80 GB of memory.", "80 GB"),
    ("Der Umsatz stieg um 62 Prozent von 35 auf 57 Milliarden Dollar.", "62 Prozent"),  # 57/35 - 1 = 0.63
    ("Das CloudMatrix 384 hat den vierfachen Stromverbrauch eines NVL72.", "vierfachen"),  # 559/145 = 3.9
    ("China will bis 2027 mit dem Plan AI Plus 70 Prozent erreichen.", "70 Prozent"),
    ("OpenAI und Oracle vereinbarten 300 Milliarden Dollar.", "300 Milliarden Dollar"),
    ("DeepSeek V3 hat 671 Milliarden Parameter.", "671 Milliarden Parameter"),
]


@pytest.mark.parametrize(("text", "span"), RIGHT)
def test_right(text: str, span: str) -> None:
    assert told(text, span)[0] == "supported"


UNSURE = [
    # parts and multiples of a system, comparisons, plans, rivals, past talk about the future
    "Zehn NVL72-Schränke haben zusammen 720 GPUs.",
    "Das CloudMatrix 384 besteht aus 12 Schränken mit je 32 Chips.",
    "Der Supercluster Atlas 950 vereint mehr als 520.000 Chips.",
    "Im Vergleich zum CloudMatrix 384 hat der neue Rechner 8.192 Chips.",
    "2019 sagte die Regierung, China werde bis 2024 führen.",
    "Bis 2020 wurden 100 Fabriken gebaut.",
    "Bis 2024 sollten es 50 sein.",
    "Das NVL72 hat nicht 100 GPUs.",
    "Ein DGX H100 hat 640 GB Speicher.",
    "OpenAI rechnet 2030 mit 200 Milliarden Dollar Umsatz.",
    "Der H100 kostet 25.000 Dollar, der H20 die Hälfte.",
    "China braucht 2024 zusätzlich 500 Terawattstunden Strom.",
    "Nvidia plant Investitionen von 500 Milliarden Dollar in den USA.",
    "Das Modell ist zehnmal kleiner, kostet 10 Dollar statt 20 Dollar und ist schneller.",
    "Seit 2022 werden dort Chips gefertigt, bis 2024 wuchs der Umsatz um 30 Prozent.",
]


@pytest.mark.parametrize("text", UNSURE)
def test_never_contradicted(text: str) -> None:
    assert not [v for v in read(text).verdicts if v.verdict == "contradicted"]


def test_article_against_itself() -> None:
    text = (
        "Der Chip H100 hat 80 GB Speicher, sagt Nvidia.\n\nDas CloudMatrix 384 zieht 559 Kilowatt Strom.\n\n"
        "Das CloudMatrix 384 zieht 900 Kilowatt Strom."
    )
    document = read(text)
    assert [v.verdict for v in document.verdicts] == ["supported", "supported", "contradicted"]


def test_articles_against_each_other() -> None:
    texts = ["Im Jahr 2026 hatte Anthropic 2.000 Mitarbeiter.", "Im Jahr 2026 hatte Anthropic 9.000 Mitarbeiter."]
    documents = reader().read_all([(f"{k}.txt", text, None, None) for k, text in enumerate(texts)])
    assert all(v.verdict != "contradicted" for d in documents for v in d.verdicts)


def test_same_input_same_output() -> None:
    text = "Das CloudMatrix 384 zieht 559 Kilowatt. Nvidia steckte 2025 rund 100 Milliarden Dollar in OpenAI."
    assert read(text) == read(text)


NAMED_ALIKE = [  # each of these was once contradicted wrongly
    "The Atlas 960 SuperCluster is projected to reach 2 ZFLOPS of FP8 performance.",
    "Für 2027 ist der Nachfolger Atlas 960 mit mehr als einer Million Chips angekündigt.",
    "The GB200 beats the Ascend 910C chip by chip, but at scale it achieves 1.7 times the overall PetaFLOPS "
    "and five times the memory.",
    "Demgegenüber verfügen die USA mit aktuell 48 Gigawatt und im Jahr 2030 rund 95 Gigawatt über etwa "
    "zwanzigmal mehr als Deutschland.",
]


@pytest.mark.parametrize("text", NAMED_ALIKE)
def test_like_named_things_are_left_alone(text: str) -> None:
    assert not [v for v in read(text).verdicts if v.verdict == "contradicted"]


DAY = date(2026, 11, 20)
# (text, number, verdicts that may stand)
TOLD = [
    # Google's cash capex: 52.5 billion in 2024, 91.4 in 2025. The base has no other definition of it for Google.
    ("Google's capital expenditures were $91.4 billion in 2025, up from $52.5 billion a year earlier.",
     "$52.5 billion", {"supported"}),
    ("Googles Investitionen lagen 2025 bei 91,4 Milliarden Dollar, nach 52,5 Milliarden Dollar im Vorjahr.",
     "52,5 Milliarden Dollar", {"supported"}),
    ("Metas Umsatz lag im vierten Quartal 2025 bei 59,9 Milliarden Dollar, ein Jahr zuvor waren es 48,4.",
     "59,9 Milliarden Dollar", {"supported"}),
    ("Meta's revenue in the fourth quarter of 2025 rose from a year earlier to $59.9 billion.",
     "$59.9 billion", {"supported", "unverifiable"}),
    ("2025 investierte Google 131,8 Milliarden Dollar, Amazon 91,4 Milliarden Dollar.",
     "131,8 Milliarden Dollar", {"contradicted", "other"}),
    ("2025 investierte Google 131,8 Milliarden Dollar, Amazon 91,4 Milliarden Dollar.",
     "91,4 Milliarden Dollar", {"contradicted", "other"}),
    # 91.4 / 52.5 = 1.74
    ("Googles Investitionen stiegen von 2024 bis 2025 um 74 Prozent.", "74 Prozent", {"supported"}),
    ("Googles Investitionen stiegen von 2024 bis 2025 um 174 Prozent.", "174 Prozent", {"contradicted"}),
    # A name and its number in one phrase belong together.
    ("Anders als der H100 mit 80 GB bietet der H200 141 GB Speicher.", "80 GB", {"supported"}),
    ("Anders als der H100 mit 141 GB bietet der H200 80 GB Speicher.", "141 GB", {"contradicted", "other"}),
    # 10,087 and 4,391 TWh; the second sentence does not name what it counts.
    ("China erzeugte 2024 rund 10.000 TWh Strom. Die USA kamen auf 4.400 TWh.", "4.400 TWh", {"supported"}),
    ("China erzeugte 2024 rund 10.000 TWh Strom. Die USA kamen auf 9.900 TWh.", "9.900 TWh", {"contradicted"}),
    ("DeepSeek V3 was trained for 2.8 million GPU hours.", "2.8 million GPU hours", {"supported"}),
    # What a clause tells of something else is left alone.
    ("Amazon investierte 2025 131,8 Milliarden Dollar, zahlte aber nur drei Milliarden Dollar Steuern.",
     "drei Milliarden Dollar", {"unverifiable"}),
    ("Amazon's capex was $131.8 billion in 2025, while its dividend was $2 billion.", "$2 billion", {"unverifiable"}),
    ("The H200 has 141 GB of memory. Each server comes with 2 TB of system memory.", "2 TB", {"unverifiable"}),
    ("A Colossus engineer moved two houses down the road.", "two houses", {"unverifiable"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "wanted"), TOLD)
def test_who_and_when_a_number_belongs_to(text: str, span: str, wanted: set[str]) -> None:
    assert told(text, span, DAY)[0] in wanted


@pytest.mark.parametrize(
    ("text", "span", "wanted"),
    [
        # Epoch counts 4.486 million chips of NVIDIA in 2025, of all families together.
        ("NVIDIA shipped 4.5 million chips in 2025.", "4.5 million chips", "supported"),
        ("NVIDIA shipped 4.5 million Hopper GPUs in 2025.", "4.5 million Hopper GPUs", "unverifiable"),
        ("NVIDIA shipped 4.5 million H100 chips in 2025.", "4.5 million H100 chips", "unverifiable"),
        ("NVIDIA lieferte 2025 4,5 Millionen Rubin-Chips aus.", "4,5 Millionen Rubin-Chips", "unverifiable"),
        # All of Huawei's chips here are called Ascend, none Kirin.
        ("Huawei shipped 800,000 Ascend chips in 2025.", "800,000 Ascend chips", "supported"),
        ("Huawei shipped 800,000 Kirin chips in 2025.", "800,000 Kirin chips", "unverifiable"),
        # 3.09 to 4.865 million are all that Google had bought by early 2025, not what came in that year.
        ("Google delivered 3.9 million chips in 2025.", "3.9 million chips", "unverifiable"),
    ],
)
def test_a_family_is_not_the_whole_and_a_year_is_no_running_total(text: str, span: str, wanted: str) -> None:
    assert told(text, span, date(2026, 11, 1))[0] == wanted


@pytest.mark.parametrize(
    ("text", "low", "high", "may_be"),
    [
        ("1 GW", 1.4, 1.4, True),  # 1.4 is 1 in round figures
        ("1 GW", 1.6, 1.6, False),
        ("2 GW", 1.5, 1.5, True),
        ("100 GB", 80, 80, False),  # 80 stays 80; from 95 on it is 100
        ("100 GB", 96, 96, True),
        ("900 W", 689, 712, False),
        ("700 W", 689, 712, True),
    ],
)
def test_what_a_round_number_may_stand_for(text: str, low: float, high: float, may_be: bool) -> None:
    quantity = next(q for q in read(f"Es sind {text}.").quantities if q.text == text)
    unit = (quantity.mid or 0) / float(text.split(maxsplit=1)[0])
    assert rounding(quantity, low * unit, high * unit) is may_be
    assert rounding(quantity, low, high, 1 / unit) is may_be


@pytest.mark.parametrize(
    ("text", "span", "wanted"),
    [
        # a unit of its own is no rate for want of "per second"
        ("Der H20 hat 96 GB und 4 Terabyte pro Sekunde, der H200 141 Gigabyte und 4,8 Terabyte pro Sekunde.",
         "141 Gigabyte", ("supported", "facts")),
        ("The MI300X has a bandwidth of 5.3 TB/s; the MI355X has 288 GB and 8 TB/s.", "288 GB", ("supported", "facts")),
        # 1,979 dense TFLOP/s in FP8, 9 PFLOP/s in FP4: their makers' sheets state twice that with sparsity
        ("The H100 delivers 3,958 teraflops of FP8 compute.", "3,958 teraflops", ("other", "facts")),
        ("The B200 offers 20 petaflops of FP4 compute.", "20 petaflops", ("other", "facts")),
        ("The GB200 NVL72 brings 1.44 exaflops in FP4.", "1.44 exaflops", ("other", "facts")),
        # the clause's own quantity, not the next one's: 148 of 989 TFLOP/s
        ("Die Rechenleistung des H20 liegt bei 15 Prozent derjenigen des H100, die Speicherbandbreite aber darüber.",
         "15 Prozent", ("supported", "facts")),
        # Ironwood's 4.614 PFLOP/s in FP8 are all there is
        ("A TPU v7 Ironwood delivers 9.2 petaflops in FP8.", "9.2 petaflops", ("contradicted", "facts")),
    ],
)  # fmt: skip
def test_units_and_sparsity(text: str, span: str, wanted: tuple[str, str]) -> None:
    assert told(text, span) == wanted


@pytest.mark.parametrize(
    "text",
    [
        # what a country takes of a revenue is nothing that a chip of the sentence before is of another
        "The MI300X costs $15,000.\n\nThe US took 25 percent of revenue from H20 sales.",
        "The 910C doubles the 910B; it delivers 800 teraflops and 128 GB.",
        "xAI raised $20 billion.",  # a round that the base need not know
        "A single GB300 NVL72 rack draws about 132 kW, compared with 120 kW for the GB200 version.",
    ],
)
def test_what_is_told_of_something_else(text: str) -> None:
    assert not [v for v in read(text).verdicts if v.verdict == "contradicted"]
