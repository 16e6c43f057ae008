"""The questions that look around in the fact base: what it holds, where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field
from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Address,
    Both,
    Claim,
    Count,
    Day,
    Flag,
    Id,
    Kind,
    Org,
    QuantityEstimate,
    Range,
    Share,
    Source,
    Text,
    Texts,
)
from rechenmacht.answers.question import Listing, Positional, Question
from rechenmacht.domains.facts.known import Basis, Grade, Why
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

Measured = Annotated[str, Kind("measured")]
Bloc = Annotated[str, Kind("term", group="region")]
Class = Annotated[str, Kind("term", group="source_class")]
Spread = Annotated[str, Kind("term", group="distribution")]
Reasons = Annotated[list[str], Kind("terms", group="facts.reason")]
Bounds = Annotated[Range, Kind("quantity")]
Thing = Annotated[str, Kind("term", group="facts.thing")]
Factor = Annotated[float | None, Kind("significant", "1")]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["H100"]), Positional()]
Named = Annotated[str | None, Field(max_length=120, examples=["tdp"])]
Date = Annotated[str | None, Field(max_length=10, examples=["2025"])]


class Cited(TypedDict):
    """One claim with its source; `weight` and `why` where claims were pooled."""

    claim: Claim
    subject: Org
    quantity: Measured
    value: QuantityEstimate
    unit: Id
    as_of: Day
    basis: Basis
    grade: Grade
    publisher: Text
    title: Text
    published: Day
    locator: Text
    source: Source
    address: Address
    note: Text
    weight: Share | None
    why: Why
    than: Text


class Held(TypedDict):
    """A thing that claims are about."""

    id: Id
    claims: Count
    bloc: Bloc
    name: Both
    kind: Id


class Side(TypedDict):
    """A claim that contradicts another."""

    value: QuantityEstimate
    as_of: Day
    quantity: Measured
    basis: Basis
    grade: Grade
    publisher: Text
    source: Source
    claim: Claim
    unit: Id
    locator: Text
    note: Text


class Disputed(TypedDict):
    """Claims about one subject that cannot all be right as they stand; `factor` is highest over lowest middle."""

    subject: Org
    topic: Id
    unit: Id
    factor: Factor
    reasons: Reasons
    stated: list[Side]


class Wrong(TypedDict):
    """A row that cannot be used; 0 stands for the file as a whole."""

    file: Id
    row: Count
    reason: Text


def refusal(key: str, text: str, name: str, known: Iterable[str]) -> BadInput:
    """Return the error for a name that is not known; `key` with `_near`, where others are like it."""
    near = nearest(name, known)
    names = near.partition("did you mean ")[2].rstrip("?")
    return BadInput.of(f"error.facts.{key}" + ("_near" if names else ""), text + near, name=name, near=names)


class Listed(Listing):
    """What the base knows something about, with the number of claims; of a quantity, the claims."""

    name = "facts.listing"
    place = "facts list"
    tables: ClassVar = {"entities": Held, "stated": Cited}
    values: ClassVar = {"total": Count}
    kind: Annotated[str | None, Field(max_length=60, examples=["chip"])] = None
    quantity: Named = None

    def settled(self, base: Base) -> Listed:
        """Refuse kinds and quantities that the base does not have.

        Raises:
            BadInput: if it has none of the name.
        """
        if self.quantity is not None and self.quantity not in base.quantities:
            raise refusal("no_such_quantity", f"no quantity {self.quantity!r}", self.quantity, base.quantities)
        kinds = sorted({entity.kind for entity in base.entities.values()})
        if self.kind is not None and self.kind not in kinds:
            known = ", ".join(kinds)
            raise BadInput.of("error.facts.no_kind", f"no kind {self.kind!r}; known: {known}", name=self.kind,
                              known=known)  # fmt: skip
        return self


class Show(Question):
    """Every claim about something, each with its source; with a quantity, the pooled value too."""

    name = "facts.show"
    tables: ClassVar = {"stated": Cited}
    values: ClassVar = {
        "what": Thing, "id": Id, "name": Both, "meaning": Both, "also": Both, "kind": Id, "publisher": Text,
        "published": Day, "accessed": Day, "address": Address, "read_at": Text, "origin": Id, "source_class": Class,
        "licence": Text, "language": Id, "archived": Text, "sha256": Texts, "subject": Org, "quantity": Measured,
        "mechanism": Id, "family": Id, "period": Id, "compute_basis": Id, "bounds": Bounds,
        "parent": Org, "bloc": Bloc, "since": Day,
        "until": Day, "at": Day, "unit": Id, "estimate": QuantityEstimate, "prior": QuantityEstimate,
        "distribution": Spread, "basis": Basis,
        "used_by": Texts, "claims_of": Count, "note": Text,
    }  # fmt: skip
    thing: Name
    quantity: Annotated[str | None, Field(max_length=120, examples=["tdp"]), Positional()] = None
    at: Date = None

    def settled(self, base: Base) -> Show:
        """Fill in the id of an entity.

        Raises:
            BadInput: if nothing is called that, or a date is given without a quantity.
        """
        if self.at is not None and self.quantity is None:
            raise BadInput.of("error.facts.date_alone", "--at needs a quantity: facts show NAME QUANTITY --at DATE")
        found = base.names.get(self.thing.lower())
        others = (base.claims, base.parameters, base.sources, base.quantities)
        if found is None and (self.quantity is not None or not any(self.thing in group for group in others)):
            known = [*base.names, *(name for group in others for name in group)]
            raise refusal("nothing", f"nothing is called {self.thing!r}", self.thing, known)
        if self.quantity is not None and self.quantity not in base.quantities:
            raise refusal("no_such_quantity", f"no quantity {self.quantity!r}", self.quantity, base.quantities)
        return self.model_copy(update={"thing": found or self.thing})


class Conflicts(Listing):
    """Where sources disagree by more than their stated spread, and why, largest factor first."""

    name = "facts.conflicts"
    tables: ClassVar = {"conflicts": Disputed}
    values: ClassVar = {"total": Count}
    topic: Named = None
    limit: Annotated[int | None, Field(ge=1, le=100_000)] = 50


class Query(Question):
    """One read-only SQL query over the tables of the fact base."""

    name = "facts.query"
    tables: ClassVar[dict[str, Any]] = {"rows": dict}
    values: ClassVar = {"cut": Flag}
    sql: Annotated[str, Field(min_length=1, max_length=10_000, examples=["SELECT id FROM claims LIMIT 3"]),
                   Positional()]  # fmt: skip
    limit: Annotated[int, Field(ge=1, le=1_000_000)] = 1000

    def afar(self, most: int) -> None:
        """Refuse it: what a query costs is not known before it has run.

        Raises:
            BadInput: always.
        """
        raise BadInput.of("error.facts.query_afar", "SQL: only on the command line and in Python")


class Validate(Question):
    """Whether every row of the base can be used; fails if one cannot."""

    name = "facts.validate"
    unchecked = True
    tables: ClassVar = {"problems": Wrong}
    values: ClassVar = {
        "claims": Count, "sources": Count, "conflicts": Count, "judgements": Count, "unverified": Count,
        "sources_dated": Share, "origins": Count, "errors": Count,
    }  # fmt: skip


BROWSING: tuple[type[Question], ...] = (Listed, Show, Conflicts, Query, Validate)
