from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rechenmacht.domains.capital import coverage, shocks, spending, tables
from rechenmacht.domains.capital.contracts import Book, Draw
from rechenmacht.domains.capital.drivers import drivers
from rechenmacht.domains.capital.history import busts, comparisons
from rechenmacht.domains.capital.network_file import read as read_network
from rechenmacht.domains.capital.recorder import Recorder, sampler
from rechenmacht.domains.capital.stress import outcome_row, run
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

AT = "2026-11"
EIGHT = (
    "funding_stop", "grid_delay", "guarantees", "hyperscaler_cut", "notice", "rent_170", "share_price", "three_years",
)  # fmt: skip


def test_the_eight_scenarios_are_shipped_sourced_or_called_judgement(base: Base) -> None:
    assert tuple(shocks.available(base)) == EIGHT
    for path in shocks.available(base).values():
        one = shocks.read(base, path)
        assert one.title.de != one.title.en
        assert all(shock.claims or shock.basis == "judgement" for shock in one.shock)


def test_without_stress_nothing_is_lost_and_nobody_fails(base: Base, book: Book, draw: Draw) -> None:
    calm = run(base, book, draw, AT)
    assert calm.total_lost_revenue.max() < 1
    assert all(fails.mean() < 0.01 for fails in calm.default.values())
    assert all(np.all(values == 0) for values in calm.called.values())


@pytest.mark.parametrize("name", EIGHT)
def test_a_stress_makes_nobody_better_off_and_pays_nothing_twice(base: Base, book: Book, draw: Draw, name: str) -> None:
    calm, hit = run(base, book, draw, AT), run(base, book, draw, AT, shocks.find(base, name))
    for seller, lost in hit.lost_revenue.items():
        assert (lost >= calm.lost_revenue[seller] - 1).all()
    for org, fails in calm.default.items():
        assert (hit.default[org] | ~fails).all()
    assert (hit.paid_purchases <= hit.year.ordered + 1).all()
    assert (hit.year.ordered <= hit.year.planned + 1).all()
    ceilings = sum(ceiling for _, ceiling in hit.year.guarantees)
    assert (sum(hit.called.values()) <= ceilings + 1).all()
    assert all((values >= -1).all() for values in (*hit.unpaid.values(), *hit.creditor_loss.values()))
    assert ((hit.debtrank >= -1e-9) & (hit.debtrank <= 1 + 1e-9)).all()


def test_what_each_scenario_must_show(base: Base, book: Book, draw: Draw) -> None:
    found = {name: run(base, book, draw, AT, shocks.find(base, name)) for name in EIGHT}
    assert found["funding_stop"].cut["org:openai"].max() > 0  # with 90 bn in hand it takes a bad draw
    assert found["guarantees"].called["org:google"] == pytest.approx(43.785e9)  # 38.855 + 3.2 + 1.73
    assert found["guarantees"].called["org:nvidia"] == pytest.approx(114.829e9)  # 6.3 + 105 + 3.529
    assert found["guarantees"].called["org:broadcom"] == pytest.approx(29e9)
    assert np.median(found["hyperscaler_cut"].lost_revenue["org:nscale"]) > 0
    assert found["hyperscaler_cut"].lost_revenue["org:oracle"].max() < 1
    assert {k for k, v in found["notice"].lost_revenue.items() if v.max() > 1} == {"org:spacex"}
    calm = run(base, book, draw, AT).year.lost_share
    assert np.median(found["three_years"].year.lost_share) > np.median(calm)
    assert np.median(found["rent_170"].year.lost_share) > np.median(calm)
    assert found["three_years"].default["org:coreweave"].mean() > 0.02
    # 36.4 bn over three years less over six: 6.07 bn more a year at the middle of both priors.
    assert np.median(found["three_years"].year.depreciation["org:coreweave"]) == pytest.approx(7e9, rel=0.35)
    vehicles = found["grid_delay"].default["org:vantage"].mean()
    assert 0.1 < vehicles < 0.6
    assert np.median(found["share_price"].lost_revenue["org:amd"]) > 0


def test_undelivered_purchases_are_lost_revenue_and_not_debt(base: Base, book: Book, draw: Draw) -> None:
    hit = run(base, book, draw, AT, shocks.find(base, "funding_stop"))
    assert hit.cut["org:openai"].max() > 1e9
    assert not hit.default["org:openai"].any()  # it owes nothing that is due: it buys less
    assert "org:openai" not in {debtor for debtor, _, _ in hit.year.dues}


def test_same_seed_same_numbers_and_what_decides_them(base: Base, book: Book, draw: Draw) -> None:
    recorder = Recorder(draw)
    one = run(base, book, recorder, AT, shocks.find(base, "funding_stop"))
    two = run(base, book, draw, AT, shocks.find(base, "funding_stop"))
    assert outcome_row(one) == outcome_row(two)
    first = drivers(recorder, one.total_lost_revenue)[0]
    assert first[0].name == "capital.ramp"
    assert first[1] < -0.3
    assert drivers(recorder, np.zeros(400)) == []


