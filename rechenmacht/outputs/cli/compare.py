"""`rechenmacht compare A B`: how two scenarios differ on the same draws, and what the difference depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.outputs.cli.common import Json, Language, Seed, base, emit, note, say, table
from rechenmacht.outputs.cli.scenarios import progress
from rechenmacht.outputs.cli.sensitivity import SHOWN, Backend, Out, Outcomes, draws_allowed, rests_on

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rechenmacht.domains.uncertainty.chosen import Outcome
    from rechenmacht.domains.uncertainty.pairs import Difference
    from rechenmacht.evidence.base import Base
    from rechenmacht.faces.language import Language as Words

    Array = NDArray[np.float64]


def compare(
    a: Annotated[str, typer.Argument(help="Scenario id, or a path to a TOML file.")],
    b: Annotated[str, typer.Argument(help="The scenario to set against it.")],
    outcome: Outcomes = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Set a parameter in B: NAME=VALUE or NAME=VALUE@2027Q1.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Draws of both runs.")] = 4000,
    seed: Seed = 1,
    backend: Backend = "numpy",
    out: Out = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Set scenario B against A, draw by draw: difference, in how many draws it is higher, and what drives it.

    Raises:
        BadInput: if a scenario, an outcome, a setting or the draws cannot be used.
    """
    import numpy as np

    from rechenmacht import runs
    from rechenmacht.domains.uncertainty import pairs
    from rechenmacht.domains.uncertainty.chosen import outcomes_of, take
    from rechenmacht.domains.uncertainty.ensemble import whole
    from rechenmacht.faces.language import language
    from rechenmacht.sample import draw
    from rechenmacht.scenario import find, with_settings

    draws_allowed(draws)
    facts, words, wanted = base(), language(lang), outcomes_of(outcome or [])
    both = (find(facts, a), with_settings(find(facts, b), settings or (), runs.FIRST_SIMULATED))
    models = [runs.model_of(facts, one) for one in both]
    with progress(f"{a}, {b}", draws) as tick:
        before, after = (take(whole(model, draws, seed, backend, tick), wanted) for model in models)
    names = tuple(p.name for p in models[0].parameters)
    values = np.stack(list(draw(models[0].parameters, draws, seed).values()))
    found = [pairs.differ(x, y) for x, y in zip(before, after, strict=True)]
    driven = np.stack([pairs.drivers(values, x, y) for x, y in zip(before, after, strict=True)])
    if out is not None:
        _write(out, facts, wanted, found, driven, names, draws, words)
    if as_json:
        emit(_document(facts, (a, b), wanted, found, driven, names, draws, seed))
        return
    titles = [getattr(one.title, lang) for one in both]
    _show(facts, wanted, found, driven, names, words)
    say(words.text("uncertain.compare_note", a=titles[0], b=titles[1], draws=words.number(draws, 9)))
    if out is not None:
        note(f"-> {out}")


def _order(row: Array) -> list[int]:
    return [int(i) for i in (-abs(row)).argsort(kind="stable")[:SHOWN]]


def _document(
    facts: Base,
    names: tuple[str, str],
    wanted: tuple[Outcome, ...],
    found: list[Difference],
    driven: Array,
    parameters: tuple[str, ...],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    from rechenmacht import __version__

    head = {"schema": "rechenmacht.comparison/1", "version": __version__, "data_checksum": facts.checksum}
    rows = [
        {
            "outcome": str(one),
            "unit": one.unit,
            "difference": dict(zip(("q05", "q25", "q50", "q75", "q95"), d.quantiles.tolist(), strict=True)),
            "relative": d.relative,
            "higher": d.higher,
            "higher_unpaired": d.unpaired,
            "drivers": [
                {"name": parameters[i], "rank": float(driven[k, i]), "basis": facts.parameters[parameters[i]].basis}
                for i in _order(driven[k])
            ],
        }
        for k, (one, d) in enumerate(zip(wanted, found, strict=True))
    ]
    return {**head, "a": names[0], "b": names[1], "draws": draws, "seed": seed, "outcomes": rows}


def _show(
    facts: Base,
    wanted: tuple[Outcome, ...],
    found: list[Difference],
    driven: Array,
    names: tuple[str, ...],
    words: Words,
) -> None:
    from rechenmacht.faces.labels import parameter_label, series_name

    rows = []
    for one, d in zip(wanted, found, strict=True):
        low, _, middle, _, high = (words.amount(float(x), one.unit) for x in d.quantiles)
        label = f"{series_name(words, one.variable, one.region)}, {words.at_end(one.quarter)}"
        rows.append((label, middle, low, high, words.percent(d.relative, 2), words.percent(d.higher, 2)))
    t = words.text
    say(table(rows, (t("uncertain.outcome"), "50 %", "5 %", "95 %", t("uncertain.relative"), t("uncertain.higher"))))
    for k, one in enumerate(wanted):
        if not driven[k].any():
            continue
        say(f"\n{t('uncertain.drivers')}: {series_name(words, one.variable, one.region)}, {words.at_end(one.quarter)}")
        lines = [
            (names[i], f"{driven[k, i]:.2f}", rests_on(facts, words, names[i]), parameter_label(facts, words, names[i]))
            for i in _order(driven[k])[:6]
        ]
        say(table(lines, (t("uncertain.parameter"), t("uncertain.rank"), t("uncertain.basis"), "")))
    say("")


def _write(
    out: Path,
    facts: Base,
    wanted: tuple[Outcome, ...],
    found: list[Difference],
    driven: Array,
    names: tuple[str, ...],
    draws: int,
    words: Words,
) -> None:
    from rechenmacht.domains.uncertainty.ranks import noise
    from rechenmacht.faces.labels import parameter_label
    from rechenmacht.outputs import uncertainty_charts as drawn
    from rechenmacht.runs import whole_folder

    lines = ["outcome,unit,q05,q25,q50,q75,q95,relative,higher,higher_unpaired"]
    figures = {}
    for k, (one, d) in enumerate(zip(wanted, found, strict=True)):
        numbers = (*d.quantiles, d.relative, d.higher, d.unpaired)
        lines.append(f"{one},{one.unit}," + ",".join(f"{x:.6g}" for x in numbers))
        if driven[k].any():
            top = _order(driven[k])
            labels = [parameter_label(facts, words, names[i]) for i in top]
            figures[f"drivers-{k + 1}"] = drawn.correlations(
                labels, [float(driven[k, i]) for i in top], noise(draws), words
            )
    with whole_folder(out) as folder:
        (folder / "comparison.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        drawn.write(folder, figures, words)
