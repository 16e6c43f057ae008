"""Chips assembled from claims. No number lives here: what no claim states is `None`, unknown, never zero."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, once
from rechenmacht.evidence.resolve import Resolved, resolve

SPECIFICATIONS = (
    "peak_fp4_dense", "peak_fp8_dense", "peak_int8_dense", "peak_fp16_dense", "memory_capacity", "memory_bandwidth",
    "tdp", "die_area", "scaleup_bandwidth", "scaleout_bandwidth", "scaleup_domain",
)  # fmt: skip
REFERENCE_CHIP = "chip:h100-sxm"

# Epoch AI counts chips sold in lines. These are the chips whose datasheets stand for a line; several share it evenly.
# "B200" and "B300" are counted there with the figures of GB200 and GB300.
LINES: dict[str, tuple[str, ...]] = {
    "chipline:nvidia-a100": ("chip:a100-sxm-80gb",),
    "chipline:nvidia-a800": ("chip:a800-sxm",),
    "chipline:nvidia-h100-h200": ("chip:h100-sxm", "chip:h200-sxm"),
    "chipline:nvidia-h800": ("chip:h800-sxm",),
    "chipline:nvidia-h20": ("chip:h20",),
    "chipline:nvidia-b200": ("chip:gb200",),
    "chipline:nvidia-b300": ("chip:gb300",),
    "chipline:amd-mi250x": ("chip:mi250x",),
    "chipline:amd-mi300a": ("chip:mi300a",),
    "chipline:amd-mi300x": ("chip:mi300x",),
    "chipline:amd-mi308x": ("chip:mi308x",),
    "chipline:amd-mi325x": ("chip:mi325x",),
    "chipline:amd-mi350x": ("chip:mi350x",),
    "chipline:amd-mi355x": ("chip:mi355x",),
    "chipline:google-tpu-v4": ("chip:tpu-v4",),
    "chipline:google-tpu-v4i": ("chip:tpu-v4i",),
    "chipline:google-tpu-v5e": ("chip:tpu-v5e",),
    "chipline:google-tpu-v5p": ("chip:tpu-v5p",),
    "chipline:google-tpu-v6e": ("chip:tpu-v6e",),
    "chipline:google-tpu-v7": ("chip:tpu-v7-ironwood",),
    "chipline:amazon-trainium1": ("chip:trainium1",),
    "chipline:amazon-trainium2": ("chip:trainium2",),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip with what is known of it; units as in quantities.csv (TFLOP/s, GB, TB/s, W, mm2, GB/s, count)."""

    id: str
    name: str
    known: dict[str, Resolved]

    def get(self, quantity: str) -> float | None:
        """Return the median of a specification in its unit, or None if it is unknown."""
        found = self.known.get(quantity)
        return None if found is None else found.median

    @property
    def peak_8bit(self) -> float | None:
        """Dense 8-bit peak in TFLOP/s, floating point or integer, whichever is higher; None if neither is known."""
        given = [x for x in (self.get("peak_fp8_dense"), self.get("peak_int8_dense")) if x is not None]
        return max(given) if given else None


@once
def chip(base: Base, name: str) -> Chip:
    """Assemble a chip from its claims.

    Args:
        base: the fact base.
        name: id, name or alias.

    Raises:
        BadInput: if nothing or no chip is called that.
    """
    entity = base.find(name)
    if entity.kind != "chip":
        raise BadInput(f"{entity.id} is no chip but of kind {entity.kind}")
    known = {q: resolve(base, entity.id, q) for q in SPECIFICATIONS if (entity.id, q) in base.about}
    return Chip(entity.id, entity.name_en, known)


def h100e(base: Base, one: Chip, basis: str) -> float | None:
    """Return what one chip is worth in H100-equivalents on a compute basis, or None if its figure is unknown.

    Args:
        base: the fact base, for the reference chip (H100 SXM).
        one: the chip.
        basis: `8bit`, `16bit` or `bandwidth`.

    Raises:
        BadInput: if the reference chip itself has no figure.
    """
    reference = chip(base, REFERENCE_CHIP)

    def of(chip_: Chip) -> float | None:
        if basis == "8bit":
            return chip_.peak_8bit
        return chip_.get({"16bit": "peak_fp16_dense", "bandwidth": "memory_bandwidth"}[basis])

    value, unit = of(one), of(reference)
    if unit is None:
        raise BadInput(f"{REFERENCE_CHIP} has no {basis} figure, so nothing can be measured by it")
    return None if value is None else value / unit


@once
def line_worth(base: Base, line: str, basis: str) -> float | None:
    """Return the mean H100-equivalents per chip of an Epoch chip line on a basis; None if any chip is unknown.

    Raises:
        BadInput: if no chip stands for the line.
    """
    if line not in LINES:
        raise BadInput(f"chip line {line!r} has no chip in the catalogue")
    values = [h100e(base, chip(base, name), basis) for name in LINES[line]]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None
