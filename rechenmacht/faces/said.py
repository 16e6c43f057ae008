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

from rechenmacht.errors import MOST, BadInput, Names, one_line
from rechenmacht.faces.language import LOCALES, Language, language

_SLOT = re.compile(r"\{(\w+)(?::(\w))?\}")
_FORMS = {"d": r"\d+", "w": r"\S+", None: r".+?"}
_TAIL = re.compile(r"(.*?)(; did you mean (.+?)\?)?(; known: (.+))?", re.DOTALL)
_LAST = re.compile(r": (\{\w+\})$")
_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
WORDED = "worded"
"""The key of an error whose text is in the language of its reader already."""
_DEEPEST = 6  # messages inside messages
_ENDS = 6  # colons from either end of a text at which a sentence may begin: what stands between is somebody's input
_SHORT = 400  # characters of which all ways to fill slots are tried
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
    def pieces(self) -> tuple[str, tuple[tuple[str, str | None, str], ...]]:
        """What stands before the first slot, and for each slot its name, form and what follows, in lower case."""
        before, *rest = _SLOT.split(self.english)
        names, forms, after = rest[::3], rest[1::3], rest[2::3]
        return before.lower(), tuple(zip(names, forms, (text.lower() for text in after), strict=True))

    def fits(self, text: str, lowered: str, at: int) -> dict[str, str] | None:
        """Return what the slots hold if the text from a place on is this sentence, else None.

        Each slot is as short as it can be, which the first place of what follows it gives at once: an expression would
        try all ways to fill the slots, whose number grows with every slot and with whatever somebody has written.

        Args:
            text: the whole text.
            lowered: the same in lower case, character by character.
            at: where the sentence is to begin.
        """
        before, slots = self.pieces
        if not lowered.startswith(before, at):
            return None
        place, found = at + len(before), dict[str, str]()
        for number, (name, form, after) in enumerate(slots):
            if number == len(slots) - 1:
                end = len(lowered) - len(after) if lowered.endswith(after) else -1
            else:
                end = lowered.find(after, place + 1) if after else place + 1
            if end <= place or end > len(lowered):
                return None
            found[name] = text[place:end]
            if form in ("d", "w") and not re.fullmatch(_FORMS[form], found[name]):
                match = self.pattern.fullmatch(text, at) if len(text) - at <= _SHORT else None
                return match.groupdict() if match else None
            place = end + len(after)
        return found if place == len(lowered) else None

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
    text = " ".join(one_line(sentence).split()) if len(sentence) > MOST else " ".join(sentence.split())
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
    found = _sentence(text, code, depth)
    return _apart(text, code, depth) if found is None else found


def _sentence(text: str, code: str, depth: int) -> str | None:
    """Return a text that is a sentence of a pair, after what may stand before it, in a language."""
    lowered = "".join(low if len(low := one.lower()) == 1 else one for one in text)
    quoting = next((found for first, found in _quoting(code).items() if text.startswith(first)), None)
    starts = [0] if quoting else [*reversed(_colons(text)), 0]
    for pair in quoting or pairs(code):
        if pair.anchor not in lowered:
            continue
        fits = ((at, fit) for at in starts if (fit := pair.fits(text, lowered, at)) is not None)
        at, slots = next(fits, (0, None))
        if slots is not None:
            told = filled(pair.told, slots, code, depth)
            if text[at].isupper() and pair.english[0].islower():
                told = told[:1].upper() + told[1:]
            return f"{said(text[: at - 2], code, depth + 1)}: {told}" if at else told
    return None


def _apart(text: str, code: str, depth: int) -> str | None:
    """Return a text of which only what stands before a colon is known."""
    for end in _colons(text):
        before = text[: end - 2]
        told = _sentence(before, code, depth + 1)
        if told is not None and told != before:
            return f"{told}: {text[end:]}"
    return None


def _colons(text: str) -> list[int]:
    """Return the places after colons, those in the middle of many left out."""
    found = [match.end() for match in re.finditer(r": ", text)]
    return found if len(found) <= 2 * _ENDS else [*found[:_ENDS], *found[-_ENDS:]]


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
