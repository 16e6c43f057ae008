"""Workspaces over a small base of our own making (all numbers made up)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rechenmacht.errors import BadInput
from rechenmacht.evidence import workspace as ws
from rechenmacht.evidence.base import load
from rechenmacht.evidence.forms import Claim, Entity, History, Source
from rechenmacht.evidence.importers import Imported

QUANTITIES = """id,unit,low,high,period,family,compute_basis,name_en,name_de,meaning_en,meaning_de
site_power,MW,0,50000,level,,,Site power,Standortleistung,x,x
tdp,W,1,50000,static,,,TDP,TDP,x,x
money,USD,0,1e13,year,,,Money,Geld,x,x
gdp,USD,0,1e15,year,,,GDP,BIP,x,x
"""
ENTITIES = """id,kind,name_en,name_de,aliases_en,aliases_de,bloc,parent,start,end,note
site:a,site,Site A,Standort A,Alpha,,,,,,
chip:x,chip,Chip X,Chip X,,,,,,,
country:de,country,Germany,Deutschland,,,,,,,
"""
SOURCES = """id,title,publisher,published,accessed,address,read_at,origin,class,licence,language,archived,sha256,note
paper-1,A paper,Somebody,2025-06-01,2026-01,https://example.org/paper,,,paper,unknown,en,,,
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    (folder / "claims").mkdir(parents=True)
    for name, text in (("quantities", QUANTITIES), ("entities", ENTITIES), ("sources", SOURCES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return ws.init(tmp_path / "mine")


def test_init_makes_a_workspace_that_loads(mine: Path, shipped: Path) -> None:
    assert {p.relative_to(mine).as_posix() for p in mine.rglob("*") if p.is_file()} == {
        "rechenmacht.toml", "claims/mine.csv", "entities.csv", "sources.csv", "quantities.csv", "overrides.csv",
        "parameters/README.md", "scenarios/README.md",
    }  # fmt: skip
    assert load(mine, shipped).workspace == mine


def test_init_refuses_a_folder_in_use(tmp_path: Path, mine: Path) -> None:
    with pytest.raises(BadInput, match="not empty"):
        ws.init(mine)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot make a workspace"):
        ws.init(tmp_path / "file")


def test_find_looks_upwards(tmp_path: Path, mine: Path) -> None:
    assert ws.find(mine / "claims") == mine.resolve()
    assert ws.find(tmp_path) is None


def test_add_claim_converts_and_numbers(mine: Path, shipped: Path) -> None:
    one = ws.add_claim(
        mine,
        "Alpha",
        "site_power",
        "GW",
        "2025",
        "paper-1",
        value=1.2,
        grade="primary",
        locator="p. 2",
        shipped=shipped,
    )
    assert (one.id, one.subject, one.value, one.unit) == ("site.a.site_power.2025.1", "site:a", 1200, "MW")
    two = ws.add_claim(
        mine, "chip:x", "tdp", "kW", "2025", "paper-1", low=0.6, high=0.8, note='a, "b"', shipped=shipped
    )
    assert (two.id, two.low, two.high) == ("chip.x.tdp.1", 600, 800)
    base = load(mine, shipped)
    assert [(c.id, c.note) for c in base.tables.claims] == [(one.id, ""), (two.id, 'a, "b"')]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantity": "site_powr"}, "no quantity called 'site_powr'; did you mean site_power"),
        ({"subject": "Alhpa"}, "no entity called 'Alhpa'; did you mean alpha"),
        ({"source": "paper-2"}, "not in sources.csv; did you mean paper-1"),
        ({"unit": "GB"}, "do not measure the same thing"),
        ({"value": 90_000.0}, "outside the bounds"),
        ({"as_of": "2031"}, "was published 2025-06-01"),
        ({"as_of": "soon"}, "is no date"),
        ({"value": None}, "none of low, value and high"),
        ({"low": 9.0, "value": 1.0}, "low 9 is above value 1"),
        ({"basis": "guess"}, "basis 'guess' is none of"),
    ],
)
def test_add_claim_refuses(mine: Path, shipped: Path, change: dict[str, object], reason: str) -> None:
    before = (mine / "claims" / "mine.csv").read_bytes()
    fields: dict[str, object] = {
        "subject": "site:a", "quantity": "site_power", "unit": "MW", "as_of": "2025", "source": "paper-1", "value": 1.0,
    }  # fmt: skip
    with pytest.raises(BadInput, match=reason):
        ws.add_claim(mine, **(fields | change), shipped=shipped)  # type: ignore[arg-type]
    assert (mine / "claims" / "mine.csv").read_bytes() == before


