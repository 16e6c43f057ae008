"""Chips from claims: what no claim states is unknown, and H100-equivalents are 1 for an H100 on every basis."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_base

from rechenmacht.catalogue import LINES, REFERENCE_CHIP, Chip, chip, h100e, line_worth
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.resolve import resolve

BASES = ("8bit", "16bit", "bandwidth")


def test_a_chip_is_found_by_id_name_and_alias(base: Base) -> None:
    assert chip(base, "chip:h100-sxm") == chip(base, "H100")
    assert chip(base, "h100").name == base.entities["chip:h100-sxm"].name_en


def test_its_numbers_are_those_of_the_claims(base: Base) -> None:
    one = chip(base, "chip:h100-sxm")
    assert one.get("tdp") == resolve(base, "chip:h100-sxm", "tdp").median
    assert one.get("peak_fp16_dense") == pytest.approx(989.4, rel=0.002)
    assert one.peak_8bit == pytest.approx(1979, rel=0.002)


@pytest.mark.parametrize("basis", BASES)
def test_the_reference_chip_is_worth_one(base: Base, basis: str) -> None:
    assert h100e(base, chip(base, REFERENCE_CHIP), basis) == 1.0


def test_the_bases_tell_different_stories_of_the_h20(base: Base) -> None:
    # 296 / 1979 = 0.1496 of the arithmetic, 4.0 / 3.35 = 1.194 of the bandwidth.
    one = chip(base, "chip:h20")
    assert h100e(base, one, "8bit") == pytest.approx(0.1496, rel=0.01)
    assert h100e(base, one, "bandwidth") == pytest.approx(1.194, rel=0.01)


def test_what_no_claim_states_is_unknown_not_zero(tmp_path: Path, base: Base) -> None:
    empty = Chip("chip:x", "X", {})
    assert (empty.get("tdp"), empty.peak_8bit) == (None, None)
    assert [h100e(base, empty, basis) for basis in BASES] == [None, None, None]
    small = load(shipped=small_base.make(tmp_path))
    assert chip(small, "One").get("tdp") is None


def test_8_bit_is_the_better_of_floating_point_and_integer(base: Base) -> None:
    a100 = chip(base, "chip:a100-sxm-80gb")  # no FP8; 624 TOP/s in INT8
    assert a100.get("peak_fp8_dense") is None
    assert a100.peak_8bit == a100.get("peak_int8_dense") == pytest.approx(624, rel=0.01)


def test_a_base_without_the_reference_chip_cannot_measure(tmp_path: Path) -> None:
    entities = small_base.ENTITIES + "chip:h100-sxm,chip,H100,H100,,,us,,,,\n"
    small = load(shipped=small_base.make(tmp_path, entities=entities))
    with pytest.raises(BadInput, match=r"chip:h100-sxm has no 8bit figure, so nothing can be measured by it"):
        h100e(small, chip(small, "One"), "8bit")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("chip:h100-smx", "no entity called 'chip:h100-smx'; did you mean"),
        ("NVIDIA", "org:nvidia is no chip but of kind org"),
    ],
)
def test_what_is_no_chip_is_refused(base: Base, name: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        chip(base, name)


def test_every_chip_line_is_made_of_known_chips(base: Base) -> None:
    for line, chips in LINES.items():
        assert line in base.entities
        assert all(base.entities[name].kind == "chip" for name in chips)
        worth = line_worth(base, line, "8bit")
        assert worth is None or 0.01 < worth < 10
    # The line of H100 and H200: both have 1,979 TFLOP/s, and 3.35 and 4.8 TB/s: (3.35 + 4.8) / 2 / 3.35 = 1.216
    assert line_worth(base, "chipline:nvidia-h100-h200", "8bit") == pytest.approx(1, rel=0.005)
    assert line_worth(base, "chipline:nvidia-h100-h200", "bandwidth") == pytest.approx(1.216, rel=0.01)
    with pytest.raises(BadInput, match="chip line 'chipline:abacus' has no chip in the catalogue"):
        line_worth(base, "chipline:abacus", "8bit")
