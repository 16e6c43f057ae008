"""`rechenmacht engine ...` and `rechenmacht chip compare`: what a system of chips delivers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli.common import Json, Language, base, emit, note, number, say, table

app = typer.Typer(
    help="What a system of chips delivers: time, power, cost, what bounds it.", no_args_is_help=True,
    rich_markup_mode=None, cls=group("engine"),
)  # fmt: skip
chip_app = typer.Typer(help="Chips side by side.", no_args_is_help=True, rich_markup_mode=None)


@chip_app.callback()
def _chips() -> None:
    """Chips side by side."""


@app.command()
def predict(
    table_file: Annotated[Path, typer.Option("--table", help="CSV with the columns of a table of measured points.")],
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Answer every row of a table as `engine table` does; as JSON the answers alone, one object per row."""
    from rechenmacht.domains.engine.questions import Predict
    from rechenmacht.faces.asking import answered, settled
    from rechenmacht.faces.command import show
    from rechenmacht.faces.language import language
    from rechenmacht.faces.words import Words

    facts = base()
    answer = answered(settled(Predict, {"table": table_file}, facts, lang, files=True), facts, lang)
    if as_json:
        kept = ("id", "value", "low", "high", "unit", "bound_by", "assumed")
        refused = ("id", "value", "unit", "reason")
        rows = answer.tables[0].rows
        emit([{key: row[key] for key in (refused if row["value"] is None else kept)} for row in rows])
        return
    show(answer, Words(language(lang), facts))


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


@chip_app.command("compare")
def chip_compare(
    names: Annotated[list[str], typer.Argument(help="Chips: h100-sxm ascend-910c ...")],
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Set chips side by side: specifications, best measured matrix products, what is unknown."""
    from dataclasses import asdict

    from rechenmacht.domains.engine.systems import system

    facts = base()
    found = [system(facts, f"1x {name}").hw for name in names]
    if as_json:
        emit([asdict(hw) for hw in found])
        return
    fields = ("family", "peak16", "peak8", "peak4", "matmul16", "matmul8", "memory_gb", "memory_tbps", "tdp_w",
              "domain", "scaleup_gbps", "scaleout_gbps", "all_in_kw")  # fmt: skip

    def short(value: str | float) -> str:
        return value if isinstance(value, str) else number(float(f"{float(value):.3g}"), lang)

    rows = [(name, *(short(getattr(hw, name)) for hw in found)) for name in fields]
    say(table(rows, ("", *(hw.name for hw in found))))
    for hw in found:
        for what, text in hw.assumed.items():
            note(f"{hw.name}: {what}: {text}")
