"""Deals: whose they are where a role or the sentence before says it, in which direction, and what was known by then."""

from __future__ import annotations

from datetime import date

import pytest
from asked import first_told

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import Base

SPRING = date(2026, 5, 10)
RENTS = "OpenAI mietet in den Rechenzentren von Amazon Rechenleistung. "

TOLD = [
    # Who `der Konzern` is, the sentence does not say; in return, it is the one that was paid.
    (RENTS + "Im Gegenzug beteiligt sich der Konzern mit bis zu 50 Milliarden Dollar.", "50 Milliarden", SPRING,
     "supported"),
    (RENTS + "Im Gegenzug beteiligt sich der Konzern mit bis zu 70 Milliarden Dollar.", "70 Milliarden", SPRING,
     "unverifiable"),
    ("Anthropic mietet bei Microsoft Rechenleistung. Im Gegenzug steckt Nvidia bis zu 10 Milliarden Dollar in das "
     "Start-up.", "10 Milliarden", SPRING, "supported"),
    ("Anthropic mietet bei Microsoft Rechenleistung. Im Gegenzug steckt Nvidia bis zu 7 Milliarden Dollar in das "
     "Start-up.", "7 Milliarden", SPRING, "unverifiable"),
    ("Anthropic rents from Microsoft; in return Microsoft is putting up to $5 billion into the company.",
     "$5 billion", SPRING, "supported"),
    ("Nvidia und OpenAI unterzeichneten im September 2025 eine Absichtserklärung, nach der der Chipkonzern bis zu 100 "
     "Milliarden Dollar investieren wollte.", "100 Milliarden", SPRING, "supported"),
    ("Anthropic rents from Microsoft; in return Microsoft is ready to add up to $5 billion of equity.", "$5 billion",
     SPRING, "supported"),
    # The time that opens a sentence is that of all of it.
    ("In April 2026 Anthropic signed up for Amazon's cloud; Amazon in turn put $5 billion into the company.",
     "$5 billion", SPRING, "supported"),
    # A relative clause is on the firm before it.
    ("Microsoft signed a contract with IREN, which in turn orders equipment for $5.8 billion from Dell.",
     "$5.8 billion", SPRING, "supported"),
    ("Oracle wird von OpenAI 300 Milliarden Dollar bekommen und kauft dafür bei Nvidia ein.", "300 Milliarden",
     SPRING, "supported"),
    # What is made later is not known; what is told of a month is no sum of years.
    ("OpenAI has ordered computing power from Cerebras for $20 billion.", "$20 billion", date(2026, 2, 1),
     "contradicted"),
    ("OpenAI has ordered computing power from Cerebras for $20 billion.", "$20 billion", SPRING, "supported"),
    ("Amazon put $8 billion into Anthropic in March 2024.", "$8 billion", SPRING, "unverifiable"),
    ("By November 2024 Amazon had put $8 billion into Anthropic altogether.", "$8 billion", SPRING, "supported"),
    # One more beside others is no sum, nor is what is paid to two of whom only one is named.
    ("Amazon is putting another $8 billion into Anthropic.", "$8 billion", date(2024, 11, 25), "contradicted"),
    ("Marvell will Lumentum kaufen. Im März 2026 hatte Nvidia dort für 4 Milliarden Dollar Aktien gekauft.",
     "4 Milliarden", SPRING, "unverifiable"),
    # The amounts of two deals, changed for one another.
    ("Meta signed a $14.2 billion contract with CoreWeave in September 2025 and added $21 billion in April 2026.",
     "$14.2 billion", SPRING, "supported"),
    ("Meta signed a $21 billion contract with CoreWeave last September.", "$21 billion", SPRING, "other"),
    ("OpenAI kauft auf Jahre im Voraus: 38 Milliarden Dollar hat das Unternehmen Oracle zugesagt, 300 Milliarden Amazon.",
     "38 Milliarden", SPRING, "unverifiable"),
    ("OpenAI kauft auf Jahre im Voraus: 300 Milliarden Dollar hat das Unternehmen Oracle zugesagt, 38 Milliarden Dollar Amazon.",
     "38 Milliarden", SPRING, "supported"),
    # What two invest together, and what is borrowed for another, is no deal of the two.
    ("Nvidia and Microsoft invest up to $15 billion in Anthropic together.", "$15 billion", SPRING, "unverifiable"),
    ("Oracle is borrowing $25 billion to build data centres for OpenAI, and buys from Nvidia.", "$25 billion", SPRING,
     "unverifiable"),
    ("Microsoft, which put $13 billion into OpenAI, will pay Nebius $17.4 billion.", "$17.4 billion", SPRING,
     "supported"),
    # What is firm of an amount, and what goes on to somebody else.
    ("Amazon steckt bis zu 50 Milliarden Dollar in OpenAI, von denen 15 Milliarden fest zugesagt sind.",
     "15 Milliarden", SPRING, "supported"),
    ("Amazon steckt bis zu 50 Milliarden Dollar in OpenAI, von denen 35 Milliarden fest zugesagt sind.",
     "35 Milliarden", SPRING, "contradicted"),
    ("Amazon steckt bis zu 50 Milliarden Dollar in OpenAI, von denen 22 Milliarden fest zugesagt sind.",
     "22 Milliarden", SPRING, "unverifiable"),
    ("Microsoft will pay IREN $9.7 billion, and $5.8 billion of that goes to Dell.", "$5.8 billion", SPRING,
     "supported"),
    # Who signs for a site, and lenders without a name.
    ("JPMorgan lent $9.6 billion for the data centre in Abilene, Texas.", "$9.6 billion", SPRING, "supported"),
    ("JPMorgan lent $7.1 billion for the data centre in Abilene, Texas.", "$7.1 billion", SPRING, "unverifiable"),
    ("Oracle sold bonds of $18 billion in September 2025.", "$18 billion", SPRING, "supported"),
    # What is put into another firm is no capital expenditure of it.
    ("Nvidia backs young cloud firms, investing $20 billion in CoreWeave in January 2026.", "$20 billion", SPRING,
     "contradicted"),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(base: Base) -> Reader:
    return Reader(base)


@pytest.mark.parametrize(("text", "span", "day", "wanted"), TOLD)
def test_deals(reader: Reader, text: str, span: str, day: date, wanted: str) -> None:
    assert first_told(reader, text, span, day) == [wanted]
