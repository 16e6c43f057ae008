"""Section 5: the race. Six meanings of ahead, China's access, power, money and the frontier, each mechanism's part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs, scenario
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, once
from rechenmacht.faces import theme
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.view import Cell, Figure, Num, Section, Table
from rechenmacht.outputs.report.who import over_time_figure
from rechenmacht.domains.race.axes import BLOCS, DEFINITIONS, LAST_OBSERVED, QUARTERS, VENDORS
from rechenmacht.domains.race.chances import MEASURE, Chance, chance
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.domains.race.step import NAMES
from rechenmacht.runs import Run
from rechenmacht.domains.uncertainty.chosen import USUAL

DATES = ("2025-Q4", "2028-Q4", "2030-Q4", "2035-Q4")
PART_DRAWS = 400
LEAST_SHOWN = 0.01
PART_AT = "2030-Q4"
# China's share of NVIDIA's chips and of their 8-bit compute by year, as claims of the fact base.
PUBLISHED = {
    "chips": "bloc.cn.china_share_of_nvidia_units.{year}.1",
    "h100e_8bit": "bloc.cn.china_share_of_nvidia_h100e.{year}.1",
}


def ahead(context: Context) -> Table:
    """Return who is ahead by each definition at some dates: the blocs that are first in a hundredth of draws or more."""
    lang, run = context.language, context.reference
    dates = [q for q in DATES if q in run.meta["quarters"]]
    rows: list[tuple[Cell, ...]] = []
    for name in DEFINITIONS:
        cells: list[Cell] = [context.t(f"definition.{name}")]
        for quarter in dates:
            at = run.meta["quarters"].index(quarter)
            chances = {b: chance_of(run, name, b, at) for b in BLOCS}
            order = [b for b in BLOCS if chances[b].probability >= LEAST_SHOWN]
            order.sort(key=lambda b: -chances[b].probability)
            shown = ", ".join(f"{context.t(f'region.{b}')} {_share(context, chances[b])}" for b in order)
            cells.append(context.num(shown, "ahead"))
        rows.append(tuple(cells))
    heads = (context.t("race.definition"), *(lang.at_end(quarter) for quarter in dates))
    return Table(heads, tuple(rows))


def chance_of(run: Run, definition: str, bloc: str, at: int) -> Chance:
    """Return how sure a run is that a bloc is first by a definition in a quarter (its place)."""
    variable = f"ahead|{definition}"
    medians = {b: float(run.summary[MEASURE[variable], REGION[b]][2][at]) for b in BLOCS}
    best = max(value for b, value in medians.items() if b != bloc)
    lead = medians[bloc] / best if best > 0 else np.inf
    one = next(s for s in SERIES if (s.variable, s.region) == (variable, REGION[bloc]))
    share = float(run.probabilities[variable, REGION[bloc]][at])
    seen = run.meta["quarters"][at] <= LAST_OBSERVED
    return chance(one, share, int(run.meta["draws"]), lead, seen, run.meta["scenario"]["id"])


def _share(context: Context, found: Chance) -> str:
    """Write a share of draws; where it is near 0 or 1, the bound that the number of draws gives."""
    if not found.why:
        return context.language.percent(found.probability, 2)
    near_one = found.probability > 0.5
    bound = context.language.percent(found.low if near_one else found.high, 3)
    return context.t("race.above" if near_one else "race.below", share=bound)


def sure(context: Context) -> list[str]:
    """Say of each order that nearly all draws agree on at the end of 2030 why they do and which scenario breaks it."""
    run = context.reference
    quarter = "2030-Q4" if "2030-Q4" in run.meta["quarters"] else context.last
    at, said = run.meta["quarters"].index(quarter), []
    for name in DEFINITIONS:
        for bloc in BLOCS:
            found = chance_of(run, name, bloc, at)
            if not found.why or found.probability < 0.5:
                continue
            names = {"bloc": context.t(f"region.{bloc}"), "definition": context.t(f"definition.{name}")}
            names |= {"share": _share(context, found), "lead": context.language.number(found.lead, 2)}
            breaks = scenario.find(context.base, found.broken_by) if found.broken_by else None
            title = getattr(breaks.title, context.language.code) if breaks else ""
            said.append(context.t("race.sure" if breaks else "race.sure_alone", **names, scenario=title))
    return said


def disagree(context: Context) -> str:
    """Say in words who is ahead by which definition at the end of the runs' decade."""
    run, lang = context.reference, context.language
    quarter = "2030-Q4" if "2030-Q4" in run.meta["quarters"] else context.last
    at = run.meta["quarters"].index(quarter)
    by_bloc: dict[str, list[str]] = {}
    for name in DEFINITIONS:
        chances = {b: float(run.probabilities[f"ahead|{name}", REGION[b]][at]) for b in BLOCS}
        first = max(chances, key=lambda b: chances[b])
        by_bloc.setdefault(first, []).append(context.t(f"definition.{name}"))
    parts = [
        context.t("race.most_likely", bloc=context.t(f"region.{bloc}"), names=lang.listed(names))
        for bloc, names in by_bloc.items()
    ]
    key = "race.disagree" if len(by_bloc) > 1 else "race.agree"
    return context.t(key, date=lang.at_end(quarter), parts="; ".join(parts))


