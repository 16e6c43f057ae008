"""The network that an interconnect column names: its rate per chip, else nothing."""

from __future__ import annotations

import re

from rechenmacht.domains.engine.hardware import Hardware

MOST_GBPS = 100.0  # GB/s per chip: 800 Gbit/s; nothing faster is for sale
SHARED = ("tpu", "ascend", "trainium")  # their columns describe pods and planes, not cards


def _giga(text: str) -> list[tuple[float, float]]:
    """Return (cards, Gbit/s) pairs such as `8x400G`, `8 x 200Gb/s`, `4x ConnectX-7 400Gb/s`."""
    pattern = r"(\d+)\s*[x×]\s*(?:(?!\d\s*[x×])[^,;|+]){0,45}?\(?(\d{2,3})\s*(?:g\b|gbe|gb/?s|gbps|gbit)"
    return [(float(n), float(g)) for n, g in re.findall(pattern, text) if float(n) <= 32 and float(g) >= 25]


def scaleout_of(text: str, hw: Hardware) -> float | None:
    """Return GB/s per chip and direction of the scale-out cards that a text names; None if it names none.

    `25 GbE` is one card per server, `8x400G` eight, `400Gb/s per GPU` one per chip. A server of GB200 or GB300 holds
    four chips, of all others `hw.node`.

    Args:
        text: the interconnect column.
        hw: the chip.
    """
    lowered = text.lower()
    if not lowered or hw.id.removeprefix("chip:").startswith(SHARED):
        return None
    tray = float(hw.host_chips)
    each = re.search(r"(?<![\d-])(\d+)\s*gb(?:/s|ps|it/s)?\s*(?:per|/)\s*(?:gpu|chip)", lowered)
    if each:
        return min(float(each[1]) / 8, MOST_GBPS)
    many = _giga(lowered)
    if many:
        return min(max(n * g for n, g in many) / 8 / tray, MOST_GBPS)
    one = re.search(
        r"(?<![\dx×.])(?:1\s*x\s*)?(\d{1,3})\s*(?:gbe\b|g ethernet|gb/s ethernet|gbit/s ethernet|gigabit)", lowered
    )
    return min(float(one[1]) / 8 / tray, MOST_GBPS) if one else None
