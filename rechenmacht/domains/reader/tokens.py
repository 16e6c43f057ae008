"""Tokens, sentences and languages of a text, each in time linear in its length."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from rechenmacht.domains.reader.model import Lang
from rechenmacht.domains.reader.words import stems, words

# One pass, no nested repetition: a figure with its inner marks, a word with an inner apostrophe, or one sign.
_TOKEN = re.compile(r"[0-9]+(?:[.,'’][0-9]+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|_|\d+")
_ABBREVIATIONS = words("grammar.text.abbreviations")
_STOP_DE = words("grammar.text.stop_de")
_STOP_EN = words("grammar.text.stop_en")
LONGEST_SENTENCE = 250  # tokens; what runs on longer is no sentence, and is cut so that the time stays linear
_GERMAN_ENDINGS = stems("grammar.text.german_endings")
_OUTSIDE = ("",) * 64  # more than anything looks ahead of the last token, or back before the first
_FIGURES, _LETTERS = frozenset("0123456789"), frozenset("½¼¾⅓⅔²³")
_OPEN = {"„": '“”"', "“": "”", "«": "»", "»": "«", '"': '"', "‚": "‘’"}


@dataclass(slots=True)
class Token:
    """A figure (`n`), word (`w`) or sign (`s`) with its place; `glued` if it follows the one before without a space."""

    text: str
    low: str
    start: int
    end: int
    kind: str
    glued: bool
    sentence: int = 0
    paragraph: int = 0
    lang: Lang = "en"
    name: bool = False


@dataclass(slots=True)
class Text:
    """A text cut into tokens, with the token range of each sentence.

    `low` returns the lower-case text of the token at a place, or nothing up to some places outside of the text.
    """

    text: str
    lang: Lang
    tokens: list[Token]
    sentences: list[tuple[int, int]]
    low: Callable[[int], str] = field(init=False, repr=False, compare=False)
    _spots: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    _said: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put empty words around the lower-case ones: places before the first count from the end."""
        self.low = [*(token.low for token in self.tokens), *_OUTSIDE].__getitem__
        self._spots, self._said = {}, {}

    def said(self, path: str, begin: int, end: int) -> list[int]:
        """Return where, from one token to before another, words of a list stand; looked for once in the whole text.

        Args:
            path: the place of the list, see `words`.
            begin: first token.
            end: last token (excluded).
        """
        places = self._said.get(path)
        if places is None:
            places = self._said[path] = self._places(words(path))
        if not places:
            return places
        first = bisect_left(places, begin)
        return places[first : bisect_left(places, end, first)]

    def _places(self, sought: frozenset[str]) -> list[int]:
        """Return where any of some words stands, in order."""
        if not self._spots:
            for place, token in enumerate(self.tokens):
                self._spots.setdefault(token.low, []).append(place)
        return sorted(place for low in sought if low in self._spots for place in self._spots[low])


@lru_cache(maxsize=65536)
def _form(piece: str) -> tuple[str, str]:
    """Return a piece of text in lower case, and whether it is a figure, a word or a sign."""
    first = piece[0]
    if first.isalpha():
        return piece.lower(), "w"
    return piece.lower(), "n" if first in _FIGURES else "w" if first in _LETTERS else "s"


def _ends_sentence(tokens: list[Token], i: int, text: str) -> bool:
    """Tell whether the sign at `i` ends a sentence."""
    token = tokens[i]
    if token.text in "!?":
        return True
    if token.text != ".":
        return False
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or after.glued or (after.kind == "w" and after.text[0].islower()):
        return after is None
    before = tokens[i - 1] if i else None
    return before is None or not token.glued or _measured(tokens, i) or _stops(before, token, after)


def _measured(tokens: list[Token], i: int) -> bool:
    """Tell whether the letter before a point at `i` is behind a figure, and no initial: `910C.`, `900 W.`."""
    return i > 1 and tokens[i - 2].kind == "n" and tokens[i - 1].kind == "w" and len(tokens[i - 1].text) == 1


def _stops(before: Token, token: Token, after: Token) -> bool:
    """Tell whether a point glued to what stands before it ends a sentence, not an ordinal or a short form."""
    if before.kind == "n":  # "15. September", "3. Quartal", but "im Jahr 2024. Danach"
        return len(before.text) > 2 or before.glued or token.lang == "en"
    if len(before.text) == 1 and before.text.isupper():  # an initial, or the end of U.S.
        return False
    if before.low == "no":
        return after.kind != "n"
    return before.low not in _ABBREVIATIONS


_UMLAUTS = frozenset("ßüöä")
_GERMAN_WORDS = words("grammar.text.german_words")


@lru_cache(maxsize=65536)
def _leaning(low: str) -> int:
    """Return how far a word speaks for German, below nought for English."""
    return (low in _STOP_DE) + (not _UMLAUTS.isdisjoint(low)) - (low in _STOP_EN)


def language(words: list[str], default: Lang = "en") -> Lang:
    """Return the language of lower-case words by their commonest function words."""
    german = sum(map(_leaning, words))
    if not german:
        german += sum(word.endswith(_GERMAN_ENDINGS) or word in _GERMAN_WORDS for word in words)
    if not german:
        return default
    return "de" if german > 0 else "en"


def _mark_quotations(tokens: list[Token], lang: Lang) -> None:
    """Give the tokens of a longer quotation in the other language that language."""
    start, closing = -1, ""
    for i, token in enumerate(tokens):
        if token.kind != "s":
            continue
        if start >= 0 and token.text in closing:
            words = [t.low for t in tokens[start:i] if t.kind == "w"]
            if len(words) >= 6:
                told = language(words, lang)
                for inner in tokens[start:i]:
                    inner.lang = told
            start = -1
        elif start < 0 and token.text in _OPEN:
            start, closing = i + 1, _OPEN[token.text]
        elif start >= 0 and i - start > 400:  # an apostrophe or inch mark, not a quotation
            start = -1


def read(text: str, lang: Lang | None = None) -> Text:
    """Cut a text into tokens and sentences and tell its language.

    Args:
        text: any text.
        lang: the language, if it is known.
    """
    tokens: list[Token] = []
    end = -1
    paragraph = 0
    for match in _TOKEN.finditer(text):
        start, stop = match.span()
        piece = match[0]
        glued = start == end
        if not glued and end >= 0 and (text[end] == "\n" or (start - end > 1 and "\n" in text[end:start])):
            paragraph += 1
        low, kind = _form(piece)
        tokens.append(Token(piece, low, start, stop, kind, glued, 0, paragraph))
        end = stop
    told = lang or language([token.low for token in tokens[:4000] if token.kind == "w"])
    if told != "en":
        for token in tokens:
            token.lang = told
    _mark_quotations(tokens, told)
    return Text(text, told, tokens, _sentences(tokens, text))


def _sentences(tokens: list[Token], text: str) -> list[tuple[int, int]]:
    """Number the sentences and return the token range of each; a line break ends one too."""
    ranges: list[tuple[int, int]] = []
    begin = number = 0
    for i, token in enumerate(tokens, 1):
        token.sentence = number
        broken = i == len(tokens) or tokens[i].paragraph != token.paragraph or i - begin > LONGEST_SENTENCE
        if broken or (token.kind == "s" and _ends_sentence(tokens, i - 1, text)):
            ranges.append((begin, i))
            begin, number = i, number + 1
    return ranges
