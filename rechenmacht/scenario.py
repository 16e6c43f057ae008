"""Scenarios: one TOML file per what-if, saying only what differs from the reference."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rechenmacht import files
from rechenmacht.dates import quarter_of, quarters, span
from rechenmacht.errors import BadInput, among, nearest
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.forms import Parameter

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text in both languages."""

    en: str = Field(min_length=1)
    de: str = Field(min_length=1)


class Prior(_Strict):
    """A prior that replaces the reference's; `reason` says why, `claims` on what evidence."""

    low: Finite
    mid: Finite
    high: Finite
    reason: str = Field(min_length=1)
    claims: tuple[str, ...] = ()


class Lever(_Strict):
    """From the quarter `at` on, the parameter has this value in every draw; until the end of `until`, if that is said.

    After `until` it goes back to its usual value, over `recovery` quarters evenly. That needs a parameter that is the
    same in all draws, such as those of outages and falls. With `shift` the parameter's whole range moves so
    that its median is the value: draws keep their order and their spread.
    """

    name: str
    at: str
    value: Finite
    until: str = ""
    recovery: int = Field(default=0, ge=0, le=40)
    shift: bool = False
    reason: str = Field(min_length=1)
    claims: tuple[str, ...] = ()


class Expect(_Strict):
    """The sign that the median difference to the reference must have: a check of the scenario's logic."""

    variable: str
    region: str
    at: str
    sign: Literal["higher", "lower", "same"]


class Scenario(_Strict):
    """One what-if, as its file says it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    question: Text
    off: tuple[str, ...] = ()
    prior: dict[str, Prior] = {}
    lever: tuple[Lever, ...] = ()
    expect: tuple[Expect, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """A scenario checked against the fact base: the priors to draw and the dated levers.

    `levers` maps a parameter's name to (quarter, value) pairs in the order of time.
    """

    scenario: Scenario
    parameters: tuple[Parameter, ...]
    levers: Mapping[str, tuple[tuple[str, float], ...]]


# Scenarios that went by another name: what the old one is now, and why.
RENAMED = {
    "ascend_supercluster": "two: million_ascends (what such a system adds) and china_one_run (half of China's training "
    "compute on one run, which was most of its result)",
}


def folders(base: Base) -> tuple[Path, ...]:
    """Return the folders that hold scenario files, the workspace's first."""
    mine = (base.workspace / "scenarios",) if base.workspace else ()
    return (*mine, SHIPPED / "scenarios")


def available(base: Base) -> dict[str, Path]:
    """Return the scenario files by id; a workspace's file wins over a shipped one."""
    found: dict[str, Path] = {}
    for folder in folders(base):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    order = sorted(found, key=lambda name: (name != "reference", name))
    return {name: found[name] for name in order}


def read(path: Path) -> Scenario:
    """Read one scenario file.

    Raises:
        BadInput: if it is no TOML or has missing, unknown or wrong entries; the message names file and entry.
    """
    content = files.toml(path)
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path.name}: {where}: {first['msg'].lower()}") from None
    if scenario.id != path.stem:
        raise BadInput(f"{path.name}: id {scenario.id!r} differs from the file's name")
    return scenario


