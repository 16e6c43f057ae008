"""Calibration: the sampler against known answers, and what the command writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

from rechenmacht import runs, scenario
from rechenmacht.domains.uncertainty import posterior
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app


def test_the_sampler_recovers_a_known_posterior() -> None:
    # Prior N(0, 1) each, one datum y = 2 of x0 + x1 with variance 0.5: covariance I - 1 1' / (2 + 0.5), mean 2 / 2.5.
    def density(z: np.ndarray) -> np.ndarray:
        return -0.5 * (z**2).sum(1) - 0.5 * (z.sum(1) - 2.0) ** 2 / 0.5

    chain = posterior.sample(density, 2, 3, walkers=64, block=200)
    flat = chain.positions.reshape(-1, 2)
    assert flat.mean(0) == pytest.approx([0.8, 0.8], abs=0.03)
    assert np.cov(flat.T) == pytest.approx(np.array([[0.6, -0.4], [-0.4, 0.6]]), abs=0.03)
    assert (chain.rhat < 1.01).all()


def test_simulation_based_calibration() -> None:
    """Parameters planted a hundred times: their ranks in the posterior are even (Talts et al. 2018)."""
    random = np.random.default_rng(11)
    design = random.normal(size=(5, 3))
    ranks, inside = [], []
    for trial in range(100):
        planted = random.standard_normal(3)
        y = np.tanh(design @ planted) + 0.3 * random.standard_normal(5)

        def density(z: np.ndarray, y: np.ndarray = y) -> np.ndarray:
            miss = (np.tanh(z @ design.T) - y) / 0.3
            return -0.5 * (miss**2).sum(1) - 0.5 * (z**2).sum(1)

        chain = posterior.sample(density, 3, trial, walkers=32, block=50)
        flat = chain.positions[:, ::10].reshape(-1, 3)
        ranks.append((flat < planted).mean(0))
        low, high = np.quantile(flat, [0.05, 0.95], axis=0)
        inside.append((low <= planted) & (planted <= high))
    counts = np.histogram(np.array(ranks), bins=10, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > 0.001
    # 300 planted values: nine tenths within the 90 % band, standard deviation sqrt(0.9 * 0.1 / 300) = 0.017
    assert np.mean(inside) == pytest.approx(0.9, abs=0.052)


def test_what_does_not_converge_is_refused() -> None:
    def two_hills(z: np.ndarray) -> np.ndarray:
        return np.logaddexp(-0.5 * ((z - 30) ** 2).sum(1), -0.5 * ((z + 30) ** 2).sum(1))

    with pytest.raises(BadInput, match="not converged: R-hat is"):
        posterior.sample(two_hills, 2, 1, walkers=64, block=50, most_steps=200)


def test_the_density_is_that_of_prior_and_figures(base: Base) -> None:
    model = runs.model_of(base, scenario.find(base, "reference"))
    fit = posterior.Fit(base, model, ("electricity.other_2025.us", "export_controls.demand"))
    z = np.array([[0.0, 0.0], [1.0, -0.5]])
    miss = np.log(fit.predicted(z) / fit.observed[:, None]) / fit.sigma[:, None]
    assert fit(z) == pytest.approx(-0.5 * (miss**2).sum(0) - 0.5 * (z**2).sum(1))
    assert not any(
        name.startswith(("delivered", "bought")) for name in fit.names
    )  # what conditions the run teaches nothing
    assert (fit.sigma >= posterior.DISCREPANCY).all()


def test_the_command_writes_a_scenario_that_runs(tmp_path: Path) -> None:
    out = tmp_path / "found"
    words = ["calibrate", "--parameter", "electricity.other_2025.*", "--steps", "3000", "--out", str(out)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.exception
    assert "R-hat at most 1.0" in done.stdout
    assert {p.name for p in out.iterdir()} == {
        "parameters.csv", "figures.csv", "answer.json", "draws.npy", "posterior.toml", "posterior.svg", "posterior.png",
        "figures.txt",
    }  # fmt: skip
    document = json.loads((out / "answer.json").read_text(encoding="utf-8"))
    us = next(row for row in document["parameters"] if row["name"] == "electricity.other_2025.us")
    assert us["posterior"]["median"] > us["prior"]["median"]  # the published 183 TWh pull it up
    words = ["run", str(out / "posterior.toml"), "--draws", "5", "--out", str(tmp_path / "run")]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.exception
    meta = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    used = next(p for p in meta["parameters"] if p["name"] == "electricity.other_2025.us")
    assert used["mid"] == pytest.approx(us["posterior"]["median"], rel=0.02)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--parameter", "electricity.othr.*"], "no uncertain parameter electricity.othr.*; did you mean"),
        (["--number", "0"], "number must be at least 1, not 0"),
        (["--steps", "10"], "steps must be at least 250, not 10"),
        (["--walkers", "5"], "walkers must be at least twice the number of parameters"),
        (["--parameter", "*"], "parameters are more than 60"),
    ],
)
def test_bad_options_are_refused_and_nothing_is_written(tmp_path: Path, words: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["calibrate", "--out", str(tmp_path / "out"), *words])
    assert isinstance(done.exception, BadInput)
    assert message in str(done.exception)
    assert not list(tmp_path.iterdir())
