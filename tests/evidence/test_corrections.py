"""A correction applies only while the source still says what it expects."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_base
from small_base import CLAIMS, CORRECTIONS, ONE_CLAIM

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.evidence.corrections import correct_rows
from rechenmacht.evidence.forms import Correction

FIX = "c1,claims,chip.one.peak.1,value,{expect},{replace},sparse figure given as dense,paper p. 2\n"


def test_a_claim_is_corrected_and_says_why(tmp_path: Path) -> None:
    folder = small_base.make(tmp_path, corrections=CORRECTIONS + FIX.format(expect="1e3", replace="500"))
    claim = load(shipped=folder).claims["chip.one.peak.1"]
    assert claim.value == 500.0
    assert claim.note == "corrected: sparse figure given as dense"


def test_a_number_can_be_taken_away(tmp_path: Path) -> None:
    claims = CLAIMS + ONE_CLAIM.replace(",,1000,,", ",900,1000,,")
    folder = small_base.make(tmp_path, claims=claims, corrections=CORRECTIONS + FIX.format(expect="1000", replace=""))
    claim = load(shipped=folder).claims["chip.one.peak.1"]
    assert (claim.low, claim.value) == (900.0, None)


def test_a_stale_correction_stops_loading(tmp_path: Path) -> None:
    folder = small_base.make(tmp_path, corrections=CORRECTIONS + FIX.format(expect="2000", replace="1000"))
    with pytest.raises(BadInput, match=r"c1 expects '2000' in chip.one.peak.1 but finds 1000.0; drop the correction"):
        load(shipped=folder)


@pytest.mark.parametrize(("old", "new"), [("peak.1", "peak.9"), (",value,", ",price,")])
def test_a_correction_of_nothing_stops_loading(tmp_path: Path, old: str, new: str) -> None:
    fix = FIX.format(expect="1000", replace="500").replace(old, new)
    with pytest.raises(BadInput, match="c1: no claim"):
        load(shipped=small_base.make(tmp_path, corrections=CORRECTIONS + fix))


def test_a_corrected_claim_is_still_checked(tmp_path: Path) -> None:
    folder = small_base.make(tmp_path, corrections=CORRECTIONS + FIX.format(expect="1000", replace="1e9"))
    with pytest.raises(BadInput, match="outside the bounds of peak"):
        load(shipped=folder)


ROW_FIX = Correction("c2", "epoch", "H100", "TDP", "70", "700", "a digit is missing", "data sheet")


def test_rows_of_a_published_file_are_corrected() -> None:
    rows = [{"Name": "H100", "TDP": "70"}, {"Name": "A100", "TDP": "400"}]
    fixed = list(
        correct_rows("epoch", "Name", rows, [ROW_FIX, Correction("c3", "other", "A100", "TDP", "1", "2", "", "")])
    )
    assert fixed == [{"Name": "H100", "TDP": "700"}, {"Name": "A100", "TDP": "400"}]


def test_a_mended_published_file_asks_to_drop_the_correction() -> None:
    with pytest.raises(ValueError, match=r"c2 expects '70' in H100, TDP, but the file says '700'; drop"):
        list(correct_rows("epoch", "Name", [{"Name": "H100", "TDP": "700"}], [ROW_FIX]))
