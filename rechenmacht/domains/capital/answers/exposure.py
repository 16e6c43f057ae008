"""The answer to the question exposure."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Ranges, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import dependence, questions, rows, rows_book, tables, yearly
from rechenmacht.domains.capital.answers.common import book_of, claims_of, sampler
from rechenmacht.evidence.base import Base

SHOWN = ("direction", "counterpart", "layer", "headline", "firm", "drawn", "path", "contracts")


def exposure(asked: questions.Exposure, base: Base, told: Told) -> Answer:
    """Sum the contracts of a company by direction, counterpart and layer."""
    book, when = book_of(asked, base)
    org, draw = base.find(asked.org).id, sampler(asked)
    found = tables.exposures(base, book, org, draw)
    ends = ("low", "median", "high")
    lines = [
        {**{key: value for key, value in r.items() if key not in ends}, "path": r.get("path", []),
         "drawn": {end: r[end] for end in ends}}
        for r in (*found, *dependence.indirect_rows(base, book, draw, org))
    ]  # fmt: skip
    hangs = dependence.dependence_rows(base, book, draw, when, org)
    years = yearly.dependence_years(base, book, draw, when, org)
    return Answer(
        asked, {"org": org, "at": when}, (
            Table("exposures", rows.Exposure, lines, SHOWN),
            Table("dependence", rows.Depends, hangs, title="note.capital.depends" if hangs else ""),
            Table("dependence_by_year", rows_book.DependsYear, years,
                  title="note.capital.depends_years" if years else ""),
        ),
        notes=(Note("note.capital.value"), Note("note.capital.ids")),
        claims=claims_of(leg for leg in book.contracts if org in {leg.payer, leg.payee}),
        charts=(Ranges("exposure", "exposures", "counterpart", "drawn", only={"direction": "pays"}),),
    )  # fmt: skip
