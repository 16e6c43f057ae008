"""Words of the verdicts in English and German, and numbers as a reader of that language writes them."""

from __future__ import annotations

from rechenmacht.domains.reader.model import Lang

_SCALES = {
    "en": ((1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
    "de": ((1e15, "Billiarden"), (1e12, "Billionen"), (1e9, "Milliarden"), (1e6, "Millionen")),
}
_PREFIXED = {"W", "Wh", "B", "B/s", "FLOP/s", "FLOP", "Hz", "V", "W/week"}
_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def _digits(value: float, lang: Lang) -> str:
    text = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def amount(value: float | str | None, unit: str, lang: Lang) -> str:
    """Return a value in a canonical unit as a reader would write it."""
    if value is None:
        return "?"
    if isinstance(value, str):
        return value
    if unit == "1":
        return f"{_digits(value * 100, lang)} %" if abs(value) <= 1 else _digits(value, lang)
    if unit in _PREFIXED:
        if unit == "FLOP":
            return f"{value:.3g} FLOP"
        for size, prefix in _PREFIXES if unit not in {"W", "Wh", "W/week"} else _PREFIXES[2:]:
            if abs(value) >= size:
                return f"{_digits(value / size, lang)} {prefix}{unit}"
        return f"{_digits(value, lang)} {unit}"
    for size, word in _SCALES[lang]:
        if abs(value) >= size:
            return f"{_digits(value / size, lang)} {word} {_unit(unit, lang)}".strip()
    return f"{_digits(value, lang)} {_unit(unit, lang)}".strip()


def _unit(unit: str, lang: Lang) -> str:
    names = {
        "count": "",
        "people": {"en": "people", "de": "Menschen"}[lang],
        "year": {"en": "years", "de": "Jahre"}[lang],
    }
    return names.get(unit, unit)


def band(low: float | None, high: float | None, unit: str, lang: Lang) -> str:
    """Return a range in words."""
    if low is None or high is None or abs(high - low) <= 1e-6 * abs(high):
        return amount(high if low is None else low, unit, lang)
    return f"{amount(low, unit, lang)} {'to' if lang == 'en' else 'bis'} {amount(high, unit, lang)}"


TEXTS: dict[str, tuple[str, str]] = {
    "fact_supported": ("{name}, {what}: the fact base says {expected}.", "{name}, {what}: Die Faktenbasis nennt "
        "{expected}."),
    "fact_imprecise": (
        "{name}, {what}: the fact base says {expected}; the article's {given} is roughly right only.",
        "{name}, {what}: Die Faktenbasis nennt {expected}; {given} im Artikel stimmt nur ungefähr.",
    ),
    "fact_contradicted": (
        "{name}, {what}: the fact base says {expected}, the article {given}. No source in the base comes near that.",
        "{name}, {what}: Die Faktenbasis nennt {expected}, der Artikel {given}. Keine Quelle der Basis kommt dem nahe.",
    ),
    "unknown": ("Nothing in the fact base to check this against.", "In der Faktenbasis steht nichts, womit sich das "
        "prüfen ließe."),
    "unsure": (
        "The fact base has {expected} for {name}, {what}, but it is not sure that the article means the same thing.",
        "Die Faktenbasis hat für {name}, {what}: {expected}. Ob der Artikel dasselbe meint, ist nicht sicher.",
    ),
    "name_count": (
        "{name} has {expected} chips, as its name says; the article gives {given}.",
        "{name} hat {expected} Chips, wie schon der Name sagt; der Artikel nennt {given}.",
    ),
    "name_count_ok": ("{name} has {expected} chips, as its name says.", "{name} hat {expected} Chips, wie schon der "
        "Name sagt."),
    "peak_product": (
        "{count} chips of {name} reach {expected} at most; the article claims {given}.",
        "{count} Chips ({name}) erreichen höchstens {expected}; der Artikel behauptet {given}.",
    ),
    "product": (
        "{one} times {two} is {expected}, not {given}.",
        "{one} mal {two} ergibt {expected}, nicht {given}.",
    ),
    "product_ok": ("{one} times {two} is {expected}: it fits.", "{one} mal {two} ergibt {expected}: Das passt."),
    "energy": (
        "{power} over {time} is {expected} at most; the article says {given}.",
        "{power} über {time} ergeben höchstens {expected}; der Artikel nennt {given}.",
    ),
    "ratio_terms": (
        "{one} and {two} stand in the ratio {expected}, not {given}.",
        "{one} und {two} stehen im Verhältnis {expected}, nicht {given}.",
    ),
    "ratio_terms_ok": ("{one} and {two} stand in the ratio {expected}: it fits.", "{one} und {two} stehen im "
        "Verhältnis {expected}: Das passt."),
    "change_terms": (
        "From {one} to {two} is a change of {expected}, not {given}.",
        "Von {one} auf {two} ist eine Veränderung um {expected}, nicht um {given}.",
    ),
    "change_terms_ok": ("From {one} to {two} is a change of {expected}: it fits.", "Von {one} auf {two} ist eine "
        "Veränderung um {expected}: Das passt."),
    "share_terms": ("{one} of {two} is {expected}, not {given}.", "{one} von {two} sind {expected}, nicht {given}."),
    "share_terms_ok": ("{one} of {two} is {expected}: it fits.", "{one} von {two} sind {expected}: Das passt."),
    "ratio_facts": (
        "{what}: {one} against {two} is {expected} by the fact base, not {given}.",
        "{what}: {one} gegen {two} ergibt laut Faktenbasis {expected}, nicht {given}.",
    ),
    "ratio_facts_ok": ("{what}: {one} against {two} is {expected} by the fact base.", "{what}: {one} gegen {two} "
        "ergibt laut Faktenbasis {expected}."),
    "within": (
        "Elsewhere the article says {expected} about the same thing, here {given}.",
        "An anderer Stelle nennt der Artikel dafür {expected}, hier {given}.",
    ),
    "cross": (
        "Another article given ({file}) says {expected} about the same thing.",
        "Ein anderer der Artikel ({file}) nennt dafür {expected}.",
    ),
    "tense": (
        "{date} had already passed when the article appeared, yet the sentence speaks of the future; probably "
        "a translation error.",
        "{date} war beim Erscheinen des Artikels vorbei, der Satz spricht aber von der Zukunft; vermutlich ein "
        "Übersetzungsfehler.",
    ),
    "tense_fact": (
        "What the article announces for {date} is what was measured for {date}: {expected}. It is past, not a "
        "forecast; probably a translation error.",
        "Was der Artikel für {date} ankündigt, ist der gemessene Wert für {date}: {expected}. Das ist "
        "Vergangenheit, keine Prognose; vermutlich ein Übersetzungsfehler.",
    ),
    "magnitude": (
        "{name}, {what}: {expected} by the fact base; {given} is a thousand times {more}. Probably a mix-up of "
        "billion/trillion and Milliarden/Billionen.",
        "{name}, {what}: laut Faktenbasis {expected}; {given} ist das Tausendfache {more}. Vermutlich eine "
        "Verwechslung von Milliarden/Billionen und billion/trillion.",
    ),
    "limit": (
        "{given} exceeds {bound} ({expected}). Probably a mix-up of units or of billion/trillion and "
        "Milliarden/Billionen.",
        "{given} übersteigt {bound} ({expected}). Vermutlich wurden Einheiten oder Milliarden/Billionen und "
        "billion/trillion verwechselt.",
    ),
    "power_energy": (
        "{name}, {what}: the fact base says {expected}. The article's {given} has the right figure but the "
        "wrong kind of unit (power is GW, energy is GWh).",
        "{name}, {what}: Die Faktenbasis nennt {expected}. {given} im Artikel hat die richtige Zahl, aber die "
        "falsche Art von Einheit (Leistung in GW, Energie in GWh).",
    ),
    "bits": (
        "{name}, {what}: the fact base says {expected}; {given} is off by the factor 8 between bits and bytes.",
        "{name}, {what}: Die Faktenbasis nennt {expected}; {given} liegt um den Faktor 8 zwischen Bit und Byte "
        "daneben.",
    ),
    "deal": ("A deal between {name} of that size is in the fact base: {expected}.", "Ein Vertrag zwischen {name} in "
        "dieser Höhe steht in der Faktenbasis: {expected}."),
    "deal_magnitude": (
        "The deal between {name} is {expected} by the fact base; {given} is off by the factor 1000. Probably a "
        "mix-up of billion/trillion and Milliarden/Billionen.",
        "Der Vertrag zwischen {name} umfasst laut Faktenbasis {expected}; {given} liegt um den Faktor 1000 "
        "daneben. Vermutlich eine Verwechslung von Milliarden/Billionen und billion/trillion.",
    ),
    "rate_unit": (
        "{given} is power per time; what is meant is probably power (W) or energy (Wh).",
        "{given} ist Leistung pro Zeit; gemeint ist vermutlich Leistung (W) oder Energie (Wh).",
    ),
}  # fmt: skip


def explain(key: str, values: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return a text in both languages; each value is given as (English, German)."""
    english, german = TEXTS[key]
    return {
        "en": english.format(**{name: pair[0] for name, pair in values.items()}),
        "de": german.format(**{name: pair[1] for name, pair in values.items()}),
    }


def both(low: float | str | None, unit: str, high: float | str | None = None) -> tuple[str, str]:
    """Return a value, or a range where `high` is given, in both languages."""
    if isinstance(low, int | float) and isinstance(high, int | float):
        return band(low, high, unit, "en"), band(low, high, unit, "de")
    return amount(low if low is not None else high, unit, "en"), amount(low if low is not None else high, unit, "de")
