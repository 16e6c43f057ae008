"""How the results of `rechenmacht capital` read as text, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rechenmacht.outputs.cli.common import Lang, number, table

if TYPE_CHECKING:
    from rechenmacht.domains.capital.history import Number
    from rechenmacht.evidence.base import Base

Row = dict[str, Any]
WORDS = {
    "equity": "Eigenkapital", "purchases": "Käufe und Mieten", "debt": "Kredite", "guarantees": "Bürgschaften",
    "total": "zusammen", "cash": "ohne Optionsscheine und Bürgschaften", "pays": "zahlt", "receives": "erhält",
    "layer": "Ebene", "headline": "Vertragssumme", "firm": "davon fest", "paid": "bezahlt", "firmness": "Festigkeit",
    "contracts": "Verträge", "counterpart": "Gegenseite", "direction": "Richtung", "seller": "Verkäufer",
    "backlog": "Auftragsbestand", "disclosed": "selbst genannt", "customers": "Kunden", "largest": "größter Kunde",
    "two largest": "zwei größte", "company": "Unternehmen", "coverage": "Deckung",
    "without new money": "ohne neues Geld", "purchases due": "Käufe fällig",
    "debts, rents due": "Kredite, Mieten fällig", "backlog / revenue": "Bestand / Umsatz",
    "EBITDA / interest": "EBITDA / Zinsen", "drawn": "Ziehungen, 5-50-95 %", "maximal": "höchstens",
    "balanced": "ausgewogen", "of firm values": "der festen Summen", "investment": "Beteiligung",
    "recipient": "Empfänger", "invested": "investiert", "comes back": "kommt zurück", "supplier": "Lieferant",
    "customer": "Kunde", "equity in": "eingezahlt", "promised back": "zugesagt", "self-finance": "Eigenfinanzierung",
    "purchases per dollar": "Käufe je Dollar", "lost revenue": "verlorener Umsatz", "fails": "fällt aus",
    "spends less": "gibt weniger aus", "needs": "braucht neues Geld", "called": "wird in Anspruch genommen",
    "creditor loses": "Gläubiger verliert", "binding": "bindend", "proposed": "nur angekündigt", "ended": "beendet",
    "superseded": "abgelöst", "aggregate": "Sammelangabe", "historical": "historisch", "unsupported": "nicht belegt",
    "unknown": "Summe unbekannt", "later": "später", "state": "zählt als", "date": "Datum", "payer": "Zahler",
    "payee": "Empfänger", "kind": "Art", "grade": "Beleg", "purchase_commitment": "Kaufzusage", "lease": "Miete",
    "guarantee": "Bürgschaft", "warrant": "Optionsschein", "primary": "primär", "secondary": "sekundär",
    "unverified": "ungeprüft", "node": "Knoten", "owed": "fällig", "default": "Ausfall", "round": "Runde",
    "yes": "ja", "no": "nein", "scenario": "Szenario", "defaults": "Ausfälle", "question": "Frage", "id": "id",
    "what decides": "was entscheidet", "rank correlation": "Rangkorrelation", "basis": "Grundlage",
    "loan loss": "Kreditausfall", "judgement": "Einschätzung", "reported": "berichtet", "estimated": "geschätzt",
    "specified": "angegeben", "measured": "gemessen", "forecast": "Prognose", "target": "Ziel",
    "called in": "gezogene Bürgschaften", "title": "Titel",
}  # fmt: skip


def word(text: str, lang: Lang) -> str:
    """Return a word of the tables in the language asked for."""
    return WORDS.get(text, text) if lang == "de" else text.replace("_", " ")


def grid(rows: Iterable[Sequence[str]], header: Sequence[str], lang: Lang) -> str:
    """Return a table with its header in the language asked for."""
    return table(rows, [word(title, lang) for title in header])


def name(base: Base, org: str, lang: Lang) -> str:
    """Return a company's name."""
    entity = base.entities.get(org)
    if entity is None:
        return {"other lenders": "übrige Kreditgeber"}.get(org, org) if lang == "de" else org
    return entity.name_de if lang == "de" else entity.name_en


