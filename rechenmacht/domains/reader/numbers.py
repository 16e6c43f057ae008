"""Numbers in figures and words, with their magnitude: `1,5 Mrd.`, `two and a half million`, `zig Milliarden`."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.reader import lexicon as lx
from rechenmacht.domains.reader.tokens import Token
from rechenmacht.domains.reader.words import rows, words

MAX_FIGURE = 40
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED, "0123456789")


@dataclass(slots=True)
class Number:
    """A number over the tokens `first` to `last` (excluded); `size` is its magnitude (1e9 in "2 billion")."""

    first: int
    last: int
    low: float
    high: float
    form: str  # digits, word, article, vague
    size: float = 1.0
    decimals: int = 0

    @property
    def vague(self) -> bool:
        """Whether it names only an order of magnitude."""
        return self.form == "vague"

    def scaled(self, factor: float) -> Number:
        """Return the number times a factor."""
        return Number(self.first, self.last, self.low * factor, self.high * factor, self.form, self.size, self.decimals)


def literal(text: str, lang: str) -> tuple[float, int] | None:
    """Return value and number of decimals of a figure, or None where it is a date, version or the like.

    A single mark before three figures is the language's thousands mark or decimal mark; `1.5` and `15,000` mean the
    same in both languages.
    """
    if len(text) > MAX_FIGURE:
        return None
    plain = text.replace("’", "'")
    marks = [c for c in plain if not c.isdigit()]
    if not marks:
        return float(plain), 0
    groups = plain.replace("'", "|").replace(",", "|").replace(".", "|").split("|")
    return _grouped(plain, marks, groups, lang)


def _grouped(plain: str, marks: list[str], groups: list[str], lang: str) -> tuple[float, int] | None:
    """Read a figure by its marks and the groups of figures between them."""
    thousands = len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])
    if "'" in marks:
        return (float("".join(groups)), 0) if thousands and set(marks) == {"'"} else None
    if len(set(marks)) == 2:
        return _both_marks(plain, marks[-1])
    if len(marks) > 1:
        return (float("".join(groups)), 0) if thousands else None
    if thousands and (groups[1] == "000" or marks[0] == ("." if lang == "de" else ",")):
        return float("".join(groups)), 0
    return float(f"{groups[0]}.{groups[1]}"), len(groups[1])


def _both_marks(plain: str, last: str) -> tuple[float, int] | None:
    """Read a figure with thousands marks and a decimal mark: `1.234,5`."""
    head, _, tail = plain.rpartition(last)
    inner = head.replace(",", "|").replace(".", "|").split("|")
    good = last not in head and len(inner[0]) <= 3 and all(len(group) == 3 for group in inner[1:])
    return (float("".join(inner) + "." + tail), len(tail)) if good else None


def _joint(tokens: list[Token], i: int) -> int:
    """Step over a hyphen that stands glued between two parts."""
    if i + 1 < len(tokens) and tokens[i].text in "-‑" and tokens[i].glued and tokens[i + 1].glued:
        return i + 1
    return i


def magnitude(tokens: list[Token], i: int) -> tuple[float, int] | None:
    """Return the magnitude word at `i` (behind a hyphen, too) and the place behind it, with its point."""
    j = _joint(tokens, i)
    if j >= len(tokens) or tokens[j].kind != "w":
        return None
    if j + 1 < len(tokens) and tokens[j + 1].glued and tokens[j + 1].kind == "n":
        return None  # `a Trn3 UltraServer`
    token = tokens[j]
    factor = _german_magnitude(token) if token.lang == "de" else _english_magnitude(token)
    if (
        factor is None
        or token.low in words("grammar.numbers.no_magnitude")
        or (token.low == "bio" and not _followed_by_money(tokens, j))
    ):
        return None
    j += 1
    if (
        token.low in words("grammar.numbers.shortened")
        and j < len(tokens)
        and tokens[j].text == "."
        and tokens[j].glued
    ):
        j += 1
    return factor, j


def _german_magnitude(token: Token) -> float | None:
    english = token.low in words("grammar.numbers.english_in_german") and token.text[0].islower()
    return lx.EN_MAGNITUDE.get(token.low) if english or token.low in lx.EN_ONLY else lx.DE_MAGNITUDE.get(token.low)


def _english_magnitude(token: Token) -> float | None:
    factor = lx.EN_MAGNITUDE.get(token.low)
    if factor is None and token.low not in words("grammar.numbers.no_english"):
        factor = lx.DE_MAGNITUDE.get(token.low)
    return factor


def _followed_by_money(tokens: list[Token], j: int) -> bool:
    return any(t.text in ".€$" or t.low in words("grammar.numbers.money") for t in tokens[j + 1 : j + 3])


def _grow(tokens: list[Token], number: Number, *, money: bool) -> Number:
    """Multiply by the magnitude words behind the number."""
    for _ in range(3):
        found = magnitude(tokens, number.last)
        if found is None:
            break
        factor, last = found
        number = Number(number.first, last, number.low * factor, number.high * factor, number.form,
                        number.size * factor, number.decimals)  # fmt: skip
    j = number.last
    if number.size == 1 and j < len(tokens) and tokens[j].glued and tokens[j].text in lx.GLUED_MAGNITUDE:
        letter = tokens[j].text
        million = letter == "m" and tokens[j].lang == "en" and not _tall(tokens, j + 1)
        if letter in "kK" or money or million or _counts(tokens, j + 1):
            factor = lx.GLUED_MAGNITUDE[letter]
            number = Number(
                number.first, j + 1, number.low * factor, number.high * factor, number.form, factor, number.decimals
            )
    return number


def _tall(tokens: list[Token], i: int) -> bool:
    """Whether `m` means metres after all: `5m tall`, `100m below`."""
    near = {token.low for token in tokens[i : i + 3]}
    return bool(near & words("grammar.numbers.tall"))


_AFTER_LETTER = words("grammar.numbers.behind_letter")


def _counts(tokens: list[Token], i: int) -> bool:
    j = _joint(tokens, i)
    return j < len(tokens) and tokens[j].low in _AFTER_LETTER


def _digits(tokens: list[Token], i: int) -> Number | None:
    token = tokens[i]
    read = literal(token.text, token.lang)
    if read is None:
        return None
    value, decimals = read
    j = i + 1
    if token.text.isdigit() and len(token.text) <= 3 and token.text[0] != "0":
        pieces = token.text
        while (  # 150 000: one space, three figures
            j < len(tokens) and tokens[j].kind == "n" and not tokens[j].name and tokens[j].text[:3].isdigit()
            and len(tokens[j].text.split(",")[0]) == 3 and "." not in tokens[j].text
            and tokens[j].start - tokens[j - 1].end == 1 and len(pieces) < 20
        ):  # fmt: skip
            pieces += tokens[j].text
            j += 1
        if j > i + 1:
            head, _, tail = pieces.partition(",")
            value, decimals = float(f"{head}.{tail or 0}"), len(tail)
    number = Number(i, j, value, value, "digits", 1.0, decimals)
    return _powers(tokens, number)


def _powers(tokens: list[Token], number: Number) -> Number | None:
    """Take in `1e26`, `10^26`, `5 × 10^25`, `10²⁵`, `10 hoch 26`, `2/3`, `1½`."""
    j, value = number.last, number.low
    at = [t.text for t in tokens[j : j + 4]] + [""] * 4
    glued = j < len(tokens) and tokens[j].glued
    if at[0] == "/" and glued and _figure(at[1]) and tokens[j + 1].glued:
        below = int(at[1])
        if not 1 <= value < below <= 10:
            return None
        return Number(number.first, j + 2, value / below, value / below, "fraction")
    read = _exponent(at, value, glued=glued) or _times_ten(at, value)
    if read is None and at[0] in lx.SIGNS:
        read = value + lx.SIGNS[at[0]], 1
    value, step = read or (value, 0)
    return Number(number.first, j + step, value, value, number.form, 1.0, number.decimals)


def _figure(text: str) -> bool:
    return text.isdigit() and len(text) < 3


def _raised(text: str) -> bool:
    return bool(text) and set(text) <= set(_RAISED)


def _exponent(at: list[str], value: float, *, glued: bool) -> tuple[float, int] | None:
    """Read `e26`, `e+26`, `^26`, `hoch 26`, `²⁵` behind a figure: the value and how many tokens it took."""
    if glued and at[0] in {"e", "E"}:
        if at[1] == "+" and _figure(at[2]):
            return value * 10.0 ** int(at[2]), 3
        return (value * 10.0 ** int(at[1]), 2) if _figure(at[1]) else None
    if at[0] in words("grammar.numbers.power") and _figure(at[1]) and value <= 1000:
        return value ** int(at[1]), 2
    if glued and _raised(at[0]) and 2 <= value <= 10:
        return value ** int(at[0].translate(_LOWERED)), 1
    return None


def _times_ten(at: list[str], value: float) -> tuple[float, int] | None:
    """Read `× 10^25` and `× 10²⁵` behind a figure."""
    if at[0] not in words("grammar.numbers.times") or at[1] != "10":
        return None
    if at[2] in words("grammar.numbers.power") and _figure(at[3]):
        return value * 10.0 ** int(at[3]), 4
    return (value * 10.0 ** int(at[2].translate(_LOWERED)), 3) if _raised(at[2]) else None


def _english(tokens: list[Token], i: int) -> Number | None:
    """Read an English number in words; magnitudes inside it count ("two hundred and fifty thousand")."""
    total, current, j, seen = 0.0, 0.0, i, False
    while j < len(tokens) and j - i < 16 and not tokens[j].name:
        low = tokens[j].low
        if low in lx.EN_CARDINALS:
            value = lx.EN_CARDINALS[low]
            if seen and _apart(current, value):
                break
            current, seen = float(current + value), True
        elif not seen:
            return None
        elif low == "hundred" and 0 < current < 20:
            current *= 100
        elif low == "thousand" and _thousands(tokens, j, current):
            total, current = total + current * 1000, 0.0
        elif not _joins(tokens, j):
            break
        j += 1
    return _and_a_half(tokens, i, j, total + current) if seen else None


def _and_a_half(tokens: list[Token], i: int, j: int, whole: float) -> Number:
    """Return an English number in words over tokens `i` to `j`, with the half that may stand behind it."""
    part = {"half": 0.5, "quarter": 0.25}.get(tokens[j + 2].low if j + 2 < len(tokens) else "")
    if part and [t.low for t in tokens[j : j + 2]] == ["and", "a"]:
        whole, j = whole + part, j + 3
    return Number(i, j, whole, whole, "word")


def _apart(current: float, value: float) -> bool:
    """Whether a number word begins a new number: "four five" are two."""
    return bool(current % 100) and (value >= 10 or bool(current % 10))


def _thousands(tokens: list[Token], j: int, current: float) -> bool:
    """Whether `thousand` stands inside a number that goes on behind it."""
    return 0 < current < 1000 and _cardinal_at(tokens, j + 1)


def _cardinal_at(tokens: list[Token], j: int) -> bool:
    return j < len(tokens) and tokens[j].low in lx.EN_CARDINALS


def _joins(tokens: list[Token], j: int) -> bool:
    """Whether a hyphen or `and` goes on an English number in words."""
    if not _cardinal_at(tokens, j + 1):
        return False
    low = tokens[j].low
    return (low == "-" and tokens[j].glued) or (
        low == "and" and tokens[j - 1].low in words("grammar.numbers.before_and")
    )


_SINGLE = words("grammar.numbers.single")
_HALF_DE = words("grammar.numbers.half_de")
_GERMAN_PART = rows("grammar.numbers.german_part")


def _article(tokens: list[Token], i: int) -> Number | None:
    """Read what an article counts: `half a trillion`, `eine halbe Milliarde`, `a dozen`, `ein` before a unit."""
    low = tokens[i].low
    nxt = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if low == "half" and nxt in words("grammar.numbers.a_or_hyphen"):
        found = magnitude(tokens, i + 2) or (magnitude(tokens, i + 1) if nxt == "-" else None)
        return Number(i, found[1], 0.5 * found[0], 0.5 * found[0], "word", found[0]) if found else None
    if low in lx.DE_ARTICLES or low in words("grammar.common.a"):
        return _behind_article(tokens, i, nxt)
    return Number(i, i + 1, 0.5, 0.5, "half") if low in _HALF_DE else None


def _behind_article(tokens: list[Token], i: int, nxt: str) -> Number:
    """Read what stands behind an article; it counts one where nothing else does."""
    after = tokens[i + 2] if i + 2 < len(tokens) else None
    if nxt in _HALF_DE or nxt == "half":
        hyphen = nxt == "half" and after is not None and after.text == "-"
        return Number(i, i + 2 + hyphen, 0.5, 0.5, "half")
    if nxt in _GERMAN_PART:
        return Number(i, i + 2, _GERMAN_PART[nxt], _GERMAN_PART[nxt], "word", 1e6)
    if nxt in _SINGLE:
        return Number(i, i + 2, 1.0, 1.0, "single")
    if nxt in words("grammar.numbers.few"):
        of = nxt == "couple" and after is not None and after.low == "of"
        return Number(i, i + 2 + of, *lx.VAGUE_HEAD[nxt], "few")
    return Number(i, i + 1, 1.0, 1.0, "article")


def _vague(tokens: list[Token], i: int) -> Number | None:
    """Read `Hunderte Milliarden`, `tens of thousands`, `mehrere Millionen`."""
    token = tokens[i]
    if token.low in lx.VAGUE_HEAD:
        return Number(i, i + 1, *lx.VAGUE_HEAD[token.low], "few")
    ends = lx.VAGUE.get(token.low) or _vague_plural(tokens, i)
    if ends is None:
        return None
    (low, high), j = ends, i + 1
    for _ in range(2):
        size, last = _vague_size(tokens, j)
        if last == j:
            break
        low, high, j = low * size, high * size, last
    return Number(i, j, low, high, "vague", low)


def _vague_plural(tokens: list[Token], i: int) -> tuple[float, float] | None:
    """Return the ends of a German plural that stands alone: `Milliarden`."""
    token = tokens[i]
    if token.lang != "de" or not token.text[0].isupper():
        return None
    glued = i + 1 < len(tokens) and tokens[i + 1].text == "-" and tokens[i + 1].glued
    return None if glued else lx.VAGUE_PLURAL_DE.get(token.low)


def _vague_size(tokens: list[Token], j: int) -> tuple[float, int]:
    """Return the magnitude behind a vague number, and the place behind it."""
    step = j + 1 if j < len(tokens) and tokens[j].low in words("grammar.common.of") else j
    nxt = tokens[step].low if step < len(tokens) else ""
    if nxt in words("grammar.numbers.plurals") and step > j:
        return lx.VAGUE[nxt][0], step + 1
    return magnitude(tokens, step) or (1.0, j)


def number(tokens: list[Token], i: int, *, money: bool = False) -> Number | None:
    """Return the number that starts at token `i`, with its magnitude, or None.

    Args:
        tokens: the text's tokens.
        i: where to start.
        money: whether a currency sign stands before it, so that `5m` and `5B` are magnitudes.
    """
    token = tokens[i]
    if token.name:
        return None
    if token.kind == "n":
        found = _digits(tokens, i)
        return _grow(tokens, found, money=money) if found else None
    if token.text in lx.SIGNS:
        return Number(i, i + 1, lx.SIGNS[token.text], lx.SIGNS[token.text], "fraction")
    if token.kind != "w":
        return None
    vague = _vague(tokens, i)
    if vague is None:
        return _in_words(tokens, i, money=money)
    if vague.form == "few":
        vague = _grow(tokens, vague, money=False)
        vague.form = "vague" if vague.size > 1 else "few"
    return vague


def _in_words(tokens: list[Token], i: int, *, money: bool) -> Number | None:
    """Read a number in words, or an article that counts, with its magnitude."""
    token = tokens[i]
    found = _article(tokens, i) or (_english(tokens, i) if token.low in lx.EN_CARDINALS else None)
    found = found or _german_word(token, i)
    if found is None:
        return None
    grown = _grow(tokens, found, money=money) if found.form != "word" or found.size == 1 else found
    counts = grown.form in {"article", "half"} and grown.size > 1
    if counts or (grown.form == "article" and token.low == "one"):
        grown.form = "word"
    return grown


def _german_word(token: Token, i: int) -> Number | None:
    """Read a German number word; `hundert` and `tausend` alone are magnitudes of one."""
    value = lx.german_cardinal(token.low) if token.low not in lx.DE_ARTICLES else None
    if value is not None:
        return Number(i, i + 1, value, value, "word")
    alone = token.low in words("grammar.common.hundreds") and token.lang == "de"
    return Number(i, i + 1, 1.0, 1.0, "word") if alone else None
