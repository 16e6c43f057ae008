"""A workspace: a user's own facts in a folder of the same form, laid over the shipped base.

Every file is written whole to a temporary name and then renamed, so a reader never sees half a file, whatever is killed
when. Writers take turns by a lock on `.lock` in the workspace (POSIX `flock`), so two of them never lose a row.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence import forms
from rechenmacht.evidence.base import SHIPPED, WORKSPACE_MARK, Base, gather
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.importers._frame import Imported, as_row
from rechenmacht.evidence.tables import Problem, columns
from rechenmacht.evidence.validate import Against, entity_faults
from rechenmacht.evidence.validate_sources import repeated_documents, source_faults
from rechenmacht.files import inert, write
from rechenmacht.files import text as text_of
from rechenmacht.units import convert

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LISTS: tuple[tuple[str, type], ...] = (
    ("claims/mine.csv", forms.Claim),
    ("entities.csv", forms.Entity),
    ("sources.csv", forms.Source),
    ("quantities.csv", forms.Quantity),
    ("overrides.csv", forms.Override),
)
FREE = frozenset({"title", "publisher", "locator", "note", "name_en", "name_de", "note_en", "note_de"})  # texts
MARK_TEXT = """# This folder is a Rechenmacht workspace: your own facts, laid over the shipped ones.
# docs/data-forms.md describes the tables.
version = 1
"""
READMES = {
    "parameters/README.md": "Your own priors: CSV files in the form of rechenmacht/data/parameters.\n",
    "scenarios/README.md": "Your own scenarios: TOML files that state only what differs from the reference.\n",
}


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows `write_imported` wrote, and how many it left out because the base already holds them."""

    claims: int
    history: int
    entities: int
    sources: int
    known: int


def _header(record: type[DataclassInstance]) -> str:
    return ",".join(columns(record)) + "\n"


