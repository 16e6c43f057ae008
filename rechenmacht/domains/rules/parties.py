"""Named parties: what the lists of rules/parties.csv say of them on a day, and an importer for the consolidated list.

A name that is not found is no clearance: the table is a selection of a dated list, names are spelt in many ways, and
firms that listed parties own are not in it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from rechenmacht.domains.rules.cases import Cases
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms_rules import Party

COLUMNS = ("name", "aliases", "lists", "footnotes", "country", "listed_from", "citation", "as_of", "source", "grade")
_FORMS = frozenset({
    "co", "company", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "llc", "plc", "gmbh", "ag", "sa",
    "bv", "nv", "holding", "holdings", "the", "of", "and",
})  # fmt: skip
# Footnotes stand as bare digits behind a citation: "744.11 of the EAR)4".
_NOTE = re.compile(r"(?:\(e\)|EAR\)?)\s*([1-5])(?!\d)")
# Which property of a case a list stands for.
FLAGS = {"EL": "entity_listed", "MEU": "military", "DPL": "denied_party", "SDN": "denied_party"}
_BRACKETS = re.compile(r"(.*?)\s*\(([^()]*)\)\.?")
_SOURCES = {"Entity List (EL)": "EL", "Military End User": "MEU", "Denied Persons": "DPL", "Unverified": "UVL",
            "Specially Designated": "SDN"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a party: the rows it matches and the properties that follow (column of a case -> 1).

    `possible` are rows whose name begins with the words asked for; they are shown and not applied.
    """

    name: str
    rows: tuple[Party, ...]
    possible: tuple[Party, ...]
    properties: Mapping[str, str]


def folded(name: str) -> str:
    """Return a firm's name without accents, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    words = re.findall(r"[\w]+", plain.casefold())
    return " ".join(word for word in words if word not in _FORMS) or " ".join(words)


def _called(row: Party) -> frozenset[str]:
    """Return what a party is called: in full, without and within closing brackets, behind "Affiliated Entity:"."""
    found = set()
    for name in (row.name, *row.aliases):
        head, _, affiliate = name.partition("Affiliated Entity:")
        closing = _BRACKETS.fullmatch(head.strip())
        found |= {folded(part) for part in (name, affiliate, *(closing.groups() if closing else ()))}
    return frozenset(found - {""})


def look_up(rows: Iterable[Party], name: str, day: str) -> Listed:
    """Return what the lists say of a party on a day.

    Args:
        rows: the table.
        name: of the party; legal forms and punctuation do not matter.
        day: 2024-07-31; a row counts from the day (or year) it was listed in, where that is known.
    """
    wanted = folded(name)
    then = [row for row in rows if not row.listed_from or row.listed_from <= day]
    found = [row for row in then if wanted in _called(row)]
    possible = [
        row for row in then if row not in found and any(f"{one} ".startswith(f"{wanted} ") for one in _called(row))
    ]
    flags = {FLAGS[one] for row in found for one in row.lists if one in FLAGS}
    flags |= {f"footnote_{number}" for row in found for number in row.footnotes if number in {"1", "4", "5"}}
    return Listed(name, tuple(found), tuple(possible), dict.fromkeys(sorted(flags), "1"))


def applied(rows: Sequence[Party], cases: Cases) -> Cases:
    """Return cases with the properties that follow from the parties they name; what a table states itself stays."""
    if not cases.party.values or not rows:
        return cases
    flags = {name: values.copy() for name, values in cases.columns.flags.items()}
    for index, name in enumerate(cases.party.values):
        here = np.flatnonzero(cases.party.codes == index)
        for day in np.unique(cases.days[here]):
            listed = look_up(rows, name, date.fromordinal(int(day)).isoformat())
            for column in listed.properties:
                flags[column][here[cases.days[here] == day]] = 1
    return replace(cases, columns=replace(cases.columns, flags=flags))


def consolidated(path: Path, as_of: str, source: str) -> str:
    """Return the published form of the Consolidated Screening List as rows of rules/parties.csv.

    Args:
        path: consolidated.json as data.trade.gov publishes it (results with name, alt_names, source, addresses,
            license_requirement, start_date, federal_register_notice).
        as_of: the day the list was made on.
        source: id of the list in sources.csv.

    Raises:
        BadInput: if the file is not that list.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        results = content["results"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{path}: no consolidated screening list (JSON with results)") from None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(results, as_of, source))
    return out.getvalue()


def _rows(results: Iterable[Any], as_of: str, source: str) -> Iterator[list[str]]:
    for number, one in enumerate(results, start=1):
        if not isinstance(one, dict) or not one.get("name"):
            raise BadInput(f"result {number}: no name")
        code = next((code for text, code in _SOURCES.items() if text in str(one.get("source"))), "")
        if not code:
            continue
        asked = str(one.get("license_requirement") or "")
        notes = [number for number in _NOTE.findall(asked) if number in "145"]
        countries = [place.get("country") or "" for place in one.get("addresses") or []]
        yield [
            str(one["name"]), ";".join(str(name).replace(";", ",") for name in one.get("alt_names") or []), code,
            ";".join(dict.fromkeys(notes)), next(filter(None, countries), ""), str(one.get("start_date") or ""),
            str(one.get("federal_register_notice") or ""), as_of, source, "primary",
        ]  # fmt: skip
