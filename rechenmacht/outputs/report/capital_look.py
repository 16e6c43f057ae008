"""The numbers of the report's section on capital: as much of the network as the page shows, from few draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rechenmacht.domains.capital import coverage, shocks, stress, tables
from rechenmacht.domains.capital.contracts import Book, contracts, counted, last_date, left_out
from rechenmacht.domains.capital.drivers import drivers
from rechenmacht.answers.question import DRAWS
from rechenmacht.domains.capital.history import Comparison, comparisons
from rechenmacht.domains.capital.recorder import sampler
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter

Row = dict[str, Any]
VENDOR = "org:nvidia"  # the only supplier whose revenue by quarter is in the base
CASCADE = "funding_stop"
MOST_DRIVERS = 3


@dataclass(frozen=True)
class Stressed:
    """A stress scenario: its words, its outcome, which result is looked at, and what decides that."""

    id: str
    title: dict[str, str]
    question: dict[str, str]
    outcome: Row
    result: str
    amount: Row
    decides: tuple[tuple[Parameter, float], ...]


@dataclass(frozen=True)
class Look:
    """All numbers of the section, money in USD."""

    book: Book
    at: str
    out: int
    waterfall: list[Row]
    circularity: list[Row]
    pairs: list[Row]
    round_trip: dict[str, Row]
    proportional: dict[str, Row]
    exposures: list[Row]
    coverage: list[Row]
    maturities: list[Row]
    stressed: tuple[Stressed, ...]
    history: tuple[Comparison, ...]
    parameters: tuple[Parameter, ...]


def _stressed(base: Base, book: Book, at: str, seed: int) -> tuple[Stressed, ...]:
    found = []
    for name, path in shocks.available(base).items():
        one, recorder = shocks.read(base, path), sampler(DRAWS, seed)
        outcome = stress.run(base, book, recorder, at, one)
        target = stress.decided(outcome)
        groups = {
            "lost_revenue": outcome.lost_revenue, "unpaid": outcome.unpaid, "called": outcome.called,
            "need": outcome.need,
        }  # fmt: skip
        sums = {key: sum(group.values(), np.zeros(outcome.year.draws)) for key, group in groups.items()}
        result = next(key for key, total in sums.items() if np.array_equal(total, target))
        found.append(
            Stressed(
                name, one.title.model_dump(), one.question.model_dump(), stress.outcome_row(outcome), result,
                tables.spread(target), tuple(drivers(recorder, target, MOST_DRIVERS)),
            )
        )  # fmt: skip
    return tuple(found)


def look(base: Base, seed: int) -> Look:
    """Compute the section's numbers at the date of the last deal.

    Args:
        base: the fact base.
        seed: of the streams; same seed, same numbers.
    """
    legs = contracts(base)
    book, at = counted(legs), last_date(base)
    draw = sampler(DRAWS, seed)
    pairs = tables.pair_rows(base, book, draw)
    suppliers = dict.fromkeys([VENDOR, *(row["supplier"] for row in pairs)])
    proportional = {one: tables.round_trip_rows(base, book, one, "proportional", draw, at) for one in suppliers}
    earmarked = tables.round_trip_rows(base, book, VENDOR, "earmarked", draw, at)
    found = tables.circularity_rows(base, book, draw)
    covered, due = coverage.coverage_rows(base, book, draw, at), coverage.maturity_rows(base, book, draw, at)
    stressed = _stressed(base, book, at, seed)
    return Look(
        book=book, at=at, out=sum(len(ids) for ids in left_out(legs).values()), waterfall=tables.waterfall(base, book, at),
        circularity=found, pairs=pairs,
        round_trip={"proportional": proportional[VENDOR], "earmarked": earmarked}, proportional=proportional,
        exposures=tables.matrix_rows(book), coverage=covered, maturities=due, stressed=stressed,
        history=comparisons(base, book),
        parameters=tuple(p for name, p in base.parameters.items() if name.startswith("capital.")),
    )  # fmt: skip
