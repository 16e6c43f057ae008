"""The questions about the fact base itself: their fields, and the tables and values of their answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from rechenmacht.answers.kinds import Count, Day, Share, Text
from rechenmacht.answers.question import Positional, Question
from rechenmacht.domains.facts import browsing, known, rows
from rechenmacht.evidence.base import Base

On = Annotated[str | None, Field(max_length=40, examples=["2026-11-30"])]
Place = Annotated[str | None, Field(max_length=1000), Positional()]


class Edition(BaseModel):
    """An edition of the fact base: its version and what each claim says, id -> column -> text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str = ""
    claims: dict[str, dict[str, str]]


class Sources(Question):
    """The publications, and what rests on weak ones alone."""

    name = "facts.sources"
    schema_number = 2
    tables: ClassVar = {
        "publications": rows.Publication, "headlines": rows.Headline, "parameters": rows.WeakParameter,
        "weak_claims": rows.WeakClaim,
    }  # fmt: skip
    values: ClassVar = {
        "claims_used": Count, "primary_or_serious_share": Share, "parameters_weak_only": Count,
        "headlines_weak": Count,
    }  # fmt: skip
    weak: bool = False


class Stale(Question):
    """How old the newest outside observation of each topic and headline number is."""

    name = "facts.stale"
    tables: ClassVar = {"topics": rows.Age}
    values: ClassVar = {"on": Day, "overdue": Count}
    on: On = None

    def settled(self, base: Base) -> Stale:
        """Fill in today."""
        return self.model_copy(update={"on": self.on or datetime.now(UTC).date().isoformat()})


class Diff(Question):
    """Which claims were added, corrected, withdrawn between two editions."""

    name = "facts.diff"
    tables: ClassVar = {"changes": rows.Changed}
    values: ClassVar = {"before": Text, "after": Text, "added": Count, "corrected": Count, "withdrawn": Count}
    before: Place = None
    after: Place = None
    old: Annotated[Edition | None, Field(examples=[{"version": "1", "claims": {"a.1": {"value": "1"}}}])] = None
    new: Annotated[Edition | None, Field(examples=[{"version": "2", "claims": {"a.1": {"value": "2"}}}])] = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Read the editions that are named as folders or archives."""
        from rechenmacht.evidence.release import read_edition

        found = dict(given)
        for name, content in (("before", "old"), ("after", "new")):
            if found.get(name):
                found[content] = read_edition(Path(str(found[name])))
            found[name] = None
        return found


QUESTIONS: tuple[type[Question], ...] = (Sources, Stale, Diff, known.Fact, known.Claims, *browsing.BROWSING)
