"""Distributions of single claims and their mixture: worked cases, then properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.evidence.pool import Z95, Mixture, TwoPiece, from_claim

TOLERANCE = 1e-9


def points(part: TwoPiece | Mixture) -> tuple[float, float, float]:
    return part.quantile(0.05), part.quantile(0.5), part.quantile(0.95)


def test_a_stated_band_is_met_at_5_50_and_95_percent() -> None:
    # On the logarithm: sd below = (ln 100 - ln 90) / 1.64485 = 0.105361 / 1.64485 = 0.064055,
    # sd above = (ln 110 - ln 100) / 1.64485 = 0.095310 / 1.64485 = 0.057945.
    part = from_claim(90, 100, 110, spread=0.3)
    assert (part.sd_low, part.sd_high) == pytest.approx((0.064055, 0.057945), abs=1e-6)
    assert points(part) == pytest.approx((90, 100, 110))


def test_a_value_alone_gets_the_spread_of_its_kind() -> None:
    # 200 * exp(-1.64485 * 0.05) = 200 * 0.921047 = 184.209; 200 * exp(+0.0822427) = 200 * 1.085719 = 217.144
    assert points(from_claim(None, 200, None, spread=0.05)) == pytest.approx((184.209, 200, 217.144), rel=1e-5)


def test_a_band_without_a_value_has_its_median_in_the_geometric_middle() -> None:
    # sqrt(4 * 9) = 6
    assert points(from_claim(4, None, 9, spread=0.05)) == pytest.approx((4, 6, 9))


def test_a_band_that_reaches_zero_is_read_on_the_plain_scale() -> None:
    # No logarithm of 0: the middle is (0 + 10) / 2 = 5.
    part = from_claim(0, None, 10, spread=0.05)
    assert not part.log
    assert points(part) == pytest.approx((0, 5, 10))


def test_at_least_has_no_mass_below_and_twice_the_spread_above() -> None:
    # 100 * exp(1.64485 * 2 * 0.05) = 100 * exp(0.164485) = 117.879
    part = from_claim(100, None, None, spread=0.05)
    assert points(part) == pytest.approx((100, 100, 117.879), rel=1e-5)
    assert part.cdf(99.999) == 0.0
    # At most mirrors it: 100 * exp(-0.164485) = 84.833
    other = from_claim(None, None, 100, spread=0.05)
    assert points(other) == pytest.approx((84.833, 100, 100), rel=1e-5)
    assert other.cdf(100.001) == 1.0


def test_a_value_with_one_end_keeps_the_spread_on_the_other_side() -> None:
    # Below: 80 is stated. Above: 100 * exp(1.64485 * 0.05) = 108.572.
    assert points(from_claim(80, 100, None, spread=0.05)) == pytest.approx((80, 100, 108.572), rel=1e-5)


def test_a_band_of_no_width_is_no_statement_about_error() -> None:
    assert from_claim(7, 7, 7, spread=0.1) == from_claim(None, 7, None, spread=0.1)


def test_zero_alone_is_certain() -> None:
    # A relative spread of nothing is nothing: 0.3 * 0 = 0.
    assert points(from_claim(None, 0, None, spread=0.3)) == (0, 0, 0)


def test_two_equal_claims_far_apart_give_both_ends() -> None:
    # Weights 0.5 and 0.5. The 5 % point of the mixture is where 0.5 * F1 = 0.05, the 10 % point of the lower claim:
    # 100 * exp(-1.281552 * 0.05) = 93.793. The 95 % point is the 90 % point of the upper: 200 * exp(0.0640776) = 213.235.
    parts = tuple(from_claim(None, value, None, spread=0.05) for value in (100, 200))
    low, middle, high = points(Mixture(parts, (0.5, 0.5)))
    assert (low, high) == pytest.approx((93.793, 213.235), rel=1e-5)
    assert 100 < middle < 200


def test_where_nothing_lies_between_two_claims_the_median_is_the_middle_of_the_gap() -> None:
    # Datasheets of 100 and 200, spread 1 %: half of the mass lies on each side. sqrt(100 * 200) = 141.42.
    parts = tuple(from_claim(None, value, None, spread=0.01) for value in (100, 200))
    assert Mixture(parts, (0.5, 0.5)).quantile(0.5) == pytest.approx(141.42, rel=1e-4)
    assert Mixture(parts[::-1], (0.5, 0.5)).quantile(0.5) == pytest.approx(141.42, rel=1e-4)


def test_a_mixture_stays_within_the_bounds_of_the_quantity() -> None:
    pool = Mixture((from_claim(0.9, 0.95, 0.99, 0.05), from_claim(None, 0.99, None, 0.2)), (0.5, 0.5), 0.0, 1.0)
    assert pool.quantile(0.999) == 1.0
    assert pool.quantile(0.05) < 0.95


values = st.floats(1e-3, 1e12)
spreads = st.floats(0.001, 1.0)
parts_of_claims = st.builds(lambda value, spread: from_claim(None, value, None, spread), values, spreads)
pools = st.lists(st.tuples(parts_of_claims, st.floats(0.05, 1.0)), min_size=1, max_size=5).map(
    lambda pairs: Mixture(
        tuple(part for part, _ in pairs), tuple(w / sum(weight for _, weight in pairs) for _, w in pairs)
    )
)
levels = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


@settings(deadline=None, max_examples=80)
@given(pools)
def test_quantiles_are_ordered_and_lie_among_those_of_the_claims(pool: Mixture) -> None:
    found = [pool.quantile(p) for p in levels]
    assert found == sorted(found)
    for p, x in zip(levels, found, strict=True):
        ends = [part.quantile(p) for part in pool.parts]
        assert min(ends) * (1 - TOLERANCE) <= x <= max(ends) * (1 + TOLERANCE)


@settings(deadline=None, max_examples=80)
@given(pools, st.sampled_from(levels))
def test_the_quantile_is_the_first_point_that_reaches_the_probability(pool: Mixture, p: float) -> None:
    x = pool.quantile(p)
    assert pool.cdf(x * (1 + 1e-9)) >= p - 1e-9
    assert pool.cdf(x * (1 - 1e-9)) <= p + 1e-9


@settings(deadline=None, max_examples=80)
@given(pools, st.permutations(range(5)))
def test_the_order_of_claims_does_not_matter(pool: Mixture, order: list[int]) -> None:
    kept = [index for index in order if index < len(pool.parts)]
    other = Mixture(tuple(pool.parts[i] for i in kept), tuple(pool.weights[i] for i in kept))
    for part in pool.parts:
        for p in levels:
            x = part.quantile(p)
            assert other.cdf(x) == pytest.approx(pool.cdf(x), abs=1e-12)


@settings(deadline=None, max_examples=80)
@given(values, spreads, st.floats(1.0, 4.0), st.floats(1.1, 4.0))
def test_disagreement_widens(value: float, spread: float, apart: float, more: float) -> None:
    def width(factor: float) -> float:
        pool = Mixture(tuple(from_claim(None, v, None, spread) for v in (value / factor, value * factor)), (0.5, 0.5))
        return math.log(pool.quantile(0.95) / pool.quantile(0.05))

    assert width(1.0) == pytest.approx(2 * Z95 * spread, rel=1e-6)  # agreement changes nothing
    assert width(apart * more) > width(apart) * (1 - TOLERANCE)
    assert width(apart * more) > width(1.0)
