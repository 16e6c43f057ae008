"""Whether a model splits over the stages and tensor ranks that somebody fixed."""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.domains.engine.layout import Bounds, divisors, stages
from rechenmacht.domains.engine.models import Model
from rechenmacht.errors import BadInput


def splits(model: Model, bounds: Bounds) -> None:
    """Refuse stages and tensor ranks that frameworks do not split the model over.

    Raises:
        BadInput: naming the nearest that they do.
    """
    layers, heads = round(model.layers), round(model.heads)
    if bounds.pp and not stages(layers, bounds.pp):
        near = _near((p for p in range(1, layers + 1) if stages(layers, p)), bounds.pp)
        raise BadInput(f"{model.name}: {layers} layers cannot be split over {bounds.pp} stages; nearest: {near}")
    if bounds.tp and heads % bounds.tp:
        near = _near(divisors(heads), bounds.tp)
        raise BadInput(f"{model.name}: {heads} heads cannot be split over {bounds.tp} tensor ranks; nearest: {near}")


def _near(ranks: Iterable[int], wanted: int) -> str:
    near = sorted(sorted(ranks, key=lambda d: abs(d - wanted))[:2])
    return ", ".join(map(str, near))
