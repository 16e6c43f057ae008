"""Production, worked cases: what small makers and others made before, their chips' strength then, prices, luck."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import production
from rechenmacht.domains.race.axes import BLOCS, CHINESE, CHIPS, CN, H100E_8BIT, HUAWEI, MEASURES, NVIDIA, VENDORS
from tests.race.cases import parameters, policy, state

OTHER, OPEN = VENDORS.index("other_us"), VENDORS.index("open_hardware")


def test_a_small_maker_is_grown_backwards_from_its_level() -> None:
    p = parameters(
        production__level__other_us=8000.0, production__growth_before__other_us=np.log(2.0),
        production__per_chip__other_us__h100e_8bit=0.5,
    )  # fmt: skip
    seen = policy(after=0.0, before=-2.0)
    found = production.observed(state(p), p, seen, np)
    # two years before, at a doubling a year: 8,000 / 4 = 2,000 a year, 500 a quarter, of half an H100 each at any age
    assert found[CHIPS, OTHER] == pytest.approx([500.0])
    assert found[H100E_8BIT, OTHER] == pytest.approx([250.0])


@pytest.mark.parametrize(("year", "strength"), [(0, 0.3), (2, 0.3), (3, 0.6), (4, 0.6)])
def test_chips_before_the_last_two_years_are_weaker(year: int, strength: float) -> None:
    p = parameters(
        production__per_chip__huawei__h100e_8bit=0.6, production__per_chip_earlier__huawei=0.5,
        **{f"production__history__huawei__{y}": 4000.0 * (1 + i) for i, y in enumerate(production.YEARS)},
    )  # fmt: skip
    found = production.observed(state(p), p, policy(after=0.0, in_year=np.eye(len(production.YEARS))[year]), np)
    assert found[CHIPS, HUAWEI] == pytest.approx([1000.0 * (1 + year)])  # a quarter of the year's chips
    assert found[H100E_8BIT, HUAWEI] == pytest.approx([1000.0 * (1 + year) * strength])


def test_a_running_total_that_has_not_begun_is_nothing() -> None:
    p = parameters()
    counted = np.full((len(MEASURES), 2 * len(production.COUNTED)), -60.0)
    assert production.observed(state(p), p, policy(after=0.0, running_mid=counted), np)[:, NVIDIA] == pytest.approx(0.0)


def test_the_lower_end_of_a_band_has_its_own_width() -> None:
    p = parameters(production__level__nvidia=-2.0)
    shape = (len(MEASURES), 2 * len(production.COUNTED))
    seen = policy(
        after=0.0, running_mid=np.log(np.full(shape, 400.0)), running_low=np.full(shape, np.log(2.0)),
        running_high=np.full(shape, np.log(1.1)),
    )  # fmt: skip
    # two widths below the middle: 400 / 2**2 = 100
    assert production.observed(state(p), p, seen, np)[:, NVIDIA] == pytest.approx(np.full((5, 1), 100.0))


def test_prices_grow_with_time_and_only_american_makers_take_a_margin() -> None:
    p = parameters(
        production__price_growth=np.log(2.0), production__price_error__nvidia=1.1, production__price__huawei=1e4,
        production__price__open_hardware=100.0, production__price__other_us=5e3,
    )  # fmt: skip
    found = production.prices(p, policy(ahead=2.0), np.array([1.5]), np)
    # 20,000 seen, 1.1 of it, a margin of 1.5, doubled twice
    assert found[NVIDIA] == pytest.approx([2e4 * 1.1 * 1.5 * 4])
    assert found[OTHER] == pytest.approx([5e3 * 1.5 * 4])
    assert found[HUAWEI] == pytest.approx([1e4 * 4])
    assert found[OPEN] == pytest.approx([100.0 * 4])


def test_luck_of_strength_moves_what_a_chip_does_but_not_its_number() -> None:
    p = parameters()
    begun = state(p)
    begun["worth"] = np.ones((len(MEASURES), len(VENDORS), 1))
    still, before = production.stronger(begun, p, policy(ahead=0.0), np)
    begun["luck_strength"] = begun["luck_strength"] + 0.2
    lucky, after = production.stronger(begun, p, policy(ahead=0.0), np)
    assert lucky[CHIPS] == pytest.approx(still[CHIPS])
    assert lucky[H100E_8BIT] == pytest.approx(still[H100E_8BIT] * np.exp(0.2))
    assert after - before == pytest.approx(np.full_like(after, 0.2))


def test_growth_of_strength_halves_with_its_half_life() -> None:
    p = parameters(production__per_chip_half_life=3.0)
    begun = state(p)
    begun["worth"] = np.ones((len(MEASURES), len(VENDORS), 1))
    now, _ = production.stronger(begun, p, policy(ahead=0.0), np)
    later, _ = production.stronger(begun, p, policy(ahead=3.0), np)
    assert np.log(later[H100E_8BIT]) == pytest.approx(np.log(now[H100E_8BIT]) / 2)


def test_a_chinese_budget_is_split_among_chinese_makers_alone() -> None:
    p = parameters(production__china__displaced=0.0)
    budget, share = np.zeros((len(BLOCS), 1)), np.zeros((len(BLOCS), len(VENDORS), 1))
    budget[CN] = 8e9
    home = [VENDORS.index(v) for v in CHINESE]
    share[CN, home[0]], share[CN, home[1]], share[CN, NVIDIA] = 0.3, 0.1, 0.6
    begun = state(p, budget=budget, share=share)
    abroad, made_at_home, planned = production.ordered(begun, p, np.full((len(VENDORS), 1), 1e4), 0.25, np)
    # 8e9 / 10,000 * 0.25 = 200,000 chips, three quarters and one quarter of them; purchases abroad are booked elsewhere
    assert made_at_home[home[0]] == pytest.approx([150_000.0])
    assert made_at_home[home[1]] == pytest.approx([50_000.0])
    assert planned == pytest.approx(made_at_home)
    assert abroad[NVIDIA] == pytest.approx([0.0])
    assert [i for i in range(len(VENDORS)) if made_at_home[i, 0]] == sorted(home[:2])


def test_an_observed_step_has_no_shortage_and_no_luck() -> None:
    p = parameters()
    begun = {name: value for name, value in state(p).items() if name in production.READS}
    begun["luck_in_worth"] = np.full((len(MEASURES), len(VENDORS), 1), 0.3)
    found = production.step(begun, p, policy(after=0.0), np)
    for name in ("unfilled", "over", "luck_in_worth", "for_china"):
        assert not np.any(found[name]), name
    assert np.all(found["filled"] == 1)
    assert np.all(found["home_share"] == 1)


def test_what_is_not_filled_is_counted_in_money() -> None:
    p = parameters(production__price_growth=0.0)
    budget, share = np.zeros((len(BLOCS), 1)), np.zeros((len(BLOCS), len(VENDORS), 1))
    budget[0], share[0, NVIDIA] = 4e10, 1.0
    begun = state(p, budget=budget, share=share, line=np.full((len(VENDORS), 1), 1e5), capacity=np.full((6, 1), 1e12))
    found = production.step({name: begun[name] for name in production.READS}, p, policy(), np)
    made, price = found["made"][CHIPS, NVIDIA], found["price"][NVIDIA]
    asked = 4e10 / price * 0.25
    assert made < asked / 10  # a line of 100,000 a year
    assert found["unfilled"] == pytest.approx(1 - made / asked)
