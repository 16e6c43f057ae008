"""`rechenmacht rules ...`: what is controlled, to whom, since when, and why; and what a new rule would change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht.errors import BadInput
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli.common import Json, Language, emit, note, number, say, table
from rechenmacht.outputs.cli.rules_classify import classify
from rechenmacht.outputs.cli.rules_options import (
    Chart,
    Hq,
    Market,
    On,
    Role,
    To,
    day_of,
    opened,
    place_of,
    scope_on_day,
    scoped,
)

if TYPE_CHECKING:
    from rechenmacht.domains.rules.timeline import Ranked

app = typer.Typer(
    help="Export rules: what may flow, to whom, since when, and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=group("rules"),
)
app.command()(classify)


@app.command()
def timeline(
    chip: Annotated[str, typer.Argument(help="Chip: id, name or alias.")],
    to: To,
    hq: Hq = "",
    market: Market = None,
    role: Role = None,
    chart: Chart = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show a chip's status from 2022 on, period by period, with the rules that hold in each."""
    facts, rules = opened()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.timeline import timeline as periods_of
    from rechenmacht.outputs.rules_text import OUTCOME, rule_name

    one = chips.chip(facts, chip)
    place, seat = place_of(rules, to, "--to"), place_of(rules, hq, "--hq")
    row = chips.row_of(one, "2022-01-01", place, seat, role or "", market or "")
    periods = periods_of(rules, one, row)
    if chart is not None:
        from rechenmacht.outputs.rules_charts import save, timeline_chart

        save(timeline_chart(rules, one.name, place, periods, lang, date.today().isoformat()), chart)
    if as_json:
        shown = [
            {"from": p.first, "to": p.last, "outcome": p.outcome, "fired": list(p.fired), "missing": list(p.missing)}
            for p in periods
        ]
        scope = scope_on_day(rules, date.today().isoformat())
        emit({"chip": one.id, "to": place, "hq": seat or place, "scope": scope, "periods": shown})
        return
    say(f"{one.name} -> {place}")
    rows = []
    for p in periods:
        why = "; ".join(rule_name(facts, name, lang) for name in p.fired)
        lacking = ("fehlt: " if lang == "de" else "missing: ") + ", ".join(p.missing) if p.missing else ""
        rows.append((p.first, p.last or "…", p.outcome, OUTCOME[p.outcome][lang == "de"], why or lacking or "-"))
    header = ("ab", "bis", "Ergebnis", "Bedeutung", "Regeln") if lang == "de" else (
        "from", "to", "outcome", "meaning", "rules")  # fmt: skip
    say(table(rows, header))
    scoped(rules, date.today().isoformat(), lang)


@app.command()
def best(to: To, on: On = None, hq: Hq = "", as_json: Json = False, lang: Language = "en") -> None:
    """Name the strongest catalogue chip that may legally flow on a day, in each compute basis."""
    facts, rules = opened()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.timeline import best as strongest

    place, seat, day = place_of(rules, to, "--to"), place_of(rules, hq, "--hq"), day_of(on)
    found = strongest(facts, rules, chips.catalogue(facts), place, day, seat)

    def shown(one: Ranked) -> dict[str, Any]:
        return {"chip": one.chip.id, "outcome": one.outcome, "h100e": round(one.worth, 4), "fired": list(one.fired)}

    if as_json:
        emit(
            {
                "to": place,
                "on": day,
                "scope": scope_on_day(rules, day),
                "bases": [
                    {
                        "basis": b.basis,
                        "strongest": shown(b.strongest) if b.strongest else None,
                        "by_outcome": {name: shown(one) for name, one in b.by_outcome.items()},
                    }
                    for b in found
                ],
            }
        )
        return
    rows = [
        (
            b.basis,
            name,
            "*" if b.strongest and one.chip.id == b.strongest.chip.id else "",
            one.chip.name,
            number(float(f"{one.worth:.3g}"), lang),
            ", ".join(one.fired) or "-",
        )
        for b in found
        for name, one in b.by_outcome.items()
    ]
    header = ("Basis", "Ergebnis", "", "Chip", "H100e", "Regeln") if lang == "de" else (
        "basis", "outcome", "", "chip", "H100e", "rules")  # fmt: skip
    say(table(rows, header))
    say(
        "* stärkster Chip, für den keine der geprüften Regeln eine Genehmigung verlangt (NLR oder NAC)"
        if lang == "de"
        else "* strongest chip for which none of the rules looked at asks for a licence (NLR or NAC)"
    )
    scoped(rules, day, lang)


