"""Asking: from what a caller gave to the answer, with errors in the caller's language. All faces come through here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rechenmacht import extras
from rechenmacht.answers.question import Question, Told, untold
from rechenmacht.errors import BadInput

if TYPE_CHECKING:
    from rechenmacht.answers.answer import Answer
    from rechenmacht.evidence.base import Base


OUTCOMES = ("outcome", "case")
"""Fields that name outcomes."""
REGION = re.compile(r"@([^@<>+*/]+)(?=@|$|\s*[<>])")


def _regions() -> dict[str, str]:
    """Return the regions' codes by their names in all languages, in small letters."""
    from rechenmacht.faces.language import LANGUAGES, language

    texts = [language(code).texts for code in LANGUAGES]
    return {
        name.lower(): key.removeprefix("region.")
        for one in texts for key, name in one.items() if key.startswith("region.") and key.count(".") == 1
    }  # fmt: skip


def spoken(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given with the regions of outcomes, `capex_ai@Welt@2030`, under their codes."""
    told = {key: given[key] for key in OUTCOMES if given.get(key)}
    if not told:
        return given
    names = _regions()

    def coded(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return REGION.sub(lambda found: f"@{names.get(found[1].strip().lower(), found[1])}", text)

    return {**given, **{
        key: [coded(one) for one in value] if isinstance(value, list | tuple) else coded(value)
        for key, value in told.items()
    }}  # fmt: skip


def settled(
    question: type[Question], given: dict[str, Any], base: Base, lang: str = "en", *, files: bool = False
) -> Question:
    """Return the question with its names resolved; equal questions are equal, so that answers can be kept under it.

    Args:
        question: which.
        given: its fields.
        base: the fact base.
        lang: of errors.
        files: whether a field may name a file; never for callers from afar.

    Raises:
        BadInput: if a field is wrong, in the language.
    """
    try:
        return question.asked(spoken(question.read(given, base) if files else given)).settled(base)
    except BadInput as error:
        raise worded(error, base, lang) from None


def answered(question: Question, base: Base, lang: str = "en", told: Told = untold) -> Answer:
    """Return the answer.

    Raises:
        BadInput: if there is none, in the language.
    """
    try:
        answer = question.answer(base, told)
        finite(answer)
        return answer
    except BadInput as error:
        raise worded(error, base, lang) from None


def finite(answer: Answer) -> None:
    """Let pass an answer all of whose numbers are finite.

    Raises:
        BadInput: naming the first place that holds none.
    """
    for name, value in answer.values.items():
        _finite(value, name)
    for table in answer.tables:
        if table.machine:
            for number, row in enumerate(table.rows, 1):
                _finite(row, f"{table.name} row {number}")


def _finite(value: Any, where: str) -> None:
    if isinstance(value, float):
        if not math.isfinite(value):
            said = "the answer holds a number that is not finite; nothing of it is given out"
            raise BadInput.of("error.not_finite", said, where=where)
    elif isinstance(value, dict):
        for key, one in value.items():
            if not isinstance(one, str):
                _finite(one, f"{where}, {key}")
    elif isinstance(value, list | tuple):
        for one in value:
            if isinstance(one, float | dict | list | tuple):
                _finite(one, where)


def worded(error: BadInput, base: Base, lang: str) -> BadInput:
    """Return an error in a language, where the locales word it."""
    from rechenmacht.faces.language import language
    from rechenmacht.faces.said import told
    from rechenmacht.faces.words import Words

    return told(error, Words(language(lang), base).language)


@contextmanager
def heard(lang: str) -> Iterator[None]:
    """Say errors of what is done within in a language.

    Raises:
        BadInput: as what is done within, in the language.
    """
    from rechenmacht.faces.language import language
    from rechenmacht.faces.said import told

    try:
        with extras.told():
            yield
    except BadInput as error:
        raise told(error, language(lang)) from None
