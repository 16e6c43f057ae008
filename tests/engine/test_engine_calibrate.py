import numpy as np
import pytest

from rechenmacht.domains.engine.calibrate import Point, fit
from rechenmacht.domains.engine.calibration import publication
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.parameters import Coefficients, coefficients


def test_a_known_coefficient_is_found_again():
    # predictions are x_i * theta with theta = 2; the prior says 1, give or take a factor of 3
    x = np.linspace(1, 5, 40)
    prior = Coefficients({"theta": 1.0}, {"theta": 0.7})
    points = [Point(str(i), float(np.log(2 * v)), "k", "f", f"s{i % 4}", 0.0) for i, v in enumerate(x)]
    found = fit(lambda c, moved: np.log(x * c["theta"]), prior, {}, ["theta"], points)
    assert found.values["theta"] * np.exp(found.offsets["kind.k"] + found.offsets["member.k.f"]) == pytest.approx(
        2, rel=0.01
    )
    assert np.abs(found.residuals).max() < 0.02
    # leaving a source out leaves three quarters of the points: nearly the same
    assert np.abs(found.without_source).max() < 0.05


def test_a_share_ends_at_one():
    prior = Coefficients({"share": 0.9}, {"share": 0.3})
    points = [Point(str(i), float(np.log(1.5)), "k", "f", "s", 0.0) for i in range(10)]
    found = fit(lambda c, moved: np.log(np.full(10, c["share"])), prior, {"share": 1.0}, ["share"], points)
    assert found.values["share"] <= 1.0


def test_shipped_calibration_belongs_to_the_shipped_priors(base):
    prior, used = coefficients(base, calibrated=False), coefficients(base)
    lines = (FOLDER / "calibration.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 60
    for line in lines:
        name, before, value, _ = line.split(",")
        assert prior[name] == pytest.approx(float(before), rel=1e-4), name
        assert used[name] == pytest.approx(float(value), rel=1e-4)


def test_sources_are_grouped_by_publication():
    assert publication("mlcommons/training_results_v5.0: NVIDIA/results/eos") == "training_results_v5.0 NVIDIA"
    assert publication("NVIDIA/Megatron-LM@50a4 (=arXiv 2104.04473 Table 1)") == "arXiv 2104.04473"
    assert publication("AI-Hypercomputer/maxtext README") == publication("AI-Hypercomputer/tpu-recipes training/x")
    assert publication("https://inferencex.semianalysis.com/compare/x") == "inferencex.semianalysis.com/compare/x"
