"""`rechenmacht capital roundtrip`, `concentration` and `coverage`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from rechenmacht.outputs.cli.capital_opened import At, Unsupported, opened, sampler
from rechenmacht.outputs.cli.capital_shown import LEGEND, bn, bn_band, grid, name, ratio_band, share, share_band
from rechenmacht.outputs.cli.common import Draws, Json, Lang, Language, Seed, emit, note, number, say

Row = dict[str, Any]
Attribution = Annotated[
    Literal["proportional", "earmarked"],
    typer.Option("--attribution", help="Spread an investment over all spending, or take the contract at its word."),
]
RETURNED = {
    "en": (
        "comes back from investments of the last year, bn USD", "of four quarters' revenue", "revenue growth",
        "net of own money",
    ),
    "de": (
        "kommt aus Beteiligungen des letzten Jahres zurück, Mrd. USD", "vom Umsatz der vier Quartale",
        "Umsatzwachstum", "ohne eigenes Geld",
    ),
}  # fmt: skip
PLANS = {
    "en": ("contracts over plan until", "headline", "no horizon published", "cost of debt without less with a backer"),
    "de": (
        "Verträge im Verhältnis zum Plan bis", "Vertragssumme", "ohne veröffentlichte Laufzeit",
        "Mehrkosten eines Kredits ohne großen Bürgen",
    ),
}  # fmt: skip
PART = {
    "en": "shares are of the contracts carried here, not of the whole backlog that a seller discloses",
    "de": "Anteile an den hier erfassten Verträgen, nicht am ganzen gemeldeten Auftragsbestand",
}


def roundtrip(
    vendor: Annotated[str, typer.Argument(help="Investor and supplier: id, name or alias.")] = "org:nvidia",
    attribution: Attribution = "proportional",
    at: At = None,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show what of a vendor's investments comes back as revenue, and who else finances its customers."""
    from rechenmacht.capital.spending import known_vendor
    from rechenmacht.capital.tables import pair_rows, round_trip_rows

    facts, _, book, when = opened(at, False, unsupported)
    who, draw = known_vendor(facts, book, vendor), sampler(draws, seed)
    found = round_trip_rows(facts, book, who, attribution, draw, when)
    pairs = pair_rows(facts, book, draw)
    if as_json:
        emit({**found, "pairs": pairs})
        return
    lines: list[tuple[str, ...]] = []
    for r in found["investments"]:
        recipient = name(facts, r["recipient"], lang)
        lines.append((r["id"], r["date"], recipient, bn_band(r["invested"], lang), share_band(r["rho"], lang)))
    say(grid(lines, ("investment", "date", "recipient", "invested", "comes back"), lang))
    _against_revenue(found, lang)
    lines = []
    for p in pairs:
        who_both = (name(facts, p["supplier"], lang), name(facts, p["customer"], lang))
        money = (bn(p["equity_headline"], lang), bn(p["commitment_headline"], lang))
        lines.append((*who_both, *money, share_band(p["self_finance"], lang), ratio_band(p["purchase_leverage"], lang)))
    titles = ("supplier", "customer", "equity in", "promised back", "self-finance", "purchases per dollar")
    say("\n" + grid(lines, titles, lang))
    note(LEGEND[lang])


def _against_revenue(found: Row, lang: Lang) -> None:
    back, of_revenue, growth, net = RETURNED[lang]
    say(f"{back}: {bn_band(found['returned_in_year'], lang)}")
    if "share_of_revenue" in found:
        say(f"{of_revenue}: {share_band(found['share_of_revenue'], lang)}")
    if "net_demand_growth" in found:
        without = share_band(found["net_demand_growth"], lang)
        say(f"{growth}: {share(found['revenue_growth'], lang)}; {net}: {without}")


def concentration(
    at: At = None,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show on how few customers each seller's undelivered contracts rest."""
    from rechenmacht.capital.tables import concentration_rows

    facts, _, book, when = opened(at, False, unsupported)
    rows = concentration_rows(facts, book, sampler(draws, seed), when)
    if as_json:
        emit({"at": when, "concentration": rows})
        return
    lines = []
    for r in rows:
        first = max(r["shares"], key=lambda customer: r["shares"][customer]["median"])
        sold = (bn_band(r["backlog"], lang), bn(r["disclosed_backlog"], lang), str(r["customers"]))
        largest = f"{name(facts, first, lang)} {share(r['top1']['median'], lang)}"
        index = number(round(r["hhi"]["median"], 2), lang)
        lines.append((name(facts, r["seller"], lang), *sold, largest, share(r["top2"]["median"], lang), index))
    say(grid(lines, ("seller", "backlog", "disclosed", "customers", "largest", "two largest", "HHI"), lang))
    note(PART[lang])


def coverage(
    at: At = None,
    unsupported: Unsupported = False,
    draws: Draws = 10_000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Show what covers the dues of the next twelve months, contracts against plans, the price of having no backer."""
    from rechenmacht.capital.coverage import barrier_row, coverage_rows, maturity_rows, plan_rows

    facts, _, book, when = opened(at, False, unsupported)
    draw = sampler(draws, seed)
    rows, plans = coverage_rows(facts, book, draw, when), plan_rows(facts, book, draw, when)
    gap = barrier_row(facts, book)
    if as_json:
        wall = maturity_rows(facts, book, draw, when)
        emit({"at": when, "coverage": rows, "plans": plans, "barrier": gap, "maturities": wall})
        return
    lines = []
    for r in rows:
        due = (bn_band(r["purchases"], lang), bn_band(r["debts_and_rents"], lang))
        covers = (ratio_band(r["coverage"], lang), ratio_band(r["coverage_without_funding"], lang))
        ratios = (r["backlog_over_revenue"], r["ebitda_over_interest"])
        shown = (number(None if x is None else float(f"{x:.3g}"), lang) for x in ratios)
        lines.append((name(facts, r["org"], lang), *due, *covers, *shown))
    titles = ("company", "purchases due", "debts, rents due", "coverage", "without new money")
    say(grid(lines, (*titles, "backlog / revenue", "EBITDA / interest"), lang))
    over, headline, open_ended, cost = PLANS[lang]
    for p in plans:
        ratio, total = share_band(p["ratio"], lang), share(p["headline_ratio"], lang)
        who = name(facts, p["org"], lang)
        say(f"{who}: {over} {p['until']}: {ratio}; {headline} {total}; {open_ended}: {' '.join(p['no_horizon'])}")
    say(f"{cost}: {share(gap['barrier'], lang)}")
    note(LEGEND[lang])
