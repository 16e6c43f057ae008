"""The rows of the answers about export rules."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Both, Day, Flag, Id, Kind, Text, Texts

RuleKind = Annotated[str, Kind("term", group="rule_kind")]
Grade = Annotated[str, Kind("term", group="grade")]
What = Annotated[str, Kind("term", group="rule_event")]
Truth = Annotated[str, Kind("term", group="rule_truth")]


class Change(TypedDict):
    """A day on which a rule of a regime begins, ends or is published."""

    day: Day
    event: What
    regime: Id
    rule: Id
    rule_name: Both
    rule_kind: RuleKind
    subject: Text
    outcome: Text
    citation: Text
    grade: Grade
    source: Id
    summary: Both


class Side(TypedDict):
    """What a rule of some regime says of a chip, and from when to when."""

    regime: Id
    rule_kind: RuleKind
    rule: Id
    rule_name: Both
    effective_from: Day
    effective_to: Day
    outcome: Text
    truth: Truth
    citation: Text
    grade: Grade


class Reached(TypedDict):
    """Whether a rule about reach makes an item subject to the EAR, and what would decide it."""

    rule: Id
    rule_name: Both
    truth: Truth
    missing: Texts
    citation: Text
    summary: Both


class Listed(TypedDict):
    """A party on a list; `applied` whether the name matches, rather than only beginning alike."""

    party: Text
    applied: Flag
    lists: Text
    footnotes: Text
    country: Id
    listed_from: Day
    citation: Text
    as_of: Day
    source: Id
