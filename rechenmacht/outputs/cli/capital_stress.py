"""`rechenmacht capital stress`: the scenarios side by side, or one in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.outputs.cli.capital_opened import At, Unsupported, opened, sampler
from rechenmacht.outputs.cli.capital_shown import LEGEND, bn_band, grid, name, share, word
from rechenmacht.outputs.cli.common import Draws, Json, Lang, Language, Seed, emit, note, number, say

if TYPE_CHECKING:
    from rechenmacht.capital.contracts import Book
    from rechenmacht.evidence.base import Base

Row = dict[str, Any]


def stress(
    scenario: Annotated[str | None, typer.Argument(help="Scenario id or TOML file; all, if none is named.")] = None,
    at: At = None,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Stress the twelve months: who loses revenue, who fails, who is called upon, and what decides it."""
    from rechenmacht.capital import shocks
    from rechenmacht.capital.drivers import drivers
    from rechenmacht.capital.stress import decided, outcome_row, run

    facts, _, book, when = opened(at, False, unsupported)
    if scenario is None:
        _all(facts, book, when, draws, seed, as_json, lang)
        return
    asked = shocks.find(facts, scenario)
    draw = sampler(draws, seed)
    outcome = run(facts, book, draw, when, asked)
    before = outcome_row(run(facts, book, draw, when))
    after = outcome_row(outcome)
    decides = [
        {"parameter": p.name, "rank_correlation": rho, "basis": p.basis, "note": p.note}
        for p, rho in drivers(draw, decided(outcome))
    ]
    if as_json:
        emit(
            {
                "scenario": asked.model_dump(mode="json"),
                "at": when,
                "draws": draws,
                "seed": seed,
                "without_stress": before,
                "stressed": after,
                "what_would_change_this": decides,
            }
        )
        return
    say(f"{getattr(asked.title, lang)}. {getattr(asked.question, lang)}")
    _show(facts, before, after, lang)
    if decides:
        lines = (
            (
                str(d["parameter"]),
                number(round(float(str(d["rank_correlation"])), 2), lang),
                word(str(d["basis"]), lang),
            )
            for d in decides
        )
        say("\n" + grid(lines, ("what decides", "rank correlation", "basis"), lang))
    note(LEGEND[lang])


def _all(facts: Base, book: Book, when: str, draws: int, seed: int, as_json: bool, lang: Lang) -> None:
    from rechenmacht.capital import shocks
    from rechenmacht.capital.stress import outcome_row, run

    draw = sampler(draws, seed)
    found = [shocks.read(facts, path) for path in shocks.available(facts).values()]
    results = {one.id: outcome_row(run(facts, book, draw, when, one)) for one in found}
    if as_json:
        emit(
            {
                "at": when,
                "draws": draws,
                "seed": seed,
                "without_stress": outcome_row(run(facts, book, draw, when)),
                "scenarios": results,
            }
        )
        return
    lines = []
    for one in found:
        got = results[one.id]
        chance, worst = max((p, org) for org, p in got["default_probability"].items())
        called = sum(row["median"] for row in got["guarantees_called"].values()) / 1e9
        lines.append(
            (
                one.id,
                bn_band(got["total_lost_revenue"], lang),
                f"{name(facts, worst, lang)} {share(chance, lang)}" if chance >= 5e-4 else "",
                number(round(called, 1), lang),
                getattr(one.title, lang),
            )
        )
    say(grid(lines, ("scenario", "lost revenue", "fails", "called in", "title"), lang))
    note(LEGEND[lang])


def _show(facts: Base, before: Row, after: Row, lang: Lang) -> None:
    for key, title in (
        ("lost_revenue", "lost revenue"), ("spends_less", "spends less"), ("new_money_needed", "needs"),
        ("creditor_loss", "creditor loses"), ("guarantees_called", "called"),
    ):  # fmt: skip
        rows = [(org, row) for org, row in after[key].items() if row["high"] >= 1e8]
        if rows:
            lines = ((name(facts, org, lang), bn_band(row, lang)) for org, row in rows)
            say("\n" + grid(lines, ("company", title), lang))
    fails = [(org, p) for org, p in after["default_probability"].items() if p >= 5e-4]
    if fails:
        chances = (
            (name(facts, org, lang), share(p, lang), share(before["default_probability"][org], lang))
            for org, p in fails
        )
        titles = ("company", "fails", {"en": "without stress", "de": "ohne Stress"}[lang])
        say("\n" + grid(chances, titles, lang))
    else:
        say(
            {
                "en": "\nNobody fails whose means the base knows.",
                "de": "\nNiemand fällt aus, dessen Mittel bekannt sind.",
            }[lang]
        )
