"""A run's folder appears whole or not at all, says how it was made, and comes out the same again."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from killing import killed

from rechenmacht import __version__, runs, scenario
from rechenmacht.commit import commit
from rechenmacht.domains.race import simulate
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import quantiles
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

DRAWS = 50
FILES = ["draws.npy", "probabilities.csv", "run.json", "series.csv", "summary.csv"]


@pytest.fixture(scope="module")
def reference(base: Base) -> scenario.Scenario:
    return scenario.find(base, "reference")


@pytest.fixture(scope="module")
def done(base: Base, reference: scenario.Scenario, tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    return runs.run(base, reference, tmp_path_factory.mktemp("runs") / "a", draws=DRAWS, seed=1)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a run, `run.json` without the time it took."""
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES if name != "run.json"}
    meta = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found | {"run.json": json.dumps({k: v for k, v in meta.items() if k != "wall_seconds"}, sort_keys=True)}


def test_a_run_holds_its_files_and_nothing_stays_beside_it(done: runs.Run) -> None:
    assert sorted(path.name for path in done.folder.iterdir()) == FILES
    assert [path.name for path in done.folder.parent.iterdir()] == ["a"]


def test_it_says_how_it_was_made(base: Base, done: runs.Run) -> None:
    meta = done.meta
    assert (meta["version"], meta["draws"], meta["seed"]) == (__version__, DRAWS, 1)
    assert meta["scenario"]["id"] == "reference"
    assert meta["data_checksum"] == base.checksum
    assert re.fullmatch(r"[0-9a-f]{12}(\+changes)?|unknown", meta["commit"])
    assert meta["wall_seconds"] >= 0
    drawn = {p["name"]: p for p in meta["parameters"]}
    assert set(drawn) == {p.name for p in base.tables.parameters if p.mechanism in NAMES}
    assert all(p["claims"] or p["basis"] == "judgement" for p in drawn.values())


def test_commit_tells_a_clean_tree_from_a_changed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rechenmacht.commit.__file__", str(tmp_path / "code.py"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit() == "unknown"

    def git(*words: str) -> None:
        me = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        hooks = ["-c", f"core.hooksPath={tmp_path / 'none'}"]
        subprocess.run(["git", "-C", str(tmp_path), *me, *hooks, *words], check=True, capture_output=True)

    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    git("init")
    git("add", "code.py")
    git("commit", "-m", "one")
    assert re.fullmatch(r"[0-9a-f]{12}", commit())
    (tmp_path / "code.py").write_text("x = 2\n", encoding="utf-8")
    assert re.fullmatch(r"[0-9a-f]{12}\+changes", commit())


