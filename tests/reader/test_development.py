"""The development articles: annotated before the reader was tuned on them, so the marks here are floors, not proof."""

from __future__ import annotations

from typing import cast

import pytest
from development import documents, score


@pytest.mark.parametrize("lang", ["de", "en"])
def test_score(lang: str) -> None:
    got = score(lang)
    n = {key: cast(int, value) for key, value in got.items() if isinstance(value, int)}
    assert n["numbers_found"] >= 0.97 * n["numbers"], got["misses"]
    assert n["numbers_right"] >= 0.95 * n["numbers"], got["misses"]
    assert n["dates_right"] >= 0.95 * n["dates"], got["misses"]
    assert n["spurious"] <= 0.03 * (n["numbers"] + n["dates"]), got["misses"]
    assert n["false_caught"] >= 0.8 * n["false_claims"], got["misses"]
    assert n.get("true_contradicted", 0) == 0, got["misses"]


def test_offsets_are_code_points() -> None:
    for _, document, _ in documents():
        for quantity in document.quantities:
            assert document.text[quantity.start : quantity.end] == quantity.text


def test_at_least_twelve_articles() -> None:
    names = [name for name, _, _ in documents()]
    assert len([n for n in names if n.startswith("de")]) >= 6
    assert len([n for n in names if n.startswith("en")]) >= 6
