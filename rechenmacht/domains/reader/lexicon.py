"""Words of number in German and English: cardinals, magnitudes, fractions, multiples, vague amounts, modifiers."""

from __future__ import annotations

from functools import lru_cache

_DE_ONES = {
    "null": 0, "ein": 1, "eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "zwei": 2, "zwo": 2,
    "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
    "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18,
    "neunzehn": 19,
}  # fmt: skip
_DE_TENS = {
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90,
}  # fmt: skip
DE_ARTICLES = frozenset({"ein", "eine", "einen", "einem", "einer", "eines"})
_DE_START = ("null", "ein", "zwei", "zwo", "drei", "vier", "fünf", "sech", "sieb", "acht", "neun", "zehn", "elf",
             "zwölf", "zwan", "hundert", "tausend", "andert")  # fmt: skip
_DE_HALF = {
    "anderthalb": 1.5, "anderthalben": 1.5, "eineinhalb": 1.5, "einundeinhalb": 1.5, "zweieinhalb": 2.5,
    "zweiundeinhalb": 2.5, "dreieinhalb": 3.5, "viereinhalb": 4.5, "fünfeinhalb": 5.5, "sechseinhalb": 6.5,
    "siebeneinhalb": 7.5, "achteinhalb": 8.5, "neuneinhalb": 9.5, "zehneinhalb": 10.5,
}  # fmt: skip
_EN_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_EN_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
EN_CARDINALS = {**_EN_ONES, **_EN_TENS}

# Magnitudes; German nouns are written with a capital, so a small "billion" in a German text is an English word.
DE_MAGNITUDE = {
    "tausend": 1e3, "tsd": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "mill": 1e6, "milliarde": 1e9,
    "milliarden": 1e9, "mrd": 1e9, "mia": 1e9, "billion": 1e12, "billionen": 1e12, "bio": 1e12, "billiarde": 1e15,
    "billiarden": 1e15, "trillion": 1e18, "trillionen": 1e18, "trilliarde": 1e21, "trilliarden": 1e21,
    "hundert": 100.0, "dutzend": 12.0,
}  # fmt: skip
EN_MAGNITUDE = {
    "hundred": 100.0, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "billion": 1e9,
    "bn": 1e9, "bln": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12, "trln": 1e12, "quadrillion": 1e15,
    "quintillion": 1e18, "dozen": 12.0, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
EN_ONLY = frozenset({"bn", "tn", "trn", "mn", "bln", "mln", "k", "thousand", "hundred"})
GLUED_MAGNITUDE = {"k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "b": 1e9, "B": 1e9, "t": 1e12, "T": 1e12}

DE_FRACTION = {
    "hälfte": 1 / 2, "drittel": 1 / 3, "viertel": 1 / 4, "fünftel": 1 / 5, "sechstel": 1 / 6, "siebtel": 1 / 7,
    "achtel": 1 / 8, "neuntel": 1 / 9, "zehntel": 1 / 10, "zwölftel": 1 / 12, "zwanzigstel": 1 / 20,
    "hundertstel": 1 / 100, "tausendstel": 1 / 1000, "fünfzigstel": 1 / 50, "dreißigstel": 1 / 30,
    "millionstel": 1e-6,
}  # fmt: skip
EN_FRACTION = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
    "fourth": 1 / 4, "fourths": 1 / 4, "fifth": 1 / 5, "fifths": 1 / 5, "sixth": 1 / 6, "sixths": 1 / 6,
    "seventh": 1 / 7, "sevenths": 1 / 7, "eighth": 1 / 8, "eighths": 1 / 8, "ninth": 1 / 9, "ninths": 1 / 9,
    "tenth": 1 / 10, "tenths": 1 / 10, "twentieth": 1 / 20, "hundredth": 1 / 100, "thousandth": 1 / 1000,
}  # fmt: skip
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
DE_ORDINAL = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "siebent": 7, "acht": 8,
    "neunt": 9, "zehnt": 10, "elft": 11, "zwölft": 12, "zwanzigst": 20, "hundertst": 100,
}  # fmt: skip
EN_ORDINAL = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20,
}  # fmt: skip

