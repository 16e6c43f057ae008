"""Number formats that a text says: in which width (8-bit, 16-bit) a rate is told."""

from __future__ import annotations

from rechenmacht.domains.reader.around import context
from rechenmacht.domains.reader.meanings import NEAR
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene

CLEARLY = 0.85  # words of an exclusive group this much weaker than the strongest are not meant


def bases_said(scene: Scene, quantity: Quantity) -> frozenset[str]:
    """Return the widths of number formats that the text says for a number (8bit), the nearest only."""
    around = context(scene, quantity)
    said = [(around[one], basis) for one, basis in scene.meanings.bases.items() if around.get(one, 0.0) >= NEAR]
    most = max((weight for weight, _ in said), default=0.0)
    return frozenset(basis for weight, basis in said if weight >= CLEARLY * most)


def of_basis(scene: Scene, code: str, said: frozenset[str]) -> bool:
    """Whether a quantity is told in one of the widths that the text says, where it says any."""
    basis = scene.base.quantities[code].compute_basis
    return not said or not basis or basis in said or not basis.endswith("bit")
