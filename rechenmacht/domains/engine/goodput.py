"""From step time to time to train: failures, checkpoints, restarts, evaluation, start-up.

    goodput = 1 / ((1 + save / interval) * (1 + failures/s * (interval / 2 + restart)))

with the interval that minimises the loss (Young 1974: sqrt(2 * save / failure rate)).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.ask import Question
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.spoken import said

Array = NDArray[np.float64]
HOUR = 3600.0
YEAR = 365.25 * 24 * HOUR

# MLPerf training rules: (workload words, sequences between evaluations, sequences per evaluation, usual samples)
BENCHMARKS: tuple[tuple[str, float, float, float], ...] = (
    (r"lora", 384, 173, 3072),
    (r"405b", 46080, 5760, 276480),
    (r"8b", 12288, 1024, 180000),
    (r"gpt-?3|175b", 24576, 5760, 589824),
)


@dataclass(frozen=True, slots=True)
class Goodput:
    """Share of wall time that moves the run forward, the checkpoint interval in s, and failures per day."""

    share: float
    interval_s: float
    failures_per_day: float


def goodput(chips: float, params: float, c: Coefficients) -> Goodput:
    """Return the goodput of a long run.

    Args:
        chips: chips in the run.
        params: parameters that a checkpoint holds (14 bytes each, written in parallel).
        c: coefficients (`failure.per_chip_year`, `failure.restart_s`, `checkpoint.gbps_per_chip`).
    """
    rate = chips * c["failure.per_chip_year"] / YEAR
    save = 14 * params / (chips * c["checkpoint.gbps_per_chip"] * 1e9) + c["checkpoint.pause_s"]
    interval = max(float(np.sqrt(2 * save / rate)), save)
    lost = (1 + save / interval) * (1 + rate * (interval / 2 + c["failure.restart_s"]))
    return Goodput(1 / lost, interval, rate * 86400)


def _benchmark(q: Question) -> tuple[float, float, float] | None:
    text = "" if q.row is None else q.row.workload.lower()
    for words, every, size, samples in BENCHMARKS:
        if re.search(words, text):
            return every, size, samples
    return None


def evaluation_share(q: Question, c: Coefficients) -> float:
    """Return the time that evaluation adds to training, as a share of it (MLPerf rules; forward passes only)."""
    rules = _benchmark(q)
    if rules is None:
        return 0.0
    every, size, _ = rules
    # an evaluation is a forward pass in whole batches; a training step is that plus the backward pass
    whole = np.ceil(size / q.run.batch) * q.run.batch
    share = float(whole / every / (2 + q.run.train_weights) * c["evaluation.slowdown"])
    if not q.lora:
        return share
    due = max(_samples(q) / every, 1.0)  # the first ones are skipped, the more the larger the batch
    return share * max(due - float(np.floor(0.125 * q.run.batch + 2)), 1.0) / due


def _samples(q: Question) -> float:
    stated = None if q.row is None else re.search(r"samples? (\d+(?:\.\d+)?)", q.row.measured.lower())
    if stated:
        return float(stated[1])
    rules = _benchmark(q)
    usual = rules[2] if rules else 1e6
    if rules and q.lora and q.run.batch > 16:  # larger batches need more samples
        usual *= (q.run.batch / 16) ** 0.6
    q.assumed["samples"] = said("samples", "{n:g} until the target is reached, customary for this benchmark", n=usual)
    return usual


def benchmark_minutes(q: Question, c: Coefficients, seconds: float, batch: float) -> float:
    """Return minutes until an MLPerf target is reached: steps, evaluations and a fixed start."""
    steps = _samples(q) / batch
    return (steps * seconds * (1 + evaluation_share(q, c)) + c["evaluation.fixed_s"]) / 60
