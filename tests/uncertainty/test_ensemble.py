"""Ensembles in slices are the whole ensemble's summary."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.uncertainty import ensemble
from rechenmacht.evidence.base import Base
from rechenmacht.sample import strata
from rechenmacht.streams import bits_of, keys, permuted


@pytest.fixture(scope="module")
def model(base: Base) -> ensemble.Model:
    return runs.model_of(base, scenario.find(base, "reference"))


@pytest.mark.parametrize("draws", [1, 2, 17, 1000])
def test_a_keyed_permutation_is_one(draws: int) -> None:
    found = permuted(np.arange(draws, dtype=np.uint64), draws, keys("a.name", 1))
    assert sorted(found.tolist()) == list(range(draws))
    assert (1 << bits_of(draws)) >= draws


def test_more_than_32_bits_are_permuted_as_fewer_would_be() -> None:
    index = np.array([0, 5, 2**33], dtype=np.uint64)
    found = permuted(index, 2**33 + 1, keys("a.name", 1))
    assert len(set(found.tolist())) == 3
    assert (found <= 2**33).all()


def test_a_part_of_the_strata_is_what_it_is_in_the_whole() -> None:
    whole = strata("a.name", 1000, 7)
    assert np.array_equal(strata("a.name", 1000, 7, range(300, 400)), whole[300:400])


def test_names_are_uncorrelated(model: ensemble.Model) -> None:
    u = np.stack([strata(p.name, 2000, 1) for p in model.parameters])
    off = np.corrcoef(u)[np.triu_indices(len(u), 1)]
    assert off.std() == pytest.approx(1 / np.sqrt(2000), rel=0.03)
    assert np.abs(off).max() < 5 / np.sqrt(2000)  # of 87,000 pairs


def test_slices_give_the_wholes_summary(model: ensemble.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ensemble.summarise(ensemble.whole(model, 600, 1, "numpy"))
    monkeypatch.setattr(ensemble, "SLICE", 300)
    parts = ensemble.in_slices(model, 600, 1, "numpy")
    assert parts.means == pytest.approx(whole.means, rel=1e-6)
    middle = whole.table[..., 2]
    spread = np.maximum(whole.table[..., 4] - whole.table[..., 0], 1e-9)
    assert np.abs(parts.table[..., 2] - middle).max() <= (0.12 * spread).max()
    assert np.quantile(np.abs(parts.table[..., 2] - middle) / spread, 0.9) < 0.03
