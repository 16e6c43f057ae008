"""Power from the chip to the grid, and energy of a run.

    chip     = tdp * (wait + (draw - wait) * busy)
    node     = chip + host per chip          (AC at the node's plug)
    facility = node * (1 + network) * PUE

`busy` is the share of the step in which the chip computes or moves data in its memory; while it waits for the network
it draws `wait`, not what an idle chip does. The host's share is that of the chip's rack where a claim states the rack's
power, none where the rated power is that of the whole machine, else a coefficient.
"""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.parameters import Coefficients


@dataclass(frozen=True, slots=True)
class Power:
    """Watts per chip at each level of the chain."""

    chip_w: float
    node_w: float
    facility_w: float


def power(hw: Hardware, c: Coefficients, busy: float, pue: float | None = None) -> Power:
    """Return the power per chip.

    Args:
        hw: the chip.
        c: coefficients (`power.wait`, `power.draw`, `power.host_w`, `power.network`, `power.pue`).
        busy: share of time in which the chip works, 0 to 1.
        pue: facility power over the power of its computers (default: coefficient).
    """
    chip = hw.tdp_w * (c["power.wait"] + (c["power.draw"] - c["power.wait"]) * min(max(busy, 0.0), 1.0))
    host = hw.host_w if hw.host_w is not None else c["power.host_w"] if hw.tdp_w >= 250 else 0.4 * hw.tdp_w
    node = chip + host
    return Power(chip, node, node * (1 + c["power.network"]) * (c["power.pue"] if pue is None else pue))


def busy_share(parts: dict[str, float], total: float) -> float:
    """Return the share of a step in which chips compute (matrix products, attention, element-wise work, optimiser)."""
    return min(1.0, sum(parts.get(name, 0.0) for name in ("matmul", "attention", "memory", "optimiser")) / total)
