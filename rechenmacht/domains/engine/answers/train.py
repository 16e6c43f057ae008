"""The answer to the question train."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import plan, questions, systems
from rechenmacht.domains.engine.answers.common import assumptions, claims_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.spoken import said
from rechenmacht.evidence.base import Base

RATES = ("system", "model", "layout_said", "step_s", "tokens_per_s", "mfu", "memory_gb", "bound_by", "grid_kw")
WHOLE = ("days", "gpu_hours", "energy_mwh", "usd_owned", "usd_rented", "engineering_usd")


def train(asked: questions.Train, base: Base, told: Told) -> Answer:
    """Predict a training run on a system."""
    del told
    system, fitted = system_of(base, asked.system, asked.described), calibration(base)
    found = plan.train(
        base, system, systems.told_model(asked.model, asked.described), fitted.coefficients, asked.batch, asked.seq,
        asked.precision, asked.tokens, asked.stack, Bounds(tp=asked.tp, pp=asked.pp, dp=asked.dp, micro=asked.micro),
        asked.region.lower(), asked.price, asked.rent, asked.maturity, asked.lora, year(asked.date or ""), asked.use,
        asked.engineering, fitted.offsets,
    )  # fmt: skip
    values = plan.plain(found)
    show = tuple(key for key in RATES if key in values) + (WHOLE if asked.tokens is not None else ())
    layout = ", ".join(f"{k} {v:g}" for k, v in found.layout.items() if k in {"tp", "pp", "dp"} or v > 1)
    step = said("work", "{n:,.0f} sequences of {seq:,.0f} tokens, {precision}", n=found.batch, seq=asked.seq,
                precision=asked.precision)  # fmt: skip
    tables = (assumptions({"step": step, "layout": layout} | found.assumed),)
    return Answer(asked, values, tables, claims=claims_of(base, system), show=show)
