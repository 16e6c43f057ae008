"""Words brought to a common form: inflection cut off in German and English, compounds taken apart by a vocabulary.

A light stemmer of our own (decisions/0050).
"""

from __future__ import annotations

from functools import lru_cache

from rechenmacht.domains.reader.words import stems, table, words

_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "’": "'", "‑": "-"})
_LEAST = 4
_SHORTEST = 3  # letters of a word at the head of a compound
# Longest first; what is left must keep four letters.
_ENDINGS = sorted(
    stems("grammar.stems.endings"),
    key=lambda ending: (-len(ending), ending),
)


@lru_cache(maxsize=65536)
def stem(low: str) -> str:
    """Return the stem of a word in lower case (`verbrauchte`, `Verbrauch` -> `verbrauch`; `produced` -> `produc`)."""
    word = low.translate(_PLAIN).removesuffix("'s").removesuffix("'")
    if len(word) > 7 and word.startswith("ge") and word.endswith(stems("grammar.stems.participle_ends")):
        word = word[2:]  # geliefert, geschmuggelten
    for _ in range(2):
        cut = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _LEAST), None)
        if cut is None:
            break
        word = word[: -len(cut)]
    return word


@lru_cache(maxsize=65536)
def spelled(low: str) -> tuple[str, ...]:
    """Return the words that a word stands for in the index (`datacenter` -> data, center)."""
    return tuple(table("judging")["same"].get(low, low).split())


@lru_cache(maxsize=65536)
def _may_begin(before: str) -> bool:
    """Whether what stands before a part of a compound is a word or prefix, not `re` of recently, `ma` of machines."""
    known = words("grammar.stems.prefixes") if len(before) < _SHORTEST else words("grammar.stems.no_words")
    return not before or (before in known) == (len(before) < _SHORTEST)


class Vocabulary:
    """The stems that an index knows; takes compounds apart into them."""

    def __init__(self, known: frozenset[str]) -> None:
        """Order the stems that can be part of a compound by their first letters."""
        self.known = known
        self.heads: dict[str, list[str]] = {}
        for one in sorted(known):
            if len(one) >= _LEAST:
                self.heads.setdefault(one[:_LEAST], []).append(one)
        self.of = lru_cache(maxsize=65536)(self._of)

    def _of(self, low: str) -> tuple[str, ...]:
        """Return the known stems in a word: its own, and the parts of a compound of eight letters and more."""
        found = [one for word in spelled(low) if (one := stem(word)) in self.known]
        word = low.translate(_PLAIN)
        if len(word) >= 8:
            for place in range(len(word) - _LEAST + 1):
                if not _may_begin(word[:place]):
                    continue
                for part in self.heads.get(word[place : place + _LEAST], ()):
                    edge = place == 0 or len(part) >= 6 or place + len(part) >= len(word) - 3
                    if edge and word.startswith(part, place) and part not in found:
                        found.append(part)
        return tuple(found)
