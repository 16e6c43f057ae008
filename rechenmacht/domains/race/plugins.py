"""Plug-ins of a workspace: Python that is named in its settings, and run only where its user asks for it.

`plugins = ["mine.py", "name"]` in the workspace's `rechenmacht.toml` names files of the workspace and installed
packages' entry points of the group `rechenmacht.plugins`; each holds `PLUGINS`, a tuple of mechanisms and outcomes.
They are code: nothing of them is loaded unless the command line's `--plugins` or `rm.open(..., plugins=True)` says so,
and never by a server. A workspace that names some is not run without that being decided.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field, fields
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rechenmacht import files
from rechenmacht.domains.race.added import Added, Mechanism, Outcome, checked
from rechenmacht.domains.race.step import MECHANISMS
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import WORKSPACE_MARK, Base

GROUP = "rechenmacht.plugins"
NOTHING = Added()


@dataclass(frozen=True)
class Extended(Base):
    """A fact base of which it is decided what acts in its runs besides the shipped model."""

    added: Added = field(default=NOTHING)


def named(workspace: Path | None) -> tuple[str, ...]:
    """Return the plug-ins that a workspace's settings name.

    Raises:
        BadInput: if they are no list of texts.
    """
    if workspace is None:
        return ()
    found = files.toml(workspace / WORKSPACE_MARK).get("plugins", [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise BadInput(f'{WORKSPACE_MARK}: plugins is no list of names, such as ["mine.py"]')
    return tuple(found)


def of(base: Base) -> Added:
    """Return what acts in a base's runs besides the shipped model.

    Raises:
        BadInput: if its workspace names plug-ins and nobody has decided whether they run.
    """
    if isinstance(base, Extended):
        return base.added
    if wanted := named(base.workspace):
        raise BadInput(
            f"this workspace names plug-ins ({', '.join(wanted)}), which are code: --plugins runs them, --no-plugins "
            "leaves them out (in Python open(..., plugins=True) or False)"
        )
    return NOTHING


def without(base: Base) -> Base:
    """Return the base whose runs are the shipped model's."""
    return _extended(base, NOTHING)


def alone(base: Base, why: str) -> None:
    """Refuse a base with plug-ins where only the shipped model is meant.

    Raises:
        BadInput: if there are some.
    """
    if isinstance(base, Extended) and base.added:
        raise BadInput(f"{why} the shipped model, without plug-ins: leave them out (--no-plugins)")


def like(base: Base, changed: Base) -> Base:
    """Return a changed base with the decision about plug-ins of the one it was made from."""
    return _extended(changed, base.added) if isinstance(base, Extended) else changed


def extended(base: Base) -> Base:
    """Return the base with its workspace's plug-ins: this runs their code.

    Raises:
        BadInput: in one line, if one cannot be loaded or declares what cannot be.
    """
    mechanisms: list[tuple[Mechanism, str]] = []
    outcomes: list[tuple[Outcome, str]] = []
    sums: list[tuple[str, str]] = []
    for name in named(base.workspace):
        module, path = _file(base.workspace, name) if name.endswith(".py") else _installed(name)
        sums.append((name, hashlib.sha256(path.read_bytes()).hexdigest()))
        given = getattr(module, "PLUGINS", None)
        if not isinstance(given, tuple | list) or not given:
            raise BadInput(f"plug-in {name}: it has no PLUGINS, a tuple of mechanisms and outcomes")
        for one in given:
            if isinstance(one, Mechanism):
                mechanisms.append((one, name))
            elif isinstance(one, Outcome):
                outcomes.append((one, name))
            else:
                raise BadInput(f"plug-in {name}: {type(one).__name__} is no Mechanism or Outcome")
    return _extended(base, checked(mechanisms, outcomes, sums, _state()))


def _extended(base: Base, added: Added) -> Base:
    own = {one.name: getattr(base, one.name) for one in fields(Base)}
    return Extended(**own, added=added)


def _state() -> frozenset[str]:
    """Return the names of the shipped state."""
    from rechenmacht.domains.race.start import start  # noqa: PLC0415

    class Ones(dict[str, Any]):
        def __missing__(self, name: str) -> Any:
            return np.ones(1)

    with np.errstate(all="ignore"):
        begun = start(Ones(), np)
    return frozenset(begun) | {name for module in MECHANISMS for name in module.WRITES}


def _file(workspace: Path | None, name: str) -> tuple[ModuleType, Path]:
    path = Path(workspace or ".") / name
    if not path.resolve().is_relative_to(Path(workspace or ".").resolve()) or not path.is_file():
        raise BadInput(f"plug-in {name}: there is no such file in the workspace")
    spec = spec_from_file_location(f"rechenmacht_plugin_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadInput(f"plug-in {name}: it is no Python file")
    module = module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - code from elsewhere may raise anything
        raise BadInput(f"plug-in {name}: {type(error).__name__}: {error}") from None
    finally:
        sys.dont_write_bytecode = before
    return module, path


def _installed(name: str) -> tuple[ModuleType, Path]:
    known: dict[str, EntryPoint] = {one.name: one for one in entry_points(group=GROUP)}
    if name not in known:
        listed = nearest(name, known) or f"; installed: {', '.join(sorted(known)) or 'none'}"
        raise BadInput(f"plug-in {name}: no installed package brings it (entry points {GROUP}){listed}")
    try:
        module = known[name].load()
    except Exception as error:  # noqa: BLE001 - code from elsewhere may raise anything
        raise BadInput(f"plug-in {name}: {type(error).__name__}: {error}") from None
    path = getattr(module, "__file__", None)
    if not isinstance(module, ModuleType) or path is None:
        raise BadInput(f"plug-in {name}: its entry point names no module")
    return module, Path(path)
