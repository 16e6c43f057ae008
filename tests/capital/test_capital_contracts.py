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
from rechenmacht.domains.capital.stages import RESTS, STAGES, moved, rests_on, stage_of, stages
from rechenmacht.domains.capital.tables import support_rows
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.validate import deal_faults
from rechenmacht.evidence.validate_filings import executed_problems
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words


def by_id(base: Base, at: str | None = None) -> dict[str, object]:
    return {leg.id: leg for leg in contracts(base, at)}


def test_all_rows_are_carried_and_each_is_counted_or_has_a_reason(base: Base) -> None:
    legs = contracts(base)
    assert len(legs) == 159
    out = left_out(legs)
    assert len(counted(legs).contracts) + sum(map(len, out.values())) == 159
    assert out["aggregate"] == ["d025", "d095", "d096", "d141", "d153", "d154", "d155"]
    assert out["historical"] == ["d109"]
    assert {"d005", "d006", "d043", "d044", "d045", "d046", "d058", "d082"} <= set(out["superseded"])
    assert out["unsupported"] == ["d031", "d102", "d125", "d159"]


def test_firmness_of_the_contract_with_ninety_days_notice(base: Base) -> None:
    # 1.25 bn a month, 90 days: 3.75 of 45 bn.
    leg = by_id(base)["d048"]
    assert (leg.firm, leg.headline, leg.exit_days) == (3.75e9, 45e9, 90)
    assert leg.firm / leg.headline == pytest.approx(0.0833, abs=1e-4)


@pytest.mark.validation
def test_firmness_of_all_that_counted_in_may_is_as_stated_with_the_raw_rows(base: Base) -> None:
    # The raw material of May 2026 says "about 0.77"; SoftBank's bridge of 40 bn, signed by then, and legs since known
    # to have been paid in full raise it to 0.80.
    may = counted(contracts(base, "2026-05-20"))
    assert may.firm.sum() / may.headline.sum() == pytest.approx(0.80, abs=0.01)


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
    legs, then = by_id(base), by_id(base, "2026-05")
    amount, realised = amount_priors(base, then["d010"])
    assert realised is not None
    assert (amount.low, amount.high) == (15e9, 50e9)
    drawn = draw_amounts(base, Book((then["d010"], legs["d004"])), draw)
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
    assert last_date(base) == "2026-11-20"


def test_an_executed_leg_is_paid_as_stated(base: Base) -> None:
    # Amazon paid OpenAI 28.7 + 21.3 = 50 bn by July; in May 15 of 50 were firm.
    then, now = by_id(base, "2026-05")["d010"], by_id(base)["d010"]
    assert (then.firm, then.headline) == (15e9, 50e9)
    assert (now.firm, now.headline, now.band) == (50e9, 50e9, "value")
    for leg in contracts(base):
        if leg.status == "executed" and leg.state == "binding":
            assert leg.firm == leg.headline, leg.id
    assert list(executed_problems(base.tables)) == []
    tables = replace(base.tables, deals=[replace(now.deal, band="firm_headline")])
    assert "paid as stated" in next(executed_problems(tables)).reason
    other = [replace(c, value=40e9) if c.id == now.claim else c for c in base.tables.claims]
    tables = replace(base.tables, deals=[now.deal], claims=other)
    assert "5e+10 USD have moved" in next(executed_problems(tables)).reason


def test_stages_have_amounts_and_dates(base: Base) -> None:
    legs = by_id(base)
    reached = {one.stage: (one.amount, one.at) for one in stages(base, legs["d010"])}
    assert reached == {"signed": (15e9, "2026-02-27"), "paid": (50e9, "2026-07-31")}
    assert [one.stage for one in stages(base, legs["d010"], "2026-05")] == ["signed"]
    assert moved(base, legs["d121"], "2026-11") == 2.837e9  # drawn of a facility of 8.5
    assert moved(base, legs["d118"], "2026-11") == 0  # a guarantee moves nothing when it is granted
    assert stage_of(base, legs["d005"]) == "ended"
    assert {stage_of(base, leg) for leg in legs.values()} <= set(STAGES)


def test_parts_of_disclosed_totals_add_up(base: Base) -> None:
    # CoreWeave's instruments of 30 June make 35.551 bn: the second facility of d122 (1.2) was drawn in August.
    legs = by_id(base)
    drawn = sum(moved(base, legs[one], "2026-06-30") for one in ("d119", "d120", "d121", "d123", "d124", "d126"))
    assert drawn + 1.101e9 == pytest.approx(35.551e9, rel=0.001)
    # Alphabet's backstops: 43.785 bn in all, two of them carried by themselves.
    assert sum(legs[one].headline for one in ("d071", "d076", "d078")) == pytest.approx(43.785e9)


def test_what_large_contracts_rest_on_is_said(base: Base, book: Book) -> None:
    rows = {row["rests_on"]: row for row in support_rows(base, book)}
    assert set(rows) == set(RESTS)
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1)
    assert rows["weak"]["share"] < 0.10  # primary or serious: at least nine tenths of the value
    assert "d118" in rows["filing"]["large_contracts"]


def test_every_large_contract_has_a_filing_or_is_marked(base: Base, book: Book) -> None:
    words, large = Words(language("de"), base), [leg for leg in book.contracts if (leg.headline or 0.0) > 5e9]
    rows = {row["rests_on"]: row["large_contracts"] for row in support_rows(base, book)}
    assert sorted(one for ids in rows.values() for one in ids) == sorted(leg.id for leg in large)
    # One side's statement is no more than that: only a filing goes unmarked, and each mark has its words.
    assert len(rows["filing"]) >= len(large) / 2
    for leg in large:
        assert leg.id in rows[rests_on(base, leg)]
    assert all(words.term("rests_on", kind) != kind for kind in RESTS)
    known = sum(row["share"] for row in support_rows(base, book) if row["rests_on"] != "weak")
    assert known >= 0.9


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
