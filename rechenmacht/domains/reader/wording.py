"""Words of the verdicts in English and German, and numbers as a reader of that language writes them.

The texts stand with all others, in faces/locales/<language>/reader.toml; a verdict carries both languages, so the file
is read here as data.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from typing import Any

from rechenmacht.domains.reader.model import Lang
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.forms import Claim

LANGS: tuple[Lang, ...] = ("en", "de")
Pair = tuple[str, str]
_PREFIXED = {"W", "Wh", "B", "B/s", "FLOP/s", "FLOP", "Hz", "V", "W/week"}
_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SCALES = (1e15, 1e12, 1e9, 1e6)
# Small or composed units: canonical unit -> what it is written in, and how many of it make one canonical unit.
_WRITTEN = {
    "m": (("nm", 1e9),), "m2": (("mm²", 1e6),), "USD/Wh": (("USD/kWh", 1e3),), "EUR/Wh": (("EUR/kWh", 1e3),),
    "CNY/Wh": (("CNY/kWh", 1e3),), "kg/Wh": (("g/kWh", 1e6),), "USD/W": (("USD/GW", 1e9),),
    "USD/token": (("USD/Mtoken", 1e6),),
    "TPP/m2": (("TPP/mm²", 1e-6),), "B/s/m2": (("GB/s/mm²", 1e-15),),
}  # fmt: skip
_SUMMED = 30 * 31_557_600.0  # longer than anything of this field lasts: hours of many chips, added up
_TIMES = ((31_557_600.0, "year"), (2_629_800.0, "month"), (86_400.0, "day"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))


@cache
def texts(lang: Lang) -> dict[str, dict[str, str]]:
    """Return the reader's texts in one language, by part and key."""
    path = SHIPPED.parent / "faces" / "locales" / lang / "reader.toml"
    loaded: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = loaded["reader"]
    return found


def _digits(value: float, lang: Lang) -> str:
    text = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if "e" in text:
        text = f"{value:,.6f}".rstrip("0")
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def amount(value: float | str | None, unit: str, lang: Lang) -> str:
    """Return a value in a canonical unit as a reader would write it."""
    if value is None:
        return "?"
    if isinstance(value, str):
        return value
    if unit == "%":
        return f"{_digits(value * 100, lang)} %"
    if unit == "1":
        return f"{_digits(value * 100, lang)} %" if abs(value) <= 1 else _digits(value, lang)
    if unit in {"s", "year"}:
        return _time(value * (_TIMES[0][0] if unit == "year" else 1.0), lang)
    if unit in _PREFIXED:
        return _with_prefix(value, unit, lang)
    for name, factor in _WRITTEN.get(unit, ()):
        return f"{_scaled(value * factor, lang)} {texts(lang)['unit'].get(name, name)}"
    return f"{_scaled(value, lang)} {texts(lang)['unit'].get(unit, '' if unit == 'count' else unit)}".strip()


def _time(seconds: float, lang: Lang) -> str:
    """Return a duration in the largest unit that holds two of it."""
    if abs(seconds) < 1:
        return f"{_digits(seconds * 1e3, lang)} ms"
    if abs(seconds) >= _SUMMED:
        return f"{_scaled(seconds / 3600, lang)} {texts(lang)['unit']['h']}"
    size, name = next((one for one in _TIMES if abs(seconds) >= 2 * one[0] or one[1] == "s"), _TIMES[-1])
    return f"{_digits(seconds / size, lang)} {texts(lang)['unit'][name]}"


def _with_prefix(value: float, unit: str, lang: Lang) -> str:
    if unit == "FLOP":
        return f"{value:.3g} FLOP"
    for size, prefix in _PREFIXES if unit not in {"W", "Wh", "W/week"} else _PREFIXES[2:]:
        if abs(value) >= size:
            return f"{_digits(value / size, lang)} {prefix}{unit}"
    return f"{_digits(value, lang)} {unit}"


def _scaled(value: float, lang: Lang) -> str:
    for size in _SCALES:
        if abs(value) >= size:
            key = f"1e{len(f'{size:.0f}') - 1}"
            return f"{_digits(value / size, lang)} {texts(lang)['scale'][key]}"
    return _digits(value, lang)


@lru_cache(maxsize=8192)
def band(low: float | None, high: float | None, unit: str, lang: Lang) -> str:
    """Return a range in words."""
    if low is None or high is None or abs(high - low) <= 1e-6 * abs(high):
        return amount(high if low is None else low, unit, lang)
    least, most = amount(low, unit, lang), amount(high, unit, lang)
    if least.partition(" ")[2] == most.partition(" ")[2]:
        least = least.partition(" ")[0]  # the unit is said once
    return f"{least} {texts(lang)['word']['to']} {most}"


@lru_cache(maxsize=8192)
def _day(text: str, lang: Lang) -> str:
    """Return a partial date as a reader writes it (`26 October 2025`, `Q2 2025`), an interval by its two ends."""
    said = texts(lang)["date"]
    if "/" in text:
        first, _, last = text.partition("/")
        return said["span"].format(first=_day(first, lang), last=_day(last, lang))
    year, _, rest = text.partition("-")
    if rest.startswith("Q"):
        return said["quarter"].format(year=year, quarter=rest[1:])
    month, _, day = rest.partition("-")
    if not month.isdigit():
        return text
    name = said["months"].split()[int(month) - 1]
    return said["day" if day else "month"].format(year=year, month=name, day=int(day or 0))


def when(text: str) -> Pair:
    """Return a partial date in both languages."""
    return _day(text, "en"), _day(text, "de")


def alike(text: str) -> Pair:
    """Return a text that is the same in both languages: a number as the article writes it, a date, a name."""
    return text, text


def both(low: float | str | None, unit: str, high: float | str | None = None) -> Pair:
    """Return a value, or a range where `high` is given, in both languages."""
    if isinstance(low, int | float) and isinstance(high, int | float):
        return band(low, high, unit, "en"), band(low, high, unit, "de")
    return amount(low if low is not None else high, unit, "en"), amount(low if low is not None else high, unit, "de")


def of_claim(claim: Claim, value: tuple[float, float], unit: str) -> Pair:
    """Return a claim's value, given in a unit, in both languages; one that knows only one end says so."""
    said = both(value[0], unit, value[1])
    if claim.value is not None or (claim.low is None) == (claim.high is None):
        return said
    bound = "least" if claim.low is not None else "most"
    en, de = (f"{texts(lang)['word'][bound]} {one}" for lang, one in zip(LANGS, said, strict=True))
    return en, de


def source(base: Base, claims: list[Claim]) -> Pair:
    """Return what kind of number claims are, of when, and who says so: `measured, as of 2024; Ember`."""
    first = claims[0]
    static = base.quantities[first.quantity].period == "static"
    publisher = base.sources[first.source].publisher if first.source in base.sources else first.source
    dates = list(dict.fromkeys(claim.as_of for claim in claims))
    found = []
    for lang in LANGS:
        ruled = first.subject.startswith("rule:") and first.basis == "specified"
        said = [texts(lang)["basis"]["set" if ruled else first.basis]]
        told = ", ".join(_day(date, lang) for date in dates[:4])
        said += [] if static else [texts(lang)["word"]["as_of"].format(date=told)]
        found.append(f"{', '.join(said)}; {publisher}")
    return found[0], found[1]


def explain(key: str, values: dict[str, Pair]) -> dict[str, str]:
    """Return a text in both languages; each value is given as (English, German)."""
    return {
        lang: texts(lang)["verdict"][key].format(**{name: pair[place] for name, pair in values.items()})
        for place, lang in enumerate(LANGS)
    }
