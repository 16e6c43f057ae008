"""What a served set-up means: every quantity of a service, the same for a row, a command and a request.

Central values before offsets, in the units of `quantities.py`. Power is at the grid (`power.py`), unless a row's words
say `provisioned` or `all-in` (the makers' all-in figure per chip), `node` or `GPU`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rechenmacht.domains.engine import cost
from rechenmacht.domains.engine.asked_serving import ServingQuestion, reads, spread_of
from rechenmacht.domains.engine.found import Found
from rechenmacht.domains.engine.kinds import serving_kind
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import power
from rechenmacht.domains.engine.quantities import QUANTITIES
from rechenmacht.domains.engine.serving import Setup, other_chips, prefill_rate
from rechenmacht.domains.engine.setups import setup_for
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

# What requests that arrive at a rate decide, as long as they can be served.
BY_LOAD = {"tokens_per_s", "tokens_per_s_per_chip", "decode_tokens_per_s_per_chip", "requests_per_s",
           "energy_per_token_J", "tokens_per_s_per_MW", "usd_per_million_tokens", "usd_per_token",
           "usd_per_million_total_tokens", "usd_per_million_input_tokens", "usd_per_million_rented",
           "virtual_workers"}  # fmt: skip


def reading_per_chip(q: ServingQuestion, c: Coefficients, found: Setup | None = None) -> float:
    """Return prompt tokens per second and chip of the chips that read them: those that decode, or others.

    Args:
        q: the question.
        c: coefficients.
        found: the set-up (None: the chips only read prompts, in groups of the size that is given).
    """
    own = q.sizes[0] if found is None and q.sizes else None if found is None or q.service.disaggregated else found.chips
    if own is None:
        return other_chips(q.model, q.hw, c, q.service, q.chips)
    return prefill_rate(q.model, q.hw, c, q.service, own)


def whole_per_chip(q: ServingQuestion, c: Coefficients, found: Setup) -> float:
    """Return output tokens/s over all chips of the system: those that read the prompts and idle ones counted in.

    Where requests arrive at a rate, they are what comes out.
    """
    if q.arrival is not None:
        return found.output_per_chip
    if not q.service.disaggregated:
        return found.output_per_chip * found.share
    prompts = q.service.prompt * (1 - q.service.cached) / q.service.output / reading_per_chip(q, c, found)
    return 1 / (1 / found.output_per_chip + prompts)


def _watts(q: ServingQuestion, c: Coefficients, busy: float, words: str) -> float:
    """Return watts per chip by the definition that the words name; at the grid where they name none."""
    level = power(q.hw, c, busy)
    if re.search(r"provisioned|all-in", words):
        return 1000 * q.hw.all_in_kw
    if re.search(r"\bgpu|\bchip|accelerator", words) and "per" not in words.partition("energy")[0]:
        return level.chip_w
    return level.node_w if re.search(r"\bnode|server|plug", words) else level.facility_w


def _prices(base: Base, q: ServingQuestion, found: Setup, c: Coefficients, output: float) -> dict[str, float]:
    """Return USD per million tokens: of output, of all tokens, and of input alone (by the share of time it takes)."""
    t, s = q.terms, q.service
    hourly = cost.rate(base, q.hw, c, t.region, t.price, t.rent, found.busy * found.share, t.use, t.engineering)
    q.assumed.update(hourly.assumed)
    usd = cost.usd_per_million_tokens(hourly.total(owned=True), output)
    fresh = s.prompt * (1 - s.cached)
    reading = min(output / found.share * fresh / s.output / reading_per_chip(q, c, found), 0.95)
    rented = {} if hourly.rent is None else {
        "usd_per_million_rented": cost.usd_per_million_tokens(hourly.total(owned=False), output)
    }  # fmt: skip
    return rented | {
        "usd_per_million_tokens": usd, "usd_per_token": usd,
        "usd_per_million_total_tokens": usd * s.output / (s.prompt + s.output),
        "usd_per_million_input_tokens": usd * reading * s.output / max(fresh, 1.0),
    }  # fmt: skip


def service_outcome(
    base: Base,
    q: ServingQuestion,
    found: Setup,
    c: Coefficients,
    words: str = "",
    decode_only: bool = False,
    money: bool = True,
) -> dict[str, float]:
    """Return every quantity of a service by name: rates, power, energy and money of all chips of the system.

    Args:
        base: the fact base (prices).
        q: the question.
        found: its set-up.
        c: coefficients.
        words: what a row says of its quantity, in lower case.
        money: whether prices are asked for.
        decode_only: whether the chips that read prompts are left out where they are others.
    """
    output = found.output_per_chip if decode_only else whole_per_chip(q, c, found)
    share = 1 + q.service.prompt / q.service.output
    inputs = share if re.search(r"total \(in|in\+out", words) else 1.0
    node = q.hw.node if re.search(r"per node|/node|per server", words) else 1
    busy = found.busy if decode_only else found.busy * found.share  # chips that no replica takes wait
    watts = _watts(q, c, busy, words)
    facility = power(q.hw, c, busy).facility_w
    return {
        "tokens_per_s_per_chip": output * inputs * node, "decode_tokens_per_s_per_chip": output * inputs * node,
        "tokens_per_s": output * inputs * q.chips,
        "ms_per_token": 1000 * found.token_s / (1.0 if "per user" in words else found.batch),
        "tpot_ms": 1000 * found.between_s, "tpot_s": 1000 * found.between_s,
        "ttft_ms": 1000 * found.first_s, "ttft_s": 1000 * found.first_s,
        "ttft_p50_ms": 1000 * found.first_share(0.50), "ttft_p95_ms": 1000 * found.first_share(0.95),
        "ttft_p99_ms": 1000 * found.first_share(0.99), "ttft_p95_s": 1000 * found.first_share(0.95),
        "ttft_p99_s": 1000 * found.first_share(0.99), "requests_per_s": output * q.chips / q.service.output,
        "memory_gb": found.memory_gb,
        "tokens_per_s_per_user": 1 / found.between_s,
        "energy_per_token_J": watts / (output * inputs),
        "tokens_per_s_per_MW": output * inputs * 1e6 / watts,
        "grid_kw": facility * q.chips / 1000,
        **(_prices(base, q, found, c, output) if money else {}),
        "virtual_workers": output * q.chips / c["serve.worker_tokens"],
    }  # fmt: skip


def service_found(q: ServingQuestion, c: Coefficients, name: str, value: float, found: Setup | None) -> Found:
    """Return one quantity of a service with what its interval needs: the one way for rows, commands and requests.

    Args:
        q: the question.
        c: coefficients.
        name: the quantity.
        value: its value before offsets.
        found: the set-up (None: chips that only read prompts).
    """
    family = q.hw.family
    return Found(
        value, "compute" if found is None else found.bound_by, q.assumed, spread_of(q, c),
        f"{family}:moe" if q.model.experts else family, sense=QUANTITIES[name].sense,
        unmeasured="" if q.hw.measured else q.hw.id, kind=serving_kind(family),
        room=found.room if found is not None and name in BY_LOAD else None,
    )  # fmt: skip


def serving_value(base: Base, q: ServingQuestion, c: Coefficients) -> Found:
    """Return the quantity that a row asks for in the engine's unit.

    Raises:
        BadInput: if the quantity is none that a service has.
    """
    row = q.row
    if row is None:
        raise BadInput("a serving value needs a row that asks for it")
    name, words = row.quantity, f"{row.measured} {row.unit} {row.workload}".lower()
    if reads(row):
        node = q.hw.node if "node" in words else 1
        return service_found(q, c, row.quantity, reading_per_chip(q, c) * node, None)
    found = setup_for(q, c)
    if name == "other" and "tokens/s" in words:
        name = "tokens_per_s_per_chip"
        words = words.replace("tokens/s/node", "per node")
    if name in {"energy_per_token_J", "tokens_per_s_per_MW"}:
        said = f"{row.measured} {row.interconnect}".lower()
        words = f"{said} {words}" if re.search(r"total", words) else said
    values = service_outcome(
        base, q, found, c, words, bool(re.search(r"\bdecode", f"{row.quantity} {words}")), "usd" in name
    )
    if name == "usd_per_million_rented" and name not in values:
        said = f"no claim states a rent of {q.hw.name}; give rent_usd_per_hour"
        raise BadInput.of("error.engine.no_rent", said, chip=q.hw.name)
    if name not in values:
        raise BadInput(f"row {row.id}: quantity {name!r} ({row.measured}) is none that a service has")
    return replace(service_found(q, c, name, values[name], found), sense=QUANTITIES[row.quantity].sense)
