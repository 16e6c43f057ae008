"""The answer to the question validate."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import browsing
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
    table = Table("problems", browsing.Wrong, [asdict(one) for one in problems])
    return Answer(asked, values, (table,), failed=bool(problems), show=tuple(values))
