"""Priors as somebody could have had them at an origin: by rule, with nothing that was written later.

Four sorts, told apart with every run:

    same      the model's own make: noise, weights of structures, places in published bands, what is fixed. It is the
              same in what is scored and in what is reported.
    kept      every claim that the prior rests on had been published by then
    rule      the formulas below, from data that had come in by then
    default   a wide range from `data/rolling_defaults.csv`, for all others

The defaults are written down, not derived from today's priors, so a parameter that is changed today, or a claim that is
added, moves no forecast of an earlier origin unless its source had appeared by then. Written in 2026 they are all the
same: their middles are today's judgement of what cannot be observed, one and a half times as wide, or one range for all
blocs where the value of 2025 was not known.

    growth of budgets   MONEY[0] to MONEY[2] * g + MONEY[3], most likely MONEY[1] * g; g: logarithmic growth of NVIDIA's
                        data-centre revenue over the last four quarters
    growth of capacity  the same with CAPACITY and the power of NVIDIA's chips
    cash                CASH times the yearly capital spending of Microsoft and Meta; other blocs' cash and all debts
                        keep today's proportion to it
    use at the end of   the last known share of the source, growing since by USE times its growth over the last
    2025                four quarters; where the source has one
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from math import exp, log

from rechenmacht.dates import span
from rechenmacht.domains.uncertainty.rolling.naive import time
from rechenmacht.domains.uncertainty.rolling.targets import Known
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.forms import Parameter

FILE = SHIPPED / "rolling_defaults.csv"
SAME = ("chance.*", "capital.weight_*", "capital.structure", "production.level.nvidia", "production.level.amd",
        "production.level.google", "production.level.amazon")  # fmt: skip
MONEY = (0.2, 1.8, 3.5, 1.6)
CAPACITY = (0.3, 1.8, 3.5, 3.0)
CASH = (2.5, 3.5, 6.0)
USE = (0.2, 0.7, 1.2)
MOST_USED = 0.95
END_2025 = "2025-Q4"
LEVELS = {  # parameter -> target whose last known value is its level
    "adoption.firms_2025.us": "us_firms",
    "adoption.firms_2025.eu": "eu_firms",
    "adoption.people_2025.us": "us_people",
    "adoption.people_2025.cn": "cn_people",
    "adoption.observed.eurostat_firms": "eu_firms",
    "adoption.observed.btos_firms_old_wording": "us_firms",
    "adoption.observed.cnnic_users": "cn_people",
    "adoption.observed.msft_users_us": "us_people",
    "adoption.observed.msft_users_cn": "cn_people_msft",
}
LEAST = 0.1  # growth below which the rules do not reckon
UNKNOWN = 0.5  # growth where four quarters are not known
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Prior:
    """A prior at an origin and where it comes from: `same`, `kept`, `rule` or `default`."""

    parameter: Parameter
    origin: str


@dataclass(frozen=True)
class Seen:
    """What the rules read: series to the origin."""

    known: Mapping[str, Known]
    until: str

    @property
    def revenue(self) -> Known:
        """NVIDIA's data-centre revenue."""
        return self.known["nvidia_revenue"].until(self.until)

    @property
    def power(self) -> Known:
        """The design power of NVIDIA's chips."""
        return self.known["nvidia_power"].until(self.until)

    def growth(self, one: Known) -> float:
        """Return the logarithmic growth of a series over its last four quarters, at least `LEAST`."""
        if not one.quarters:
            return UNKNOWN
        last = time(one.quarters[-1])
        before = [k for k, quarter in enumerate(one.quarters) if last - time(quarter) == 4]
        if not before or one.values[before[0]] <= 0:
            return UNKNOWN
        return max(log(one.values[-1] / one.values[before[0]]), LEAST)

    def spending(self) -> float:
        """Return the yearly spending of the firms that are followed, USD."""
        firms = (self.known[name].until(self.until) for name in ("microsoft_capex", "meta_capex"))
        return 4 * sum(float(one.values[-1]) for one in firms if one.quarters)

    def level(self, name: str, default: Three) -> Three:
        """Return a share at the end of 2025, from its last known value, or the default where none is known."""
        one = self.known[name].until(self.until)
        if not one.quarters:
            return default
        years = max(time(END_2025) - time(one.quarters[-1]), 0) / 4
        growth = self.growth(one)
        low, mid, high = (min(float(one.values[-1]) * exp(part * growth * years), MOST_USED) for part in USE)
        return low, mid, high * 1.05