# A vague plural stands for one up to ten of its size ("hundreds of billions": 1e11 to 1e12), tens for 20 to 100.
VAGUE = {
    "dutzende": (24, 100), "dutzenden": (24, 100), "hunderte": (100, 1000), "hunderten": (100, 1000),
    "tausende": (1e3, 1e4), "tausenden": (1e3, 1e4), "zehntausende": (2e4, 1e5), "zehntausenden": (2e4, 1e5),
    "hunderttausende": (1e5, 1e6), "hunderttausenden": (1e5, 1e6), "abermillionen": (1e6, 1e7),
    "aberhunderte": (100, 1000), "abertausende": (1e3, 1e4), "abermilliarden": (1e9, 1e10),
    "dozens": (24, 100), "scores": (40, 100), "hundreds": (100, 1000), "thousands": (1e3, 1e4), "tens": (20, 100),
    "millions": (1e6, 1e7), "billions": (1e9, 1e10), "trillions": (1e12, 1e13), "hunderter": (100, 1000),
}  # fmt: skip
VAGUE_PLURAL_DE = {"millionen": (1e6, 1e7), "milliarden": (1e9, 1e10), "billionen": (1e12, 1e13)}
VAGUE_HEAD = {  # they need a magnitude or a unit behind them
    "mehrere": (2, 10), "mehreren": (2, 10), "mehrerer": (2, 10), "einige": (2, 10), "einigen": (2, 10),
    "einiger": (2, 10), "etliche": (2, 10), "etlichen": (2, 10), "wenige": (2, 5), "wenigen": (2, 5),
    "weniger": (2, 5), "zig": (20, 100), "zigtausend": (2e4, 1e5), "zigtausende": (2e4, 1e5), "viele": (2, 10),
    "several": (2, 10), "few": (2, 5), "many": (2, 10), "paar": (2, 5), "multiple": (2, 10), "couple": (2, 2),
    "zweistellige": (10, 100), "zweistelligen": (10, 100), "zweistelliger": (10, 100), "dreistellige": (100, 1000),
    "dreistelligen": (100, 1000), "dreistelliger": (100, 1000), "einstellige": (1, 10), "einstelligen": (1, 10),
    "vierstellige": (1e3, 1e4), "vierstelligen": (1e3, 1e4), "niedrige": (1, 4), "hohe": (6, 10),
}  # fmt: skip

