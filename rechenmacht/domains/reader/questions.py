"""The question about articles: which of their numbers are wrong?"""

from __future__ import annotations

from datetime import date as day
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from rechenmacht.answers.kinds import Count
from rechenmacht.answers.question import Positional, Question
from rechenmacht.domains.reader import rows
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

_DAY = Field(max_length=10, examples=["2025-11-20"])


class Article(BaseModel):
    """An article as plain text: what it is called, and the day it appeared, where that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = Field(min_length=1, max_length=5_000_000)
    file: str = Field("article", max_length=2000)
    date: Annotated[str | None, _DAY] = None


class Check(Question):
    """Which numbers of articles are wrong, old, or of something else."""

    name = "reader.check"
    place = "check"
    saves = True
    tables: ClassVar = {"articles_read": rows.Read, "verdicts": rows.Judged, "missing": rows.Missing}
    values: ClassVar = dict.fromkeys(("numbers", *rows.VERDICTS), Count)
    files: Annotated[list[str] | None, Positional(), Field(max_length=1000)] = None
    text: Annotated[str | None, Field(max_length=5_000_000, examples=["The NVIDIA H100 has 80 GB of memory."])] = None
    articles: Annotated[
        tuple[Article, ...], Field(max_length=1000, examples=[[{"text": "The NVIDIA H100 has 80 GB of memory."}]])
    ] = ()
    date: Annotated[str | None, _DAY] = None
    text_lang: Literal["en", "de"] | None = None
    llm: Annotated[str | None, Field(max_length=2000)] = None
    model: Annotated[str, Field(max_length=200)] = "default"

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Read the articles that are named as files or addresses; the question holds their texts."""
        found = dict(given)
        if found.get("files"):
            from rechenmacht.domains.reader.sources import load

            told = [load(name) for name in found["files"]]
            found["articles"] = [
                *(found.get("articles") or ()),
                *({"text": one.text, "file": one.file, "date": one.date and one.date.isoformat()} for one in told),
            ]
        found["files"] = None
        return found

    def settled(self, base: Base) -> Check:
        """Put the text among the articles, and refuse days that are none.

        Raises:
            BadInput: if a day is none, or there is no article.
        """
        articles = [*self.articles, *([Article(text=self.text, file="article")] if self.text else [])]
        for told in (self.date, *(one.date for one in articles)):
            _checked(told)
        if not articles:
            raise BadInput.of("error.reader.no_article", "files: no article is given (a file, an address or --text)")
        return self.model_copy(update={"articles": tuple(articles), "text": None})

    def afar(self, most: int) -> None:
        """Let pass what a server answers: nothing is opened for a caller, neither files nor addresses.

        Raises:
            BadInput: if it names files or an endpoint.
        """
        super().afar(most)
        for name in ("files", "llm"):
            if getattr(self, name):
                said = f"{name}: only on the command line and in Python"
                raise BadInput.of("error.own_machine", said, field=name, value=str(getattr(self, name))[:80])


def _checked(told: str | None) -> None:
    try:
        day.fromisoformat(told or "2000-01-01")
    except ValueError:
        said = f"--date {told!r} is no day of the calendar (write 2025-11-20)"
        raise BadInput.of("error.reader.date", said, date=str(told)[:40]) from None


QUESTIONS: tuple[type[Question], ...] = (Check,)
