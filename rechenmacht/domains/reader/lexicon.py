"""Words of number in German and English, from lists/lexicon.toml: cardinals, magnitudes, fractions, hedges."""

from __future__ import annotations

from functools import lru_cache

from rechenmacht.domains.reader.words import stems, table, words

_LISTS = table("lexicon")


def _parts(name: str) -> dict[str, float]:
    """Return a table of fractions, which are written as such (`1/3`)."""
    rows = {word: part.split("/") for word, part in _LISTS[name].items()}
    return {word: int(above) / int(below) for word, (above, below) in rows.items()}


def _ranges(name: str) -> dict[str, tuple[float, float]]:
    """Return a table of vague numbers, each from where to where it reaches."""
    return {word: (float(low), float(high)) for word, (low, high) in _LISTS[name].items()}


_DE_ONES: dict[str, int] = _LISTS["de_ones"]
_DE_TENS: dict[str, int] = _LISTS["de_tens"]
_DE_HALF: dict[str, float] = _LISTS["de_half"]
_DE_START = tuple(_LISTS["start"].split())
DE_ARTICLES = words("lexicon.articles")
EN_CARDINALS: dict[str, int] = {**_LISTS["en_ones"], **_LISTS["en_tens"]}
DE_MAGNITUDE: dict[str, float] = _LISTS["de_magnitude"]
EN_MAGNITUDE: dict[str, float] = _LISTS["en_magnitude"]
EN_ONLY = words("lexicon.english_only")
GLUED_MAGNITUDE: dict[str, float] = _LISTS["glued_magnitude"]
DE_FRACTION, EN_FRACTION, SIGNS = _parts("de_fraction"), _parts("en_fraction"), _parts("signs")
DE_ORDINAL: dict[str, int] = _LISTS["de_ordinal"]
EN_ORDINAL: dict[str, int] = _LISTS["en_ordinal"]
VAGUE, VAGUE_PLURAL_DE, VAGUE_HEAD = _ranges("vague"), _ranges("vague_plural_de"), _ranges("vague_head")
HEDGE_WORDS: dict[str, str] = _LISTS["hedge_words"]
HEDGE_PHRASES = tuple((tuple(phrase.split()), hedge) for phrase, hedge in _LISTS["hedge_phrases"].items())
"""Phrases that bound a number, each as its words; they are read backwards from the number."""


def _below_hundred(word: str) -> int | None:
    for rows in (_DE_ONES, _DE_TENS):
        if word in rows:
            return rows[word]
    head, joined, tens = word.rpartition("und")
    if joined and tens in _DE_TENS and head in _DE_ONES and 0 < _DE_ONES[head] < 10:
        return _DE_TENS[tens] + _DE_ONES[head]
    return None


def _below_thousand(word: str) -> int | None:
    small = _below_hundred(word)
    if small is not None:
        return small
    head, joined, tail = word.partition("hundert")
    if not joined:
        return None
    hundreds = 1 if not head else _below_hundred(head)
    rest = 0 if not tail else _below_hundred(tail.removeprefix("und"))
    return None if hundreds is None or rest is None or hundreds > 19 else hundreds * 100 + rest


@lru_cache(maxsize=4096)
def german_cardinal(word: str) -> float | None:
    """Return the value of a German number word in lower case (`zweihundertfünfzigtausend`), or None."""
    if not word.startswith(_DE_START) or len(word) > 70:
        return None
    if word in _DE_HALF:
        return _DE_HALF[word]
    small = _below_thousand(word)
    if small is not None:
        return float(small)
    head, joined, tail = word.partition("tausend")
    if not joined:
        return None
    thousands = 1 if not head else _below_thousand(head)
    rest = 0 if not tail else _below_thousand(tail.removeprefix("und"))
    return None if thousands is None or rest is None else float(thousands * 1000 + rest)


@lru_cache(maxsize=4096)
def small_count(word: str) -> float | None:
    """Return a count below a hundred in figures, or one in an English or German word: `3`, `three`, `zwölf`."""
    if word.isdigit():
        return float(word) if len(word) < 3 else None
    return EN_CARDINALS.get(word) or german_cardinal(word)


def german_ordinal(word: str) -> int | None:
    """Return the number of a German ordinal in lower case (`dritten`, `fünfundzwanzigste`), or None."""
    stem = word
    for ending in stems("grammar.numbers.ordinal_ends"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            break
    if stem in DE_ORDINAL:
        return DE_ORDINAL[stem]
    for ending in stems("grammar.numbers.ordinal_marks"):
        if stem.endswith(ending):
            value = german_cardinal(stem[: -len(ending)])
            if value is not None and value >= 1:
                return int(value)
    return None
