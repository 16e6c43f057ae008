"""Machine-readable places: find a claim's number again in the file of the data set that its locator names."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Claim, Correction, Source

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: the words of the file's name, what the row's cells must be, and the column."""

    file: str
    where: tuple[tuple[str, str], ...]
    column: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A claim whose number is not what its file says at its place."""

    claim: str
    place: Place
    stated: float
    found: tuple[float, ...]


# The column that names a row, by a data set's id without its date.
_KEYS = {"epoch-ml-hardware": "Hardware name", "epoch-capabilities-index": "Model version"}
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Place]], ...] = (
    (
        re.compile(r"^row '?(?P<row>.+?)'?, column '?(?P<column>[^';]+?)'?(?:;|$)"),
        lambda m, key: Place("", ((key, m["row"]),), m["column"]),
    ),
    (
        re.compile(
            r"^(?P<file>[\w.]+), (?P<key>Data center|Handle|Name|Model)=(?P<row>.+?)(?:, Date=(?P<date>[\d-]+))?, "
            r"column (?P<column>[^;]+?)(?:;|$)"
        ),
        lambda m, _: Place(
            m["file"], ((m["key"], m["row"]), *((("Date", m["date"]),) if m["date"] else ())), m["column"]
        ),
    ),
    (
        re.compile(r"^entity (?P<entity>.+), year (?P<year>\d{4}), (?P<column>\w+)$"),
        lambda m, _: Place("", (("entity", m["entity"]), ("year", m["year"])), m["column"]),
    ),
    (
        re.compile(r"^.+, (?P<code>[A-Z]{3}), (?P<year>\d{4})$"),
        lambda m, _: Place("gdp", (("Country Code", m["code"]), ("Year", m["year"])), "Value"),
    ),
    (
        re.compile(r"^(?P<state>[A-Z]{2}), (?P<question>\w+), (?P<answer>\w+), period (?P<period>\d{6})$"),
        lambda m, _: Place(
            "", (("state", m["state"]), ("question", m["question"]), ("answer", m["answer"]),
                 ("survey_period", m["period"])), "pct",
        ),
    ),
    (
        re.compile(r"^silicon_sample\.csv, id (?P<id>[^,]+), column (?P<column>\w+)$"),
        lambda m, _: Place("silicon_sample", (("id", m["id"]),), m["column"]),
    ),
    (
        re.compile(
            r"^round (?P<round>v[\d.]+), submitter (?P<who>.+?), system (?P<system>.+), benchmark (?P<what>\w+), "
            r"(?P<column>minutes_olympic|accelerators|step_time_s_median)(?: \(.*\))?$"
        ),
        lambda m, _: Place(
            "training", (("round", m["round"]), ("submitter", m["who"]), ("system", m["system"]),
                         ("benchmark", m["what"])), m["column"],
        ),
    ),
    (
        re.compile(
            r"^round (?P<round>v[\d.]+), submitter (?P<who>.+?), system (?P<system>.+), (?P<model>[\w.-]+), "
            r"(?P<what>Offline|Server|accelerators)$"
        ),
        lambda m, _: Place(
            "inference",
            (("round", m["round"]), ("submitter", m["who"]), ("system", m["system"]), ("model", m["model"]),
             *((("scenario", m["what"]),) if m["what"] != "accelerators" else ())),
            "accelerators" if m["what"] == "accelerators" else "tokens_per_s",
        ),
    ),
    (
        re.compile(r"^data_slim\.json, provider (?P<who>[^,]+), model (?P<model>\S+)$"),
        lambda m, _: Place("data_slim.json", (("provider", m["who"]), ("model", m["model"])), ""),
    ),
)  # fmt: skip
# What a cell of such a column is multiplied with to stand in a claim's unit.
_SCALES: tuple[tuple[str, str, float], ...] = (
    (r"\((?:FL)?OP/s\)$", "TFLOP/s", 1e-12), (r"\(bytes\)$", "GB", 1e-9), (r"\(byte/s\)$", "TB/s", 1e-12),
    (r"\(byte/s\)$", "GB/s", 1e-9), (r"\(bit/s\)$", "GB/s", 1e-9 / 8), (r"\(millions\)$", "count", 1e6),
    (r"USD billions\)$", "USD", 1e9), (r"\(W\)$", "MW", 1e-6), (r"^pct$", "1", 0.01),
)  # fmt: skip


def place_of(claim: Claim, source: Source) -> Place | None:
    """Return the machine-readable place that a claim's locator names; None if it names none."""
    key = _KEYS.get(source.id.removesuffix(f"-{source.published}"), "")
    for form, made in _FORMS:
        match = form.match(claim.locator)
        if match and (key or "row" not in match.groupdict() or match.groupdict().get("key")):
            return made(match, key)
    return None


def scale(column: str, unit: str) -> float:
    """Return the factor from a column of a file to a claim's unit."""
    return next((factor for form, to, factor in _SCALES if to == unit and re.search(form, column)), 1.0)


# Amounts of money are stated to the thousand or million; of everything else, every digit counts.
_ROUNDED = {"training_cost": 1e3, "site_capital_cost": 1e6}


def agrees(stated: float, found: float, rounded: float = 1.0) -> bool:
    """Tell whether a stated number is the found one, to the decimals it states or a multiple of `rounded`."""
    text = repr(stated)
    if "." in text and "e" not in text and not text.endswith(".0"):
        unit = 10.0 ** -len(text.partition(".")[2])
    else:
        unit = rounded
    return math.isclose(stated, found, rel_tol=1e-5, abs_tol=0.5 * unit * (1 + 1e-9))


