"""What plug-ins add to the race: mechanisms and outcomes of one's own, declared and checked like ours.

A mechanism stands after a named one, reads and writes only what it declares, and can be switched off. An outcome reads
state or other outcomes (`installed|h100e_8bit@Europe`) at the end of a quarter. What they do wrong is said in one line
that names the plug-in: code from elsewhere never shows its insides to the reader of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import MECHANISMS, NAMES, acted
from rechenmacht.errors import BadInput, nearest

Act = Callable[[Any, Any, Any, Any], Mapping[str, Any]]
NAME = re.compile(r"[a-z][a-z0-9_]*")
VARIABLE = re.compile(r"[a-z][a-z0-9_]*(\|[a-z0-9_]+)*")
CODES = {shown: code for code, shown in REGION.items()}


@dataclass(frozen=True)
class Mechanism:
    """A mechanism of one's own.

    Args:
        name: its name, as `--off` and the column `mechanism` of parameters write it.
        after: the mechanism behind which it stands in the quarter.
        reads: state that it reads, of the race or of its own.
        writes: state that it writes.
        step: (state, p, policy, xp) -> what it writes; shapes end in the draw axis.
        none: the same, where it is switched off.
        start: (p, xp) -> the state that it brings, before the first quarter.
    """

    name: str
    after: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    step: Act
    none: Act
    start: Callable[[Any, Any], Mapping[str, Any]] = lambda p, xp: {}


@dataclass(frozen=True)
class Outcome:
    """An outcome of one's own, reported at the end of each quarter.

    Args:
        name: the variable, such as `germany_compute`.
        unit: of its values, such as `share`, `h100e`, `GW`, `USD/year`.
        title: what it is called: `{"en": ..., "de": ...}`.
        reads: state, or outcomes as `variable@Region`.
        formula: (values, p, xp) -> shape (region, draw), or (draw) if there is one region.
        regions: of the blocs (`us`, `cn`, `eu`, `gulf`, `rest`, `world`), or one's own as (English, German).
    """

    name: str
    unit: str
    title: Mapping[str, str]
    reads: tuple[str, ...]
    formula: Callable[[Any, Any, Any], Any]
    regions: tuple[str | tuple[str, str], ...] = ("world",)


class _Seen(dict[str, Any]):
    """What a plug-in sees: reading what it does not declare is an error."""

    def __missing__(self, name: str) -> Any:
        raise BadInput(f"it reads {name!r} without declaring it in reads")


def _guarded(where: str, call: Callable[..., Any], *given: Any) -> Any:
    """Return what a plug-in's function returns.

    Raises:
        BadInput: whatever goes wrong in it, in one line.
    """
    try:
        return call(*given)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    except KeyError as error:
        raise BadInput(f"{where}: there is no {error}") from None
    except Exception as error:  # noqa: BLE001 - code from elsewhere may raise anything
        raise BadInput(f"{where}: {type(error).__name__}: {error}") from None


@dataclass(frozen=True)
class Acting:
    """A mechanism as the race calls it: its name in the form of ours, its faults as sentences."""

    own: Mechanism
    where: str

    @property
    def READS(self) -> tuple[str, ...]:  # noqa: N802 - as modules of mechanisms call it
        """What it reads."""
        return self.own.reads

    @property
    def WRITES(self) -> tuple[str, ...]:  # noqa: N802
        """What it writes."""
        return self.own.writes

    def begin(self, p: Any, xp: Any) -> dict[str, Any]:
        """Return the state that it brings, each of shape (..., draw)."""
        found = dict(_guarded(self.where, self.own.start, p, xp))
        _must_be_known(self.where, "start gives", found, self.own.writes, "writes")
        return found

    def act(self, name: str, state: dict[str, Any], p: Any, policy: Any, xp: Any, off: tuple[str, ...]) -> Any:
        """Return the state after it has acted.

        Raises:
            BadInput: if it reads or writes what it does not declare, or an array of another shape.
        """
        call = self.own.none if name in off else self.own.step
        seen = _Seen({one: state[one] for one in self.own.reads if one in state})
        written = dict(_guarded(self.where, call, seen, p, policy, xp))
        _must_be_known(self.where, "it writes", written, self.own.writes, "writes")
        for one, value in written.items():
            before = state[one].shape if one in state else None
            if before is not None and getattr(value, "shape", None) != before:
                shape = getattr(value, "shape", type(value).__name__)
                raise BadInput(f"{self.where}: it writes {one!r} of shape {shape} where {before} is needed")
        return state | written


def _must_be_known(where: str, what: str, found: Mapping[str, Any], known: tuple[str, ...], declared: str) -> None:
    for one in found:
        if one not in known:
            raise BadInput(f"{where}: {what} {one!r} without declaring it in {declared}")


@dataclass(frozen=True)
class Added:
    """All that acts in a run besides the shipped model, in the order of registration.

    `files` are (name, SHA-256) of the plug-ins.
    """

    mechanisms: tuple[Acting, ...] = ()
    outcomes: tuple[tuple[Outcome, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    places: Mapping[str, int] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.mechanisms or self.outcomes)

    @cached_property
    def order(self) -> tuple[tuple[str, ModuleType | Acting], ...]:
        """The mechanisms of a quarter by name, in the order in which they act."""
        found: list[tuple[str, ModuleType | Acting]] = list(zip(NAMES, MECHANISMS, strict=True))
        for one in self.mechanisms:
            place = next(k for k, (name, _) in enumerate(found) if name == one.own.after) + 1
            while place < len(found) and isinstance(found[place][1], Acting):
                place += 1  # behind those that were registered before
            found.insert(place, (one.own.name, one))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What parameters may name as their mechanism: mechanisms and, last, outcomes of one's own."""
        return (*(name for name, _ in self.order), *(one.name.split("|")[0] for one, _ in self.outcomes))

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """What a run reports: the shipped series, then those of one's own."""
        own = [Series(one.name, region_of(region), one.unit) for one, _ in self.outcomes for region in one.regions]
        return (*SERIES, *own)

    def record_of(self) -> list[dict[str, str]]:
        """Return the plug-ins as a run's record lists them."""
        return [{"name": name, "sha256": checksum} for name, checksum in self.files]

    def begin(self, p: Any, xp: Any) -> dict[str, Any]:
        """Return the state before the first quarter.

        Raises:
            BadInput: if a plug-in brings state that is there already.
        """
        state = start(p, xp)
        for one in self.mechanisms:
            own = one.begin(p, xp)
            for name in set(own) & set(state):
                raise BadInput(f"{one.where}: start gives {name!r}, which stands in the state already")
            state |= own
        return state

    def advance(self, state: dict[str, Any], p: Any, policy: Any, xp: Any, off: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the state after one step; `off` names mechanisms that are switched off."""
        for name, module in self.order:
            state = self.acted(module, name, state, p, policy, xp, off)
        return state

    @staticmethod
    def acted(
        module: ModuleType | Acting, name: str, state: dict[str, Any], p: Any, policy: Any, xp: Any,
        off: tuple[str, ...],
    ) -> dict[str, Any]:  # fmt: skip
        """Return the state after one mechanism, shipped or of one's own."""
        if isinstance(module, Acting):
            found: dict[str, Any] = module.act(name, state, p, policy, xp, off)
            return found
        return acted(module, name, state, p, policy, xp, off)

    def record(self, shipped: Any, state: dict[str, Any], p: Any, xp: Any) -> list[Any]:
        """Return the outcomes of one's own, each of shape (region, draw).

        Args:
            shipped: the shipped outcomes of the quarter, shape (series, draw).
            state: the state at its end.
            p: parameters, each of shape (draw,).
            xp: the array namespace.

        Raises:
            BadInput: if a formula fails or gives another shape.
        """
        rows, found = dict(self.places), []
        count, draws = len(SERIES), shipped.shape[-1]
        known = [shipped]
        for one, where in self.outcomes:
            values = _Seen()
            for name in one.reads:
                if name in rows:
                    place = rows[name]
                    values[name] = shipped[place] if place < count else _row(known[1:], place - count)
                else:
                    values[name] = state[name]
            value = _guarded(where, one.formula, values, p, xp)
            shape = getattr(value, "shape", None)
            if shape == (draws,) and len(one.regions) == 1:
                value = value[None]
            elif shape != (len(one.regions), draws):
                raise BadInput(
                    f"{where}: the formula gives shape {shape}, not (region, draw) {len(one.regions), draws}"
                )
            known.append(value)
            found.append(value)
        return found


def _row(parts: list[Any], place: int) -> Any:
    for part in parts:
        if place < part.shape[0]:
            return part[place]
        place -= part.shape[0]
    raise IndexError(place)


def region_of(region: str | tuple[str, str]) -> str:
    """Return a region as series write it: a bloc's English name, or one's own."""
    return REGION[region] if isinstance(region, str) else region[0]


def checked(
    mechanisms: list[tuple[Mechanism, str]], outcomes: list[tuple[Outcome, str]], files: list[tuple[str, str]],
    state: frozenset[str],
) -> Added:  # fmt: skip
    """Return what plug-ins add, if it is declared well.

    Args:
        mechanisms: each with the plug-in it is from.
        outcomes: each with the plug-in it is from.
        files: (name, SHA-256) of the plug-ins.
        state: the names of the shipped state.

    Raises:
        BadInput: in one line, naming plug-in, mechanism or outcome, and what is wrong.
    """
    acting: list[Acting] = []
    known = set(state) | {name for one, _ in mechanisms for name in one.writes}
    taken = set(NAMES)
    for one, file in mechanisms:
        where = f"plug-in {file}, mechanism {one.name}"
        if not NAME.fullmatch(one.name) or one.name in taken:
            raise BadInput(f"{where}: that name is taken or none (small letters, digits, _)")
        if one.after not in taken:
            raise BadInput(f"{where}: after names no mechanism {one.after!r}{nearest(one.after, taken)}")
        for name in one.reads:
            if name not in known:
                raise BadInput(f"{where}: reads names no state {name!r}{nearest(name, known)}")
        taken.add(one.name)
        acting.append(Acting(one, where))
    rows = {f"{one.variable}@{one.region}": place for place, one in enumerate(SERIES)}
    found, variables = [], {one.variable for one in SERIES}
    for out, file in outcomes:
        where = f"plug-in {file}, outcome {out.name}"
        _outcome(out, where, known, rows, variables | taken)
        variables.add(out.name)
        taken.add(out.name.split("|")[0])
        found.append((out, where))
        for region in out.regions:
            rows[f"{out.name}@{region_of(region)}"] = len(rows)
    return Added(tuple(acting), tuple(found), tuple(files), rows)


def _outcome(out: Outcome, where: str, state: set[str], rows: Mapping[str, int], taken: set[str]) -> None:
    if not VARIABLE.fullmatch(out.name) or out.name in taken:
        raise BadInput(f"{where}: that name is taken or none (small letters, digits, _ and |)")
    if not (out.title.get("en") and out.title.get("de")):
        raise BadInput(f"{where}: title needs en and de")
    for name in out.reads:
        if name not in state and name not in rows:
            raise BadInput(f"{where}: reads names no state or outcome {name!r}{nearest(name, [*state, *rows])}")
    if not out.regions:
        raise BadInput(f"{where}: it has no region")
    for region in out.regions:
        if isinstance(region, str) and region not in REGION:
            raise BadInput(f"{where}: no region {region!r}; known: {', '.join(REGION)}, or (English, German)")
