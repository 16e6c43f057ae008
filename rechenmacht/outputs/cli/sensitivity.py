"""`rechenmacht sensitivity`: which assumption decides an outcome?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, Language, Seed, base, emit, note, say, table
from rechenmacht.outputs.cli.scenarios import progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rechenmacht.domains.uncertainty.chosen import Outcome
    from rechenmacht.domains.uncertainty.ensemble import Model
    from rechenmacht.evidence.base import Base
    from rechenmacht.faces.language import Language as Words
    from rechenmacht.outputs.uncertainty_charts import Drawn

    Array = NDArray[np.float64]

SHOWN = 12
MOST_DRAWS = 20_000
Outcomes = Annotated[
    list[str] | None,
    typer.Option("--outcome", help="variable@region@quarter, such as power_connected@World@2030-Q4 (repeatable)."),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for CSV and figures; made whole or not at all.")]
Backend = Annotated[
    Literal["numpy", "fast"], typer.Option("--backend", help="numpy, or fast: compiled at the first use.")
]


@dataclass(frozen=True)
class Table:
    """What one method found: columns of numbers per parameter and outcome, and the order of importance."""

    columns: dict[str, Array]  # name -> (outcome, parameter)
    order: Array  # (outcome, parameter), larger is more important
    names: tuple[str, ...]
    remark: str
    figures: dict[str, Drawn]


def draws_allowed(draws: int) -> None:
    """Refuse draws that are too few to rank or too many to hold.

    Raises:
        BadInput: if they are.
    """
    if not 100 <= draws <= MOST_DRAWS:
        raise BadInput(f"--draws must be between 100 and {MOST_DRAWS:,}, not {draws:,}")


def rests_on(facts: Base, words: Words, name: str) -> str:
    """Say what a parameter rests on: judgement, or how many claims (`--json` and docs/parameters.md name them)."""
    claims = len(facts.parameters[name].claims)
    return words.text("uncertain.claims", n=claims) if claims else words.text("uncertain.judgement")


def _by_rank(model: Model, wanted: Sequence[Outcome], draws: int, seed: int, backend: Any, look: _Look) -> Table:
    import numpy as np

    from rechenmacht.domains.uncertainty import ranks
    from rechenmacht.domains.uncertainty.chosen import take
    from rechenmacht.domains.uncertainty.ensemble import whole
    from rechenmacht.outputs import uncertainty_charts as drawn
    from rechenmacht.sample import draw

    draws_allowed(draws)
    values = np.stack(list(draw(model.parameters, draws, seed).values()))
    with progress("rank", draws) as tick:
        outcomes = take(whole(model, draws, seed, backend, tick), wanted)
    found = ranks.rank_correlations(values, outcomes)
    ends = np.stack([ranks.conditional_medians(values, one) for one in outcomes])
    names = tuple(p.name for p in model.parameters)
    figures = {}
    for k, one in enumerate(wanted):
        top = np.argsort(-np.abs(found[k]))[:SHOWN]
        labels, pairs = [look.label(names[i]) for i in top], [tuple(ends[k, i]) for i in top]
        figures[f"tornado-{k + 1}"] = drawn.tornado(labels, pairs, float(np.median(outcomes[k])), one.unit, look.words)
    columns = {"rank": found, "low_end": ends[..., 0], "high_end": ends[..., 1]}
    remark = look.words.text(
        "uncertain.noise",
        draws=look.words.number(draws, 9),
        noise=look.words.number(ranks.noise(draws), 2),
        scenario=look.scenario,
        seed=seed,
    )
    return Table(columns, np.abs(found), names, remark, figures)


def _by_sobol(model: Model, wanted: Sequence[Outcome], points: int, seed: int, backend: Any, look: _Look) -> Table:
    import numpy as np

    from rechenmacht.domains.uncertainty import sobol
    from rechenmacht.domains.uncertainty.chosen import take
    from rechenmacht.domains.uncertainty.ensemble import simulator
    from rechenmacht.outputs import uncertainty_charts as drawn

    quarters = tuple(dict.fromkeys(one.quarter for one in wanted))
    run = simulator(model, backend, quarters)
    total = (sum(p.low < p.high for p in model.parameters) + 2) * points
    with progress("sobol", total) as tick:
        y, uncertain = sobol.evaluate(lambda v: take(run(v), wanted, quarters), model.parameters, points, seed, tick)
    found = sobol.analyse(y, sobol.resamples(points, 100, seed))
    names = tuple(model.parameters[i].name for i in uncertain)
    figures = {}
    for k in range(len(wanted)):
        top = np.argsort(-found.total[k])[:SHOWN]
        pairs = {
            look.words.text(f"uncertain.{kind}"): [(float(value[k, i]), float(half[k, i])) for i in top]
            for kind, value, half in (
                ("first", found.first, found.first_half),
                ("total", found.total, found.total_half),
            )
        }
        figures[f"sobol-{k + 1}"] = drawn.indices([look.label(names[i]) for i in top], pairs, look.words)
    columns = {
        "first": found.first, "first_half": found.first_half, "total": found.total, "total_half": found.total_half,
    }  # fmt: skip
    remark = look.words.text(
        "uncertain.sobol_note",
        base=look.words.number(points, 9),
        runs=look.words.number(total, 9),
        scenario=look.scenario,
        seed=seed,
    )
    return Table(columns, found.total, names, remark, figures)


def _by_gradient(model: Model, wanted: Sequence[Outcome], look: _Look) -> Table:
    import numpy as np

    from rechenmacht.domains.race.backends import grad
    from rechenmacht.sample import values

    half = np.array([0.5])
    p = {one.name: values(one, half) for one in model.parameters}
    places = [(one.variable, one.region, one.quarter) for one in wanted]
    slopes = grad.gradients(model.given, p, places, model.levers, model.off)
    level = grad.simulate(model.given, p, model.levers, model.off)
    from rechenmacht.domains.uncertainty.chosen import take

    outcome = take(level, wanted)
    names = tuple(p)
    found = np.stack([slopes[name][:, 0] * p[name][0] for name in names], 1)
    found = np.divide(found, outcome, out=np.zeros_like(found), where=outcome != 0)
    return Table({"elasticity": found}, np.abs(found), names, look.words.text("uncertain.gradient_note"), {})


@dataclass(frozen=True)
class _Look:
    """How names are written."""

    label: Callable[[str], str]
    words: Words
    scenario: str


def sensitivity(
    scenario: Annotated[str, typer.Argument(help="Scenario id, or a path to a TOML file.")] = "reference",
    outcome: Outcomes = None,
    method: Annotated[
        Literal["rank", "sobol", "gradient"], typer.Option("--method", help="rank: cheap; sobol: shares of variance.")
    ] = "rank",
    draws: Annotated[int, typer.Option("--draws", help="Draws of the rank measure.")] = 4000,
    points: Annotated[int, typer.Option("--base", help="Base points of Sobol indices, a power of two.")] = 1024,
    seed: Seed = 1,
    backend: Backend = "numpy",
    out: Out = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Say which assumptions decide an outcome: rank correlations, Sobol indices or gradients.

    Raises:
        BadInput: if the scenario, an outcome, the draws or the base points cannot be used.
    """
    from rechenmacht import runs
    from rechenmacht.domains.uncertainty.chosen import outcomes_of
    from rechenmacht.faces.labels import parameter_label
    from rechenmacht.faces.language import language
    from rechenmacht.scenario import find

    facts, words = base(), language(lang)
    wanted = outcomes_of(outcome or [])
    chosen = find(facts, scenario)
    model = runs.model_of(facts, chosen)
    look = _Look(lambda name: parameter_label(facts, words, name), words, getattr(chosen.title, lang))
    if method == "rank":
        found = _by_rank(model, wanted, draws, seed, backend, look)
    elif method == "sobol":
        found = _by_sobol(model, wanted, points, seed, backend, look)
    else:
        found = _by_gradient(model, wanted, look)
    if out is not None:
        _write(out, found, wanted, words)
    if as_json:
        emit(_document(facts, found, wanted, scenario, method, seed))
        return
    _show(facts, found, wanted, words, look)
    if out is not None:
        note(f"-> {out}")