def access(context: Context) -> Table:
    """Return China's share of NVIDIA's sales by year beside what was published: emerging, not typed in."""
    lang = context.language
    rows: list[tuple[Cell, ...]] = []
    for measure, claim in PUBLISHED.items():
        for year in ("2022", "2023", "2024", "2025"):
            found = context.base.claims.get(claim.format(year=year))
            if found is None or found.value is None:
                continue
            made = _yearly(context.reference, f"delivered|{measure}|nvidia", year)
            sold = _sold(context.reference, measure, year)
            rows.append(
                (
                    context.t(f"measure.{measure}"),
                    year,
                    context.num(lang.percent(sold / made, 2), "race"),
                    Num(lang.percent(found.value, 3), context.claim(found.id)),
                )
            )
    keys = ("race.counted", "table.when", "race.model", "race.published")
    return Table(tuple(context.t(key) for key in keys), tuple(rows), frozenset({2, 3}))


def _median(run: Run, variable: str, region: str = "World") -> NDArray[np.float64]:
    found: NDArray[np.float64] = run.summary[variable, region][2]
    return found


def _yearly(run: Run, variable: str, year: str) -> float:
    at = run.meta["quarters"].index(f"{year}-Q4")
    total = _median(run, variable)
    return float(total[at] - (total[at - 4] if at >= 4 else 0.0))


def _sold(run: Run, measure: str, year: str) -> float:
    quarters = run.meta["quarters"]
    total = _median(run, f"delivered|{measure}|nvidia")
    share = _median(run, f"china_share_of_nvidia|{measure}", REGION["cn"])
    made = np.diff(total, prepend=0.0)
    return float(sum(share[i] * made[i] for i, quarter in enumerate(quarters) if quarter.startswith(year)))


@once
def _changes(base: Base, name: str) -> dict[str, NDArray[np.float64]]:
    """Return for each mechanism how much switching it off changes the usual outcomes' medians, shape (outcome,).

    Raises:
        BadInput: if there is no scenario of that name.
    """
    known = scenario.find(base, name)
    places = {(s.variable, s.region): index for index, s in enumerate(SERIES)}
    chosen = [places[variable, REGION[bloc]] for variable, bloc in USUAL]

    def medians(off: tuple[str, ...]) -> NDArray[np.float64]:
        outcomes = runs.compute(base, runs.replace_off(known, off), PART_DRAWS, 1)[0]
        found: NDArray[np.float64] = np.median(outcomes[chosen, QUARTERS.index(PART_AT)], axis=-1)
        return found

    whole = medians(())
    return {one: medians((one,)) / whole - 1 for one in NAMES}


def parts(context: Context) -> Table | None:
    """Return what switching each mechanism off does to medians at the end of 2030; nothing if it cannot be run."""
    try:
        changes = _changes(context.base, str(context.reference.meta["scenario"]["id"]))
    except BadInput:
        return None
    rows: list[tuple[Cell, ...]] = []
    for name, change in changes.items():
        cells: list[Cell] = [context.t(f"mechanism.{name}.name")]
        cells += [context.num(_change(context, float(x)), "parts") for x in change]
        rows.append(tuple(cells))
    heads = [context.t("race.without")]
    heads += [f"{context.t(f'region.{bloc}')}, {context.t('stock.' + v.partition('|')[0])}" for v, bloc in USUAL]
    return Table(tuple(heads), tuple(rows), frozenset(range(1, len(heads))))


def _change(context: Context, change: float) -> str:
    if abs(change) < 5e-4:
        return "0"
    sign = "+" if change > 0 else "−"
    if change > 9.95:
        return "×" + context.language.number(1 + change, 2)
    return sign + context.language.percent(abs(change), 2)


def _figures(context: Context) -> list[Figure]:
    def per_bloc(variable: str, blocs: tuple[str, ...]) -> dict[str, tuple[str, str, str]]:
        return {context.t(f"region.{b}"): (theme.OF_BLOC[b], variable, REGION[b]) for b in blocs}

    all_blocs = (*BLOCS, "world")
    china = {
        context.t(f"stock.{key}"): (role, variable, REGION["cn"])
        for key, role, variable in (
            ("accessible", "orange", "accessible|h100e_8bit"),
            ("installed", "blue", "installed|h100e_8bit"),
            ("rented_abroad", "green", "rented_abroad|h100e_8bit"),
        )
    }
    stacks = {
        context.t(f"vendor.{v}"): (theme.OF_VENDOR[v], f"stack_share|{v}", REGION["world"])
        for v in VENDORS
        if v not in {"other_us", "open_hardware"}
    }
    drawn = (
        ("connected", per_bloc("power_connected", all_blocs), "GW", True),
        ("capex", per_bloc("capex_ai", all_blocs), "USD/year", True),
        ("china_access", china, "h100e", True),
        ("gap", per_bloc("frontier_gap", ("us", "cn", "eu")), "month", False),
        ("workers", per_bloc("virtual_workers", all_blocs), "count", True),
        ("users", per_bloc("firms_using_ai", BLOCS), "share", False),
        ("stacks", stacks, "share", True),
    )
    return [over_time_figure(context, name, series, unit, "race", log=log) for name, series, unit, log in drawn]


def section(context: Context) -> Section:
    """Return the section that tells the whole race."""
    view: dict[str, object] = {
        "intro": [context.rich("race.intro"), disagree(context)],
        "ahead": ahead(context),
        "sure": sure(context),
        "figures": _figures(context),
        "access": access(context),
        "parts": parts(context),
        "parts_intro": context.t("race.parts_intro", draws=context.language.number(PART_DRAWS, 3)),
    }
    return Section("race", context.t("race.title"), "race.html.j2", view)
