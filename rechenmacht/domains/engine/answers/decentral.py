"""The answer to the question decentral."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import questions
from rechenmacht.domains.engine.answers.common import assumptions, claims_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.swarm import Swarm, train_swarm
from rechenmacht.evidence.base import Base

SHOW = ("inner_step_s", "sync_s", "utilisation", "tokens_per_s", "penalty_low", "penalty_high",
        "equivalent_tokens_per_s", "grid_kw", "usd_per_day", "bound_by")  # fmt: skip


def decentral(asked: questions.Decentral, base: Base, told: Told) -> Answer:
    """Predict training across the internet."""
    del told
    found = train_swarm(base, calibration(base).coefficients, Swarm(
        asked.model, asked.workers, asked.chip, asked.chips_per_worker, asked.uplink, asked.method, asked.inner_steps,
        asked.overlap, asked.online, asked.tokens_per_step, asked.seq, asked.tokens,
    ))  # fmt: skip
    show = (*SHOW, *(("days",) if asked.tokens is not None else ()))
    return Answer(asked, asdict(found), (assumptions(found.assumed),),
                  claims=claims_of(base, system_of(base, f"1x {asked.chip}")), show=show)  # fmt: skip
