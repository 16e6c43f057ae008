"""Units of measure and money as written in German and English, with their canonical unit and factor."""

from __future__ import annotations

from rechenmacht.domains.reader.words import table, words

_LISTS = table("written")
_SYMBOL_PREFIX = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Z": 1e21}

Unit = tuple[str, float]
SYMBOLS: dict[str, Unit] = {}
WORDS: dict[str, Unit] = {}


def _symbols() -> None:
    for prefix, factor in _SYMBOL_PREFIX.items():
        _prefixed(prefix, factor)
    _irregular()


def _prefixed(prefix: str, factor: float) -> None:
    """Enter the symbols of one prefix."""
    for name in ("W", "Wp", "We"):
        SYMBOLS[prefix + name] = ("W", factor)
    for name in ("Wh", "WH"):
        SYMBOLS[prefix + name] = ("Wh", factor)
    for name in ("FLOPS", "FLOP/s", "FLOPs/s", "Flops", "Flop/s", "flops", "flop/s", "FLOPs"):
        SYMBOLS[prefix + name] = ("FLOP/s", factor)
    for name in ("VA",):
        SYMBOLS[prefix + name] = ("VA", factor)
    if prefix:
        for name in ("B", "Byte", "byte", "bytes"):
            SYMBOLS[prefix + name] = ("B", factor)
        for name in ("b", "bit", "Bit", "bits"):
            SYMBOLS[prefix + name] = ("B", factor / 8)
        for name in ("B/s", "Bps", "Byte/s"):
            SYMBOLS[prefix + name] = ("B/s", factor)
        for name in ("b/s", "bps", "bit/s", "Bit/s"):
            SYMBOLS[prefix + name] = ("B/s", factor / 8)
        for name in ("iB",):
            SYMBOLS[prefix + name] = ("B", 1024.0 ** round(_log1000(factor)))
        SYMBOLS[prefix + "Hz"] = ("Hz", factor)
        SYMBOLS[prefix + "FLOP"] = ("FLOP/s", factor)
        SYMBOLS[prefix + "Flop"] = ("FLOP/s", factor)
        SYMBOLS[prefix + "OPS"] = ("FLOP/s", factor)


def _irregular() -> None:
    """Enter what no prefix makes, and spellings that journalists use."""
    SYMBOLS["kW/h"] = ("Wh", 1e3)
    SYMBOLS["KW"], SYMBOLS["KWh"], SYMBOLS["KB"] = ("W", 1e3), ("Wh", 1e3), ("B", 1e3)
    for name in ("mw", "gw", "kw", "tw"):
        SYMBOLS[name] = ("W", _SYMBOL_PREFIX[name[0].upper() if name != "kw" else "k"])
    for name in ("kwh", "mwh", "gwh", "twh"):
        SYMBOLS[name] = ("Wh", _SYMBOL_PREFIX[name[0].upper() if name != "kwh" else "k"])
    SYMBOLS["Mwh"], SYMBOLS["Gwh"], SYMBOLS["Twh"] = ("Wh", 1e6), ("Wh", 1e9), ("Wh", 1e12)
    SYMBOLS["TPP"] = ("TPP", 1.0)
    SYMBOLS["FLOP"] = ("FLOP", 1.0)
    SYMBOLS["FLOPs"] = ("FLOP", 1.0)
    for name in ("PFLOPs", "EFLOPs", "TFLOPs", "GFLOPs"):
        SYMBOLS[name] = ("FLOP/s", _SYMBOL_PREFIX[name[0]])
    SYMBOLS.update({
        "nm": ("m", 1e-9), "µm": ("m", 1e-6), "μm": ("m", 1e-6), "mm": ("m", 1e-3), "cm": ("m", 1e-2), "km": ("m", 1e3),
        "m": ("m", 1.0), "m²": ("m2", 1.0), "m³": ("m3", 1.0), "km²": ("m2", 1e6), "mm²": ("m2", 1e-6),
        "mm2": ("m2", 1e-6), "qm": ("m2", 1.0), "sqft": ("m2", 0.09290304), "sqm": ("m2", 1.0), "ha": ("m2", 1e4),
        "kg": ("kg", 1.0), "g": ("kg", 1e-3), "t": ("kg", 1e3), "Mt": ("kg", 1e9), "Gt": ("kg", 1e12),
        "kV": ("V", 1e3), "V": ("V", 1.0), "°C": ("degC", 1.0), "ns": ("s", 1e-9), "µs": ("s", 1e-6),
        "ms": ("s", 1e-3), "s": ("s", 1.0), "h": ("s", 3600.0), "min": ("s", 60.0), "GB/sec": ("B/s", 1e9),
        "TB/sec": ("B/s", 1e12),
        "H100e": ("h100e", 1.0), "l": ("m3", 1e-3), "MJ": ("Wh", 1e6 / 3600), "GJ": ("Wh", 1e9 / 3600),
        "TOPS": ("FLOP/s", 1e12), "POPS": ("FLOP/s", 1e15), "tok/s": ("token/s", 1.0), "tps": ("token/s", 1.0),
    })  # fmt: skip
    for name in ("s", "h", "g", "t", "l", "m", "ha"):
        AMBIGUOUS.add(name)


AMBIGUOUS: set[str] = {"W", "V", "min", "B", "b"}


def _log1000(factor: float) -> int:
    count = 0
    while factor > 1:
        factor /= 1000
        count += 1
    return count


def _words() -> None:
    prefixes: dict[str, float] = _LISTS["prefixes"]
    for stem, (unit, size) in _LISTS["prefixed"].items():
        WORDS[stem] = (unit, size)
        WORDS.update({prefix + stem: (unit, factor * size) for prefix, factor in prefixes.items()})
    for stem, (unit, size) in _LISTS["multiple"].items():
        WORDS.update({prefix + stem: (unit, factor * size) for prefix, factor in prefixes.items()})
    for stem, (unit, parts) in _LISTS["joules"].items():
        WORDS.update({prefix + stem: (unit, factor / parts) for prefix, factor in prefixes.items()})
    for stem in words("written.metres.words"):
        WORDS[stem] = ("m", 1.0)
        WORDS.update({prefix + stem: ("m", factor) for prefix, factor in _LISTS["lengths"].items()})
    WORDS.update(_units("words"))


def _units(name: str) -> dict[str, Unit]:
    """Return a table of words with their canonical units and factors."""
    return {word: (unit, factor) for word, (unit, factor) in _LISTS[name].items()}


_symbols()
_words()

TIME: dict[str, Unit] = {name: (row["unit"], row["factor"]) for row in _LISTS["time"] for name in row["words"].split()}
"""Durations: exact ones in seconds, those of the calendar in years."""
DE_AGE = _units("age")
PERIOD: dict[str, str] = _LISTS["period"]
PERIOD_ADVERB: dict[str, str] = _LISTS["adverb"]

CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₩": "KRW", "₹": "INR", "元": "CNY"}
CURRENCY_CODES = {
    "USD": "USD", "EUR": "EUR", "CNY": "CNY", "RMB": "CNY", "GBP": "GBP", "JPY": "JPY", "KRW": "KRW", "TWD": "TWD",
    "INR": "INR", "AED": "AED", "SAR": "SAR", "CHF": "CHF", "CAD": "CAD", "AUD": "AUD", "HKD": "HKD", "SGD": "SGD",
    "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
}  # fmt: skip
CURRENCY_WORDS = _units("currency")
DOLLARS: dict[str, str] = _LISTS["dollars"]
CENTS, PEOPLE = words("written.cents"), words("written.people")
