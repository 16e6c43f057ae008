"""Load the fact base: shipped tables, a workspace laid over them, corrections, checks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence import forms, forms_filings, forms_rules
from rechenmacht.evidence.corrections import correct_claims
from rechenmacht.evidence.editions import seen, shown
from rechenmacht.evidence.gathered import Tables
from rechenmacht.evidence.tables import Problem, T, read
from rechenmacht.evidence.validate import problems as find_problems

SHIPPED = Path(__file__).resolve().parent.parent / "data"
WORKSPACE_MARK = "rechenmacht.toml"


@dataclass(frozen=True)
class Base:
    """The fact base, checked and indexed. Build it with `load`."""

    tables: Tables
    workspace: Path | None = None

    @cached_property
    def quantities(self) -> dict[str, forms.Quantity]:
        """Quantities by id."""
        return {row.id: row for row in self.tables.quantities}

    @cached_property
    def entities(self) -> dict[str, forms.Entity]:
        """Entities by id."""
        return {row.id: row for row in self.tables.entities}

    @cached_property
    def sources(self) -> dict[str, forms.Source]:
        """Sources by id."""
        return {row.id: row for row in self.tables.sources}

    @cached_property
    def claims(self) -> dict[str, forms.Claim]:
        """Claims by id, in file order; also those a workspace set aside, so that what names them still shows them."""
        return {row.id: row for row in (*self.tables.claims, *self.tables.set_aside)}

    @cached_property
    def about(self) -> dict[tuple[str, str], list[forms.Claim]]:
        """Claims by (subject, quantity)."""
        index: dict[tuple[str, str], list[forms.Claim]] = defaultdict(list)
        for claim in self.tables.claims:
            index[claim.subject, claim.quantity].append(claim)
        return dict(index)

    @cached_property
    def parameters(self) -> dict[str, forms.Parameter]:
        """Parameters by name."""
        return {row.name: row for row in self.tables.parameters}

    @cached_property
    def names(self) -> dict[str, str]:
        """Every id, name and alias in lower case -> entity id; an alias that two entities share is left out."""
        index: dict[str, str] = {}
        shared: set[str] = set()
        for row in self.tables.entities:
            for name in {n.lower() for n in (row.name_en, row.name_de, *row.aliases_en, *row.aliases_de) if n}:
                if index.get(name, row.id) != row.id:
                    shared.add(name)
                index[name] = row.id
        for name in shared:
            del index[name]
        index.update({row.id: row.id for row in self.tables.entities})
        return index

    def find(self, name: str) -> forms.Entity:
        """Return the entity of an id, name or alias, in either language.

        Raises:
            BadInput: if there is none, naming the nearest.
        """
        found = self.names.get(name.lower())
        if found is None:
            raise BadInput(f"no entity called {name!r}{nearest(name, self.names)}")
        return self.entities[found]

    @cached_property
    def _series(self) -> dict[tuple[str, str], list[forms.History]]:
        index: dict[tuple[str, str], list[forms.History]] = defaultdict(list)
        for row in self.tables.history:
            index[row.subject, row.quantity].append(row)
        return {key: sorted(rows, key=lambda row: row.period) for key, rows in index.items()}

    def series(self, subject: str, quantity: str) -> list[forms.History]:
        """Return the history rows of a subject and quantity in the order of their periods."""
        return list(self._series.get((subject, quantity), ()))

    @cached_property
    def found(self) -> dict[Hashable, Any]:
        """What functions marked `once` have found in this base."""
        return {}

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over all data files, shipped and workspace, by name and content."""
        return _checksum(self.workspace)


P = ParamSpec("P")
R = TypeVar("R")


def once(find: Callable[Concatenate[Base, P], R]) -> Callable[Concatenate[Base, P], R]:
    """Let a function of a base and hashable arguments find its answer once per base; nobody may change the answer."""

    @wraps(find)
    def found(base: Base, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (find, args, tuple(sorted(kwargs.items())))
        if key not in base.found:
            base.found[key] = find(base, *args, **kwargs)
        answer: R = base.found[key]
        return answer

    return found


def _files(root: Path) -> list[Path]:
    found = (path for path in root.rglob("*") if path.suffix in {".csv", ".toml", ".json"} and path.is_file())
    return sorted(path for path in found if path.parent.name != "forecasts")  # results, no data


@cache
def _checksum(workspace: Path | None) -> str:
    digest = hashlib.sha256()
    for root in (SHIPPED, workspace):
        for path in _files(root) if root else ():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(root or path)}\0{content}\n".encode())
    return digest.hexdigest()


