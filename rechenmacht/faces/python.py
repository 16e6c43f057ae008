"""A question as a Python function, and the answer as an object that prints, shows and converts itself."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from rechenmacht.answers.answer import Answer
from rechenmacht.evidence.base import Base
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import language


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
        if name in self.answer.values:
            return self.answer.values[name]
        for table in self.answer.tables:
            if table.name == name:
                return list(table.rows)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.answer.values, *(table.name for table in self.answer.tables)]

    def _words(self) -> Any:
        from rechenmacht.faces.words import Words

        return Words(language(self.lang), self.base)

    def __repr__(self) -> str:
        from rechenmacht.faces import terminal

        return terminal.text(self.answer, self._words())

    def _repr_html_(self) -> str:
        from rechenmacht.faces import html

        return html.html(self.answer, self._words())

    def json(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        from rechenmacht.faces import machine

        return machine.document(self.answer, self.base)

    def frame(self, table: str = "") -> Any:
        """Return a table (the first, if none is named) as a pandas DataFrame."""
        import pandas as pd

        from rechenmacht.faces.machine import flat

        heads, rows = flat(next(one for one in self.answer.tables if one.name == (table or self.answer.tables[0].name)))
        return pd.DataFrame(rows, columns=heads)

    def chart(self, name: str = "", width: int = 680) -> dict[str, Any]:
        """Return a chart (the first, if none is named) as Vega-Lite."""
        from rechenmacht.faces import drawn
        from rechenmacht.faces.charts import Size

        made = drawn.specs(self.answer, self._words(), Size("page", width, 3, 150.0))
        return made[name or next(iter(made))]

    @property
    def sources(self) -> list[str]:
        """The publications that the answer rests on."""
        found: list[str] = self.json()["sources"]
        return found


def ask(name: str, given: dict[str, Any], base: Base | None = None) -> Given:
    """Ask a question by name; the functions of `rechenmacht.<domain>` are written from the questions and call this."""
    from rechenmacht.evidence.base import load
    from rechenmacht.faces.registry import questions

    domain, _, last = name.partition(".")
    lang, facts = given.pop("lang", "en"), base or load()
    asked = settled(questions(domain)[last], given, facts, lang, files=True)
    return Given(answered(asked, facts, lang), facts, lang)


def _argument(field: Any) -> str:
    default = "" if field.info.is_required() else f" = {field.info.default!r}"
    return f"{field.name}: {inspect.formatannotation(field.type).replace('rechenmacht.domains.', '')}{default}"


def source(domain: str) -> str:
    """Return the module of a domain's functions, typed and documented; this module, run, writes it."""
    english = language("en")
    from rechenmacht.faces.registry import questions

    parts = [f'"""Questions of the domain {domain}. Written by `python -m rechenmacht.faces.python`."""\n\n'
             "from typing import Literal\n\nfrom rechenmacht.faces.python import Given, ask\n"]  # fmt: skip
    for name, question in questions(domain).items():
        own = [field for field in fields(question, english) if field.plain]
        places = [_argument(field) for field in own if field.positional]
        named = [_argument(field) for field in own if not field.positional]
        takes = ", ".join([*places, "*", *named, 'lang: str = "en"'])
        lines = [f"        {field.name}: {field.help[0].lower()}{field.help[1:]}" for field in own]
        lines.append(f"        lang: {english.text('ask.field.lang')}")
        told = "\n".join([about(question, english), "", "    Args:", *lines, "    "])
        parts.append(
            f'\n\ndef {name}({takes}) -> Given:\n    """{told}"""\n    return ask("{question.name}", locals())\n'
        )
    return "".join(parts)


def write(folder: Path) -> None:
    """Write the module of each domain's functions into the package's folder."""
    from rechenmacht.faces.registry import DOMAINS

    for domain in DOMAINS:
        (folder / f"{domain}.py").write_text(source(domain), encoding="utf-8", newline="")


if __name__ == "__main__":
    write(Path(__file__).parent.parent)
