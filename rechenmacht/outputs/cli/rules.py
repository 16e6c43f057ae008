"""`rechenmacht rules ...`: what is controlled, to whom, since when, and why; and what a new rule would change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rechenmacht.errors import BadInput
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli.common import Json, Lang, Language, base, emit, note, number, say, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rechenmacht.domains.rules.chips import RuledChip
    from rechenmacht.domains.rules.parties import Listed
    from rechenmacht.domains.rules.ruleset import RuleSet
    from rechenmacht.domains.rules.timeline import Ranked
    from rechenmacht.evidence.base import Base

app = typer.Typer(
    help="Export rules: what may flow, to whom, since when, and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=group("rules"),
)
To = Annotated[
    str, typer.Option("--to", help="Destination: code, name or alias in either language: CN, Emirates, Weißrussland...")
]
Hq = Annotated[
    str, typer.Option("--hq", help="Headquarters of the buyer or its ultimate parent; ? is unknown; default: as --to.")
]
On = Annotated[str | None, typer.Option("--on", help="Day, 2024-07-31; default: today.")]
Role = Annotated[
    Literal["vendor", "reexporter", "foundry", "transfer"] | None,
    typer.Option(
        "--role", help="Who ships: vendor means from the US, transfer within a country; default: by the chip."
    ),
]
Market = Annotated[
    Literal["datacenter", "consumer"] | None,
    typer.Option("--market", help="What the chip is designed or marketed for; default: rules/markets.csv."),
]
Chart = Annotated[Path | None, typer.Option("--chart", help="Write the chart to this .svg, .png or .json file.")]


def _rules() -> tuple[Base, RuleSet]:
    from rechenmacht.domains.rules import ruleset

    facts = base()
    return facts, ruleset.load(facts)


def _day(text: str | None) -> str:
    from rechenmacht.domains.rules.cases import day

    chosen = text or date.today().isoformat()
    try:
        day(chosen)
    except ValueError as error:
        raise BadInput(f"--on: {error}") from None
    return chosen


def _place(rules: RuleSet, text: str, option: str) -> str:
    return text if option == "--hq" and text in {"", "?"} else rules.places.code(text, option)


def _scoped(rules: RuleSet, day: str, lang: Lang) -> None:
    """Print what an answer covers."""
    from rechenmacht.outputs.rules_scope import short

    say(short(rules, day, lang))


def _scope(rules: RuleSet, day: str) -> dict[str, Any]:
    from rechenmacht.domains.rules.scope import scope_on
    from rechenmacht.outputs.rules_scope import as_json

    return as_json(scope_on(rules, day))


@app.command()
def classify(
    chip: Annotated[str | None, typer.Argument(help="Chip: id, name or alias; any name with --tpp.")] = None,
    to: To = "",
    hq: Hq = "",
    on: On = None,
    market: Market = None,
    role: Role = None,
    tpp: Annotated[float | None, typer.Option("--tpp", help="TPP, instead of the one from claims.")] = None,
    die: Annotated[float | None, typer.Option("--die", help="Applicable die area in mm2.")] = None,
    pd: Annotated[float | None, typer.Option("--pd", help="Performance density in TPP/mm2.")] = None,
    io_bw: Annotated[float | None, typer.Option("--io-bw", help="Aggregate bidirectional I/O in GB/s.")] = None,
    dram_bw: Annotated[float | None, typer.Option("--dram-bw", help="Memory bandwidth in GB/s.")] = None,
    vendor: Annotated[str, typer.Option("--vendor", help="Vendor of a chip that the fact base does not know.")] = "",
    state_funded: Annotated[
        bool | None, typer.Option("--state-funded/--not-state-funded", help="For a Chinese state-funded data centre.")
    ] = None,
    party: Annotated[
        list[str] | None,
        typer.Option("--party", help="Buyer, end user or other party, looked up in rules/parties.csv."),
    ] = None,
    listed: Annotated[
        list[str] | None,
        typer.Option(
            "--listed",
            help="A list on which a party stands: EL (Entity List), FN1, FN4, FN5 (its footnotes), MEU, DPL.",
        ),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option("--use", help="What it is for: supercomputer, fab, tools, military, remote."),
    ] = None,
    owned: Annotated[
        float | None, typer.Option("--owned-by-listed", help="Share that listed parties own together, 0 to 1.")
    ] = None,
    approved: Annotated[bool, typer.Option("--approved-recipient", help="Recipient named by a rule as free.")] = False,
    origin: Annotated[
        str, typer.Option("--from", help="Country the goods leave, whose own rules are shown too.")
    ] = "US",
    file: Annotated[Path | None, typer.Option("--table", help="CSV of cases instead of one chip.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Say whether a chip is controlled, to whom, since when and why; or answer a whole table of cases."""
    facts, rules = _rules()
    if file is not None:
        if chip is not None:
            raise BadInput("give either a chip or --table")
        from rechenmacht.outputs.rules_table import classify_table

        classify_table(rules, file, as_json=as_json, lang=lang)
        return
    if chip is None or not to:
        raise BadInput("name a chip and a destination (--to CN), or a table of cases (--table FILE.csv)")
    given = {"tpp": tpp, "die_mm2": die, "pd": pd, "io_bw": io_bw, "dram_bw": dram_bw}
    one = _chip(facts, chip, vendor, {name: value for name, value in given.items() if value is not None})
    place, seat, day = _place(rules, to, "--to"), _place(rules, hq, "--hq"), _day(on)
    from rechenmacht.domains.rules.chips import row_of

    row = row_of(one, day, place, seat, role or "", market or "")
    if state_funded is not None:
        row["state_funded_dc"] = "1" if state_funded else "0"
    from rechenmacht.domains.rules.chips import is_system

    row["subject"] = "system" if is_system(facts, chip) else "chip"
    told = _known(listed, _LISTS, "--listed") | _known(use, _USES, "--use")
    row |= dict.fromkeys(told | ({"approved_recipient"} if approved else set()), "1")
    if owned is not None:
        if not 0 <= owned <= 1:
            raise BadInput(f"--owned-by-listed {owned:g} is no share of 0 to 1")
        row["owner_listed_share"] = repr(owned)
    found = _parties(rules, party or (), day)
    for one_party in found:
        row |= one_party.properties
    leaves = rules.places.code(origin, "--from")
    _answer((facts, rules), one, row, (market or one.market, leaves, found), as_json=as_json, lang=lang)


