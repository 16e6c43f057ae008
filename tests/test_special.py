"""Our functions of statistics against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special as scipy_special
from scipy.stats import rankdata

from rechenmacht.distributions import Z95
from rechenmacht.special import beta_quantile, expit, logit, normal_quantile, ranks


def test_the_normal_quantile() -> None:
    rng = np.random.default_rng(1)
    u = np.concatenate(
        [rng.random(20_000), 10.0 ** -np.arange(1, 300, 7), 1 - 10.0 ** -np.arange(1, 16), [0.5, 0.075, 0.925]]
    )
    far = np.minimum(u, 1 - u) < 1e-10  # draws end at 1e-12
    found, wanted = normal_quantile(u), scipy_special.ndtri(u)
    np.testing.assert_allclose(found[~far], wanted[~far], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(found[far], wanted[far], rtol=1e-11)
    assert normal_quantile(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]
    assert float(normal_quantile(0.95)) == pytest.approx(Z95, rel=1e-15)
    assert normal_quantile(u.reshape(-1, 1)).shape == (len(u), 1)


def test_logit_and_expit() -> None:
    u = np.linspace(1e-9, 1 - 1e-9, 1001)
    np.testing.assert_allclose(logit(u), scipy_special.logit(u), rtol=1e-12, atol=1e-15)
    x = np.linspace(-800, 800, 1001)
    np.testing.assert_allclose(expit(x), scipy_special.expit(x), rtol=1e-14)


def test_ranks_share_ties() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]
    values = np.random.default_rng(2).integers(0, 9, (7, 50)).astype(float)
    assert (ranks(values) == rankdata(values, axis=-1)).all()
    assert (ranks(np.ones(5)) == 3).all()


@pytest.mark.parametrize("draws", [1, 2, 10, 1000, 100_000])
def test_exact_bounds(draws: int) -> None:
    for hits in {0, 1, draws // 3, draws // 2, draws - 1, draws}:
        if hits > 0:
            found = beta_quantile(hits, draws - hits + 1, 0.025)
            assert found == pytest.approx(float(scipy_special.betaincinv(hits, draws - hits + 1, 0.025)), rel=1e-10)
        if hits < draws:
            found = beta_quantile(hits + 1, draws - hits, 0.975)
            assert found == pytest.approx(float(scipy_special.betaincinv(hits + 1, draws - hits, 0.975)), rel=1e-10)
