"""Answers to training rows: step time turned into the quantity that is asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from rechenmacht.domains.engine.ask import Question
from rechenmacht.domains.engine.best import Best
from rechenmacht.domains.engine.goodput import benchmark_minutes, evaluation_share
from rechenmacht.domains.engine.parameters import Coefficients

USUAL_RECOMPUTATION = 0.75


def _flops_per_token(q: Question) -> float:
    return q.model.train_flops(q.run.seq, causal=False)


def _tflops_model(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    del b, c
    return _flops_per_token(q) * batch * q.run.seq / seconds / q.chips / 1e12


def _tflops_hardware(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    again = 2 * q.model.matrix - 2 * q.model.embedding + q.model.attention_flops(q.run.seq, causal=False)
    share = float(b.step.recomputed[0])
    if q.row.quantity == "hfu_pct" and share < USUAL_RECOMPUTATION:
        share = USUAL_RECOMPUTATION
        q.assumed["recomputation"] = f"{share:g} of the layers, since hardware FLOPs are asked for"
    total = _flops_per_token(q) + again * share
    del c
    return total * batch * q.run.seq / seconds / q.chips / 1e12


def _peak(q: Question) -> float:
    eight = q.run.bits <= 8 and q.row.kind != "train_tpu"
    return (q.hw.peak8 if eight else q.hw.peak16) * 1e12


def _mfu(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    return 100 * _tflops_model(q, b, c, seconds, batch) * 1e12 / _peak(q)


def _hfu(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    return 100 * _tflops_hardware(q, b, c, seconds, batch) * 1e12 / _peak(q)


def _tokens(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    del b
    whole_run = re.search(r"incl\.? ?eval|time-to-train", q.row.measured.lower())
    if whole_run or (q.stack.name == "mlperf" and q.row.quantity == "tokens_per_s"):
        seconds *= 1 + evaluation_share(q, c)
    return batch * q.run.seq / seconds


def _tokens_chip(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    return _tokens(q, b, c, seconds, batch) / q.chips


def _step(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    del b, c
    return seconds * q.run.batch / batch


def _minutes(q: Question, b: Best, c: Coefficients, seconds: float, batch: float) -> float:
    del b
    return benchmark_minutes(q, c, seconds, batch)


READERS: dict[str, Callable[[Question, Best, Coefficients, float, float], float]] = {
    "tflops_model_per_chip": _tflops_model,
    "tflops_hardware_per_chip": _tflops_hardware,
    "mfu_pct": _mfu,
    "hfu_pct": _hfu,
    "tokens_per_s": _tokens,
    "tokens_per_s_per_chip": _tokens_chip,
    "step_time_s": _step,
    "time_to_train_min": _minutes,
}


def read_answer(q: Question, b: Best, c: Coefficients, batch: float) -> float:
    """Return the quantity that the row asks for, from the step time of the chosen layout."""
    return READERS[q.row.quantity](q, b, c, float(b.step.seconds[0]), batch)
