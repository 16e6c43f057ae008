"""The outcomes of the first page: series that belong on one chart, with plain names, grouped."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.faces import theme
from rechenmacht.faces.labels import series_name
from rechenmacht.faces.language import Language

BLOC = {shown: code for code, shown in REGION.items()}
# Variables whose last part is the line: the first parts are the outcome.
BY_TAIL = (
    "delivered", "bought", "stack_share", "software_maturity", "runs", "runs_share", "work_price", "utilisation",
    "published", "decoupled",
)  # fmt: skip
GROUPS: dict[str, tuple[str, ...]] = {
    "compute": ("installed", "installed_share", "powered", "accessible", "public_good_compute", "paid_demand"),
    "china": (
        "runs", "runs_share", "china_share_of_nvidia", "china_legal", "smuggled", "smuggling_premium", "rented_abroad",
        "china_legal_quality", "china_fabs", "die_bank", "hbm_bank",
    ),
    "power": (
        "power_connected", "power_added", "electricity_ai", "electricity_data_centres", "power_served", "chips_dark",
        "running_cost",
    ),
    "money": (
        "capex_ai", "capex_company", "chip_spending", "chip_budget", "ai_revenue", "ai_debt", "rent_paid",
        "expectation", "credit", "credit_stopped", "orders_unfilled", "circular_capital", "chip_margin",
        "price_per_h100e", "bust",
    ),
    "models": ("training_run", "effective_run", "frontier_gap"),
    "use": (
        "people_using_ai", "firms_using_ai", "virtual_workers", "use_share", "work_price", "utilisation",
    ),
    "vendors": ("delivered", "bought", "stack_share", "software_maturity"),
    "ahead": ("ahead", "measure", "decoupled"),
    "swarm": ("swarm_fleet", "swarm_run", "swarm_efficiency", "swarm_dependence"),
    "published": ("published",),
}  # fmt: skip
# Outcomes whose blocs add up to the world's, so that a share of it has a meaning.
SUMMED = frozenset({
    "installed", "powered", "accessible", "public_good_compute", "paid_demand", "power_connected", "power_added",
    "electricity_ai", "electricity_data_centres", "capex_ai", "chip_spending", "chip_budget", "ai_revenue", "ai_debt",
    "virtual_workers", "delivered", "bought",
})  # fmt: skip
# The name of a unit's text, [stage.unit].
UNITS = {
    "h100e": "h100e", "count": "count", "MW": "MW", "GW": "GW", "GW/year": "GW_year", "TWh": "TWh", "USD": "USD",
    "USD/year": "USD_year", "share": "share", "1e24 FLOP": "flop24", "month": "month", "1": "one",
    "indicator": "indicator",
}  # fmt: skip
COLOURS = {
    **theme.OF_BLOC, **theme.OF_VENDOR, "other_us": "slate", "other_china": "red", "open_hardware": "teal",
    "nvidia": "green", "google": "blue", "microsoft": "teal", "meta": "purple", "oracle": "red", "coreweave": "green",
    "xai": "slate", "china": "orange", "europe": "green", "legal": "gold", "with_smuggled": "orange",
    "with_rented": "red", "abroad": "blue", "inside": "orange", "cnnic_users": "orange", "msft_users_us": "blue",
    "msft_users_cn": "red", "eurostat_firms": "green", "btos_firms_old_wording": "purple",
    "btos_firms_new_wording": "slate", "us_80": "blue", "cn_80": "orange",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """One outcome: `id` as links write it, its group, its unit, and its lines: name -> place in SERIES."""

    id: str
    group: str
    unit: str
    lines: dict[str, int]
    summed: bool


def _group(stock: str) -> str:
    return next((group for group, stocks in GROUPS.items() if stock in stocks), "compute")


def _key(variable: str, region: str) -> tuple[str, str]:
    stock, *rest = variable.split("|")
    if stock in BY_TAIL and rest:
        tail = "inside" if stock in ("work_price", "utilisation") and rest[-1] == "china" else rest[-1]
        return "|".join([stock, *rest[:-1]]), tail
    return variable, BLOC[region]


def families() -> tuple[Family, ...]:
    """Return all outcomes that a run reports, by group."""
    lines: dict[str, dict[str, int]] = {}
    units: dict[str, str] = {}
    for place, one in enumerate(SERIES):
        name, key = _key(one.variable, one.region)
        lines.setdefault(name, {})[key] = place
        units.setdefault(name, one.unit)
    found = []
    for name, own in lines.items():
        stock = name.split("|")[0]
        found.append(Family(name, _group(stock), UNITS[units[name]], own, stock in SUMMED))
    order = list(GROUPS)
    return tuple(sorted(found, key=lambda family: order.index(family.group)))


def name_of(words: Language, family: Family) -> str:
    """Return what an outcome is called; a series that is new has its general name."""
    found = words.maybe("stage.outcome." + family.id.replace("|", "_"))
    first = SERIES[next(iter(family.lines.values()))]
    return found or series_name(words, first.variable, first.region)


def line_names(words: Language) -> dict[str, tuple[str, str, str]]:
    """Return what lines are called, long and short, and the role of their colour."""
    keys = {key for family in families() for key in family.lines}
    found = {}
    for key in sorted(keys):
        long = words.maybe(f"stage.line.{key}") or key
        found[key] = (long, words.maybe(f"stage.short.{key}") or long, COLOURS.get(key, "slate"))
    return found
