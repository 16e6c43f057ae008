"""The network that an interconnect column names: its rate per chip, else nothing."""

from __future__ import annotations

import re

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.errors import BadInput

FABRIC = re.compile(
    r"nvlink|nvl\d|nvswitch|ici\b|torus|dcn|multislice|xgmi|infinity|ethernet|gbe\b|\d+g\b|infiniband|\bib\b|roce|hdr|ndr|xdr"
    r"|\bub\b|cloudmatrix|supernode|superpod|internet|thunderbolt|pcie|slingshot|efa\b|gpudirect|unit|swarm|servers?|peers"
    r"|node|cluster|gb/?s|gbit|mbit|mb/s|ultra.?link|ualink|hccs|neuronlink|rdma|fabric|network|\blan\b|optic\w*|dragonfly|clos"
)
MOST_GBPS = 100.0  # GB/s per chip: 800 Gbit/s; nothing faster is for sale
SHARED = ("tpu", "ascend", "trainium")  # their columns describe pods and planes, not cards


def _giga(text: str) -> list[tuple[float, float]]:
    """Return (cards, Gbit/s) pairs such as `8x400G`, `8 x 200Gb/s`, `4x ConnectX-7 400Gb/s`."""
    pattern = r"(\d+)\s*[x×]\s*(?:(?!\d\s*[x×])[^,;|+]){0,45}?\(?(\d{2,3})\s*(?:g\b|gbe|gb/?s|gbps|gbit)"
    return [(float(n), float(g)) for n, g in re.findall(pattern, text) if 0 < float(n) <= 32 and float(g) >= 25]


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
    named = re.search(r"(\d+)\s*[x×]\s*(hdr|ndr|xdr)(\d{3})?\b", lowered)
    if named:
        rate = float(named[3] or {"hdr": 200, "ndr": 400, "xdr": 800}[named[2]])
        return min(float(named[1]) * rate / 8 / tray, MOST_GBPS)
    one = re.search(
        r"(?<![\dx×.])(?:1\s*x\s*)?(\d{1,3})\s*(?:gbe\b|g ethernet|gb/s ethernet|gbit/s ethernet|gigabit)", lowered
    ) or re.fullmatch(
        r"(?:ethernet|roce(?: ?v2)?|infiniband|ib)?\s*(\d{1,3})\s*(?:g|gb/s|gbps|gbit/s)(?: (?:roce|infiniband|ib).*)?",
        lowered,
    )
    return min(float(one[1]) / 8 / tray, MOST_GBPS) if one else None


def known(text: str, row: str) -> None:
    """Refuse an interconnect that names no fabric which the engine knows.

    Raises:
        BadInput: naming the row.
    """
    bare = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
    if bare and not FABRIC.search(text.lower()):
        raise BadInput.of(
            "error.engine.interconnect",
            f"interconnect {text!r} is not understood; write 8x400G, 25 GbE, NVL72, ICI...",
            given=text,
        )
