"""Figures that are part of a name, not a quantity: products, indices, paragraphs, addresses, times of day."""

from __future__ import annotations

import re

from rechenmacht.domains.reader import units
from rechenmacht.domains.reader.lexicon import DE_MAGNITUDE, EN_MAGNITUDE, GLUED_MAGNITUDE
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import table, words

_FAMILY, _SMALL_FAMILY = words("names.family"), words("names.small_family")
_COUNTED_FAMILY, _UPPER_NOT = words("names.counted_family"), words("names.upper_not")
_STREET, _STREET_EN = tuple(table("names")["street"].split()), words("names.street_en")
_DATE_PREFIX, _GLUED_OK = words("names.date_prefix"), words("names.glued_ok")
_WIDTHS, _REFERENCES = words("names.widths"), words("names.references")
_CHUNK = re.compile(r"\S+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_LONG = frozenset(word for word in EN_MAGNITUDE if len(word) > 4)


def is_year(text: str) -> bool:
    """Tell whether a figure reads as a year of our subject."""
    return len(text) == 4 and text.isdigit() and 1990 <= int(text) <= 2060


def _suffix_ok(token: Token) -> bool:
    """Tell whether letters glued behind a figure measure it (GW, bn, x) instead of naming a thing (5G, 910C)."""
    return (
        token.text in units.SYMBOLS or token.low in units.WORDS or token.low in units.TIME or token.low in _GLUED_OK
        or token.low in EN_MAGNITUDE or token.low in DE_MAGNITUDE or token.text in GLUED_MAGNITUDE
        or token.low in units.CURRENCY_WORDS or token.text.upper() in units.CURRENCY_CODES or token.low in units.CENTS
        or token.low in words("grammar.names.suffixes")
    )  # fmt: skip


def _chain(tokens: list[Token], i: int) -> int:
    """Return the end of the letters and figures glued together from `i` on."""
    j = i + 1
    while j < len(tokens) and tokens[j].glued and tokens[j].kind != "s":
        j += 1
    return j


def _figures_of_names(tokens: list[Token], i: int) -> None:
    """Mark the figure of `the CDNA 4 architecture` and of `N+2`."""
    before = tokens[i - 1] if i else None
    if before is None:
        return
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    capital = before.kind == "w" and before.text[0].isupper() and before.text.isupper() and len(before.text) > 1
    if capital and after in words("reading.names.behind") and "." not in tokens[i].text:
        tokens[i].name = True
    if before.text == "+" and before.glued and tokens[i].glued and i >= 2 and tokens[i - 2].text == "N":
        tokens[i].name = True


def _measured(tokens: list[Token], i: int) -> bool:
    """Tell whether a measure, magnitude or counted noun follows the figure at `i`."""
    if i + 1 >= len(tokens) or tokens[i + 1].sentence != tokens[i].sentence:
        return False
    after = tokens[i + 1]
    if after.text in "%‰" or after.text in units.CURRENCY_SIGNS:
        return True
    if after.text in "-–" and i + 2 < len(tokens) and tokens[i + 2].kind == "w":
        after = tokens[i + 2]
    return after.kind == "w" and (after.text in units.SYMBOLS or after.low in _MEASURES)


COUNTED = units.PEOPLE | words("reading.names.counted")
"""Nouns that numbers count."""
_MEASURES = frozenset(
    {*units.WORDS, *units.CURRENCY_WORDS, *DE_MAGNITUDE, *EN_MAGNITUDE, *units.TIME, *COUNTED} | words("names.measures")
)


def _may_hold_figure(word: Token, figure: Token) -> bool:
    """Tell whether letters before a glued figure leave it a quantity or date (`RMB500`, `Q3`, `mid-2027`)."""
    if word.text.upper() in units.CURRENCY_CODES:
        return True
    if word.low in words("grammar.dates.short_periods"):
        return figure.text in {"1", "2", "3", "4"}
    return word.low in _DATE_PREFIX or word.low == "rs"


def _letters_then_figure(tokens: list[Token], i: int) -> None:
    """Mark `H100`, `GPT-4`, `NVL72` where the figure at `i` hangs on letters."""
    token = tokens[i]
    before = tokens[i - 1] if i else None
    if before is None or not token.glued:
        return
    if before.kind == "w" and not _may_hold_figure(before, token):
        end = _chain(tokens, i)
        for inner in tokens[i - 1 : end]:
            inner.name = True
    elif before.text in "-‑" and before.glued and i >= 2 and tokens[i - 2].kind == "w":
        word = tokens[i - 2]
        if not _may_hold_figure(word, token):
            end = _chain(tokens, i)
            for inner in tokens[i - 2 : end]:
                inner.name = True


def _figure_then_letters(tokens: list[Token], i: int) -> None:
    """Mark `910C`, `5G`: letters glued behind a figure that measure nothing."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or not after.glued or after.kind != "w" or tokens[i].name:
        return
    longer = i + 2 < len(tokens) and tokens[i + 2].glued and tokens[i + 2].kind == "n"
    short = after.text == "K" and tokens[i].text in {"4", "8"}
    if not _power(tokens, i, longer) and (not _suffix_ok(after) or short or longer):
        for inner in tokens[i : _chain(tokens, i)]:
            inner.name = True


def _power(tokens: list[Token], i: int, longer: bool) -> bool:
    """Whether `e26` or `e+26` behind a figure is a power of ten."""
    if tokens[i + 1].low != "e":
        return False
    signed = i + 3 < len(tokens) and tokens[i + 2].text == "+" and tokens[i + 3].glued and tokens[i + 3].kind == "n"
    return signed or (longer and tokens[i + 2].text.isdigit())


def _family(tokens: list[Token], i: int) -> None:
    """Mark the figure at `i` behind a family name (`Atlas 950`, `Llama 3.1 405B`, `Tier 1`)."""
    token, before = tokens[i], tokens[i - 1] if i else None
    if before is None or token.glued or before.sentence != token.sentence:
        return
    if before.text == "." and i >= 2 and tokens[i - 2].low in words("grammar.names.parts"):
        before = tokens[i - 2]
    if before.text in "§&":
        token.name = True
    elif before.kind == "w" and _short_figure(token) and _names_figure(tokens, i, before):
        end = _chain(tokens, i)
        sized = (
            end + 1 < len(tokens) and tokens[end].kind == "n" and tokens[end + 1].text in words("grammar.names.sizes")
        )
        for inner in tokens[i : end + 2 * sized]:
            inner.name = True


def _short_figure(token: Token) -> bool:
    grouped = token.lang == "de" and bool(_GROUPED.fullmatch(token.text))  # 6.144 is no version
    return "," not in token.text and len(token.text) < 6 and not is_year(token.text) and not grouped


def _names_figure(tokens: list[Token], i: int, before: Token) -> bool:
    """Whether the word before a figure makes it part of a name: a family, a name already, a word like CoWoS."""
    measured = _measured(tokens, i)
    known = before.low in _FAMILY and (before.text[0].isupper() or before.low in _SMALL_FAMILY)
    known = known and not (before.low in _COUNTED_FAMILY and measured) and not _in_unit(tokens, i)
    return known or ((before.name or _camel(before.text)) and not measured)


def _in_unit(tokens: list[Token], i: int) -> bool:
    """Whether a figure has a unit of measure behind it, so that it goes on no name: `the H100 SXM 450 GB/s`."""
    place = i + 3 if _ranged(tokens, i) else i + 1
    after = tokens[place] if place < len(tokens) else None
    if after is None or after.kind != "w" or after.sentence != tokens[i].sentence or after.low.endswith("bit"):
        return False
    symbol = (
        (after.text in units.SYMBOLS or after.low in units.WORDS)
        and after.text not in units.AMBIGUOUS
        and len(after.text) > 1
    )
    return symbol or after.low in words("grammar.common.percent") or after.low in DE_MAGNITUDE or after.low in _LONG


def _ranged(tokens: list[Token], i: int) -> bool:
    """Whether a figure begins a range: `20 bis 30 Megawatt`."""
    behind = tokens[i + 1 : i + 3]
    return len(behind) > 1 and behind[0].low in words("grammar.amounts.range_links") and behind[1].kind == "n"


def _camel(text: str) -> bool:
    """Whether a word mixes its letters as names do: `CoWoS`, `vLLM`."""
    odd = text != text.capitalize() and any(c.isupper() for c in text[1:])
    return odd and text not in _UPPER_NOT and not text.rstrip("s").isupper()


def _addresses(tokens: list[Token], i: int) -> None:
    """Mark house numbers and post codes."""
    token = tokens[i]
    if i and len(token.text) < 5 and _street(tokens[i - 1]):
        token.name = True
        code = tokens[i + 2] if i + 2 < len(tokens) and tokens[i + 1].text == "," else None
        if code is not None and code.kind == "n" and len(code.text) == 5:
            code.name = True
    if len(token.text) < 6 and _street_behind(tokens, i):
        token.name = True


def _street_behind(tokens: list[Token], i: int) -> bool:
    """Whether an English street's name stands behind a figure: `350 Fifth Avenue`."""
    if not any(token.low in _STREET_EN for token in tokens[i + 2 : i + 4]):
        return False
    street = [token.low for token in tokens[i + 1 : i + 4] if token.kind == "w" and token.text[0].isupper()]
    return any(word in _STREET_EN for word in street[1:])


def _street(before: Token) -> bool:
    long = before.kind == "w" and len(before.low) > 6
    return long and before.low.endswith(_STREET) and before.text[0].isupper()


def _telephone(tokens: list[Token], i: int) -> None:
    """Mark telephone numbers, figures with a leading nought, and bit widths of number formats."""
    token = tokens[i]
    before, after = tokens[i - 1] if i else None, tokens[i + 1] if i + 1 < len(tokens) else None
    digits = token.text.isdigit()
    if _bits(tokens, i) or (digits and _nought(token, before)):
        token.name = True
    if digits and before is not None and after is not None and _dialled(before, token, after):
        token.name = True
    if digits and i >= 2 and _goes_on(tokens, i):
        token.name = not _measured(tokens, i)


def _nought(token: Token, before: Token | None) -> bool:
    """Whether a figure begins with a nought and goes on no other figure."""
    return token.text[0] == "0" and len(token.text) > 2 and (before is None or before.kind != "n")


def _dialled(before: Token, token: Token, after: Token) -> bool:
    """Whether figures are the code of a country: `+49 30`."""
    return before.text == "+" and len(token.text) <= 4 and after.kind == "n"


def _bits(tokens: list[Token], i: int) -> bool:
    """Whether a figure is the width of a number format: `an 8-bit format`, `16 bit`."""
    behind = tokens[i + 1 : i + 3]
    if not behind:
        return False
    if behind[0].low in words("grammar.common.bits"):
        return tokens[i].text in _WIDTHS
    hyphen = behind[0].text == "-" and behind[0].glued and len(behind) > 1
    return hyphen and behind[1].low in words("grammar.common.bits") and len(tokens[i].text) <= 3


def _goes_on(tokens: list[Token], i: int) -> bool:
    """Whether a figure goes on a telephone number; behind `NVL72` it does not, that is a product's figure."""
    place = i - 1 if tokens[i - 1].kind == "n" else i - 2
    prior, joint = tokens[place], tokens[i - 1]
    spelled = place > 0 and prior.glued and tokens[place - 1].kind == "w"
    return not spelled and prior.kind == "n" and prior.name and (place == i - 1 or joint.text in "-/)")


def _times(tokens: list[Token], i: int) -> None:
    """Mark times of day, footnotes, reading times, copyright years and reference numbers."""
    token = tokens[i]
    before, after = tokens[i - 1] if i else None, tokens[i + 1] if i + 1 < len(tokens) else None
    behind = tokens[i + 2] if i + 2 < len(tokens) else None
    if after is not None and behind is not None and _clock(after, behind):
        token.name = behind.name = True
    if after is not None and _of_day(tokens, i):
        token.name = True
    if before is not None and after is not None and (before.text, after.text) == ("[", "]"):
        token.name = True
    if _reading_time(tokens, i) or (before is not None and _reference(tokens, i)):
        token.name = True


def _clock(after: Token, behind: Token) -> bool:
    """Whether a colon and a figure are glued behind a figure: `14:30`."""
    return after.text == ":" and after.glued and behind.kind == "n" and behind.glued


def _of_day(tokens: list[Token], i: int) -> bool:
    """Whether a figure is a time of day: `14 Uhr`, `9 a.m.`."""
    after = tokens[i + 1].low
    if after in words("grammar.names.clock"):
        return True
    if after in words("grammar.names.half_day_letters"):
        return i + 3 < len(tokens) and tokens[i + 2].text == "." and tokens[i + 3].low == "m"
    english = tokens[i].lang == "en" and len(tokens[i].text) <= 2
    return after in words("grammar.names.half_day") and english and tokens[i].text.isdigit()


def _reading_time(tokens: list[Token], i: int) -> bool:
    """Whether a figure is a reading time or a year of copyright."""
    behind = {t.low for t in tokens[max(0, i - 4) : i]}
    if not behind.isdisjoint(words("grammar.names.copyright")):
        return True
    ahead = {t.low for t in tokens[i + 1 : i + 5]}
    reads = "read" in ahead or "lesezeit" in ahead or "lesezeit" in behind or "reading" in behind
    return reads and not ahead.isdisjoint(words("grammar.names.minutes"))


def _reference(tokens: list[Token], i: int) -> bool:
    """Whether a figure is a number to call or to find something by."""
    before = tokens[i - 1]
    if before.text == ":" and i >= 2:
        return tokens[i - 2].low in words("grammar.names.references")
    return before.low in _REFERENCES


def _dashed(tokens: list[Token], i: int) -> None:
    """Mark three or more figures joined by hyphens or slashes that are no date (555-123-4567, 24/7)."""
    j, count = i, 1
    while (
        j + 2 < len(tokens)
        and tokens[j + 1].text in "-/"
        and tokens[j + 1].glued
        and tokens[j + 2].kind == "n"
        and tokens[j + 2].glued
    ):
        j += 2
        count += 1
    pair = count == 2 and (tokens[i].text, tokens[i + 2].text) in {("24", "7"), ("9", "11")}
    first = tokens[i].text
    iso = count == 3 and first.isdigit() and (len(first) == 4 or (len(first) <= 2 and len(tokens[i + 4].text) == 4))
    if (count >= 3 and not iso) or pair:
        for inner in tokens[i : j + 1]:
            inner.name = True


def mark(text: Text) -> None:
    """Set `name` on the tokens that belong to names; in time linear in the text's length."""
    if "@" in text.text or "://" in text.text or "www." in text.text:
        _mark_addresses(text)
    for i, token in enumerate(text.tokens):
        if token.kind == "n" and not token.name:
            for part in _PARTS:
                part(text.tokens, i)


def _mark_addresses(text: Text) -> None:
    """Mark addresses of the web and of mail."""
    tokens, place = text.tokens, 0
    for match in _CHUNK.finditer(text.text):
        chunk = match.group() if match.end() - match.start() < 400 else match.group()[:400]
        if "@" not in chunk and "://" not in chunk and not chunk.startswith("www."):
            continue
        while place < len(tokens) and tokens[place].end <= match.start():
            place += 1
        while place < len(tokens) and tokens[place].start < match.end():
            tokens[place].name = True
            place += 1


_PARTS = (
    _letters_then_figure, _figure_then_letters, _family, _addresses, _telephone, _times, _dashed, _figures_of_names,
)  # fmt: skip
