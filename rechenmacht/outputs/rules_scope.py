"""The scope of an answer about export rules in two sentences, for charts and pages."""

from __future__ import annotations

from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.scope import known_to, scope_on
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang


def short(rules: RuleSet, day: str, lang: Lang) -> str:
    """Return the scope in two sentences; a day after the horizon is named."""
    words = language(lang)
    until = known_to(rules)
    found = words.text("rules.scope.short", day=words.date(until) if until else "-")
    if day and scope_on(rules, day).after_horizon:
        found += " " + words.text("rules.scope.after", on=words.date(day), day=words.date(until))
    return found
