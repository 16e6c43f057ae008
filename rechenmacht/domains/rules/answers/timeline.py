"""The answer to the question timeline."""

from __future__ import annotations

from datetime import date

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import BothLanguages, Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.rules import chips, questions, rows, ruleset
from rechenmacht.domains.rules.answers.common import names, place_of, scoped
from rechenmacht.domains.rules.answers.said import scope_row, scoped_row
from rechenmacht.domains.rules.scope import scope_on
from rechenmacht.domains.rules.timeline import timeline as periods_of
from rechenmacht.evidence.base import Base


def timeline(asked: questions.Timeline, base: Base, told: Told) -> Answer:
    """Show a chip's status from 2022 on, period by period, with the rules that hold in each."""
    rules, today = ruleset.load(base), date.today().isoformat()
    one, place = chips.chip(base, asked.chip), place_of(rules, asked.to, "to")
    seat = place_of(rules, asked.hq, "hq", unknown=True)
    row = chips.row_of(one, "2022-01-01", place, seat, asked.role or "", asked.market or "")
    called = {compiled.id: names(base, compiled.rule) for compiled in rules.rules}

    def why(fired: tuple[str, ...]) -> BothLanguages:
        both = [called[name] for name in fired]
        return BothLanguages(en="; ".join(name["en"] for name in both), de="; ".join(name["de"] for name in both))

    periods = [
        rows.Period(**{
            "from": p.first, "to": p.last, "outcome": p.outcome, "fired": list(p.fired), "missing": list(p.missing),
            "rule_names": why(p.fired), **scoped_row(rules, max(p.first, today) if not p.last else p.last),
        })
        for p in periods_of(rules, one, row)
    ]  # fmt: skip
    claims = tuple(sorted({claim for known in one.known.values() for claim in known.claims}))
    values = {"known_to": periods[0]["known_to"], "chip": one.id, "to": place, "hq": seat or place,
              "scope": scope_row(scope_on(rules, today))}  # fmt: skip
    head = Note("rules.head.timeline", {"chip": (one.name, Kind("text")), "to": (place, Kind("text"))})
    table = Table("periods", rows.Period, periods, ("from", "to", "outcome", "rule_names", "missing"))
    return Answer(asked, values, (table,), scoped(rules, today)[1], claims, heads=(head,))
