"""The answer to the question frontier."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Curve, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import plan, questions, shown, systems
from rechenmacht.domains.engine.answers.common import claims_of, service_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.frontier import points
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.serving import Target
from rechenmacht.evidence.base import Base

CURVES = tuple(
    Curve(name, "points", "tokens_per_s_per_user", column)
    for name, column in (("per_chip", "tokens_per_s_per_chip"), ("per_mw", "tokens_per_s_per_mw"),
                         ("price", "usd_per_million_tokens"))
)  # fmt: skip


def frontier(asked: questions.Frontier, base: Base, told: Told) -> Answer:
    """Show what a service can trade between its users' speed and its chips' work."""
    del told
    system, fitted = system_of(base, asked.system, asked.described), calibration(base)
    model = systems.told_model(asked.model, asked.described)
    terms = Terms(None, asked.region.lower(), asked.price, asked.rent, asked.use, asked.engineering)
    q = plan.served(system, model, service_of(asked, system), Target(), terms=terms, dated=asked.date is not None,
                    named=asked.stack is not None)  # fmt: skip
    rows = points(base, q, fitted, asked.most)
    return Answer(asked, {"system": system.name, "model": model.name}, (Table("points", shown.Point, rows),),
                  claims=claims_of(base, system), charts=CURVES, show=("system", "model"))  # fmt: skip
