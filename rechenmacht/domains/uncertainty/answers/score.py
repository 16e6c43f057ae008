"""The answer to the question score."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.uncertainty import own_questions as questions
from rechenmacht.domains.uncertainty import own_rows as rows
from rechenmacht.domains.uncertainty import register as sealing
from rechenmacht.errors import BadInput, among, nearest
from rechenmacht.evidence.base import Base

SHOWN = ("id", "year", "observed", "forecast", "in90", "crps")


def score(asked: questions.Score, base: Base, told: Told) -> Answer:
    """Score a register's forecasts.

    Raises:
        BadInput: if there is no such edition, an outturn fits no forecast, or one is given twice.
    """
    del told
    given = Counter((one.id, one.year) for one in asked.observed)
    for (what, year), times in given.items():
        if times > 1:
            text = f"{what} for {year} is given {times} times: once counts"
            raise BadInput.of("error.uncertainty.twice", text, what=what, year=year, times=times)
    name, document = _edition(asked) if asked.own is None else (asked.edition, sealing.checked(asked.own, "own"))
    found = sealing.score(document, [(one.id, one.year, one.value) for one in asked.observed])
    scores = [
        {**row, "forecast": {"low": row["low90"], "value": row["median"], "high": row["high90"]}} for row in found
    ]
    tally = {"n": len(found), **{key: sum(row[key] for row in found) for key in ("in50", "in90")}}
    sealed, now = str(document.get("data_checksum", "")), base.checksum
    values = {"edition": f"{name or document['made']}.json", "made": document["made"], "sha256": document["sha256"],
              "sealed_data_checksum": sealed, "same_data": sealed == now, "tally": tally}  # fmt: skip
    said = Note("note.uncertainty.scored", {
        "n": (tally["n"], Kind("count")), "inside": (tally["in90"], Kind("count")),
        "made": (document["made"], Kind("day")),
    })  # fmt: skip
    other = Note("note.uncertainty.other_facts", {
        "made": (document["made"], Kind("day")), "sealed": (sealed[:12], Kind("id")), "now": (now[:12], Kind("id")),
    })  # fmt: skip
    table = Table("scores", rows.Scored, scores, SHOWN)
    return Answer(asked, values, (table,), heads=(said,), notes=() if sealed == now else (other,))


def _edition(asked: questions.Score) -> tuple[str, dict[str, Any]]:
    """Return (name, document) of the edition named, else of the newest sealed before the first outturn was known."""
    editions = {path.stem: path for path in sorted(sealing.FOLDER.glob("*.json"))}
    if asked.edition:
        if asked.edition not in editions:
            near = nearest(asked.edition, editions) or among(editions)
            text = f"no register {asked.edition!r}{near}"
            raise BadInput.of("error.uncertainty.no_register", text, name=asked.edition, near=near)
        return asked.edition, sealing.read(editions[asked.edition])
    known = min((one.known for one in asked.observed if one.known), default="")
    before = [day for day in editions if not known or day < known]
    if not before:
        text = f"no register was sealed before {known}, when the first of these was known"
        raise BadInput.of("error.uncertainty.too_old", text, known=known)
    return before[-1], sealing.read(editions[before[-1]])
