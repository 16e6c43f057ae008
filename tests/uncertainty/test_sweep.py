"""Sweeps: the same bytes in any order, after a stop, and with a worker killed on the way."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rechenmacht import runs, scenario, sweeps
from rechenmacht.domains.uncertainty.chosen import outcome, take
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "sweep.toml"


@pytest.fixture(scope="module")
def planned(base: Base) -> sweeps.Sweep:
    return sweeps.plan(base, sweeps.read(EXAMPLE).model_copy(update={"seeds": (1,), "draws": 120, "chunk": 30}))


@pytest.fixture(scope="module")
def undisturbed(base: Base, planned: sweeps.Sweep, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("sweep")
    assert sweeps.run(base, planned, folder) == len(planned.chunks) == 16
    return sweeps.merged(planned, folder)


def test_quantiles_are_those_of_a_run(base: Base, undisturbed: str) -> None:
    whole, _ = runs.compute(base, scenario.find(base, "reference"), 120, 1)
    expected = np.median(take(whole, [outcome("installed|h100e_8bit@China@2030-Q4")])[0])
    row = undisturbed.splitlines()[1].split(",")
    assert row[:3] == ["reference", "", "1"]
    assert float(row[9]) == pytest.approx(expected, rel=1e-5)


def test_any_order_and_a_stop_give_the_same_bytes(
    base: Base, planned: sweeps.Sweep, undisturbed: str, tmp_path: Path
) -> None:
    shuffled = list(planned.chunks)
    np.random.default_rng(3).shuffle(shuffled)  # type: ignore[arg-type]
    sweeps.run(base, replace(planned, chunks=tuple(shuffled[:5])), tmp_path)
    (tmp_path / f".{shuffled[6].key}.npy.1.part").write_bytes(b"half")
    assert sweeps.states(planned, tmp_path) == {"done": 5, "missing": 11}
    with pytest.raises(BadInput, match="chunks are missing"):
        sweeps.merged(planned, tmp_path)
    assert sweeps.run(base, replace(planned, chunks=tuple(shuffled)), tmp_path) == 11
    assert sweeps.merged(planned, tmp_path) == undisturbed
    assert not list(tmp_path.glob(".*.part"))


def test_a_damaged_or_foreign_chunk_is_named_and_made_anew(
    base: Base, planned: sweeps.Sweep, undisturbed: str, tmp_path: Path
) -> None:
    sweeps.run(base, planned, tmp_path)
    first, second, third, fourth = (tmp_path / f"{chunk.key}.npy" for chunk in planned.chunks[:4])
    first.write_bytes(b"")
    second.write_bytes(third.read_bytes())  # a good chunk, but another's
    np.save(fourth, np.full((7, 30), 1e9, np.float32))  # no chunk of ours
    with pytest.raises(BadInput, match=rf"{first.name} is damaged, or another chunk's \(--resume"):
        sweeps.merged(planned, tmp_path)
    assert sweeps.states(planned, tmp_path) == {"done": 13, "missing": 3}
    assert sweeps.run(base, planned, tmp_path) == 3
    assert sweeps.merged(planned, tmp_path) == undisturbed


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_changes_nothing(base: Base, planned: sweeps.Sweep, undisturbed: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    killed: list[int] = []

    def kill(cluster: object) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and not any(tmp_path.glob("*.npy")):
            time.sleep(0.02)
        process = next(iter(cluster.workers.values())).process.process  # type: ignore[attr-defined]
        os.kill(process.pid, signal.SIGKILL)
        killed.append(process.pid)

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        thread = threading.Thread(target=kill, args=(cluster,), daemon=True)
        thread.start()
        ran = sweeps.run(base, planned, tmp_path, scheduler=cluster.scheduler_address)
        thread.join(60)
    assert ran == 16
    assert killed
    assert sweeps.merged(planned, tmp_path) == undisturbed


def test_another_setting_or_seed_is_another_chunk(base: Base) -> None:
    design = sweeps.read(EXAMPLE)
    keys = {chunk.key for chunk in sweeps.plan(base, design).chunks}
    assert len(keys) == 2 * 2 * 2 * 4
    other = sweeps.plan(base, design.model_copy(update={"draws": 500}))
    assert not keys & {chunk.key for chunk in other.chunks}


def test_the_command_goes_on_only_when_told(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text('scenarios = ["reference"]\ndraws = 20\nchunk = 10\n', encoding="utf-8")
    words = ["sweep", str(file), "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, words).exit_code == 0
    again = CliRunner().invoke(app, words)
    assert "holds chunks already" in str(again.exception)
    first = (tmp_path / "out" / "sweep.csv").read_bytes()
    assert CliRunner().invoke(app, [*words, "--resume"]).exit_code == 0
    assert (tmp_path / "out" / "sweep.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scenarios = [", "design.toml: "),
        ("scenarios = []", "design.toml: scenarios: "),
        ('scenarios = ["reference"]\nchunk = 0', "design.toml: chunk: input should be greater than or equal to 1"),
        ('scenarios = ["referenz"]', "no scenario 'referenz'"),
        ('scenarios = ["reference"]\nsets = [["x=1"]]', "no parameter 'x'"),
        ('scenarios = ["reference"]\noutcomes = ["foo"]', "no outcome foo@World"),
        ('scenarios = ["reference"]\nfoo = 1', "design.toml: foo: extra inputs are not permitted"),
    ],
)
def test_bad_designs_are_refused(base: Base, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as found:
        sweeps.plan(base, sweeps.read(path))
    assert message in str(found.value)


def test_no_scheduler_is_told(
    base: Base, planned: sweeps.Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(
        "distributed.client.Client.__init__", lambda *_a, **_k: (_ for _ in ()).throw(OSError("refused"))
    )
    with pytest.raises(BadInput, match="no Dask scheduler answers"):
        sweeps.run(base, planned, tmp_path, scheduler="tcp://127.0.0.1:9")
