"""The state before the first quarter: the compute that stood at the end of 2021, and nothing delivered since."""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.adoption import diffuse
from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, CHIPS, H100E_8BIT, MEASURES, OWNERS, ROUTES, US, USES, VENDORS
from rechenmacht.domains.race.books import QUARTERS_KEPT, YEARS_KEPT
from rechenmacht.domains.race.electricity import load_gw
from rechenmacht.domains.race.supply import RESOURCES

END_2025 = 2026.0
YEARS_OBSERVED = 4.0  # the adoption levels that parameters state are those of the end of 2025


def _begin(p: Any, who: str, xp: Any) -> Any:
    """Return when a diffusion began if it reached its level of the end of 2025, decimal years, shape (bloc, draw).

    With F(t) = ceiling (1 - e) / (1 + imitation / innovation e), e = exp(-(innovation + imitation) t), the time at
    which the share has that level follows in closed form (Bass 1969).
    """
    now = per(p, f"adoption.{who}_2025", BLOCS, xp)
    innovation, imitation = p["adoption.innovation"], per(p, f"adoption.imitation_{who}", BLOCS, xp)
    ceiling = per(p, f"adoption.ceiling_{who}", BLOCS, xp)
    left = (ceiling - now) / (ceiling + now * imitation / innovation)
    return END_2025 + xp.log(xp.maximum(left, 1e-9)) / (innovation + imitation)


def _share_at_start(p: Any, who: str, xp: Any) -> Any:
    """Return the share at the end of 2021, shape (bloc, draw); zero if the diffusion began later."""
    innovation, imitation = p["adoption.innovation"], per(p, f"adoption.imitation_{who}", BLOCS, xp)
    ceiling = per(p, f"adoption.ceiling_{who}", BLOCS, xp)
    age = xp.maximum(END_2025 - YEARS_OBSERVED - _begin(p, who, xp), 0.0)
    return diffuse(ceiling * 0.0, innovation, imitation, ceiling, age, xp)


def _nothing(p: Any, *shape: int, xp: Any) -> Any:
    """Return zeros of a shape, with the draw axis last."""
    zero = p["adoption.innovation"] * 0.0
    for size in reversed(shape):
        zero = xp.stack([zero] * size)
    return zero


def stock_2021(p: Any, xp: Any) -> Any:
    """Return what stood at the end of 2021, H100e, shape (vendor, bloc, draw): a part of it TPUs, all Google's."""
    own = per(p, "deployment.stock_2021", BLOCS, xp)
    tpu = own[US] * p["deployment.stock_2021_tpu"]
    rows = []
    for vendor in VENDORS:
        at_us = tpu if vendor == "google" else own[US] - tpu if vendor == "nvidia" else tpu * 0.0
        others = [own[b] if vendor == "nvidia" else own[b] * 0.0 for b in range(1, len(BLOCS))]
        rows.append(xp.stack([at_us, *others]))
    return xp.stack(rows)


def installed_2021(p: Any, xp: Any) -> Any:
    """Return the same chips in every measure, shape (measure, bloc, draw)."""
    own = per(p, "deployment.stock_2021", BLOCS, xp)
    each = per(p, "deployment.per_h100e_2021", [m for m in MEASURES if m != MEASURES[H100E_8BIT]], xp)
    rows = iter(each[k] for k in range(len(MEASURES) - 1))
    return xp.stack([own if m == H100E_8BIT else own * next(rows)[None] for m in range(len(MEASURES))])


def _money(p: Any, xp: Any) -> dict[str, Any]:
    """Return the state that adoption, capital, books and ecosystem carry on."""
    blocs, vendors = len(BLOCS), len(VENDORS)
    zero = p["adoption.innovation"] * 0.0
    by_bloc = _nothing(p, blocs, xp=xp)
    return {
        "people": _share_at_start(p, "people", xp),
        "firms": _share_at_start(p, "firms", xp),
        "people_begin": _begin(p, "people", xp),
        "firms_begin": _begin(p, "firms", xp),
        "depth": by_bloc + xp.exp(-p["adoption.depth_growth"] * YEARS_OBSERVED),
        "uptake": by_bloc + 1,
        "spend": by_bloc,
        "revenue": by_bloc,
        "earned": by_bloc,
        "earned_then": by_bloc,
        "price_index": zero + 3,
        "budget": by_bloc + 1e6,
        "wanted": by_bloc + 1e6,
        "cash": per(p, "capital.cash_2025", BLOCS, xp),
        "debt": per(p, "capital.debt_2025", BLOCS, xp),
        "means": per(p, "capital.cash_2025", BLOCS, xp),
        "expectation": by_bloc + 1,
        "dark": by_bloc,
        "fundable": _nothing(p, 3, blocs, xp=xp),
        "stock_usd": by_bloc + 1e6,
        "capex": by_bloc,
        "chip_spending": by_bloc,
        "capex_company": zero,
        "quarter_usd": zero,
        "quarters_usd": _nothing(p, QUARTERS_KEPT, xp=xp),
        "years_usd": _nothing(p, YEARS_KEPT, xp=xp),
        "bust": zero,
        "circular": zero,
        "credit": by_bloc + 1,
        "sales_usd": _nothing(p, blocs, vendors, xp=xp),
        "premium_usd": zero,
        "share": _nothing(p, blocs, vendors, xp=xp) + 1 / vendors,
        "share_then": _nothing(p, blocs, vendors, xp=xp) + 1 / vendors,
        "value_then": _nothing(p, blocs, vendors, xp=xp) + 1e-6,
    }