def test_the_same_thing_once(mine: Path, shipped: Path) -> None:
    ws.add_claim(mine, "site:a", "site_power", "MW", "2025", "paper-1", value=1, shipped=shipped)
    with pytest.raises(BadInput, match="already says site_power of site:a as of 2025"):
        ws.add_claim(mine, "site:a", "site_power", "MW", "2025", "paper-1", value=2, shipped=shipped)


def test_money_keeps_its_currency(mine: Path, shipped: Path) -> None:
    assert ws.add_claim(mine, "site:a", "money", "bn USD", "2025", "paper-1", value=2, shipped=shipped).value == 2e9
    with pytest.raises(BadInput, match="rate of your own choice"):
        ws.add_claim(mine, "site:a", "money", "bn EUR", "2024", "paper-1", value=2, shipped=shipped)


WRITER = """
import sys
from pathlib import Path
from rechenmacht.evidence.workspace import add_claim
mine, shipped, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for year in range(first, first + 12):
    add_claim(mine, "site:a", "site_power", "MW", str(year), "paper-1", value=1, shipped=shipped)
"""


def test_two_writers_lose_no_row(mine: Path, shipped: Path) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(mine), str(shipped), str(first)]) for first in (1950, 1980)
    ]
    assert [run.wait(timeout=60) for run in runs] == [0, 0]
    years = sorted(int(claim.as_of) for claim in load(mine, shipped).tables.claims)
    assert years == [*range(1950, 1962), *range(1980, 1992)]


def test_a_killed_writer_leaves_the_old_file(mine: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the rename: the old rows stand, the partial file is not read, the next write sweeps it away."""
    ws.add_claim(mine, "site:a", "site_power", "MW", "2024", "paper-1", value=1, shipped=shipped)

    def killed(_file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        ws.add_claim(mine, "site:a", "site_power", "MW", "2025", "paper-1", value=2, shipped=shipped)
    monkeypatch.undo()
    assert not list((mine / "claims").glob(".*"))  # what stops a write by an error sweeps up behind itself
    assert [claim.as_of for claim in load(mine, shipped).tables.claims] == ["2024"]
    ws.add_claim(mine, "site:a", "site_power", "MW", "2023", "paper-1", value=3, shipped=shipped)
    assert len(load(mine, shipped).tables.claims) == 2


def imported() -> Imported:
    source = Source(
        "set-1",
        "A set",
        "Somebody",
        "2026-01-01",
        "2026-02",
        "https://example.org/set",
        "",
        "",
        "data_set",
        "MIT",
        "en",
        "",
        (),
        "",
    )
    known = Entity("site:a", "site", "Other name", "Anderer Name", (), (), "", "", "", "", "")
    fresh = Entity("site:b", "site", "Site B", "Standort B", (), (), "", "org:unknown", "", "", "")
    claim = Claim(
        "site.b.site_power.2025.1", "site:b", "site_power", None, 7.0, None, "MW", "2025", "set-1", "row b", "estimated",
        "primary", "",
    )  # fmt: skip
    row = History(
        "country:de", "gdp", "2020", None, 3.9e12, None, "USD", "set-1", "row 2020", "measured", "primary", ""
    )
    return Imported([claim], [row], [known, fresh], [source])


def test_write_imported(mine: Path, shipped: Path) -> None:
    done = ws.write_imported(mine, imported(), "set", shipped)
    assert (done.claims, done.history, done.entities, done.sources, done.known) == (1, 1, 1, 1, 0)
    base = load(mine, shipped)
    assert base.entities["site:a"].name_en == "Site A"  # the base's own stays
    assert base.entities["site:b"].parent == ""  # an unknown parent would not load
    assert base.series("country:de", "gdp")[0].value == 3.9e12
    again = ws.write_imported(mine, imported(), "set", shipped)  # a second import replaces the first
    assert (again.claims, again.entities, again.sources) == (1, 0, 0)
    assert len(load(mine, shipped).tables.claims) == 1
    elsewhere = ws.write_imported(mine, imported(), "copy", shipped)
    assert (elsewhere.claims, elsewhere.history, elsewhere.known) == (0, 0, 2)
    load(mine, shipped)


def test_write_imported_refuses_what_would_not_load(mine: Path, shipped: Path) -> None:
    good = imported()
    bad = Imported([replace(good.claims[0], value=1e9)], good.history, good.entities, good.sources)
    with pytest.raises(BadInput, match=r"outside the bounds of site_power.*nothing was written"):
        ws.write_imported(mine, bad, "set", shipped)
    assert not (mine / "claims" / "set.csv").exists()
    assert load(mine, shipped).tables.entities[-1].id == "country:de"
    with pytest.raises(BadInput, match="no workspace"):
        ws.write_imported(shipped, good, "set", shipped)
