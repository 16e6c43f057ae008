"""An independent system-dynamics program runs the exported Vensim file and gives what the model gives.

A second one, PySD, needs minutes to read the file: bench/exports.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rechenmacht.domains.race import equations as model_export
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.listing import plain
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.outcomes import SERIES, record
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app

pytestmark = pytest.mark.validation
NAMES = [plain(f"out_{one.variable}_{one.region}") for one in SERIES]


@pytest.fixture(scope="module")
def expected(base: Base) -> np.ndarray:
    """Return the model's outcomes at the parameters' medians, shape (quarter, series)."""
    given = inputs(base)
    p = {name: np.array([value]) for name, value in model_export.medians(base).items()}
    state, rows = start(p, np), []
    for step in range(given.steps):
        state = advance(state, p, {name: v[step][..., None] for name, v in given.policy.items()}, np)
        rows.append(record(state, p, np)[:, 0])
    return np.array(rows)


@pytest.fixture(scope="module")
def file(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vensim") / "race.mdl"
    path.write_text(model_export.vensim(base), encoding="utf-8")
    return path


def agree(found: np.ndarray, expected: np.ndarray) -> None:
    scale = np.abs(expected).max(0)
    assert (np.abs(found - expected) <= 1e-9 * np.abs(expected) + 1e-12 * scale + 1e-15).all()


def test_simlin(file: Path, expected: np.ndarray) -> None:
    simlin = pytest.importorskip("simlin")
    run = simlin.load(file).simulate()
    run.run_to_end()
    agree(np.array([run.get_series(name) for name in NAMES]).T, expected)


def test_every_format_names_every_parameter_with_unit_and_sources(base: Base) -> None:
    document = json.loads(model_export.as_json(base))
    assert document["quarters"] == list(QUARTERS)
    names = {p["name"] for p in document["parameters"]}
    assert "export_controls.smuggled_share" in names
    assert set(document["outputs"]) == set(NAMES)
    text = model_export.markdown(base)
    assert all(f"`{name}`" in text for name in names)
    assert "bloc.cn.smuggled_chips_year.2024.1" in text


def test_the_command_writes_a_file_or_says_why_not(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["model", "export", "--format", "vensim", "--out", str(tmp_path / "race.mdl")])
    assert done.exit_code == 0
    assert (tmp_path / "race.mdl").read_text(encoding="utf-8").startswith("{UTF-8}")
