"""The path to 2030: books close, a worse shock is worse, firms can fail, and it hangs on the race."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.capital import path, path_book, path_tables
from rechenmacht.domains.capital.contracts import Book, last_date
from rechenmacht.domains.capital.path_book import World, maturities, steady, world_of
from rechenmacht.domains.capital.path_levers import FIRMS, LEVERS, PathLevers, parse, scaled
from rechenmacht.domains.capital.path_way import Openings, beyond, way, worst
from rechenmacht.domains.capital.recorder import Recorder, sampler
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

DRAWS, FEW = 200, 90
OPENAI, ANTHROPIC, XAI = 0, 1, 2


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return sampler(DRAWS, 1)


def grown(draws: int = DRAWS, bust: float = 1.0) -> World:
    """Demand doubles every year; `bust` is what expectation falls to in 2028."""
    years = np.arange(len(path_book.QUARTERS))[:, None] / 4 * np.ones((1, draws))
    ones = np.ones_like(years)
    expectation = np.where(years >= 1.5, bust, 1.2)
    return World(2.0**years * np.where(years >= 1.5, min(bust, 1.0), 1.0), ones * 1.5, expectation, ones, ones)


def run(base: Base, book: Book, draw: Recorder, texts: tuple[str, ...] = (), world: World | None = None) -> path.Path:
    levers = parse(texts)
    start = path_book.opening(base, book, draw, last_date(base), levers)
    return path.run(start, world or grown(), levers)


@pytest.mark.parametrize("texts", [(), ("window=0", "revenue=0.5"), ("default.openai=1",), ("rent=0.3", "tenants=0")])
def test_books_close_every_quarter(base: Base, book: Book, recorder: Recorder, texts: tuple[str, ...]) -> None:
    start = path_book.opening(base, book, recorder, last_date(base), parse(texts))
    got = path.run(start, grown(), parse(texts))
    before = np.concatenate([start.cash[None], got.cash[:-1]])
    scale = np.abs(got.inflow).max()
    assert np.abs(got.cash - before - got.inflow + got.outflow).max() / scale < 1e-9
    # What firms gained, all others together gave: cash in the whole network neither appears nor vanishes.
    held = (got.cash - start.cash).sum(axis=1) + got.outside.sum(axis=1)
    assert np.abs(held).max() / np.abs(got.outside).max() < 1e-9
    assert path_tables.residual(got, start.cash) < 1e-9
    assert (got.cash > -1e3).all()
    assert (got.debt >= 0).all()


WALKS = {
    "revenue": (0.7, 0.5, 0.2), "tenants": (0.5, 0.0), "spread": (0.01, 0.05, 0.1), "refinanced": (0.9, 0.8, 0.5, 0.2),
    "window": (0.5, 0.2), "life": (0.8, 0.5), "rent": (0.7, 0.4), "delay": (0.5, 1.0, 2.0), "guarantees": (0.5, 1.0),
    "revenue.openai": (0.7,), "window.anthropic": (0.5,), "default.openai": (1.0,),
}  # fmt: skip


def busts(draws: int = FEW) -> World:
    """A third of the draws grows, a third busts mildly and late, a third early and hard; prices fall in both."""
    worlds = [grown(draws, bust) for bust in (1.0, 0.6, 0.3)]
    kind = np.arange(draws) % 3
    pick = {name: np.choose(kind, [getattr(one, name) for one in worlds]) for name in ("demand", "expectation")}
    fallen = np.linspace(1.0, 0.3, len(path_book.QUARTERS))[:, None]
    price = np.where(kind > 0, fallen, 1.0)
    return World(pick["demand"], np.full_like(price, 1.5), pick["expectation"], np.ones_like(price), price)


def test_a_worse_shock_leaves_no_less_loss_in_any_draw(base: Base, book: Book) -> None:
    assert set(LEVERS) == {name.partition(".")[0] for name in WALKS}
    openings, world = Openings(base, book, sampler(FEW, 1), last_date(base)), busts()
    calm, _, walked = worst(openings, world, parse(()))
    assert not walked.any()
    for lever, values in WALKS.items():
        before = calm.total_loss
        for value in values:
            got, _, _ = worst(openings, world, parse((f"{lever}={value}",)))
            assert (got.total_loss >= before).all(), (lever, value)
            assert path_tables.residual(got, openings.of(parse(())).cash) < 1e-9
            before = got.total_loss


def test_a_second_lever_never_takes_loss_away(base: Base, book: Book) -> None:
    openings, world = Openings(base, book, sampler(FEW, 1), last_date(base)), busts()
    for one, both in ((("window=0",), ("window=0", "spread=0.03")), (("delay=2",), ("delay=2", "refinanced=0.2"))):
        alone, together = (worst(openings, world, parse(texts))[0].total_loss for texts in (one, both))
        assert (together >= alone).all()


def test_the_way_to_a_stress() -> None:
    # 0.5 lies between the rungs 0.6 and 0.4: calm, 0.8 and 0.6 are milder, 0.4 is the next.
    assert [one.values["rent"] for one in way(parse(("rent=0.5",)))] == [1.0, 0.8, 0.6]
    assert beyond(parse(("rent=0.5",))) == PathLevers({"rent": 0.4})
    assert beyond(parse(("rent=0.4",))) is None
    # Better means are no stress: nothing to walk, but they stay as they are while another lever is walked.
    assert way(parse(("revenue=2",))) == ()
    assert {one.values["revenue.openai"] for one in way(parse(("revenue.openai=2", "rent=0.6")))} == {2.0}
    # Of many levers the steps are walked together: few runs, however many levers.
    many = parse(("revenue=0.5", "tenants=0", "spread=0.5", "refinanced=0", "window=0", "life=0.1", "rent=0.05"))
    assert len(way(many)) < 60


def test_money_raised_on_the_way_is_lost_with_the_firm(base: Base, book: Book, recorder: Recorder) -> None:
    got = run(base, book, recorder, ("revenue.openai=0.4",))
    start = path_book.opening(base, book, recorder, last_date(base), parse(()))
    raised = got.flows["equity"][:, OPENAI].sum(axis=0)
    fails = got.failed[OPENAI]
    assert raised[fails].max() > 1e9
    assert got.shareholder_loss[OPENAI][fails] == pytest.approx(start.equity_paid[OPENAI] + raised[fails])


def test_labs_and_xai_can_fail_and_say_why(base: Base, book: Book, recorder: Recorder) -> None:
    hit = run(base, book, recorder, ("revenue=0.1", "window=0"))
    assert hit.failed[OPENAI].mean() > 0.9
    assert hit.failed[ANTHROPIC].mean() > 0.2
    assert hit.failed[XAI].mean() > 0.05
    assert set(np.unique(hit.cause[OPENAI][hit.failed[OPENAI]])) <= {1, 2}
    named = run(base, book, recorder, ("default.openai=1",))
    assert named.failed[OPENAI].all()
    assert (named.cause[OPENAI] == 3).mean() > 0.9
    assert named.lost_revenue.sum(axis=0).mean() > run(base, book, recorder).lost_revenue.sum(axis=0).mean()


def test_a_bust_of_the_race_is_a_bust_here(base: Base, book: Book, recorder: Recorder) -> None:
    boom, bust = run(base, book, recorder), run(base, book, recorder, world=grown(bust=0.3))
    assert bust.failed.mean() > boom.failed.mean()
    assert bust.total_loss.mean() > boom.total_loss.mean()


def test_contagion_only_adds(base: Base, book: Book, recorder: Recorder) -> None:
    levers = parse(("revenue=0.4", "window=0"))
    start = path_book.opening(base, book, recorder, last_date(base), levers)
    with_it, alone = path.run(start, grown(), levers), path.run(start, grown(), levers, contagion=False)
    assert with_it.lender_loss.sum() >= alone.lender_loss.sum()
    assert with_it.failed.mean() >= alone.failed.mean() - 0.005


def test_a_guarantee_is_called_when_its_obligor_fails(base: Base, book: Book, recorder: Recorder) -> None:
    # NVIDIA's cap is 105 bn; it grows with the site from fiscal 2029, so a failure in 2027 calls nothing.
    early = run(base, book, recorder, ("default.openai=1",))
    assert early.called["org:nvidia"].max() == 0
    whole = run(base, book, recorder, ("guarantees=1",))
    assert whole.called["org:nvidia"] == pytest.approx(105e9)


def test_published_maturities_are_read_from_filings(base: Base) -> None:
    # CoreWeave: 4.413 + 6.184 + 4.416 + 2.421 + 3.221 + 14.896 = 35.551 bn.
    due = maturities(base, "org:coreweave")
    assert due[2027] == 6.184e9
    assert sum(due.values()) == pytest.approx(35.551e9)
    shares = path_book.holder_shares(base, "org:coreweave")
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["bond_market"] > 0.2


def test_reverse_finds_the_smallest_fatal_shock(base: Base, book: Book) -> None:
    few = sampler(60, 1)
    rows = {r["lever"]: r for r in path_tables.reverse_rows(base, book, few, last_date(base), steady(60), "org:openai")}
    fatal = rows["revenue.openai"]["value"]
    assert fatal is not None
    hit = run(base, book, few, (f"revenue.openai={fatal}",), steady(60))
    assert hit.failed[OPENAI].mean() >= 0.5
    assert rows["rent"]["value"] is None or rows["rent"]["probability_at_worst"] >= 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("revenu=0.5", "did you mean revenue"), ("revenue", "write name=value"), ("revenue=x", "no number"),
        ("revenue=9", "within 0 and 3"), ("tenants.openai=0.5", "takes no firm"), ("revenue.apple=1", "openai"),
        ("default=1", "needs a firm"), ("default.openai=0.5", "a flag"), ("rent=nan", "within"), ("delay=-1", "within"),
    ],
)  # fmt: skip
def test_wrong_levers_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse((text,))
    with pytest.raises(BadInput, match="twice"):
        parse(("rent=0.5", "rent=0.6"))
    with pytest.raises(BadInput, match="opposite directions"):
        parse(("revenue=0.5", "revenue.openai=2"))
    with pytest.raises(BadInput, match="contradict"):
        parse(("default.openai=1", "revenue.openai=3"))


def test_levers_of_a_firm_and_of_all_multiply() -> None:
    # 0.8 for all and 0.5 for OpenAI: 0.4 there, 0.8 elsewhere.
    levers = parse(("revenue=0.8", "revenue.openai=0.5"))
    assert levers.of("revenue", "org:openai") == pytest.approx(0.4)
    assert levers.of("revenue", "org:oracle") == 0.8
    assert scaled("revenue", 0.25).values == {"revenue": 0.75}
    assert PathLevers().of("spread") == 0.0


def test_a_run_without_a_series_is_refused() -> None:
    with pytest.raises(BadInput, match="no series ai_revenue of World"):
        world_of(np.ones((1, 17, 3), dtype=np.float32), [("other", "World")], path_book.QUARTERS)


def test_judgement_shares_and_losses_by_holder(base: Base, book: Book, recorder: Recorder) -> None:
    levers = parse(("revenue=0.5",))
    openings = Openings(base, book, recorder, last_date(base))
    got, direct, _ = worst(openings, grown(), levers, direct=True)
    judged, every = path_tables.judgement_count(recorder)
    assert judged / every <= 1 / 3 + 0.05
    for row in path_tables.firm_rows(got, recorder):
        assert row["judgement_share"] is None or 0 <= row["judgement_share"] <= 1
        assert row["illiquid"] + row["insolvent"] == pytest.approx(row["default_probability"])
    start = openings.of(levers)
    losses = path_tables.holder_rows(got, direct, start.holders)
    # Who is not named as a holder has no row and is said to be unknown, never a zero.
    unknown = path_tables.unknown_holders(start.holders)
    assert "pension_funds" in unknown
    assert not set(unknown) & {row["holder"] for row in losses}
    debt = sum(r["mean"] for r in losses if r["holder"] not in {"shareholders", "sellers_and_suppliers"})
    assert debt == pytest.approx(got.lender_loss.sum(axis=0).mean())
    assert len(FIRMS) == len(path_tables.firm_rows(got, recorder))
