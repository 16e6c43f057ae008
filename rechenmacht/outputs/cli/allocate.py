"""`rechenmacht allocate`: which of these projects first?"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Draws, Json, Lang, Language, Seed, emit, number, say, table

if TYPE_CHECKING:
    from rechenmacht.domains.race.projects import Division, Project

WORDS = {
    "en": {
        "heads": ("project", "kind", "first GW worth", "GW", "5-95 %", "funded in"),
        "price": "One more GW would add {price} a year. Total {total}; {gap} below what could be reached if any small "
        "piece of a project were of use.",
        "curve": ("GW", "value", "one more GW"),
        "trade": ("weight of public good", "private value", "public value"),
    },
    "de": {
        "heads": ("Vorhaben", "Art", "Wert des ersten GW", "GW", "5-95 %", "gefördert in"),
        "price": "Ein weiteres GW brächte {price} im Jahr. Insgesamt {total}; {gap} unter dem, was erreichbar wäre, "
        "wenn jedes kleine Stück eines Vorhabens nützte.",
        "curve": ("GW", "Wert", "ein weiteres GW"),
        "trade": ("Gewicht des Gemeinwohls", "privater Wert", "öffentlicher Wert"),
    },
}


def allocate(
    projects: Annotated[Path, typer.Option("--projects", help="CSV file of projects; columns in docs/allocate.md.")],
    gw: Annotated[float, typer.Option("--gw", help="Gigawatts to divide.")] = 10.0,
    draws: Draws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Divide scarce power among projects: which first, what one more gigawatt is worth, how sure the order is.

    Raises:
        BadInput: if the power, the draws or the file cannot be used.
    """
    from rechenmacht.domains.race import projects as maths

    if not (math.isfinite(gw) and gw > 0):
        raise BadInput(f"--gw must be a number above 0, not {gw:g}")
    if not 1 <= draws <= 1_000_000:
        raise BadInput(f"--draws must be between 1 and 1,000,000, not {draws:,}")
    listed = maths.read(projects)
    best = maths.divide(listed, gw)
    funded, bands = maths.robustness(listed, gw, draws, seed)
    curve, trade = maths.curve(listed, gw), maths.trade_off(listed, gw)
    order = sorted(range(len(listed)), key=lambda i: -listed[i].value_mid / listed[i].gw_scale)
    if as_json:
        emit(
            {
                "schema": "rechenmacht.allocation/1",
                "gw": gw,
                "price_per_gw": best.price,
                "value": best.total,
                "bound": best.bound,
                "projects": [
                    {
                        "project": listed[i].project,
                        "kind": listed[i].kind,
                        "gw": float(best.gw[i]),
                        "gw_band": bands[i].tolist(),
                        "funded_in": float(funded[i]),
                    }
                    for i in order
                ],
                "curve": [{"gw": a, "value": b, "price_per_gw": c} for a, b, c in curve],
                "trade_off": [{"weight": a, "private": b, "public": c} for a, b, c in trade],
            }
        )
        return
    rows = [_row(listed[i], float(best.gw[i]), bands[i].tolist(), float(funded[i]), lang) for i in order]
    words = WORDS[lang]
    say(table(rows, words["heads"]))
    say("\n" + _sentence(best, lang))
    say("\n" + table([[_short(x, lang) for x in row] for row in curve], words["curve"]))
    say("\n" + table([[_short(x, lang) for x in row] for row in trade], words["trade"]))


def _short(value: float, lang: Lang) -> str:
    return number(float(f"{value:.4g}"), lang)


def _row(one: Project, gw: float, band: list[float], funded: float, lang: Lang) -> tuple[str, ...]:
    first = _short(one.value_mid * (1 - math.exp(-1 / one.gw_scale)), lang)
    ends = f"{_short(band[0], lang)} - {_short(band[2], lang)}"
    return one.project, one.kind, first, _short(gw, lang), ends, f"{funded:.0%}"


def _sentence(best: Division, lang: Lang) -> str:
    text = str(WORDS[lang]["price"])
    gap = _short(best.bound - best.total, lang)
    return text.format(price=_short(best.price, lang), total=_short(best.total, lang), gap=gap)
