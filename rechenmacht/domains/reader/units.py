"""Units of measure and money as written in German and English, with their canonical unit and factor."""

from __future__ import annotations

_SYMBOL_PREFIX = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Z": 1e21}
_WORD_PREFIX = {
    "": 1.0, "kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21,
    "yotta": 1e24, "exo": 1e18,
}  # fmt: skip

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
    for prefix, factor in _WORD_PREFIX.items():
        for stem in ("watt", "watts"):
            WORDS[prefix + stem] = ("W", factor)
        for stem in ("wattstunde", "wattstunden", "watthour", "watthours"):
            WORDS[prefix + stem] = ("Wh", factor)
        for stem in ("wattjahr", "wattjahre"):
            WORDS[prefix + stem] = ("Wh", factor * 8760)
        for stem in ("flops", "flop"):
            WORDS[prefix + stem] = ("FLOP/s", factor)
        if prefix:
            for stem in ("byte", "bytes"):
                WORDS[prefix + stem] = ("B", factor)
            for stem in ("bit", "bits"):
                WORDS[prefix + stem] = ("B", factor / 8)
            WORDS[prefix + "hertz"] = ("Hz", factor)
            for stem in ("joule", "joules"):
                WORDS[prefix + stem] = ("Wh", factor / 3600)
    WORDS["flops"], WORDS["flop"] = ("FLOP", 1.0), ("FLOP", 1.0)
    for scale, factor in (("nano", 1e-9), ("mikro", 1e-6), ("micro", 1e-6), ("milli", 1e-3), ("zenti", 1e-2),
                          ("centi", 1e-2), ("", 1.0), ("kilo", 1e3)):  # fmt: skip
        for stem in ("meter", "meters", "metre", "metres", "metern"):
            WORDS[scale + stem] = ("m", factor)
    WORDS.update({
        "mile": ("m", 1609.344), "miles": ("m", 1609.344), "meilen": ("m", 1609.344), "feet": ("m", 0.3048),
        "foot": ("m", 0.3048), "acre": ("m2", 4046.8564), "acres": ("m2", 4046.8564), "hektar": ("m2", 1e4),
        "hectare": ("m2", 1e4), "hectares": ("m2", 1e4), "quadratmeter": ("m2", 1.0), "quadratfuß": ("m2",
            0.09290304), "quadratmeilen": ("m2", 2589988.11), "quadratmetern": ("m2", 1.0),
        "quadratkilometer": ("m2", 1e6), "quadratkilometern": ("m2", 1e6), "quadratmillimeter": ("m2", 1e-6),
        "tonne": ("kg", 1e3), "tonnen": ("kg", 1e3), "tonnes": ("kg", 1e3), "tons": ("kg", 1e3), "ton": ("kg", 1e3),
        "kilogramm": ("kg", 1.0), "kilogram": ("kg", 1.0), "kilograms": ("kg", 1.0), "kilo": ("kg", 1.0),
        "gramm": ("kg", 1e-3), "gram": ("kg", 1e-3), "grams": ("kg", 1e-3), "pfd": ("kg", 0.5),
        "liter": ("m3", 1e-3), "litern": ("m3", 1e-3), "litre": ("m3", 1e-3), "litres": ("m3", 1e-3),
        "liters": ("m3", 1e-3), "gallons": ("m3", 3.785411784e-3), "gallonen": ("m3", 3.785411784e-3),
        "kubikmeter": ("m3", 1.0), "barrel": ("m3", 0.158987), "barrels": ("m3", 0.158987),
        "kilovolt": ("V", 1e3), "volt": ("V", 1.0), "volts": ("V", 1.0), "grad": ("degC", 1.0),
        "degrees": ("degC", 1.0), "megatonnen": ("kg", 1e9), "gigatonnen": ("kg", 1e12),
        "terawatthours": ("Wh", 1e12), "h100e": ("h100e", 1.0), "h100es": ("h100e", 1.0),
    })  # fmt: skip


_symbols()
_words()

# Durations: exact ones in seconds, those of the calendar in years.
TIME: dict[str, Unit] = {}
_TIMES = (
    ("s", 1e-9, "nanosekunde nanosekunden nanosecond nanoseconds"),
    ("s", 1e-6, "mikrosekunde mikrosekunden microsecond microseconds"),
    ("s", 1e-3, "millisekunde millisekunden millisecond milliseconds"),
    ("s", 1.0, "sekunde sekunden second seconds sec secs"),
    ("s", 60.0, "minute minuten minutes mins"),
    ("s", 3600.0, "stunde stunden hour hours hrs std"),
    ("s", 86400.0, "tag tage tagen day days"),
    ("s", 604800.0, "woche wochen week weeks"),
    ("year", 1 / 12, "monat monate monaten month months"),
    ("year", 0.25, "quartal quartale quartalen quarters"),
    ("year", 1.0, "jahr jahre jahren year years"),
    ("year", 10.0, "jahrzehnt jahrzehnte jahrzehnten decade decades dekade dekaden"),
    ("year", 100.0, "jahrhundert jahrhunderte jahrhunderten century centuries"),
)  # fmt: skip
for _unit, _factor, _names in _TIMES:
    for _name in _names.split():
        TIME[_name] = (_unit, _factor)
