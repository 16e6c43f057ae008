"""The answer to the question register."""

from __future__ import annotations

import datetime
import json

from rechenmacht import __version__, runs, scenario
from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.plugins import alone
from rechenmacht.domains.uncertainty import own_questions as questions
from rechenmacht.domains.uncertainty import own_rows as rows
from rechenmacht.domains.uncertainty import register as sealing
from rechenmacht.evidence.base import Base

KEPT = ("made", "scenario", "draws", "seed", "levels", "sha256")


def register(asked: questions.Register, base: Base, told: Told) -> Answer:
    """Run the reference and seal its quantiles."""
    alone(base, "a register is of")
    outcomes, _ = runs.compute(
        base, scenario.find(base, "reference"), asked.draws, asked.seed, lambda done: told(done, asked.draws)
    )
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    document = sealing.register(base, outcomes, today, __version__, asked.draws, asked.seed)
    table = Table("forecasts", rows.Sealed, document["forecasts"], people=[])
    values = {key: document[key] for key in KEPT}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Answer(asked, values, (table,), show=("made", "draws", "sha256"), file=lambda: text)
