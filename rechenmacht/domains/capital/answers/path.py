"""The answer to the question path."""

from __future__ import annotations

from typing import Any

from rechenmacht import runs
from rechenmacht.answers.answer import Answer, Lines, Note, Ranges, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.dates import span
from rechenmacht.domains.capital import path_book, path_tables, questions, rows, rows_path
from rechenmacht.domains.capital.answers.common import SHARE, book_of, claims_of, sampler
from rechenmacht.domains.capital.contracts import Book
from rechenmacht.domains.capital.drivers import drivers
from rechenmacht.domains.capital.path_levers import FIRMS, parse, said
from rechenmacht.domains.capital.path_way import Openings, worst
from rechenmacht.domains.capital.recorder import sampler as recorded
from rechenmacht.domains.capital.tables import spread
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.chances import bounds
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.plugins import alone
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.scenario import find

YEARS = ("org", "year", "revenue", "purchases", "interest", "falls_due", "equity", "new_debt", "capex")
FIRST = "2026-06-30"
"""The day of the balance sheets with which the path opens; contracts of an earlier day do not go with them."""
STRESSED = ("levers", "org", "default_probability", "judgement_share", "total_loss", "milder_worse")
NAMES = tuple((one.variable, one.region) for one in SERIES)


def world(base: Base, scenario: str, draws: int, seed: int) -> path_book.World:
    """Run the race with the same seed, and take what the path reads."""
    outcomes, _ = runs.compute(base, find(base, scenario), draws, seed)
    return path_book.world_of(outcomes, NAMES, QUARTERS)


def path(asked: questions.Path, base: Base, told: Told) -> Answer:
    """Run the quarters to 2030 on the draws of the race.

    Raises:
        BadInput: if the firm of a reverse stress has no balance sheet on the path, or the day lies before the balance
            sheets or after the path's first quarter.
    """
    alone(base, "the path of capital reads")
    book, when = book_of(asked, base)
    _check_day(when)
    levers, draw = parse(asked.set), sampler(asked)
    seen = world(base, asked.scenario, asked.draws, asked.seed)
    told(1, 4)
    openings = Openings(base, book, draw, when)
    start = openings.of(levers)
    got, direct, _ = worst(openings, seen, levers, direct=True)
    told(2, 4)
    turned = _reverse(asked, base, book, when, seen)
    stressed = path_tables.stress_rows(openings, draw, seen, asked.set) if asked.stresses or asked.set else []
    told(4, 4)
    decides = [
        {"parameter": p.name, "rank_correlation": rho, "basis": p.basis, "note": p.note}
        for p, rho in drivers(draw, got.total_loss)
    ]
    less = [Note("note.capital.less_loss")] if stressed else []
    unknown = path_tables.unknown_holders(start.holders)
    nobody = [Note("note.capital.not_known", {"sectors": (unknown, Kind("terms", group="holder"))})] if unknown else []
    firms = path_tables.firm_rows(got, draw)
    judged, every = path_tables.judgement_count(draw)
    values = {
        "at": when, "scenario": asked.scenario, "levers": said(levers), "draws": asked.draws, "seed": asked.seed,
        "total_loss": spread(got.total_loss), "direct_loss": spread(direct.total_loss),
        "books_miss": path_tables.residual(got, start.cash), "judgement_parameters": judged, "parameters": every,
        "holders_not_known": unknown,
    }  # fmt: skip
    firm = ("org", "default_probability", "median_quarter", "illiquid", "insolvent", "judgement_share", "need")
    return Answer(
        asked, values,
        (
            Table("firms", rows_path.PathFirm, firms, firm),
            Table("losses", rows_path.PathLoss, path_tables.holder_rows(got, direct, start.holders)),
            Table("years", rows_path.PathYear, path_tables.year_rows(got), YEARS),
            Table("called", rows_path.PathCalled, path_tables.called_rows(got)),
            Table("stresses", rows_path.PathStress, stressed, STRESSED),
            Table("reverse", rows_path.PathReverse, turned),
            Table("quarters", rows_path.PathQuarter, path_tables.quarter_rows(got), people=[]),
            Table("what_would_change_this", rows.Driver, decides, ("parameter", "rank_correlation", "basis")),
        ),
        (Note("note.capital.path"), *_never(firms, asked.draws), *nobody, *less, Note("note.capital.judged", {
            "judged": (judged, Kind("count")), "all": (every, Kind("count")), "share": (judged / every, SHARE),
        })),
        claims_of(book.contracts, draw),
        (Lines("path", "quarters", "org", "quarter", "default_probability"),
         Ranges("path_losses", "losses", "holder", "loss")),
        show=("total_loss", "direct_loss"),
    )  # fmt: skip


def _never(firms: list[dict[str, Any]], draws: int) -> list[Note]:
    """Return what a chance of nought means: who fails in no draw, and how large the chance can still be."""
    safe = [row["org"] for row in firms if row["default_probability"] == 0]
    said = {"who": (safe, Kind("orgs")), "draws": (draws, Kind("count")), "most": (bounds(0.0, draws)[1], SHARE)}
    return [Note("note.capital.none_failed", said)] if safe else []


def _check_day(when: str) -> None:
    if not span(FIRST)[0] <= span(when)[1] <= span(path_book.QUARTERS[0])[1]:
        raise BadInput.of(
            "error.capital.path_day", f"at: the path begins in {path_book.QUARTERS[0]} with balance sheets of "
            f"mid-2026; the day must lie between {FIRST} and the end of that quarter, not {when}",
            first=FIRST, quarter=path_book.QUARTERS[0], day=when,
        )  # fmt: skip


def _reverse(asked: questions.Path, base: Base, book: Book, when: str, seen: path_book.World) -> list[dict[str, Any]]:
    if asked.reverse is None:
        return []
    org = path_book.firm_of(base.find(asked.reverse).id)
    if org not in FIRMS:
        raise BadInput(f"{org} has no balance sheet on the path; firms: {', '.join(FIRMS)}")
    few = min(asked.draws, path_tables.SEARCH_DRAWS)
    small = seen if few == asked.draws else world(base, asked.scenario, few, asked.seed)
    return path_tables.reverse_rows(base, book, recorded(few, asked.seed), when, small, org)
