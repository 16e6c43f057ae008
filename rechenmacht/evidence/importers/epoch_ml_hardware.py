"""Epoch AI's Machine Learning Hardware table: datasheet figures of AI chips (CC BY 4.0).

Judgements:
- "Tensor-FP16/BF16", "TF32", "FP8", "FP4" and "INT8" are dense peaks of the tensor units in operations per
  second; we keep TFLOP/s. "FP16 (half precision)" is the plain vector rate on older chips and the tensor
  rate on newer ones: left out.
- INT4 and INT16, clocks, and the derived columns (efficiency, price-performance) are left out.
- "Intranode bandwidth" counts both directions for some makers and one for others, and does not say which:
  left out. "Internode bandwidth" likewise.
- Bytes are 1e9 and 1e12 bytes, so 80 GB and 3.35 TB/s. Transistors are published in millions.
- "Release price" is a card's list or first street price; where Epoch prices a whole server by chip it says
  so in its notes.
- A row without a release date is announced or undated; its figures are still specifications, graded
  secondary, since the table repeats the makers' datasheets.
- Rows for a family (`NVIDIA A100`, `NVIDIA V100`) name the same chip as a fuller row: the first row in the
  table wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Correction, Entity
from rechenmacht.evidence.importers._chips import CHINESE, MAKERS, chip_id
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    dataset,
    day_of,
    number,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "epoch-ml-hardware"
DEFAULT = "2026-05-12"
TERA, GIGA = 1e-12, 1e-9
COLUMNS = (  # the publisher's column, our quantity, our unit, factor
    ("Tensor-FP16/BF16 performance (FLOP/s)", "peak_fp16_dense", "TFLOP/s", TERA),
    ("TF32 (TensorFloat-32) performance (FLOP/s)", "peak_tf32_dense", "TFLOP/s", TERA),
    ("FP8 performance (FLOP/s)", "peak_fp8_dense", "TFLOP/s", TERA),
    ("FP4 performance (FLOP/s)", "peak_fp4_dense", "TFLOP/s", TERA),
    ("INT8 performance (OP/s)", "peak_int8_dense", "TFLOP/s", TERA),
    ("FP32 (single precision) performance (FLOP/s)", "peak_fp32", "TFLOP/s", TERA),
    ("FP64 (double precision) performance (FLOP/s)", "peak_fp64", "TFLOP/s", TERA),
    ("Memory (bytes)", "memory_capacity", "GB", GIGA),
    ("Memory bandwidth (byte/s)", "memory_bandwidth", "TB/s", TERA),
    ("TDP (W)", "tdp", "W", 1.0),
    ("Die Size (mm^2)", "die_area", "mm2", 1.0),
    ("Process size (nm)", "process_node", "nm", 1.0),
    ("Transistors (millions)", "transistors", "count", 1e6),
    ("Release price (USD)", "price_launch", "USD", 1.0),
)
NEED = ("Hardware name", "Manufacturer", "Release date", *(column for column, *_ in COLUMNS[:1]), "TDP (W)")


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the table `ml_hardware.csv`.

    Returns:
        Claims about `chip:*` in TFLOP/s, GB, TB/s, W, mm2, nm, USD and counts, as of the copy's date; chip
        entities.

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "epoch-ml-hardware",
        DEFAULT,
        vintage,
        "Machine Learning Hardware",
        "Epoch AI",
        "https://epoch.ai/data/machine-learning-hardware",
        "CC-BY-4.0",
    )
    into = Collector(source)
    for row in table(path, NEED, ("Hardware name",), NAME, corrections):
        name = row["Hardware name"]
        if not name:
            raise BadInput(f"{path.name} row {row[LINE]}: Hardware name is empty")
        maker = MAKERS.get(row["Manufacturer"], "")
        released = day_of(row, "Release date", path.name)
        bloc = "cn" if maker in CHINESE else "us" if maker else ""
        chip = into.add_entity(Entity(chip_id(name), "chip", name, name, (), (), bloc, maker, released, "", ""))
        for column, quantity, unit, scale in COLUMNS:
            value = number(row, column, path.name)
            if value:  # a zero means unknown here
                into.claim(
                    chip,
                    quantity,
                    float(f"{value * scale:.12g}"),
                    unit,
                    source.published,
                    f"row {name}, {column}",
                    basis="specified",
                    grade="secondary",
                    static=True,
                )
    return into.out


IMPORTER = Importer(
    NAME, "Epoch AI: Machine Learning Hardware", f"epoch-ml-hardware-{DEFAULT}", "file ml_hardware.csv", read
)
