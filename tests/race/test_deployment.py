"""Deployment: worked case, conservation, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.race import deployment
from rechenmacht.race.axes import CHIPS, H100E_8BIT, MEASURES, OTHER_OWNERS, OWNERS, VENDORS

NVIDIA, HUAWEI = VENDORS.index("nvidia"), VENDORS.index("huawei")
MICROSOFT, META, CHINA, REST = (OWNERS.index(name) for name in ("microsoft", "meta", "china", "rest"))


def parameters(**changed: float) -> dict[str, np.ndarray]:
    p = {f"tilt.{owner}": 0.0 for owner in OWNERS if owner not in {*OTHER_OWNERS, "china"}} | {"tilt.other": 0.0}
    p |= {f"other_owners.{owner}": 1.0 for owner in OTHER_OWNERS}
    p |= {
        "china_share": 0.2,
        "china_acceptance": 0.5,
        "chinese_export_share": 0.0,
        "installation_lag": 1.0,
        "retirement": 0.0,
    }
    return {f"deployment.{name}": np.array([value]) for name, value in (p | changed).items()}


def state(observed: float = 0.0) -> dict:
    """1000 NVIDIA chips worth 2000 H100e; half of what is sold outside China goes to Microsoft, half to Meta."""
    made = np.zeros((len(MEASURES), len(VENDORS), 1))
    made[CHIPS, NVIDIA], made[H100E_8BIT, NVIDIA] = 1000.0, 2000.0
    share = np.zeros((len(VENDORS), len(OWNERS), 1))
    share[:, REST] = 1.0
    share[NVIDIA] = 0.0
    share[NVIDIA, MICROSOFT] = share[NVIDIA, META] = 0.5
    chip = np.zeros((len(MEASURES), len(VENDORS), 1))
    chip[CHIPS, NVIDIA], chip[H100E_8BIT, NVIDIA] = 1.0, 1.0
    seen = np.zeros((len(MEASURES), len(VENDORS), 1))
    seen[CHIPS, NVIDIA], seen[H100E_8BIT, NVIDIA] = 0.25, 0.05
    stock = np.zeros((len(MEASURES), len(OWNERS), 1))
    return {
        "observed": observed, "made": made, "china_observed": seen, "china_chip": chip, "owner_share": share,
        "waiting": stock, "installed": stock.copy(), "bought": stock.copy(),
    }  # fmt: skip


def test_worked_case_sales_to_china_and_to_others() -> None:
    # China buys 1000 * 0.2 * 0.5 = 100 chips of a kind worth 1 H100e: 100 H100e. The other 900 chips are worth
    # 2000 - 100 = 1900 H100e: Microsoft and Meta get 450 chips and 950 H100e each.
    bought = deployment.step(state(), parameters(), {}, np)["bought"]
    assert bought[CHIPS, CHINA, 0] == pytest.approx(100)
    assert bought[H100E_8BIT, CHINA, 0] == pytest.approx(100)
    assert bought[CHIPS, MICROSOFT, 0] == pytest.approx(450)
    assert bought[H100E_8BIT, META, 0] == pytest.approx(950)


def test_worked_case_observed_share_of_each_measure() -> None:
    # Observed: a quarter of the chips but a twentieth of the compute, as in 2024: 250 chips, 0.05 * 2000 = 100 H100e.
    bought = deployment.step(state(observed=1.0), parameters(), {}, np)["bought"]
    assert bought[CHIPS, CHINA, 0] == pytest.approx(250)
    assert bought[H100E_8BIT, CHINA, 0] == pytest.approx(100)


def test_worked_case_installation_and_retirement() -> None:
    # 900 chips are bought outside China. With a mean wait of one quarter 1 - e^-1 = 0.632121 of what waits is
    # installed: Microsoft 450 * 0.632121 = 284.4543; 165.5457 wait. A stock of 1000 installed before loses
    # 1 - e^(-0.12 / 4) = 0.02955447 of itself: 29.55447.
    before = state()
    before["installed"][CHIPS, MICROSOFT] = 1000.0
    new = deployment.step(before, parameters(retirement=0.12), {}, np)
    assert new["waiting"][CHIPS, MICROSOFT, 0] == pytest.approx(165.54575, rel=1e-6)
    assert new["installed"][CHIPS, MICROSOFT, 0] == pytest.approx(1000 + 284.45425 - 29.55447, rel=1e-6)


def test_chinese_vendors_sell_at_home_but_for_their_exports() -> None:
    before = state()
    before["made"][CHIPS, HUAWEI] = 500.0
    bought = deployment.step(before, parameters(chinese_export_share=0.1, china_acceptance=0.0), {}, np)["bought"]
    assert bought[CHIPS, CHINA, 0] == pytest.approx(450)
    assert bought[CHIPS, REST, 0] == pytest.approx(50)


def test_switched_off_stocks_stay() -> None:
    before = state()
    assert all(deployment.none(before, {}, {}, np)[name] is before[name] for name in deployment.WRITES)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(0.01, 10), st.floats(0.01, 5))
def test_every_chip_goes_to_exactly_one_owner(
    china: float, accepted: float, tilt: float, weight: float, lag: float
) -> None:
    p = parameters(
        china_share=china, china_acceptance=accepted, installation_lag=lag,
        **{"tilt.microsoft": tilt, "other_owners.gulf": weight},
    )  # fmt: skip
    before = state()
    new = deployment.step(before, p, {}, np)
    assert new["bought"].sum(axis=1) == pytest.approx(before["made"].sum(axis=1), rel=1e-12, abs=1e-9)
    assert (new["waiting"] + new["installed"]).sum() == pytest.approx(before["made"].sum(), rel=1e-12)
    assert min(new[name].min() for name in deployment.WRITES) >= 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_acceptance_never_lowers_chinas_purchases(one: float, other: float) -> None:
    low, high = sorted((one, other))
    bought = [
        deployment.step(state(), parameters(china_acceptance=a), {}, np)["bought"][H100E_8BIT, CHINA, 0]
        for a in (low, high)
    ]
    assert bought[1] >= bought[0]


def test_a_legal_chip_without_a_datasheet_counts_as_the_vendors_mean_chip() -> None:
    # Unknown worth: 100 of 1000 chips go to China, and a tenth of the 2000 H100e with them, not none.
    before = state()
    before["china_chip"][H100E_8BIT, NVIDIA] = np.nan
    bought = deployment.step(before, parameters(), {}, np)["bought"]
    assert bought[CHIPS, CHINA, 0] == pytest.approx(100)
    assert bought[H100E_8BIT, CHINA, 0] == pytest.approx(200)
