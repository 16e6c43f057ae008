"""`rechenmacht capital ...`: who pays whom, how much is the same money, and who falls."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.capital_opened import At, Proposed, Unsupported, opened, sampler
from rechenmacht.outputs.cli.capital_shown import (
    LEGEND,
    bn,
    bn_band,
    figure,
    grid,
    name,
    share,
    share_band,
    word,
)
from rechenmacht.outputs.cli.capital_stress import stress
from rechenmacht.outputs.cli.capital_tables import concentration, coverage, roundtrip
from rechenmacht.outputs.cli.common import Draws, Json, Lang, Language, Seed, base, emit, note, say

app = typer.Typer(
    help="The deals network: who pays whom, what is the same money, who falls.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(stress)
app.command()(roundtrip)
app.command()(concentration)
app.command()(coverage)


@app.command()
def deals(
    org: Annotated[str | None, typer.Argument(help="Only the contracts of this company.")] = None,
    at: At = None,
    check: Annotated[bool, typer.Option("--check", help="Only look for legs entered twice; exit 1 on errors.")] = False,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """List the contracts: headline, firm value, and whether a leg counts and why not."""
    from rechenmacht.capital.contracts import contracts, left_out
    from rechenmacht.capital.packages import check as find_twice
    from rechenmacht.capital.packages import rounds
    from rechenmacht.capital.tables import deal_rows

    facts = base()
    legs = contracts(facts, at)
    if check:
        found = find_twice(legs, rounds(facts))
        if as_json:
            emit([asdict(one) for one in found])
        else:
            say(
                "\n".join(f"{one.level}: {one.package} {' '.join(one.legs)}: {one.reason}" for one in found)
                or "nothing is entered twice"
            )
        if any(one.level == "error" for one in found):
            raise typer.Exit(1)
        return
    if org is not None:
        wanted = facts.find(org).id
        legs = tuple(leg for leg in legs if wanted in {leg.payer, leg.payee})
        if not legs:
            raise BadInput(f"{wanted} is party to no contract of the base")
    out = left_out(legs)
    if as_json:
        emit({"contracts": deal_rows(legs), "left_out": out})
        return
    rows = (
        (
            leg.id,
            leg.date,
            name(facts, leg.payer, lang),
            name(facts, leg.payee, lang),
            word(leg.kind, lang),
            bn(leg.headline, lang),
            bn(leg.firm, lang),
            word(leg.state, lang),
            word(leg.grade, lang),
        )
        for leg in legs
    )
    say(grid(rows, ("id", "date", "payer", "payee", "kind", "headline", "firm", "state", "grade"), lang))
    counts = ", ".join(f"{word(state, lang)} {len(ids)}" for state, ids in out.items())
    text = {"en": "count", "de": "zählen"}[lang]
    note(f"{len(legs) - sum(map(len, out.values()))} / {len(legs)} {text}; {counts}")


@app.command()
def exposure(
    org: Annotated[str, typer.Argument(help="Company: id, name or alias.")],
    at: At = None,
    proposed: Proposed = False,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show whom a company pays and who pays it, per layer: headline, firm, draws."""
    from rechenmacht.capital.tables import exposures

    facts, _, book, when = opened(at, proposed, unsupported)
    rows = exposures(facts, book, facts.find(org).id, sampler(draws, seed))
    if as_json:
        emit({"org": facts.find(org).id, "at": when, "exposures": rows})
        return
    lines = (
        (
            word(r["direction"], lang),
            name(facts, r["counterpart"], lang),
            word(r["layer"], lang),
            bn(r["headline"], lang),
            bn(r["firm"], lang),
            bn_band(r, lang),
            " ".join(r["contracts"]),
        )
        for r in rows
    )
    say(grid(lines, ("direction", "counterpart", "layer", "headline", "firm", "drawn", "contracts"), lang))
    note(LEGEND[lang])


def _circular(row: dict[str, Any], lang: Lang) -> tuple[str, ...]:
    date = (row["at"],) if "at" in row else ()
    firm = (share(row["max_firm"], lang),) if "max_firm" in row else ()
    shares = (share(row["max"], lang), share(row["balanced"], lang), *firm, share_band(row["balanced_drawn"], lang))
    return (*date, word(row["layer"], lang), bn(row["gross"], lang), *shares)


