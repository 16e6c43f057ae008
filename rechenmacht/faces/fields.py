"""A question's fields as every face needs them: name, type, default, help, place."""

from __future__ import annotations

import typing
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from rechenmacht.answers.question import FromFile, Positional, Question
from rechenmacht.faces.language import Language

PLAIN = (str, int, float, bool)


class Field(NamedTuple):
    """One field."""

    name: str
    type: Any
    info: FieldInfo
    help: str
    positional: bool

    @property
    def file(self) -> bool:
        """Whether the command line and Python may take it from a file."""
        return any(isinstance(mark, FromFile) for mark in self.info.metadata)

    @property
    def default(self) -> Any:
        """What it is where nothing is given."""
        return self.info.get_default(call_default_factory=True)

    @property
    def plain(self) -> bool:
        """Whether one word, a choice or a list of words says it; other fields need a body."""
        if self.file:
            return False
        parts = [part for part in get_args(self.type) if part is not type(None)] or [self.type]
        if get_origin(self.type) is Literal:
            return True
        if get_origin(self.type) in {list, tuple}:
            parts = [part for part in get_args(self.type) if part is not Ellipsis]
        return all(_word(part) for part in parts)


def _word(part: Any) -> bool:
    if get_origin(part) in {list, tuple}:
        return all(_word(inner) for inner in get_args(part) if inner is not Ellipsis)
    if get_origin(part) is typing.Annotated:
        return _word(get_args(part)[0])
    return part in PLAIN or get_origin(part) is Literal


def about(question: type[Question], language: Language) -> str:
    """Return what a question is for."""
    return language.text(f"ask.{question.name}.about")


def fields(question: type[Question], language: Language) -> tuple[Field, ...]:
    """Return the fields of a question, those taken by place first."""
    hints = typing.get_type_hints(question)
    domain = question.name.partition(".")[0]
    found = [
        Field(
            name, hints[name], info,
            language.maybe(f"ask.{question.name}.{name}") or language.maybe(f"ask.{domain}.field.{name}")
            or language.text(f"ask.field.{name}"),
            any(isinstance(mark, Positional) or mark is Positional for mark in info.metadata),
        )
        for name, info in question.model_fields.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda field: not field.positional))
