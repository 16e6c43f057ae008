"""`rechenmacht rules ...`: the questions about export rules, and the files that are drawn and written from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.faces.group import group
from rechenmacht.files import write
from rechenmacht.outputs.cli.common import Json, Lang, Language, base, emit, note, say

if TYPE_CHECKING:
    from rechenmacht.domains.rules.ruleset import RuleSet
    from rechenmacht.evidence.base import Base

app = typer.Typer(
    help="Export rules: what may flow, to whom, since when, and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=group("rules"),
)


def _opened() -> tuple[Base, RuleSet]:
    from rechenmacht.domains.rules import ruleset

    facts = base()
    return facts, ruleset.load(facts)


def _scoped(rules: RuleSet, day: str, lang: Lang) -> None:
    from rechenmacht.outputs.rules_scope import short

    say(short(rules, day, lang))


@app.command()
def chart(
    out: Annotated[Path, typer.Argument(help="The .svg, .png or .json file to write.")],
    chip: Annotated[
        str | None, typer.Argument(help="Chip whose status over time is drawn; all in the plane if none.")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Destination: code, name or alias.")] = "CN",
    on: Annotated[str | None, typer.Option("--on", help="Day of the plane, 2024-07-31; default: today.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Draw a chip's status over time, or the catalogue in the plane of TPP and performance density on a day."""
    facts, rules = _opened()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.answers.common import day_of, place_of
    from rechenmacht.domains.rules.answers.said import scope_row
    from rechenmacht.domains.rules.scope import scope_on
    from rechenmacht.domains.rules.timeline import timeline
    from rechenmacht.outputs.rules_charts import plane_chart, save, timeline_chart

    place, day = place_of(rules, to, "--to"), day_of(on)
    if chip is None:
        save(plane_chart(rules, chips.catalogue(facts), place, day, lang), out)
    else:
        one = chips.chip(facts, chip)
        periods = timeline(rules, one, chips.row_of(one, "2022-01-01", place))
        save(timeline_chart(rules, one.name, place, periods, lang, day), out)
    if as_json:
        emit({"chart": str(out), "chip": chip, "to": place, "on": day, "scope": scope_row(scope_on(rules, day))})
    else:
        note(f"{out}")
        _scoped(rules, day, lang)


@app.command()
def feed(
    out: Annotated[Path, typer.Argument(help="File for the Atom feed of rule changes.")],
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw them too: a .svg, .png or .json file.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Write the changes of all rules as an Atom feed, and as a chart."""
    facts, rules = _opened()
    from rechenmacht.domains.rules.answers.said import scope_row
    from rechenmacht.domains.rules.scope import scope_on
    from rechenmacht.outputs import rules_feed
    from rechenmacht.outputs.rules_charts import save

    today = date.today().isoformat()
    write(out, rules_feed.atom(facts, lang, today))
    if chart is not None:
        save(rules_feed.chart(facts, rules, lang, today), chart)
    if as_json:
        files = [str(one) for one in (out, chart) if one is not None]
        emit({"files": files, "scope": scope_row(scope_on(rules, today))})
    else:
        note(f"{out}")
        _scoped(rules, today, lang)
