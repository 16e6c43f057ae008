"""Watts told as watt-hours, or the other way round: the right figure of a known quantity, in the other's unit."""

from __future__ import annotations

from dataclasses import replace

from rechenmacht.domains.reader.checks.case import Case, settle
from rechenmacht.domains.reader.checks.claimed import claims_of
from rechenmacht.domains.reader.checks.told import verdict
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene

_TWICE = 2.0  # a twin's value is within less than this
_TWIN = {"W": "Wh", "Wh": "W"}


def _twins(scene: Scene, quantity: Quantity, unit: str) -> bool:
    """Whether any claim on who may be meant has a number's value in another unit; most numbers have none."""
    value, bands = quantity.mid or 0.0, scene.records.bands
    return any(_about(band, value) for one in scene.subjects(quantity) for band in bands(one.entity, unit))


def _about(band: tuple[float, float], value: float) -> bool:
    return band[0] <= _TWICE * value and value <= _TWICE * band[1]


def twin(case: Case) -> Verdict | None:
    """Tell watts from watt-hours: the right figure of a known quantity, in the other's unit."""
    quantity = case.quantity
    other = _TWIN.get(quantity.unit.split("/")[0])
    if other is None or quantity.kind != "number" or any(one.known and one.match.named for one in case.group):
        return None
    if not _twins(case.scene, quantity, other):
        return None
    turned = settle(case.scene, replace(quantity, unit=other))
    for one in turned.group:
        if not one.match.named or not one.plain:
            continue
        for row in turned.rows(claims_of(turned, one), one):
            if row.gap <= 1.06:
                return verdict(quantity, "contradicted", "unit", "power_energy", turned.told(row))
    return None
