"""Ends of a movement over a span told before: `415 TWh in 2024, 945 by 2030. The US goes from 183 to 426.`."""

from __future__ import annotations

from rechenmacht.domains.reader import datings
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene

_BACK = 4  # sentences
_TWO = 2


def over_span(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time of a number from which, or to which, something moves over the span told before, or None.

    The last sentence of the paragraph that tells times tells two: the first is that of where it came from.
    """
    if datings.dates(scene, quantity.sentence):
        return None
    start = datings.came_from(scene, quantity)
    before = [q for q in scene.beside(quantity) if q.last <= quantity.first]
    if not start and not (before and datings.came_from(scene, before[-1]) and datings.led_to(scene, quantity)):
        return None
    paragraph = scene.text.tokens[quantity.first].paragraph
    for sentence in range(quantity.sentence - 1, max(-1, quantity.sentence - 1 - _BACK), -1):
        if scene.text.tokens[scene.text.sentences[sentence][0]].paragraph != paragraph:
            return None
        told = sorted({days for _, days in datings.dated(scene, sentence)})
        if told:
            days = told[0] if start else told[-1]
            return Period(*days, stated=True, fiscal=False, text="") if len(told) == _TWO else None
    return None
