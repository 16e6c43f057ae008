"""Training across sites that differ in chips and uplink: every round waits for the slowest site and uplink.

    round = max over sites of H * inner step + exposed sync over the slowest uplink
    rate  = sum over sites of workers * H * tokens per step / round

All sites do the same number of inner steps, as the published methods do; a site that is done waits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rechenmacht.domains.engine import cost, lowcomm, swarm, systems
from rechenmacht.domains.engine.found import Z80, Band
from rechenmacht.domains.engine.lowcomm import Outer
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import fastest, settle
from rechenmacht.domains.engine.power import power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.swarm import Swarm, SwarmResult
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

FORM = re.compile(r"\s*(\d+)\s*[x×]\s*(\d+)\s+(.+?)\s*@\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z]+(?:/s)?)?\s*", re.IGNORECASE)
UNITS = {"": 1.0, "gbit/s": 1.0, "gb/s": 1.0, "gbps": 1.0, "gbit": 1.0, "mbit/s": 1e-3, "mb/s": 1e-3, "mbps": 1e-3,
         "mbit": 1e-3, "tbit/s": 1e3, "tb/s": 1e3, "tbps": 1e3, "kbit/s": 1e-6, "kbps": 1e-6}  # fmt: skip
MOST_WORKERS, MOST_CHIPS = 10_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Site:
    """Equal workers: how many, chips of each, the chip, Gbit/s of each one's uplink."""

    workers: int
    chips: int
    chip: str
    uplink_gbit: float


def site(text: str) -> Site:
    """Return the site that `4x 1024 h100 @ 10` names: four workers of 1,024 H100 with 10 Gbit/s each.

    Other units of the uplink are named: `@ 800 Mbit/s`, `@ 1 GB/s`.

    Raises:
        BadInput: if the text has another form.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise BadInput.of(
            "error.engine.site", f"site {text!r} is not understood; write '4x 1024 h100 @ 10' (Gbit/s)", given=text
        )
    unit = found[5] or ""
    workers, chips = int(found[1]), int(found[2])
    # a capital B is a byte: 1 GB/s are 8 Gbit/s
    bits = 8.0 if re.fullmatch(r"[kMGT]B(?:/s|ps)", unit) else 1.0
    uplink = float(found[4].replace(",", ".")) * bits * UNITS.get(unit.lower(), 0.0)
    if not (1 <= workers <= MOST_WORKERS and 1 <= chips <= MOST_CHIPS and uplink > 0):
        raise BadInput.of(
            "error.engine.site", f"site {text!r}: workers, chips and uplink must be above zero", given=text
        )
    return Site(workers, chips, found[3], uplink)


def train_sites(
    base: Base, c: Coefficients, s: Swarm, sites: Sequence[Site], shift: Offsets | None = None
) -> SwarmResult:
    """Return what a run across unlike sites delivers.

    Args:
        base: the fact base (chips, prices).
        c: coefficients.
        s: the run; its own workers, chips and uplink are not used.
        sites: the sites.
        shift: calibrated offsets (default: the shipped ones).

    Raises:
        BadInput: if a number cannot be, or one site's worker cannot hold the model.
    """
    how, model = swarm.method_named(s.method), systems.model(s.model)
    steps, workers = s.inner_steps or how.inner_steps, sum(one.workers for one in sites)
    inner, hardware = [], []
    for one in sites:
        worker = systems.system(base, f"{one.chips}x {one.chip}")
        own = replace(s, chips_per_worker=one.chips, chip=one.chip)
        made = swarm.whole_worker(base, c, own, worker, model, shift)
        if made is None:
            fastest(settle(worker, model, None, s.seq), c)  # says by how much it does not fit
            raise BadInput(f"{model.name} does not fit on a site of {one.chips} x {worker.hw.name}")
        inner.append(made)
        hardware.append(worker.hw)
    slowest = max(inner, key=lambda one: one.seconds)
    outer = Outer(
        workers, steps, how.bytes_per_parameter, how.compression, min(one.uplink_gbit for one in sites), None,
        how.store > 0, s.overlap, c["wan.round_s"] if how.inner_steps > 1 else 0.5,
    )  # fmt: skip
    sync = lowcomm.sync_seconds(model.params, outer)
    shares = swarm.share_of(slowest.seconds, model.params, outer, slowest)
    around = steps * slowest.seconds / shares.value
    done = sum(one.workers * each.tokens for one, each in zip(sites, inner, strict=True)) * s.online
    ends = (shares.high / slowest.high, shares.value / slowest.seconds, shares.low / slowest.low)
    rate, middle = Band(*ends).scaled(done), lowcomm.penalty(workers, steps, c)
    equal, least, most = swarm.worth(rate, middle, math.exp(Z80 * c.spread["lowcomm.penalty"]))
    chips, watts, usd, working = 0.0, 0.0, 0.0, 0.0
    assumed: dict[str, str] = {}
    for one, each, hw in zip(sites, inner, hardware, strict=True):
        count, own_share = one.workers * one.chips * s.online, steps * each.seconds / around
        hourly = cost.rate(base, hw, c, busy=each.busy * own_share)
        chips, working = chips + count, working + count * own_share
        watts += power(hw, c, each.busy * own_share).facility_w * count
        usd += hourly.total(owned=False) * count * 24
        texts = (*hw.assumed.items(), *hourly.assumed.items(), *each.assumed.items())
        assumed |= {f"{one.chips}x {hw.name}: {k}": v for k, v in texts}
        assumed[f"{one.workers}x {one.chips} {hw.name}"] = said(
            "site_pace",
            "inner step {n:.2f} s, waits {wait:.0f} % of a round",
            n=each.seconds,
            wait=100 * (1 - own_share),
        )
    bound = "uplink" if sync * (1 - s.overlap) > steps * slowest.seconds else slowest.bound_by
    return SwarmResult(
        how.name, 1, slowest.seconds, sync, working / chips, rate, least, middle, most, equal, watts / 1000,
        None if s.tokens is None else rate.inverse(s.tokens / 86400), usd, bound, assumed,
    )  # fmt: skip
