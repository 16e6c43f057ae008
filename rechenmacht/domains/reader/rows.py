"""The rows of the answer about articles: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Both, Count, Id, Ids, Kind, Text

Rating = Annotated[str, Kind("term", group="reader.rating")]
Way = Annotated[str, Kind("term", group="reader.way")]
MaybeText = Annotated[str | None, Kind("text")]
MaybeClaim = Annotated[str | None, Kind("claim")]


class Judged(TypedDict):
    """A number of an article: what is said of it, why, by which claim; where it stands in the text (code points)."""

    file: Text
    id: Id
    verdict: Rating
    number: Text
    why: Both
    check: Way
    start: Count
    end: Count
    subject: MaybeText
    quantity: MaybeText
    claim: MaybeClaim
    as_of: MaybeText
    claims: Ids


class Read(TypedDict):
    """An article as read: its language, its day, and how many of its numbers have which verdict."""

    file: Text
    language: Text
    date: MaybeText
    numbers: Count
    contradicted: Count
    other: Count
    outdated: Count
    imprecise: Count
    supported: Count
    unverifiable: Count


class Missing(TypedDict):
    """A claim that the base lacks to judge a number: subject, quantity, unit and time, and what the article says."""

    file: Text
    subject: Id
    quantity: Id
    unit: Text
    as_of: Text
    number: Text


VERDICTS: tuple[str, ...] = ("contradicted", "other", "outdated", "imprecise", "supported", "unverifiable")
"""The verdicts, those that an editor has to look at first."""
