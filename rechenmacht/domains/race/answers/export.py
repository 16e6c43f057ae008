"""The answer to the question export."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.question import Told
from rechenmacht.domains.race import questions
from rechenmacht.domains.race.equations import FORMATS
from rechenmacht.domains.race.plugins import alone
from rechenmacht.evidence.base import Base


def export(asked: questions.Export, base: Base, told: Told) -> Answer:
    """Write the traced equations."""
    alone(base, "the equations are those of")
    del told
    text = FORMATS[asked.format](base)
    return Answer(asked, {"lines": len(text.splitlines()), "text": text}, (), show=("lines",), file=lambda: text)
