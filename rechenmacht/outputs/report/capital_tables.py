"""Tables of the section on capital: each number linked to its deal claims or to the method that computed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from rechenmacht.answers.kinds import Kind
from rechenmacht.domains.capital.history import Number
from rechenmacht.faces.labels import parameter_label
from rechenmacht.faces.words import Words
from rechenmacht.outputs.report.capital_look import VENDOR, Look, Row, Stressed, table
from rechenmacht.outputs.report.context import Context, linked
from rechenmacht.outputs.report.view import Cell, Num, Table

LEVERS = Kind("levers", group="path_lever")
LEAST = 1e8
MOST_PAIRS = 6
SHARES = ("drawn_share", "guarantee_share", "commitments_over_revenue", "loss_share")


def money(context: Context, value: float, method: str, digits: int = 3) -> Num:
    """Return an amount in USD, linked to its method."""
    return context.num(context.language.amount(value, "USD", digits), f"capital_{method}")


def share(context: Context, value: float, method: str) -> Num:
    """Return a share in percent, linked to its method."""
    return context.num(context.language.percent(value, 2), f"capital_{method}")


def band(context: Context, row: Row, unit: str = "USD") -> str:
    """Return the 90 % range of a row with low and high; one number where they are the same."""
    if row["low"] == row["high"]:
        return context.language.amount(row["low"], unit, 2)
    return context.language.band(row["low"], row["high"], unit, 2)


def heads(context: Context, *keys: str) -> tuple[str, ...]:
    """Return the heads of a table."""
    return tuple(context.t(f"capital.table.{key}") for key in keys)


def joined(nums: Iterable[Num]) -> Markup:
    """Return links side by side, in one element."""
    return Markup("<span>{}</span>").format(Markup(", ").join(linked(num) for num in nums))


def deals(context: Context, look: Look, payer: str, payee: str, kinds: frozenset[str] | None = None) -> list[Num]:
    """Return the contracts between two companies, each linked to the claim of its amount."""
    return [
        Num(_said(context, leg), context.claim(leg["claim"]))
        for leg in look.legs
        if (leg["payer"], leg["payee"]) == (payer, payee) and (kinds is None or leg["kind"] in kinds)
    ]


def _said(context: Context, leg: Row) -> str:
    """Return a contract in a few words: what it is, and its date."""
    return f"{context.t('deal_kind.' + leg['kind'])} {context.language.date(leg['date'])}"


def layer(context: Context, name: str) -> str:
    """Return a layer's name."""
    return context.t(f"capital.layer.{name}")


def waterfall(context: Context, look: Look) -> Table:
    """Return headline, firm and paid value by layer."""
    rows: list[tuple[Cell, ...]] = [
        (
            layer(context, row["layer"]),
            money(context, row["headline"], "value"),
            money(context, row["firm"], "value"),
            money(context, row["paid"], "value"),
            share(context, row["firmness"], "value"),
        )
        for row in look.waterfall
    ]
    names = heads(context, "layer", "headline", "firm", "paid", "firmness")
    return Table(names, tuple(rows), frozenset({1, 2, 3, 4}))


def _apart(context: Context, rows: list[Row]) -> list[tuple[str, Row]]:
    """Return rows with their names; layers in which nothing can run in a circle share one."""
    none = [row for row in rows if row["max"] == 0]
    named = [(layer(context, row["layer"]), row) for row in rows if row["max"] > 0]
    if none:
        layers = context.language.listed([layer(context, row["layer"]) for row in none])
        named.insert(0, (context.t("capital.alone", layers=layers), none[0]))
    return named


def circularity(context: Context, look: Look) -> Table:
    """Return what runs in a circle by layer."""
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            share(context, row["balanced_drawn"]["median"], "circularity"),
            band(context, row["balanced_drawn"], "share"),
            share(context, row["max"], "circularity"),
            share(context, row["max_firm"], "circularity"),
        )
        for name, row in _apart(context, look.circularity)
    ]
    names = (*heads(context, "layer", "drawn"), context.t("table.band"), *heads(context, "most", "firm_circle"))
    return Table(names, tuple(rows), frozenset({1, 2, 3, 4}))


