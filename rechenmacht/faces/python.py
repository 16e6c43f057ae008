"""A question as a Python function, and the answer as an object that prints, shows and converts itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from rechenmacht.answers.answer import Answer
from rechenmacht.faces.asking import answered, heard, settled
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import language

if TYPE_CHECKING:
    from rechenmacht.answers.question import Question
    from rechenmacht.evidence.base import Base

PACKAGE = Path(__file__).parent.parent
BASE: ContextVar[Any] = ContextVar("base", default=None)


@cache
def shipped() -> Base:
    """Return the shipped fact base, loaded once."""
    from rechenmacht.evidence.base import load

    return load()


def base() -> Base:
    """Return the fact base that questions are asked of: that of `using`, else the shipped one."""
    found: Base = BASE.get() or shipped()
    return found


@contextmanager
def using(facts: Base) -> Iterator[None]:
    """Ask all questions of the block of a fact base."""
    token = BASE.set(facts)
    try:
        yield
    finally:
        BASE.reset(token)


class Given:
    """An answer in the hands of a Python user.

    Args:
        answer: the answer.
        base: the fact base it was made with.
        lang: language in which it prints itself.
    """

    def __init__(self, answer: Answer, base: Base, lang: str = "en") -> None:
        self.answer, self.base, self.lang = answer, base, lang

    def __getattr__(self, name: str) -> Any:
        """Return a value or the rows of a table by name."""
        if name.startswith("__") or "answer" not in self.__dict__:
            raise AttributeError(name)
        if name in self.answer.values:
            return self.answer.values[name]
        for table in self.answer.tables:
            if table.name == name:
                return list(table.rows)
        raise AttributeError(f"this answer has no {name!r}; it has {', '.join(self._names())}")

    def _names(self) -> list[str]:
        return [*self.answer.values, *(table.name for table in self.answer.tables)]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names()]

    def _words(self) -> Any:
        from rechenmacht.faces.words import Words

        return Words(language(self.lang), self.base)

    def __repr__(self) -> str:
        from rechenmacht.faces import terminal

        words = self._words()
        warnings = map(words.note, self.answer.warnings)
        return "\n\n".join([*warnings, terminal.text(self.answer, words), *words.legends(self.answer)])

    def _repr_html_(self) -> str:
        from rechenmacht.faces import html

        return html.html(self.answer, self._words())

    def json(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        from rechenmacht.faces import machine

        return machine.document(self.answer, self.base)

    def frame(self, table: str = "") -> Any:
        """Return a table (the first with rows, if none is named) as a pandas DataFrame.

        Raises:
            BadInput: if there is no such table.
        """
        import pandas as pd

        from rechenmacht.errors import BadInput
        from rechenmacht.faces import machine

        known = {one.name: one for one in self.answer.tables}
        with heard(self.lang):
            if table and table not in known:
                raise BadInput(f"no table {table!r}; known: {', '.join(known)}")
        heads, rows = machine.flat(known[table] if table else machine.first_table(self.answer))
        return pd.DataFrame(rows, columns=heads)

    def chart(self, name: str = "", width: int = 680) -> dict[str, Any]:
        """Return a chart (the first, if none is named) as Vega-Lite.

        Raises:
            BadInput: if there is no such chart.
        """
        from rechenmacht.errors import BadInput

        with heard(self.lang):
            from rechenmacht.faces import drawn
            from rechenmacht.faces.charts import Size

            made = drawn.specs(self.answer, self._words(), Size("page", width, 3, 150.0))
            if not made or (name and name not in made):
                raise BadInput(f"no chart {name!r}; known: {', '.join(made)}" if name else "this answer has no chart")
        return made[name or next(iter(made))]

    @property
    def sources(self) -> list[str]:
        """The publications that the answer rests on, by id."""
        found: list[str] = self.json()["sources"]
        return found


def _listed(question: type[Question], given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given with one text for a list as a list of one: `outcome="capex_ai@us@2030"`."""
    lists = {key for key, field in question.model_fields.items() if get_origin(field.annotation) is list}
    return {key: [value] if key in lists and isinstance(value, str) else value for key, value in given.items()}


def ask(name: str, given: dict[str, Any]) -> Given:
    """Ask a question by name; the functions of `rechenmacht.<domain>` are written from the questions and call this.

    Raises:
        BadInput: if a field is wrong, or there is no answer.
    """
    from rechenmacht.faces.registry import questions

    domain, _, last = name.partition(".")
    lang = given.pop("lang", "en")
    with heard(lang):
        facts, question = base(), questions(domain)[last]
        asked = settled(question, _listed(question, given), facts, lang, files=True)
        return Given(answered(asked, facts, lang), facts, lang)


def _argument(field: Any) -> str:
    if isinstance(field.default, list):
        return f"{field.name}: {'Any' if field.name == 'set' else 'Sequence[str]'} = ()"
    default = "" if field.info.is_required() else f" = {field.default!r}"
    hint = "Any" if field.file or not field.plain else inspect.formatannotation(field.type).replace("typing.", "")
    hint = re.sub(r"^Optional\[(.*)\]$", r"\1 | None", hint.replace("NoneType", "None"))
    return f"{field.name}: {hint}{default}"


def _function(name: str, question: Any) -> str:
    english = language("en")
    own = list(fields(question, english))
    places = [_argument(field) for field in own if field.positional]
    named = [_argument(field) for field in own if not field.positional]
    takes = ", ".join([*places, "*", *named, 'lang: str = "en"'])
    lines = [f"        {field.name}: {field.help[0].lower()}{field.help[1:]}" for field in own]
    lines.append(f"        lang: {english.text('ask.field.lang')}")
    told = "\n".join([about(question, english), "", "    Args:", *lines, "    "])
    return f'\n\ndef {name}({takes}) -> Given:\n    """{told}"""\n    return ask("{question.name}", locals())\n'


def source(domain: str) -> str:
    """Return the module of a domain's functions, typed and documented; this module, run, writes it."""
    from rechenmacht.faces.registry import questions

    made = "".join(_function(name, question) for name, question in questions(domain).items())
    hints = [hint for hint in ("Any", "Literal") if f"{hint}[" in made or f": {hint}" in made]
    typing = f"from typing import {', '.join(hints)}\n\n" if hints else ""
    if "Sequence[" in made:
        typing = f"from collections.abc import Sequence\n{typing}"
    head = f'"""Questions of the domain {domain}. Written by `python -m rechenmacht.faces.python`."""\n\n'
    return f"{head}{typing}from rechenmacht.faces.python import Given, ask\n{made}"


def write(folder: Path) -> None:
    """Write the module of each domain's functions into the package's folder."""
    from rechenmacht.faces.registry import DOMAINS

    for domain in DOMAINS:
        (folder / f"{domain}.py").write_text(source(domain), encoding="utf-8", newline="")


if __name__ == "__main__":
    write(PACKAGE)
