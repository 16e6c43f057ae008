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
from rechenmacht.domains.engine.benchmarks import Benchmark, benchmark
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.spoken import said

Array = NDArray[np.float64]
HOUR = 3600.0
YEAR = 365.25 * 24 * HOUR
SAMPLES = 1e6  # of a benchmark that nobody published convergence of


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


def _rules(q: Question) -> Benchmark | None:
    return None if q.row is None else benchmark(q.row.workload.lower())


def evaluation_share(q: Question, c: Coefficients) -> float:
    """Return the time that evaluation adds to training, as a share of it (MLPerf rules; forward passes only)."""
    rules = _rules(q)
    if rules is None:
        return 0.0
    every, size = rules.every, rules.evaluated
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
    rules = _rules(q)
    usual = SAMPLES if rules is None else rules.samples(q.run.batch)
    q.assumed["samples"] = said("samples", "{n:g} until the target is reached, customary for this benchmark", n=usual)
    return usual


def benchmark_minutes(q: Question, c: Coefficients, seconds: float, batch: float) -> float:
    """Return minutes until an MLPerf target is reached: steps, evaluations and a fixed start."""
    steps = _samples(q) / batch
    return (steps * seconds * (1 + evaluation_share(q, c)) + c["evaluation.fixed_s"]) / 60
