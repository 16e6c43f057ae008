"""The answer to the question stale."""

from __future__ import annotations

from datetime import date

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import questions, rows
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.freshness import age


def stale(asked: questions.Stale, base: Base, told: Told) -> Answer:
    """Say of each topic and headline number how old its newest outside observation is.

    Raises:
        BadInput: if the day is none of the calendar.
    """
    try:
        day = date.fromisoformat(asked.on or "")
        if day.isoformat() != asked.on:
            raise ValueError
    except ValueError:
        text = f"on: {asked.on!r} is no day of the calendar (write 2026-11-30)"
        raise BadInput.of("error.facts.no_day", text, given=asked.on or "") from None
    found = []
    for topic in base.tables.topics:
        one = age(base, topic, day)
        newest = one.newest
        found.append({
            "id": topic.id, "kind": topic.kind, "name": {"en": topic.name_en, "de": topic.name_de},
            "published": newest.published if newest else "", "about": newest.about if newest else "",
            "data_to": one.latest_about, "days": one.days, "due": one.due.isoformat() if one.due else None,
            "overdue": one.overdue, "source": newest.source if newest else "", "note": topic.note,
        })  # fmt: skip
    show = ("name", "published", "about", "data_to", "days", "due", "overdue", "source", "note")
    return Answer(
        asked, {"on": asked.on, "overdue": sum(bool(row["overdue"]) for row in found)},
        (Table("topics", rows.Age, found, show),), (Note("note.facts.outside"),), show=("on", "overdue"),
    )  # fmt: skip