@app.command()
def propose(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with a rule of your own (id, condition, outcome, dest_groups...), or a bill: BILL-GAIN."
        ),
    ],
    to: To = "CN",
    on: On = None,
    hq: Hq = "",
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show which catalogue chips a rule of your own newly catches or frees, and what moved in 2022-2025 under it."""
    facts, rules = opened()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules import propose as proposals
    from rechenmacht.outputs.rules_table import show_proposal

    rule = proposals.bill(facts, str(file)) or proposals.read(file, facts)
    after = proposals.with_rules(rules, rule)
    place, seat, day = place_of(rules, to, "--to"), place_of(rules, hq, "--hq"), day_of(on)
    known = chips.catalogue(facts)
    abroad = [one for one in known if not chips.at_home(one, place)]
    changed = proposals.changes(rules, after, abroad, place, day, seat)
    moved = proposals.moved(facts, rules, after, known)
    show_proposal(facts, changed, moved, (place, day), scope_on_day(rules, day), as_json=as_json, lang=lang)
    if not as_json:
        scoped(rules, day, lang)


@app.command("list")
def list_(as_json: Json = False, lang: Language = "en") -> None:
    """List the rules with their dates, outcomes, sources and grades."""
    from dataclasses import asdict

    facts, rules = opened()
    from rechenmacht.outputs.rules_text import rule_name

    if as_json:
        emit([asdict(one.rule) for one in rules.rules])
        return
    rows = (
        (r.id, r.kind, r.effective_from or "-", r.effective_to or "…", r.subject, r.outcome, r.grade,
         rule_name(facts, r.id, lang))
        for r in (one.rule for one in rules.rules)
    )  # fmt: skip
    header = ("Regel", "Art", "ab", "bis", "Gegenstand", "Ergebnis", "Beleg", "Name") if lang == "de" else (
        "rule", "kind", "from", "to", "subject", "outcome", "grade", "name")  # fmt: skip
    say(table(rows, header))


@app.command()
def plane(
    chart: Annotated[Path, typer.Option("--chart", help="Write the chart to this .svg, .png or .json file.")],
    to: To = "CN",
    on: On = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Draw the catalogue in the plane of TPP and performance density, with the rules' regions."""
    facts, rules = opened()
    from rechenmacht.domains.rules import chips
    from rechenmacht.outputs.rules_charts import plane_chart, plane_points, regions, save

    place, day = place_of(rules, to, "--to"), day_of(on)
    known = chips.catalogue(facts)
    save(plane_chart(rules, known, place, day, lang), chart)
    if as_json:
        areas, points = regions(rules, place, day, "datacenter"), plane_points(rules, known, place, day)
        emit(
            {
                "chart": str(chart),
                "to": place,
                "on": day,
                "scope": scope_on_day(rules, day),
                "regions": areas,
                "chips": points,
            }
        )
    else:
        note(f"{chart}")
        scoped(rules, day, lang)


@app.command()
def feed(
    out: Annotated[Path, typer.Argument(help="File for the Atom feed of rule changes.")],
    chart: Chart = None,
    lang: Language = "en",
) -> None:
    """Write the changes of all rules as an Atom feed, and as a chart."""
    facts, rules = opened()
    from rechenmacht.outputs import rules_feed
    from rechenmacht.outputs.rules_charts import save

    today = date.today().isoformat()
    try:
        out.write_text(rules_feed.atom(facts, lang, today), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out}: cannot be written ({error.strerror})") from None
    if chart is not None:
        save(rules_feed.chart(facts, rules, lang, today), chart)
    note(f"{out}")
    scoped(rules, today, lang)
