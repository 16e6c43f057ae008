"""An article against itself, and articles given together against each other."""

from __future__ import annotations

from collections.abc import Sequence

from rechenmacht.domains.reader import quarters
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import numeric
from rechenmacht.domains.reader.model import Document, Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, both
from rechenmacht.domains.reader.words import words

_APART = 1.3
_NOT_STATED = frozenset({"opinion", "forecast", "planned"})
Key = tuple[str, str, str]


def _key(scene: Scene, quantity: Quantity, told: Verdict) -> Key | None:
    """Return subject, quantity and time of a plain statement, or None."""
    if told.subject is None or told.quantity is None or not _stated(quantity):
        return None
    if told.reason in words("judging.doubt.unsettled"):
        return None  # it is not clear that the sentence speaks of just that
    if told.subject.startswith("deal:") or "peak" in told.quantity:
        return None
    kind = told.subject.partition(":")[0]
    if {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind == kind} != {told.subject}:
        return None
    static = scene.records.period(told.quantity) == "static"
    dated = scene.kept.dated.get(quantity.id)
    time = quarters.partial(dated.start, dated.end) if dated is not None else quantity.time
    if not static and time is None:
        return None
    return told.subject, told.quantity, "" if static else str(time)


def _stated(quantity: Quantity) -> bool:
    """Whether a number is plainly stated as a value."""
    bounded = quantity.hedge not in {"exact", "about"} or quantity.negated or numeric(quantity.low) is None
    bounded = bounded or quantity.form == "carried"  # its unit is not told, nor most often what it is
    return not bounded and quantity.kind not in {"ratio", "date", "rank"} and quantity.role not in _NOT_STATED


def _differ(one: float | None, two: float | None) -> bool:
    return bool(one and two) and max((one or 1) / (two or 1), (two or 1) / (one or 1)) > _APART


def within(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Contradict the later of two plain statements of the same thing that differ; those decided by facts stand."""
    first: dict[Key, Quantity] = {}
    found: dict[str, Verdict] = {}
    for quantity, one in zip(scene.quantities, told, strict=True):
        key = _key(scene, quantity, one)
        if key is None or one.check not in {"facts", "none"}:
            continue
        earlier = first.setdefault(key, quantity)
        if earlier is quantity or earlier.sentence == quantity.sentence or earlier.unit != quantity.unit:
            continue
        if one.verdict == "unverifiable" and _differ(earlier.mid, quantity.mid):
            values = {"expected": both(earlier.mid, earlier.unit), "given": alike(quantity.text)}
            said = Told(values, (earlier.mid, earlier.mid), [], key[0], key[1])
            found[quantity.id] = verdict(quantity, "contradicted", "article", "within", said)
    return found


def across(scenes: list[tuple[Document, Scene]]) -> dict[int, dict[str, Verdict]]:
    """Note where two articles differ about the same thing; which is right only the facts can say.

    Returns:
        By the place of the article, verdicts that take the place of undecided ones.
    """
    first: dict[Key, tuple[int, Quantity]] = {}
    found: dict[int, dict[str, Verdict]] = {}
    for place, (document, scene) in enumerate(scenes):
        for quantity, told in zip(document.quantities, document.verdicts, strict=True):
            key = _key(scene, quantity, told)
            if key is None:
                continue
            where, earlier = first.setdefault(key, (place, quantity))
            if where == place or earlier.unit != quantity.unit or not _differ(earlier.mid, quantity.mid):
                continue
            pairs = ((place, quantity, earlier, where), (where, earlier, quantity, place))
            for mine, one, other, source in pairs:
                before = next(v for v in scenes[mine][0].verdicts if v.quantity_id == one.id)
                if before.verdict in {"contradicted", "supported"}:
                    continue
                name = scenes[source][0].file
                values = {"file": alike(name), "expected": both(other.mid, other.unit)}
                said = Told(values, (other.mid, other.mid), [], key[0], key[1])
                found.setdefault(mine, {})[one.id] = verdict(one, "unverifiable", "articles", "cross", said)
    return found