def find(base: Base, name: str) -> Scenario:
    """Return the scenario of an id or a path to a TOML file.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    known = available(base)
    if name in known:
        return read(known[name])
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return read(path)
    if name in RENAMED:
        raise BadInput(f"scenario {name!r} is now {RENAMED[name]}")
    raise BadInput(f"no scenario {name!r}{nearest(name, known) or '; known: ' + ', '.join(known)}")


QUARTER = re.compile(r"^(\d{4})(Q[1-4])$")
SETTING = re.compile(r"(?P<name>[\w.]+)=(?P<value>[^@]+)(?:@(?P<at>.+))?")


def setting(text: str) -> tuple[str, str, float]:
    """Return the name, quarter (empty if none) and value of a lever written NAME=VALUE or NAME=VALUE@QUARTER.

    Raises:
        ValueError: with the reason, if it cannot be read.
    """
    found = SETTING.fullmatch(text.strip())
    if found is None:
        raise ValueError("write NAME=VALUE or NAME=VALUE@QUARTER")
    at = re.sub(r"^(\d{4})(Q[1-4])$", r"\1-\2", (found["at"] or "").strip().upper())
    try:
        value = float(found["value"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{found['value']!r} is no finite number")
    return found["name"], at, value


def with_settings(
    scenario: Scenario, settings: Sequence[str], since: str, shifts: Sequence[str] = (), observed: str = ""
) -> Scenario:
    """Return the scenario with further levers: NAME=VALUE, NAME=VALUE@QUARTER or NAME=VALUE@QUARTER..QUARTER.

    Args:
        scenario: the scenario that is changed.
        settings: for example `export_controls.enforcement=0.9@2027Q1`, or with an end
            `production.outage.wafers_n3=0.8@2027Q1..2027Q4`.
        since: the quarter from which a setting without one holds.
        shifts: the same, as medians to which the parameters' ranges are moved.
        observed: the last quarter that the run takes as it was; nothing is looked at if it is empty.

    Raises:
        BadInput: if a setting cannot be read, acts in an observed quarter, or a parameter is both set and shifted.
    """
    levers = []
    for text, shift in (*((text, False) for text in settings), *((text, True) for text in shifts)):
        option = "--shift" if shift else "--set"
        try:
            name, at, value = setting(text)
        except ValueError as error:
            key = "form" if "NAME" in str(error) else "number"
            raise BadInput.of(f"error.scenario.{key}", f"{option} {text}: {error}", option=option, given=text) from None
        at, _, until = at.partition("..")
        begins, ends = (QUARTER.sub(r"\1-\2", part.strip()) for part in (at, until))
        chosen = Lever(name=name, at=begins or since, value=value, until=ends, shift=shift, reason="set by the user")
        levers.append(chosen)
    later(levers, observed)
    return scenario.model_copy(update={"lever": (*scenario.lever, *levers)})


def later(levers: Sequence[Lever], observed: str) -> None:
    """Let pass levers of a user that act after the last quarter that the run takes as it was, one way each.

    Raises:
        BadInput: if one acts in an observed quarter, or a parameter is both set and shifted.
    """
    both = {one.name for one in levers if one.shift} & {one.name for one in levers if not one.shift}
    for name in sorted(both):
        said = f"{name} is both set and shifted: a value for all draws, or a range moved; choose one"
        raise BadInput.of("error.scenario.both", said, name=name)
    for lever in levers:
        at = _quarter(lever.at)
        if at and at <= observed:
            said = (
                f"{lever.name} from {at}: that would contradict what was observed to {observed}; set it from the next "
                "quarter on, or condition the run on less: --until"
            )
            raise BadInput.of("error.scenario.observed", said, name=lever.name, at=at, observed=observed)


def _quarter(at: str) -> str:
    """Return the quarter in which a date ends, empty where it cannot be read; `_course` says so then."""
    try:
        return quarter_of(at)
    except ValueError:
        return ""


@cache
def declared() -> Mapping[str, tuple[float, float]]:
    """Return the declared bounds of parameters' values, by name or pattern (`lever_bounds.toml`)."""
    content = tomllib.loads((SHIPPED / "lever_bounds.toml").read_text(encoding="utf-8"))
    return {name: (float(low), float(high)) for name, (low, high) in content["bounds"].items()}


def bounds(parameter: Parameter) -> tuple[float, float]:
    """Return the hard bounds of a parameter's values, in its unit, as they are declared.

    The longest declared name or pattern that fits holds. Where nothing is declared, only the prior's own range is
    allowed: nothing is guessed.
    """
    return _declared(parameter.name) or (parameter.low, parameter.high)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(translate(name)) for name in declared() if set(name) & set("*?[")}


@cache
def _declared(name: str) -> tuple[float, float] | None:
    fitting = [pattern for pattern, fits in _patterns().items() if fits.match(name)]
    fitting += [name] if name in declared() else []
    return declared()[max(fitting, key=len)] if fitting else None


def _inside(parameter: Parameter, value: float, where: str) -> None:
    low, high = bounds(parameter)
    if not low <= value <= high:
        said = f"{value:g} {parameter.unit} is outside {low:g} to {high:g} for {parameter.name}"
        raise BadInput.of("error.scenario.bounds", said, where=where, value=f"{value:g}", unit=parameter.unit,
                          low=f"{low:g}", high=f"{high:g}", name=parameter.name)  # fmt: skip


def _known(parameters: Mapping[str, Parameter], name: str, where: str) -> Parameter:
    if name not in parameters:
        near = nearest(name, parameters)
        raise BadInput.of("error.scenario.parameter", f"no parameter {name!r}{near}", where=where, name=name, near=near)
    return parameters[name]


def _claims(base: Base, claims: tuple[str, ...], where: str) -> None:
    for claim in claims:
        if claim not in base.claims:
            raise BadInput(f"{where}: no claim {claim!r}{nearest(claim, base.claims)}")


def _prior(base: Base, parameter: Parameter, prior: Prior, where: str) -> Parameter:
    name = parameter.name
    if not prior.low <= prior.mid <= prior.high:
        raise BadInput(f"{where}: {name}: low, mid and high are not in order")
    _inside(parameter, prior.low, where)
    _inside(parameter, prior.high, where)
    _claims(base, prior.claims, where)
    if parameter.distribution == "lognormal" and prior.low <= 0:
        raise BadInput(f"{where}: {name}: a lognormal prior needs low above 0, not {prior.low:g}")
    return replace(parameter, low=prior.low, mid=prior.mid, high=prior.high, note=prior.reason, claims=prior.claims)