_LISTS: tuple[tuple[str, str, type], ...] = (
    ("quantities.csv", "quantities", forms.Quantity),
    ("entities.csv", "entities", forms.Entity),
    ("sources.csv", "sources", forms.Source),
    ("corrections.csv", "corrections", forms.Correction),
    ("deals.csv", "deals", forms.Deal),
    ("filings/obligations.csv", "filed", forms_filings.Filed),
    ("filings/customers.csv", "filed", forms_filings.Filed),
    ("filings/accounts.csv", "filed", forms_filings.Filed),
    ("filings/labs.csv", "filed", forms_filings.Filed),
    ("filings/history.csv", "filed", forms_filings.Filed),
    ("filings/debts.csv", "debts", forms_filings.Debt),
    ("rules/rules.csv", "rules", forms_rules.Rule),
    ("rules/dest_groups.csv", "destinations", forms_rules.Destination),
    ("rules/countries.csv", "countries", forms_rules.Country),
    ("rules/coverage.csv", "coverage", forms_rules.Coverage),
    ("rules/parties.csv", "parties", forms_rules.Party),
    ("rules/systems.csv", "systems", forms_rules.SystemChip),
    ("rules/markets.csv", "markets", forms_rules.Market),
    ("topics.csv", "topics", forms.Topic),
    ("overrides.csv", "overrides", forms.Override),
)
_FOLDERS: tuple[tuple[str, str, type], ...] = (
    ("claims", "claims", forms.Claim),
    ("history", "history", forms.History),
    ("parameters", "parameters", forms.Parameter),
)


def _read_into(tables: Tables, root: Path, problems: list[Problem]) -> None:
    def take(path: Path, attribute: str, record: type[T]) -> None:
        name = path.relative_to(root).as_posix()
        name = name if root == SHIPPED else f"{root.name}/{name}"
        rows = read(path, record, name, problems)
        getattr(tables, attribute).extend(row for _, row in rows)
        if record not in {forms.Claim, forms.History, forms_rules.Rule}:  # those carry their place themselves
            tables.places.update((id(row), (name, line)) for line, row in rows)

    for file, attribute, record in _LISTS:
        if (root / file).exists():
            take(root / file, attribute, record)
    for folder, attribute, record in _FOLDERS:
        for path in sorted((root / folder).glob("*.csv")):
            take(path, attribute, record)


def _apply_overrides(tables: Tables, problems: list[Problem]) -> None:
    known = {claim.id for claim in tables.claims}
    dropped = set()
    for row in tables.overrides:
        if row.claim not in known:
            problems.append(Problem(*tables.place(row), f"there is no claim {row.claim!r} to set aside"))
        dropped.add(row.claim)
    tables.set_aside = [claim for claim in tables.claims if claim.id in dropped]
    tables.claims = [claim for claim in tables.claims if claim.id not in dropped]


def gather(workspace: Path | None = None, shipped: Path = SHIPPED) -> tuple[Tables, list[Problem]]:
    """Read all tables and return them with everything that is wrong with them."""
    tables = Tables()
    problems: list[Problem] = []
    for root in (shipped, workspace):
        if root is not None:
            _read_into(tables, root, problems)
    tables.claims = correct_claims(tables.claims, tables.corrections, problems)
    _apply_overrides(tables, problems)
    return tables, problems + find_problems(tables)


def refuse(problems: Iterable[Problem]) -> None:
    """Let pass what has no problem.

    Raises:
        BadInput: with the first problem and the count of the others, if there is any.
    """
    found = list(problems)
    if found:
        more = f" (and {len(found) - 1} more: rechenmacht facts validate lists them)" if len(found) > 1 else ""
        raise BadInput(f"{found[0]}{more}")


def load(workspace: Path | None = None, shipped: Path = SHIPPED) -> Base:
    """Load the shipped fact base with the workspace's tables laid over it; without one it is read once a process.

    Raises:
        BadInput: if any row is unusable; the message names file, row and reason.
    """
    return _shipped() if workspace is None and shipped == SHIPPED else _load(workspace, shipped)


@cache
def _shipped() -> Base:
    return _load(None, SHIPPED)


def _load(workspace: Path | None, shipped: Path) -> Base:
    if workspace is not None and not (workspace / WORKSPACE_MARK).exists():
        raise BadInput(f"{workspace} is no workspace (no {WORKSPACE_MARK} in it; rechenmacht init makes one)")
    tables, problems = gather(workspace, shipped)
    refuse(problems)
    tables.editions = tables.history
    by_id = {row.id: row for row in tables.sources}
    own = f"{workspace.name}/history/" if workspace else "\0"
    brought = {row.source for row in tables.editions if row.file.startswith(own)}
    tables.history = seen(tables.editions, by_id, shown([by_id[name] for name in sorted(brought)]))
    return Base(tables, workspace)
