"""Errors seen in public deal maps, rebuilt; each must be caught, and our own rows must be free of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rechenmacht.domains.capital.contracts import Contract, contracts
from rechenmacht.domains.capital.packages import check, rounds
from rechenmacht.evidence.base import Base


@pytest.fixture
def leg(base: Base) -> Contract:
    return next(leg for leg in contracts(base) if leg.id == "d065")


def made(leg: Contract, name: str, amount: float, **change: object) -> Contract:
    deal = replace(leg.deal, note="", conditions="", amount_basis="headline")
    return replace(leg, id=name, headline=amount, firm=amount, deal=deal, **change)  # type: ignore[arg-type]


def errors(legs: list[Contract], sizes: dict[str, list[float]] | None = None) -> list[tuple[str, ...]]:
    return [one.legs for one in check(legs, sizes) if one.level == "error"]


def test_our_own_rows_have_no_error(base: Base) -> None:
    assert [one for one in check(contracts(base), rounds(base)) if one.level == "error"] == []


def test_a_total_of_8_bn_entered_twice(leg: Contract) -> None:
    one = made(leg, "x1", 8e9, date="2023-09-25")
    assert errors([one, made(leg, "x2", 8e9, date="2024-03-27")]) == [("x1", "x2")]


def test_a_total_beside_its_own_parts(leg: Contract) -> None:
    # 1.25 + 2.75 = 4, and 4 + 4 = 8.
    legs = [made(leg, "x1", 1.25e9, date="2023-09"), made(leg, "x2", 2.75e9, date="2024-03"), made(leg, "x3", 4e9)]
    assert errors(legs) == [("x3", "x1", "x2")]


def test_a_backstop_of_6_3_bn_entered_twice(leg: Contract) -> None:
    change = {"kind": "guarantee", "payer": "org:nvidia", "payee": "org:coreweave", "date": "2025-09-15"}
    assert errors([made(leg, "x1", 6.3e9, **change), made(leg, "x2", 6.3e9, **change)]) == [("x1", "x2")]


def test_11_9_and_12_bn_both_kept(leg: Contract) -> None:
    change = {"kind": "purchase_commitment", "payer": "org:openai", "payee": "org:coreweave", "date": "2025-03-10"}
    assert errors([made(leg, "x1", 11.9e9, **change), made(leg, "x2", 12e9, **change)]) == [("x1", "x2")]


def test_a_warrant_drawn_the_wrong_way(leg: Contract) -> None:
    buys = {"kind": "purchase_commitment", "payer": "org:openai", "payee": "org:amd", "package": "P"}
    wrong = {"kind": "warrant", "payer": "org:openai", "payee": "org:amd", "package": "P"}
    right = {"kind": "warrant", "payer": "org:amd", "payee": "org:openai", "package": "P"}
    assert errors([made(leg, "x1", 90e9, **buys), made(leg, "x2", 50e9, **wrong)]) == [("x2", "x1")]
    assert errors([made(leg, "x1", 90e9, **buys), made(leg, "x2", 50e9, **right)]) == []


def test_a_round_of_221_million_booked_to_one_investor(leg: Contract) -> None:
    whole = made(leg, "x1", 221e6, payer="org:nvidia", payee="org:coreweave")
    found = check([whole], {"org:coreweave": [221e6]})
    assert [(one.level, one.legs) for one in found] == [("look", ("x1",))]
    assert check([made(leg, "x1", 100e6, payee="org:coreweave")], {"org:coreweave": [221e6]}) == []


def test_superseded_legs_are_passed_over(leg: Contract) -> None:
    old = made(leg, "x1", 8e9, state="superseded")
    assert check([old, made(leg, "x2", 8e9)]) == []


def test_equal_rounds_may_be_told_apart(base: Base, leg: Contract) -> None:
    # Amazon's 4 bn of 2023 and its 4 bn of 2024 are two; the row says so.
    assert "distinct from d064" in leg.deal.note
    apart = replace(made(leg, "x2", 8e9), deal=replace(leg.deal, note="distinct from x1"))
    assert check([made(leg, "x1", 8e9), apart]) == []
