"""The scope of an answer about export rules, as text and as data; every outlet shows it beside an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rechenmacht.domains.rules.parties import Listed
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import Scope, known_to, scope_on
from rechenmacht.domains.rules.specifications import label
from rechenmacht.evidence.forms_rules import Party
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang


def short(rules: RuleSet, day: str, lang: Lang) -> str:
    """Return the scope in two sentences, for tables and charts; a day after the horizon is named."""
    words = language(lang)
    until = known_to(rules)
    found = words.text("rules.scope.short", day=words.date(until) if until else "-")
    if day and scope_on(rules, day).after_horizon:
        found += " " + words.text("rules.scope.after", on=words.date(day), day=words.date(until))
    return found


def lines(rules: RuleSet, scope: Scope, on: str, change: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """Yield the scope as lines of text."""
    words = language(lang)
    texts = {one.id: one.text_de if lang == "de" else one.text_en for one in rules.coverage}
    days = {one.id: one.known_to for one in rules.coverage}
    yield words.text("rules.scope.looked_at") + ":"
    yield from (f"  {texts[name]} ({words.date(days[name])})" for name in scope.looked_at)
    yield words.text("rules.scope.not_looked_at") + ":"
    yield from (f"  {texts[name]}" for name in scope.not_looked_at)
    yield f"{words.text('rules.scope.supposed')}: {'; '.join(label(name, lang) for name in scope.supposed)}"
    if change:
        told = "; ".join(f"{label(name, lang)} -> {outcome}" for name, outcome in change.items())
        yield f"{words.text('rules.scope.change')}: {told}"
    until = words.date(scope.known_to) if scope.known_to else "-"
    key = "after" if scope.after_horizon else "horizon"
    yield words.text(f"rules.scope.{key}", day=until, on=words.date(on))
    yield words.text("rules.scope.never")


def as_json(scope: Scope, change: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the scope as a JSON object."""
    found: dict[str, Any] = {
        "known_to": scope.known_to, "after_horizon": scope.after_horizon, "looked_at": list(scope.looked_at),
        "not_looked_at": list(scope.not_looked_at), "supposed": list(scope.supposed),
    }  # fmt: skip
    return found if change is None else {**found, "would_change": dict(change)}


def party_json(found: Listed) -> dict[str, Any]:
    """Return what is known of a party as a JSON object."""

    def rows(parties: Iterable[Party]) -> list[dict[str, Any]]:
        return [
            {"name": one.name, "lists": list(one.lists), "footnotes": list(one.footnotes), "country": one.country,
             "listed_from": one.listed_from, "citation": one.citation, "as_of": one.as_of, "source": one.source}
            for one in parties
        ]  # fmt: skip

    return {"asked": found.name, "found": rows(found.rows), "possible": rows(found.possible),
            "applied": sorted(found.properties)}  # fmt: skip


def party_lines(found: Listed, lang: Lang) -> Iterator[str]:
    """Yield what is known of a party as lines of text."""
    words = language(lang)
    if not found.rows:
        yield words.text("rules.party.none", name=found.name)
    for one in found.rows:
        notes = f" {words.text('rules.party.footnote')} {', '.join(one.footnotes)}" if one.footnotes else ""
        yield f"{found.name}: {one.name} ({', '.join(one.lists)}{notes}; {one.citation}; {one.as_of})"
    if found.possible:
        yield words.text(
            "rules.party.possible", n=len(found.possible), names="; ".join(p.name for p in found.possible[:5])
        )
