"""How old the newest outside observation of each topic and headline number is, and when the next is due."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from rechenmacht.dates import span
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import OWN_CLASSES, Claim, History, Source, Topic
from rechenmacht.evidence.strength import Strength, is_weak

NO_OBSERVATION = frozenset({"forecast", "target", "judgement"})


@dataclass(frozen=True, slots=True)
class Observation:
    """One outside observation: what it is about, its source, and its days.

    `day` is the first day on which it can have appeared: 1 September for a publication of September.
    """

    claim: str
    subject: str
    quantity: str
    about: str
    until: date
    source: str
    published: str
    day: date


@dataclass(frozen=True, slots=True)
class Age:
    """A topic's newest outside observation on a day: its age in days, when the next is due, whether that is past."""

    topic: Topic
    newest: Observation | None
    latest_about: str
    days: int | None
    due: date | None
    overdue: bool


def after_months(day: date, months: float) -> date:
    """Return the day so many months later; the last of the month where it has no such day."""
    whole = day.year * 12 + day.month - 1 + round(months)
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _outside(base: Base, rows: Iterable[Claim | History], wanted: set[str]) -> Iterator[Observation]:
    for row in rows:
        source = base.sources[row.source]
        if row.quantity not in wanted or row.basis in NO_OBSERVATION or source.class_ in OWN_CLASSES:
            continue
        about = row.as_of if isinstance(row, Claim) else row.period
        shown = span(source.published or about)[0]
        until = min(span(about)[1], max(shown, span(about)[0]))
        name = row.id if isinstance(row, Claim) else ""
        yield Observation(name, row.subject, row.quantity, about, until, source.id, source.published, shown)


def _dated(name: str, when: str, source: Source) -> Observation:
    """Return a rule or deal of a day; what is dated ahead was known when its source came out."""
    shown = min(when, source.published or when, key=lambda text: span(text)[0])
    day = span(shown)[0]
    return Observation("", name, "", shown, day, source.id, source.published, day)


def _rules(base: Base) -> Iterator[Observation]:
    for rule in base.tables.rules:
        source = base.sources[rule.source]
        if rule.published and source.class_ not in OWN_CLASSES and rule.kind != "bill":
            yield _dated(rule.id, rule.published, source)


def _deals(base: Base) -> Iterator[Observation]:
    for deal in base.tables.deals:
        source = base.sources[deal.source]
        if source.class_ not in OWN_CLASSES:
            yield _dated(deal.id, deal.date, source)


def quantities_of(base: Base, topic: Topic) -> set[str]:
    """Return the quantities that a topic's patterns mean."""
    return {name for name in base.quantities for pattern in topic.quantities if fnmatchcase(name, pattern)}


def observations(base: Base, topic: Topic, on: date) -> list[Observation]:
    """Return a topic's outside observations that had appeared on a day, in the order of the base."""
    history = base.tables.editions or base.tables.history
    wanted = quantities_of(base, topic)
    found = [*_outside(base, base.tables.claims, wanted), *_outside(base, history, wanted)]
    if topic.id == "rules":
        found += _rules(base)
    if topic.id == "deals":
        found += _deals(base)
    return [one for one in found if one.day <= on]


def age(base: Base, topic: Topic, on: date) -> Age:
    """Return how old a topic's newest outside observation is.

    Newest is what was published last, and of several what is about the latest time. A publication of which only the
    month or year is known counts from its first day, so that ages are never understated.

    Args:
        base: the fact base.
        topic: the topic.
        on: the day from which age is counted.
    """
    found = observations(base, topic, on)
    if not found:
        return Age(topic, None, "", None, None, False)
    newest = max(found, key=lambda one: (one.day, one.until, one.source))
    latest = max(found, key=lambda one: (one.until, one.day))
    due = after_months(newest.day, topic.every_months)
    return Age(topic, newest, min(latest.until, on).isoformat(), (on - newest.day).days, due, due < on)


def data_to(base: Base, topic: Topic, on: date) -> str:
    """Return the last day that outside data of a topic are about; empty if there are none."""
    return age(base, topic, on).latest_about


def weak_headlines(base: Base, on: date) -> list[str]:
    """Return the headline numbers all of whose outside observations stand in weak sources."""
    strength = Strength(base)
    found = []
    for topic in base.tables.topics:
        if topic.kind == "headline":
            seen = observations(base, topic, on)
            classes = {strength.of(one.claim) if one.claim else base.sources[one.source].class_ for one in seen}
            if all(is_weak(one) for one in classes):
                found.append(topic.id)
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """What every face says beside a headline number: to which day its data reach, and whether they are weak alone."""

    id: str
    name_en: str
    name_de: str
    data_to: str
    weak: bool

    def row(self) -> dict[str, Any]:
        """Return the mark as answers hold it."""
        name = {"en": self.name_en, "de": self.name_de}
        return {"id": self.id, "name": name, "data_to": self.data_to, "weak": self.weak}


def marks(base: Base, observed: str) -> dict[str, Mark]:
    """Return the mark of each headline number by its topic's id.

    Args:
        base: the fact base.
        observed: the partial date to whose end a run uses observations; data that reach further are not in it.
    """
    last = span(observed)[1].isoformat()
    weak = set(weak_headlines(base, date.max))
    found = {}
    for topic in base.tables.topics:
        if topic.kind == "headline":
            until = data_to(base, topic, date.max)
            found[topic.id] = Mark(topic.id, topic.name_en, topic.name_de, min(until, last), topic.id in weak)
    return found
