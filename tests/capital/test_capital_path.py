"""The path to 2030: books close, a worse shock is worse, firms can fail, and it hangs on the race."""

from __future__ import annotations

from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.capital import path, path_book, path_tables
from rechenmacht.domains.capital.contracts import Book, last_date
from rechenmacht.domains.capital.path_book import World, maturities, steady, world_of
from rechenmacht.domains.capital.path_levers import (
    FIRMS,
    GRID,
    LEVERS,
    WORSE_DOWN,
    PathLevers,
    parse,
    said,
    scaled,
)
from rechenmacht.domains.capital.path_way import Found, Openings, along, between, rungs, within, worst
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
    for one, both in (
        (("window=0",), ("window=0", "spread=0.03")), (("delay=2",), ("delay=2", "refinanced=0.2")),
        (("tenants=0.5",), ("tenants=0.5", "rent=0.4", "refinanced=0")),
    ):  # fmt: skip
        alone, together = (worst(openings, world, parse(texts))[0].total_loss for texts in (one, both))
        assert (together >= alone).all()


KEYS = st.sampled_from([*(name for name in LEVERS if name != "default"), "revenue.openai", "window.anthropic"])


@st.composite
def shocks(draw: st.DrawFn, most: int) -> tuple[PathLevers, PathLevers]:
    """Draw a milder and a worse stress of the same levers; any values within their bounds, better ones too."""
    mild, severe = {}, {}
    for key in draw(st.lists(KEYS, min_size=1, max_size=most, unique=True)):
        lever = key.partition(".")[0]
        _, low, high, _ = LEVERS[lever]
        one, other = sorted(draw(st.floats(low, high)) for _ in range(2))
        mild[key], severe[key] = (other, one) if lever in WORSE_DOWN else (one, other)
    return tuple(parse(f"{key}={value!r}" for key, value in one.items()) for one in (mild, severe))


@pytest.fixture(scope="module")
def few(base: Base, book: Book) -> tuple[Openings, World]:
    return Openings(base, book, sampler(24, 1), last_date(base)), busts(24)


@settings(deadline=None, max_examples=6, derandomize=True)
@given(shocks(1))
def test_of_any_two_values_the_worse_leaves_no_less_loss(
    few: tuple[Openings, World], pair: tuple[PathLevers, PathLevers]
) -> None:
    mild, severe = (worst(*few, levers)[0].total_loss for levers in pair)
    assert (severe >= mild).all()


def test_two_values_between_the_same_rungs(few: tuple[Openings, World]) -> None:
    # All between 0.5 and 0: no rung parts them, only steps of the bisection.
    values = (0.417, 0.35, 0.244, 0.183)
    losses = [worst(*few, parse((f"refinanced={value}",)))[0].total_loss for value in values]
    assert all((after >= before).all() for before, after in pairwise(losses))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 2**32 - 1), shocks(2))
def test_the_way_makes_any_loss_rise_along_each_lever(seed: int, pair: tuple[PathLevers, PathLevers]) -> None:
    # Losses without any order, one per step: a step's loss hangs on its values alone.
    def at(step: tuple[tuple[str, float], ...]) -> Found:
        return Found(np.random.default_rng([seed, crc32(repr(step).encode())]).random(8), np.zeros(8, dtype=np.intp))

    mild, severe = (within(levers, at).loss for levers in pair)
    assert (severe >= mild).all()
    # Leaving a worse lever untouched, or adding one, keeps the order too.
    first = dict([next(iter(pair[1].values.items()))])
    one = within(PathLevers(first), at).loss
    added = within(PathLevers({**first, "guarantees": 1.0, **first}), at).loss
    assert (added >= one).all()


def test_the_way_to_a_stress() -> None:
    seen: list[float] = []

    def at(value: float) -> Found:
        seen.append(value)
        return Found(np.array([losses[value]]), np.array([len(seen)]))

    # Untouched 1, rungs 0.5 and 0.05; 0.7 is the round value between, 0.3 lies below 0.5.
    losses = {1.0: 5.0, 0.5: 3.0, 0.05: 9.0, 0.7: 6.0, 0.3: 2.0}
    assert along("rent", 0.5, at).loss == [5.0]  # the calm path loses more
    assert seen == [1.0, 0.5]
    assert along("rent", 0.7, at).loss == [5.0]  # 6, but no more than the next rung
    assert along("rent", 0.3, at).loss == [5.0]
    assert along("rent", 0.05, at).loss == [9.0]
    # On the better side: no more than the calm path.
    losses[3.0] = 7.0
    assert along("rent", 3.0, at).loss == [5.0]
    assert rungs("default.openai", 1.0) == (0.0, 1.0)
    assert rungs("spread", 0.02) == (0.0, 0.05, 0.5)
    assert rungs("revenue", 2.0) == (1.0, 3.0)
    assert [between("rent", *ends) for ends in ((1.0, 0.5), (0.5, 0.05), (0.7, 0.6), (0.651, 0.653))] == [
        0.7, 0.3, 0.65, 0.652,
    ]  # fmt: skip


def test_values_are_taken_to_the_decimals_of_their_grid() -> None:
    assert said(parse(("revenue=0.53719", "spread=0.01234", "delay=0.256"))) == [
        "revenue=0.537", "spread=0.0123", "delay=0.26",
    ]  # fmt: skip
    assert set(GRID) == set(LEVERS)


def test_draws_run_in_slices_as_if_at_once(
    base: Base, book: Book, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(base, book, recorder, ("revenue=0.5",), busts(DRAWS))
    monkeypatch.setattr(path, "SLICE", 70)
    parts = run(base, book, recorder, ("revenue=0.5",), busts(DRAWS))
    assert np.array_equal(whole.total_loss, parts.total_loss)
    assert np.array_equal(whole.flows["equity"], parts.flows["equity"])
    assert np.array_equal(whole.called["org:nvidia"], parts.called["org:nvidia"])


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
