"""The rows of the answers about the fact base: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Address, Both, Claim, Count, Day, Flag, Id, Ids, Kind, Parameter, Source, Text

Class = Annotated[str, Kind("term", group="source_class")]
Change = Annotated[str, Kind("term", group="facts.change")]
Due = Annotated[str | None, Kind("day")]
Days = Annotated[int | None, Kind("count", "day")]


class Publication(TypedDict):
    """A publication, what it is, who said it first, and how many claims and history rows rest on it."""

    id: Id
    title: Text
    publisher: Text
    published: Day
    source_class: Class
    origin: Id
    claims: Count
    history: Count
    weak: Flag
    address: Address


class WeakParameter(TypedDict):
    """A parameter whose claims all rest on weak sources."""

    parameter: Parameter
    claims: Ids


class WeakClaim(TypedDict):
    """A used claim that rests on a weak source."""

    claim: Claim
    source_class: Class
    source: Source


class Headline(TypedDict):
    """A headline number, and whether all its outside observations stand in weak sources."""

    id: Id
    name: Both
    weak: Flag


class Age(TypedDict):
    """A topic or headline number: its newest outside observation, how old it is, when the next is due."""

    id: Id
    kind: Annotated[str, Kind("term", group="facts.kind")]
    name: Both
    published: Day
    about: Day
    data_to: Day
    days: Days
    due: Due
    overdue: Flag
    source: Id
    note: Text


class Changed(TypedDict):
    """A claim that was added, corrected or withdrawn between two editions."""

    change: Change
    claim: Id
    what: Text
    before: Text
    after: Text
