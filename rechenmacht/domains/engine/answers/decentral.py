"""The answer to the question decentral."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import questions
from rechenmacht.domains.engine.answers.common import assumptions, claims_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.sites import site, train_sites
from rechenmacht.domains.engine.swarm import Swarm, train_swarm
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

SHOW = ("inner_step_s", "sync_s", "utilisation", "tokens_per_s", "penalty_low", "penalty_high",
        "equivalent_tokens_per_s", "grid_kw", "usd_per_day", "bound_by")  # fmt: skip


def decentral(asked: questions.Decentral, base: Base, told: Told) -> Answer:
    """Predict training across the internet.

    Raises:
        BadInput: if neither or both of workers and sites are said.
    """
    del told
    fitted, workers = calibration(base), asked.workers or 1
    c, shift = fitted.coefficients, fitted.offsets
    run = Swarm(
        asked.model, workers, asked.chip, asked.chips_per_worker, asked.uplink, asked.method, asked.inner_steps,
        asked.overlap, asked.online, asked.tokens_per_step, asked.seq, asked.tokens,
        asked.stack,
    )  # fmt: skip
    if bool(asked.site) == (asked.workers is not None):
        raise BadInput.of("error.engine.workers_or_sites", "say either how many workers, or the sites")
    sites = [site(text) for text in asked.site]
    found = train_sites(base, c, run, sites, shift) if sites else train_swarm(base, c, run, shift)
    show = (*SHOW, *(("days",) if asked.tokens is not None else ()))
    chips = dict.fromkeys([one.chip for one in sites] or [asked.chip])
    claims = dict.fromkeys(claim for chip in chips for claim in claims_of(base, system_of(base, f"1x {chip}")))
    return Answer(asked, asdict(found), (assumptions(found.assumed),), claims=tuple(claims), show=show)
