"""Editions: reading one from a folder or an archive, and how two differ."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_base import CLAIMS, ONE_CLAIM, make

from rechenmacht.errors import BadInput
from rechenmacht.evidence.release import differences, read_edition

TWO = ONE_CLAIM.replace("peak.1", "peak.2").replace(",sheet,", ",sheet-2,")


def test_added_corrected_withdrawn(tmp_path: Path) -> None:
    old = read_edition(make(tmp_path / "a", claims=CLAIMS + ONE_CLAIM + TWO))["claims"]
    corrected = ONE_CLAIM.replace(",1000,", ",1100,")
    new = read_edition(make(tmp_path / "b", claims=CLAIMS + corrected + TWO.replace("peak.2", "peak.3")))["claims"]
    found = differences(old, new)
    assert found.added == ("chip.one.peak.3",)
    assert found.withdrawn == ("chip.one.peak.2",)
    assert found.corrected == {"chip.one.peak.1": {"value": ("1000", "1100")}}


def test_a_number_written_otherwise_or_a_new_note_is_no_correction(tmp_path: Path) -> None:
    old = read_edition(make(tmp_path / "a", claims=CLAIMS + ONE_CLAIM))["claims"]
    rewritten = ONE_CLAIM.replace(",1000,", ",1e3,").replace("primary,", "primary,a note")
    new = read_edition(make(tmp_path / "b", claims=CLAIMS + rewritten))["claims"]
    assert differences(old, new).corrected == {}


def test_an_archive_is_read_as_its_folder(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / "datapackage.json").write_text('{"version": "1.2.3"}', encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, f"release/csv/{file.relative_to(folder)}")
    assert read_edition(tmp_path / "a.zip") == read_edition(folder)
    assert read_edition(folder)["version"] == "1.2.3"


@pytest.mark.parametrize("content", ["missing", "empty", "text", "zip", "columns", "json"])
def test_what_is_no_edition_is_refused(tmp_path: Path, content: str) -> None:
    place = tmp_path / "it"
    if content == "empty":
        place.mkdir()
    elif content == "text":
        place.write_text("no archive", encoding="utf-8")
    elif content == "zip":
        zipfile.ZipFile(place, "w").close()
    elif content != "missing":
        (place / "claims").mkdir(parents=True)
        columns = CLAIMS + ONE_CLAIM if content == "json" else "id,value\na,1\n"
        (place / "claims" / "a.csv").write_text(columns, encoding="utf-8")
        (place / "datapackage.json").write_text("{" if content == "json" else "{}", encoding="utf-8")
    with pytest.raises(BadInput):
        read_edition(place)


editions = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3).map(lambda n: {"value": str(n)}))


@given(editions, editions)
def test_differences_account_for_every_claim(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> None:
    there, back = differences(old, new), differences(new, old)
    assert set(there.added) == set(new) - set(old) == set(back.withdrawn)
    assert set(there.corrected) == {name for name in old if name in new and old[name] != new[name]}
    assert {name: {k: v[::-1] for k, v in found.items()} for name, found in there.corrected.items()} == back.corrected
