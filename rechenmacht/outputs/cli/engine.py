"""`rechenmacht engine ...` and `rechenmacht chip compare`: what a system of chips delivers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli import enginecompare
from rechenmacht.outputs.cli.common import Json, Language, base, emit, note, number, say, table
from rechenmacht.outputs.cli.enginewords import bound, word

app = typer.Typer(
    help="What a system of chips delivers: time, power, cost, what bounds it.", no_args_is_help=True,
    rich_markup_mode=None, cls=group("engine"),
)  # fmt: skip
chip_app = typer.Typer(help="Chips side by side.", no_args_is_help=True, rich_markup_mode=None)


@chip_app.callback()
def _chips() -> None:
    """Chips side by side."""


SystemName = Annotated[str, typer.Option("--system", help="System: cloudmatrix-384, '1024x h100', or a TOML file.")]
ModelName = Annotated[str, typer.Option("--model", help="Model: llama3-70b, gpt3-175b, 70b, or a TOML file.")]
Batch = Annotated[float, typer.Option("--batch", help="Global batch in sequences.")]
Seq = Annotated[float, typer.Option("--seq", help="Tokens per sequence.")]
Precision = Annotated[str, typer.Option("--precision", help="Number format: bf16, fp8, fp4.")]
StackName = Annotated[str | None, typer.Option("--stack", help="Training software (default: the family's usual).")]


@app.command()
def predict(
    table_file: Annotated[Path, typer.Option("--table", help="CSV with the columns of a table of measured points.")],
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Answer every row of a table: value, 80 % interval, what bounds it, what was assumed."""
    from rechenmacht.domains.engine.table import predict as answer
    from rechenmacht.domains.engine.table import rows_of

    answers = answer(base(), rows_of(table_file))
    if as_json:
        emit(answers)
        return

    def short(value: float) -> str:
        return number(float(f"{value:.4g}"), lang)

    lines = [
        (a["id"], "-", "", a["unit"], a["reason"])
        if a["value"] is None
        else (
            a["id"], short(a["value"]), f"{short(a['low'])} - {short(a['high'])}", a["unit"], bound(a["bound_by"], lang)
        )
        for a in answers
    ]  # fmt: skip
    say(table(lines, tuple(word(w, lang) for w in ("row", "value", "interval", "unit", "bound_by"))))
    open_rows = sum(a["value"] is None for a in answers)
    note(f"{len(answers) - open_rows}/{len(answers)} {word('answered', lang)}")


@app.command()
def calibrate(
    table_file: Annotated[Path, typer.Option("--table", help="CSV of measured points with their `value`.")],
    from_priors: Annotated[
        bool, typer.Option("--from-priors", help="Fit all coefficients anew on this table alone (minutes).")
    ] = False,
    serving: Annotated[
        Path | None, typer.Option("--serving", help="aiconfigurator's silicon sample, with --from-priors.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to (default: the workspace's).")] = None,
    as_json: Json = False,
) -> None:
    """Add measured points to the shipped calibration; all commands in the workspace take the result."""
    from rechenmacht.domains.engine import calibration, own
    from rechenmacht.domains.engine.calibrated import calibration as shipped
    from rechenmacht.domains.engine.library import FOLDER
    from rechenmacht.domains.engine.scores import summary

    facts = base()
    if out is None and facts.workspace is None:
        raise BadInput("no workspace to write to: make one with `rechenmacht init DIR`, or name a folder: --out")
    folder = out or Path(str(facts.workspace)) / "engine"
    if from_priors:
        note("fitting: some minutes")
        result, points, prior = calibration.run(facts, table_file, serving)
        calibration.write(result, points, prior, folder)
    else:
        before = shipped(facts, FOLDER)
        result, points = own.added(facts, table_file, before)
        own.write(facts, result, points, before, folder)
    note(f"-> {folder}")
    scored = summary(result, points)
    if as_json:
        emit(scored)
        return
    kept = ("fitted", "without_point", "without_source", "without_release", "without_model")
    lines = [(s["kind"], str(s["points"]), *(f"{100 * s[k]:.1f} %" for k in kept)) for s in scored]
    say(table(lines, ("kind", "points", *(k.replace("_", " ") for k in kept))))


@app.command()
def search(
    system: SystemName,
    model: ModelName,
    batch: Batch = 4096,
    seq: Seq = 2048,
    precision: Precision = "bf16",
    stack: StackName = None,
    largest_micro: Annotated[int, typer.Option("--largest-micro", help="Largest microbatch to try.")] = 64,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Evaluate every parallelisation at once: the best, the Pareto front, and why the others fail."""
    from dataclasses import asdict

    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.layout import Bounds
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.search import search as run_search
    from rechenmacht.domains.engine.training import Run

    facts = base()
    chosen = systems.system(facts, system)
    bounds = Bounds(sequence=None, overlap=None, offload=None, largest_micro=largest_micro, tp_beyond=4)
    used, run = plan.stack_for(chosen, stack), Run(seq, batch, plan.bits(precision))
    found = run_search(systems.model(model), chosen.hw, used, coefficients(facts), run, chosen.chips, bounds)
    if as_json:
        emit(asdict(found))
        return
    say(
        f"{number(found.configurations, lang)} {word('configurations', lang)}, "
        f"{number(found.fitting, lang)} {word('fit', lang)}"
    )
    for text, count in found.misses.items():
        note(f"{number(count, lang)}: {text}")
    if found.best is None:
        say(f"{word('none_fits', lang)}: {number(round(found.nearest_miss_gb or 0, 1), lang)} GB")
        raise typer.Exit(1)
    header = ("s", "GB", "kWh", *found.best.layout, word("bound_by", lang))
    lines = [
        (f"{c.seconds:.3f}", f"{c.memory_gb:.1f}", f"{c.energy_kwh:.2f}", *(f"{v:g}" for v in c.layout.values()),
         bound(c.bound_by, lang))
        for c in [found.best, *(p for p in found.pareto if p != found.best)]
    ]  # fmt: skip
    say(table(lines, header))


app.command("compare")(enginecompare.compare)
app.command("decentral")(enginecompare.decentral)
app.command("reach")(enginecompare.reach)
chip_app.command("compare")(enginecompare.chip_compare)