def bn(value: float | None, lang: Lang) -> str:
    """Return USD in billions with three digits at most."""
    if value is None:
        return ""
    billions = value / 1e9
    rounded = float(round(billions)) if abs(billions) >= 100 else round(billions, 1 if abs(billions) >= 1 else 2)
    return number(rounded + 0.0, lang)


def bn_band(row: Row, lang: Lang) -> str:
    """Return the 5, 50 and 95 % points of an amount in billions."""
    return " / ".join(bn(row[key], lang) for key in ("low", "median", "high"))


def share(value: float | None, lang: Lang) -> str:
    """Return a share in percent."""
    if value is None or value != value:  # noqa: PLR0124 (nan)
        return ""
    percent = value * 100
    return number(round(percent, 1) if abs(percent) < 10 else float(round(percent)), lang) + " %"


def share_band(row: Row, lang: Lang) -> str:
    """Return the 5, 50 and 95 % points of a share in percent."""
    return " / ".join(share(row[key], lang) for key in ("low", "median", "high"))


def ratio_band(row: Row, lang: Lang) -> str:
    """Return the 5, 50 and 95 % points of a ratio."""
    return " / ".join(number(float(f"{row[key]:.3g}"), lang) for key in ("low", "median", "high"))


def figure(base: Base, one: Number, lang: Lang) -> str:
    """Return one figure of the historical comparison as a line."""
    ends = [one.low] if abs(one.high - one.low) <= 0.01 * abs(one.high) else [one.low, one.high]
    if one.unit == "1":
        text = " - ".join(share(end, lang) for end in ends)
    elif one.unit == "USD" and one.high >= 1e8:
        text = " - ".join(bn(end, lang) for end in ends) + (" Mrd. USD" if lang == "de" else " bn USD")
    else:
        text = " - ".join(number(end, lang) for end in ends) + ("" if one.unit == "count" else f" {one.unit}")
    words = CAVEATS.get(one.caveat, one.caveat) if lang == "de" else one.caveat
    caveat = f"; {words}" if words else ""
    return f"{text}  ({name(base, one.who, lang)}, {one.at}{caveat})"


CAVEATS = {
    "revenue from recollection, restated later for spin-offs": "Umsatz aus der Erinnerung, später um "
    "Ausgliederungen bereinigt",
    "1999 to 2002; spin-offs included, so overstated": "1999 bis 2002, mit Ausgliederungen, also überzeichnet",
    "nine months on the year": "neun Monate gegenüber dem Vorjahr",
    "investments and partnerships, mostly equity, over the last four quarters of data-centre revenue": "Beteiligungen "
    "und Partnerschaften, meist Eigenkapital, zum Rechenzentrumsumsatz der letzten vier Quartale",
    "cloud capacity rented back from customers, several years of it": "von Kunden zurückgemietete Rechenleistung, "
    "über mehrere Jahre",
    "customers drew as the crisis came while promises were cut": "in der Krise riefen die Kunden ab, während die "
    "Zusagen gekürzt wurden",
    "executed equity over headline equity and guarantees of the contracts carried here": "vollzogene Beteiligungen "
    "zu Beteiligungen und Bürgschaften der hier erfassten Verträge",
    "contracts carried here": "hier erfasste Verträge",
    "range over vendors": "Spanne über die Lieferanten",
    "one-year contract on October 2025: rising": "Jahresvertrag gegenüber Oktober 2025: steigend",
    "local carriers, 2000 to 2003": "Ortsnetzbetreiber, 2000 bis 2003",
}

LEGEND = {
    "en": "billions of USD; three figures are the 5, 50 and 95 % points of the draws",
    "de": "in Milliarden Dollar; drei Zahlen sind die 5-, 50- und 95-%-Punkte der Ziehungen",
}