def prepare(base: Base, scenario: Scenario, mechanisms: tuple[str, ...]) -> Setup:
    """Check a scenario against parameters, claims and mechanisms, and return what a run needs.

    Raises:
        BadInput: if it names something unknown or sets a value out of bounds, naming the nearest valid names.
    """
    where = f"scenario {scenario.id}"
    for name in scenario.off:
        if name not in mechanisms:
            near, known = nearest(name, mechanisms), among(mechanisms)
            said = f"no mechanism {name!r}{near}{known}"
            raise BadInput.of("error.scenario.mechanism", said, where=where, name=name, near=near, known=known)
    parameters = {name: p for name, p in base.parameters.items() if p.mechanism in mechanisms}
    for name, prior in scenario.prior.items():
        parameters[name] = _prior(base, _known(parameters, name, where), prior, where)
    levers: dict[str, list[tuple[str, float]]] = {}
    for lever in scenario.lever:
        parameter = _known(parameters, lever.name, where)
        _inside(parameter, lever.value, where)
        _claims(base, lever.claims, where)
        levers.setdefault(lever.name, []).extend(_course(lever, parameter, where))
    # Of two values for one quarter the later written holds: what a user sets, over what the scenario says.
    steps = {name: tuple(sorted(pairs, key=itemgetter(0))) for name, pairs in levers.items()}
    return Setup(scenario, tuple(parameters.values()), steps)


def unread(setup: Setup, name: str, at: str) -> BadInput:
    """Return why a lever does nothing: its mechanism is switched off, or its parameter is read no more from `at` on."""
    where = f"scenario {setup.scenario.id}"
    mechanism = next(one.mechanism for one in setup.parameters if one.name == name)
    if mechanism in setup.scenario.off:
        said = f"{name} does nothing, because its mechanism {mechanism} is switched off"
        return BadInput.of("error.scenario.off", said, where=where, name=name, mechanism=mechanism)
    said = f"{name} is not read from {at} on, so a lever cannot set it: use a prior"
    return BadInput.of("error.scenario.unread", said, where=where, name=name, at=at)


def _shifted(lever: Lever, parameter: Parameter, where: str) -> float:
    """Return the value of a lever that moves a range.

    Raises:
        BadInput: if the parameter is the same in all draws, or the lever ends.
    """
    if parameter.low == parameter.high or lever.until or lever.recovery:
        said = f"{lever.name}: only a parameter that differs between draws can be shifted, without an end"
        raise BadInput.of("error.scenario.shift", said, where=where, name=lever.name)
    import numpy as np  # noqa: PLC0415 - scenarios are read without it where nothing is shifted

    from rechenmacht.sample import Shifted, values  # noqa: PLC0415

    middle = float(values(parameter, np.array([0.5]))[0])
    return Shifted(lever.value, middle, parameter.unit, bounds(parameter)[0])


def _course(lever: Lever, parameter: Parameter, where: str) -> list[tuple[str, float]]:
    """Return (quarter, value) pairs of a lever from its beginning to its end and recovery.

    Raises:
        BadInput: if a date cannot be read, the end lies before the beginning, or the parameter differs between draws.
    """
    for text in filter(None, (lever.at, lever.until)):
        try:
            span(text)
        except ValueError as error:
            said = f"{lever.name}: {error}"
            raise BadInput.of("error.scenario.date", said, where=where, name=lever.name, given=text) from None
    begins = quarter_of(lever.at)
    if lever.shift:
        return [(begins, _shifted(lever, parameter, where))]
    if not lever.until:
        if lever.recovery:
            raise BadInput(f"{where}: {lever.name}: a recovery needs an end (until)")
        return [(begins, lever.value)]
    if parameter.low != parameter.high:
        said = (
            f"{lever.name}: only a parameter that is the same in all draws can go back to its usual value; set its "
            "later value by a second lever"
        )
        raise BadInput.of("error.scenario.back", said, where=where, name=lever.name)
    ends = quarter_of(lever.until)
    if ends < begins:
        said = f"{lever.name}: ends in {ends}, before it begins in {begins}"
        raise BadInput.of("error.scenario.ends", said, where=where, name=lever.name, ends=ends, begins=begins)
    usual, steps = parameter.mid, lever.recovery + 1
    following = quarters(ends, f"{int(ends[:4]) + 1 + steps // 4}-Q4")[1 : steps + 1]
    back = [(quarter, lever.value + (usual - lever.value) * k / steps) for k, quarter in enumerate(following, 1)]
    return [(begins, lever.value), *back]
