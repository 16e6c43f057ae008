"""Files: only plain ones are read, up to a limit; what is written is whole and on the disk, or not there."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rechenmacht import files
from rechenmacht.errors import BadInput, one_line


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, str]:
    """Names that are no plain file, by what they are."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
    names = {name: str(tmp_path / name) for name in ("pipe", "endless", "loop", "socket")}
    return names | {"folder": str(tmp_path), "nul": "a\0b", "long": "x" * 5000, "missing": str(tmp_path / "none")}


@pytest.mark.parametrize("kind", ["pipe", "endless", "loop", "socket", "folder", "nul", "long", "missing"])
def test_what_is_no_plain_file_is_refused_in_one_line(odd: dict[str, str], kind: str) -> None:
    with pytest.raises(BadInput) as caught:
        files.read(odd[kind])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_file_is_read_up_to_its_limit_however_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 3_000_000)
    assert len(files.read(path)) == 3_000_000
    with pytest.raises(BadInput, match="more than 2 MB"):
        files.read(path, 2_000_000)


@pytest.mark.parametrize("text", ["[" * 100_000, "a = " + "[" * 100_000])
def test_content_that_nests_without_end_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a"
    path.write_text(text)
    for parse in (files.toml, files.json_of):
        with pytest.raises(BadInput):
            parse(path)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_what_is_no_number_is_no_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="is no number"):
        files.json_of(path)


@pytest.mark.parametrize(
    ("name", "content"), [("a.toml", ".".join("a" * 5000) + " = 1"), ("a.json", '{"a":' * 300 + "1" + "}" * 300)]
)
def test_keys_with_dots_nest_too(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(BadInput, match="nested too deeply"):
        (files.toml if name.endswith(".toml") else files.json_of)(path)


def test_what_is_told_of_somebodys_input_is_one_line_of_bounded_length() -> None:
    assert one_line("no\nchip  'h99'") == "no chip 'h99'"
    assert one_line(f"{'x' * 6000}: no chip").endswith("x: no chip")
    assert len(one_line(f"{'x' * 6000}: no chip")) < 170
    long = one_line("row 1: " + "1, " * 5000 + "is no number")
    assert long.startswith("row 1: ")
    assert long.endswith("is no number")
    assert len(long) < 1200


FULL = """
import resource, sys
from pathlib import Path
from rechenmacht import files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    files.write(Path(sys.argv[1]), "x" * 5000)
except files.NoRoom as error:
    print(error)
"""


def test_a_full_disk_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    files.write(path, "old")
    said = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{path}: cannot be written (")
    assert path.read_text() == "old"
    assert left(tmp_path) == ["kept.csv"]


def test_a_write_that_is_stopped_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.csv"
    files.write(path, "old")

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(files.NoRoom):
        files.write(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    with pytest.raises(BadInput, match="exists already"):
        files.write(path, "new", new=True)
    assert left(tmp_path) == ["kept.csv"]


@pytest.mark.parametrize("mark", ["run.json", "answer.json"])
def test_force_replaces_a_folder_that_a_run_or_an_answer_left(tmp_path: Path, mark: str) -> None:
    out = tmp_path / "out"
    for content in ("old", "new"):
        with files.whole_folder(out, force=content == "new") as folder:
            (folder / mark).write_text(content, encoding="utf-8")
    assert (out / mark).read_text(encoding="utf-8") == "new"
    assert left(tmp_path) == ["out"]


def test_a_folder_that_cannot_be_filled_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(files.NoRoom), files.whole_folder(tmp_path / "a") as folder:
        files.put(folder / "one", "1")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("@SUM(1)", "'@SUM(1)"),
        ("-2+3", "'-2+3"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), (" =1+1", "' =1+1"), ("-5", "-5"), ("+3.5e-2", "+3.5e-2"),
        ("-12.5%", "-12.5%"), ("chip:h20", "chip:h20"), ("", ""), (-5.0, -5.0), (None, None),
    ],
)  # fmt: skip
def test_no_cell_of_ours_is_run_by_a_spreadsheet(cell: object, kept: object) -> None:
    assert files.inert(cell) == kept
