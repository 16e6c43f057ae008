"""What the rules' outcomes and the rules themselves are called, in English and German."""

from __future__ import annotations

from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.outputs.cli.common import Lang


def outcomes(lang: Lang) -> dict[str, str]:
    """Return the codes of all outcomes with their code and meaning."""
    prefix = "rule_outcome."
    return {key.removeprefix(prefix): text for key, text in language(lang).texts.items() if key.startswith(prefix)}


def outcome(name: str, lang: Lang) -> str:
    """Return an outcome's code and meaning."""
    return language(lang).maybe(f"rule_outcome.{name}") or name


def rule_name(base: Base, rule_id: str, lang: Lang) -> str:
    """Return a rule's name, or its id where it has none (a user's own)."""
    own = next((rule for rule in base.tables.rules if rule.id == rule_id), None)
    if own is not None and own.name_en:
        return own.name_de if lang == "de" else own.name_en
    entity = base.entities.get(f"rule:{rule_id.lower()}")
    return rule_id if entity is None else entity.name_de if lang == "de" else entity.name_en
