"""An article against itself, and articles given together against each other."""

from __future__ import annotations

from rechenmacht.domains.reader.checks.scene import Scene, numeric, verdict
from rechenmacht.domains.reader.linking import CONFIRM_ONLY
from rechenmacht.domains.reader.model import Document, Quantity, Verdict
from rechenmacht.domains.reader.wording import both

_APART = 1.3


def _key(scene: Scene, quantity: Quantity) -> tuple[str, str, str] | None:
    """Return subject, code and time of a plainly linked number, or None."""
    links = scene.links.get(quantity.id, [])
    if (
        not links
        or not links[0].strong
        or quantity.hedge not in {"exact", "about"}
        or quantity.negated
        or numeric(quantity.low) is None
    ):
        return None
    link = links[0]
    if link.mention.weak or quantity.role in {"opinion", "forecast", "planned"} or "peak" in link.quantity:
        return None
    same = {m.entity for m in scene.named.get(quantity.sentence, []) if m.kind == link.mention.kind}
    if len(same) != 1:
        return None
    static = scene.base.quantities[link.quantity].period == "static"
    if not static and quantity.time is None:
        return None
    return link.subject, link.quantity, "" if static else str(quantity.time)


def within(scene: Scene) -> list[Verdict]:
    """Contradict the later of two plain statements of the same thing that differ."""
    first: dict[tuple[str, str, str], Quantity] = {}
    found = []
    for quantity in scene.quantities:
        key = _key(scene, quantity)
        if key is None or key[1] in CONFIRM_ONLY:
            continue
        earlier = first.setdefault(key, quantity)
        one, two = earlier.mid, quantity.mid
        if earlier is quantity or not one or not two or earlier.sentence == quantity.sentence:
            continue
        if max(one / two, two / one) > _APART:
            values = {"expected": both(one, earlier.unit), "given": (quantity.text, quantity.text)}
            found.append(verdict(quantity, "contradicted", "article", "within", values, expected=(one, one)))
    return found


def across(scenes: list[tuple[Document, Scene]]) -> None:
    """Note where two articles differ about the same thing; which is right only the facts can say."""
    first: dict[tuple[str, str, str], tuple[Document, Quantity]] = {}
    for document, scene in scenes:
        for quantity in scene.quantities:
            key = _key(scene, quantity)
            if key is None:
                continue
            other, earlier = first.setdefault(key, (document, quantity))
            one, two = earlier.mid, quantity.mid
            if other is document or not one or not two or max(one / two, two / one) <= _APART:
                continue
            for doc, mine, theirs, source in (
                (document, quantity, earlier, other),
                (other, earlier, quantity, document),
            ):
                if any(v.quantity_id == mine.id and v.verdict in {"contradicted", "supported"} for v in doc.verdicts):
                    continue
                values = {"file": (source.file, source.file), "expected": both(theirs.mid, theirs.unit)}
                doc.verdicts = [v for v in doc.verdicts if v.quantity_id != mine.id]
                doc.verdicts.append(
                    verdict(mine, "unverifiable", "articles", "cross", values, expected=(theirs.mid, theirs.mid))
                )