DE_AGE = {"jährig": ("year", 1.0), "monatig": ("year", 1 / 12), "wöchig": ("s", 604800.0), "tägig": ("s", 86400.0),
          "stündig": ("s", 3600.0), "minütig": ("s", 60.0)}  # fmt: skip
PERIOD = {
    "sekunde": "s", "second": "s", "sec": "s", "s": "s", "minute": "min", "stunde": "h", "hour": "h", "h": "h",
    "hr": "h", "tag": "day", "day": "day", "woche": "week", "week": "week", "monat": "month", "month": "month",
    "quartal": "quarter", "quarter": "quarter", "jahr": "year", "year": "year", "annum": "year", "yr": "year",
    "mo": "month", "wk": "week",
}  # fmt: skip
PERIOD_ADVERB = {
    "jährlich": "year", "annually": "year", "yearly": "year", "monatlich": "month", "monthly": "month",
    "wöchentlich": "week", "weekly": "week", "täglich": "day", "daily": "day", "stündlich": "h", "hourly": "h",
    "vierteljährlich": "quarter", "quarterly": "quarter",
}  # fmt: skip

CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₩": "KRW", "₹": "INR", "元": "CNY"}
CURRENCY_CODES = {
    "USD": "USD", "EUR": "EUR", "CNY": "CNY", "RMB": "CNY", "GBP": "GBP", "JPY": "JPY", "KRW": "KRW", "TWD": "TWD",
    "INR": "INR", "AED": "AED", "SAR": "SAR", "CHF": "CHF", "CAD": "CAD", "AUD": "AUD", "HKD": "HKD", "SGD": "SGD",
    "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
}  # fmt: skip
CURRENCY_WORDS = {
    "dollar": ("USD", 1.0), "dollars": ("USD", 1.0), "dollarn": ("USD", 1.0), "euro": ("EUR", 1.0),
    "euros": ("EUR", 1.0), "yuan": ("CNY", 1.0), "renminbi": ("CNY", 1.0), "pfund": ("GBP", 1.0),
    "pound": ("GBP", 1.0), "pounds": ("GBP", 1.0), "yen": ("JPY", 1.0), "won": ("KRW", 1.0),
    "franken": ("CHF", 1.0), "francs": ("CHF", 1.0), "rupien": ("INR", 1.0), "rupees": ("INR", 1.0),
    "dirham": ("AED", 1.0), "dirhams": ("AED", 1.0), "bucks": ("USD", 1.0), "kronen": ("SEK", 1.0),
}  # fmt: skip
DOLLARS = {"us": "USD", "hk": "HKD", "hongkong": "HKD", "taiwan": "TWD", "nt": "TWD", "a": "AUD", "c": "CAD",
           "ca": "CAD", "s": "SGD", "singapur": "SGD", "kanadische": "CAD", "australische": "AUD"}  # fmt: skip
CENTS = frozenset({"cent", "cents", "ct"})
PEOPLE = frozenset(
    "mensch menschen personen person leute nutzer nutzern nutzerinnen nutzende anwender mitarbeiter "
    "mitarbeitern mitarbeiterinnen "
    "beschäftigte beschäftigten angestellte angestellten arbeiter arbeitern arbeitnehmer arbeitskräfte "
    "fachkräfte forscher forschern "
    "forscherinnen wissenschaftler wissenschaftlern wissenschaftlerinnen entwickler entwicklern "
    "entwicklerinnen ingenieure ingenieuren "
    "einwohner einwohnern bürger bürgern bürgerinnen kunden kundinnen studenten studierende studierenden "
    "schüler schülern experten expertinnen "
    "kinder erwachsene erwachsenen deutsche deutschen amerikaner amerikanern chinesen europäer europäern "
    "befragte befragten teilnehmer "
    "teilnehmern abonnenten bewohner verbraucher frauen männer jugendliche programmierer informatiker "
    "haushalte_ investoren_ "
    "people persons person users user employees employee workers worker staff staffers researchers researcher "
    "scientists scientist "
    "engineers engineer developers developer inhabitants residents citizens customers customer students "
    "student experts expert adults "
    "adult children americans germans europeans respondents participants subscribers subscriber men women "
    "teenagers programmers "
    "professionals consumers founders executives graduates visitors volunteers voters lawmakers members "
    "contractors_ humans".split()
)
