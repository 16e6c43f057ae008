"""Several numbers in a sentence: whose each is, of when, and of what; by their order and by the words tied to them."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

DAY = date(2026, 11, 20)


@cache
def reader() -> Reader:
    return Reader(load())


def told(text: str, span: str) -> str:
    document, place = reader().read(text, "-", DAY), text.index(span)
    return next(
        verdict.verdict
        for quantity, verdict in zip(document.quantities, document.verdicts, strict=True)
        if quantity.start <= place < quantity.end
    )


YES, NO = {"supported"}, {"contradicted", "other"}
OPEN = {"unverifiable"}
# (text, number, verdicts that may stand)
CASES = [
    # A change hangs on the number just told: 131.8 against 83.0 is 59 percent more; 57.0 against 35.1 is 62.
    ("Amazon's purchases of property and equipment reached $131.8 billion in 2025, up 59 percent from the year before.",
     "59 percent", YES),
    ("Amazon's purchases of property and equipment reached $131.8 billion in 2025, up 19 percent from the year before.",
     "19 percent", NO),
    ("Nvidia setzte im dritten Quartal des Geschäftsjahres 2026 57,0 Milliarden Dollar um. Das sind 22 Prozent mehr "
     "als im Vorquartal und 62 Prozent mehr als vor Jahresfrist.", "62 Prozent", YES),
    ("Nvidia setzte im dritten Quartal des Geschäftsjahres 2026 57,0 Milliarden Dollar um. Das sind 22 Prozent mehr "
     "als im Vorquartal und 162 Prozent mehr als vor Jahresfrist.", "162 Prozent", NO),
    ("Europe's data centres will need 113 TWh of electricity by 2030, two thirds more than in 2024.", "two thirds", YES),
    # 192 GB against 80 GB is 2.4; a number that nothing confirms bears no change.
    ("The MI300X module carries 192 GB of memory, 2.4 times as much as an H100.", "2.4 times", YES),
    ("The MI300X module carries 192 GB of memory, 3.4 times as much as an H100.", "3.4 times", NO),
    ("Acme's purchases of property and equipment reached $131.8 billion in 2025, up 19 percent from the year before.",
     "19 percent", OPEN),
    # One list behind the other: generation in 2024 was 10,087 and 4,391 TWh.
    ("China and the US generated 10,087 and 4,391 TWh of electricity in 2024, respectively.", "4,391", YES),
    ("China and the US generated 4,391 and 10,087 TWh of electricity in 2024, respectively.", "10,087", NO),
    ("China und die USA erzeugten 2024 10.087 TWh beziehungsweise 4.391 TWh Strom.", "10.087", YES),
    ("China und die USA erzeugten 2024 4.391 TWh beziehungsweise 10.087 TWh Strom.", "4.391", NO),
    # Each with its own, also where one is only compared with.
    ("Unlike the MI300X, with a memory of 192 GB, the H100 comes to 80 GB.", "192 GB", YES),
    ("Unlike the MI300X, with a memory of 80 GB, the H100 comes to 192 GB.", "192 GB", NO),
    ("Die Bandbreite des H100 liegt bei 3,35 TB/s, die des H200 bei 4,8 TB/s.", "4,8 TB/s", YES),
    # Dates in step, before or behind: 506.72 TWh in 2023, 495.99 in 2024.
    ("Deutschland kam bei der Stromerzeugung 2019 auf 600 TWh und 2024 auf 496 TWh.", "496 TWh", YES),
    ("Germany generated 506.7 TWh of electricity in 2023 and 496 TWh in 2024.", "506.7 TWh", YES),
    # Words tied to another number name another quantity.
    ("Last year China added 315 gigawatts of solar and 119 gigawatts of wind capacity.", "119 gigawatts", YES),
    ("Last year China added 119 gigawatts of solar and 315 gigawatts of wind capacity.", "315 gigawatts", NO),
    ("xAI raised $6 billion in May 2024 at a valuation of $24 billion.", "$6 billion", YES),
    ("xAI raised $6 billion in May 2024 at a valuation of $24 billion.", "$24 billion", YES),
    ("The B200 has a scale-up bandwidth of 900 GB/s and a scale-out bandwidth of 50 GB/s.", "900 GB/s", YES),
    # Two compared: memory of 80 GB and 192 GB; which is told first is told of the first name.
    ("The H100 trails the MI300X in memory: 80 GB against 192 GB.", "80 GB", YES),
    ("The H100 trails the MI300X in memory: 192 GB against 80 GB.", "80 GB", NO),
    ("H100 und MI300X unterscheiden sich beim Speicher: 80 GB stehen gegen 192 GB.", "80 GB", YES),
    ("H100 und MI300X unterscheiden sich beim Speicher: 192 GB stehen gegen 80 GB.", "192 GB", NO),
    # Two quantities of one thing: 900 GB/s and 50 GB/s, by the words in step with each.
    ("For the B200, 900 GB/s is the scale-up bandwidth and 50 GB/s the scale-out bandwidth.", "900 GB/s", YES),
    ("For the B200, 50 GB/s is the scale-up bandwidth and 900 GB/s the scale-out bandwidth.", "900 GB/s", NO),
    ("Der B200 kommt bei „Bandbreite im Verbund“ auf 50 GB/s, bei „Bandbreite ins Netz“ auf 900 GB/s.", "50 GB/s", NO),
    # What is said behind a list is said of each: capital expenditure of 2025.
    ("Bill for 2025: Amazon $131.8 billion, Meta $69.7 billion, all of it capital expenditure.", "$131.8 billion", YES),
    ("Bill for 2025: Amazon $69.7 billion, Meta $131.8 billion, all of it capital expenditure.", "$131.8 billion", NO),
    # A year later is reckoned from the sentence before: 35.1 and 57.0 billion.
    ("Nvidia had revenue of $35.1 billion in the third quarter of fiscal 2025. A year later it was $57.0 billion.",
     "$57.0 billion", YES),
    ("Nvidia had revenue of $57.0 billion in the third quarter of fiscal 2025. A year later it was $35.1 billion.",
     "$35.1 billion", NO | OPEN),
    # Each deal with the firms of its clause: 38 billion of Amazon, 300 of Oracle.
    ("Für 38 Milliarden Dollar mietet OpenAI bei Amazon, mit Oracle hat OpenAI einen Vertrag über 300 Milliarden Dollar.",
     "300 Milliarden Dollar", YES),
    ("Für 300 Milliarden Dollar mietet OpenAI bei Amazon, mit Oracle hat OpenAI einen Vertrag über 38 Milliarden Dollar.",
     "38 Milliarden Dollar", NO),
    # The price of an hour, told before it or for another chip: 3.30 and 2.10 on three-year contracts of April 2026.
    ("By the three-year contract prices of April 2026, an hour on a GB200 costs $3.30, on an MI355X $2.10.", "$2.10", YES),
    ("By the three-year contract prices of April 2026, an hour on a GB200 costs $2.10, on an MI355X $3.30.", "$3.30", NO),
    # Input and output: 1.25 and 10 dollars.
    ("GPT-5 kostet 1,25 Dollar je Million Eingabe-Token.", "1,25 Dollar", YES),
    ("GPT-5 kostet 10 Dollar je Million Eingabe-Token.", "10 Dollar", NO),
    # A share that falls to a name; the noun of the last one of a list.
    ("Von der CoWoS-Nachfrage entfallen 2025 rund 63 Prozent auf Nvidia, 13 Prozent auf Broadcom.", "13 Prozent", YES),
    ("Kimi K2 kommt auf 314 Milliarden, Grok-1 auf eine Billion Parameter.", "314 Milliarden", NO),
    # Korea is South Korea, and North Korea is not: 625 TWh in 2025.
    ("In 2025 Korea generated 625 TWh of electricity.", "625 TWh", YES),
    ("In 2025 North Korea generated 625 TWh of electricity.", "625 TWh", OPEN),
    # What was put into a firm in 2023 was not in 2026.
    ("Microsoft hat 2026 zehn Milliarden Dollar in OpenAI gesteckt.", "zehn Milliarden Dollar", NO),
    # Lines of a list take what and when from their heading: 54.2 and 30.1 billion.
    ("Investitionen im zweiten Quartal 2026\n\n- Amazon: 54,2 Mrd. Dollar\n- Meta: 30,1 Mrd. Dollar", "30,1 Mrd.", YES),
    ("Investitionen im zweiten Quartal 2026\n\n- Amazon: 30,1 Mrd. Dollar\n- Meta: 54,2 Mrd. Dollar", "54,2 Mrd.", NO),
    # A weight for a kilowatt-hour that is told before it: 670 grams in India in 2025.
    ("A kilowatt-hour from India's grid carried 670 grams of CO2 in 2025.", "670 grams", YES),
    # Which year stands before its number: 72.2, 39.2 and 28.1 billion with finance leases.
    ("Mit Finanzierungsleasing lagen Metas Investitionen 2024 bei 39,2 Milliarden Dollar und 2023 nur 28,1.", "39,2", YES),
    # What goes without saying in the next clause.
    ("Im Jahr 2024 verbrauchten Rechenzentren weltweit 415 TWh Strom, 2030 sollen es 945 TWh sein.", "945 TWh", YES),
    # A size says nothing of what is counted.
    ("DeepSeek-V3's training tokens stood at 14.8 trillion.", "14.8 trillion", YES),
    ("Das DeepSeek-Modell V3 wurde auf 2048 H800s trainiert.", "2048", YES),
    # A fraction is a share: 20 % of firms in 2025.
    ("One fifth of EU enterprises with ten or more employees used AI in 2025.", "One fifth", YES),
    # A unit behind a figure makes it no part of the name; a present passive looks not ahead.
    ("Die Bandbreite im Verbund von NVIDIA H100 SXM 450 GB/s.", "450 GB/s", YES),
    ("Südkorea (Bruttoinlandsprodukt: 1,818 Billionen Dollar im Jahr 2021) wird oft genannt.", "1,818", YES),
    # A deal is no revenue of a year: 250 billion.
    ("OpenAI unterschrieb bei Microsoft einen Vertrag über 25 Milliarden Dollar.", "25 Milliarden", {"contradicted"}),
    # Told of the day it was made, a deal is right whatever became of it.
    ("Nvidia said in September 2025 it would invest up to $100 billion in OpenAI.", "$100 billion", YES),
    # The words of one number do not say what the next one counts.
    ("INTELLECT-1 was trained on one trillion tokens with 112 GPUs.", "one trillion", YES),
    ("Die Zahl der Nutzer generativer KI in China stieg laut CNNIC auf 602 Millionen Ende 2025.", "602 Millionen", YES),
    ("Qwen3 235B activates 22 billion of its 235 billion parameters.", "235 billion p", {"supported", "unverifiable"}),
    # 131.8 / 83.0 - 1 = 0.59
    ("Amazon's capital expenditures jumped from $83 billion in 2024 to $131.8 billion in 2025, an increase of 159 percent.",
     "159", {"contradicted"}),
    # A multiple of what was told before: 10,087 / 496 = 20.3; 192 / 80 = 2.4.
    ("Deutschland erzeugte 2024 knapp 500 TWh Strom, China etwa das Zwanzigfache.", "das Zwanzigfache", YES),
    ("Mit 192 Gigabyte fasst AMDs MI300X mehr als doppelt so viel wie der H100.", "doppelt", YES),
    ("Deutschland erzeugte 2024 knapp 500 TWh Strom, China etwa das Fünffache.", "das Fünffache", NO),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "wanted"), CASES)
def test_what_belongs_to_which_number(text: str, span: str, wanted: set[str]) -> None:
    assert told(text, span) in wanted


RANKS = [
    # 2025: China 10,583 TWh, USA 4,520, India 2,082.
    ("China is the world's largest electricity producer.", "largest", YES),
    ("Indien ist der drittgrößte Stromerzeuger der Welt.", "drittgrößte", YES),
    ("Deutschland ist weltweit der zweitgrößte Stromproduzent.", "zweitgrößte", NO),
    ("Germany generates the most electricity of all countries.", "most", NO),
    ("Amazon hatte 2025 die höchsten Investitionen.", "höchsten", YES),
]


@pytest.mark.parametrize(("text", "span", "wanted"), RANKS)
def test_ranks_are_told_by_all_that_are_known(text: str, span: str, wanted: set[str]) -> None:
    assert told(text, span) in wanted


@pytest.mark.parametrize(
    "text", ["It is the largest deal in history.", "Es war einer der größten Stromerzeuger, hieß es.",
             "Europe's largest electricity producer is Germany."],
)  # fmt: skip
def test_a_superlative_that_cannot_be_ranked_is_no_number(text: str) -> None:
    assert not reader().read(text, "-", DAY).quantities
