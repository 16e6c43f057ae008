"""What a path's stress moves: levers by name, with units and bounds; none moved is the calm path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rechenmacht.errors import BadInput, nearest

FIRMS = ("org:openai", "org:anthropic", "org:xai", "org:coreweave", "org:oracle", "org:nebius")
"""Firms whose balance sheets run along the path; xAI stands for SpaceX, whose accounts hold it."""
NAMES = tuple(one.rpartition(":")[2] for one in FIRMS)
LEVERS: dict[str, tuple[float, float, float, str]] = {
    "revenue": (1.0, 0.0, 3.0, "factor"),
    "tenants": (1.0, 0.0, 1.0, "factor"),
    "spread": (0.0, 0.0, 0.5, "1/year"),
    "refinanced": (1.0, 0.0, 1.0, "factor"),
    "window": (1.0, 0.0, 1.0, "factor"),
    "life": (1.0, 0.1, 1.0, "factor"),
    "rent": (1.0, 0.05, 3.0, "factor"),
    "delay": (0.0, 0.0, 4.0, "year"),
    "guarantees": (0.0, 0.0, 1.0, "share"),
    "default": (0.0, 0.0, 1.0, "flag"),
}
"""Lever -> its value when untouched, bounds, unit; `revenue`, `window`, `default` may name a firm: revenue.openai."""
GRID = {**dict.fromkeys(LEVERS, 3), "spread": 4, "delay": 2}
"""Decimals to which a lever's value is taken; the answer names the values as taken."""
OF_FIRM = frozenset({"revenue", "window", "default"})
WORSE_DOWN = frozenset({"revenue", "tenants", "refinanced", "window", "life", "rent"})


@dataclass(frozen=True, slots=True)
class PathLevers:
    """Values by lever, or by lever and firm (`revenue.openai`)."""

    values: dict[str, float] = field(default_factory=dict)

    def of(self, lever: str, firm: str = "") -> float:
        """Return a lever's value for a firm: the firm's own times the general one, or the general one."""
        base = LEVERS[lever][0]
        whole = self.values.get(lever, base)
        own = self.values.get(f"{lever}.{firm.rpartition(':')[2]}", base) if firm else base
        return max(whole, own) if lever == "default" else whole * own if base == 1.0 else max(whole, own)


def parse(texts: Iterable[str]) -> PathLevers:
    """Read levers written as `revenue.openai=0.7` or `tenants=0.5`, to the decimals of `GRID`.

    Raises:
        BadInput: if a lever or firm is unknown, or a value is no number within its bounds.
    """
    values: dict[str, float] = {}
    for text in texts:
        key, sign, written = text.partition("=")
        lever, dot, firm = key.strip().partition(".")
        if not sign:
            raise BadInput(f"lever {text!r}: write name=value, for example revenue.openai=0.7")
        if lever not in LEVERS:
            raise BadInput(f"no lever {lever!r}{nearest(lever, LEVERS) or '; known: ' + ', '.join(LEVERS)}")
        if dot and (lever not in OF_FIRM or firm not in NAMES):
            known = ", ".join(NAMES) if lever in OF_FIRM else "it takes no firm"
            raise BadInput(f"lever {lever!r} with {firm!r}: {known}")
        if lever == "default" and not dot:
            raise BadInput(f"lever 'default' needs a firm: {', '.join(NAMES)}")
        try:
            value = float(written)
        except ValueError:
            raise BadInput(f"lever {key}: {written!r} is no number") from None
        _, low, high, unit = LEVERS[lever]
        if not low <= value <= high:
            raise BadInput(f"lever {key} must lie within {low:g} and {high:g} ({unit})")
        if key.strip() in values:
            raise BadInput(f"lever {key.strip()} is given twice")
        if lever == "default" and value not in (0.0, 1.0):
            raise BadInput(f"lever {key} is a flag: 0 or 1, not {value:g}")
        values[key.strip()] = float(round(value, GRID[lever]))
    _agree(values)
    return PathLevers(values)


def said(levers: PathLevers) -> list[str]:
    """Return levers as they are written, with the values as taken."""
    return [f"{key}={value:.10g}" for key, value in levers.values.items()]


def _agree(values: dict[str, float]) -> None:
    """Let pass levers that do not work against each other.

    Raises:
        BadInput: if a lever of all firms and the same of one pull in opposite directions, or a firm that is to fail
            by name is given better means.
    """
    for key, value in values.items():
        lever, dot, firm = key.partition(".")
        base = LEVERS[lever][0]
        whole = values.get(lever, base)
        if dot and (value - base) * (whole - base) < 0:
            raise BadInput(
                f"levers {lever}={whole:g} and {key}={value:g} pull in opposite directions, and they multiply: "
                f"give {key} alone, or both on one side of {base:g}"
            )
        if lever == "revenue" and dot and value > base and values.get(f"default.{firm}"):
            raise BadInput(f"levers default.{firm} and {key}={value:g} contradict each other")


def scaled(key: str, strength: float) -> PathLevers:
    """Return a lever moved from untouched (0) to its worst bound (1)."""
    lever = key.partition(".")[0]
    base, low, high, _ = LEVERS[lever]
    worst = low if lever in WORSE_DOWN else high
    return PathLevers({key: base + strength * (worst - base)})
