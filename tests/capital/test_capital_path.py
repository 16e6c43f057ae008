"""The path to 2030: books close, a worse shock is worse, firms can fail, and it hangs on the race."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.capital import path, path_book, path_tables
from rechenmacht.domains.capital.contracts import Book, last_date
from rechenmacht.domains.capital.path_book import World, maturities, steady, world_of
from rechenmacht.domains.capital.path_levers import FIRMS, PathLevers, parse, scaled
from rechenmacht.domains.capital.recorder import Recorder, sampler
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

DRAWS = 200
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


@pytest.mark.parametrize(
    ("mild", "severe"),
    [
        ("revenue=0.8", "revenue=0.5"), ("spread=0.02", "spread=0.1"), ("window=0.5", "window=0"),
        ("tenants=0.8", "tenants=0.3"), ("rent=0.8", "rent=0.4"), ("delay=1", "delay=3"),
    ],
)  # fmt: skip
def test_a_worse_shock_leaves_no_less_loss(base: Base, book: Book, recorder: Recorder, mild: str, severe: str) -> None:
    calm, some, more = (run(base, book, recorder, one) for one in ((), (mild,), (severe,)))
    assert calm.total_loss.mean() <= some.total_loss.mean() <= more.total_loss.mean()
    for q in (0.05, 0.5, 0.95):
        assert np.quantile(calm.total_loss, q) <= np.quantile(more.total_loss, q) + 1
    for lab in (OPENAI, ANTHROPIC) if not severe.startswith("delay") else ():  # power that is late spares a buyer
        assert calm.failed[lab].mean() <= some.failed[lab].mean() <= more.failed[lab].mean()


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
        ("default=1", "needs a firm"),
    ],
)  # fmt: skip
def test_wrong_levers_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse((text,))
    with pytest.raises(BadInput, match="twice"):
        parse(("rent=0.5", "rent=0.6"))


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
    got, direct = path_tables.both(base, book, recorder, last_date(base), grown(), levers)
    judged, every = path_tables.judgement_count(recorder)
    assert judged / every <= 1 / 3 + 0.05
    for row in path_tables.firm_rows(got, recorder):
        assert row["judgement_share"] is None or 0 <= row["judgement_share"] <= 1
        assert row["illiquid"] + row["insolvent"] == pytest.approx(row["default_probability"])
    start = path_book.opening(base, book, recorder, last_date(base), levers)
    losses = path_tables.holder_rows(got, direct, start.holders)
    debt = sum(r["mean"] for r in losses if r["holder"] not in {"shareholders", "sellers_and_suppliers"})
    assert debt == pytest.approx(got.lender_loss.sum(axis=0).mean())
    assert len(FIRMS) == len(path_tables.firm_rows(got, recorder))
