"""What parameters and series are called, in words of a language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import Language

GROUPS = ("owner", "vendor", "measure", "region", "definition", "use", "limit", "stage.line")


def tail_name(language: Language, tail: str) -> str:
    """Return what the end of a name says: an owner, a vendor, a measure, a limit, a published series and the like."""
    for group in GROUPS:
        found = language.maybe(f"{group}.{tail}")
        if found is not None:
            return found
    return tail


def subject_name(base: Base, language: Language, subject: str) -> str:
    """Return an entity's name in the language, or the subject itself if it is no entity."""
    entity = base.entities.get(subject)
    return language.pick(entity, "name") or entity.name_en if entity else subject


def parameter_label(base: Base, language: Language, name: str) -> str:
    """Return what a parameter says, in a few words: the text of its name or of the longest known beginning."""
    parts = name.split(".")
    if parts[0].startswith("deal:") or parts[0] == "stress":
        return _drawn_label(base, language, parts) or name
    for length in range(len(parts), 0, -1):
        found = language.maybe("parameter." + "_".join(parts[:length]))
        if found is not None:
            subject = base.parameters[name].subject if name in base.parameters else ""
            who = subject_name(base, language, subject) if subject else ""
            return found.format(tail=tail_name(language, ".".join(parts[length:])), who=who)
    return name


def _drawn_label(base: Base, language: Language, parts: list[str]) -> str | None:
    """Return what is drawn of a contract (`deal:d007.amount`) or of a stress (`stress.rent_170.0.rent_price`)."""
    if parts[0] == "stress":
        lever = language.maybe(f"stress_lever.{parts[-1]}")
        return language.text("parameter_of.shock", lever=lever) if lever else None
    deal = next((row for row in base.tables.deals if f"deal:{row.id}" == parts[0]), None)
    if deal is None or language.maybe(f"parameter_of.{parts[-1]}") is None:
        return None
    ends = {"payer": subject_name(base, language, deal.payer), "payee": subject_name(base, language, deal.payee)}
    return language.text(f"parameter_of.{parts[-1]}", **ends)


def titled(language: Language, added: Any) -> Language:
    """Return the language with the titles of plug-ins' outcomes and regions of their own (`race.added.Added`)."""
    own = {}
    for one, _ in added.outcomes:
        own[f"own_outcome.{one.name}"] = one.title[language.code]
        for region in one.regions:
            if not isinstance(region, str):
                own[f"region.{region[0]}"] = region[1] if language.code == "de" else region[0]
    return replace(language, texts={**language.texts, **own})


def series_name(language: Language, variable: str, region: str) -> str:
    """Write a series in words: China, installed, H100-equivalents (8-bit)."""
    stock, *rest = variable.split("|")
    own = language.maybe(f"own_outcome.{variable}")
    codes = {shown: code for code, shown in REGION.items()}
    words = [language.maybe(f"measure.{part}") or tail_name(language, part) for part in rest]
    code = codes.get(region, region)
    where = [] if code == "world" and (rest or own) else [language.text(f"region.{code}")]
    return ", ".join([*where, own]) if own else ", ".join([*where, language.text(f"stock.{stock}"), *words])
