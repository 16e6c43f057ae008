"""Whether a count is of one family of a maker's things: the maker's total says nothing of `4.5 million Hopper GPUs`."""

from __future__ import annotations

from rechenmacht.domains.reader.conversion import NO_THINGS
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.base import Base, once

_NEARLY_ALL = 0.8  # of a maker's chips: a word that stands in their names is the maker's word for them (`Ascend`)


def narrowed(scene: Scene, quantity: Quantity, subject: str) -> bool:
    """Whether the words before what is counted name a family of a maker's chips, or one that the base does not know.

    Args:
        scene: the article.
        quantity: the number with its noun.
        subject: whose figure it may be.
    """
    if quantity.unit != "count" or not quantity.noun or not subject.startswith("org:"):
        return False
    names = _families(scene.base, subject)
    if not names:
        return False
    inside = scene.text.tokens[quantity.first : quantity.last - 1]
    told = [token for token in inside if token.kind == "w" and token.low not in NO_THINGS | words("judging.doubt.wide")]
    return any(token.text[:1].isupper() and not _of_all(names, token.low) for token in told)


def _of_all(names: list[str], word: str) -> bool:
    return sum(word in name for name in names) >= _NEARLY_ALL * len(names)


@once
def _families(base: Base, maker: str) -> list[str]:
    """Return all names of each of a maker's chips, in lower case, as one text a chip."""
    own = (one for one in base.tables.entities if one.kind == "chip" and one.parent == maker)
    return [
        " ".join([one.name_en, one.name_de, *one.aliases_en, *one.aliases_de, base.entities[maker].name_en]).lower()
        for one in own
    ]
