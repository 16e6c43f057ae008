"""The answer to the question serve."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import plan, questions, systems
from rechenmacht.domains.engine.answers.common import assumptions, claims_of, service_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.serving import Target
from rechenmacht.domains.engine.spoken import said
from rechenmacht.evidence.base import Base

SHOW = ("system", "model", "chips_per_replica", "batch", "tokens_per_s", "per_chip", "ms_per_token", "first_token",
        "first_token_p95_s", "per_mw", "joules_per_token", "usd_per_million_owned", "usd_per_million_rented",
        "usd_per_million_input_tokens", "usd_per_million_total_tokens",
        "virtual_workers", "bound_by", "grid_kw")  # fmt: skip


def serve(asked: questions.Serve, base: Base, told: Told) -> Answer:
    """Predict a service on a system."""
    del told
    system, fitted = system_of(base, asked.system, asked.described), calibration(base)
    target = Target(None if asked.ms_per_token is None else asked.ms_per_token / 1000, asked.first_token)
    found = plan.serving(
        base, system, systems.told_model(asked.model, asked.described), fitted.coefficients,
        service_of(asked, system), target, asked.region.lower(), asked.price, asked.rent, asked.per_worker,
        fitted.offsets, asked.use, asked.engineering,
        sizes=None if asked.replica is None else (float(asked.replica),), batch=asked.batch, arrival=asked.arrival,
        dated=asked.date is not None, named=asked.stack is not None,
    )  # fmt: skip
    work = {"requests": said("requests", "{prompt:,.0f} prompt and {output:,.0f} output tokens, {bits}-bit weights",
                             prompt=asked.prompt, output=asked.output, bits=asked.weight_bits)}  # fmt: skip
    if asked.ms_per_token is not None and "latency" not in found.assumed:
        work["limit"] = said("limit", "at most {ms:g} ms per output token", ms=asked.ms_per_token)
    if asked.first_token is not None and "first_token" not in found.assumed:
        words = "at most {s:g} s to the first token, for {share:.0f}% of the requests"
        work["first_limit"] = said("first_limit", words, s=asked.first_token, share=100 * target.share)
    tables = (assumptions(work | found.assumed),)
    return Answer(asked, plan.plain(found), tables, claims=claims_of(base, system), show=SHOW)
