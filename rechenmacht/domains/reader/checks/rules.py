"""Dates of export rules: which rule caught this chip for this destination, and when?"""

from __future__ import annotations

from rechenmacht.dates import overlap, span
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.mentions import Mention, pieces
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene, days_of
from rechenmacht.domains.reader.wording import alike
from rechenmacht.domains.reader.words import table, words
from rechenmacht.evidence.forms import Rule

_CHINA_GROUPS = frozenset({"CN", "D1", "D4", "D5"})


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge the date of a ban on a chip for a destination."""
    days = days_of(quantity)
    said = scene.words(quantity.sentence)
    if days is None or quantity.hedge != "exact" or not set(said) & words("judging.rules.ban"):
        return None
    if set(said) & (words("judging.rules.allow") | words("judging.role.not")):
        return None
    chips = [m for m in scene.named.get(quantity.sentence, []) if m.kind == "chip"]
    place = next((code for word, code in table("judging")["destinations"].items() if word in said), None)
    if len({m.entity for m in chips}) != 1 or place is None:
        return None
    caught = _caught(scene, chips[0], place)
    if not caught:
        return None
    text = str(quantity.low)
    fitting = [
        rule for rule in caught if any(overlap(text, day) for day in (rule.published, rule.effective_from) if day)
    ]
    first = min(caught, key=lambda rule: (rule.published, rule.id))
    shown = fitting[0] if fitting else first
    values = {
        "rule": alike(shown.id), "expected": alike(shown.published), "name": scene.name(chips[0].entity),
        "given": alike(quantity.text), "source": alike(shown.citation),
    }  # fmt: skip
    entity = f"rule:{shown.id.lower()}"
    if entity in scene.base.entities:
        values["rule"] = scene.name(entity)
    told = Told(values, (shown.published, shown.published), [], chips[0].entity)
    if fitting:
        return verdict(quantity, "supported", "facts", "rule_date_ok", told)
    if days[1] < span(first.published)[0]:
        return verdict(quantity, "contradicted", "facts", "rule_date", told)
    return None


def _caught(scene: Scene, chip: Mention, place: str) -> list[Rule]:
    """Return the controls for a destination whose text names the chip; if none does, all controls for it."""
    groups = _CHINA_GROUPS if place == "CN" else frozenset({place})
    controls = [
        rule for rule in scene.base.tables.rules
        if rule.kind == "control" and groups & set(rule.dest_groups)
    ]  # fmt: skip
    tokens = scene.text.tokens[chip.first : chip.last]
    short = "".join(
        token.low for token in tokens if token.kind in "wn" and token.low not in {"nvidia", "amd", "huawei"}
    )
    naming = [rule for rule in controls if short in "".join(pieces(rule.summary_en))]
    return naming or controls
