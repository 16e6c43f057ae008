"""Books: worked cases of spending, debt and a fall of spending."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import books
from rechenmacht.domains.race.axes import BLOCS, NVIDIA, US, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, sales: float = 1e11, **changed: object) -> dict:
    usd = np.zeros((len(BLOCS), len(VENDORS), 1))
    usd[US, NVIDIA] = sales
    begun = state(p, **({"sales_usd": usd} | changed))
    return {name: begun[name] for name in books.READS}


def test_worked_case_spending_by_definition() -> None:
    p = parameters(capital__chip_share=0.5, capital__company_at=4e11, capital__company_elasticity=0.9)
    found = books.step(told(p, sales=3e11), p, policy(), np)
    assert found["chip_spending"][US] == pytest.approx([3e11])
    assert found["capex"][US] == pytest.approx([6e11])  # 3e11 / 0.5
    assert found["capex_company"] == pytest.approx([4e11 * 2**0.9])  # 3e11 / 1.5e11 = 2


def test_worked_case_what_is_borrowed() -> None:
    p = parameters(capital__chip_share=0.5, capital__debt_life=4)
    fundable = np.zeros((3, 5, 1))
    fundable[:, US, 0] = [1.2e11, 2e10, 5e10]
    found = books.step(told(p, fundable=fundable, debt=np.full((5, 1), 1e11)), p, policy(), np)
    # 2e11 - 1.2e11 own - 2e10 of vendors = 6e10, of which lenders give 5e10: 1e11 * exp(-0.25 / 4) + 5e10 / 4
    assert found["debt"][US] == pytest.approx([1e11 * np.exp(-0.0625) + 1.25e10])
    assert found["circular"] == pytest.approx([2e10])


def test_worked_case_a_fall_by_more_than_30_percent_in_two_years() -> None:
    p = parameters(capital__chip_share=1.0)
    kept, years = np.full((4, 1), 1e11), np.full((8, 1), 4e11)
    # 3e11 of four quarters at most 0.7 * 4e11 = 2.8e11? 1e11 * 3 + 0 = 3e11 is more; with 0.9e11 * 3 = 2.7e11 it is less
    for each, fell in ((1e11, 0.0), (0.9e11, 1.0)):
        kept = np.full((4, 1), each)
        found = books.step(told(p, sales=0.0, quarters_usd=kept, years_usd=years), p, policy(), np)
        assert found["bust"] == pytest.approx([fell])
    assert found["years_usd"][0] == pytest.approx([2.7e11])
    again = books.step(told(p, sales=4e12, bust=[1.0]), p, policy(), np)
    assert again["bust"] == pytest.approx([1.0])  # it has happened
    assert not books.step(told(p, sales=0.0, quarters_usd=kept, years_usd=years), p, policy(after=0.0), np)[
        "bust"
    ].any()


def test_months_add_up_to_their_quarter() -> None:
    p = parameters(capital__chip_share=1.0)
    begun = told(p, sales=1.2e11)
    for month in range(3):
        found = books.step(begun, p, policy(dt=1 / 12, ends_quarter=float(month == 2)), np)
        begun |= {k: found[k] for k in ("quarter_usd", "quarters_usd", "years_usd")}
    assert found["quarters_usd"][0] == pytest.approx([3e10])  # 1.2e11 / 4
    assert found["quarter_usd"] == pytest.approx([0.0])


def test_switched_off_nobody_borrows() -> None:
    p = parameters()
    found = books.none(told(p), p, policy(), np)
    assert "debt" not in found
    assert found["capex"][US] == pytest.approx(1e11 / p["capital.chip_share"])