def invested(look: Look) -> list[Row]:
    """Return suppliers with their customers: those that buy back, and the recipients of NVIDIA's money, largest first.

    `commitment_headline` is 0 where the recipient has promised the supplier itself nothing.
    """
    rho = {(v, one["recipient"]): one["rho"] for v, found in look.proportional.items() for one in found["investments"]}
    rows = [{**row, "rho": rho.get((row["supplier"], row["customer"]))} for row in look.pairs]
    known = {(row["supplier"], row["customer"]) for row in rows}
    for (vendor, customer), back in rho.items():
        if vendor == VENDOR and (vendor, customer) not in known and back["median"] > 0:
            mine = [row for row in look.links if (row["payer"], row["payee"]) == (vendor, customer)]
            equity = sum(row["headline"] for row in mine if row["layer"] == "equity")
            rows.append({"supplier": vendor, "customer": customer, "equity_headline": equity,
                         "commitment_headline": 0.0, "self_finance": None, "rho": back})  # fmt: skip
    return sorted(rows, key=lambda row: -row["equity_headline"])[:MOST_PAIRS]


def vendors(context: Context, look: Look) -> Table:
    """Return equity in, purchases promised back, their difference, the self-finance ratio and the round trip."""
    rows: list[tuple[Cell, ...]] = []
    for row in invested(look):
        supplier, customer = row["supplier"], row["customer"]
        put = deals(context, look, supplier, customer, frozenset({"equity"}))
        back = deals(context, look, customer, supplier, frozenset({"purchase_commitment"}))
        buys, ratio = row["commitment_headline"], row["self_finance"]
        rows.append(
            (
                f"{context.name(supplier)} → {context.name(customer)}",
                _amount(context, row["equity_headline"], put),
                _amount(context, buys, back) if back else "–",
                money(context, buys - row["equity_headline"], "vendors") if back else "–",
                _ranged(context, ratio) if ratio else "–",
                _ranged(context, row["rho"]) if row["rho"] else "–",
            )
        )
    return Table(heads(context, "pair", "equity", "back", "net", "ratio", "rho"), tuple(rows), frozenset(range(1, 6)))


def _amount(context: Context, value: float, claims: Sequence[Num]) -> Cell:
    text = context.language.amount(value, "USD", 3)
    return (
        Num(text, claims[0].href) if len(claims) == 1 else Markup("<span>{} ({})</span>").format(text, joined(claims))
    )


def _ranged(context: Context, row: Row) -> Markup:
    return Markup('<span>{} <span class="nb">({})</span></span>').format(
        linked(share(context, row["median"], "vendors")), band(context, row, "share")
    )


def links(context: Context, look: Look, shown: Sequence[Row]) -> Table:
    """Return the largest links with the contracts behind them."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"{context.name(row['payer'])} → {context.name(row['payee'])}",
            layer(context, row["layer"]),
            money(context, row["headline"], "value"),
            money(context, row["firm"], "value"),
            joined(deals(context, look, row["payer"], row["payee"])),
        )
        for row in shown
    ]
    return Table(heads(context, "link", "layer", "headline", "firm", "deals"), tuple(rows), frozenset({2, 3}))


def lost(context: Context, one: Stressed) -> Table:
    """Return lost revenue by seller."""
    rows: list[tuple[Cell, ...]] = [
        (context.name(org), money(context, row["median"], "stress"), band(context, row))
        for org, row in one.lost.items()
        if row["high"] >= LEAST
    ]
    return Table((*heads(context, "org", "lost"), context.t("table.band")), tuple(rows), frozenset({1, 2}))


def due(context: Context, look: Look) -> Table:
    """Return what falls due by company and year."""
    rows: list[tuple[Cell, ...]] = [
        (
            context.name(row["org"]),
            str(row["year"]),
            layer(context, row["kind"]),
            money(context, row["due"]["median"], "coverage"),
            band(context, row["due"]),
        )
        for row in look.maturities
        if row["due"]["high"] >= LEAST
    ]
    names = (*heads(context, "org", "year", "layer", "due"), context.t("table.band"))
    return Table(names, tuple(rows), frozenset({3, 4}))


def figure_of(context: Context, number: Number) -> str:
    """Write a figure of the comparison: a value or its range."""
    unit = "share" if number.unit == "1" else number.unit
    lang = context.language
    if number.high - number.low > 0.01 * abs(number.high):
        return lang.band(number.low, number.high, unit, 2)
    return lang.amount(number.high, unit, 2)


def history(context: Context, look: Look) -> Table:
    """Return the measures of then, of what followed and of now, with the claims behind each."""
    rows: list[tuple[Cell, ...]] = []
    for name in SHARES:
        for when in ("then", "followed", "now"):
            for number in look.history[name][when]:
                if number.low < 0:  # a change, another measure: the sentence tells it
                    continue
                who = f"{context.name(number.who)}, {context.language.date(number.at)}"
                claims = [Num(str(k), context.claim(claim)) for k, claim in enumerate(number.claims, 1)]
                weak = any(context.base.claims[claim].grade == "unverified" for claim in number.claims)
                doubt = f"{who} ({context.t('capital.untraced')})" if weak else who
                value = context.num(figure_of(context, number), "capital_history")
                rows.append((context.t(f"capital.history.{name}"), doubt, value, joined(claims)))
    return Table(heads(context, "measure", "who", "value", "origin"), tuple(rows), frozenset({2}))


def _input(context: Context, look: Look, name: str) -> Num:
    """Return the name of a drawn input, linked to where it is explained."""
    text = parameter_label(context.base, context.language, name)
    if name.startswith("deal:"):
        leg = next(one for one in look.legs if one["id"] == name.removeprefix("deal:").split(".")[0])
        return Num(text, context.claim(leg["claim"]))
    return Num(text, "#m-capital_stress" if name.startswith("stress.") else "#capital-inputs", name)


def _decides(context: Context, look: Look, one: Stressed) -> Cell:
    if not one.decides:
        return context.t("capital.nothing")
    lines = []
    for row in one.decides:
        basis = context.t(f"basis.{row['basis']}")
        number = linked(context.num(context.language.number(round(row["rank_correlation"], 2), 2), "capital_drivers"))
        text = linked(_input(context, look, row["parameter"]))
        lines.append(
            Markup('<span class="line">{}: {} <span class="fine">({})</span></span>').format(text, number, basis)
        )
    return Markup("<span>{}</span>").format(Markup("").join(lines))


def change(context: Context, look: Look) -> Table:
    """Return each scenario's result and the inputs that decide it."""
    rows: list[tuple[Cell, ...]] = []
    for one in look.stressed:
        amount = linked(money(context, one.amount["median"], "stress", 2))
        ranged = Markup('<span>{} <span class="nb">({})</span></span>').format(amount, band(context, one.amount))
        title = one.title[context.language.code]
        rows.append((title, context.t(f"stress_measure.{one.result}"), ranged, _decides(context, look, one)))
    names = (context.t("table.scenario"), *heads(context, "result", "amount", "decides"))
    return Table(names, tuple(rows))


