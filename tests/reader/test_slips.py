"""A number that is a known one but for a slip is told as that, of what the words rank first; the words alone choose."""

from __future__ import annotations

from datetime import date

import pytest

from rechenmacht.domains.reader import Reader
from rechenmacht.domains.reader.checks.slips import edited, slip
from rechenmacht.evidence.base import Base

ORACLE = (
    "Oracle baut\n\nDer Mietvertrag mit JPMorgan gilt für 15 Jahre.\n\nKonzernchefin Safra Catz präsentierte am Dienstag "
    "einen Auftragsbestand von {} Milliarden Dollar."
)
ABILENE = "Am weitesten ist Abilene. Für die Bestückung gibt Oracle nach einem Bericht {} Dollar bei Nvidia aus."
TOLD = [
    # The first figure of 455 is another one; what is near to nothing that is known stays open.
    (ORACLE.format(255), "255 Milliarden", date(2025, 9, 10), "contradicted", "figures"),
    (ORACLE.format(268), "268 Milliarden", date(2025, 9, 10), "unverifiable", None),
    # 425 MW with the point moved, of `the site` told before; 3.1 GW has no figures of any claim.
    ("Colossus 1 opened in Memphis. The site now draws 4.25 gigawatts.", "4.25 gigawatts", date(2026, 4, 1),
     "contradicted", None),
    # A deal of 40 billion, told in millions; 70 million are of something else.
    (ABILENE.format("40 Millionen"), "40 Millionen", date(2025, 9, 10), "contradicted", "deal_slip"),
    (ABILENE.format("70 Millionen"), "70 Millionen", date(2025, 9, 10), "unverifiable", None),
    # The sentence before tells of a deal, and the month says which: 21 billion.
    ("CoreWeave rents out chips.\n\nOpenAI has signed agreements with CoreWeave for $22.4bn. Meta followed with $14.2bn "
     "in September 2025 and, in April 2026, with $2.1bn more.", "$2.1bn", date(2026, 8, 1), "contradicted", "deal_slip"),
    # GB/s for TB/s: one letter, and one figure is enough.
    ("Der MI355X hat 288 GB Speicher, angebunden mit 8 GB/s.", "8 GB/s", date(2026, 1, 1), "contradicted", None),
    # Other words name another quantity, whose value it may be.
    ("Oracle baut\n\nKonzernchefin Safra Catz kaufte am Dienstag Büros für 255 Milliarden Dollar.", "255 Milliarden",
     date(2025, 9, 10), "unverifiable", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def read(base: Base) -> Reader:
    """Return the reader, built once."""
    return Reader(base)


@pytest.mark.parametrize(("text", "span", "day", "verdict", "reason"), TOLD)
def test_a_slip_settles_what_the_words_rank_first(
    read: Reader, text: str, span: str, day: date, verdict: str, reason: str | None
) -> None:
    document = read.read(text, "-", day, None)
    rows = zip(document.quantities, document.verdicts, strict=True)
    told = next(one for quantity, one in rows if span in quantity.text)
    assert (told.verdict, told.reason if reason else None) == (verdict, reason)


@pytest.mark.parametrize(
    ("written", "value", "is_slip"),
    [
        ((12.2e9, "122"), 21.2e9, True),  # two figures swapped
        ((18.2e9, "182"), 8.187e9, True),  # one too many; 8.187 is written 8.2
        ((1.56e12, "156"), 15.6e12, True),  # the point
        ((26e6, "26"), 25.97e9, True),  # the word of size
        ((3.08e6, "308"), 30.84e6, True),  # the point, in fewer figures
        ((57.2e9, "572"), 49.0e9, False),
        ((867e3, "867000"), 687_216.0, True),  # swapped, in the three figures that are written
        ((20e9, "20"), 90e9, False),  # one figure alone may be any
    ],
)
def test_slips(written: tuple[float, str], value: float, is_slip: bool) -> None:
    assert slip(written, value, 1.0, plainly=True) is is_slip


def test_figures_that_may_have_been_meant() -> None:
    assert edited("36", 2) == {"63"}
    # One changed (455, 250), two next to one another swapped (525), two apart (552), one left out (25), one too few (2155)
    assert {"455", "250", "525", "552", "25", "2155"} <= edited("255", 3)
    assert "255" not in edited("255", 3)
