"""What the answers about the race share: the scenario as it is asked for, and the claims that a run rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Note
from rechenmacht.answers.kinds import Kind
from rechenmacht.catalogue import LINES, chip
from rechenmacht.dates import quarter_of
from rechenmacht.domains.race import questions
from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.outcomes import SERIES, Series
from rechenmacht.domains.race.ruled import ENTITY
from rechenmacht.domains.uncertainty.ensemble import Model, served
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.runs import FIRST_SIMULATED, replace_off
from rechenmacht.scenario import Scenario

USUAL = (
    "installed|h100e_8bit", "accessible|h100e_8bit", "power_connected", "capex_ai", "frontier_gap", "virtual_workers",
)  # fmt: skip


# Mechanisms that, switched off, change what a run says of observed quarters; all others act after them (measured by a
# test). A run without one of these is no history.
REWRITING = frozenset({
    "adoption", "algorithms", "allocation", "capital", "decentralisation", "deployment", "electricity",
    "export_controls", "returns",
})  # fmt: skip


class Moved(Protocol):
    """What moves a scenario: mechanisms switched off, levers set, ranges shifted."""

    off: list[str]
    set: list[str]
    shift: list[str]


def moved(found: Scenario, asked: Moved, observed: str = LAST_OBSERVED) -> Scenario:
    """Return a scenario with its mechanisms switched off and its levers moved.

    Args:
        found: the scenario.
        asked: what moves it.
        observed: the last quarter that the run takes as it was; no lever of the user acts before.

    Raises:
        BadInput: if a lever cannot be read or acts in an observed quarter.
    """
    return scenarios.with_settings(
        replace_off(found, tuple(asked.off)), asked.set, FIRST_SIMULATED, asked.shift, observed
    )


def scenario_of(asked: questions.World, base: Base) -> Scenario:
    """Return the scenario with its mechanisms switched off and its levers moved.

    Raises:
        BadInput: if a lever cannot be read or acts in an observed quarter.
    """
    found = asked.own or scenarios.read(scenarios.available(base)[asked.scenario])
    return moved(found, asked, asked.sees)


def changed(asked: Moved) -> tuple[Note, ...]:
    """Return what was asked beside the scenario: mechanisms switched off, levers set, ranges moved."""
    said = {"switched_off": list(asked.off), "levers_set": list(asked.set), "ranges_moved": list(asked.shift)}
    return tuple(Note(f"note.race.{key}", {"what": (found, Kind("ids"))}) for key, found in said.items() if found)


def rewritten(scenario: Scenario, observed: str) -> list[str]:
    """Return what makes a run's past another than the observed one: mechanisms that are off, and levers that act in it.

    Args:
        scenario: as it is run.
        observed: the last quarter that the run takes as it was.
    """
    off = [name for name in scenario.off if name in REWRITING]
    levers = [f"{one.name}@{quarter_of(one.at)}" for one in scenario.lever if quarter_of(one.at) <= observed]
    return list(dict.fromkeys([*off, *levers]))


def counterfactual(found: Sequence[str], observed: str) -> tuple[Note, ...]:
    """Return the warning above a run whose past is not the observed one, by what `rewritten` found; else nothing."""
    said = {"what": (", ".join(found), Kind("text")), "observed": (observed, Kind("quarter"))}
    return (Note("note.race.counterfactual", said),) if found else ()


def claims_of(base: Base, model: Model, scenario: Scenario) -> tuple[str, ...]:
    """Return the claims that a run rests on: of priors and levers, and of the datasheets by which chips are counted."""
    names = {name for names in LINES.values() for name in names} | set(ENTITY.values())
    sheets = (known for name in sorted(names) for known in chip(base, name).known.values())
    found = [claim for parameter in model.parameters for claim in parameter.claims]
    found += [claim for lever in scenario.lever for claim in lever.claims]
    found += [claim.id for known in sheets for claim, _ in known.used]
    return tuple(dict.fromkeys(found))


def places(variables: Sequence[str], series: Sequence[Series] = SERIES) -> list[int]:
    """Return the places of variables in all regions; of the usual ones, if none is named.

    Args:
        variables: the variables.
        series: what a run reports.

    Raises:
        BadInput: if one is unknown.
    """
    known = {one.variable for one in series}
    for name in variables:
        if name not in known:
            near = nearest(name, known)
            raise BadInput.of("error.race.no_variable", f"no outcome {name!r}{near}", name=name, near=near)
    wanted = set(variables or USUAL)
    return [i for i, one in enumerate(series) if one.variable in wanted]


def acting(model: Model, backend: Backend) -> tuple[Note, ...]:
    """Return what is said of plug-ins that act in a run, and of what computes it then; nothing without them."""
    if not model.given.added:
        return ()
    files = [f"{name} ({checksum[:12]})" for name, checksum in model.given.added.files]
    used = str(served(model, backend)["backend"])
    return (Note("note.race.plugins", {"files": (files, Kind("texts")), "backend": (used, Kind("id"))}),)
