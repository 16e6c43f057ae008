"""Word lists: those beside the code add to those of the fact base, and do not count to its checksum."""

from __future__ import annotations

import pytest

from rechenmacht.domains.reader import lexicon
from rechenmacht.domains.reader.words import stems, table, words
from rechenmacht.evidence.base import SHIPPED


def test_lists_of_one_name_are_one() -> None:
    paid = words("judging.deal.paid")
    assert {"receives", "won"} <= paid  # one of data/reader/judging.toml, one of lists/judging.toml
    assert len(table("judging")["period"]["year_earlier"]) > len({"a year ago", "a year before"})
    assert {"a year ago", "a year before"} <= set(table("judging")["period"]["year_earlier"])


def test_a_list_that_is_missing_is_told() -> None:
    with pytest.raises(KeyError):
        words("judging.no_such_list")


def test_words_of_the_language_are_no_facts() -> None:
    assert "vertrag" in stems("bounds.about")
    assert not (SHIPPED / "reader" / "bounds.toml").exists()


def test_fractions_are_what_they_say() -> None:
    assert lexicon.DE_FRACTION["drittel"] == 1 / 3
    assert lexicon.SIGNS["¾"] == 3 / 4
    assert lexicon.DE_FRACTION["millionstel"] == 1e-6
    assert lexicon.HEDGE_PHRASES[0] == (("not", "more", "than"), "up_to")
