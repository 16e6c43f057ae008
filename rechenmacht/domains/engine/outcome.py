"""What a training step means: every quantity of a run from its step time, the same for a row, a command, a request.

Central values before offsets, in the units of `quantities.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rechenmacht.domains.engine import cost
from rechenmacht.domains.engine.ask import Question
from rechenmacht.domains.engine.best import Best
from rechenmacht.domains.engine.goodput import benchmark_minutes, evaluation_share, goodput
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import busy_share, power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

USUAL_RECOMPUTATION = 0.75


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run costs: tokens of the whole run (None: only rates), where electricity is bought, own prices in USD.

    `use`: share of the time in which owned chips work (None: coefficient); `engineering`: extra engineering as a share
    of the cost of compute (None: by the family's stack).
    """

    tokens: float | None = None
    region: str = "us"
    price: float | None = None
    rent: float | None = None
    use: float | None = None
    engineering: float | None = None


def peak_tflops(q: Question) -> float:
    """Return the dense peak that a utilisation is measured against: of the format of the products.

    TPUs whose 8-bit units are for whole numbers count against 16 bits, as their maker does.
    """
    return q.hw.peak16 if q.hw.family in {"tpu", "tpu-v4", "tpu-v6"} else q.hw.peak(q.run.bits)


def model_tflops(q: Question, b: Best) -> float:
    """Return model TFLOP/s per chip asked for, nothing recomputed, attention over the whole square."""
    flops = q.model.train_flops(q.run.seq, causal=False, frozen=q.lora) * b.batch * q.run.seq
    return flops / float(b.step.seconds[0]) / q.chips / 1e12


def _hardware_tflops(q: Question, b: Best) -> float:
    again = 2 * q.model.matrix - 2 * q.model.embedding + q.model.attention_flops(q.run.seq, causal=False)
    share = float(b.step.recomputed[0])
    if q.row is not None and q.row.quantity == "hfu_pct" and share < USUAL_RECOMPUTATION:
        share = USUAL_RECOMPUTATION
        q.assumed["recomputation"] = said(
            "recomputed", "{n:g} of the layers, since hardware FLOPs are asked for", n=share
        )
    flops = again * share * b.batch * q.run.seq
    return model_tflops(q, b) + flops / float(b.step.seconds[0]) / q.chips / 1e12


def tokens_per_s(q: Question, b: Best, c: Coefficients) -> float:
    """Return tokens/s of all chips; with the benchmark's evaluations where a row counts them in."""
    seconds = float(b.step.seconds[0])
    if q.row is not None:
        whole_run = re.search(r"incl\.? ?eval|time-to-train", q.row.measured.lower())
        if whole_run or (q.stack.name == "mlperf" and q.row.quantity == "tokens_per_s"):
            seconds *= 1 + evaluation_share(q, c)
    return b.batch * q.run.seq / seconds


def _of_whole_run(base: Base, q: Question, b: Best, c: Coefficients, t: Terms, rate: float) -> dict[str, float]:
    """Return what depends on money, power and the length of the run."""
    busy = busy_share({k: float(v[0]) for k, v in b.step.parts.items()}, float(b.step.seconds[0]))
    level = power(q.hw, c, busy)
    hourly = cost.rate(base, q.hw, c, t.region, t.price, t.rent, busy, t.use, t.engineering)
    q.assumed.update(hourly.assumed)
    good = goodput(q.chips, q.model.params, c)
    grid = level.facility_w * q.chips / 1000
    per_second = rate * good.share
    out = {
        "node_kw": level.node_w * q.chips / 1000, "grid_kw": grid, "goodput_pct": 100 * good.share,
        "tokens_per_s_per_MW": rate / (grid / 1000),
        "usd_per_million_tokens": hourly.owned * (1 + hourly.engineering_share) * q.chips / 3600 / per_second * 1e6,
        "engineering_share": hourly.engineering_share,
    }  # fmt: skip
    out["usd_per_token"] = out["usd_per_million_tokens"]
    if t.tokens is not None:
        hours = t.tokens / per_second / 3600
        out |= {"days": hours / 24, "gpu_hours": hours * q.chips, "energy_mwh": grid * hours / 1000,
                "energy_MJ": grid * hours * 3.6, "usd": hours * q.chips * hourly.owned,
                "engineering_usd": hours * q.chips * hourly.owned * hourly.engineering_share}  # fmt: skip
        if hourly.rent is not None:
            out["usd_rented"] = hours * q.chips * hourly.rent
    return out


def rates(q: Question, b: Best, c: Coefficients) -> dict[str, float]:
    """Return every quantity that needs nothing but the step time, by name."""
    rate = tokens_per_s(q, b, c)
    model, hardware, peak = model_tflops(q, b), _hardware_tflops(q, b), peak_tflops(q)
    return {
        "tflops_model_per_chip": model, "tflops_hardware_per_chip": hardware, "mfu_pct": 100 * model / peak,
        "hfu_pct": 100 * hardware / peak, "tokens_per_s": rate, "tokens_per_s_per_chip": rate / q.chips,
        "step_time_s": float(b.step.seconds[0]) * q.run.batch / b.batch, "memory_gb": float(b.step.memory_gb[0]),
    }  # fmt: skip


def outcome(base: Base, q: Question, b: Best, c: Coefficients, t: Terms) -> dict[str, float]:
    """Return every quantity of a run that its step time and its terms allow, by name."""
    found = rates(q, b, c)
    return found | _of_whole_run(base, q, b, c, t, found["tokens_per_s"])


NEEDS_TOKENS = {"days", "gpu_hours", "usd", "usd_rented", "engineering_usd", "energy_mwh", "energy_MJ"}
BENCHMARK = {"time_to_train_min"}


def asked_value(base: Base, q: Question, b: Best, c: Coefficients, name: str, t: Terms) -> float:
    """Return one quantity of a run.

    Raises:
        BadInput: if the row does not say the tokens that it needs, or nobody states a rent.
    """
    if name in BENCHMARK and t.tokens is None:
        q.assumed["time_to_train"] = said("of_benchmark", "of the benchmark's run, with its start and evaluations")
        return benchmark_minutes(q, c, float(b.step.seconds[0]), b.batch)
    if name in BENCHMARK:
        q.assumed["time_to_train"] = said("of_tokens", "of the {n:g} tokens of the row, with failures", n=t.tokens)
        return 1440 * asked_value(base, q, b, c, "days", t)
    if name in NEEDS_TOKENS and t.tokens is None:
        raise BadInput.of(
            "error.engine.needs_tokens",
            f"{name} needs the tokens of the whole run: column 'tokens', such as 14.8e12",
            name=name,
        )
    found = rates(q, b, c)
    if name in found:
        return found[name]
    found = outcome(base, q, b, c, t)
    if name not in found:
        raise BadInput.of(
            "error.engine.no_rent",
            f"{name}: no claim states a rent of {q.hw.name}; give rent_usd_per_hour",
            chip=q.hw.name,
        )
    return found[name]
