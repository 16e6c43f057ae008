"""What a table may ask for: each quantity, the part of the engine that answers it, and the units it may stand in.

A quantity or unit that is not listed is refused, never answered as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rechenmacht.domains.engine.rows import Row
from rechenmacht.errors import BadInput, nearest

TRAINING, SERVING, DECENTRAL, SWARM = "training", "serving", "decentral", "swarm"
TIME = {"s": 1.0, "seconds": 1.0, "ms": 1e3, "min": 1 / 60, "h": 1 / 3600, "hours": 1 / 3600, "days": 1 / 86400}
RATE = {"tokens/s": 1.0, "tok/s": 1.0, "tokens/s/gpu": 1.0, "tokens/s/chip": 1.0, "tokens/s/npu": 1.0,
        "tokens/s/device": 1.0, "tokens/s/user": 1.0, "tokens/s/accelerator": 1.0,
        "tokens/s/card": 1.0, "ktokens/s": 1e-3}  # fmt: skip
JOULES = {"mj": 1.0, "j": 1e6, "kj": 1e3, "gj": 1e-3, "kwh": 1 / 3.6, "mwh": 1 / 3600, "gwh": 1 / 3.6e6}
MONEY = {"usd": 1.0, "$": 1.0, "million usd": 1e-6, "musd": 1e-6}
PERCENT = {"%": 1.0, "percent": 1.0, "share": 0.01, "1": 0.01}
FLOPS = {"tflop/s": 1.0, "tflops": 1.0, "tflop/s/gpu": 1.0, "pflop/s": 1e-3}
HOURS = {"h": 1.0, "hours": 1.0, "gpu-hours": 1.0, "gpu hours": 1.0, "chip-hours": 1.0, "million gpu-hours": 1e-6}
TTFT = {"ms": 1.0, "s": 1e-3, "seconds": 1e-3}
PER_TOKEN = {"ms": 1.0, "ms/token": 1.0, "s": 1e-3, "s/token": 1e-3}
PER_MW = {"tokens/s/mw": 1.0, "tok/s/mw": 1.0, "tokens/s per mw": 1.0}
JOULES_TOKEN = {"j/token": 1.0, "j": 1.0, "mj/token": 1e3, "wh/token": 1 / 3600}
PER_MILLION = {"usd": 1.0, "$": 1.0, "usd/mtok": 1.0, "usd/m tokens": 1.0, "usd per million tokens": 1.0,
               "usd/token": 1e-6}  # fmt: skip
PER_ONE = {"usd": 1e-6, "$": 1e-6, "usd/token": 1e-6, "usd per million tokens": 1.0, "usd/mtok": 1.0}
PART_RULES = ("rate", "time", "cost")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: parts that can answer it, units with their factor from the engine's own unit, and its direction.

    `sense`: +1 where more of it means faster hardware (rates), -1 where it means slower (times, money, energy), 0
    where speed does not matter (power, shares of time).
    """

    parts: tuple[str, ...]
    units: Mapping[str, float]
    sense: int = 1
    names: tuple[str, ...] = field(default=())


