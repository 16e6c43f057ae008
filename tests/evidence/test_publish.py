"""A data release: everything in it, checked against itself, and its changes since the one before."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import duckdb
import pytest
from small_base import CLAIMS, ONE_CLAIM, make

from rechenmacht.errors import BadInput
from rechenmacht.evidence.atom import NAMESPACE as ATOM
from rechenmacht.evidence.publish import NAME, last_release, main, publish
from rechenmacht.evidence.release import differences, read_edition

FIRST, SECOND = date(2026, 11, 1), date(2026, 12, 1)
TWO = ONE_CLAIM.replace("peak.1", "peak.2").replace(",sheet,", ",sheet-2,")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("releases")
    one = make(folder / "one", claims=CLAIMS + ONE_CLAIM)
    two = make(folder / "two", claims=CLAIMS + ONE_CLAIM.replace(",1000,", ",1100,") + TWO)
    first = publish(folder / "out", FIRST, None, "https://facts.example", one)
    return first, publish(folder / "out", SECOND, first, "https://facts.example", two)


def test_what_a_release_holds(releases: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(releases[1]) as archive:
        names = {name.removeprefix(f"{NAME}-2026.12.01/") for name in archive.namelist()}
    wanted = {"datapackage.json", "SHA256SUMS", "CITATION.cff", f"{NAME}.bib", "CHANGELOG.md", "feed.atom",
              "csv/claims/all.csv", "csv/sources.csv", "parquet/claims.parquet", "parquet/sources.parquet"}  # fmt: skip
    assert wanted <= names
    folder = releases[1].with_suffix("")
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert described["version"] == "2026.12.01"
    assert all((folder / resource["path"]).is_file() for resource in described["resources"])


def test_the_checksums_are_those_of_the_files(releases: tuple[Path, Path]) -> None:
    folder = releases[1].with_suffix("")
    listed = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == there - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_parquet_says_what_the_csv_says(releases: tuple[Path, Path]) -> None:
    file = releases[1].with_suffix("") / "parquet" / "claims.parquet"
    rows = duckdb.sql(f"SELECT id, value, source FROM '{file}' ORDER BY id").fetchall()
    assert rows == [("chip.one.peak.1", 1100.0, "sheet"), ("chip.one.peak.2", 1000.0, "sheet-2")]


def test_changes_since_the_release_before(releases: tuple[Path, Path]) -> None:
    told = (releases[1].with_suffix("") / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "1 claims added, 1 corrected, 0 withdrawn." in told
    assert "- `chip.one.peak.1`: value: 1000 -> 1100" in told
    found = differences(*(read_edition(one)["claims"] for one in releases))
    assert (found.added, list(found.corrected), found.withdrawn) == (("chip.one.peak.2",), ["chip.one.peak.1"], ())


def test_the_feed_has_one_entry_a_release(releases: tuple[Path, Path]) -> None:
    root = Xml.parse(releases[1].parent / "feed.atom").getroot()  # noqa: S314 - written a moment ago
    entries = root.findall(f"{{{ATOM}}}entry")
    assert [entry.findtext(f"{{{ATOM}}}title") for entry in entries] == [f"{NAME} 2026.12.01", f"{NAME} 2026.11.01"]
    assert len({entry.findtext(f"{{{ATOM}}}id") for entry in entries}) == 2
    assert entries[0].findtext(f"{{{ATOM}}}summary") == "1 claims added, 1 claims corrected, 0 claims withdrawn"
    for tag in ("id", "title", "updated"):  # what RFC 4287 asks of a feed and of every entry
        assert root.findtext(f"{{{ATOM}}}{tag}")
        assert all(entry.findtext(f"{{{ATOM}}}{tag}") for entry in entries)


def test_how_to_cite(releases: tuple[Path, Path]) -> None:
    folder = releases[1].with_suffix("")
    cff = (folder / "CITATION.cff").read_text(encoding="utf-8")
    assert all(words in cff for words in ("cff-version: 1.2.0", 'version: "2026.12.01"', "date-released: 2026-12-01"))
    assert "version = {2026.12.01}" in (folder / f"{NAME}.bib").read_text(encoding="utf-8")


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    data = make(tmp_path / "data")
    one, other = (publish(tmp_path / name, FIRST, data=data) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_refusals_leave_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = make(tmp_path / "data")
    publish(tmp_path / "out", FIRST, data=data)
    with pytest.raises(BadInput, match="there already"):
        publish(tmp_path / "out", FIRST, data=data)
    with pytest.raises(BadInput, match="no such folder or archive"):
        publish(tmp_path / "out", SECOND, tmp_path / "none", data=data)
    assert last_release(tmp_path / "out") == tmp_path / "out" / f"{NAME}-2026.11.01.zip"
    assert not list((tmp_path / "out").glob(".*"))
    assert main([str(tmp_path / "out"), "--before", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