def _read_as(claim: Claim) -> float:
    """Return the factor by which a claim's note says that its cell is read: of both directions, in bytes."""
    both = 0.5 if "halved" in claim.note or "in both directions" in claim.note or "both dire" in claim.note else 1.0
    return both * (8 if "column is in bit/s but holds" in claim.note else 1)


def _prices(text: str) -> list[dict[str, str]]:
    rows = []
    for provider in json.loads(text):
        for model in provider["models"]:
            listed = model.get("prices")
            for prices in listed if isinstance(listed, list) else [{"prices": listed}]:
                found = prices.get("prices") or {}
                cells = {key: _price(found.get(key)) for key in ("input_mtok", "output_mtok")}
                rows.append({"provider": provider["id"], "model": model["id"], **cells})
    return rows


def _price(cell: Any) -> str:
    return str(cell.get("base", "")) if isinstance(cell, dict) else "" if cell is None else str(cell)


@dataclass
class Files:
    """The files of the data sets, found under a folder by the names in `sha256`, each read once."""

    root: Path
    _rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    _named: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = field(default_factory=dict)

    @cached_property
    def there(self) -> bool:
        """Whether the folder is there at all."""
        return self.root.is_dir()

    def of(self, source: Source, words: str) -> list[str]:
        """Return the names of a source's files whose name holds the words, and that are there."""
        names = [part.partition("=")[0] for part in source.sha256 if "=" in part]
        wanted = words.removesuffix(".csv")
        return [name for name in names if wanted in name.rpartition("/")[2] and (self.root / name).is_file()]

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a file.

        Raises:
            BadInput: if it cannot be read.
        """
        if name not in self._rows:
            try:
                text = (self.root / name).read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise BadInput(f"{name}: cannot be read ({error})") from None
            self._rows[name] = _prices(text) if name.endswith(".json") else list(csv.DictReader(text.splitlines(True)))
        return self._rows[name]

    def at(self, name: str, where: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
        """Return the rows of a file whose cells are these."""
        (column, value), *more = where
        if (name, column) not in self._named:
            index = self._named.setdefault((name, column), {})
            for row in self.rows(name):
                index.setdefault(_cell(row, column), []).append(row)
        found = self._named[name, column].get(value, [])
        return [row for row in found if all(_cell(row, other) == wanted for other, wanted in more)]

    def changed(self, source: Source) -> list[str]:
        """Return the files of a source that are there and whose content is not the one recorded."""
        pairs = [part.split("=", 1) for part in source.sha256 if "=" in part]
        return [
            name
            for name, digest in pairs
            if (self.root / name).is_file() and hashlib.sha256((self.root / name).read_bytes()).hexdigest() != digest
        ]


def _column(claim: Claim, place: Place) -> str:
    if place.column:
        return place.column
    return "input_mtok" if claim.quantity == "api_price_input" else "output_mtok"


def _cell(row: Cells, column: str) -> str:
    """Return a cell as places name it: names without quotation marks, days of American files as 2026-01-03."""
    text = row.get(column, "").strip().strip('"')
    day = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text) if column == "Date" else None
    return f"{day[3]}-{int(day[1]):02}-{int(day[2]):02}" if day else text


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None  # a sentence: the number stands in its words


def recomputed(claim: Claim, source: Source, files: Files) -> tuple[float, ...] | None:
    """Return what the file says at a claim's place, in the claim's unit; None if there is nothing to compare with.

    Args:
        claim: the claim.
        source: its source, whose `sha256` names the files.
        files: the files.

    Returns:
        One number per row at the place; a data set may list a thing more than once. None also where the cell is a
        sentence.
    """
    place = place_of(claim, source)
    if place is None or claim.value is None:
        return None
    names = files.of(source, place.file)
    if not names:
        return None
    column = _column(claim, place)
    cells = [row[column].strip() for name in names for row in files.at(name, place.where) if column in row]
    numbers = [_number(cell) for cell in cells if cell]
    if None in numbers or not any(column in row for name in names for row in files.rows(name)[:1]):
        return None
    factor = scale(column, claim.unit) * _read_as(claim)
    return tuple(number * factor for number in numbers if number is not None)


def misses(
    claims: Iterable[Claim], sources: Mapping[str, Source], files: Files, corrections: Iterable[Correction] = ()
) -> tuple[int, list[Miss]]:
    """Recompute claims from their files; return how many were compared, and those that are not what their file says.

    Args:
        claims: the claims; those without a machine-readable place or file are passed over.
        sources: publications by id.
        files: the files of the data sets.
        corrections: known errors of sources; a corrected claim is held against what its source still says.
    """
    raw = {one.row: float(one.expect) for one in corrections if one.target == "claims" and one.column == "value"}
    compared, found = 0, list[Miss]()
    for claim in claims:
        place, numbers = place_of(claim, sources[claim.source]), recomputed(claim, sources[claim.source], files)
        if place is None or numbers is None or claim.value is None:
            continue
        compared += 1
        stated = raw.get(claim.id, claim.value)
        if not any(agrees(stated, number, _ROUNDED.get(claim.quantity, 1.0)) for number in numbers):
            found.append(Miss(claim.id, place, stated, numbers))
    return compared, found
