"""Errors raised in English without a key, said in another language by the pairs of `locales/said.<code>.toml`.

A sentence is matched as a whole, after what stands before it ("file row 3: ...") and what is proposed after it
("; did you mean a?") are taken off; among the pairs that fit, the one with the most letters of its own is taken. What
its slots hold is worded in the same way, but for quotations. Nothing is read or compiled before the first error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from rechenmacht.errors import BadInput, Names
from rechenmacht.faces.language import LOCALES, Language, language

_SLOT = re.compile(r"\{(\w+)(?::(\w))?\}")
_FORMS = {"d": r"\d+", "w": r"\S+", None: r".+?"}
_TAIL = re.compile(r"(.*?)(; did you mean (.+?)\?)?(; known: (.+))?", re.DOTALL)
_LAST = re.compile(r": (\{\w+\})$")
_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
WORDED = "worded"
"""The key of an error whose text is in the language of its reader already."""
_DEEPEST = 6  # messages inside messages
_OWN = frozenset({"given", "name", "text", "value"})
"""Values of keyed errors that hold what a user wrote."""


@dataclass(frozen=True)
class Pair:
    """An English sentence with slots, and the same in the other language."""

    english: str
    told: str

    @cached_property
    def letters(self) -> str:
        """What the sentence holds besides its slots, in lower case."""
        return _SLOT.sub("", self.english).lower()

    @cached_property
    def anchor(self) -> str:
        """The longest piece between slots, without which no sentence fits."""
        return max(_SLOT.sub("\0", self.english).lower().split("\0"), key=len)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The sentence as an expression with a group for each slot."""
        found, end = "", 0
        for slot in _SLOT.finditer(self.english):
            found += re.escape(self.english[end : slot.start()]) + f"(?P<{slot[1]}>{_FORMS[slot[2]]})"
            end = slot.end()
        return re.compile(found + re.escape(self.english[end:]), re.IGNORECASE | re.DOTALL)


@cache
def pairs(code: str) -> tuple[Pair, ...]:
    """Return the pairs of a language, those with most letters of their own first; English has none."""
    path = LOCALES / f"said.{code}.toml"
    if not path.exists():
        return ()
    groups = tomllib.loads(path.read_text(encoding="utf-8")).values()
    found = [Pair(english, told) for group in groups for english, told in group.items()]
    known = {_SLOT.sub("{}", one.english) for one in found}
    for one in tuple(found):  # what stands before a colon, for a message inside that fits a pair of its own
        last = _LAST.search(one.english)
        before = one.english[: last.start()] if last else ""
        if last and one.told.endswith(f": {last[1]}") and _SLOT.sub("{}", before) not in known | {"{}"}:
            found.append(Pair(before, one.told.removesuffix(f": {last[1]}")))
    return tuple(sorted(found, key=lambda one: -len(one.letters)))


@cache
def _quoting(code: str) -> dict[str, tuple[Pair, ...]]:
    """Return by its first words what quotes a message of others, with all pairs that begin so."""
    firsts = {one.english.partition("{")[0] for one in pairs(code) if ":q}" in one.told} - {""}
    return {first: tuple(one for one in pairs(code) if one.english.startswith(first)) for first in firsts}


def said(sentence: str, code: str, depth: int = 0) -> str:
    """Return a sentence of an error in a language, or as it is where no pair fits."""
    text = " ".join(sentence.split())
    if code == "en" or depth > _DEEPEST or not text or _quoted(text):
        return sentence
    tail = _TAIL.fullmatch(text)
    assert tail is not None  # noqa: S101 - it fits every text
    body, near, known = tail[1], tail[3], tail[5]
    found = _worded(body, code, depth)
    shown = sentence if found is None else found
    if near is None and known is None:
        return shown
    words = language(code)
    shown = body if found is None else found
    shown = shown.rstrip(".") + (words.text("error.nearest", names=near) if near else "")
    return shown + (words.text("error.among", names=said(known, code, depth + 1)) if known else "")


def _worded(text: str, code: str, depth: int) -> str | None:
    """Return a text without tail in a language, or None where neither it nor a part of it is known."""
    lowered = text.lower()
    quoting = next((found for first, found in _quoting(code).items() if text.startswith(first)), None)
    starts = [0] if quoting else [*reversed([match.end() for match in re.finditer(r": ", text)]), 0]
    for pair in quoting or pairs(code):
        if pair.anchor not in lowered:
            continue
        fits = ((at, fit) for at in starts if (fit := pair.pattern.fullmatch(text, at)))
        at, match = next(fits, (0, None))
        if match is not None:
            told = filled(pair.told, match.groupdict(), code, depth)
            if text[at].isupper() and pair.english[0].islower():
                told = told[:1].upper() + told[1:]
            return f"{said(text[: at - 2], code, depth + 1)}: {told}" if at else told
    return _apart(text, code, depth)


def _apart(text: str, code: str, depth: int) -> str | None:
    """Return a text of which only what stands before a colon is known."""
    for match in re.finditer(r": ", text):
        before = text[: match.start()]
        told = said(before, code, depth + 1)
        if told != before:
            return f"{told}: {text[match.end() :]}"
    return None


def filled(template: str, values: dict[str, str], code: str, depth: int = 0) -> str:
    """Return a sentence with its slots filled: `n` writes a number, `q` leaves a quotation as it is."""

    def slot(match: re.Match[str]) -> str:
        value = values[match[1]]
        if match[2] == "n":
            return number(value) if code == "de" else value
        return value if match[2] == "q" else said(value, code, depth + 1)

    return _SLOT.sub(slot, template)


def number(text: str) -> str:
    """Return a number that was written as in English as Germans write it; other texts as they are."""
    return text.translate(str.maketrans(",.", ".,")) if _NUMBER.fullmatch(text) else text


def _quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] and text[0] in "'\"„`"


def worded(error: BadInput, words: Language) -> str:
    """Return an error as a sentence of a language: by its key, else by the pair that fits what it says."""
    if error.key == WORDED:
        return str(error)
    known = words.maybe(error.key) if error.key else None
    if known is not None:
        try:
            return known.format(**dict(_values(error, words.code)))
        except (KeyError, IndexError):
            pass
    return said(str(error), words.code)


def told(error: BadInput, words: Language) -> BadInput:
    """Return an error of the same kind in a language; it is not worded again."""
    found = type(error)(worded(error, words))
    found.key = WORDED
    return found


def _values(error: BadInput, code: str) -> Iterator[tuple[str, object]]:
    for key, value in error.values.items():
        if isinstance(value, Names):
            yield key, language(code).text(value.key, names=value.names)
        else:
            own = key in _OWN or not isinstance(value, str) or code == "en"
            yield key, value if own else said(str(value), code)


__all__ = ["Pair", "filled", "number", "pairs", "said", "told", "worded"]
