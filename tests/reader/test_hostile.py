"""Hostile text: read to its end without error; time is measured in bench/reader.py, not here."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

PIECES = ["1", "1.", "1,234", "-", "a-", "million ", "17 ", "$5bn ", "2024 ", "im Jahr 2024 kostete der H100 rund 30.000 Dollar und ", "([{", '"', "half a ",
          "zwei und drei oder vier bis fünf ", "laut Nvidia sagte ", "a@b.", "²½", "١٢٣", "\u202e", "1/", "31.12.", "'", "ein ", "%", "von 5 auf ", "Q9 ", "FY", "1e9"]  # fmt: skip


@cache
def reader() -> Reader:
    return Reader(load())


@pytest.mark.parametrize("piece", PIECES)
def test_repeated(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    for quantity in reader().read(text).quantities:
        assert text[quantity.start : quantity.end] == quantity.text


WORDS = st.sampled_from(
    [
        *PIECES,
        "Milliarden",
        "Prozent",
        "Gigawatt",
        "bis",
        "seit",
        "Mitte",
        "September",
        "Nvidia",
        "CloudMatrix 384",
        "Chips",
        "zehnmal",
        "than",
        "from",
        "to",
        "the",
        "Uhr",
        "Nr.",
        "€",
        "\n",
        ". ",
        " ",
    ]
)


def test_a_sentence_that_runs_on_behind_the_first_lines() -> None:
    text = "In 2024 the agency put demand at 415 TWh. It said that it sees 580 " + "of them and that " * 40
    assert [quantity.low for quantity in reader().read(text).quantities][1:] == [415e12, 580]


@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    document = reader().read(text)
    assert len(document.verdicts) == len(document.quantities)
    for quantity in document.quantities:
        assert document.text[quantity.start : quantity.end] == quantity.text
        assert quantity.low is not None or quantity.high is not None or quantity.kind == "date"
        if isinstance(quantity.low, int | float) and isinstance(quantity.high, int | float):
            assert quantity.low <= quantity.high