def test_the_summary_is_in_long_form_and_quantiles_are_ordered(done: runs.Run) -> None:
    with (done.folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == runs.HEADER
    assert len(rows) == sum(s.unit != runs.INDICATOR for s in SERIES) * len(QUARTERS) * len(runs.QUANTILES)
    ordinary = {(s.variable, s.region) for s in SERIES if s.unit != runs.INDICATOR}
    assert {(row["variable"], row["region"]) for row in rows} == ordinary
    for table in done.summary.values():
        assert (np.diff(table, axis=0) >= 0).all()


def test_the_summary_agrees_with_the_draws(done: runs.Run) -> None:
    assert done.draws is not None
    expected = np.quantile(done.draws.astype(float), runs.QUANTILES, axis=-1)
    assert np.moveaxis(quantiles(np.asarray(done.draws)), -1, 0) == pytest.approx(expected, rel=1e-5, abs=1e-9)
    world = done.summary["installed|h100e_8bit", "World"]
    kept = [QUARTERS.index(quarter) for quarter in done.meta["draw_quarters"]]
    assert set(runs.YEAR_ENDS) < set(kept)  # and those that scenarios expect things of, which the report compares
    assert world[2][kept] == pytest.approx(np.median(done.series("installed|h100e_8bit", "World"), axis=-1), rel=1e-4)
    with pytest.raises(BadInput, match="no draws of installed, Atlantis"):
        done.series("installed", "Atlantis")


def test_quantiles_of_one_draw_are_that_draw() -> None:
    outcomes = np.array([[[3.0], [4.0]]], dtype=np.float32)
    assert quantiles(outcomes).tolist() == [[[3.0] * 5, [4.0] * 5]]


def test_the_same_seed_gives_the_same_bytes_in_chunks_of_any_size(
    base: Base, reference: scenario.Scenario, done: runs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "CHUNK", 7)
    again = runs.run(base, reference, tmp_path / "b", draws=DRAWS, seed=1)
    other = runs.run(base, reference, tmp_path / "c", draws=DRAWS, seed=2)
    assert digests(again.folder) == digests(done.folder)
    assert digests(other.folder)["summary.csv"] != digests(done.folder)["summary.csv"]


def test_a_new_process_gives_the_same_bytes(done: runs.Run, tmp_path: Path) -> None:
    words = ["run", "reference", "--out", str(tmp_path / "b"), "--draws", str(DRAWS), "--seed", "1"]
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    subprocess.run([sys.executable, "-m", "rechenmacht", *words], check=True, capture_output=True, env=environment)
    assert digests(tmp_path / "b") == digests(done.folder)


def test_draws_are_left_out_where_they_are_too_large(
    base: Base, reference: scenario.Scenario, done: runs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "DRAWS_LIMIT", 1000)
    small = runs.run(base, reference, tmp_path / "b", draws=DRAWS, seed=1)
    assert small.meta["draws_kept"] is False
    assert small.draws is None
    assert (small.folder / "summary.csv").read_bytes() == (done.folder / "summary.csv").read_bytes()
    with pytest.raises(BadInput, match="no draws of"):
        small.series("installed|chips", "World")


def test_what_is_there_is_never_overwritten_unasked(base: Base, reference: scenario.Scenario, tmp_path: Path) -> None:
    run = runs.run(base, reference, tmp_path / "a", draws=5, seed=1)
    before = digests(run.folder)
    with pytest.raises(BadInput, match="exists already"):
        runs.run(base, reference, tmp_path / "a", draws=5, seed=2)
    assert digests(run.folder) == before
    runs.run(base, reference, tmp_path / "a", draws=5, seed=2, force=True)
    assert runs.read(tmp_path / "a").meta["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_force_replaces_runs_only(base: Base, reference: scenario.Scenario, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(BadInput, match="is no run folder, so --force does not replace it"):
        runs.run(base, reference, tmp_path / "notes", draws=5, seed=1, force=True)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(BadInput):
            runs.run(base, reference, out, draws=5, seed=1, force=True)
    assert (tmp_path / "notes" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_an_empty_folder_may_be_filled(base: Base, reference: scenario.Scenario, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert runs.run(base, reference, tmp_path / "a", draws=5, seed=1).meta["draws"] == 5


def test_a_failing_run_leaves_nothing(base: Base, reference: scenario.Scenario, tmp_path: Path) -> None:
    for wrong, reason in (
        ({"draws": 0}, "--draws must be"),
        ({"draws": 10**7}, "--draws must be"),
        ({"off": ("tea",)}, "tea"),
    ):
        with pytest.raises(BadInput, match=reason):
            runs.run(base, reference, tmp_path / "a", **({"draws": 5, "seed": 1} | wrong))  # type: ignore[arg-type]
        assert list(tmp_path.iterdir()) == []


def test_the_partial_folder_of_a_dead_process_is_swept_away_and_a_living_ones_is_not(
    base: Base, reference: scenario.Scenario, tmp_path: Path
) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    dead, alive = (tmp_path / f".rechenmacht-partial-x-{pid}" for pid in (child.pid, os.getppid()))
    foreign = tmp_path / ".rechenmacht-partial-of-mine"
    for folder in (dead, alive, foreign):
        folder.mkdir()
    runs.run(base, reference, tmp_path / "a", draws=5, seed=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive.name, foreign.name, "a"])


KILLED = """
from rechenmacht import runs, scenario
from rechenmacht.evidence.base import load
base, left = load(), folder / "a"
reference = scenario.find(base, "reference")
def before():
    if not {force}:
        shutil.rmtree(left, ignore_errors=True)
def work():
    runs.run(base, reference, left, draws=5, seed=1, force={force})
def look(moment):
    if left.exists() and any(left.iterdir()):
        names = sorted(path.name for path in left.iterdir())
        assert names == ["draws.npy", "probabilities.csv", "run.json", "series.csv", "summary.csv"], (moment, names)
        assert len(runs.read(left).summary) + len(runs.read(left).probabilities) == len(runs.SERIES), moment
        assert runs.read(left).draws.shape[2] == 5, moment
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("force", [False, True], ids=["new", "force"])
def test_kill_9_at_any_moment_leaves_no_run_or_a_whole_one(tmp_path: Path, force: bool) -> None:
    assert killed(KILLED.format(force=force), tmp_path) >= 6
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"schema": "other/1"}'])
def test_what_is_no_run_folder_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput):
        runs.read(tmp_path)


@pytest.mark.parametrize("file", FILES)
def test_a_changed_file_is_named_and_the_run_is_not_known_again(
    base: Base, reference: scenario.Scenario, done: runs.Run, tmp_path: Path, file: str
) -> None:
    folder = tmp_path / "a"
    shutil.copytree(done.folder, folder)
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)
    assert not runs.same_run(folder, base, reference, DRAWS, 1)
    if file != "series.csv":  # which only people read
        with pytest.raises(BadInput, match=r"damaged|changed|no readable"):
            _ = (made := runs.read(folder)).summary, made.probabilities, made.draws


def test_the_same_run_is_known_again(base: Base, reference: scenario.Scenario, done: runs.Run, tmp_path: Path) -> None:
    assert runs.same_run(done.folder, base, reference, DRAWS, 1)
    assert not runs.same_run(done.folder, base, reference, DRAWS, 2)
    assert not runs.same_run(done.folder, base, reference, DRAWS + 1, 1)
    assert not runs.same_run(done.folder, base, runs.replace_off(reference, ("production",)), DRAWS, 1)
    assert not runs.same_run(tmp_path, base, reference, DRAWS, 1)


def test_a_mechanism_can_be_switched_off(
    base: Base, reference: scenario.Scenario, done: runs.Run, tmp_path: Path
) -> None:
    off = runs.run(base, reference, tmp_path / "a", draws=DRAWS, seed=1, off=("production",))
    assert off.meta["scenario"]["off"] == ["production"]
    made = off.summary["delivered|chips|nvidia", "World"][2]
    assert made[-1] == made[QUARTERS.index(LAST_OBSERVED)] > 0  # nothing is made after the observed quarters
    assert done.summary["delivered|chips|nvidia", "World"][2][-1] > made[-1]


def test_what_a_run_does_not_have_is_refused(base: Base, tmp_path: Path) -> None:
    late = 'id = "late"\n[title]\nen = "L"\nde = "L"\n[question]\nen = "?"\nde = "?"\n'
    lever = '[[lever]]\nname = "export_controls.acceptance"\nat = "2040-Q1"\nvalue = 0.5\nreason = "r"\n'
    expect = '[[expect]]\nvariable = "installed|h100e_8bi"\nregion = "China"\nat = "2030-Q4"\nsign = "higher"\n'
    for text, message in (
        (lever, "2040-Q1 is not within 2022-Q1"),
        (expect, "a run has no installed|h100e_8bi in China"),
    ):
        path = tmp_path / "late.toml"
        path.write_text(late + text, encoding="utf-8")
        with pytest.raises(BadInput) as refused:
            runs.compute(base, scenario.find(base, str(path)), 10, 1)
        assert message in str(refused.value)
