"""What the first page shows before it computes: the reference's bands and the order of levers, kept once computed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from rechenmacht import runs, scenario
from rechenmacht.domains.race.backends.choose import chosen, provenance
from rechenmacht.domains.race.backends.files import cache_folder, model_sha256, place
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty.ensemble import Model, quantiles, whole
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.stage import levers as levers_of
from rechenmacht.outputs.stage.families import families

HERE = Path(__file__).parent
SHIPPED = HERE / "built" / "computed.json"
DRAWS, SEED = 1000, 1


def key(base: Base) -> str:
    """Return what the numbers depend on: the data, the equations and the code that sums them up."""
    own = b"".join((HERE / name).read_bytes() for name in ("computed.py", "levers.py", "families.py"))
    parts = (base.checksum, model_sha256(), json.dumps(provenance(), sort_keys=True), hashlib.sha256(own).hexdigest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def reference(base: Base) -> Model:
    """Return the reference as it is run."""
    return runs.model_of(base, scenario.find(base, "reference"))


def compute(base: Base, model: Model) -> dict[str, Any]:
    """Return the levers in order, the parameters that act, and the first outcome's quantiles (line, quarter, 5)."""
    late = levers_of.late_names(model)
    family = next(one for one in families() if one.id == levers_of.FIRST)
    outcomes = whole(model, DRAWS, SEED)
    table = quantiles(outcomes, list(family.lines.values()))
    rows = [
        {"name": one.parameter.name, "ends": one.ends, "track": one.track, "acts": one.acts, "strength": one.strength}
        for one in levers_of.levers(base, model, late)
    ]
    return {"late": sorted(late), "levers": rows, "first": np.round(table, 9).tolist()}


def computed(base: Base, model: Model) -> dict[str, Any]:
    """Return what `compute` does, from what was shipped or kept where data and equations are the same."""
    name = key(base)
    kept = cache_folder() / f"stage-{name}.json"
    for path in (SHIPPED, kept):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and found.get("key") == name:
            return found
    found = {"key": name, **compute(base, model)}
    place(kept, json.dumps(found).encode())
    return found


def ready(model: Model) -> str:
    """Return why the browser cannot run the model, or nothing."""
    return chosen(model.given, [parameter.name for parameter in model.parameters], (), "kernel")[1]


def units() -> dict[str, str]:
    """Return each variable's unit."""
    return {one.variable: one.unit for one in SERIES}
