"""The answer to the question reach."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import questions, shown
from rechenmacht.domains.engine import reach as spreading
from rechenmacht.domains.engine.answers.common import claims_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.evidence.base import Base

PEOPLE = ("name", "chips", "places", "uplink_gbit", "rate", "per_chip", "grid_kw", "usd_per_million_tokens",
          "bound_by", "reason")  # fmt: skip


def reach(asked: questions.Reach, base: Base, told: Told) -> Answer:
    """Spread the same chips from one rack to the internet."""
    del told
    fitted, system = calibration(base), system_of(base, f"1x {asked.chip}")
    steps = spreading.reach(base, fitted.coefficients, asked.chip, asked.chips, asked.model, asked.method, asked.uplink,
                            fitted.offsets)  # fmt: skip
    rows = [{**asdict(one), "per_chip": one.per_chip} for one in steps]
    claims = (*claims_of(base, system), *(one.claim for one in steps if one.claim))
    return Answer(asked, {"chip": asked.chip, "name": system.hw.name, "chips": asked.chips, "model": asked.model},
                  (Table("steps", shown.Step, rows, PEOPLE),), (Note("reach.note"),),
                  tuple(dict.fromkeys(claims)))  # fmt: skip
