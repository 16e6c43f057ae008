"""The same chips closer together or further apart: from one rack to single chips on the internet.

Each step of `data/engine/reach.csv` spreads the chips over places with an uplink. In one place they train as one system
(`plan.train`); over several, each place trains on its own and all sync as a low-communication method says
(`swarm.train_swarm`). A place of more than one server computes at the same rate as these chips do in `plan.train`; one
server or one chip is a community node, whose loss is the measured one of runs across the internet. Rates are
loss-equivalent tokens/s: what synchronous training would need to reach the same loss.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rechenmacht.domains.engine import cost, systems
from rechenmacht.domains.engine.library import Reach, reaches
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import Training, train
from rechenmacht.domains.engine.swarm import Swarm, method_named, train_swarm
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

TOKENS_PER_SEQUENCE = 4096.0
SEQUENCES_PER_CHIP = 1  # of the global batch where all chips train as one system
LEAST_BATCH = 256


@dataclass(frozen=True, slots=True)
class Step:
    """One step: chips used, places, Gbit/s per place, and what they deliver; `reason` says why nothing is delivered.

    `rate`, `low`, `high`: loss-equivalent tokens/s of all chips; `raw` without the statistical penalty. `penalty`:
    compute to the same loss over synchronous training. `method` is empty in one place. Money: owned chips.
    """

    name: str
    chips: int
    places: int
    uplink_gbit: float | None
    online: float
    basis: str
    claim: str
    note: str
    method: str = ""
    raw: float = 0.0
    rate: float = 0.0
    low: float = 0.0
    high: float = 0.0
    penalty: float = 1.0
    utilisation: float | None = None
    grid_kw: float = 0.0
    usd_per_million_tokens: float | None = None
    bound_by: str = ""
    reason: str = ""

    @property
    def per_chip(self) -> float:
        """Loss-equivalent tokens/s per chip."""
        return self.rate / self.chips


def _spread(row: Reach, chips: int, domain: int) -> tuple[int, int] | None:
    """Return places and chips per place of a step, or None where there are too few chips for it."""
    if row.name == "rack":
        return 1, min(chips, max(domain, round(row.chips_per_place)))
    if row.places:
        places = round(row.places)
        return (places, chips // places) if chips >= places else None
    each = round(row.chips_per_place)
    places = chips // each
    return (places, each) if places > 1 else None


def _together(base: Base, c: Coefficients, chip: str, chips: int, model: Model, shift: Offsets | None) -> Training:
    batch = float(max(LEAST_BATCH, SEQUENCES_PER_CHIP * chips))
    system = systems.system(base, f"{chips}x {chip}")
    return train(base, system, model, c, batch, TOKENS_PER_SEQUENCE, tokens=1e9, shift=shift)


def _step(
    base: Base, c: Coefficients, row: Reach, chip: str, shape: tuple[int, int], model: str, method: str,
    shift: Offsets | None,
) -> Step:  # fmt: skip
    places, each = shape
    uplink, used = (None, "") if places == 1 else (row.uplink_gbit, method)
    head = Step(row.name, places * each, places, uplink, row.online, row.basis, row.claim, row.note, used)
    try:
        if places == 1:
            found = _together(base, c, chip, each, systems.model(model), shift)
            rate = found.tokens_per_s
            step = replace(
                head, raw=rate.value, rate=rate.value, low=rate.low, high=rate.high, grid_kw=found.grid_kw,
                bound_by=found.bound_by,
            )  # fmt: skip
        else:
            s = Swarm(model, places, chip, each, row.uplink_gbit, method, online=row.online, seq=TOKENS_PER_SEQUENCE)
            far = train_swarm(base, c, s, shift)
            worth = far.equivalent_tokens_per_s
            step = replace(
                head, raw=far.tokens_per_s.value, rate=worth.value, low=worth.low, high=worth.high,
                penalty=far.penalty, utilisation=far.utilisation, grid_kw=far.grid_kw, bound_by=far.bound_by,
            )  # fmt: skip
    except BadInput as error:
        return replace(head, reason=str(error))
    hourly = cost.rate(base, systems.system(base, f"1x {chip}").hw, c).total(owned=True) * step.chips
    return replace(step, usd_per_million_tokens=hourly / step.rate / 3600 * 1e6)


def reach(
    base: Base, c: Coefficients, chip: str, chips: int, model: str, method: str = "diloco", uplink: float | None = None,
    shift: Offsets | None = None,
) -> tuple[Step, ...]:  # fmt: skip
    """Return what chips deliver in training, step by step from one rack to the internet.

    Args:
        base: the fact base.
        c: coefficients.
        chip: the chip.
        chips: how many; steps that split them evenly use the largest number that can be.
        model: the model that is trained.
        method: how places sync: `sync` or a low-communication method.
        uplink: Gbit/s per place on the internet, instead of the table's.
        shift: calibrated offsets (default: the shipped ones).

    Raises:
        BadInput: if a name is unknown or a number cannot be.
    """
    if chips < 1:
        raise BadInput(f"chips must be at least 1, not {chips}")
    if uplink is not None and not 0 < uplink <= 1e5:
        raise BadInput(f"uplink must be above 0 and at most 100,000 Gbit/s, not {uplink:g}")
    hw = systems.system(base, f"1x {chip}").hw
    systems.model(model)
    method_named(method)
    found = []
    for row in reaches():
        shape = _spread(row, chips, hw.domain)
        if shape is None:
            continue
        asked = row.with_uplink(uplink) if uplink is not None and row.name in {"nodes", "homes"} else row
        found.append(_step(base, c, asked, chip, shape, model, method, shift))
    return tuple(found)