def failing(context: Context, look: Look) -> Table:
    """Return each firm's chance to fail by the end of 2030, when, why, and under the stresses."""
    rows: list[tuple[Cell, ...]] = []
    words = Words(context.language, context.base)
    firms = table(look.path, "firms")
    worst: dict[str, Row] = {}
    for row in table(look.path, "stresses"):
        mine = worst.get(row["org"])
        if mine is None or row["default_probability"] > mine["default_probability"]:
            worst[row["org"]] = row
    for row in firms:
        judged_ = row["judgement_share"]
        rows.append(
            (
                context.name(row["org"]),
                share(context, row["default_probability"], "path"),
                context.language.date(row["median_quarter"]) if row["median_quarter"] else "–",
                share(context, row["illiquid"], "path"),
                share(context, row["insolvent"], "path"),
                share(context, judged_, "path") if judged_ is not None else "–",
                share(context, worst[row["org"]]["default_probability"], "path"),
                words.cell(worst[row["org"]]["levers"], LEVERS),
            )
        )
    names = heads(context, "org", "fails", "quarter", "illiquid", "insolvent", "judged", "worst", "levers")
    return Table(names, tuple(rows), frozenset(range(1, 7)))


def hangs(context: Context, look: Look) -> Table:
    """Return which share of the vendor's yearly revenue hangs on a lab, by how it is known."""
    rows: list[tuple[Cell, ...]] = [
        (
            context.name(row["customer"]),
            context.t(f"dependence_part.{row['part']}"),
            share(context, row["share"]["median"], "dependence"),
            band(context, row["share"], "share"),
            money(context, row["amount"]["median"], "dependence"),
        )
        for row in table(look.exposure, "dependence")
    ]
    names = (*heads(context, "customer", "known", "hangs"), context.t("table.band"), *heads(context, "a_year"))
    return Table(names, tuple(rows), frozenset({2, 3, 4}))


def judged(context: Context, look: Look) -> Table:
    """Return the inputs without a source, with their middle, range and note."""
    lang = context.language
    rows: list[tuple[Cell, ...]] = []
    for parameter in look.parameters:
        if parameter.basis == "judgement":
            label, name = parameter_label(context.base, context.language, parameter.name), parameter.name
            rows.append(
                (
                    label,
                    lang.amount(parameter.mid, parameter.unit),
                    lang.band(parameter.low, parameter.high, parameter.unit),
                    context.note(f"parameter.{name}", parameter.note),
                )
            )
    names = (*heads(context, "input", "mid"), context.t("assumptions.band"), context.t("assumptions.what"))
    return Table(names, tuple(rows), frozenset({1, 2}))
