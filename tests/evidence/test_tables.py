"""Reading and writing one table: what is refused names the file, the row and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_base import CLAIMS, ONE_CLAIM

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Claim, Entity, Quantity
from rechenmacht.evidence.tables import Problem, columns, read, write


def put(folder: Path, content: str | bytes) -> Path:
    path = folder / "claims.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_row_becomes_a_record_with_its_place(tmp_path: Path) -> None:
    problems: list[Problem] = []
    [(line, claim)] = read(put(tmp_path, CLAIMS + ONE_CLAIM), Claim, "claims.csv", problems)
    assert (line, claim.file, claim.row) == (2, "claims.csv", 2)
    assert (claim.id, claim.low, claim.value, claim.unit) == ("chip.one.peak.1", None, 1000.0, "TFLOP/s")
    assert problems == []


def test_a_byte_order_mark_windows_line_ends_blank_lines_and_spaces_are_no_trouble(tmp_path: Path) -> None:
    content = (CLAIMS + "\n" + ONE_CLAIM.replace(",1000,", ", 1e3 ,")).replace("\n", "\r\n").encode("utf-8-sig")
    [(line, claim)] = read(put(tmp_path, content), Claim, "claims.csv", [])
    assert (line, claim.value) == (3, 1000.0)


def test_the_row_is_the_line_where_it_begins_even_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    two_lines = ONE_CLAIM.replace("p. 1", '"p. 1\nand 2"')
    rows = read(put(tmp_path, CLAIMS + two_lines + ONE_CLAIM), Claim, "claims.csv", [])
    assert [line for line, _ in rows] == [2, 4]


def test_lists_in_a_cell_are_split_at_semicolons(tmp_path: Path) -> None:
    path = put(tmp_path, ",".join(columns(Entity)) + "\nbloc:us,bloc,US,US,USA; America ;,,us,,,,\n")
    [(_, entity)] = read(path, Entity, "entities.csv", [])
    assert entity.aliases_en == ("USA", "America")
    assert entity.aliases_de == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1_000", "value '1_000' is no plain number"),
        ("nan", "value 'nan' is not a finite number"),
        ("NaN", "value 'NaN' is not a finite number"),
        ("inf", "value 'inf' is not a finite number"),
        ("-Infinity", "value '-Infinity' is not a finite number"),
        ("1e999", "value '1e999' is not a finite number"),
        ('"1,000"', "value '1,000' is no number"),
        ("12 MW", "value '12 MW' is no number"),
        ("50%", "value '50%' is no number"),
    ],
)
def test_what_is_no_plain_number_is_refused(tmp_path: Path, cell: str, reason: str) -> None:
    problems: list[Problem] = []
    rows = read(put(tmp_path, CLAIMS + ONE_CLAIM.replace(",1000,", f",{cell},")), Claim, "claims.csv", problems)
    assert rows == []
    assert [str(problem) for problem in problems] == [f"claims.csv row 2: {reason}"]


def test_a_bound_may_be_infinite_but_not_missing(tmp_path: Path) -> None:
    row = "x,{},-inf,inf,level,,,X,X,X,X\n"
    path = put(
        tmp_path, ",".join(columns(Quantity)) + "\n" + row.format("MW") + row.format("MW").replace("inf,l", ",l")
    )
    problems: list[Problem] = []
    [(_, quantity)] = read(path, Quantity, "quantities.csv", problems)
    assert (quantity.low, quantity.high) == (float("-inf"), float("inf"))
    assert [str(problem) for problem in problems] == ["quantities.csv row 3: high '' is no number"]


@pytest.mark.parametrize(("row", "count"), [("a,b,c\n", 3), (ONE_CLAIM.replace("\n", ",extra\n"), 14)])
def test_too_few_or_too_many_cells_are_refused(tmp_path: Path, row: str, count: int) -> None:
    problems: list[Problem] = []
    rows = read(put(tmp_path, CLAIMS + row + ONE_CLAIM), Claim, "claims.csv", problems)
    assert len(rows) == 1
    assert [str(problem) for problem in problems] == [f"claims.csv row 2: {count} cells where 13 are needed"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id,subject\n", "claims.csv row 1: the columns must be id,subject,quantity,.*; found id,subject$"),
        (b"", "claims.csv row 1: the columns must be .*; found nothing"),
        (CLAIMS.replace("low,value", "value,low").encode(), "claims.csv row 1: the columns must be"),
        (CLAIMS.encode() + "chip:größe".encode("latin-1"), "claims.csv: not UTF-8 text"),
        (CLAIMS.encode() + ONE_CLAIM.encode().replace(b"p. 1", b'"p. 1'), "claims.csv row 2: unexpected end of data"),
        (
            CLAIMS.encode() + ONE_CLAIM.encode().replace(b"p. 1", b"p\x00"),
            "claims.csv row 2: a NUL character is no text",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        read(put(tmp_path, content), Claim, "claims.csv", [])


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read(path, Claim, "claims.csv", [])


def test_what_is_written_reads_the_same_and_no_partial_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "entities.csv"
    cells = ["bloc:x", "bloc", 'The "X", Ltd', "Das X\nzweite Zeile", "a;b", "", "", "", "", "", ""]
    write(path, Entity, [dict(zip(columns(Entity), cells, strict=True))])
    [(_, entity)] = read(path, Entity, "entities.csv", [])
    assert (entity.name_en, entity.name_de, entity.aliases_en) == (cells[2], cells[3], ("a", "b"))
    assert [p.name for p in tmp_path.iterdir()] == ["entities.csv"]


def test_columns_at_the_end_that_have_a_default_may_be_missing(tmp_path: Path) -> None:
    old = "id,unit,low,high,period,family,compute_basis,name_en,name_de,meaning_en,meaning_de\n"
    row = "power,W,1,10,static,,,Power,Leistung,Power.,Leistung.\n"
    [(_, quantity)] = read(put(tmp_path, old + row), Quantity, "quantities.csv", [])
    assert quantity.synonyms_en == ()
    new = old.replace("\n", ",synonyms_en,synonyms_de\n")
    rows = read(put(tmp_path, new + row + row.replace("\n", ",watts; draws,\n")), Quantity, "quantities.csv", [])
    assert [quantity.synonyms_en for _, quantity in rows] == [(), ("watts", "draws")]
    problems: list[Problem] = []
    assert read(put(tmp_path, old + row.replace("\n", ",watts\n")), Quantity, "quantities.csv", problems) == []
    assert problems[0].reason == "12 cells where 11 are needed"
