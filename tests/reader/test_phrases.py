"""The grammar on sentences as journalists write them."""

from __future__ import annotations

from datetime import date

import pytest
from phrases import PHRASES
from phrases_in_articles import IN_ARTICLES

from rechenmacht.domains.reader import tokens
from rechenmacht.domains.reader.grammar import Grammar
from rechenmacht.domains.reader.model import Quantity

ALL = [*PHRASES, *IN_ARTICLES]


def found(sentence: str, lang: str) -> list[Quantity]:
    return Grammar(tokens.read(sentence, lang), date(2025, 11, 20)).all()  # type: ignore[arg-type]


@pytest.mark.parametrize(("lang", "sentence", "wanted"), ALL, ids=[row[1][:40] for row in ALL])
def test_phrase(lang: str, sentence: str, wanted: list[tuple[str, object, object, str]]) -> None:
    got = found(sentence, lang)
    assert [(q.text, q.unit) for q in got] == [(span, unit) for span, _, _, unit in wanted]
    for quantity, (_, low, high, _) in zip(got, wanted, strict=True):
        for value, expected in ((quantity.low, low), (quantity.high, high)):
            if isinstance(expected, int | float):
                assert value == pytest.approx(expected)
            else:
                assert value == expected
