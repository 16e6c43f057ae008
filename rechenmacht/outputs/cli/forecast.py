"""`rechenmacht forecast register|score`: forecasts that later data can score."""

from __future__ import annotations

import csv
import datetime
import json
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Draws, Json, Language, Seed, base, emit, note, say, table

app = typer.Typer(help="Forecasts that later data can score.", no_args_is_help=True)


@app.command("register")
def register(
    out: Annotated[Path, typer.Option("--out", help="File to write; never one that exists.")],
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Write the reference run's quantiles of public quantities to a dated, checksummed file.

    Raises:
        BadInput: if the draws cannot be used or the file exists or cannot be written.
    """
    from rechenmacht import __version__, runs, scenario
    from rechenmacht.domains.uncertainty import register as maths

    if out.exists():
        raise BadInput(f"{out} exists already; a register is never overwritten")
    facts = base()
    outcomes, _ = runs.compute(facts, scenario.find(facts, "reference"), draws, seed)
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    document = maths.register(facts, outcomes, today, __version__, draws, seed)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    files.write(out, text, new=True)
    if as_json:
        emit({"register": str(out), "sha256": document["sha256"], "forecasts": len(document["forecasts"])})
        return
    note(f"{len(document['forecasts'])} forecasts, sha256 {document['sha256'][:16]}… -> {out}")


def _observed(path: Path) -> list[tuple[str, str, float]]:
    """Return (id, year, value) of a CSV file with these columns.

    Raises:
        BadInput: if the file or a row cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"id", "year", "value"} - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path.name}: no column {', '.join(sorted(missing))}")
            found = []
            for row in reader:
                try:
                    value = float(row["value"] or "")
                except ValueError:
                    value = math.nan
                if not math.isfinite(value):
                    raise BadInput(f"{path.name}, row {reader.line_num}: {row['value']!r} is no finite number")
                found.append((str(row["id"]).strip(), str(row["year"]).strip(), value))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from None
    if not found:
        raise BadInput(f"{path.name}: no rows")
    return found


@app.command("score")
def score(
    observed: Annotated[Path, typer.Argument(help="CSV of what happened: id, year, value.")],
    register: Annotated[
        Path | None, typer.Option("--register", help="The register; the shipped one if none is given.")
    ] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Score a register's forecasts against what happened.

    Raises:
        BadInput: if a file cannot be used, was altered, or an observation fits no forecast.
    """
    from rechenmacht.domains.uncertainty import register as maths
    from rechenmacht.faces.language import language

    path = register or max(maths.FOLDER.glob("*.json"))
    document, words = maths.read(path), language(lang)
    found = maths.score(document, _observed(observed))
    if as_json:
        emit({"register": path.name, "made": document["made"], "sha256": document["sha256"], "scores": found})
        return
    say(table([_row(one, words) for one in found], ("id", "year", "observed", "50 %", "90 %", "in 90 %", "CRPS")))
    inside = sum(one["in90"] for one in found)
    say(words.text("forecast.inside", inside=inside, n=len(found), made=words.date(document["made"])))


def _row(one: dict[str, Any], words: Any) -> tuple[str, ...]:
    unit = one["unit"]
    return (
        one["id"],
        one["year"],
        words.amount(one["observed"], unit),
        words.amount(one["median"], unit),
        words.band(one["low90"], one["high90"], unit),
        "x" if one["in90"] else "",
        words.amount(one["crps"], unit),
    )