def _top(found: Table, k: int) -> list[int]:
    return [int(i) for i in (-found.order[k]).argsort(kind="stable")[:SHOWN]]


def _document(
    facts: Base, found: Table, wanted: Sequence[Outcome], scenario: str, method: str, seed: int
) -> dict[str, Any]:
    from rechenmacht import __version__

    return {
        "schema": "rechenmacht.sensitivity/1",
        "version": __version__,
        "data_checksum": facts.checksum,
        "scenario": scenario,
        "method": method,
        "seed": seed,
        "note": found.remark,
        "outcomes": [
            {
                "outcome": str(one),
                "unit": one.unit,
                "parameters": [
                    {
                        "name": found.names[i],
                        "basis": facts.parameters[found.names[i]].basis,
                        "claims": list(facts.parameters[found.names[i]].claims),
                        **{name: float(column[k, i]) for name, column in found.columns.items()},
                    }
                    for i in (-found.order[k]).argsort(kind="stable").tolist()
                ],
            }
            for k, one in enumerate(wanted)
        ],
    }


def _show(facts: Base, found: Table, wanted: Sequence[Outcome], words: Words, look: _Look) -> None:
    from rechenmacht.faces.labels import series_name

    for k, one in enumerate(wanted):
        say(f"{series_name(words, one.variable, one.region)}, {words.at_end(one.quarter)}")
        shown = {n: c for n, c in found.columns.items() if not n.endswith("_half")}
        rows = []
        for i in _top(found, k):
            cells = []
            for name, column in shown.items():
                value = float(column[k, i])
                text = words.amount(value, one.unit) if name.endswith("_end") else f"{value:.3f}"
                half = found.columns.get(f"{name}_half")
                cells.append(text if half is None else f"{text} ± {float(half[k, i]):.3f}")
            rows.append((found.names[i], *cells, rests_on(facts, words, found.names[i]), look.label(found.names[i])))
        heads = [words.text(f"uncertain.{name}") for name in shown]
        say(table(rows, (words.text("uncertain.parameter"), *heads, words.text("uncertain.basis"), "")))
        say("")
    say(found.remark)


def _write(out: Path, found: Table, wanted: Sequence[Outcome], words: Words) -> None:
    from rechenmacht.outputs import uncertainty_charts
    from rechenmacht.runs import whole_folder

    lines = ["outcome,parameter," + ",".join(found.columns)]
    for k, one in enumerate(wanted):
        for i, name in enumerate(found.names):
            lines.append(f"{one},{name}," + ",".join(f"{column[k, i]:.6g}" for column in found.columns.values()))
    with whole_folder(out) as folder:
        (folder / "sensitivity.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        uncertainty_charts.write(folder, found.figures, words)