@cache
def defaults() -> Mapping[str, Three]:
    """Return the stated wide defaults by name.

    Raises:
        BadInput: if a row of the file cannot be used.
    """
    found: dict[str, Three] = {}
    rows = csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())
    for number, row in enumerate(rows, 2):
        try:
            low, mid, high = (float(row[key]) for key in ("low", "mid", "high"))
        except (KeyError, TypeError, ValueError):
            raise BadInput(f"{FILE.name}, row {number}: low, mid and high must be numbers") from None
        if not low <= mid <= high:
            raise BadInput(f"{FILE.name}, row {number}: low, mid and high are not in order")
        found[row["name"]] = (low, mid, high)
    return found


def published(base: Base, parameter: Parameter, until: str) -> bool:
    """Tell whether every claim that a prior rests on had been published at the end of a quarter."""
    if not parameter.claims or parameter.basis == "judgement":
        return False
    last = span(until)[1]
    for name in parameter.claims:
        claim = base.claims.get(name)
        source = base.sources.get(claim.source) if claim else None
        if claim is None or source is None or not source.published or span(source.published)[1] > last:
            return False
        if claim.as_of and span(claim.as_of)[1] > last:
            return False
    return True


def _by(constants: tuple[float, float, float, float], growth: float) -> Three:
    low, mid, high, more = constants
    return low, mid * growth, high * growth + more


def _rules(seen: Seen) -> Mapping[str, Callable[[Three], Three]]:
    """Return the rules by pattern; each takes the default and gives low, mid and high."""
    money, capacity = _by(MONEY, seen.growth(seen.revenue)), _by(CAPACITY, seen.growth(seen.power))
    spending = seen.spending()
    cash = tuple(part * spending for part in CASH)
    american = defaults()["capital.cash_2025.us"][1]

    def scaled(default: Three) -> Three:
        low, mid, high = (value * cash[1] / american for value in default)
        return low, mid, high

    levels = {name: lambda default, one=one: seen.level(one, default) for name, one in LEVELS.items()}
    return levels | {
        "capital.growth_now.us": lambda _: money,
        "capital.growth_now.eu": lambda _: money,
        "capital.growth_now.gulf": lambda _: money,
        "capital.growth_now.rest": lambda _: money,
        "production.capacity_growth.*": lambda _: capacity,
        "capital.cash_2025.us": lambda _: (cash[0], cash[1], cash[2]),
        "capital.cash_2025.*": scaled,
        "capital.debt_2025.*": scaled,
        "capital.public.*": scaled,
    }


def _same(parameter: Parameter) -> bool:
    if parameter.distribution == "fixed" or parameter.low == parameter.high:
        return True
    return any(fnmatchcase(parameter.name, pattern) for pattern in SAME)


def prior(base: Base, parameter: Parameter, until: str, rules: Mapping[str, Callable[[Three], Three]]) -> Prior:
    """Return the prior of a parameter at an origin.

    Raises:
        BadInput: if a parameter has neither a claim of the time, nor a rule, nor a default.
    """
    if _same(parameter):
        return Prior(parameter, "same")
    if parameter.name not in defaults():
        raise BadInput(f"{FILE.name}: no default for {parameter.name}: state a wide one for the rolling origin")
    default = defaults()[parameter.name]
    fitting = [pattern for pattern in rules if fnmatchcase(parameter.name, pattern)]
    if fitting:
        low, mid, high = rules[max(fitting, key=len)](default)
        return Prior(replace(parameter, low=low, mid=mid, high=high, claims=(), note=f"rule at {until}"), "rule")
    if published(base, parameter, until):
        return Prior(parameter, "kept")
    low, mid, high = default
    return Prior(replace(parameter, low=low, mid=mid, high=high, claims=(), note="wide default"), "default")


def priors(base: Base, until: str, seen: Seen, mechanisms: tuple[str, ...]) -> tuple[Prior, ...]:
    """Return the priors of all parameters of the race at an origin.

    Args:
        base: the fact base, whose claims after the origin are not read.
        until: the origin, the last quarter that is known.
        seen: what the rules read.
        mechanisms: whose parameters are wanted.
    """
    rules = _rules(seen)
    return tuple(prior(base, one, until, rules) for one in base.parameters.values() if one.mechanism in mechanisms)


def counted(found: tuple[Prior, ...]) -> dict[str, int]:
    """Return how many priors are of each sort."""
    return dict(Counter(one.origin for one in found))
