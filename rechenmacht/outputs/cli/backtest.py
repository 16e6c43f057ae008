"""`rechenmacht backtest`: how wrong has the model been?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import (
    Backend,
    Json,
    Language,
    Out,
    Seed,
    base,
    draws_allowed,
    emit,
    note,
    say,
    table,
)
from rechenmacht.outputs.cli.scenarios import progress

if TYPE_CHECKING:
    from rechenmacht.domains.uncertainty.backtest import Scored
    from rechenmacht.domains.uncertainty.known_facts import Fact
    from rechenmacht.evidence.base import Base
    from rechenmacht.faces.language import Language as Words


def backtest(
    until: Annotated[
        str | None, typer.Option("--until", help="Only targets with this cut-off, such as 2023Q4.")
    ] = None,
    target: Annotated[list[str] | None, typer.Option("--target", help="Only this target (repeatable).")] = None,
    draws: Annotated[int, typer.Option("--draws", help="Draws of each run.")] = 2000,
    seed: Seed = 1,
    backend: Backend = "kernel",
    out: Out = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Forecast from data to a cut-off, score against what came, beside the last value and the trend.

    Raises:
        BadInput: if the cut-off, a target or the draws cannot be used.
    """
    from rechenmacht import runs, scenario
    from rechenmacht.domains.uncertainty.backtest import backtest as score_all
    from rechenmacht.domains.uncertainty.ensemble import whole
    from rechenmacht.domains.uncertainty.known_facts import facts as known_facts
    from rechenmacht.faces.language import language

    draws_allowed(draws)
    facts, words = base(), language(lang)
    with progress("backtest", 3) as tick:
        cut = _cutoff(until)
        found = score_all(facts, draws, seed, until=cut, wanted=target or (), backend=backend, progress=tick)
    if not found:
        raise BadInput(f"no target {', '.join(target or ())} has the cut-off {until}")
    reference = runs.model_of(facts, scenario.find(facts, "reference"))
    published = known_facts(facts, whole(reference, draws, seed, backend))
    if out is not None:
        _write(out, found, published, words)
    if as_json:
        emit(_document(facts, found, published, draws, seed))
        return
    _show(found, published, words)
    if out is not None:
        note(f"-> {out}")


def _cutoff(text: str | None) -> str | None:
    """Return the quarter of a partial date.

    Raises:
        BadInput: if it is none.
    """
    import re

    from rechenmacht.dates import quarter_of

    if text is None:
        return None
    try:
        return quarter_of(re.sub(r"^(\d{4})(Q[1-4])$", r"\1-\2", text.strip().upper()))
    except ValueError:
        raise BadInput(f"--until {text}: write a quarter, such as 2023Q4, or a date") from None


def _row(one: Scored) -> dict[str, Any]:
    from rechenmacht.domains.uncertainty.scores import skill

    return {
        "id": one.target.id,
        "cutoff": one.target.until,
        "n": one.number,
        "crps": one.crps,
        "crps_last_value": one.crps_last_value,
        "crps_trend": one.crps_trend,
        "coverage50": one.coverage(0.5),
        "coverage90": one.coverage(0.9),
        "skill_last_value": skill(one.crps, one.crps_last_value),
        "skill_trend": skill(one.crps, one.crps_trend),
        "unit": one.target.unit,
        "title": one.target.title.model_dump(),
        "note": one.target.note.model_dump(),
        "sources": sorted({source for points in one.points for source in points.known.sources}),
    }


def _document(facts: Base, found: list[Scored], published: list[Fact], draws: int, seed: int) -> dict[str, Any]:
    from dataclasses import asdict

    from rechenmacht import __version__
    from rechenmacht.domains.uncertainty.backtest import overall

    head = {"schema": "rechenmacht.backtest/1", "version": __version__, "data_checksum": facts.checksum}
    return {
        **head,
        "draws": draws,
        "seed": seed,
        "targets": [_row(one) for one in found],
        "overall": overall(found),
        "facts": [asdict(one) for one in published],
    }


def _show(found: list[Scored], published: list[Fact], words: Words) -> None:
    from rechenmacht.domains.uncertainty.backtest import overall

    t = words.text
    rows = []
    for row in map(_row, found):
        skills = (f"{row['skill_last_value']:+.2f}", f"{row['skill_trend']:+.2f}")
        shares = (words.percent(row["coverage50"], 2), words.percent(row["coverage90"], 2))
        rows.append((row["id"], row["cutoff"], str(row["n"]), words.amount(row["crps"], row["unit"]), *skills, *shares))
    heads = ("target", "cutoff", "n", "crps", "skill_last", "skill_trend", "cover50", "cover90")
    say(table(rows, tuple(t(f"backtest.{name}") for name in heads)))
    say(t("backtest.head"))
    whole = overall(found)
    parts = {
        "c50": words.percent(whole["coverage50"], 2), "c90": words.percent(whole["coverage90"], 2),
        "both": words.percent(whole["beats_both"], 2),
    }  # fmt: skip
    say(t("backtest.overall", n=int(whole["n"]), **parts))
    losing = [one.target.id for one in found if not all(one.beats)]
    say(t("backtest.loses", names=words.listed(losing)) if losing else t("backtest.wins"))
    say("\n" + t("backtest.facts"))
    lines = [
        (
            one.id + ("*" if one.given else ""),
            words.amount(one.observed, one.unit),
            words.amount(one.median, one.unit),
            words.band(one.low90, one.high90, one.unit),
            "" if one.inside else t("backtest.outside"),
        )
        for one in published
    ]
    say(table(lines, (t("backtest.fact"), t("backtest.published"), "50 %", t("backtest.band"), "")))


def _write(out: Path, found: list[Scored], published: list[Fact], words: Words) -> None:
    from dataclasses import asdict

    from rechenmacht.outputs import backtest_charts, uncertainty_charts
    from rechenmacht.outputs.report.context import csv_text
    from rechenmacht.runs import whole_folder

    hidden = {"title", "note", "sources"}
    figures = {"calibration": backtest_charts.calibration(found, words)}
    figures |= {f"fan-{one.target.id}": backtest_charts.fan(one, words) for one in found}
    with whole_folder(out) as folder:
        rows = [{name: value for name, value in _row(one).items() if name not in hidden} for one in found]
        (folder / "targets.csv").write_text(csv_text(rows), encoding="utf-8")
        (folder / "facts.csv").write_text(csv_text(asdict(one) for one in published), encoding="utf-8")
        uncertainty_charts.write(folder, figures, words)