@app.command()
def circularity(
    at: At = None,
    by_quarter: Annotated[bool, typer.Option("--over-time", help="The total at the end of each quarter.")] = False,
    proposed: Proposed = False,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show how much of the promised money runs in circles: at most, and in the balanced split."""
    from rechenmacht.capital.tables import circularity_by_date, circularity_rows, waterfall
    from rechenmacht.dates import quarter_of, quarters

    facts, _, book, when = opened(at, proposed, unsupported)
    draw = sampler(draws, seed)
    if by_quarter:
        dates = list(quarters(min("2024-Q4", quarter_of(when)), quarter_of(when)))
        rows = circularity_by_date(facts, draw, [*dates[:-1], when], unsupported=unsupported)
    else:
        rows = circularity_rows(facts, book, draw)
    falls = waterfall(book, when)
    if as_json:
        emit({"at": when, "circularity": rows, "waterfall": falls})
        return
    firm = () if by_quarter else ("of firm values",)
    titles = (*(("date",) if by_quarter else ()), "layer", "headline", "maximal", "balanced", *firm, "drawn")
    say(grid([_circular(r, lang) for r in rows], titles, lang))
    if not by_quarter:
        steps = [
            (word(r["layer"], lang), *(bn(r[step], lang) for step in ("headline", "firm", "paid")),
             share(r["firmness"], lang), str(r["contracts"]))
            for r in falls
        ]  # fmt: skip
        say("\n" + grid(steps, ("layer", "headline", "firm", "paid", "firmness", "contracts"), lang))
    note(LEGEND[lang])


@app.command()
def clear(
    network: Annotated[Path, typer.Option("--network", help="JSON file with L, e, ext?, alpha, beta, names?.")],
    case: Annotated[
        str | None, typer.Option("--case", help="Name of the network where the file holds several.")
    ] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Clear a network of dues: the greatest clearing vector p and who defaults."""
    from rechenmacht.capital.clearing import clear as solve
    from rechenmacht.capital.network_file import read

    asked = read(network, case)
    result = solve(asked.dues, asked.cash, asked.external, asked.alpha, asked.beta)
    paid, fails = result.paid.tolist(), result.default.astype(int).tolist()
    if as_json:
        rounds = [[i for i, turn in enumerate(result.round) if turn == k] for k in range(int(result.round.max()) + 1)]
        emit({"p": paid, "default": fails, "owed": result.owed.tolist(), "rounds": rounds, "names": asked.names})
        return
    lines = (
        (
            asked.names[i],
            f"{paid[i]:.12g}",
            f"{result.owed[i]:.12g}",
            word("yes" if fails[i] else "no", lang),
            str(result.round[i] + 1) if fails[i] else "",
        )
        for i in range(len(paid))
    )
    say(grid(lines, ("node", "p", "owed", "default", "round"), lang))


@app.command()
def history(as_json: Json = False, lang: Language = "en") -> None:
    """Set the vendor finance of 1998 to 2002 beside today's: a plausibility test, not a validation."""
    from rechenmacht.capital.history import comparisons

    facts, _, book, _ = opened(None)
    rows = comparisons(facts, book)
    if as_json:
        emit({"kind": "plausibility test, not a validation", "comparisons": [asdict(row) for row in rows]})
        return
    texts = {"en": ("then", "what followed", "now", "unknown"), "de": ("damals", "was folgte", "heute", "unbekannt")}[
        lang
    ]
    for row in rows:
        say(row.measure_de if lang == "de" else row.measure_en)
        for title, figures in zip(texts, (row.then, row.followed, row.now), strict=False):
            say("\n".join(f"  {title}: {figure(facts, one, lang)}" for one in figures) or f"  {title}: {texts[3]}")
    note(
        {
            "en": "a plausibility test, not a validation: three vendors, other contracts, one outcome",
            "de": "ein Plausibilitätstest, keine Validierung: drei Lieferanten, andere Verträge, ein einziger Ausgang",
        }[lang]
    )