_LISTS = {
    "EL": "entity_listed", "FN1": "footnote_1", "FN4": "footnote_4", "FN5": "footnote_5", "MEU": "military",
    "DPL": "denied_party",
}  # fmt: skip
_USES = {
    "supercomputer": "supercomputer_use", "fab": "advanced_fab_use", "tools": "tool_making_use", "military": "military",
    "remote": "remote_access",
}  # fmt: skip


def _known(names: list[str] | None, table: dict[str, str], option: str) -> set[str]:
    strange = [name for name in names or () if name not in table]
    if strange:
        raise BadInput(f"{option}: {strange[0]!r} is none of {', '.join(table)}")
    return {table[name] for name in names or ()}


def _parties(rules: RuleSet, names: Iterable[str], day: str) -> list[Listed]:
    from rechenmacht.domains.rules.parties import look_up

    return [look_up(rules.parties, name, day) for name in names]


def _answer(
    known: tuple[Base, RuleSet],
    one: RuledChip,
    row: dict[str, str],
    asked_of: tuple[str, str, list[Listed]],
    *,
    as_json: bool,
    lang: Lang,
) -> None:
    """Print what the rules say about one chip; `asked_of`: its market, the country it leaves, the parties looked up."""
    from rechenmacht.domains.rules.chips import cases_of
    from rechenmacht.domains.rules.explain import explain
    from rechenmacht.domains.rules.scope import scope_of, would_change
    from rechenmacht.outputs import rules_scope
    from rechenmacht.outputs.rules_text import (
        explanation_json,
        explanation_lines,
        outcome,
        remark,
        specification_lines,
        word,
    )

    facts, rules = known
    market, origin, parties = asked_of
    place, seat, day, role = row["dest"], row["hq"] or row["dest"], row["date"], row["role"]
    cases = cases_of([one], [row], rules)
    found, scope, change = explain(rules, cases, origin=origin), scope_of(rules, cases), would_change(rules, cases)
    if as_json:
        specifications = {
            name: {"value": d.value, "how": d.how, "claims": list(d.claims), "unverified": d.unverified}
            for name, d in one.known.items()
        }
        asked: dict[str, Any] = {
            "chip": one.id,
            "name": one.name,
            "to": place,
            "hq": seat,
            "on": day,
            "role": role,
            "market": market,
        }
        asked["subject"], asked["from"] = row["subject"], origin
        asked["parties"] = [rules_scope.party_json(found_party) for found_party in parties]
        asked["scope"] = rules_scope.as_json(scope, change)
        emit({**asked, "known": specifications, "notes": list(one.notes), **explanation_json(facts, found, lang)})
        return
    say(f"{one.name} {word('to', lang)} {place} {word('on', lang)} {day}: {outcome(found.outcome, lang)}")
    who = f"{word('hq', lang)}: {seat}; {word(role, lang)}; {word(market or 'unknown', lang)}"
    say("\n".join([f"{word('known', lang)} ({who}):", *specification_lines(dict(one.known), lang)]))
    say("\n".join([*(f"  {remark(text, lang)}" for text in one.notes), *explanation_lines(facts, found, lang)]))
    for found_party in parties:
        say("\n".join(rules_scope.party_lines(found_party, lang)))
    say("\n".join(rules_scope.lines(rules, scope, day, change, lang)))


