"""Stress scenarios: one TOML file each, saying which levers are moved, how far, and on what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rechenmacht import files
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.forms import BASES, Parameter

Finite = Annotated[float, Field(allow_inf_nan=False)]
Lever = Literal[
    "funding", "rent_price", "useful_life", "notice_exits", "guarantees_called", "delay", "delayed_share", "purchases",
    "warrants", "refinanced",
]  # fmt: skip
LEVERS: dict[str, tuple[str, float, float]] = {
    "funding": ("factor", 0.0, 5.0),
    "rent_price": ("USD/h", 0.01, 100.0),
    "useful_life": ("year", 0.5, 20.0),
    "notice_exits": ("day", 1.0, 730.0),
    "guarantees_called": ("share", 0.0, 1.0),
    "delay": ("year", 0.0, 10.0),
    "delayed_share": ("share", 0.0, 1.0),
    "purchases": ("factor", 0.0, 5.0),
    "warrants": ("factor", 0.0, 1.0),
    "refinanced": ("factor", 0.0, 1.5),
}
"""Lever -> unit and bounds. docs/capital.md says what each does."""
WITH_ORGS = frozenset({"funding", "purchases", "warrants"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A text in both languages."""

    en: str = Field(min_length=1)
    de: str = Field(min_length=1)


class Shock(_Strict):
    """One lever moved to a value drawn from low, mid, high; for some levers only the contracts of some companies."""

    lever: Lever
    low: Finite
    mid: Finite
    high: Finite
    unit: str
    basis: str
    reason: str = Field(min_length=1)
    claims: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    payee: tuple[str, ...] = ()


class Stress(_Strict):
    """A scenario as its file says it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    question: Words
    shock: tuple[Shock, ...] = Field(min_length=1)


def parameter(stress: Stress, number: int) -> Parameter:
    """Return what to draw for a scenario's shock; its stream is keyed by scenario, place and lever."""
    one = stress.shock[number]
    kind = "fixed" if one.low == one.high else "triangular"
    name = f"stress.{stress.id}.{number}.{one.lever}"
    return Parameter(
        name, "capital_network", "", one.low, one.mid, one.high, one.unit, kind, one.basis, one.claims, one.reason
    )


def available(base: Base) -> dict[str, Path]:
    """Return the scenario files by id; a workspace's `capital` folder wins over the shipped one."""
    found: dict[str, Path] = {}
    for folder in ((base.workspace / "capital",) if base.workspace else ()) + (SHIPPED / "capital",):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def read(base: Base, path: Path) -> Stress:
    """Read and check one scenario file.

    Raises:
        BadInput: if it is no TOML, has missing, unknown or wrong entries, or names something the base does not know.
    """
    content = files.toml(path)
    try:
        stress = Stress.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "literal_error" and where.endswith("lever"):
            raise BadInput(f"{path.name}: {where}: no such lever; known: {', '.join(get_args(Lever))}") from None
        raise BadInput(f"{path.name}: {where}: {first['msg'].lower()}") from None
    if stress.id != path.stem:
        raise BadInput(f"{path.name}: id {stress.id!r} differs from the file's name")
    check(base, stress, f"{path.name}: shock")
    return stress


def check(base: Base, stress: Stress, where: str) -> None:
    """Let pass a scenario whose shocks are possible.

    Raises:
        BadInput: if a value is out of bounds, a company, claim or basis unknown, or a lever moved twice for the same
            contracts; the message begins with `where`.
    """
    seen: dict[tuple[str, tuple[str, ...], tuple[str, ...]], int] = {}
    for number, shock in enumerate(stress.shock):
        _check(base, shock, f"{where} {number + 1}")
        first = seen.setdefault((shock.lever, tuple(sorted(shock.who)), tuple(sorted(shock.payee))), number)
        if first != number:
            raise BadInput(
                f"{where} {number + 1}: {shock.lever} is moved twice for the same contracts (see {first + 1})"
            )


def _check(base: Base, shock: Shock, where: str) -> None:
    unit, low, high = LEVERS[shock.lever]
    if shock.unit != unit:
        raise BadInput(f"{where}: {shock.lever} is given in {unit!r}, not {shock.unit!r}")
    if not shock.low <= shock.mid <= shock.high:
        raise BadInput(f"{where}: low, mid and high are not in order")
    if not (low <= shock.low and shock.high <= high):
        raise BadInput(f"{where}: {shock.lever} must lie within {low:g} and {high:g} {unit}")
    if shock.basis not in BASES:
        raise BadInput(f"{where}: basis {shock.basis!r} is none of {', '.join(BASES)}")
    if shock.basis != "judgement" and not shock.claims:
        raise BadInput(f"{where}: no claims, and basis is not judgement")
    if (shock.who or shock.payee) and shock.lever not in WITH_ORGS:
        raise BadInput(f"{where}: {shock.lever} takes no companies")
    for org in (*shock.who, *shock.payee):
        if org not in base.entities:
            raise BadInput(f"{where}: no entity {org!r}{nearest(org, base.entities)}")
    for claim in shock.claims:
        if claim not in base.claims:
            raise BadInput(f"{where}: no claim {claim!r}{nearest(claim, base.claims)}")


def find(base: Base, name: str) -> Stress:
    """Return the scenario of an id or of a path to a TOML file.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    known = available(base)
    if name in known:
        return read(base, known[name])
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return read(base, path)
    raise BadInput(f"no stress scenario {name!r}{nearest(name, known) or '; known: ' + ', '.join(known)}")
