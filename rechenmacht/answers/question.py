"""A question: a frozen form whose fields become options, parameters of an address, keywords and types."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from rechenmacht.dates import span
from rechenmacht.errors import BadInput
from rechenmacht.files import must_be_plain

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer
    from rechenmacht.evidence.base import Base

Told = Callable[[int, int], None]
"""Hears how many parts of the work are done, of how many; raises to stop it."""
DRAWS = 1000
"""The draws of every question that does not say how many: the same digits come out of every face."""
OWN_MACHINE: dict[str, frozenset[str]] = {"backend": frozenset({"native"}), "method": frozenset({"sobol", "gradient"})}
"""Values of fields that compile or run for minutes: a server refuses them."""


def _dated(text: str | None) -> str | None:
    try:
        if text:
            span(text)
    except ValueError as error:
        raise PydanticCustomError("no_date", "{said}", {"said": str(error)}) from None
    return text or None  # a form that is left empty asks for no day


At = Annotated[str | None, Field(max_length=10, examples=["2025-12-31"]), AfterValidator(_dated)]
Draws = Annotated[int, Field(ge=1, le=1_000_000, examples=[1000])]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Positional:
    """Marks a field that the command line takes without its name."""


@dataclass(frozen=True)
class FromFile:
    """Marks a field whose content the command line and Python may take from a file; over HTTP it is in the body.

    Args:
        reader: `module:function`, loaded when a file is named; it takes a Path and returns the field's content.
    """

    reader: str

    def read(self, path: Path) -> Any:
        """Return the content of a file."""
        module, _, function = self.reader.partition(":")
        return getattr(import_module(module), function)(path)


def untold(_done: int, _of: int) -> None:
    """Tell nobody."""


class Question(BaseModel):
    """A question. Subclasses name themselves, type their tables and values, and compute the answer.

    `name` is domain and question, `capital.stress`; `place` the words of its command where they are others, `run`;
    `saves` whether its command takes a folder for files; `writes` whether its answer is a text that its command prints
    or writes to a file; `home` the folder of the workspace that its command writes to where no other is named;
    `unchecked` whether it can be asked of a base with faults; `draw_bytes` the memory that every draw takes while it is
    answered, about, where draws are not taken in slices.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ClassVar[str]
    place: ClassVar[str] = ""
    schema_number: ClassVar[int] = 1
    tables: ClassVar[dict[str, type]] = {}
    values: ClassVar[dict[str, Any]] = {}
    saves: ClassVar[bool] = False
    writes: ClassVar[bool] = False
    home: ClassVar[str] = ""
    unchecked: ClassVar[bool] = False
    draw_bytes: ClassVar[int] = 0

    def settled(self, base: Base) -> Question:
        """Return the same question with names resolved and defaults filled, so that equal questions are equal."""
        return self

    def key(self, base: Base, version: str) -> str:
        """Return what an answer can be kept under: the question, the data and the code that answered."""
        return json.dumps([self.name, self.schema_number, self.model_dump(mode="json"), base.checksum, version])

    def afar(self, most: int) -> None:
        """Let pass what a server answers; `most` draws at most.

        Raises:
            BadInput: if it asks for more, or for what takes a machine of one's own.
        """
        draws = int(getattr(self, "draws", 0))
        if draws > most:
            raise BadInput.of("error.draws_limit", f"draws: at most {most:,}, not {draws:,}", most=most, draws=draws)
        for field, own in OWN_MACHINE.items():
            if getattr(self, field, None) in own:
                value = getattr(self, field)
                said = f"{field} {value}: only on the command line and in Python"
                raise BadInput.of("error.own_machine", said, field=field, value=value)

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Return what was given with files replaced by what they say; only faces on the user's machine call this."""
        found = dict(given)
        for name, info in cls.model_fields.items():
            mark = next((one for one in info.metadata if isinstance(one, FromFile)), None)
            if mark is not None and isinstance(found.get(name), str | Path):
                must_be_plain(found[name])
                found[name] = mark.read(Path(found[name]))
        return found

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
            raise field_error(error.errors()) from None


def field_error(errors: Sequence[Any]) -> BadInput:
    """Return the first fault of a form as an error that the locales word, `error.field.<type>`."""
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    said = {key: value for key, value in (first.get("ctx") or {}).items() if key != "error"}
    return BadInput.of(f"error.field.{first['type']}", str(first["msg"]), where=where[:200] or "request",
                       given=_short(first.get("input")), **said)  # fmt: skip


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


class Listing(Question):
    """A question for a list, of which a part can be asked for; CSV always has the whole."""

    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int | None, Field(ge=1, le=100_000)] = None

    def page(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the part of the rows that is asked for."""
        return rows[self.offset : None if self.limit is None else self.offset + self.limit]
