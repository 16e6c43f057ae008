"""Measures by year, the network's links, warrants and filings, and every day that can be asked for."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.capital import filings, network, questions, yearly
from rechenmacht.domains.capital.contracts import Book, Draw, contracts, counted, draw_amounts, last_date
from rechenmacht.domains.capital.year import Priors
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

AT = "2026-11-20"


def leg(book: Book, name: str):  # type: ignore[no-untyped-def]
    return next(one for one in book.contracts if one.id == name)


def test_a_stake_flows_in_its_year_and_a_purchase_over_its_term(base: Base, book: Book, draw: Draw) -> None:
    prior = Priors(base, draw)
    stake, bought, granted = leg(book, "d007"), leg(book, "d009"), leg(book, "d118")
    whole = np.full(400, 30e9)
    assert (yearly.due_in(prior, stake, whole, 2026) == whole).all()
    assert not yearly.due_in(prior, stake, whole, 2027).any()
    assert not yearly.due_in(prior, granted, whole, 2029).any()
    # 38 bn over seven years from November 2025: all of it by 2033, nothing before it was signed.
    years = [yearly.due_in(prior, bought, np.full(400, 38e9), year) for year in range(2024, 2034)]
    assert not years[0].any()
    assert sum(years) == pytest.approx(38e9)


def test_orders_are_passed_on_to_the_chip_vendor(base: Base, book: Book, draw: Draw) -> None:
    found = yearly.flows(base, book, draw, 2027, ("purchases",))
    chips = Priors(base, draw)("spend.capex") * Priors(base, draw)("spend.chips")
    oracle, nvidia = book.index["org:oracle"], book.index["org:nvidia"]
    due = found[book.index["org:openai"], oracle]
    own = yearly.due_in(
        Priors(base, draw), leg(book, "d018"), draw_amounts(base, book, draw)[[c.id for c in book.contracts].index("d018")],
        2027,
    )  # fmt: skip
    assert found[oracle, nvidia] == pytest.approx(due * chips + own)
    assert not yearly.flows(base, book, draw, 2027, ("equity",)).any()  # no stake is dated then


def test_circles_of_a_year_stay_within_its_flows(base: Base, book: Book, draw: Draw) -> None:
    rows = yearly.circular_rows(base, book, draw, AT)
    assert {row["year"] for row in rows} >= {2025, 2026, 2030}
    for row in rows:
        assert 0 <= row["max_usd"] <= row["gross"] * (1 + 1e-9)
        assert row["vendor_circular"] <= row["max_usd"] * (1 + 1e-9)
        assert row["layer"] != "equity" or row["max"] == pytest.approx(0, abs=1e-9)
    cash = {row["year"]: row for row in rows if row["layer"] == "cash"}
    assert cash[2026]["max"] > cash[2025]["max"]  # stakes and purchases meet in one year
    assert cash[2025]["vendor_revenue"] == pytest.approx(187e9, rel=0.01)
    assert cash[2026]["vendor_revenue"] is None  # two quarters are missing


def test_the_round_trip_over_time_ends_with_the_one_of_today(base: Base, book: Book, draw: Draw) -> None:
    rows = yearly.returning_rows(base, draw, AT, "org:nvidia", "proportional")
    from rechenmacht.domains.capital.tables import round_trip_rows

    today = round_trip_rows(base, book, "org:nvidia", "proportional", draw, AT)
    assert rows[-1]["returned"] == today["returned_in_year"]
    assert rows[-1]["share"] == today["share_of_revenue"]
    by = {row["at"]: row for row in rows}
    assert by["2024-Q4"]["invested"] == 0
    assert by["2026-Q1"]["share"]["median"] > by["2025-Q4"]["share"]["median"]


def test_what_hangs_on_a_lab_grows_with_its_contracts(base: Base, book: Book, draw: Draw) -> None:
    rows = {(r["customer"], r["year"]): r for r in yearly.dependence_years(base, book, draw, AT, "org:nvidia")}
    openai = [rows["org:openai", year]["amount"]["median"] for year in (2025, 2026, 2027, 2028)]
    assert openai == sorted(openai)
    assert rows["org:openai", 2025]["share"]["median"] < 0.02
    assert rows["org:openai", 2026]["share"] is None
    assert yearly.dependence_years(base, book, draw, AT, "org:amd") == []


def test_links_add_up_to_the_contracts_and_warrants_have_two_values(base: Base, book: Book) -> None:
    links = network.link_rows(base, book, AT)
    assert sum(row["headline"] for row in links) == pytest.approx(book.headline.sum())
    assert sorted(one for row in links for one in row["contracts"]) == sorted(c.id for c in book.contracts)
    by = {row["contract"]: row for row in network.warrant_rows(base, book)}
    # 160 million shares at 600 dollars, and at 203.71 less a strike of 0.01.
    assert by["d050"]["top_step"] == 96e9
    assert by["d050"]["at_price"] == pytest.approx(160e6 * 203.70)
    assert by["d050"]["vested"] == 0
    out = network.out_rows(contracts(base))
    assert all(len(row["legs"]) == row["n"] == len(row["contracts"]) for row in out)


def test_filings_give_the_newest_total_and_never_a_part(base: Base) -> None:
    totals = {(row["about"], row["org"]): row for row in filings.total_rows(base, None, None)}
    # Microsoft 329.1, Oracle 288, Meta 279, Amazon 137.2, Alphabet 85.2: 1,118 bn of leases not commenced.
    five = ("microsoft", "oracle", "meta", "amazon", "google")
    leases = sum(totals["lease_not_commenced", f"org:{one}"]["amount"] for one in five)
    assert leases == pytest.approx(1118.5e9, rel=0.001)
    assert totals["purchase_commitment", "org:google"]["amount"] == 811e9
    assert totals["purchase_commitment", "org:anthropic"]["amount"] == 518e9
    held = filings.held_rows(base, "org:coreweave", None)
    assert sum(row["share"] for row in held) == pytest.approx(1)
    assert {row["year"]: row["amount"] for row in filings.maturity_rows(base, "org:coreweave")}[2027] == 6.184e9


NETWORK = [one for one in questions.QUESTIONS if "at" in one.model_fields and one is not questions.Path]


@pytest.mark.parametrize("at", ["1990", "2019", "2021-06-01", "2023-05-01", "2024-12-31", "2035", "2100"])
def test_every_day_is_answered_or_refused_in_a_sentence(base: Base, at: str) -> None:
    for question in NETWORK:
        given = {"at": at, **({"draws": 10} if "draws" in question.model_fields else {})}
        if question is questions.Exposure:
            given["org"] = "OpenAI"
        try:
            answer = question.asked(given).settled(base).answer(base)
        except BadInput as error:
            assert str(error)
        else:
            assert answer.tables


def test_a_path_from_a_book_without_compute_contracts_runs(base: Base) -> None:
    from rechenmacht.domains.capital import path, path_book
    from rechenmacht.domains.capital.path_levers import PathLevers
    from rechenmacht.domains.capital.recorder import sampler

    early = counted(contracts(base, "2020"))
    start = path_book.opening(base, early, sampler(20, 1), "2020", PathLevers())
    got = path.run(start, path_book.steady(20), PathLevers())
    assert np.isfinite(got.cash).all()
    assert start.due.shape == (0, len(path_book.QUARTERS), 20)
    assert last_date(base) == AT