BOTH = (TRAINING, SERVING)
QUANTITIES: dict[str, Quantity] = {
    "tflops_model_per_chip": Quantity((TRAINING, DECENTRAL), FLOPS, 1, ("tflops_per_chip", "tflops_model")),
    "tflops_hardware_per_chip": Quantity((TRAINING,), FLOPS, 1, ("tflops_hardware",)),
    "mfu_pct": Quantity((TRAINING, DECENTRAL), PERCENT, 1, ("mfu",)),
    "hfu_pct": Quantity((TRAINING,), PERCENT, 1, ("hfu",)),
    "step_time_s": Quantity((TRAINING,), TIME, -1, ("step_time", "step_s")),
    "time_to_train_min": Quantity((TRAINING,), {k: v * 60 for k, v in TIME.items()}, -1, ("time_to_train",)),
    "gpu_hours": Quantity((TRAINING, DECENTRAL), HOURS, -1, ("chip_hours", "gpu_hours_total", "accelerator_hours")),
    "days": Quantity((TRAINING, DECENTRAL), {k: v * 86400 for k, v in TIME.items()}, -1,
                     ("training_days", "duration_days", "wall_days")),
    "usd": Quantity((TRAINING,), MONEY, -1, ("cost_usd", "usd_owned", "training_cost_usd")),
    "engineering_usd": Quantity((TRAINING,), MONEY, -1),
    "usd_rented": Quantity((TRAINING,), MONEY, -1, ("rent_usd",)),
    "energy_MJ": Quantity(("energy", TRAINING), JOULES, -1, ("energy",)),
    "energy_mwh": Quantity((TRAINING,), {k: v * 3600 for k, v in JOULES.items()}, -1, ("energy_MWh", "training_mwh")),
    "node_power_kW": Quantity(("energy",), {"kw": 1.0, "mw": 1e-3, "w": 1e3}, 0, ("node_power_kw", "node_kw")),
    "grid_kw": Quantity(BOTH, {"kw": 1.0, "mw": 1e-3, "w": 1e3, "gw": 1e-6}, 0,
                        ("power_kw", "facility_kw", "grid_power_kW")),
    "tokens_per_s": Quantity((*BOTH, DECENTRAL), RATE, 1,
                             ("tokens_per_second", "output_tokens_per_s", "throughput_tokens_per_s")),
    "tokens_per_s_per_chip": Quantity((*BOTH, DECENTRAL), RATE, 1,
                                      ("output_tokens_per_s_per_chip", "tokens_per_s_per_gpu")),
    "decode_tokens_per_s_per_chip": Quantity((SERVING,), RATE, 1),
    "prefill_tokens_per_s_per_chip": Quantity((SERVING,), RATE, 1),
    "tokens_per_s_per_user": Quantity((SERVING,), RATE, 1, ("output_tokens_per_s_per_user",)),
    "ms_per_token": Quantity((SERVING,), PER_TOKEN, -1),
    "tpot_ms": Quantity((SERVING,), PER_TOKEN, -1, ("tpot", "itl_ms", "time_per_output_token_ms")),
    "tpot_s": Quantity((SERVING,), {"s": 1e-3, "ms": 1.0, "s/token": 1e-3}, -1),
    "ttft_ms": Quantity((SERVING,), TTFT, -1, ("ttft", "time_to_first_token_ms", "ttft_mean_ms")),
    "ttft_s": Quantity((SERVING,), {"s": 1e-3, "ms": 1.0, "seconds": 1e-3}, -1, ("time_to_first_token_s",)),
    "ttft_p50_ms": Quantity((SERVING,), TTFT, -1),
    "ttft_p95_ms": Quantity((SERVING,), TTFT, -1),
    "ttft_p99_ms": Quantity((SERVING,), TTFT, -1),
    "ttft_p95_s": Quantity((SERVING,), {"s": 1e-3, "ms": 1.0, "seconds": 1e-3}, -1),
    "ttft_p99_s": Quantity((SERVING,), {"s": 1e-3, "ms": 1.0, "seconds": 1e-3}, -1),
    "tokens_per_s_per_MW": Quantity(("energy", *BOTH), PER_MW, 1, ("tokens_per_s_per_mw",)),
    "energy_per_token_J": Quantity((SERVING,), JOULES_TOKEN, -1,
                                   ("j_per_token", "joules_per_token", "energy_per_token_j")),
    "usd_per_million_tokens": Quantity(BOTH, PER_MILLION, -1, ("usd_per_mtok", "usd_per_million_output_tokens")),
    "usd_per_token": Quantity(BOTH, PER_ONE, -1, ("usd_per_output_token",)),
    "usd_per_million_input_tokens": Quantity((SERVING,), PER_MILLION, -1),
    "usd_per_million_total_tokens": Quantity((SERVING,), PER_MILLION, -1),
    "usd_per_million_rented": Quantity((SERVING,), PER_MILLION, -1, ("usd_per_million_tokens_rented",)),
    "requests_per_s": Quantity((SERVING,), {"requests/s": 1.0, "1/s": 1.0, "qps": 1.0}, 1,
                               ("requests_per_second", "qps")),
    "memory_gb": Quantity(BOTH, {"gb": 1.0, "gb/chip": 1.0}, 0, ("memory_gb_per_chip",)),
    "virtual_workers": Quantity((SERVING,), {"workers": 1.0, "1": 1.0}, 1),
    "decode_tokens_per_s_per_client": Quantity((SWARM,), {**RATE, "steps/s": 1.0}, 1),
    "compute_utilisation_pct": Quantity((DECENTRAL,), PERCENT, 0, ("compute_utilization_pct",)),
    "matmul_tflops": Quantity(("component",), FLOPS, 1),
    "collective_busbw_GBps": Quantity(("component",), {"gb/s": 1.0, "gb/s (bus)": 1.0}, 1),
    "goodput_pct": Quantity(("goodput",), PERCENT, 0, ("goodput",)),
    "other": Quantity((SERVING, DECENTRAL, SWARM, "goodput"), {}, 1),
}  # fmt: skip
BY_NAME = {alias.lower(): name for name, q in QUANTITIES.items() for alias in (name, *q.names)}


def canonical(row: Row) -> str:
    """Return the engine's name of the quantity that a row asks for.

    Raises:
        BadInput: naming the nearest, if the engine answers nothing called that.
    """
    asked = row.quantity.strip()
    if not asked:
        raise BadInput.of("error.engine.no_quantity", "column 'quantity' is empty: it says what the row asks for")
    name = BY_NAME.get(re.sub(r"[\s-]+", "_", asked).lower())
    if name is None:
        raise BadInput.of(
            "error.engine.quantity",
            f"quantity {asked!r} is nothing that the engine answers{nearest(asked, BY_NAME)}",
            given=asked,
        )
    return name


def factor(row: Row, name: str) -> float:
    """Return what turns the engine's own unit into the row's.

    Raises:
        BadInput: if the quantity cannot stand in that unit.
    """
    units = QUANTITIES[name].units
    unit = re.sub(r"\s*\(.*\)$", "", row.unit.strip().lower())
    unit = re.sub(r"\s+(lower bound|upper bound|midpoint)$", "", unit)
    if not unit or not units:
        return 1.0
    if unit not in units:
        raise BadInput.of(
            "error.engine.unit",
            f"{name} is never in {row.unit.strip()!r}; in: {', '.join(units)}",
            name=name,
            given=row.unit.strip(),
            units=", ".join(units),
        )
    if name == "ms_per_token" and unit == "ms/token":
        return 1.0
    return units[unit]
