"""What sources.csv must hold: each rule is broken once in a small base and refused by file, row and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_base import CLAIMS, HISTORY, ONE_CLAIM, SOURCES, make

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import gather, load


def faults(folder: Path, **tables: str) -> list[str]:
    return [str(one).replace(f"{folder.name}/", "") for one in gather(shipped=make(folder, **tables))[1]]


PLANTED = (
    ("An article", "gazette.example", "row 5: title 'gazette.example' is a domain or an address"),
    ("An article", "other.example: An article", "row 5: title 'other.example: An article' is a domain"),
    ("An article", "https://gazette.example/a/1", "row 5: title 'https://gazette.example/a/1' is a domain"),
    (",Gazette,", ",gazette.example,", "row 5: publisher 'gazette.example' is a domain"),
    ("https://gazette.example/a/1", "http://46.235.172.94/a/1", "row 5: address 'http://46.235.172.94/a/1' is a raw"),
    ("/a/1,,,press", "/a/1,http://46.235.172.94/a,,press", "row 5: read_at 'http://46.235.172.94/a' is a raw IP"),
    (
        "https://acme.example/two",
        "http://www.acme.example/one/",
        "row 3: sheet-2 is the document of sheet (sources.csv",
    ),
    ("Data sheet 2,Acme,2025-01-15", "Data sheet,Acme,2024-01-15", "row 3: sheet-2 is the document of sheet (sources"),
    ("/one,,,vendor", "/one,,Who Knows,vendor", "row 2: origin 'Who Knows' must be a key"),
    ("vendor,unknown,en,,,\nsheet-2", "vendor,unknown,en,,abc,\nsheet-2", "row 2: sha256 'abc' is not 64 hexadecimal"),
    (",paper,CC", ",blogpost,CC", "row 4: class 'blogpost' is none of"),
)


@pytest.mark.parametrize(("old", "new", "reason"), PLANTED)
def test_a_source_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in SOURCES
    found = faults(tmp_path, sources=SOURCES.replace(old, new, 1), claims=CLAIMS)
    assert any(fault.startswith(f"sources.csv {reason}") for fault in found), found


def test_the_small_base_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_loading_refuses_and_names_the_row(tmp_path: Path) -> None:
    broken = SOURCES.replace("An article", "gazette.example")
    with pytest.raises(BadInput, match=r"sources\.csv row 5: title 'gazette\.example'"):
        load(shipped=make(tmp_path, sources=broken))


@pytest.mark.parametrize(
    ("sources", "claim", "reason"),
    [
        (SOURCES, ONE_CLAIM.replace(",sheet,p. 1,", ",sheet,,"), "grade 'primary' without a place in the source"),
        (
            SOURCES,
            ONE_CLAIM.replace(",sheet,p. 1,", ",sheet,page not recorded,"),
            "grade 'primary' without a place in the source",
        ),
        (SOURCES.replace("Acme,2024-01-15", "Acme,"), ONE_CLAIM, "grade 'primary' where source sheet has no date"),
        (
            SOURCES.replace("https://acme.example/one", "https://acme.example/"),
            ONE_CLAIM,
            "grade 'primary' where source sheet names no page",
        ),
        (
            SOURCES,
            ONE_CLAIM.replace(",sheet,p. 1,specified,primary", ",site-only,p. 1,reported,secondary"),
            "grade 'secondary' where source site-only names no page",
        ),
        (
            SOURCES.replace("/one,,,vendor", "/one,a reprint,,vendor"),
            ONE_CLAIM,
            "grade 'primary' where source sheet was read elsewhere (read_at: a reprint)",
        ),
    ],
)
def test_a_grade_is_refused(tmp_path: Path, sources: str, claim: str, reason: str) -> None:
    found = faults(tmp_path, sources=sources, claims=CLAIMS + claim)
    assert any(fault.startswith(f"claims/all.csv row 2: {reason}") for fault in found), found


def test_a_primary_history_row_needs_a_place(tmp_path: Path) -> None:
    row = "bloc:us,made,2024,,5,,count,sheet-2,,measured,primary,\n"
    assert "history/all.csv row 2: grade 'primary' without a place in the source (locator)" in faults(
        tmp_path, history=HISTORY + row
    )


OWN = "own,Our own arithmetic,The project,2026-01,2026-01,,,,own_arithmetic,unknown,en,,,\n"


@pytest.mark.parametrize(
    ("grade", "named", "refused"),
    [
        ("primary", "2 x claim chip.one.peak.1", True),
        ("secondary", "2 x claim chip.one.peak.1", False),
        ("primary", "2 x the page's figure", False),
    ],
)
def test_own_arithmetic_is_graded_no_better_than_its_inputs(
    tmp_path: Path, grade: str, named: str, refused: bool
) -> None:
    weaker = ONE_CLAIM.replace(",primary,", ",secondary,")
    ours = f"chip.one.peak.2,chip:one,peak,,2000,,TFLOP/s,2024,own,{named},estimated,{grade},\n"
    found = faults(tmp_path, sources=SOURCES + OWN, claims=CLAIMS + weaker + ours)
    reason = "claims/all.csv row 3: grade 'primary' is above that of an input (chip.one.peak.1: secondary)"
    assert found == ([reason] if refused else [])


def test_editions_of_a_data_set_share_an_address(tmp_path: Path) -> None:
    first = "set-1,Set of May,Acme,2026-05-01,2026-06,https://acme.example/set,,,data_set,MIT,en,,,\n"
    second = first.replace("set-1,Set of May,Acme,2026-05-01", "set-2,Set of June,Acme,2026-06-01")
    assert faults(tmp_path, sources=SOURCES + first + second) == []
    undated = second.replace("2026-06-01", "")
    assert any(
        "set-2 is the document of set-1" in fault for fault in faults(tmp_path, sources=SOURCES + first + undated)
    )
    again = second.replace("2026-06-01", "2026-05-01")
    assert any("set-2 is the document of set-1" in fault for fault in faults(tmp_path, sources=SOURCES + first + again))
    press = (first + second).replace("data_set", "press")
    assert any("set-2 is the document of set-1" in fault for fault in faults(tmp_path, sources=SOURCES + press))


def test_one_file_under_two_ids(tmp_path: Path) -> None:
    digest = "ab" * 32
    rows = "".join(
        f"set-{n},Set {n},Acme,2026-05-01,2026-06,https://acme.example/{n},,,data_set,MIT,en,,a.csv={digest},\n"
        for n in (1, 2)
    )
    assert any(
        "set-2 is the document of set-1" in f and "same content" in f for f in faults(tmp_path, sources=SOURCES + rows)
    )
