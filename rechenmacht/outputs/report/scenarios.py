"""Section 5: what would change it. Scenarios against the reference, draw by draw, and their expected signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rechenmacht.dates import quarter_of
from rechenmacht.faces import charts
from rechenmacht.faces.charts import Row
from rechenmacht.faces.labels import parameter_label, series_name
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.results import Paired, comparable, paired, scenario_id, sign
from rechenmacht.outputs.report.view import Cell, Figure, Num, Section, Table, Words
from rechenmacht.outputs.report.who import NAMES
from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.runs import Run

VARIABLE = "installed|h100e_8bit"
ROLES = ("blue", "orange")


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario as the page tells it."""

    id: str
    title: str
    question: str
    changes: tuple[tuple[Num, str, str | Words], ...]


def _others(context: Context) -> list[Run]:
    return [run for run in context.runs if scenario_id(run) != scenario_id(context.reference)]


def _title(context: Context, run: Run) -> str:
    return str(run.meta["scenario"]["title"][context.language.code])


def _change(
    context: Context, scenario: str, name: str, text: str, entry: dict[str, Any]
) -> tuple[Num, str, str | Words]:
    for claim in entry["claims"]:
        if claim in context.base.claims:
            context.claim(claim)
    known = name in {p["name"] for p in context.reference.meta["parameters"]}
    return (
        Num(parameter_label(context.base, context.language, name), f"#p-{name}" if known else "#assumptions"),
        text,
        context.note(f"reason.{scenario}.{name}" + (f"@{entry['at']}" if "at" in entry else ""), entry["reason"]),
    )


def _shown(context: Context, run: Run) -> Shown:
    scenario = run.meta["scenario"]
    lang = context.language
    units = {p["name"]: p["unit"] for p in context.reference.meta["parameters"]}
    changes = []
    for name, prior in scenario["prior"].items():
        band = lang.band(prior["low"], prior["high"], units.get(name, "1"), 3)
        text = context.t("scenarios.prior", mid=lang.amount(prior["mid"], units.get(name, "1")), band=band)
        changes.append(_change(context, scenario["id"], name, text, prior))
    for lever in scenario["lever"]:
        value = lang.amount(lever["value"], units.get(lever["name"], "1"))
        text = context.t("scenarios.lever", at=lang.date(lever["at"]), value=value)
        changes.append(_change(context, scenario["id"], lever["name"], text, lever))
    for name in scenario["off"]:
        words = context.language.maybe(f"mechanism.{name}.name") or name
        changes.append((Num(words, "#mechanisms"), context.t("scenarios.off"), ""))
    question = str(scenario["question"][lang.code])
    return Shown(scenario["id"], _title(context, run), question, tuple(changes))


def _dates(context: Context) -> tuple[str, ...]:
    return tuple(quarter for quarter in context.dates if quarter > LAST_OBSERVED)


def differences(context: Context, region: str) -> dict[tuple[str, str], Paired]:
    """Return (scenario id, quarter) -> difference to the reference of a region's installed 8-bit H100e."""
    return {
        (scenario_id(run), quarter): paired(run, context.reference, VARIABLE, REGION[region], quarter)
        for run in _others(context)
        if comparable(run, context.reference)
        for quarter in _dates(context)
    }


def _signed(context: Context, value: float, unit: str) -> str:
    text = context.language.amount(value, unit, 2)
    return f"+{text}" if value > 0 else text


def _spread(context: Context, low: float, high: float, unit: str) -> str:
    return context.t("number.to", low=_signed(context, low, unit), high=_signed(context, high, unit))


def _table(context: Context, found: dict[tuple[str, str], Paired], titles: dict[str, str]) -> Table:
    lang = context.language
    rows: list[tuple[Cell, ...]] = []
    for (name, quarter), one in found.items():
        same = one.equal > 0.999
        above = context.t("scenarios.equal") if same else lang.percent(one.above, 2)
        rows.append(
            (
                titles[name],
                lang.at_end(quarter),
                context.num(_signed(context, one.absolute.mid, "count"), "difference"),
                _spread(context, one.absolute.low, one.absolute.high, "count"),
                _signed(context, one.relative.mid, "share"),
                context.num(above, "difference"),
                context.num(lang.percent(one.equal, 2), "difference"),
            )
        )
    keys = ("scenario", "when", "difference", "band", "relative", "above", "equal")
    return Table(tuple(context.t(f"table.{key}") for key in keys), tuple(rows), frozenset({2, 3, 4, 5, 6}))


