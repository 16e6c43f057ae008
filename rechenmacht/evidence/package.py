"""Describe the shipped tables as a Frictionless Data Package: `python -m rechenmacht.evidence.package` writes it.

The columns, their types and what they may hold come from `forms.py`, so the description cannot drift from the code; a
test compares the file with what this module makes. The engine's own tables have no form here: their columns come from
their header, and are numbers unless said otherwise. Bounds, dates, units and repeats over several files are beyond the
format: `rechenmacht facts validate` checks those.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from rechenmacht import __version__
from rechenmacht.evidence import forms, forms_filings, forms_rules
from rechenmacht.evidence.base import SHIPPED
from rechenmacht.evidence.tables import columns, field_names

FILE = "datapackage.json"
PARTIAL_DATE = r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 (our rows; each publisher keeps its credit, see DATA-ATTRIBUTION.md)",
}


@dataclass(frozen=True, slots=True)
class Table:
    """How a kind of table is described: its row, key, cells that must be filled, references, titles."""

    record: type
    key: tuple[str, ...]
    required: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    title_en: str
    title_de: str


@dataclass(frozen=True, slots=True)
class EngineTable:
    """How a table of the engine is described: key, columns of text and of several texts, references, titles."""

    key: tuple[str, ...]
    texts: tuple[str, ...]
    several: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    title_en: str
    title_de: str


_TO_SOURCE = ("source", "sources")
_NUMBERS = (("subject", "entities"), ("quantity", "quantities"), _TO_SOURCE)
TABLES: dict[str, Table] = {
    "quantities.csv": Table(
        forms.Quantity, ("id",),
        ("unit", "low", "high", "period", "name_en", "name_de", "meaning_en", "meaning_de"), (),
        "Quantities: what can be measured", "Größen: was gemessen werden kann",
    ),
    "entities.csv": Table(
        forms.Entity, ("id",), ("kind", "name_en", "name_de"), (("parent", ""),),
        "Entities: who and what", "Akteure und Dinge",
    ),
    "sources.csv": Table(
        forms.Source, ("id",), ("title", "publisher", "accessed", "class", "licence", "language"), (),
        "Sources: publications", "Quellen: Veröffentlichungen",
    ),
    "topics.csv": Table(
        forms.Topic, ("id",), ("kind", "name_en", "name_de", "quantities", "every_months"), (),
        "Topics and headline numbers, and how often something new appears",
        "Themen und Kennzahlen, und wie oft Neues erscheint",
    ),
    "corrections.csv": Table(
        forms.Correction, ("id",), ("target", "row", "column", "reason"), (),
        "Known errors in sources", "Bekannte Fehler in Quellen",
    ),
    "deals.csv": Table(
        forms.Deal, ("id",), ("date", "payer", "payee", "kind", "source", "grade"),
        (("payer", "entities"), ("payee", "entities"), _TO_SOURCE),
        "Deals: one leg of a contract each", "Verträge: je eine Zahlungsrichtung",
    ),
    "filings/obligations.csv": Table(
        forms_filings.Filed, ("id",), ("item", "about", "unit", "as_of", "source", "basis", "grade"), (_TO_SOURCE,),
        "Filings: obligations of companies by year", "Berichte: Verpflichtungen von Unternehmen nach Jahren",
    ),
    "filings/customers.csv": Table(
        forms_filings.Filed, ("id",), ("item", "about", "unit", "as_of", "source", "basis", "grade"), (_TO_SOURCE,),
        "Filings: customers' shares of revenue and backlog",
        "Berichte: Anteile von Kunden an Umsatz und Auftragsbestand",
    ),
    "filings/accounts.csv": Table(
        forms_filings.Filed, ("id",), ("item", "about", "unit", "as_of", "source", "basis", "grade"), (_TO_SOURCE,),
        "Filings: revenue, cash and capital spending by quarter",
        "Berichte: Umsatz, Kasse und Investitionen nach Quartalen",
    ),
    "filings/labs.csv": Table(
        forms_filings.Filed, ("id",), ("item", "about", "unit", "as_of", "source", "basis", "grade"), (_TO_SOURCE,),
        "Filings: accounts and plans of AI labs", "Berichte: Zahlen und Pläne der KI-Labore",
    ),
    "filings/history.csv": Table(
        forms_filings.Filed, ("id",), ("item", "about", "unit", "as_of", "source", "basis", "grade"), (_TO_SOURCE,),
        "Filings: earlier investment booms", "Berichte: Frühere Investitionsbooms",
    ),
    "filings/debts.csv": Table(
        forms_filings.Debt, ("id",), ("org", "instrument", "holder", "as_of", "state", "source", "grade"),
        (("org", "entities"), _TO_SOURCE),
        "Filings: debt by instrument, holder and maturity", "Berichte: Schulden nach Papier, Halter und Fälligkeit",
    ),
    "claims": Table(
        forms.Claim, ("id",), ("subject", "quantity", "unit", "as_of", "source", "basis", "grade"), _NUMBERS,
        "Claims", "Angaben",
    ),
    "history": Table(
        forms.History, ("subject", "quantity", "period", "source"), ("value", "unit", "basis", "grade"), _NUMBERS,
        "Observed series", "Beobachtete Reihen",
    ),
    "parameters": Table(
        forms.Parameter, ("name",), ("mechanism", "low", "mid", "high", "unit", "distribution", "basis"),
        (("subject", "entities"),),
        "Priors of the parameters", "A-priori-Verteilungen der Parameter",
    ),
    "rules/rules.csv": Table(
        forms_rules.Rule, ("id",), ("kind", "subject", "condition", "outcome", "source", "grade"), (_TO_SOURCE,),
        "Export and import rules", "Aus- und Einfuhrregeln",
    ),
    "rules/dest_groups.csv": Table(
        forms_rules.Destination, ("dest", "effective_from"), ("source", "grade"), (_TO_SOURCE,),
        "Destinations and their groups", "Zielländer und ihre Gruppen",
    ),
    "rules/countries.csv": Table(
        forms_rules.Country, ("dest",), ("name_en", "name_de", "source"), (_TO_SOURCE,),
        "Destinations and their names", "Zielländer und ihre Namen",
    ),
    "rules/systems.csv": Table(
        forms_rules.SystemChip, ("system",), ("chip", "source", "grade"),
        (("system", "entities"), ("chip", "entities"), _TO_SOURCE), "Chips of systems", "Chips der Systeme",
    ),
    "rules/parties.csv": Table(
        forms_rules.Party, ("name", "citation", "listed_from"), ("lists", "source", "grade"), (_TO_SOURCE,),
        "Parties on lists", "Parteien auf Listen",
    ),
    "rules/coverage.csv": Table(
        forms_rules.Coverage, ("id",), ("regime", "text_en", "text_de", "source", "grade"), (_TO_SOURCE,),
        "What the rules cover and to which day", "Was die Regeln abdecken und bis zu welchem Tag",
    ),
    "rules/markets.csv": Table(
        forms_rules.Market, ("chip",), ("market", "source", "grade"), (("chip", "entities"), _TO_SOURCE),
        "What each chip is designed or marketed for", "Wofür jeder Chip entworfen oder vermarktet ist",
    ),
}  # fmt: skip
ENGINE: dict[str, EngineTable] = {
    "outlooks.csv": EngineTable(
        ("id",), (
            "id", "topic", "quantity", "definition", "region", "year", "low", "mid", "high", "unit", "sense",
            "compared_low", "compared_mid", "compared_high", "kind", "grade", "source", "locator", "expression",
            "scale", "offset", "differs", "why",
        ), (), (_TO_SOURCE,),
        "Published outlooks beside ours", "Veröffentlichte Ausblicke neben unseren",
    ),
    "debate_claims.csv": EngineTable(
        ("id",), (
            "id", "kind", "statement_en", "statement_de", "said_by", "said_on", "source", "counter_en",
            "counter_de", "counter_by", "counter_on", "counter_source", "command", "scenario", "relative",
            "expression", "scale", "unit", "label_en", "label_de", "holds", "untold_en", "untold_de",
            "changes_en", "changes_de",
        ), (), (),
        "Statements of the debate", "Aussagen der Debatte",
    ),
    "rolling_targets.csv": EngineTable(
        ("id",), (
            "id", "group", "observed", "forecast", "variable", "region", "subjects", "quantity", "over", "unit",
            "title_en", "title_de", "note_en", "note_de",
        ), (), (),
        "Targets of the rolling origin", "Ziele des rollenden Ursprungs",
    ),
    "rolling_defaults.csv": EngineTable(
        ("name",), (
            "name", "low", "mid", "high", "unit", "reason",
        ), (), (),
        "Wide priors of the rolling origin", "Weite Vorannahmen des rollenden Ursprungs",
    ),
    "engine/points.csv": EngineTable(
        ("id",), (
            "id", "kind", "workload", "params_B", "active_params_B", "layers", "hidden", "heads", "kv_heads",
            "seq", "global_batch_seqs", "experts", "chip", "n_chips", "interconnect", "tp", "pp", "dp", "ep",
            "cp", "vpp", "microbatch", "precision", "quantity", "measured_quantity", "value", "unit", "date",
            "software", "system", "source", "verified", "notes",
        ), (), (),
        "Engine: measured points", "Rechenwerk: gemessene Punkte",
    ),
    "engine/architectures.csv": EngineTable(
        ("name",), ("name", "source", "note"), ("aliases",), (_TO_SOURCE,),
        "Engine: published model architectures", "Rechenwerk: veröffentlichte Modellarchitekturen",
    ),
    "engine/benchmarks.csv": EngineTable(
        ("name", "batch"), ("name", "words", "source", "note"), (), (_TO_SOURCE,),
        "Engine: how long a benchmark trains", "Rechenwerk: wie lange ein Benchmark trainiert",
    ),
    "engine/calibration.csv": EngineTable(
        ("name",), ("name",), (), (),
        "Engine: calibrated coefficients", "Rechenwerk: kalibrierte Koeffizienten",
    ),
    "engine/families.csv": EngineTable(
        ("name",), ("name", "vendor", "source", "note"), ("chips", "whole_machine"), (_TO_SOURCE,),
        "Engine: priors of chip families", "Rechenwerk: Vorannahmen zu Chipfamilien",
    ),
    "engine/lowcomm.csv": EngineTable(
        ("name",), ("name", "source", "note"), ("words",), (_TO_SOURCE,),
        "Engine: training methods with little communication", "Rechenwerk: Trainingsverfahren mit wenig Datenaustausch",
    ),
    "engine/offsets.csv": EngineTable(
        ("kind", "member"), ("kind", "member"), (), (),
        "Engine: calibrated offsets and spreads", "Rechenwerk: kalibrierte Abweichungen und Streuungen",
    ),
    "engine/quantities.csv": EngineTable(
        ("name",), ("name", "unit"), ("parts", "units", "aliases"), (),
        "Engine: what a table may ask for, and in which units",
        "Rechenwerk: wonach eine Tabelle fragen darf, in welchen Einheiten",
    ),
    "engine/reach.csv": EngineTable(
        ("name",), ("name", "basis", "claim", "note"), (), (),
        "Engine: the same chips ever further apart", "Rechenwerk: dieselben Chips immer weiter verteilt",
    ),
    "engine/scores.csv": EngineTable(
        ("id",), ("id", "kind", "member", "source"), (), (),
        "Engine: errors on measured runs", "Rechenwerk: Fehler an gemessenen Läufen",
    ),
    "engine/software.csv": EngineTable(
        ("name",), ("name", "source", "note"), ("vendors",), (_TO_SOURCE,),
        "Engine: serving software", "Rechenwerk: Software, die Modelle bedient",
    ),
    "engine/stacks.csv": EngineTable(
        ("name",), ("name", "source", "note"), (), (_TO_SOURCE,),
        "Engine: training software", "Rechenwerk: Trainingssoftware",
    ),
    "engine/systems.csv": EngineTable(
        ("name",), ("name", "chip", "source", "note"), (),
        (("name", "entities"), ("chip", "entities"), _TO_SOURCE),
        "Engine: systems", "Rechenwerk: Systeme",
    ),
}  # fmt: skip
# What a column may hold, by row and column; `""` stands for any row.
_DATES = {"start", "end", "published", "accessed", "as_of", "date", "effective_from", "effective_to"}
_ENUMS: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "basis"): forms.BASES,
    ("", "grade"): forms.GRADES,
    ("Quantity", "period"): forms.PERIODS,
    ("Quantity", "compute_basis"): tuple(basis for basis in forms.COMPUTE_BASES if basis),
    ("Source", "class"): forms.SOURCE_CLASSES,
    ("Topic", "kind"): forms.TOPIC_KINDS,
    ("Rule", "kind"): forms.RULE_KINDS,
    ("Rule", "subject"): forms_rules.RULE_SUBJECTS,
    ("Market", "market"): forms_rules.MARKETS,
    ("Parameter", "distribution"): forms.DISTRIBUTIONS,
    ("Filed", "about"): forms_filings.FILED_ABOUT,
    ("Debt", "holder"): forms_filings.HOLDERS,
    ("Debt", "state"): forms_filings.DEBT_STATES,
}
_PATTERNS = {
    ("Quantity", "id"): r"^[a-z][a-z0-9_]*$",
    ("Entity", "id"): r"^[a-z]+:[a-z0-9._-]+$",
    ("History", "period"): r"^\d{4}(-Q[1-4])?$",
}
_OPEN_KEYS = {"effective_from"}  # of a key, what may be empty: a destination whose first day is not held
_SEVERAL = "several, separated by ;"


def _field(record: type, name: str, hint: object, required: bool) -> dict[str, Any]:
    number = hint in {float, float | None}
    described: dict[str, Any] = {"name": name, "type": "number" if number else "string"}
    if hint == tuple[str, ...]:
        described["description"] = _SEVERAL
    limits: dict[str, Any] = {"required": True} if required else {}
    allowed = _ENUMS.get((record.__name__, name)) or _ENUMS.get(("", name))
    pattern = PARTIAL_DATE if name in _DATES else _PATTERNS.get((record.__name__, name))
    if allowed:
        limits["enum"] = list(allowed)
    if pattern:
        limits["pattern"] = pattern
    return {**described, "constraints": limits} if limits else described


def _engine_field(table: EngineTable, name: str) -> dict[str, Any]:
    if name in table.several:
        return {"name": name, "type": "string", "description": _SEVERAL}
    if name not in table.texts:
        return {"name": name, "type": "number", "constraints": {"required": True}}
    described: dict[str, Any] = {"name": name, "type": "string"}
    return {**described, "constraints": {"required": True}} if name == table.key[0] else described


def _fields(table: Table | EngineTable, path: Path) -> list[dict[str, Any]]:
    if isinstance(table, EngineTable):
        with path.open(encoding="utf-8", newline="") as file:
            return [_engine_field(table, name) for name in next(csv.reader(file))]
    hints = get_type_hints(table.record)
    needed = {*table.required, *table.key} - _OPEN_KEYS
    named = zip(columns(table.record), field_names(table.record), strict=False)
    return [_field(table.record, name, hints[field], name in needed) for name, field in named]


def _schema(table: Table | EngineTable, path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": _fields(table, path),
        "primaryKey": list(table.key) if len(table.key) > 1 else table.key[0],
        "missingValues": [""],
    }
    if table.references:
        schema["foreignKeys"] = [
            {"fields": name, "reference": {"resource": other, "fields": "id"}} for name, other in table.references
        ]
    return schema


def _kind(path: str) -> str:
    return path if path in TABLES or path in ENGINE else path.split("/", maxsplit=1)[0]


def _paths(data: Path) -> Iterator[str]:
    found = sorted(path.relative_to(data).as_posix() for path in data.rglob("*.csv"))
    order = [*TABLES, *ENGINE]
    yield from sorted(
        (path for path in found if _kind(path) in order), key=lambda path: (order.index(_kind(path)), path)
    )


def _resource(data: Path, path: str) -> dict[str, Any]:
    table = ENGINE.get(path) or TABLES[_kind(path)]
    name = path.removesuffix(".csv").replace("/", "-").replace("_", "-")
    about = path.rpartition("/")[2].removesuffix(".csv").replace("_", " ")
    alone = _kind(path) == path
    return {
        "name": name,
        "path": path,
        "profile": "tabular-data-resource",
        "title": table.title_en if alone else f"{table.title_en}: {about}",
        "title_de": table.title_de if alone else f"{table.title_de}: {about}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": _schema(table, data / path),
    }


def _sources(data: Path) -> list[dict[str, str]]:
    """Return the data sets that the tables draw on; single publications stand in sources.csv."""
    path = data / "sources.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("class") == "data_set"]
    return [{"title": f"{row['publisher']}: {row['title']}", "path": row["address"]} for row in rows]


def describe(data: Path = SHIPPED) -> dict[str, Any]:
    """Return the description of the tables in a data folder, in the form of Frictionless Data Package 1.

    `title_de` and `description_de` are properties of our own, which the standard allows.
    """
    return {
        "profile": "tabular-data-package",
        "name": "rechenmacht-facts",
        "version": __version__,
        "title": "Rechenmacht: facts on the AI compute race",
        "title_de": "Rechenmacht: Fakten zum Wettlauf um KI-Rechenleistung",
        "description": "Claims on chips, systems, sites, deals, energy, adoption and rules, each with its source.",
        "description_de": "Angaben zu Chips, Systemen, Standorten, Verträgen, Energie, Nutzung und Ausfuhrregeln, "
        "jede mit ihrer Quelle.",
        "licenses": [LICENCE],
        "sources": _sources(data),
        "resources": [_resource(data, path) for path in _paths(data)],
    }


def text(data: Path = SHIPPED) -> str:
    """Return the content of datapackage.json for a data folder."""
    return json.dumps(describe(data), indent=1, ensure_ascii=False) + "\n"


def write(data: Path = SHIPPED) -> Path:
    """Write datapackage.json into the data folder and return its path."""
    path = data / FILE
    path.write_text(text(data), encoding="utf-8", newline="")
    return path


if __name__ == "__main__":
    write()