def _lines(rows: Iterable[DataclassInstance]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        cells = as_row(row).items()
        writer.writerow([inert(cell) if name in FREE else cell for name, cell in cells])
    return buffer.getvalue()


def _appended(path: Path, record: type[DataclassInstance], rows: list[DataclassInstance]) -> str:
    old = text_of(path) if path.exists() else _header(record)
    return old + ("" if not old or old.endswith("\n") else "\n") + _lines(rows)


def _append(path: Path, record: type[DataclassInstance], row: DataclassInstance) -> None:
    write(path, _appended(path, record, [row]))


@contextmanager
def _locked(workspace: Path) -> Iterator[None]:
    import fcntl

    with (workspace / ".lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _must_be(workspace: Path) -> None:
    if not (workspace / WORKSPACE_MARK).is_file():
        raise BadInput(f"{workspace} is no workspace (no {WORKSPACE_MARK} in it; rechenmacht init makes one)")


def init(path: Path) -> Path:
    """Make a workspace in a new or empty folder and return it.

    Raises:
        BadInput: if the folder holds anything, is a file or cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise BadInput(f"{path} is not empty; a workspace wants a folder of its own")
        for file, record in LISTS:
            write(path / file, _header(record))
        for file, text in READMES.items():
            write(path / file, text)
        write(path / WORKSPACE_MARK, MARK_TEXT)  # last: a half-made folder is no workspace
    except OSError as error:
        raise BadInput(f"{path}: cannot make a workspace there ({error.strerror})") from None
    return path


def find(start: Path) -> Path | None:
    """Return the workspace that `start` lies in, looking upwards, or None."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / WORKSPACE_MARK).is_file()), None)


def _next_id(stem: str, taken: Iterable[str]) -> str:
    known, n = set(taken), 1
    while f"{stem}.{n}" in known:
        n += 1
    return f"{stem}.{n}"


def _stem(subject: str, quantity: forms.Quantity, as_of: str) -> str:
    kind, _, name = subject.partition(":")
    return f"{kind}.{name}.{quantity.id}" + ("" if quantity.period == "static" else f".{as_of}")


def _refuse(claim: forms.Claim, tables: Tables) -> None:
    faults = list(Against(tables).numbers(claim, claim.as_of))
    if _claim_key(claim) in _keys(tables.claims):
        faults.append(f"{claim.source} already says {claim.quantity} of {claim.subject} as of {claim.as_of}")
    if faults:
        raise BadInput(f"the claim cannot be added: {faults[0]}")


def _in_own_unit(base: Base, given: forms.Claim) -> forms.Claim:
    """Return the claim with an id and its numbers in the quantity's unit."""
    quantity = base.quantities.get(given.quantity)
    if quantity is None:
        raise BadInput(f"no quantity called {given.quantity!r}{nearest(given.quantity, base.quantities)}")
    numbers = (given.low, given.value, given.high)
    low, value, high = (None if x is None else convert(x, given.unit, quantity.unit) for x in numbers)
    name = _next_id(_stem(given.subject, quantity, given.as_of), base.claims)
    return replace(given, id=name, low=low, value=value, high=high, unit=quantity.unit, file="claims/mine.csv")


def add_claim(
    workspace: Path,
    subject: str,
    quantity: str,
    unit: str,
    as_of: str,
    source: str,
    *,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    locator: str = "",
    basis: str = "reported",
    grade: str = "unverified",
    note: str = "",
    replaces: str | None = None,
    shipped: Path = SHIPPED,
) -> forms.Claim:
    """Check one claim against the base and the workspace and append it to `claims/mine.csv`.

    Args:
        workspace: the workspace's folder.
        subject: an entity's id, name or alias.
        quantity: a quantity's id.
        unit: the unit of the numbers given; converted to the quantity's own.
        as_of: the date that the number is about.
        source: a source's id, shipped or of the workspace.
        value: the number.
        low: its lower end (5 %).
        high: its upper end (95 %).
        locator: page, table or quotation in the source.
        basis: measured, reported, specified, estimated, target, forecast or judgement.
        grade: primary, secondary or unverified.
        note: caveats.
        replaces: a claim that this one sets aside (written to `overrides.csv`).
        shipped: the folder of the shipped base.

    Returns:
        The claim as written, with its id, in the quantity's unit.

    Raises:
        BadInput: one sentence saying what is wrong with it; nothing is written then.
    """
    _must_be(workspace)
    with _locked(workspace):
        tables, _ = gather(workspace, shipped)
        base = Base(tables, workspace)
        given = forms.Claim(
            "", base.find(subject).id, quantity, low, value, high, unit, as_of, source, locator, basis, grade, note
        )
        claim = _in_own_unit(base, given)
        if replaces is not None and replaces not in base.claims:
            raise BadInput(f"there is no claim {replaces!r} to set aside{nearest(replaces, base.claims)}")
        _refuse(claim, tables)
        _append(workspace / "claims" / "mine.csv", forms.Claim, claim)
        if replaces is not None:
            _append(workspace / "overrides.csv", forms.Override, forms.Override(replaces, f"set aside for {claim.id}"))
        return claim


def _claim_key(row: forms.Claim) -> tuple[str, ...]:
    return row.subject, row.quantity, row.as_of, row.source


def _history_key(row: forms.History) -> tuple[str, ...]:
    return row.subject, row.quantity, row.period, row.source


def _keys(rows: Iterable[forms.Claim]) -> set[tuple[str, ...]]:
    return {_claim_key(row) for row in rows}


def _without(tables: Tables, files: set[str]) -> Tables:
    kept = replace(tables)
    kept.claims = [row for row in tables.claims if row.file not in files]
    kept.history = [row for row in tables.history if row.file not in files]
    return kept


def _new_entities(imported: Imported, tables: Tables) -> list[forms.Entity]:
    known = {row.id for row in tables.entities}
    all_ids = known | {row.id for row in imported.entities}
    fresh = {row.id: row for row in imported.entities if row.id not in known}
    return [row if row.parent in all_ids else replace(row, parent="") for row in fresh.values()]


def _check(tables: Tables, name: str, imported: Imported) -> None:
    """Refuse the import if any row would not load."""
    against, problems = Against(tables), []
    for claim in imported.claims:
        problems += [Problem(name, 0, f"{claim.id}: {fault}") for fault in against.numbers(claim, claim.as_of)]
    for row in imported.history:
        what = f"{row.subject}, {row.quantity}, {row.period}"
        problems += [Problem(name, 0, f"{what}: {fault}") for fault in against.numbers(row, row.period)]
    problems += [Problem(name, 0, f"{e.id}: {fault}") for e in imported.entities for fault in entity_faults(e)]
    problems += [Problem(name, 0, f"{s.id}: {fault}") for s in imported.sources for fault in source_faults(s)]
    problems += repeated_documents(tables.sources, lambda _: (name, 0))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadInput(f"{problems[0]}{more}; nothing was written")


def _numbered(claims: list[forms.Claim], taken: Iterable[str]) -> list[forms.Claim]:
    known, counts = set(taken), Counter[str]()
    out = []
    for claim in claims:
        stem, new = claim.id.rpartition(".")[0], claim.id
        while new in known:
            counts[stem] += 1
            new = f"{stem}.{counts[stem]}"
        known.add(new)
        out.append(replace(claim, id=new))
    return out


def write_imported(workspace: Path, imported: Imported, name: str, shipped: Path = SHIPPED) -> Written:
    """Write an import as `claims/<name>.csv` and `history/<name>.csv`; an earlier import of that name is replaced.

    What the base or another file of the workspace already says of the same subject, quantity, date and source is left
    out. Entities and sources are added to the workspace's lists unless an id is known. They are written first, so a
    kill in between leaves a workspace that still loads.

    Returns:
        How much was written, and how many claims and history rows were known already.

    Raises:
        BadInput: if a row would not load; nothing is written then.
    """
    _must_be(workspace)
    with _locked(workspace):
        tables, _ = gather(workspace, shipped)
        files = {f"{workspace.name}/{folder}/{name}.csv" for folder in ("claims", "history")}
        tables = _without(tables, files)
        said, seen = _keys(tables.claims), {_history_key(row) for row in tables.history}
        claims = [row for row in imported.claims if _claim_key(row) not in said]
        history = [row for row in imported.history if _history_key(row) not in seen]
        fresh = Imported(
            _numbered(claims, {row.id for row in tables.claims}),
            history,
            _new_entities(imported, tables),
            list({s.id: s for s in imported.sources if s.id not in {row.id for row in tables.sources}}.values()),
        )
        tables.entities = [*tables.entities, *fresh.entities]
        tables.sources = [*tables.sources, *fresh.sources]
        _check(tables, name, fresh)
        steps: list[tuple[str, type, list[DataclassInstance], Callable[..., str]]] = [
            ("sources.csv", forms.Source, list(fresh.sources), _appended),
            ("entities.csv", forms.Entity, list(fresh.entities), _appended),
            (f"history/{name}.csv", forms.History, list(history), _whole),
            (f"claims/{name}.csv", forms.Claim, list(fresh.claims), _whole),
        ]
        for file, record, rows, text in steps:
            if rows or (text is _whole and (workspace / file).exists()):
                write(workspace / file, text(workspace / file, record, rows))
        known = len(imported.claims) - len(claims) + len(imported.history) - len(history)
        return Written(len(claims), len(history), len(fresh.entities), len(fresh.sources), known)


def _whole(_path: Path, record: type[DataclassInstance], rows: list[DataclassInstance]) -> str:
    return _header(record) + _lines(rows)
