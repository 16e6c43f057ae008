"""The answer to the question scenarios."""

from __future__ import annotations

from rechenmacht import scenario
from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.race import questions, rows
from rechenmacht.evidence.base import Base


def scenarios(asked: questions.Scenarios, base: Base, told: Told) -> Answer:
    """List the scenarios of the workspace and the shipped ones."""
    found = [scenario.read(path).model_dump(mode="json") for path in scenario.available(base).values()]
    claims = [
        claim for row in found for change in (*row["lever"], *row["prior"].values()) for claim in change["claims"]
    ]
    table = Table("scenarios", rows.Scenario, found, ("id", "title", "question"))
    return Answer(asked, {}, (table,), claims=tuple(dict.fromkeys(claims)))
