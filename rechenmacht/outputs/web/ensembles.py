"""Ensembles summed up for answers: quantiles, probabilities, differences, and which assumption decides."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty.chosen import outcome as named
from rechenmacht.domains.uncertainty.ensemble import QUANTILES, SLICE, quantiles
from rechenmacht.domains.uncertainty.ranks import noise, rank_correlations
from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.envelope import sources_of
from rechenmacht.outputs.web.model import INDICATORS, Outcomes, Question, Race, Steps, Summed, chosen
from rechenmacht.sample import Shifted
from rechenmacht.scenario import Setup

Array = NDArray[np.float64]
Tick = Callable[[int], None]
DECIDES_DRAWS = 2000
# The observed series that a run is conditioned on (race.observed).
OBSERVED = ("chips_delivered", "h100e_delivered", "chip_power_delivered", "h100e_owned", "chips_bought_china")
LEAST = 512  # draws in a slice, however many series are asked for


def rounded(values: Array, digits: int = 6) -> Array:
    """Return numbers to so many significant digits, any shape; what is not finite stays as it is.

    Powers of ten are exact to 1e22, so numbers are multiplied or divided by one that is, and come out short.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
        up, down = 10.0 ** np.clip(places, 0, 22), 10.0 ** np.clip(-places, 0, 290)
        found = np.round(values * up / down) / up * down
    return np.where(np.isfinite(found), found, values)


def _short(values: Array) -> list[Any]:
    """Return numbers to six significant digits as nested lists; those that are not finite are written as null."""
    found: list[Any] = rounded(values).tolist()
    return found


def _rows(places: Sequence[int], table: Array) -> list[dict[str, Any]]:
    """Return series with their quantiles, table of shape (series, quarter, quantile)."""
    short = _short(table.transpose(0, 2, 1))
    return [
        {
            "variable": SERIES[place].variable,
            "region": SERIES[place].region,
            "unit": SERIES[place].unit,
            "values": short[i],
        }
        for i, place in enumerate(places)
    ]


def _chances(places: Sequence[int], means: Array) -> list[dict[str, Any]]:
    short = _short(means)
    return [
        {"variable": SERIES[place].variable, "region": SERIES[place].region, "values": short[i]}
        for i, place in enumerate(places)
    ]


def run_sources(race: Race, setup: Setup) -> list[dict[str, str]]:
    """Return the publications a run rests on: of priors and levers, observed series, chips' datasheets, and rules."""
    base = race.base
    claims = set(race.datasheets)
    claims |= {claim for parameter in setup.parameters for claim in parameter.claims}
    claims |= {claim for lever in setup.scenario.lever for claim in lever.claims}
    ids = {row.source for row in base.tables.history if row.quantity.startswith(OBSERVED)}
    ids |= {rule.source for rule in base.tables.rules if rule.subject == "chip"}
    return sources_of(base, claims, ids)


def _steps(setup: Setup, levers: Sequence[tuple[str, Steps]], *, shift: bool) -> dict[str, list[dict[str, Any]]]:
    """Return what holds of the levers named, the scenario's own steps with it, as a question takes them."""
    return {
        name: [
            {"at": at, "value": float(value)} for at, value in setup.levers[name] if isinstance(value, Shifted) == shift
        ]
        for name, _ in levers
    }


def _head(asked: Question, setup: Setup) -> dict[str, Any]:
    return {
        "scenario": asked.scenario,
        "set": _steps(setup, asked.changes, shift=False),
        "shift": _steps(setup, asked.shifts, shift=True),
        "draws": asked.draws,
        "seed": asked.seed,
    }


