"""A question: a frozen form whose fields become options, parameters of an address, keywords and types."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rechenmacht.errors import BadInput

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer
    from rechenmacht.evidence.base import Base

Told = Callable[[int, int], None]
"""Hears how many parts of the work are done, of how many; raises to stop it."""
At = Annotated[str | None, Field(max_length=10, examples=["2025-12-31"])]
Draws = Annotated[int, Field(ge=1, le=1_000_000, examples=[1000])]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Positional:
    """Marks a field that the command line takes without its name."""


def untold(_done: int, _of: int) -> None:
    """Tell nobody."""


class Question(BaseModel):
    """A question. Subclasses name themselves, type their tables and values, and compute the answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ClassVar[str]
    schema_number: ClassVar[int] = 1
    tables: ClassVar[dict[str, type]] = {}
    values: ClassVar[dict[str, Any]] = {}

    def settled(self, base: Base) -> Question:
        """Return the same question with names resolved and defaults filled, so that equal questions are equal."""
        return self

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Return what was given with files replaced by what they say; only faces on the user's machine call this."""
        return given

    def answer(self, base: Base, told: Told = untold) -> Answer:
        """Compute the answer: the function of the question's name in its own module, loaded now."""
        domain, _, last = self.name.partition(".")
        made: Answer = getattr(import_module(f"rechenmacht.domains.{domain}.answers.{last}"), last)(self, base, told)
        return made

    @classmethod
    def asked(cls, given: dict[str, Any]) -> Question:
        """Return a question from what a caller gave.

        Raises:
            BadInput: if a field is unknown or out of bounds.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInput.of(
                f"error.field.{first['type']}", first["msg"], where=".".join(map(str, first["loc"])),
                given=first["input"], **first.get("ctx", {}),
            ) from None  # fmt: skip
