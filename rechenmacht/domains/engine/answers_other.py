"""Answers to rows about components, goodput, power and energy."""

from __future__ import annotations

import re
from dataclasses import replace

from rechenmacht.domains.engine.ask import chips_of, hardware_of, question
from rechenmacht.domains.engine.best import best, spaces
from rechenmacht.domains.engine.goodput import benchmark_minutes, goodput
from rechenmacht.domains.engine.names import bits_of
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import busy_share, power
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

Found = tuple[float, str, dict[str, str], float, str]


def component_value(base: Base, row: Row, c: Coefficients) -> Found:
    """Return a component figure: best matrix product or collective bandwidth of the chip.

    Raises:
        BadInput: if the row asks for another component.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    if row.quantity == "matmul_tflops":
        bits, _ = bits_of(row.precision)
        share = hw.matmul16 if (bits or 16) >= 16 else hw.matmul8
        return hw.peak(bits or 16) * share, "matmul", assumed, unclear + 0.02, hw.family
    if row.quantity != "collective_busbw_GBps":
        raise BadInput(f"row {row.id}: component {row.quantity!r} is not modelled")
    text = row.text
    if re.search(r"host-to-device|pcie|h2d", text):
        lanes = {"3": 16.0, "4": 32.0, "5": 64.0, "6": 128.0}
        generation = re.search(r"pcie ?(?:gen ?)?(\d)", text)
        return lanes.get(generation[1] if generation else "5", 64.0) * 0.86, "link", assumed, 0.05, hw.family
    link = c["link.scaleup"]
    if "sharp" in text:  # reduction in the switch: each chip sends and receives once instead of twice
        link = min(link * c["link.sharp"], 1.15)
    if re.search(r"inter.?node|infiniband|roce|\bib\b|nodes", text):
        counted = re.search(r"(\d+) nodes", text)
        members = float(counted[1]) if counted else 2.0
        rate = min(hw.node * hw.scaleout_gbps * c["link.scaleout"], hw.scaleup_gbps * link)
        return rate, "scale-out link", assumed, 0.1 + 0.02 * members, hw.family
    if hw.family.startswith("cdna") and re.search(r"2 (gpu|chip)|tp2", text):
        return hw.scaleup_gbps / 7 * link, "link between two chips", assumed, 0.1, hw.family
    return hw.scaleup_gbps * link, "scale-up link", assumed, unclear + 0.06, hw.family


def goodput_value(base: Base, row: Row, c: Coefficients) -> Found:
    """Return effective training time in percent of a long run."""
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    size = row.params_b or 100.0
    named = re.search(r"(\d+(?:\.\d+)?)\s*b\b", row.head)
    if row.params_b is None and named:
        size = float(named[1])
    found = goodput(row.chips or 1024, size * 1e9, c)
    assumed["checkpoint_interval"] = said(
        "checkpoint", "{n:.0f} s, the best one at {failures:.1f} failures a day", n=found.interval_s,
        failures=found.failures_per_day,
    )  # fmt: skip
    return 100 * found.share, "failures", assumed, unclear * 0 + 0.03, hw.family


def energy_value(base: Base, row: Row, c: Coefficients) -> Found:
    """Return node power in kW or energy in MJ of a training benchmark row.

    Raises:
        BadInput: if the row asks for neither.
    """
    text = row.text
    batch = row.batch
    if batch is None and "lora" in text:
        batch = float(max(8, (row.chips or 8) // 8))
    chips = chips_of(base, row)
    nodes = re.search(r"(\d+) nodes?", row.workload.lower())
    precision = row.precision or ("fp8" if "mlperf" in text else "")
    asked = replace(row, batch=batch, precision=precision, quantity="time_to_train_min",
                    chips=chips or (8 * int(nodes[1]) if nodes else 8))  # fmt: skip
    q = question(base, asked)
    found = best(q, c, spaces(q))
    seconds = float(found.step.seconds[0])
    busy = busy_share({k: float(v[0]) for k, v in found.step.parts.items()}, seconds)
    level = power(q.hw, c, busy)
    if row.quantity == "node_power_kW":
        return level.node_w * q.chips / 1e3, "power", q.assumed, 0.03, q.hw.family
    if row.quantity == "energy_MJ":
        minutes = benchmark_minutes(q, c, seconds, found.batch)
        return level.node_w * q.chips * minutes * 60 / 1e6, "power", q.assumed, 0.1 + q.spread, q.hw.family
    raise BadInput(f"row {row.id}: {row.quantity!r} is no power or energy that the engine answers")
