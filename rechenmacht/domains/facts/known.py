"""The questions about one subject: what is known of it, and which claims say so."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field
from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Address,
    Claim,
    Count,
    Day,
    Estimate,
    Id,
    Kind,
    Org,
    QuantityEstimate,
    Share,
    Source,
    Text,
)
from rechenmacht.answers.question import At, Listing, Positional, Question
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

Basis = Annotated[str, Kind("term", group="basis")]
Grade = Annotated[str, Kind("term", group="grade")]
Why = Annotated[str, Kind("term", group="facts.why")]
Subject = Annotated[str, Field(min_length=1, max_length=120, examples=["H100"]), Positional()]
Quantity = Annotated[str, Field(min_length=1, max_length=120, examples=["tdp"]), Positional()]


class Stated(TypedDict):
    """What one publication states; what part of the pooled number it makes up, or why not and what stands instead."""

    claim: Claim
    quantity: Id
    value: QuantityEstimate
    unit: Id
    as_of: Day
    basis: Basis
    grade: Grade
    publisher: Text
    source: Source
    address: Address
    weight: Share | None
    why: Why
    than: Text


def _named(base: Base, quantity: str) -> str:
    if quantity not in base.quantities:
        near = nearest(quantity, base.quantities)
        raise BadInput.of("error.facts.no_quantity", f"no quantity {quantity!r}{near}", name=quantity, near=near)
    return quantity


class Fact(Question):
    """One number of a subject: all claims about it pooled by the stated rule."""

    name = "facts.fact"
    schema_number = 2
    tables: ClassVar = {"claims_pooled": Stated}
    values: ClassVar = {
        "subject": Org, "quantity": Id, "at": Day, "unit": Id, "value": float, "low": float, "high": float,
        "estimate": Annotated[Estimate, Kind("quantity")],
    }  # fmt: skip
    subject: Subject
    quantity: Quantity
    at: At = None

    def settled(self, base: Base) -> Fact:
        """Fill in the ids."""
        return self.model_copy(update={"subject": base.find(self.subject).id, "quantity": _named(base, self.quantity)})


class Claims(Listing):
    """The claims about a subject, of all quantities or of one."""

    name = "facts.claims"
    schema_number = 2
    tables: ClassVar = {"stated": Stated}
    values: ClassVar = {"subject": Org, "total": Count}
    subject: Subject
    quantity: Annotated[str | None, Field(max_length=120, examples=["tdp"]), Positional()] = None

    def settled(self, base: Base) -> Claims:
        """Fill in the ids."""
        quantity = _named(base, self.quantity) if self.quantity else None
        return self.model_copy(update={"subject": base.find(self.subject).id, "quantity": quantity})
