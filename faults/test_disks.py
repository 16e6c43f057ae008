"""A disk that is full or closed: one line, exit code 2, what was there before still there, nothing half written."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "tests" / "cases" / "reader" / "article.txt"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, full but for a few kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no right to mount a disk")
    try:
        (place / "filler").write_bytes(b"x" * 40_000)
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rechenmacht", *words], capture_output=True, text=True, check=False, timeout=200
    )


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "words",
    [
        ("run", "reference", "--draws", "50", "--out", "{disk}/run"),
        ("check", str(ARTICLE), "--html", "{disk}/kept.html"),
        ("model", "export", "--out", "{disk}/kept.html"),
        ("rules", "classify", "h20", "--to", "CN", "--json"),
        ("forecast", "register", "--draws", "20", "--out", "{disk}/register.json"),  # an empty one would block the next
    ],
    ids=["run", "check", "model", "stdout", "register"],
)
def test_one_line_and_nothing_half_written(disk: Path, words: tuple[str, ...]) -> None:
    kept = disk / "kept.html"
    kept.write_text("an earlier good file")
    before = names(disk)
    told = [word.format(disk=disk) for word in words]
    if "--json" in words:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "rechenmacht", *told],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
    else:
        done = command(*told)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert kept.read_text() == "an earlier good file"
    assert names(disk) == before


def test_a_claim_that_finds_no_room_leaves_the_workspace_as_it_was(disk: Path) -> None:
    mine = disk / "mine"
    (disk / "filler").unlink()
    assert command("init", str(mine)).returncode == 0
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    (disk / "filler").write_bytes(b"x" * 1000)
    with contextlib.suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)
    words = ["--subject", "chip:h20", "--quantity", "tdp", "--unit", "W", "--as-of", "2024", "--value", "401"]
    words += ["--source", "project-recollection", "--basis", "reported", "--grade", "unverified"]
    done = command("--workspace", str(mine), "facts", "add", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert {path: path.read_bytes() for path in before} == before
    (disk / "filler").unlink()
    assert command("--workspace", str(mine), "facts", "add", *words).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_closed_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = command("model", "export", "--out", str(tmp_path / "a"))
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize("place", ["/dev/null/a", "/proc/a", "/dev/full"])
def test_places_where_nothing_can_be_written(place: str) -> None:
    done = command("model", "export", "--out", place)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
