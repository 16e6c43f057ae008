"""What a run reports: the named series (variable, region, unit) and how each is read off the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rechenmacht.race.axes import BLOCS, MEASURES, OWNERS, OWNERS_OF_BLOC, VENDORS

REGION = {
    "us": "United States",
    "cn": "China",
    "eu": "Europe",
    "gulf": "Gulf states",
    "rest": "Rest of the world",
    "world": "World",
}
UNIT = {
    "chips": "count",
    "h100e_8bit": "h100e",
    "h100e_16bit": "h100e",
    "h100e_bandwidth": "h100e",
    "chip_power_mw": "MW",
}
SHARED = ("h100e_8bit", "h100e_16bit", "h100e_bandwidth")


@dataclass(frozen=True, slots=True)
class Series:
    """One reported series. `variable` is `stock|measure` or `stock|measure|who`, as in IAMC tables."""

    variable: str
    region: str
    unit: str


def _all() -> tuple[Series, ...]:
    found = [Series(f"delivered|{m}|{v}", "World", UNIT[m]) for m in MEASURES for v in VENDORS]
    found += [Series(f"bought|{m}|{o}", "World", UNIT[m]) for m in MEASURES for o in OWNERS]
    found += [Series(f"installed|{m}", REGION[b], UNIT[m]) for m in MEASURES for b in (*BLOCS, "world")]
    found += [Series(f"installed_share|{m}", REGION[b], "share") for m in SHARED for b in BLOCS]
    return tuple(found)


SERIES = _all()


def record(state: dict[str, Any], xp: Any) -> Any:
    """Return the quarter's outcomes, shape (series, draw), in the order of `SERIES`.

    Units as in each series; `delivered` and `bought` are running totals since 2022-Q1, `installed` is the stock.
    """
    delivered, bought, installed = state["delivered"], state["bought"], state["installed"]
    blocs = xp.stack(
        [sum(installed[:, OWNERS.index(owner)] for owner in OWNERS_OF_BLOC[bloc]) for bloc in BLOCS], 1
    )  # (measure, bloc, draw)
    world = xp.sum(blocs, 1)[:, None]
    draws = world.shape[-1]
    positions = [MEASURES.index(measure) for measure in SHARED]
    share = blocs[positions] / xp.maximum(world[positions], 1e-9)
    parts = (delivered, bought, xp.concatenate([blocs, world], 1), share)
    return xp.concatenate([part.reshape(-1, draws) for part in parts])