def _ties(context: Context, found: dict[tuple[str, str], Paired], titles: dict[str, str]) -> str:
    """Tell which scenarios change nothing in a part of the draws, and in what part; nothing if there are none."""
    lang = context.language
    sentences = []
    for name, title in titles.items():
        tied = {q: d.equal for (n, q), d in found.items() if n == name and 0.005 <= d.equal <= 0.999}
        if tied:
            dated = [
                context.t("scenarios.tied_at", date=lang.at_end(q), share=lang.percent(x, 2)) for q, x in tied.items()
            ]
            sentences.append(context.t("scenarios.tied", scenario=title, dated=lang.listed(dated)))
    return " ".join([*sentences, context.t("scenarios.tied_why")]) if sentences else ""


def _figure(context: Context, region: str) -> Figure | None:
    found = differences(context, region)
    if not found:
        return None
    lang = context.language
    titles = {scenario_id(run): _title(context, run) for run in _others(context)}
    roles = dict(zip(_dates(context), ROLES, strict=False))
    rows = [
        Row(
            titles[name],
            lang.at_end(q),
            d.absolute.low,
            d.absolute.mid,
            d.absolute.high,
            roles[q],
            d.absolute.inner,
            _signed(context, d.absolute.mid, "count"),
        )
        for (name, q), d in found.items()
    ]

    def spec(size: charts.Size) -> charts.Spec:
        return charts.ranges(rows, "h100e", lang, size, zero=True, rule=0.0)

    data: list[dict[str, object]] = []
    for (name, quarter), one in found.items():
        a = one.absolute
        numbers = dict(zip(NAMES, (a.low, a.q25, a.mid, a.q75, a.high), strict=True))
        head = {"scenario": name, "variable": VARIABLE, "region": REGION[region], "quarter": quarter}
        data.append({**head, **numbers, "unit": "h100e", "median_relative": one.relative.mid})
        data[-1] |= {"p_above": one.above, "p_equal": one.equal}
    return context.figure(
        f"scenarios_{region}",
        spec,
        data,
        _table(context, found, titles),
        method="difference",
        more=_ties(context, found, titles),
        draws=_draws(context),
    )


def _draws(context: Context) -> str:
    return context.language.number(float(context.reference.meta["draws"]), 9)


def _checks(context: Context) -> Table | None:
    rows: list[tuple[Cell, ...]] = []
    for run in _others(context):
        for expect in run.meta["scenario"]["expect"] if comparable(run, context.reference) else ():
            quarter = quarter_of(expect["at"])
            found = paired(run, context.reference, expect["variable"], expect["region"], quarter)
            seen = sign(found)
            verdict = context.t("scenarios.passed" if seen == expect["sign"] else "scenarios.failed")
            rows.append(
                (
                    _title(context, run),
                    series_name(context.language, expect["variable"], expect["region"]),
                    context.language.at_end(quarter),
                    context.t(f"scenarios.{expect['sign']}"),
                    context.num(_signed(context, found.relative.mid, "share") if seen != "same" else "0", "difference"),
                    verdict,
                )
            )
    keys = ("scenario", "series", "when", "expected", "relative", "verdict")
    return Table(tuple(context.t(f"table.{key}") for key in keys), tuple(rows), frozenset({4})) if rows else None


def section(context: Context) -> Section:
    """Return the section on scenarios."""
    others = _others(context)
    figures = [figure for figure in (_figure(context, "cn"), _figure(context, "us")) if figure is not None]
    missing = [_title(context, run) for run in others if not comparable(run, context.reference)]
    view: dict[str, object] = {
        "intro": [context.rich("scenarios.intro", draws=context.num(_draws(context), "difference"))],
        "reference": _shown(context, context.reference),
        "scenarios": [_shown(context, run) for run in others],
        "figures": figures,
        "checks": _checks(context),
        "missing": context.t("scenarios.missing", names=context.language.listed(missing)) if missing else "",
    }
    return Section("scenarios", context.t("scenarios.title"), "scenarios.html.j2", view)
