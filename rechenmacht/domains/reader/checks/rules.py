"""Dates of export rules: which rule caught this chip for this destination, and when?"""

from __future__ import annotations

from rechenmacht.dates import overlap, span
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.mentions import Mention, pieces
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.months import days_of
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike
from rechenmacht.domains.reader.words import table, words
from rechenmacht.evidence.forms_rules import Rule

_CHINA_GROUPS = frozenset({"CN", "D1", "D4", "D5"})


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge the date of a ban on a chip for a destination."""
    days, place = days_of(quantity), _destination(scene, quantity)
    chips = [m for m in scene.named.get(quantity.sentence, []) if m.kind == "chip"]
    if days is None or place is None or len({m.entity for m in chips}) != 1:
        return None
    caught = _caught(scene, chips[0], place)
    if not caught:
        return None
    text = str(quantity.low)
    fitting = [
        rule for rule in caught if any(overlap(text, day) for day in (rule.published, rule.effective_from) if day)
    ]
    first = min(caught, key=lambda rule: (rule.published, rule.id))
    if fitting:
        return verdict(quantity, "supported", "facts", "rule_date_ok", _told(scene, quantity, chips[0], fitting[0]))
    if days[1] < span(first.published)[0]:
        return verdict(quantity, "contradicted", "facts", "rule_date", _told(scene, quantity, chips[0], first))
    return None


def _destination(scene: Scene, quantity: Quantity) -> str | None:
    """Return the destination of a ban that the sentence tells of, or None where it tells of none."""
    said = scene.words(quantity.sentence)
    bans = set(said) & words("judging.rules.ban")
    unsure = set(said) & (words("judging.rules.allow") | words("judging.role.not"))
    if quantity.hedge != "exact" or not bans or unsure:
        return None
    return next((code for word, code in table("judging")["destinations"].items() if word in said), None)


def _told(scene: Scene, quantity: Quantity, chip: Mention, rule: Rule) -> Told:
    entity = f"rule:{rule.id.lower()}"
    values = {
        "rule": scene.name(entity) if entity in scene.base.entities else alike(rule.id),
        "expected": alike(rule.published), "name": scene.name(chip.entity), "given": alike(quantity.text),
        "source": alike(rule.citation),
    }  # fmt: skip
    return Told(values, (rule.published, rule.published), [], chip.entity)


def _caught(scene: Scene, chip: Mention, place: str) -> list[Rule]:
    """Return the controls for a destination whose text names the chip; if none does, all controls for it."""
    groups = _CHINA_GROUPS if place == "CN" else frozenset({place})
    controls = [
        rule for rule in scene.base.tables.rules
        if rule.kind == "control" and groups & set(rule.dest_groups)
    ]  # fmt: skip
    tokens = scene.text.tokens[chip.first : chip.last]
    makers = words("judging.rules.makers")
    short = "".join(token.low for token in tokens if token.kind in "wn" and token.low not in makers)
    naming = [rule for rule in controls if short in "".join(pieces(rule.summary_en))]
    return naming or controls