HEDGE_WORDS = {
    "rund": "about", "etwa": "about", "ca": "about", "circa": "about", "zirka": "about", "ungefähr": "about",
    "schätzungsweise": "about", "gegen": "about", "annähernd": "almost", "knapp": "almost", "fast": "almost",
    "beinahe": "almost", "nahezu": "almost", "gut": "at_least", "über": "at_least", "mindestens": "at_least",
    "wenigstens": "at_least", "zumindest": "at_least", "höchstens": "up_to", "maximal": "up_to", "unter": "up_to",
    "knappe": "almost", "knappen": "almost", "gute": "at_least", "guten": "at_least", "runde": "about",
    "about": "about", "around": "about", "roughly": "about", "approximately": "about", "approx": "about",
    "some": "about", "nearly": "almost", "almost": "almost", "over": "at_least", "above": "at_least",
    "exceeding": "at_least", "exceeded": "at_least", "exceed": "at_least", "surpass": "at_least",
    "surpasses": "at_least", "passed": "at_least", "tops": "at_least", "übertrifft": "at_least",
    "exceeds": "at_least", "topped": "at_least",
    "surpassed": "at_least", "minimum": "at_least", "under": "up_to", "below": "up_to", "maximum": "up_to",
    "estimated": "about", "mere": "exact", "just": "exact", "only": "exact", "nur": "exact", "genau": "exact",
    "gerade": "exact", "lediglich": "exact", "exactly": "exact", "insgesamt": "exact", "bloß": "exact",
    "nigh": "almost", "virtually": "almost", "practically": "almost", "übersteigt": "at_least",
    "überschritt": "at_least", "überschreitet": "at_least", "plus": "exact", "minus": "exact", "~": "about",
    "≈": "about", ">": "at_least", "<": "up_to", "≥": "at_least", "≤": "up_to",
}  # fmt: skip
# (last word, words before it): read backwards from the number
HEDGE_PHRASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("not", "more", "than"), "up_to"), (("no", "more", "than"), "up_to"), (("nicht", "mehr", "als"), "up_to"),
    (("no", "fewer", "than"), "at_least"), (("no", "less", "than"), "at_least"), (("not", "less", "than"), "at_least"),
    (("nicht", "weniger", "als"), "at_least"), (("kein", "geringerer", "als"), "exact"),
    (("more", "than"), "at_least"), (("greater", "than"), "at_least"), (("larger", "than"), "at_least"),
    (("higher", "than"), "at_least"), (("longer", "than"), "at_least"), (("better", "than"), "at_least"),
    (("mehr", "als"), "at_least"), (("größer", "als"), "at_least"), (("höher", "als"), "at_least"),
    (("länger", "als"), "at_least"), (("teurer", "als"), "at_least"), (("at", "least"), "at_least"),
    (("upwards", "of"), "at_least"), (("upward", "of"), "at_least"), (("in", "excess", "of"), "at_least"),
    (("north", "of"), "at_least"), (("a", "minimum", "of"), "at_least"), (("starting", "at"), "at_least"),
    (("less", "than"), "up_to"), (("fewer", "than"), "up_to"), (("lower", "than"), "up_to"), (("smaller", "than"),
        "up_to"),
    (("shorter", "than"), "up_to"), (("weniger", "als"), "up_to"), (("kleiner", "als"), "up_to"),
    (("niedriger", "als"), "up_to"), (("geringer", "als"), "up_to"), (("kürzer", "als"), "up_to"),
    (("at", "most"), "up_to"), (("up", "to"), "up_to"), (("as", "much", "as"), "up_to"), (("as", "many", "as"),
        "up_to"),
    (("as", "high", "as"), "up_to"), (("bis", "zu"), "up_to"), (("a", "maximum", "of"), "up_to"), (("south", "of"),
        "up_to"),
    (("close", "to"), "almost"), (("just", "under"), "almost"), (("just", "over"), "at_least"),
    (("just", "short", "of"), "almost"), (("just", "below"), "almost"), (("well", "over"), "at_least"),
    (("nicht", "ganz"), "almost"), (("so", "gut", "wie"), "almost"), (("in", "etwa"), "about"),
    (("something", "like"), "about"), (("in", "the", "region", "of"), "about"), (("an", "estimated"), "about"),
    (("as", "little", "as"), "at_least"), (("in", "der", "größenordnung", "von"), "about"),
    (("on", "the", "order", "of"), "about"), (("weit", "über"), "at_least"), (("von", "mehr", "als"), "at_least"),
)  # fmt: skip


def _below_hundred(word: str) -> int | None:
    for table in (_DE_ONES, _DE_TENS):
        if word in table:
            return table[word]
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
def german_ordinal(word: str) -> int | None:
    """Return the number of a German ordinal in lower case (`dritten`, `fünfundzwanzigste`), or None."""
    stem = word
    for ending in ("en", "er", "es", "em", "e"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            break
    if stem in DE_ORDINAL:
        return DE_ORDINAL[stem]
    for ending in ("st", "t"):
        if stem.endswith(ending):
            value = german_cardinal(stem[: -len(ending)])
            if value is not None and value >= 1:
                return int(value)
    return None
