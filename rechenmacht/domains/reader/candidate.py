"""A pair of subject and quantity that a number may be about."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.reader.meanings import Match
from rechenmacht.domains.reader.prior import Subject


@dataclass(slots=True)
class Candidate:
    """A subject and a quantity that a number may be about, and why.

    `factor` turns the number into the quantity's canonical unit; `known` says whether the base has claims on it.
    """

    subject: str
    code: str
    score: float
    match: Match
    weight: float
    factor: float
    known: bool
    by: Subject
    alone: bool = False  # whether the unit says what is meant

    @property
    def plain(self) -> bool:
        """Whether both subject and quantity are plainly meant."""
        return self.weight >= 0.5 and (self.match.named or (self.alone and (self.weight >= 0.7 or self.by.sure)))