def simulate(
    race: Race, asked: Question, variables: Sequence[str] | None, most: int, tick: Tick | None = None
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return an ensemble's quantiles and probabilities, and its sources.

    Args:
        race: the model.
        asked: scenario, levers, draws and seed.
        variables: which outcomes; None asks for all.
        most: series times draws in memory at once; a larger ensemble is run in slices, and its quantiles are the
            means of the slices' quantiles.
        tick: called with the number of draws done; it may raise `Stopped`.

    Raises:
        BadInput: if the question cannot be answered.
    """
    began = time.perf_counter()
    setup, places = race.setup(asked), chosen(variables)
    found = summed(race, asked, setup, places, most, tick)
    content = {
        **_head(asked, setup),
        "quarters": list(QUARTERS),
        "quantiles": list(QUANTILES),
        "headlines": race.headlines,
        "series": _rows(places, found.table),
        "probabilities": _chances(INDICATORS, found.means),
        "slices": found.slices,
        "backend": found.backend,
        "server_ms": round((time.perf_counter() - began) * 1000, 1),
    }
    return content, run_sources(race, setup)


def summed(
    race: Race, asked: Question, setup: Setup, places: Sequence[int], most: int, tick: Tick | None = None
) -> Summed:
    """Run an ensemble and sum it up; `places` are series in SERIES, the rest as for `simulate`."""
    size = min(asked.draws, max(LEAST, min(SLICE, most // (len(places) + len(INDICATORS)))))
    if asked.draws <= size:
        values = race.sample(setup, asked.draws, asked.seed)
        return race.summary(setup, values, places, tick, (asked.scenario, asked.draws, asked.seed))
    table, means, backend, slices = np.zeros(1), np.zeros(1), "", 0
    for first in range(0, asked.draws, size):
        part = range(first, min(first + size, asked.draws))
        values = race.sample(setup, asked.draws, asked.seed, part)
        found = race.summary(setup, values, places, None if tick is None else _shifted(tick, first))
        weight = len(part) / asked.draws
        table, means, backend = table + found.table * weight, means + found.means * weight, found.backend
        slices += 1
    return Summed(table, means, backend, slices)


def _shifted(tick: Tick, first: int) -> Tick:
    return lambda done: tick(first + done)


def drivers(
    race: Race, setup: Setup, values: Array, result: Array, titles: Callable[[str], dict[str, str]], top: int = 12
) -> list[dict[str, Any]]:
    """Return the parameters that decide a result most, by rank; those that chance reaches are left out.

    Args:
        race: the model, for the base.
        setup: what was run.
        values: its parameters, shape (name, draw).
        result: one number per draw, shape (draw,).
        titles: parameter's name to its title in each language.
        top: how many at most.
    """
    rho = rank_correlations(values, result[None])[0]
    least = noise(len(result), sum(p.low < p.high for p in setup.parameters))
    order = [int(i) for i in np.argsort(-np.abs(rho), kind="stable")[:top] if abs(rho[int(i)]) >= least]
    return [
        {
            "parameter": setup.parameters[i].name,
            "title": titles(setup.parameters[i].name),
            "correlation": round(float(rho[i]), 3),
            "basis": setup.parameters[i].basis,
            "claims": list(setup.parameters[i].claims),
        }
        for i in order
    ]


def decides(
    race: Race, asked: Question, outcome: str, titles: Callable[[str], dict[str, str]]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return which assumptions decide one outcome at one quarter, and the run's sources.

    Raises:
        BadInput: if the scenario or the outcome is unknown.
    """
    one = named(outcome)
    place, quarter = one.index, QUARTERS.index(one.quarter)
    setup = race.setup(asked)
    values = race.sample(setup, asked.draws, asked.seed)
    outcomes, backend = race.outcomes(setup, values, [place])
    found = drivers(race, setup, values, outcomes[0, quarter].astype(np.float64), titles)
    rows = [{"name": row.pop("parameter"), **row} for row in found]
    content = {**_head(asked, setup), "outcome": str(one), "parameters": rows, "backend": backend}
    return content, run_sources(race, setup)


def _side(
    asked: Question, setup: Setup, places: Sequence[int], outcomes: Outcomes, backend: str, shown: Array
) -> dict[str, Any]:
    return {
        **_head(asked, setup),
        "quarters": list(QUARTERS),
        "quantiles": list(QUANTILES),
        "series": _rows(places, shown),
        "probabilities": _chances(INDICATORS, outcomes[len(places) :].mean(axis=-1, dtype=np.float64)),
        "slices": 1,
        "backend": backend,
    }


def compare(
    race: Race,
    asked: tuple[Question, Question],
    variables: Sequence[str],
    most: int,
    titles: Callable[[str], dict[str, str]],
    tick: Tick | None = None,
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return two ensembles that share their draws, A less B draw by draw, and what decides the difference.

    Raises:
        BadInput: if a question cannot be answered, or the ensembles are too large to keep.
    """
    began = time.perf_counter()
    places = chosen(variables)
    kept = [*places, *INDICATORS]
    if asked[0].draws * len(kept) > most:
        raise BadInput(f"{asked[0].draws:,} draws of {len(kept)} series are too many to compare: name fewer outcomes")
    setups = [race.setup(one) for one in asked]
    values = [race.sample(setup, one.draws, one.seed) for one, setup in zip(asked, setups, strict=True)]
    keys = [(one.scenario, one.draws, one.seed) for one in asked]
    runs = [
        race.outcomes(setup, drawn, kept, tick, key) for setup, drawn, key in zip(setups, values, keys, strict=True)
    ]
    a, b = (outcomes[: len(places)] for outcomes, _ in runs)
    apart = a - b
    wins = [
        {
            **{"variable": SERIES[place].variable, "region": SERIES[place].region},
            "values": _short((apart[i] > 0).mean(axis=-1)),
            "equal": _short((apart[i] == 0).mean(axis=-1)),
        }
        for i, place in enumerate(places)
    ]
    at = QUARTERS.index("2030-Q4")
    sides = [
        _side(one, setup, places, *run, quantiles(run[0][: len(places)]))
        for one, setup, run in zip(asked, setups, runs, strict=True)
    ]
    first = SERIES[places[0]]
    content = {
        "a": sides[0],
        "b": sides[1],
        "difference": _rows(places, quantiles(apart)),
        "superiority": wins,
        "drivers_of": {"variable": first.variable, "region": first.region, "quarter": QUARTERS[at]},
        "drivers": drivers(race, setups[0], values[0], apart[0, at].astype(np.float64), titles),
        "server_ms": round((time.perf_counter() - began) * 1000, 1),
    }
    both = {row["id"]: row for setup in setups for row in run_sources(race, setup)}
    return content, [both[name] for name in sorted(both)]
