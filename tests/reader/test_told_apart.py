"""What a number is told of, told apart: number formats, payer and payee, parts, what is left out, reckoned times."""

from __future__ import annotations

from functools import cache

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

CASES = [
    # The base: H20 148 TFLOP/s in 16 bits, 296 in 8 bits (INT8).
    ("en", "In FP8, the H20 manages 148 teraflops.", "148", "other"),
    ("de", "In 8-Bit-Genauigkeit erreicht der H20 148 Teraflops.", "148", "other"),
    ("en", "The H20 delivers 148 teraflops at 16 bits and 296 teraflops in INT8.", "296", "supported"),
    # Trillium: 918 TFLOP/s in 16 bits, 1,836 in INT8; format and number told in step.
    ("en", "Google's Trillium delivers 918 teraflops in bf16 and 1,836 TOPS in int8.", "1,836", "supported"),
    ("en", "Google's Trillium delivers 1,836 TOPS in bf16 and 918 teraflops in int8.", "1,836", "other"),
    # OpenAI pays Oracle 300 billion USD, not the other way round.
    ("en", "OpenAI will pay Oracle $300 billion for cloud capacity.", "$300", "supported"),
    ("en", "Oracle will pay OpenAI $300 billion for cloud capacity.", "$300", "contradicted"),
    # A unit left out: B200 1,000 W, MI355X 1,400 W.
    ("en", "AMD's MI355X draws 1,400 watts, while Nvidia's B200 makes do with 1,000.", "1,000", "supported"),
    # A quantity left out, thrice: HBM shares 62, 21 and 17 percent.
    (
        "de",
        "SK Hynix hielt im zweiten Quartal 2025 62 Prozent am HBM-Markt, Micron 21 Prozent und Samsung 17 Prozent.",
        "17 Prozent",
        "supported",
    ),
    # A part: 37 of 671 billion parameters.
    ("en", "DeepSeek-V3 has 671 billion parameters, of which 37 billion are active.", "37 billion", "supported"),
    ("en", "DeepSeek-V3 has 37 billion parameters, of which 671 billion are active.", "671 billion", "contradicted"),
    # A time reckoned: 455 billion USD in August 2025, 523 in November.
    (
        "en",
        "Oracle's backlog reached $455 billion at the end of August 2025 and $523 billion three months later.",
        "$523",
        "supported",
    ),
    # A narrower word than the quantity is not judged by the whole.
    ("en", "Microsoft's gaming revenue was $5.5 billion in the quarter to September 2025.", "$5.5", "unverifiable"),
    ("de", "Alphabets Werbeerlöse betrugen im dritten Quartal 2025 74 Milliarden Dollar.", "74", "unverifiable"),
    # One claim, two numbers: only the one at the name is of it. IDC: Huawei 812,000, T-Head 265,000 cards in 2025.
    (
        "en",
        "IDC counted 812,000 Huawei cards shipped in China in 2025 and 265,000 from T-Head, Alibaba's chip arm.",
        "265,000",
        "unverifiable",
    ),
    (
        "en",
        "IDC counted 265,000 Huawei cards shipped in China in 2025 and 812,000 from T-Head, Alibaba's chip arm.",
        "812,000",
        "unverifiable",
    ),
    # H20 148, H100 989 TFLOP/s.
    (
        "de",
        "Der H20 erreicht in BF16 nur 989 Teraflops. Beim H100 SXM sind es dicht 148 Teraflops.",
        "148",
        "contradicted",
    ),
    # Nusajaya 336 MW; Oracle's site on Batam 94 MW.
    (
        "en",
        "DayOne's Nusajaya campus had reached 94 MW by January 2026; Oracle's site on Batam was at 336 MW.",
        "336",
        "contradicted",
    ),
    # Named only to be left out: the base has 102 TWh for China in 2024.
    ("en", "In 2024 data centers used 48 TWh in the Asia-Pacific region outside China.", "48 TWh", "unverifiable"),
    # The sum of two firms is of neither (91.4 and 131.8 billion USD).
    ("en", "Between them, Amazon and Google spent $223 billion on capex in 2025.", "$223", "unverifiable"),
]


@cache
def reader() -> Reader:
    return Reader(load())


@pytest.mark.parametrize(("lang", "text", "span", "wanted"), CASES)
def test_told_apart(lang: str, text: str, span: str, wanted: str) -> None:
    document = reader().read(text, "-", None, "de" if lang == "de" else "en")
    at = text.index(span)
    got = [
        verdict for quantity, verdict in zip(document.quantities, document.verdicts, strict=True)
        if quantity.start < at + len(span) and at < quantity.end and quantity.kind != "date"
    ]  # fmt: skip
    assert [one.verdict for one in got] == [wanted], [(one.reason, one.explanation["en"]) for one in got]


@pytest.mark.parametrize(
    "text",
    [
        "2024 wurden in der EU 2.773 TWh Strom erzeugt und in Indien 2.037 TWh.",
        "In den Atlas 950 SuperPoD sollen 8.192 Chips passen, in dessen Nachfolger 15.488 Chips.",
        "Anfang kommenden Jahres gehen weitere 16.000 Prozessoren in Betrieb.",
        "Jede Woche kommen 1.000 Server hinzu.",
    ],
)
def test_a_short_german_sentence_is_german(text: str) -> None:
    """`in` is a word of both languages; were these English, 2.773 TWh would be less than three."""
    assert reader().read(text).language == "de"
