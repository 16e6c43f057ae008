"""The exported Vensim file in PySD beside the model itself: minutes, so not among the tests, which run it in simlin.

python bench/exports.py      prints the largest relative difference over all outcomes and quarters

PySD is in the extra `dev`; it needs some minutes to read the file.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pysd

from rechenmacht.domains.race import equations
from rechenmacht.domains.race.backends.listing import plain
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.outcomes import SERIES, record
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.evidence.base import load


def main() -> None:
    """Compare PySD's run with the model at the parameters' medians."""
    base = load()
    given, p = inputs(base), {name: np.array([value]) for name, value in equations.medians(base).items()}
    state, rows = start(p, np), []
    for step in range(given.steps):
        state = advance(state, p, {name: v[step][..., None] for name, v in given.policy.items()}, np)
        rows.append(record(state, p, np)[:, 0])
    expected, names = np.array(rows), [plain(f"out_{one.variable}_{one.region}") for one in SERIES]
    with (
        tempfile.TemporaryDirectory() as folder,
        warnings.catch_warnings(),
        np.printoptions(precision=17, floatmode="unique"),
    ):
        warnings.simplefilter("ignore")
        path = Path(folder) / "race.mdl"
        path.write_text(equations.vensim(base), encoding="utf-8")
        found = pysd.read_vensim(str(path)).run(return_columns=names)[names].to_numpy(dtype=float)
    scale = np.abs(expected) + 1e-12 * np.abs(expected).max(0) + 1e-15
    print(json.dumps({"largest_relative_difference": float((np.abs(found - expected) / scale).max())}))


if __name__ == "__main__":
    main()
