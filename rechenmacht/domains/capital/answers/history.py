"""The answer to the question history."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import history as past
from rechenmacht.domains.capital import questions, rows
from rechenmacht.domains.capital.contracts import contracts, counted
from rechenmacht.evidence.base import Base


def history(asked: questions.History, base: Base, told: Told) -> Answer:
    """Set the measures beside each other."""
    lines = []
    for one in past.comparisons(base, counted(contracts(base, None))):
        for when in ("then", "followed", "now"):
            blank = {"measure": one.id, "when": when, "range": None, "unit": "", "who": "", "at": "", "caveat": ""}
            got = [
                {**blank, "range": {"low": n.low, "high": n.high}, "unit": n.unit, "who": n.who, "at": n.at,
                 "caveat": n.caveat, "claims": list(n.claims)}
                for n in getattr(one, when)
            ]  # fmt: skip
            lines += got or [{**blank, "claims": []}]
    show = ("when", "range", "who", "at", "caveat")
    table = Table("comparisons", rows.Compared, lines, show, group="measure")
    fell = [
        {"episode": one.episode, "what": one.what, "peak": one.peak, "trough": one.trough, "unit": one.unit,
         "change": one.change, "years": one.years, "lines": list(one.lines)}
        for one in past.busts(base)
    ]  # fmt: skip
    claims = tuple(dict.fromkeys(claim for line in lines for claim in line["claims"]))
    busts = Table("busts", rows.Bust, fell, ("episode", "what", "change", "years"))
    return Answer(asked, {}, (table, busts), (Note("note.capital.plausibility"),), claims)
