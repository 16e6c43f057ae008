"""The answer to the question stress."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Ranges, Row, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import questions, rows, shocks
from rechenmacht.domains.capital import stress as cascade
from rechenmacht.domains.capital.answers.common import book_of, claims_of, sampler
from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.drivers import drivers
from rechenmacht.domains.capital.tables import spread
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

LEAST = 1e8  # USD; smaller amounts and rarer failures than SELDOM are not shown to people
SELDOM = 5e-4
PEOPLE = ("lost_revenue", "spends_less", "new_money_needed", "creditor_loss", "guarantees_called")
MEASURES = (*PEOPLE, "unpaid", "extra_depreciation")
WHOLE = ("total_lost_revenue", "loan_loss_share", "debtrank")


def stress(asked: questions.Stress, base: Base, told: Told) -> Answer:
    """Run one scenario beside the calm year, or all scenarios in one line each."""
    book, when = book_of(asked, base)
    one = asked.scenario is not None or asked.own is not None
    wanted = [_scenario(asked, base)] if one else [shocks.read(base, path) for path in shocks.available(base).values()]
    outcomes, draws = {}, {scenario.id: sampler(asked) for scenario in wanted}
    for done, scenario in enumerate(wanted):
        outcomes[scenario.id] = cascade.run(base, book, draws[scenario.id], when, scenario)
        told(done + 1, len(wanted) + 1)
    draw = draws[wanted[0].id]
    calm = cascade.outcome_row(cascade.run(base, book, draw, when))
    told(len(wanted) + 1, len(wanted) + 1)
    results = {name: cascade.outcome_row(outcome) for name, outcome in outcomes.items()}
    decided = {name: cascade.decided(outcome) for name, outcome in outcomes.items()}
    lines = [_line(scenario, results[scenario.id], *decided[scenario.id]) for scenario in wanted]
    decides = [
        {"scenario": name, "parameter": p.name, "rank_correlation": rho, "basis": p.basis, "note": p.note}
        for name, (_, total) in decided.items() for p, rho in drivers(draws[name], total)
    ]  # fmt: skip
    shown = ("scenario", "total_lost_revenue", "fails", "default_probability", "guarantees_called", "title")
    moved = [
        {"scenario": one.id, **shock.model_dump(mode="json", exclude={"claims", "who", "payee"}),
         "claims": list(shock.claims), "who": list(shock.who), "payee": list(shock.payee)}
        for one in wanted for shock in one.shock
    ]  # fmt: skip
    heads = {key: lines[0][key] for key in ("title", "question")} if one else {}
    cascaded = Ranges("cascade", "outcomes", "org", "stressed", only={"measure": "lost_revenue"})
    return Answer(
        asked, {"at": when, **heads, "without_stress": {key: calm[key] for key in WHOLE}},
        (
            Table("scenarios", rows.Stressed, lines, shown, [] if one else None),
            Table("shocks", rows.Shocked, moved, people=[]),
            *_long(results, calm, one),
            Table("what_would_change_this", rows.Driver, decides, ("parameter", "rank_correlation", "basis"),
                  None if one else []),
        ),
        claims=claims_of(book.contracts, draw),
        charts=(cascaded,) if one else (Ranges("scenarios", "scenarios", "title", "total_lost_revenue"),),
    )  # fmt: skip


def _line(scenario: shocks.Stress, got: Row, result: str, total: Array) -> Row:
    chance, worst = max((p, org) for org, p in got["default_probability"].items())
    fails = {"fails": worst, "default_probability": chance} if chance >= SELDOM else {}
    called = float(sum(row["median"] for row in got["guarantees_called"].values()))
    words: Row = {"title": scenario.title.model_dump(), "question": scenario.question.model_dump()}
    words = {**words, "result": result, "amount": spread(total)}
    blank = {"scenario": scenario.id, "fails": None, "default_probability": None, "guarantees_called": called}
    return {**blank, **fails, **{key: got[key] for key in WHOLE}, **words}


def _long(results: dict[str, Row], calm: Row, people: bool) -> tuple[Table, Table, Table]:
    """Return the outcomes in long form: amounts, failures and coverage by scenario and company."""
    moved, fails, covers = (
        [
            {"scenario": name, **({"measure": key} if key in MEASURES else {}), "org": org, "stressed": got,
             "calm": calm[key].get(org)}
            for name, result in results.items() for key in keys for org, got in result[key].items()
        ]
        for keys in (MEASURES, ("default_probability",), ("coverage",))
    )  # fmt: skip
    large = [row for row in moved if row["measure"] in PEOPLE and row["stressed"]["high"] >= LEAST]
    often = [row for row in fails if row["stressed"] >= SELDOM]
    return (
        Table("outcomes", rows.Outcome, moved, ("org", "stressed"), large if people else [], group="measure"),
        Table("defaults", rows.Default, fails, ("org", "stressed", "calm"), often if people else [],
              empty="note.capital.nobody_fails" if people else ""),
        Table("coverage", rows.Covered, covers, people=[]),
    )  # fmt: skip


def _scenario(asked: questions.Stress, base: Base) -> shocks.Stress:
    if asked.own is not None:
        shocks.check(base, asked.own, "own")
        return asked.own
    known = shocks.available(base)
    if asked.scenario not in known:
        name, near = asked.scenario or "", nearest(asked.scenario or "", known)
        raise BadInput.of("error.capital.no_scenario", f"no stress scenario {name!r}{near}", name=name, near=near)
    return shocks.read(base, known[asked.scenario])