def scenario(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    words = 'id = "mine"\n[title]\nen = "a"\nde = "b"\n[question]\nen = "a"\nde = "b"\n'
    path.write_text(words + text)
    return path


GOOD = """[[shock]]
lever = "funding"
low = 0.0
mid = 0.5
high = 1.0
unit = "factor"
basis = "judgement"
reason = "x"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"funding"', '"fundnig"', "no such lever"),
        ('"factor"', '"percent"', "is given in 'factor'"),
        ("low = 0.0", "low = 0.9", "not in order"),
        ("high = 1.0", "high = 9.0", "must lie within 0 and 5"),
        ("high = 1.0", "high = nan", "finite"),
        ('"judgement"', '"hearsay"', "basis 'hearsay' is none of"),
        ('"judgement"', '"reported"', "no claims, and basis is not judgement"),
        ('reason = "x"', 'reason = "x"\nwho = ["org:opneai"]', "did you mean org:openai"),
        ('reason = "x"', 'reason = "x"\nclaims = ["nope"]', "no claim 'nope'"),
        ('reason = "x"', 'reason = "x"\ncolour = 1', "extra inputs"),
        ('reason = "x"', "reason = ", "mine.toml"),
    ],
)
def test_wrong_scenario_files_are_refused(base: Base, tmp_path: Path, old: str, new: str, message: str) -> None:
    assert shocks.find(base, str(scenario(tmp_path, GOOD))).shock[0].mid == 0.5
    with pytest.raises(BadInput, match=message):
        shocks.find(base, str(scenario(tmp_path, GOOD.replace(old, new))))


def test_unknown_scenario_names_the_nearest(base: Base) -> None:
    with pytest.raises(BadInput, match="did you mean funding_stop"):
        shocks.find(base, "funding_stopp")


def test_tables_hold_what_the_raw_material_says(base: Base, book: Book, draw: Draw) -> None:
    pairs = {(row["supplier"], row["customer"]): row for row in tables.pair_rows(base, book, draw)}
    assert 0.04 < pairs["org:microsoft", "org:openai"]["self_finance"]["median"] < 0.06
    assert 0.10 < pairs["org:amazon", "org:anthropic"]["self_finance"]["median"] < 0.33
    assert (
        0.05 < pairs["org:google", "org:anthropic"]["self_finance"]["median"] < 0.36
    )  # 10 to 40 of 111.1, and 3 before
    back = tables.round_trip_rows(base, book, "org:nvidia", "proportional", draw, AT)
    rho = next(row["rho"] for row in back["investments"] if row["recipient"] == "org:openai")
    assert 0.10 < rho["low"] < rho["high"] < 0.35
    direct = tables.round_trip_rows(base, book, "org:nvidia", "earmarked", draw, AT)
    assert direct["returned_in_year"]["median"] > back["returned_in_year"]["median"]
    assert back["net_demand_growth"]["median"] < back["revenue_growth"]
    cover = {row["org"]: row for row in coverage.coverage_rows(base, book, draw, AT)}
    assert cover["org:coreweave"]["ebitda_over_interest"] == pytest.approx(1.51 / 0.64, rel=0.01)
    assert cover["org:oracle"]["backlog_over_revenue"] == pytest.approx(664 / 67.4, rel=0.001)
    plan = coverage.plan_rows(base, book, draw, AT)[0]
    assert plan["org"] == "org:openai"
    assert plan["headline_ratio"] > 1
    assert "d004" in plan["no_horizon"]
    assert coverage.barrier_row(base, book)["barrier"] == pytest.approx(0.039, abs=0.002)


def test_circularity_of_the_network(base: Base, book: Book, draw: Draw) -> None:
    rows = {row["layer"]: row for row in tables.circularity_rows(base, book, draw)}
    assert rows["equity"]["max"] == rows["purchases"]["max"] == 0  # money goes round only across layers
    total = rows["total"]
    assert total["balanced"] <= total["max"] + 1e-9
    assert 0 < total["max_firm"] < total["max"]
    assert rows["cash"]["max"] < total["max"]
    assert total["balanced_drawn"]["low"] < total["balanced_drawn"]["high"] < total["max"]
    then = tables.circularity_by_date(base, draw, ["2024-Q4", "2026-Q2"])
    assert then[0]["max"] < then[-1]["max"]


def test_spend_shares_never_exceed_the_money(base: Base, book: Book, draw: Draw) -> None:
    from rechenmacht.domains.capital.contracts import draw_amounts

    shares = spending.spend_shares(base, book, draw_amounts(base, book, draw), draw, AT)
    assert (shares >= 0).all()
    assert (shares.sum(axis=2) <= 1 + 1e-9).all()


def test_history_says_what_was_known_in_2000_and_what_followed(base: Base, book: Book) -> None:
    rows = {row.id: row for row in comparisons(base, book)}
    # Lucent: 9.8 of 28.904 bn at the peak, 8.1 in September 2000; a year later 3.0 of 5.3 bn were drawn.
    promised = rows["commitments_over_revenue"]
    assert promised.then[0].low == pytest.approx(9.8 / 28.904)
    assert promised.then[1].low == pytest.approx(8.1 / 28.904)
    assert promised.then[2].low == pytest.approx(5.168 / 27.948)
    # NVIDIA: 164.529 bn over two quarters at an annual rate, 2 x (81.615 + 96.221); without OpenAI's below 2000.
    assert promised.now[0].low == pytest.approx(164.529 / 355.672)
    assert promised.now[0].low > promised.then[0].high > promised.now[1].high
    assert rows["drawn_share"].followed[0].low == pytest.approx(3.0 / 5.3)
    # Stakes at cost 47.898 of 47.898 + 25 + 164.529, or of 47.898 + 25 + 59.529.
    now = rows["drawn_share"].now[0]
    assert (now.low, now.high) == (pytest.approx(0.2017, abs=1e-4), pytest.approx(0.3617, abs=1e-4))
    fell = {one.what: one.change for one in busts(base)}
    assert fell["wireline_capex"] == pytest.approx(53 / 92 - 1)
    assert fell["utility_shares"] == pytest.approx(-0.9267)
    assert rows["loss_share"].followed[0].low == pytest.approx(0.736, abs=0.001)
    assert all(number.claims for row in rows.values() for part in (row.then, row.followed, row.now) for number in part)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1 column 2"),
        ("[]", "must be an object"),
        ('{"e": [1]}', "L is missing"),
        ('{"L": [[0, 1], [1]], "e": [1, 2]}', "rows of equal length"),
        ('{"L": [[0, 1]], "e": [1, 2]}', "shape"),
        ('{"L": [[0, -1], [0, 0]], "e": [1, 2]}', "not negative"),
        ('{"L": [[0, NaN], [0, 0]], "e": [1, 2]}', "NaN is no number"),
        ('{"L": [[1, 0], [0, 0]], "e": [1, 2]}', "nobody owes itself"),
        ('{"L": [[0]], "e": [1], "alpha": 2}', "alpha must be a number from 0 to 1"),
        ('{"L": [[0]], "e": [1], "beta": true}', "beta must be a number"),
        ('{"L": [[0]], "e": [1], "alhpa": 1}', "did you mean alpha"),
        ('{"L": [[0]], "e": []}', "1 to 5,000"),
        ('{"L": [[0]], "e": [1], "names": ["a", "b"]}', "names must be 1 texts"),
        ('{"one": {"L": [[0]], "e": [1]}, "two": {"L": [[0]], "e": [1]}}', "choose one with --case: one, two"),
    ],
)
def test_wrong_network_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "net.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_network(path)


def test_network_file_defaults(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text('{"L": [[0, 2], [0, 0]], "e": [1, 0], "p": [1, 0]}')
    found = read_network(path)
    assert (found.alpha, found.beta, found.names) == (1, 1, ("1", "2"))
    with pytest.raises(BadInput, match="there is no case"):
        read_network(path, "x")
    with pytest.raises(BadInput, match="cannot be read"):
        read_network(tmp_path / "none.json")


WORSE = {
    "funding": (0.83, 0.41, 0.07), "rent_price": (2.3, 1.47, 0.6), "useful_life": (5.1, 3.3, 1.2),
    "notice_exits": (45, 91, 700), "guarantees_called": (0.13, 0.52, 0.9), "delay": (0.37, 1.6, 4.2),
    "purchases": (0.9, 0.55, 0.2), "warrants": (0.8, 0.33, 0.0), "refinanced": (0.9, 0.6, 0.1),
}  # fmt: skip


@pytest.mark.parametrize("lever", WORSE)
def test_a_worse_shock_costs_no_less_in_any_draw(base: Base, book: Book, lever: str) -> None:
    few, words = sampler(60, 1), shocks.Words(en="-", de="-")
    before = None
    for value in WORSE[lever]:
        one = shocks.Shock(lever=lever, low=value, mid=value, high=value, unit=shocks.LEVERS[lever][0],
                           basis="judgement", reason="-")  # fmt: skip
        got = run(base, book, few, AT, shocks.Stress(id="own", title=words, question=words, shock=(one,)))
        nothing = np.zeros(60)
        losses = [got.total_lost_revenue, *(sum(part.values(), nothing) for part in (
            got.creditor_loss, got.called, got.loan_loss, got.unpaid))]  # fmt: skip
        for now, then in zip(losses, before or losses, strict=True):
            assert (now >= then - 1.0).all()
        before = losses
