"""The answer to the question validate."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.answers.said import Said
from rechenmacht.domains.facts import browsing
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, gather
from rechenmacht.evidence.conflicts import conflicts


def validate(asked: browsing.Validate, base: Base, told: Told) -> Answer:
    """Read the base's files anew and count what they hold and what is wrong with them."""
    tables, problems = gather(base.workspace)
    values = {
        "claims": len(tables.claims),
        "sources": len(tables.sources),
        "conflicts": len(conflicts(Base(tables, base.workspace))) if not problems else 0,
        "judgements": sum(c.basis == "judgement" for c in tables.claims)
        + sum(p.basis == "judgement" for p in tables.parameters),
        "unverified": sum(c.grade == "unverified" for c in tables.claims),
        "sources_dated": round(sum(bool(s.published) for s in tables.sources) / max(len(tables.sources), 1), 4),
        "origins": len({s.first for s in tables.sources}),
        "errors": len(problems),
    }
    rows = [{**asdict(one), "reason": Said.error(BadInput(one.reason))} for one in problems]
    table = Table("problems", browsing.Wrong, rows)
    return Answer(asked, values, (table,), failed=bool(problems), show=tuple(values))
