"""Numbers against physics: a name's chip count, chips times peak, power times time, and what the whole world has."""

from __future__ import annotations

import re

from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import numeric
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, both
from rechenmacht.domains.reader.words import stems, table, words

_NAME_COUNT = re.compile(r"(?:cloud-?\s?matrix|nvl|cm)\s?-?(\d{2,4})")
_PEAKS = ("peak_fp4_dense", "peak_fp8_dense", "peak_int8_dense", "peak_fp16_dense")
_SPARE = 2.2  # sparsity doubles a peak; a tenth for rounding


def limits(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict what exceeds the whole world's."""
    value = numeric(quantity.low) if numeric(quantity.low) is not None else numeric(quantity.high)
    if value is None or quantity.kind == "vague":
        return None
    for row in table("physics")["limit"]:
        if quantity.unit not in row["units"] or value <= row["most"]:
            continue
        said = " ".join(scene.words(quantity.sentence))
        if any(word in said for word in row["unless"]):
            continue
        bound = (row["en"], row["de"])
        values = {"given": alike(quantity.text), "bound": bound, "expected": both(row["most"], quantity.unit)}
        return verdict(quantity, "contradicted", "unit", "limit", Told(values, (None, row["most"])))
    return None


def rate_unit(quantity: Quantity, _scene: Scene) -> Verdict | None:
    """Point at power per hour or second, which is hardly ever meant."""
    if quantity.unit in {"W/h", "W/s"} and quantity.kind == "number":
        return verdict(quantity, "imprecise", "unit", "rate_unit", Told({"given": alike(quantity.text)}))
    return None


def _only_system(scene: Scene, quantity: Quantity) -> Mention | None:
    """Return the only system that the sentence names, if it is not only compared with."""
    systems = [m for m in scene.named.get(quantity.sentence, []) if m.kind == "system"]
    if len({m.entity for m in systems}) == 1 and not scene.compared(systems[0]):
        return systems[0]
    return None


def _is_chips(quantity: Quantity) -> bool:
    said = quantity.noun + " " + quantity.text.lower()
    return quantity.unit == "count" and any(stem in said for stem in stems("physics.words.chips"))


def name_count(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Compare a count of chips with the count that the system's name carries (CloudMatrix 384, NVL72)."""
    value = quantity.mid
    if not _is_chips(quantity) or quantity.negated or not value or value <= 0 or "cpu" in quantity.text.lower():
        return None
    mention = _only_system(scene, quantity)
    if mention is None:
        return None
    tokens = scene.text.tokens
    name = scene.text.text[tokens[mention.first].start : tokens[mention.last - 1].end].lower()
    found = _NAME_COUNT.search(name) or _NAME_COUNT.search(mention.entity.replace(":", " "))
    if found is None:
        return None
    size = float(found.group(1))
    claims = scene.records.of(mention.entity, "system_chips")
    values = {
        "name": scene.name(mention.entity),
        "expected": both(size, "count"),
        "given": alike(quantity.text),
    }
    told = Told(values, (size, size), claims, mention.entity, "system_chips")
    if value == size:
        return verdict(quantity, "supported", "physics", "name_count_ok", told)
    if _may_differ(scene, quantity, mention, value, size):
        return None
    return verdict(quantity, "contradicted", "physics", "name_count", told)


def _may_differ(scene: Scene, quantity: Quantity, mention: Mention, value: float, size: float) -> bool:
    """Whether a count may be that of a part, of several systems, or of something else."""
    said = set(scene.words(quantity.sentence))
    several = bool(said & words("physics.words.several")) or any(
        q.unit == "count" and q is not quantity and q.last <= mention.first and mention.first - q.last < 3
        for q in scene.by_sentence[quantity.sentence]
    )
    part = bool(said & words("physics.words.part"))
    share = value < size and (size % value == 0 or value <= 16)
    open_below = quantity.hedge == "at_least" and value < size
    vague = quantity.hedge in {"vague", "range"}
    return value % size == 0 or share or several or part or vague or open_below or value > 20 * size


def _peaks(scene: Scene, entity: str) -> list[float]:
    known = scene.records.by_subject.get(entity, {})
    return [scene.records.band(c)[1] for code, claims in known.items() if "system_peak" in code for c in claims]


def peak_product(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict a system's claimed rate that its chips cannot reach in any format, sparsity and all."""
    value, mention = numeric(quantity.low), _only_system(scene, quantity)
    if quantity.unit != "FLOP/s" or value is None or mention is None or quantity.role == "opinion":
        return None
    claims = scene.records.of(mention.entity, "system_chips")
    counts = [scene.records.band(c)[1] for c in claims]
    reached = [*_peaks(scene, mention.entity), *_of_chips(scene, quantity, counts)]
    if not reached or not counts or value <= _SPARE * max(reached) or _other_counts(scene, quantity):
        return None
    values = {
        "count": both(max(counts), "count"), "name": scene.name(mention.entity),
        "expected": both(2 * max(reached), "FLOP/s"), "given": alike(quantity.text),
    }  # fmt: skip
    told = Told(values, (None, max(reached)), claims, mention.entity, "system_peak_fp16_dense")
    return verdict(quantity, "contradicted", "physics", "peak_product", told)


def _of_chips(scene: Scene, quantity: Quantity, counts: list[float]) -> list[float]:
    """Return what so many of the chips that the sentence names reach."""
    chips = {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind == "chip"}
    known = [claim for chip in sorted(chips) for code in _PEAKS for claim in scene.records.of(chip, code)]
    return [scene.records.band(claim)[1] * count for claim in known for count in counts]


def _other_counts(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence counts something beside chips, so that the rate may be that of many systems."""
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.unit == "count" and (q.mid or 0) > 1 and not _is_chips(q) for q in inside)


_HOURS = {"year": 8784.0, "day": 24.0, "month": 744.0, "week": 168.0, "h": 1.0}


def energy(quantity: Quantity, scene: Scene) -> Verdict | None:
    """Contradict an energy that the only power in the sentence cannot deliver in the only duration."""
    value, inside = numeric(quantity.low), scene.by_sentence[quantity.sentence]
    if not quantity.unit.startswith("Wh") or value is None:
        return None
    powers = [q for q in inside if q.unit == "W" and numeric(q.high) is not None]
    energies = [q for q in inside if q.unit.startswith("Wh")]
    hours = _hours(quantity, inside)
    if len(powers) != 1 or len(energies) != 1 or not hours or powers[0].hedge == "at_least":
        return None
    most = float(powers[0].high or 0) * hours
    if value <= 1.2 * most:
        return None
    values = {
        "power": alike(powers[0].text), "time": both(hours * 3600, "s"), "expected": both(most, "Wh"),
        "given": alike(quantity.text),
    }  # fmt: skip
    return verdict(quantity, "contradicted", "physics", "energy", Told(values, (None, most)))


def _hours(quantity: Quantity, inside: list[Quantity]) -> float | None:
    """Return the hours over which an energy is told: its own period, or the only duration of the sentence."""
    period = quantity.unit.partition("/")[2]
    spans = [q for q in inside if q.kind == "duration" and numeric(q.high) is not None]
    if period in _HOURS or len(spans) != 1:
        return _HOURS.get(period)
    return float(spans[0].high or 0) * (_HOURS["year"] if spans[0].unit == "year" else 1 / 3600)


CHECKS = (name_count, peak_product, energy, limits, rate_unit)
