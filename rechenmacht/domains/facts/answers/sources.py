"""The answer to the question sources."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import questions, rows
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.freshness import weak_headlines
from rechenmacht.evidence.strength import Strength, is_weak, summary


def _publications(base: Base) -> list[dict[str, Any]]:
    claims = Counter(claim.source for claim in base.tables.claims)
    history = Counter(row.source for row in base.tables.editions or base.tables.history)
    found = sorted(base.sources.values(), key=lambda one: (-claims[one.id] - history[one.id], one.id))
    return [
        {
            "id": one.id, "title": one.title, "publisher": one.publisher, "published": one.published,
            "source_class": one.class_, "origin": one.first, "claims": claims[one.id], "history": history[one.id],
            "weak": is_weak(one.class_), "address": one.address,
        }
        for one in found
    ]  # fmt: skip


def sources(asked: questions.Sources, base: Base, told: Told) -> Answer:
    """List the publications; with `weak`, what rests on weak ones alone."""
    found, strength = summary(base), Strength(base)
    weak_ones = set(weak_headlines(base, datetime.now(UTC).date()))
    headlines = [
        {"id": one.id, "name": {"en": one.name_en, "de": one.name_de}, "weak": one.id in weak_ones}
        for one in base.tables.topics
        if one.kind == "headline"
    ]
    weak_parameters = [(name, list(base.parameters[name].claims)) for name in found.weak_parameters]
    parameters = [{"parameter": name, "claims": claims} for name, claims in weak_parameters]
    claims = [
        {"claim": name, "source_class": strength.of(name), "source": base.claims[name].source}
        for name in found.weak_claims
    ]
    publications = _publications(base)
    if asked.weak:
        publications = [row for row in publications if row["weak"]]
    values = {
        "claims_used": len(found.used), "primary_or_serious_share": found.share,
        "parameters_weak_only": len(found.weak_parameters), "headlines_weak": len(weak_ones),
    }  # fmt: skip
    show = ("id", "claims", "history", "published", "publisher", "source_class", "address")
    only_weak: list[object] | None = None if asked.weak else []
    return Answer(
        asked, values,
        (
            Table("headlines", rows.Headline, headlines, people=only_weak),
            Table("parameters", rows.WeakParameter, parameters, people=only_weak),
            Table("weak_claims", rows.WeakClaim, claims, people=only_weak),
            Table("publications", rows.Publication, publications, show, people=[] if asked.weak else None),
        ),
        (Note("note.facts.weak"),) if asked.weak else (),
        show=tuple(values) if asked.weak else (),
    )  # fmt: skip
