"""The answer to the question calibrate."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import calibration, own, questions, shown
from rechenmacht.domains.engine.calibrated import calibration as shipped
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.scores import summary
from rechenmacht.evidence.base import Base


def calibrate(asked: questions.Calibrate, base: Base, told: Told) -> Answer:
    """Fit measured points, say how well they fit, and which rows are no points."""
    told(0, 1)
    before = shipped(base, FOLDER)
    unread = calibration.unread(base, asked.table)
    if asked.from_priors:
        result, points, prior = calibration.run(base, asked.table, asked.serving)
    else:
        result, points = own.added(base, asked.table, before)
    told(1, 1)
    skipped = Table("unread", shown.Unread, unread)
    return Answer(
        asked, {"points": len(points), "skipped": len(unread)},
        (Table("kinds", shown.Scored, summary(result, points)), skipped), notes=(Note("note.engine.left_out"),),
        show=("points", "skipped"),
        save=(lambda folder: calibration.write(result, points, prior, folder)) if asked.from_priors else
        (lambda folder: own.write(base, result, points, before, folder)),
    )  # fmt: skip
