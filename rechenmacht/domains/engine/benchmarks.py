"""MLPerf training: the rules of each benchmark and the sequences its reference needs at each batch.

    data/engine/benchmarks.csv: one row per benchmark and batch, medians of MLCommons' reference convergence points

Between two batches the samples follow a power law, beyond them the nearest one's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.library import table

Array = NDArray[np.float64]
CHIPS_PER_SEQUENCE = 8  # submissions rarely give more chips to a sequence


@dataclass(frozen=True, slots=True)
class Converged:
    """A row of benchmarks.csv: sequences between evaluations, per evaluation, and to the target at a global batch."""

    name: str
    words: str
    every: float
    evaluated: float
    batch: float
    samples: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark's rules in sequences, and its converged batches in order with their samples, both (batches,)."""

    every: float
    evaluated: float
    batches: Array
    converged: Array

    def samples(self, batch: float) -> float:
        """Return the sequences until the target is reached at a global batch."""
        at = np.log(np.clip(batch, self.batches[0], self.batches[-1]))
        return float(np.exp(np.interp(at, np.log(self.batches), np.log(self.converged))))

    def usual_batch(self, chips: int) -> float:
        """Return the global batch of a submission: the smallest that converges, more where chips would lack work."""
        return float(np.clip(chips // CHIPS_PER_SEQUENCE, self.batches[0], self.batches[-1]))


@cache
def _known() -> tuple[tuple[str, Benchmark], ...]:
    rows = table("benchmarks.csv", Converged)
    found = []
    for name in dict.fromkeys(row.name for row in rows):
        own = sorted((row for row in rows if row.name == name), key=lambda row: row.batch)
        batches, samples = (np.array([getattr(row, key) for row in own]) for key in ("batch", "samples"))
        found.append((own[0].words, Benchmark(own[0].every, own[0].evaluated, batches, samples)))
    return tuple(found)


@cache
def benchmark(text: str) -> Benchmark | None:
    """Return the benchmark that a row's words name, or None."""
    return next((rules for words, rules in _known() if re.search(words, text)), None)
