"""Who imports whom: one way by layer, no cycles, nothing from the package's own front door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGE = "rechenmacht"
# Left to right; a module imports from layers to its left and from its own part. Parts of one layer are strangers.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("wanted",),
    ("files",),
    ("numberform",),
    ("extras",),
    ("commit",),
    ("dates",),
    ("units",),
    ("special",),
    ("distributions",),
    ("streams",),
    ("evidence",),
    ("catalogue",),
    ("sample",),
    ("answers",),
    ("domains",),
    ("domains.engine", "domains.rules", "domains.capital", "domains.facts"),
    ("scenario",),
    ("domains.race",),
    ("domains.uncertainty",),
    ("runs",),
    ("sweeps",),
    ("domains.race.answers", "domains.capital.answers"),
    ("domains.uncertainty.answers",),
    ("domains.reader",),
    ("faces",),
    # What `rechenmacht.NAME` offers to Python, one generated module a domain.
    ("capital", "engine", "facts", "race", "reader", "rules", "uncertainty"),
    ("outputs",),
    ("__main__", "__init__"),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
READER = "domains.reader"
READER_MAY_USE = {"errors", "files", "dates", "units", "evidence", "catalogue", "answers", "domains.engine", READER}
FRONT_DOOR = {"__version__"}


class Import(NamedTuple):
    """One import: the importing module, what it imports, and where."""

    module: str
    target: str
    line: int


def modules(root: Path) -> dict[str, Path]:
    """Return the modules under `root/rechenmacht`, dotted name -> file."""
    found = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _targets(node: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = node.module or ""
        if node.level:
            parts = module.split(".")
            kept = parts[: len(parts) - node.level + is_package]
            start = ".".join([*kept, *([node.module] if node.module else [])])
        yield from (f"{start}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in {"import_module", "__import__"}:
        yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def imports(root: Path) -> list[Import]:
    """Return every import of a module of the package by another, wherever in the file it stands."""
    known = modules(root)
    found: list[Import] = []
    for module, path in known.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            found += [
                Import(module, target, node.lineno)
                for target in _targets(node, module, path.name == "__init__.py")
                if target.split(".")[0] == PACKAGE
            ]
    return found


def _module_of(target: str, known: dict[str, Path]) -> str:
    while target not in known and "." in target:
        target = target.rsplit(".", 1)[0]
    return target


def part_of(module: str) -> str:
    """Return the part of the package, as named in LAYERS, that a module belongs to."""
    inner = module.removeprefix(PACKAGE).removeprefix(".") or "__init__"
    while inner not in RANK and "." in inner:
        inner = inner.rsplit(".", 1)[0]
    return inner


def _short(part: str) -> str:
    return part.removeprefix("domains.")


def wrong_way(root: Path) -> list[str]:
    """Find imports against the layers, parts that have no layer, and imports from the package's front door."""
    known = modules(root)
    found = [f"{name}: part {part_of(name)!r} has no layer" for name in known if part_of(name) not in RANK]
    for one in imports(root):
        if part_of(one.module) not in RANK:
            continue
        here, there = part_of(one.module), part_of(one.target)
        if there not in RANK or there == "__init__":
            if there not in FRONT_DOOR:
                found.append(f"{one.module}:{one.line}: imports {there!r} from the package's front door")
            continue
        if here == READER and there not in READER_MAY_USE:
            found.append(f"{one.module}:{one.line}: the reader uses {_short(there)}")
        elif here != there and RANK[there] >= RANK[here]:
            found.append(f"{one.module}:{one.line}: {_short(here)} imports {_short(there)}")
    return found


def cycles(root: Path) -> list[str]:
    """Find cycles among modules, those of imports for type annotations alone included."""
    known = modules(root)
    graph: dict[str, set[str]] = {name: set() for name in known}
    for one in imports(root):
        target = _module_of(one.target, known)
        if target in known and target not in {one.module, PACKAGE}:
            graph[one.module].add(target)
    found, state, path = [], dict[str, str](), list[str]()

    def visit(name: str) -> None:
        state[name] = "open"
        path.append(name)
        for target in sorted(graph[name]):
            if state.get(target) == "open":
                found.append(" -> ".join([*path[path.index(target) :], target]))
            elif target not in state:
                visit(target)
        path.pop()
        state[name] = "done"

    for name in graph:
        if name not in state:
            visit(name)
    return found