def _chips(p: Any, xp: Any) -> dict[str, Any]:
    """Return the state that production carries on, and the vendors' bases."""
    zero = p["adoption.innovation"] * 0.0
    by_vendor = _nothing(p, len(VENDORS), xp=xp)
    chips = _nothing(p, len(MEASURES), len(VENDORS), xp=xp)
    each = xp.stack([by_vendor + 1 if m == CHIPS else by_vendor + 0.3 for m in range(len(MEASURES))])
    return {
        "base": xp.sum(stock_2021(p, xp), 1),
        "base_then": by_vendor + 1,
        "maturity": by_vendor,
        "made": chips,
        "delivered": chips,
        "worth": each,
        "home_share": by_vendor + 1,
        "price": by_vendor + 1e4,
        "die_bank": p["production.china.die_bank"],
        "hbm_bank": p["production.china.hbm_bank"],
        "capacity": _nothing(p, len(RESOURCES), xp=xp) + 1,
        "for_china": chips,
        "line": by_vendor,
        "fab_cn": zero + 1,
        "filled": by_vendor + 1,
        "unfilled": zero,
        "over": zero,
        "luck_in_worth": by_vendor,
    }


def _loops(p: Any, xp: Any) -> dict[str, Any]:
    """Return the state that the market, returns, crises, scarcity, research and chance carry on."""
    zero = p["adoption.innovation"] * 0.0
    by_bloc, by_market = _nothing(p, len(BLOCS), xp=xp), _nothing(p, 2, xp=xp)
    by_vendor = _nothing(p, len(VENDORS), xp=xp)
    return {
        "work_price": by_market + 1,
        "spend_then": by_market,
        "supply_then": by_market,
        "knowledge_then": zero,
        "price_then": zero + 1,
        "utilisation": by_market + p["market.utilisation_then"],
        "return_then": by_market + 1,
        "revenue_growth": by_market,
        "earned_before": by_market + 1,
        "stopped": zero,
        "stop_left": zero,
        "calm_left": zero,
        "leverage_then": zero + 1,
        "margin": zero + 1,
        "backlog": zero,
        "building": zero,
        "effort": by_bloc + 1,
        "research_then": by_bloc + 1,
        "known_then": by_bloc,
        "use_then": by_bloc + 1,
        "luck_money": by_market,
        "luck_supply": by_market,
        "luck_strength": zero,
        "luck_share": by_vendor,
        "luck_chip": by_vendor,
    }


def _sites_and_uses(p: Any, xp: Any) -> dict[str, Any]:
    """Return the state that the other mechanisms carry on."""
    blocs, vendors = len(BLOCS), len(VENDORS)
    zero = p["adoption.innovation"] * 0.0
    by_bloc = _nothing(p, blocs, xp=xp)
    placed = _nothing(p, len(MEASURES), blocs, xp=xp)
    knowledge = -p["algorithms.progress"] * YEARS_OBSERVED
    behind = p["algorithms.progress"] * per(p, "algorithms.behind_2025", BLOCS, xp)
    before = stock_2021(p, xp)
    installed = installed_2021(p, xp)
    load = load_gw(installed, p, xp)
    return {
        "china_pipe": _nothing(p, 2, xp=xp),
        "china_generation": zero,
        "to_china": _nothing(p, len(MEASURES), vendors, xp=xp),
        "china_due": _nothing(p, len(MEASURES), vendors, xp=xp),
        "china_price": _nothing(p, vendors, xp=xp),
        "china_usd": zero,
        "smuggled": _nothing(p, len(MEASURES), xp=xp),
        "smuggled_stock": zero,
        "remote": by_bloc,
        "rent_usd": by_bloc,
        "legal_quality": zero + 1,
        "connected": load * (1 + p["electricity.spare_2025"]),
        "queued": _nothing(p, len(ROUTES), blocs, xp=xp),
        "headroom": per(p, "electricity.headroom", BLOCS, xp),
        "load": load,
        "load_growth": by_bloc,
        "power_served": by_bloc + 1,
        "added_gw": by_bloc,
        "electricity_twh": by_bloc,
        "data_centre_twh": by_bloc,
        "power_cost": by_bloc,
        "waiting": placed,
        "installed": installed,
        "bought": _nothing(p, len(MEASURES), len(OWNERS), xp=xp),
        "stock": before,
        "retired": _nothing(p, len(MEASURES), xp=xp),
        "powered": by_bloc,
        "accessible": by_bloc,
        "accessible_16bit": by_bloc,
        "knowledge": knowledge - behind,
        "effective_flop": by_bloc,
        "frontier_flop": zero + 1e18,
        "frontier_growth": zero + 1.5,
        "gap_months": by_bloc,
        "use_share": _nothing(p, len(USES), blocs, xp=xp) + 1 / len(USES),
        "run_flop": by_bloc + 1e18,
        "workers": by_bloc,
        "public_h100e": by_bloc,
        "demand_h100e": by_bloc,
        "fleet": p["decentralisation.fleet_2025"] * xp.exp(-p["decentralisation.growth"] * YEARS_OBSERVED),
        "fleet_runs": zero,
        "swarm_flop": zero,
        "swarm_efficiency": zero,
        "swarm_dependence": zero,
    }


def start(p: Any, xp: Any) -> dict[str, Any]:
    """Return the state before the first quarter for parameters of shape (draw,). Units as in the mechanisms."""
    return _money(p, xp) | _chips(p, xp) | _loops(p, xp) | _sites_and_uses(p, xp)
