"""Numbers against physics: a name's chip count, chips times peak, power times time, and what the whole world has."""

from __future__ import annotations

import re

from rechenmacht.domains.reader.checks.scene import Scene, claim_band, numeric, verdict
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.subjects import Mention
from rechenmacht.domains.reader.wording import both

_CHIP_NOUNS = ("chip", "gpu", "npu", "tpu", "beschleuniger", "accelerator", "prozessor", "processor", "ascend")
_NAME_COUNT = re.compile(r"(?:cloud-?\s?matrix|nvl|cm)\s?-?(\d{2,4})")
_LIMITS: tuple[tuple[str, float, tuple[str, str], tuple[str, ...]], ...] = (
    ("USD", 2e14, ("the yearly output of the world economy", "die jährliche Wirtschaftsleistung der Welt"), ()),
    ("EUR", 2e14, ("the yearly output of the world economy", "die jährliche Wirtschaftsleistung der Welt"), ()),
    ("people", 8.6e9, ("the number of people on Earth", "die Zahl der Menschen auf der Erde"), ()),
    ("W", 1.5e13, ("the installed power of all the world's power plants", "die installierte Leistung aller "
        "Kraftwerke der Welt"), ("solar", "sonne", "sun", "kardash", "universe")),
    ("Wh", 4e17, ("the world's yearly use of energy", "den jährlichen Energieverbrauch der Welt"), ("sonne", "sun")),
)  # fmt: skip
_PEAKS = ("peak_fp4_dense", "peak_fp8_dense", "peak_int8_dense", "peak_fp16_dense")


