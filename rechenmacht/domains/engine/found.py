"""The answer to one question before offsets, shared by prediction and calibration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A central value before offsets, what bounds it, assumptions, log spread of what was unclear, group of chips.

    `odds`: the value is a share of time in percent whose odds (work against waiting) are uncertain, not its logarithm.
    """

    value: float
    bound_by: str
    assumed: dict[str, str]
    spread: float
    member: str
    odds: bool = False
