"""The report's section on capital: all numbers of one look at the network, with its charts.

`section` gives data and specifications only; whoever builds a page lays them out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from rechenmacht.capital import coverage, shocks, stress, tables
from rechenmacht.capital.contracts import contracts, counted, last_date, left_out
from rechenmacht.capital.drivers import Recorder, drivers
from rechenmacht.capital.history import comparisons
from rechenmacht.dates import quarter_of, quarters
from rechenmacht.evidence.base import Base
from rechenmacht.uncertainty.sample import strata, values

Lang = Literal["en", "de"]
Row = dict[str, Any]
FIRST_QUARTER = "2024-Q4"


@dataclass(frozen=True)
class Section:
    """Data of the section (JSON-ready), and chart specifications by name (Vega-Lite as dictionaries)."""

    title: str
    data: Row
    charts: dict[str, Row]


def sampler(draws: int, seed: int) -> Recorder:
    """Return draws keyed by parameter name, remembered."""
    return Recorder(lambda parameter: values(parameter, strata(parameter.name, draws, seed)))


def collect(base: Base, draws: int = 10_000, seed: int = 1) -> Row:
    """Compute all numbers of the section at the date of the last deal.

    Args:
        base: the fact base.
        draws: number of draws.
        seed: of the streams; same seed, same numbers.

    Returns:
        Plain data, money in USD.
    """
    legs = contracts(base)
    book, at = counted(legs), last_date(base)
    draw = sampler(draws, seed)
    scenarios, decides = {}, {}
    for name, path in shocks.available(base).items():
        one = shocks.read(base, path)
        recorder = sampler(draws, seed)
        outcome = stress.run(base, book, recorder, at, one)
        words = {"title": one.title.model_dump(), "question": one.question.model_dump()}
        scenarios[name] = {**words, **stress.outcome_row(outcome)}
        decides[name] = [
            {"parameter": p.name, "rank_correlation": rho, "basis": p.basis, "note": p.note}
            for p, rho in drivers(recorder, stress.decided(outcome))
        ]
    return {
        "at": at,
        "draws": draws,
        "seed": seed,
        "left_out": left_out(legs),
        "waterfall": tables.waterfall(book, at),
        "circularity": tables.circularity_rows(base, book, draw),
        "circularity_over_time": tables.circularity_by_date(base, draw, list(quarters(FIRST_QUARTER, quarter_of(at)))),
        "round_trip": {
            how: tables.round_trip_rows(base, book, "org:nvidia", how, draw, at)
            for how in ("proportional", "earmarked")
        },
        "vendors": tables.pair_rows(base, book, draw),
        "concentration": tables.concentration_rows(base, book, draw, at),
        "coverage": coverage.coverage_rows(base, book, draw, at),
        "plans": coverage.plan_rows(base, book, draw, at),
        "barrier": coverage.barrier_row(base, book),
        "maturities": coverage.maturity_rows(base, book, draw, at),
        "exposures": tables.matrix_rows(book),
        "without_stress": stress.outcome_row(stress.run(base, book, draw, at)),
        "stress": scenarios,
        "what_would_change_this": decides,
        "history": [asdict(row) for row in comparisons(base, book)],
    }


def section(base: Base, lang: Lang = "en", draws: int = 10_000, seed: int = 1) -> Section:
    """Return the section's data and charts in a language."""
    from rechenmacht.outputs.capital_charts import charts

    data = collect(base, draws, seed)
    title = {"en": "Capital: who pays whom", "de": "Kapital: Wer zahlt wen?"}[lang]
    return Section(title, data, charts(base, data, lang))
