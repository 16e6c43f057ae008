"""Words of the engine's output in both languages."""

from __future__ import annotations

from rechenmacht.outputs.cli.common import Lang

WORDS: dict[str, tuple[str, str]] = {
    "row": ("row", "Zeile"),
    "value": ("value", "Wert"),
    "interval": ("80 % interval", "80-%-Intervall"),
    "unit": ("unit", "Einheit"),
    "bound_by": ("bound by", "begrenzt durch"),
    "answered": ("rows answered", "Zeilen beantwortet"),
    "assumed": ("assumed", "angenommen"),
    "system": ("system", "System"),
    "chips": ("chips", "Chips"),
    "layout": ("layout", "Aufteilung"),
    "step": ("step", "Schritt"),
    "rate": ("rate", "Durchsatz"),
    "utilisation": ("model FLOPs utilisation", "Modell-FLOP-Auslastung"),
    "memory": ("memory per chip", "Speicher je Chip"),
    "power": ("power at the grid", "Leistung am Netz"),
    "days": ("days", "Tage"),
    "energy": ("energy", "Energie"),
    "owned": ("cost, owned", "Kosten, eigene Chips"),
    "rented": ("cost, rented", "Kosten, gemietet"),
    "engineering": ("extra engineering", "zusätzliche Entwicklung"),
    "configurations": ("configurations", "Konfigurationen"),
    "fit": ("fit into memory", "passen in den Speicher"),
    "none_fits": ("none fits; the nearest misses by", "keine passt; der knappsten fehlen"),
    "replica": ("replica", "Replik"),
    "sequences": ("sequences", "Sequenzen"),
    "per_chip": ("per chip", "je Chip"),
    "per_user": ("per user", "je Nutzer"),
    "first_token": ("first token", "erstes Token"),
    "per_mw": ("per MW at the grid", "je MW am Netz"),
    "million_owned": ("per million tokens, owned", "je Million Token, eigene Chips"),
    "million_rented": ("per million tokens, rented", "je Million Token, gemietet"),
    "workers": ("virtual workers", "virtuelle Arbeitskräfte"),
    "per_day": ("cost per day", "Kosten je Tag"),
    "peak": ("16-bit peak, TFLOP/s", "16-Bit-Spitze, TFLOP/s"),
    "racks": ("racks", "Racks"),
    "kw": ("power, kW", "Leistung, kW"),
    "tokens_per_kw": ("tokens/s per kW", "Token/s je kW"),
    "usd_per_million": ("USD per million tokens", "USD je Million Token"),
    "ratio": ("A over B", "A durch B"),
    "price_break_even": ("break-even: price of A's chips times", "Gleichstand: Preis der Chips von A mal"),
    "maturity_break_even": ("break-even: speed of A's software times", "Gleichstand: Tempo der Software von A mal"),
    "sync": ("outer sync", "äußerer Abgleich"),
    "inner": ("inner step", "innerer Schritt"),
    "compute_share": ("compute utilisation", "Rechenanteil"),
    "penalty": ("extra compute to the same loss", "Mehraufwand bis zum selben Verlust"),
    "equivalent": ("loss-equivalent rate", "verlustgleicher Durchsatz"),
}
BOUNDS: dict[str, str] = {
    "matmul": "Matrixprodukte",
    "attention": "Attention",
    "memory": "Speicherverkehr",
    "tensor": "Tensor-parallele Kommunikation",
    "context": "Kontext-parallele Kommunikation",
    "expert": "Expertenaustausch",
    "pipeline": "Verkehr zwischen Stufen",
    "bubble": "Leerlauf der Pipeline",
    "data": "Daten-parallele Kommunikation",
    "optimiser": "Optimierer",
    "launch": "Startaufwand",
    "stragglers": "Nachzügler",
    "memory bandwidth": "Speicherbandbreite",
    "memory capacity": "Speichergröße",
    "compute": "Rechenleistung",
    "collectives": "Kommunikation",
    "overhead": "Nebenaufwand",
    "prefill": "Einlesen der Eingaben",
    "uplink": "Internetanschluss",
    "network latency": "Netzlatenz",
    "stage compute": "Rechnen der Stufen",
    "failures": "Ausfälle",
    "power": "Leistungsaufnahme",
}


def word(name: str, lang: Lang) -> str:
    """Return a word of the output in a language."""
    return WORDS[name][0 if lang == "en" else 1]


def bound(name: str, lang: Lang) -> str:
    """Return what bounds a result, in a language."""
    return name if lang == "en" else BOUNDS.get(name, name)
