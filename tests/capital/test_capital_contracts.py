from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rechenmacht.domains.capital.contracts import (
    Book,
    Draw,
    amount_priors,
    contracts,
    counted,
    draw_amounts,
    due_share,
    last_date,
    left_out,
)
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.validate import deal_faults


def by_id(base: Base, at: str | None = None) -> dict[str, object]:
    return {leg.id: leg for leg in contracts(base, at)}


def test_all_rows_are_carried_and_each_is_counted_or_has_a_reason(base: Base) -> None:
    legs = contracts(base)
    assert len(legs) == 109
    out = left_out(legs)
    assert len(counted(legs).contracts) + sum(map(len, out.values())) == 109
    assert out["aggregate"] == ["d025", "d095", "d096"]
    assert out["historical"] == ["d109"]
    assert out["superseded"] == ["d005", "d006", "d058"]
    assert out["unsupported"] == ["d031", "d091", "d092", "d100", "d102"]
    assert len(out["unknown"]) == 11


def test_firmness_of_the_contract_with_ninety_days_notice(base: Base) -> None:
    # 1.25 bn a month, 90 days: 3.75 of 45 bn.
    leg = by_id(base)["d048"]
    assert (leg.firm, leg.headline, leg.exit_days) == (3.75e9, 45e9, 90)
    assert leg.firm / leg.headline == pytest.approx(0.0833, abs=1e-4)


@pytest.mark.validation
def test_firmness_of_all_that_counts_is_as_stated_with_the_raw_rows(base: Base, book: Book) -> None:
    # The raw material says "about 0.77" for all active rows together.
    assert book.firm.sum() / book.headline.sum() == pytest.approx(0.77, abs=0.01)


def test_superseded_ended_aggregate_and_proposed_legs_never_count(base: Base) -> None:
    ids = {leg.id for leg in counted(contracts(base)).contracts}
    assert not ids & {"d005", "d006", "d058", "d024", "d107", "d108", "d025", "d095", "d096", "d109", "d016", "d056"}
    wide = {leg.id for leg in counted(contracts(base), proposed=True, unsupported=True).contracts}
    assert {"d016", "d056", "d102"} <= wide
    assert not wide & {"d005", "d006", "d058", "d024", "d025", "d095", "d096", "d109"}


def test_a_letter_of_intent_is_a_proposal_until_it_is_replaced(base: Base) -> None:
    then, now = by_id(base, "2025-12")["d005"], by_id(base)["d005"]
    assert (then.state, now.state) == ("proposed", "superseded")
    assert (then.firm, then.headline) == (0, 100e9)
    assert by_id(base, "2026-02")["d058"].state == "binding"  # its successor came in April


def test_what_is_not_signed_has_no_firm_value(base: Base) -> None:
    for leg in contracts(base):
        if leg.status in {"announced", "letter of intent", "reported talks", "cancelled"} and leg.firm is not None:
            assert leg.firm == 0


def test_contracts_made_later_do_not_count_before(base: Base) -> None:
    assert all(leg.date <= "2024" for leg in counted(contracts(base, "2023")).contracts)
    with pytest.raises(BadInput, match="no date"):
        contracts(base, "last week")


def test_the_payer_of_a_warrant_is_the_one_that_grants_it(base: Base) -> None:
    legs = by_id(base)
    assert (legs["d050"].payer, legs["d050"].payee) == ("org:amd", "org:openai")
    assert (legs["d036"].payer, legs["d036"].payee) == ("org:coreweave", "org:openai")


def test_firm_to_headline_is_no_band_of_five_to_ninety_five_percent(base: Base, draw: Draw) -> None:
    # d010: 15 bn firm, 35 bn more on conditions: uniform between; the single figure of d004 has a spread.
    legs = by_id(base)
    amount, realised = amount_priors(base, legs["d010"])
    assert realised is not None
    assert (amount.low, amount.high) == (15e9, 50e9)
    drawn = draw_amounts(base, Book((legs["d010"], legs["d004"])), draw)
    assert drawn.shape == (2, 400)
    assert 15e9 <= drawn[0].min() < 16e9
    assert 49e9 < drawn[0].max() <= 50e9
    assert np.median(drawn[1]) == pytest.approx(250e9, rel=0.01)
    assert drawn[1].std() > 0


def test_another_contract_moves_no_draw(base: Base, book: Book, draw: Draw) -> None:
    all_drawn = draw_amounts(base, book, draw)
    fewer = Book(book.contracts[:10])
    assert np.array_equal(draw_amounts(base, fewer, draw), all_drawn[:10])


def test_matrix_adds_parallel_contracts(book: Book) -> None:
    sums = book.matrix(book.headline)
    assert sums.sum() == pytest.approx(book.headline.sum())
    openai, amazon = book.index["org:openai"], book.index["org:amazon"]
    assert sums[openai, amazon] == pytest.approx(138e9)  # 38 + 100
    with pytest.raises(BadInput, match="org:apple has no contract"):
        book.position("org:apple")


def test_due_shares_of_all_years_add_up_to_one() -> None:
    # Horizon 5, ramp 0.5: the first year is 0.5 x 0.2 + 0.5 x 0.04 = 0.12.
    ages = np.arange(-2.0, 8.0)
    for ramp in (0.0, 0.5, 1.0):
        shares = due_share(ages, np.asarray(5.0), np.asarray(ramp))
        assert shares.sum() == pytest.approx(1)
        assert (shares >= 0).all()
    assert due_share(np.asarray(0.0), np.asarray(5.0), np.asarray(0.5)) == pytest.approx(0.12)


def test_last_date_is_that_of_the_last_deal(base: Base) -> None:
    assert last_date(base) == "2026-05"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "gift"}, "kind 'gift' is none of"),
        ({"status": "rumour"}, "status 'rumour' is none of"),
        ({"band": "5-95"}, "band '5-95' is none of"),
        ({"scope": "contract", "note": "AGGREGATE: overlaps"}, "note says AGGREGATE"),
        ({"exit_days": "soon"}, "exit_days 'soon' is no positive number"),
        ({"horizon_years": "-3"}, "horizon_years '-3' is no positive number"),
        ({"start": "2027-13"}, "start"),
        ({"payee": "org:nvidia", "payer": "org:nvidia"}, "payer and payee are both"),
    ],
)
def test_wrong_deals_are_refused(base: Base, change: dict[str, str], message: str) -> None:
    deal = replace(base.tables.deals[6], **change)
    assert any(message in fault for fault in deal_faults(deal))
    assert not list(deal_faults(base.tables.deals[6]))
