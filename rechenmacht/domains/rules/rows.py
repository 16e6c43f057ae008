"""The rows of the answers about export rules."""

from __future__ import annotations

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Both, Count, Day, Flag, Id, Ids, Kind, Share, Text, Texts

RuleKind = Annotated[str, Kind("term", group="rule_kind")]
CountedBy = Annotated[str, Kind("term", group="rule_basis")]
Subject = Annotated[str, Kind("term", group="rule_subject")]
Grade = Annotated[str, Kind("term", group="grade")]
What = Annotated[str, Kind("term", group="rule_event")]
Truth = Annotated[str, Kind("term", group="rule_truth")]

Status = Annotated[str, Kind("term", group="rule_outcome")]
Sign = Annotated[str, Kind("term", group="rule_sign")]
Units = Annotated[float, Kind("count")]
Worth = Annotated[float, Kind("significant", "H100e")]
Value = Annotated[float, Kind("significant", "", digits=6)]
Property = Annotated[str, Kind("term", group="rule_property")]


class Scope(TypedDict):
    """What stands behind an answer: fields of law by their ids in rules/coverage.csv, and the day they are known to."""

    known_to: Day
    after_horizon: Flag
    looked_at: Ids
    not_looked_at: Ids
    supposed: Ids
    would_change: NotRequired[dict[str, str]]
    text: NotRequired[Text]


class Scoped(TypedDict):
    """What every row with an outcome says besides, so that it says it in CSV too."""

    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Case(TypedDict):
    """The answer to a case."""

    case_id: Text
    outcome: Status
    fired: Ids
    missing: Ids
    open: Ids
    buyer: Status
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Contradicted(TypedDict):
    """A specification that is given for a chip of the base and differs from its claims."""

    case_id: Text
    chip: Id
    specification: Id
    given: Value
    known: Value
    unit: Text
    claims: Ids


class Step(TypedDict):
    """A comparison of a condition: what is asked, what the case has, by how much it misses."""

    what: Text
    value: Value | None
    sign: Sign
    threshold: Value | None
    unit: Text
    met: NotRequired[Flag | None]
    gap: NotRequired[Value | None]
    share: Share | None


class Said(TypedDict):
    """A rule's answer about a case; `name` and `summary` in English, beside them both languages."""

    rule: Id
    name: Text
    rule_name: Both
    truth: Truth
    outcome: Status
    effective_from: Day
    effective_to: Day
    grade: Grade
    citation: Text
    source: Id
    summary: Text
    text: Both
    distance: Value | None
    steps: list[Step]
    thresholds: list[Step]
    missing: Ids
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Known(TypedDict):
    """A specification: value in its unit, how it came about, claims, whether all are unverified."""

    value: Value
    how: Text
    claims: Ids
    unverified: Flag


class Specified(TypedDict):
    """A specification for people."""

    specification: Both
    key: Id
    value: Value | None
    unit: Text
    how: Annotated[str, Kind("term", group="rule_how")]
    unverified: Flag
    claims: Ids


class Field(TypedDict):
    """A field of law, and to which day it is known; without a day it was not looked at."""

    looked_at: Flag
    field: Both
    field_known_to: Day


class ListRow(TypedDict):
    """A row of a list of parties."""

    name: Text
    lists: Texts
    footnotes: Texts
    country: Id
    listed_from: Day
    citation: Text
    as_of: Day
    source: Id


class Looked(TypedDict):
    """A party that was asked for: rows of that name, rows that begin alike, and the properties that were applied."""

    asked: Text
    found: list[ListRow]
    possible: list[ListRow]
    applied: Ids


Period = TypedDict(
    "Period",
    {
        "from": Day, "to": Day, "outcome": Status, "fired": Ids, "missing": Ids, "rule_names": Both,
        "known_to": Day, "after_horizon": Flag, "not_looked_at": Ids,
    },
)  # fmt: skip


class One(TypedDict):
    """A chip that ranks first: its outcome, worth and the rules that hold."""

    chip: Id
    name: Text
    outcome: Status
    h100e: Worth
    fired: Ids
    rules: Ids


class Ranked(TypedDict):
    """The strongest chip of an outcome in a basis; `strongest` of those for which no rule asks for a licence."""

    basis: CountedBy
    outcome: Status
    strongest: Flag
    chip: Id
    name: Text
    h100e: Worth
    fired: Ids
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Basis(TypedDict):
    """A basis with its strongest chip, and with the strongest of each outcome."""

    basis: Id
    strongest: One | None
    by_outcome: dict[str, One]


class Changed(TypedDict):
    """A chip whose outcome a proposal changes."""

    chip: Id
    name: Text
    before: Status
    after: Status
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Moved(TypedDict):
    """Chips that China bought legally in a quarter in which a proposal changes the outcome."""

    line: Id
    quarter: Id
    before: Status
    after: Status
    units_low: Units
    units: Units
    units_high: Units
    h100e: Worth | None
    source: Id
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Rule(TypedDict):
    """A rule as it stands in the tables."""

    id: Id
    rule_name: Both
    kind: RuleKind
    regime: Id
    published: Day
    effective_from: Day
    effective_to: Day
    dest_groups: Ids
    dest_except: Ids
    hq_groups: Ids
    vendors: Ids
    roles: Ids
    subject: Subject
    condition: Text
    outcome: Status
    outcome_d1_d4: Status
    relaxes: Ids
    replaces: Ids
    summary_en: Text
    summary_de: Text
    citation: Text
    source: Id
    locator: Text
    grade: Grade
    note: Text
    name_en: Text
    name_de: Text
    file: Text
    row: Count
    known_to: Day
    not_looked_at: Text


class Point(TypedDict):
    """A chip in the plane, with its outcome under all rules."""

    id: Id
    chip: Text
    tpp: Value
    pd: Value
    code: Status
    market: Id
    rules: Text
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Area(TypedDict):
    """An area of the plane: the outcome of data-centre chips by compute and density alone."""

    left: Value
    right: Value
    bottom: Value
    top: Value
    code: Status
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Change(TypedDict):
    """A day on which a rule of a regime begins, ends or is published."""

    day: Day
    event: What
    regime: Id
    rule: Id
    rule_name: Both
    rule_kind: RuleKind
    subject: Subject
    outcome: Status
    citation: Text
    grade: Grade
    source: Id
    summary: Both
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Side(TypedDict):
    """What a rule of some regime says of a chip, and from when to when."""

    regime: Id
    rule_kind: RuleKind
    rule: Id
    rule_name: Both
    effective_from: Day
    effective_to: Day
    outcome: Status
    truth: Truth
    citation: Text
    grade: Grade
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


class Reached(TypedDict):
    """Whether a rule about reach makes an item subject to the EAR, and what would decide it."""

    rule: Id
    rule_name: Both
    truth: Truth
    missing: Texts
    citation: Text
    summary: Both
    known_to: Day
    after_horizon: Flag
    not_looked_at: Ids


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