def _chip(facts: Base, name: str, vendor: str, given: dict[str, float]) -> RuledChip:
    """Return a catalogue chip, or one of the user's own, with the specifications that the user gives."""
    from dataclasses import replace

    from rechenmacht.domains.rules import chips

    try:
        one = chips.chip(facts, name)
    except BadInput:
        if not given:
            raise
        names = frozenset({" ".join(name.casefold().split())})
        one = chips.RuledChip(name, name, names, vendor, "", "", "", {}, ())
    known = dict(one.known)
    if given.keys() & {"tpp", "die_mm2"}:
        known.pop("pd", None)
    for key, value in given.items():
        if not 0 <= value <= 1e12 or (key == "die_mm2" and value == 0):
            raise BadInput(f"{key} {value:g} cannot be")
        known[key] = chips.Derived(value, "given", (), unverified=False)
    if "pd" not in known and {"tpp", "die_mm2"} <= known.keys():
        tpp, die = known["tpp"], known["die_mm2"]
        ratio = float(f"{tpp.value / die.value:.6g}")
        known["pd"] = chips.Derived(
            ratio, f"{tpp.value:g} / {die.value:g}", (*tpp.claims, *die.claims), unverified=False
        )
    return replace(one, known=known, vendor=vendor or one.vendor)


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
    facts, rules = _rules()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.timeline import timeline as periods_of
    from rechenmacht.outputs.rules_text import OUTCOME, rule_name

    one = chips.chip(facts, chip)
    place, seat = _place(rules, to, "--to"), _place(rules, hq, "--hq")
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
        scope = _scope(rules, date.today().isoformat())
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
    _scoped(rules, date.today().isoformat(), lang)


@app.command()
def best(to: To, on: On = None, hq: Hq = "", as_json: Json = False, lang: Language = "en") -> None:
    """Name the strongest catalogue chip that may legally flow on a day, in each compute basis."""
    facts, rules = _rules()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules.timeline import best as strongest

    place, seat, day = _place(rules, to, "--to"), _place(rules, hq, "--hq"), _day(on)
    found = strongest(facts, rules, chips.catalogue(facts), place, day, seat)

    def shown(one: Ranked) -> dict[str, Any]:
        return {"chip": one.chip.id, "outcome": one.outcome, "h100e": round(one.worth, 4), "fired": list(one.fired)}

    if as_json:
        emit(
            {
                "to": place,
                "on": day,
                "scope": _scope(rules, day),
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
    _scoped(rules, day, lang)


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
    facts, rules = _rules()
    from rechenmacht.domains.rules import chips
    from rechenmacht.domains.rules import propose as proposals
    from rechenmacht.outputs.rules_table import show_proposal

    rule = proposals.bill(facts, str(file)) or proposals.read(file, facts)
    after = proposals.with_rules(rules, rule)
    place, seat, day = _place(rules, to, "--to"), _place(rules, hq, "--hq"), _day(on)
    known = chips.catalogue(facts)
    abroad = [one for one in known if not chips.at_home(one, place)]
    changed = proposals.changes(rules, after, abroad, place, day, seat)
    moved = proposals.moved(facts, rules, after, known)
    show_proposal(facts, changed, moved, (place, day), _scope(rules, day), as_json=as_json, lang=lang)
    if not as_json:
        _scoped(rules, day, lang)


@app.command("list")
def list_(as_json: Json = False, lang: Language = "en") -> None:
    """List the rules with their dates, outcomes, sources and grades."""
    from dataclasses import asdict

    facts, rules = _rules()
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
    facts, rules = _rules()
    from rechenmacht.domains.rules import chips
    from rechenmacht.outputs.rules_charts import plane_chart, plane_points, regions, save

    place, day = _place(rules, to, "--to"), _day(on)
    known = chips.catalogue(facts)
    save(plane_chart(rules, known, place, day, lang), chart)
    if as_json:
        areas, points = regions(rules, place, day, "datacenter"), plane_points(rules, known, place, day)
        emit(
            {
                "chart": str(chart),
                "to": place,
                "on": day,
                "scope": _scope(rules, day),
                "regions": areas,
                "chips": points,
            }
        )
    else:
        note(f"{chart}")
        _scoped(rules, day, lang)


@app.command()
def feed(
    out: Annotated[Path, typer.Argument(help="File for the Atom feed of rule changes.")],
    chart: Chart = None,
    lang: Language = "en",
) -> None:
    """Write the changes of all rules as an Atom feed, and as a chart."""
    facts, rules = _rules()
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
    _scoped(rules, today, lang)