def limits(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict what exceeds the whole world's."""
    value = numeric(quantity.low) if numeric(quantity.low) is not None else numeric(quantity.high)
    if value is None or quantity.kind == "vague":
        return None
    for unit, most, bound, unless in _LIMITS:
        words = " ".join(scene.words(quantity.sentence))
        if quantity.unit == unit and value > most and not any(word in words for word in unless):
            values = {"given": (quantity.text, quantity.text), "bound": bound, "expected": both(most, unit)}
            return verdict(quantity, "contradicted", "unit", "limit", values, expected=(None, most))
    return None


def rate_unit(quantity: Quantity, _scene: Scene) -> Verdict | None:
    """Point at power per hour or second, which is hardly ever meant."""
    if quantity.unit in {"W/h", "W/s"} and quantity.kind == "number":
        return verdict(quantity, "imprecise", "unit", "rate_unit", {"given": (quantity.text, quantity.text)})
    return None


def _clause_mention(scene: Scene, quantity: Quantity) -> Mention | None:
    """Return the only system named in the sentence, or the nearest before the number in the same clause."""
    systems = [m for m in scene.named.get(quantity.sentence, []) if m.kind == "system"]
    if len({m.entity for m in systems}) == 1 and not scene.compared(systems[0]):
        return systems[0]
    return None


def _is_chips(quantity: Quantity) -> bool:
    words = quantity.noun + " " + quantity.text.lower()
    return quantity.unit == "count" and any(stem in words for stem in _CHIP_NOUNS)


def name_count(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Compare a count of chips with the count that the system's name carries (CloudMatrix 384, NVL72)."""
    if not _is_chips(quantity) or quantity.negated:
        return None
    mention = _clause_mention(scene, quantity)
    if mention is None:
        return None
    name = scene.text.text[scene.text.tokens[mention.first].start : scene.text.tokens[mention.last - 1].end].lower()
    found = _NAME_COUNT.search(name) or _NAME_COUNT.search(mention.entity.replace(":", " "))
    value = quantity.mid
    if found is None or value is None or value <= 0 or "cpu" in quantity.text.lower():
        return None
    size = float(found.group(1))
    words = scene.words(quantity.sentence)
    several = any(
        q.unit == "count" and q is not quantity and q.last <= mention.first and mention.first - q.last < 3
        for q in scene.by_sentence[quantity.sentence]
    ) or any(word in words for word in ("racks", "schränke", "schränken", "cluster", "systeme", "systems", "pods",
        "supernodes"))  # fmt: skip
    claims = [claim.id for claim in scene.base.about.get((mention.entity, "system_chips"), [])]
    values = {
        "name": scene.name(mention.entity),
        "expected": both(size, "count"),
        "given": (quantity.text, quantity.text),
    }
    quantity.subject, quantity.quantity = mention.entity, "system_chips"
    if value == size:
        return verdict(quantity, "supported", "physics", "name_count_ok", values, expected=(size, size), claims=claims)
    share = value < size and (size % value == 0 or several or value <= 16)
    part = any(
        word in words
        for word in (
            "je",
            "jeweils",
            "each",
            "per",
            "pro",
            "davon",
            "of",
            "mehr",
            "more",
            "node",
            "knoten",
            "server",
            "wie",
            "than",
            "als",
        )
    )
    if value % size == 0 or share or several or part or quantity.hedge in {"vague", "range"} or value > 20 * size:
        return None
    if quantity.hedge == "at_least" and value < size:
        return None
    return verdict(quantity, "contradicted", "physics", "name_count", values, expected=(size, size), claims=claims)


def peak_product(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict a system's claimed rate that its chips cannot reach in any format, sparsity and all."""
    value = numeric(quantity.low)
    mention = _clause_mention(scene, quantity)
    if quantity.unit != "FLOP/s" or value is None or mention is None or quantity.role == "opinion":
        return None
    claimed = [
        claim_band(scene.base, c)[1]
        for (s, q), cs in scene.base.about.items()
        if s == mention.entity and "system_peak" in q
        for c in cs
    ]
    counts = [claim_band(scene.base, c)[1] for c in scene.base.about.get((mention.entity, "system_chips"), [])]
    chips = {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind == "chip"}
    reached = list(claimed)
    for chip in chips:
        peaks = [claim_band(scene.base, c)[1] for code in _PEAKS for c in scene.base.about.get((chip, code), [])]
        reached += [peak * count for peak in peaks for count in counts]
    if not reached or value <= 2.2 * max(reached) or not counts:
        return None
    others = [
        q
        for q in scene.by_sentence[quantity.sentence]
        if q is not quantity and q.unit == "count" and (q.mid or 0) > 1 and not _is_chips(q)
    ]
    if others or {m.entity for m in scene.named[quantity.sentence] if m.kind == "system"} != {mention.entity}:
        return None
    values = {"count": both(max(counts), "count"), "name": scene.name(mention.entity),
        "expected": both(2 * max(reached), "FLOP/s"),
              "given": (quantity.text, quantity.text)}  # fmt: skip
    quantity.subject, quantity.quantity = mention.entity, "system_peak_fp16_dense"
    claims = [claim.id for claim in scene.base.about.get((mention.entity, "system_chips"), [])]
    claims += [
        c.id for (s, q), cs in scene.base.about.items() if s == mention.entity and "system_peak" in q for c in cs
    ]
    return verdict(
        quantity, "contradicted", "physics", "peak_product", values, expected=(None, max(reached)), claims=claims
    )


def energy(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict an energy that the only power in the sentence cannot deliver in the only duration."""
    value = numeric(quantity.low)
    unit, _, period = quantity.unit.partition("/")
    if unit != "Wh" or value is None:
        return None
    inside = scene.by_sentence[quantity.sentence]
    powers = [q for q in inside if q.unit == "W" and numeric(q.high) is not None]
    energies = [q for q in inside if q.unit.startswith("Wh")]
    hours = {"year": 8784.0, "day": 24.0, "month": 744.0, "week": 168.0, "h": 1.0}.get(period)
    spans = [q for q in inside if q.kind == "duration" and numeric(q.high) is not None]
    if hours is None and len(spans) == 1:
        hours = float(spans[0].high or 0) * (8784.0 if spans[0].unit == "year" else 1 / 3600)
    if len(powers) != 1 or len(energies) != 1 or not hours or powers[0].hedge == "at_least":
        return None
    most = float(powers[0].high or 0) * hours
    if value <= 1.2 * most:
        return None
    told = {"power": (powers[0].text, powers[0].text), "time": (f"{hours:,.0f} hours", f"{hours:.0f} Stunden"),
            "expected": both(most, "Wh"), "given": (quantity.text, quantity.text)}  # fmt: skip
    return verdict(quantity, "contradicted", "physics", "energy", told, expected=(None, most))


CHECKS = (name_count, peak_product, energy, limits, rate_unit)
