"""Read a network of dues from a JSON file: {L, e, ext?, alpha, beta, names?}."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rechenmacht import files
from rechenmacht.domains.capital.contracts import Array
from rechenmacht.errors import BadInput, nearest

PASSED_OVER = frozenset({"p", "default", "rounds", "formula_odd", "formula_even"})
"""Known results that a reference file may carry; they are no input."""
KNOWN = ("L", "e", "ext", "alpha", "beta", "names")
LARGEST = 5000


@dataclass(frozen=True)
class Network:
    """Dues (nodes, nodes) from debtor to creditor, cash (nodes,), dues to outsiders (nodes,), recovery shares."""

    dues: Array
    cash: Array
    external: Array
    alpha: float
    beta: float
    names: tuple[str, ...]


def _array(content: dict[str, Any], key: str, shape: tuple[int, ...], file: str) -> Array:
    try:
        values = np.array(content[key], dtype=float)
    except (TypeError, ValueError):
        raise BadInput(f"{file}: {key} must hold numbers only, in rows of equal length") from None
    if values.shape != shape:
        raise BadInput(f"{file}: {key} has shape {values.shape}, where {shape} is needed")
    if not np.isfinite(values).all() or (values < 0).any():
        place = np.argwhere(~np.isfinite(values) | (values < 0))[0]
        raise BadInput(
            f"{file}: {key}{[int(i) for i in place]} is {values[tuple(place)]:g}; amounts are finite and not negative"
        )
    return values


def _share(content: dict[str, Any], key: str, file: str) -> float:
    value = content.get(key, 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput(f"{file}: {key} must be a number from 0 to 1, not {value!r}")
    return float(value)


def _named(content: Any, case: str | None, file: str) -> Any:
    """Pick one network out of a file that holds several by name."""
    several = isinstance(content, dict) and "L" not in content and any(isinstance(v, dict) for v in content.values())
    if not several:
        if case is not None:
            raise BadInput(f"{file}: holds one network, there is no case {case!r} to choose")
        return content
    fit = [name for name, value in content.items() if isinstance(value, dict) and "L" in value]
    if case is None:
        raise BadInput(f"{file}: holds several networks, choose one with --case: {', '.join(fit)}")
    if case not in fit:
        raise BadInput(f"{file}: no network {case!r}{nearest(case, fit) or '; known: ' + ', '.join(fit)}")
    return content[case]


def load(path: Path) -> Any:
    """Return what a JSON file says.

    Raises:
        BadInput: if it cannot be read or is no JSON.
    """
    return files.json_of(path)


def network(content: Any, case: str | None = None, file: str = "network") -> Network:
    """Return a network as checked arrays.

    Args:
        content: `L` and `e` are needed, `ext` is 0, `alpha` and `beta` are 1 where they are missing.
        case: name of the network where the content holds several.
        file: what errors call it.

    Raises:
        BadInput: if an entry is missing, unknown, of wrong shape, negative or not finite.
    """
    content = _named(content, case, file)
    if not isinstance(content, dict):
        raise BadInput(f"{file}: must be an object with L and e")
    for key in content:
        if key not in KNOWN and key not in PASSED_OVER:
            raise BadInput(f"{file}: unknown entry {key!r}{nearest(key, KNOWN) or '; known: ' + ', '.join(KNOWN)}")
    for key in ("L", "e"):
        if key not in content:
            raise BadInput(f"{file}: {key} is missing")
    if not isinstance(content["e"], list) or not 0 < len(content["e"]) <= LARGEST:
        raise BadInput(f"{file}: e must be a list of 1 to {LARGEST:,} numbers")
    size = len(content["e"])
    cash = _array(content, "e", (size,), file)
    dues = _array(content, "L", (size, size), file)
    if np.diagonal(dues).any():
        i = int(np.flatnonzero(np.diagonal(dues))[0])
        raise BadInput(f"{file}: L[{i}, {i}] is {dues[i, i]:g}; nobody owes itself")
    external = _array(content, "ext", (size,), file) if "ext" in content else np.zeros(size)
    names = content.get("names", [str(i + 1) for i in range(size)])
    if not isinstance(names, list) or len(names) != size or not all(isinstance(name, str) for name in names):
        raise BadInput(f"{file}: names must be {size} texts")
    return Network(dues, cash, external, _share(content, "alpha", file), _share(content, "beta", file), tuple(names))


def read(path: Path, case: str | None = None) -> Network:
    """Return the network of a JSON file.

    Raises:
        BadInput: if the file is unreadable or an entry cannot be used; the message names the file.
    """
    return network(load(path), case, path.name)
