"""What words mean: what a quantity carries rules others out; what one way to say it holds does not."""

from __future__ import annotations

from datetime import date

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.domains.reader.meanings import Meanings
from rechenmacht.domains.reader.stems import stem
from rechenmacht.evidence.base import Base

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def reader(base: Base) -> Reader:
    return Reader(base)


@pytest.fixture(scope="module")
def meanings(base: Base) -> Meanings:
    return Meanings(base)


def test_a_word_of_one_synonym_is_not_required(meanings: Meanings) -> None:
    # `changes hands for`, `power plants put out`, `weekly active users`: one way to say it among many
    assert stem("changes") in meanings.own["price_street"]
    assert not meanings.required["price_street"]
    assert not meanings.required["electricity_generation"]
    assert not meanings.required["active_users_weekly"]
    assert any(stem("leases") in group for group in meanings.required["capex_incl_leases"])
    assert any(stem("netztechnik") in group for group in meanings.required["networking_revenue_quarter"])


def test_gross_is_not_large(meanings: Meanings) -> None:
    assert meanings.required["electricity_generation_gross"]
    assert meanings.required["eurostat_large_firms_ai"] == meanings.required["btos_large_firms_ai_new_wording"]
    assert len(meanings.required["eurostat_large_firms_ai"]) == 1


def test_words_of_one_stem_are_told_apart(meanings: Meanings) -> None:
    # plants are not planned, networks are no networking gear, the largest customer is no large firm
    assert not meanings.required["interconnection_queue_generation"]
    assert not meanings.required["network_spend_month"]
    assert not meanings.required["customer_share_largest"]
    assert meanings.required["site_power_planned"]


def test_who_counts_is_called_by_other_names_too(meanings: Meanings) -> None:
    assert stem("census") in meanings.definers["btos_firms_ai_new_wording"]
    assert not meanings.definers["sbu_workforce_at_ai_firms"] & meanings.definers["btos_firms_ai_new_wording"]


def test_every_quantity_with_claims_has_synonyms_in_both_languages(base: Base) -> None:
    told = {claim.quantity for claim in base.claims.values()}
    bare = {code for code in told if not base.quantities[code].synonyms_en or not base.quantities[code].synonyms_de}
    assert not bare


TOLD = [
    ("Wind farms with 220 gigawatts were waiting for a grid connection in the United States at the end of 2025.",
     "220 gigawatts", "supported"),
    ("Wind farms with 440 gigawatts were waiting for a grid connection in the United States at the end of 2025.",
     "440 gigawatts", "contradicted"),
    # Two numbers that their own words name apart stay apart.
    ("At the end of 2025, 773 gigawatts of solar and 220 gigawatts of wind power were waiting in the interconnection "
     "queues of the United States.", "220 gigawatts", "supported"),
    # A cut is below zero, as the base has it; what is not yet fulfilled is told, not denied.
    ("Amazon slashed GPU rental prices by up to 44 percent in June 2025.", "44 percent", "supported"),
    ("Oracle saß Ende November 2025 auf noch nicht erfüllten Verträgen über 523 Milliarden Dollar.",
     "523 Milliarden Dollar", "supported"),
    # What a firm takes in with one thing is not its revenue; a maker of machines has other revenue than from these.
    ("Nvidia had taken in $4.6 billion with the chip in the quarter to July 2025.", "$4.6 billion", "unverifiable"),
    ("ASML, Hersteller von Lithografie-Anlagen, setzte 2025 32,7 Milliarden Euro um.", "32,7 Milliarden Euro",
     "supported"),
    # From one date to the next.
    ("Nvidia turned over about $68 billion between November 2025 and January 2026.", "$68 billion", "supported"),
    ("Between 2010 and the end of 2024 Tsinghua University amassed 9,972 AI patents.", "9,972", "contradicted"),
    # What another one cost is only compared with.
    ("Amazon pays $15,000 for a chip, half of what an H100 cost at launch.", "$15,000", "unverifiable"),
    # A growth of a growth is not asked for.
    ("US electricity demand grew 2.6 percent in 2025.", "2.6 percent", "supported"),
    ("After a rise of 2.6 percent in 2025, US power demand will grow 1.8 percent in 2026.", "1.8 percent", "supported"),
    # The large firms are told by how many people work there.
    ("Unter den US-Firmen mit mindestens 250 Beschäftigten nutzten im Mai 2026 laut Census Bureau 37 Prozent KI.",
     "37 Prozent", "supported"),
    ("CoreWeave's biggest client generated 36 percent of its revenue in the second quarter of 2026.", "36 percent",
     "supported"),
    ("Nvidias Anteile an nicht börsennotierten Firmen standen am 26. Juli 2026 mit 47,9 Milliarden Dollar in der "
     "Bilanz.", "47,9 Milliarden Dollar", "supported"),
    ("Nvidias Anteile an nicht börsennotierten Firmen standen am 26. Juli 2026 mit 95,8 Milliarden Dollar in der "
     "Bilanz.", "95,8 Milliarden Dollar", "contradicted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "wanted"), TOLD)
def test_other_words_for_it(reader: Reader, text: str, span: str, wanted: str) -> None:
    document = reader.read(text, "-", DAY)
    at = text.index(span)
    found = [
        one.verdict
        for number, one in zip(document.quantities, document.verdicts, strict=True)
        if number.start < at + len(span) and at < number.end and number.kind != "date"
    ]
    assert found[0] == wanted


@pytest.mark.parametrize("word", ["company", "Firma", "model", "drei", "reach", "insgesamt"])
def test_a_common_word_names_no_quantity_by_itself(meanings: Meanings, word: str) -> None:
    # `company value` had worn down to `company`, since `value` stands in too many names to tell anything.
    alone = frozenset({stem(word.lower())})
    assert not [code for code, phrases in meanings.phrases.items() if alone in phrases]


def test_a_raised_amount_is_not_the_valuation_beside_it(reader: Reader) -> None:
    told = "Die KI-Firma xAI besorgte sich im Mai 2024 sechs Milliarden Dollar bei einer Bewertung von 24 Milliarden."
    assert "contradicted" not in {one.verdict for one in reader.read(told, "-", DAY).verdicts}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Für GPT-4 liefen 25.000 Chips.", "supported"),
        ("Für GPT-4 liefen 50.000 Chips.", "contradicted"),
        ("Training GPT-4 kept 25,000 GPUs busy.", "supported"),
        ("Data centres in the US ate 4.4 per cent of the power in 2023.", "supported"),
        # What is told of a part is not said of the whole.
        ("Der Verkehr in Deutschland zog 2024 12 Terawattstunden aus dem Netz.", "unverifiable"),
        ("Investors poured 30 billion dollars of debt into xAI in 2025.", "unverifiable"),
    ],
)
def test_idioms_of_journalists(reader: Reader, text: str, wanted: str) -> None:
    document = reader.read(text, "-", DAY)
    kinds = {number.id: number.kind for number in document.quantities}
    assert [one.verdict for one in document.verdicts if kinds[one.quantity_id] != "date"] == [wanted]
