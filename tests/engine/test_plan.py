"""Whole answers: their figures fit together, whatever the model says; what an option makes of the question."""

from __future__ import annotations

import pytest

from rechenmacht.domains.engine import models, plan, questions, systems
from rechenmacht.domains.engine.answers.search import search
from rechenmacht.domains.engine.answers.train import train
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.serving import Target
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

SMALL, LLAMA, R1 = models.named("llama3-8b"), models.named("llama3-70b"), models.named("deepseek-r1")


@pytest.mark.parametrize(
    ("name", "width"),
    [("bf16", 16), ("FP16", 16), ("16", 16), ("fp8", 8), ("int8", 8), ("8", 8), ("NVFP4", 4), ("fp4", 4), ("4", 4)],
)
def test_number_formats(name: str, width: int) -> None:
    assert plan.bits(name) == width


def test_an_unknown_number_format_is_refused() -> None:
    with pytest.raises(BadInput, match="no number format 'fp7'"):
        plan.bits("fp7")


def test_a_training_runs_figures_fit_together(base: Base, c: Coefficients) -> None:
    system = systems.system(base, "1024x h100")
    run = plan.train(base, system, LLAMA, c, 1024, 8192, tokens=1e12, rent=2.0, use=0.5, engineering=0.25)
    rate = run.tokens_per_s.value
    assert run.step_s.value * rate == pytest.approx(1024 * 8192)
    assert run.days is not None and run.gpu_hours is not None and run.energy_mwh is not None
    # days: the tokens at that rate in the share of the time in which the run goes on
    assert run.days.value == pytest.approx(1e12 / rate / 86_400 / run.goodput)
    assert 0.5 < run.goodput < 1
    assert run.gpu_hours.value == pytest.approx(run.days.value * 24 * run.chips_used)
    assert run.energy_mwh.value == pytest.approx(run.grid_kw * run.days.value * 24 / 1000, rel=0.02)
    assert run.tokens_per_s_per_mw.value == pytest.approx(rate * 1000 / run.grid_kw)
    assert run.usd_rented is not None
    assert run.usd_rented.value == pytest.approx(2.0 * run.gpu_hours.value, rel=0.35)  # and a quarter of engineering
    assert 0 < run.mfu.low <= run.mfu.value <= run.mfu.high <= 1
    # 6 FLOP a parameter and token and the attention's, against the chips' 16-bit peak
    least = 6 * (LLAMA.params - LLAMA.embedding) * rate / (1024 * system.hw.peak16 * 1e12)
    assert least == pytest.approx(run.mfu.value, rel=0.15)
    assert sum(run.parts.values()) >= 0.99 and all(0 <= part <= 1 for part in run.parts.values())
    # a slower run takes longer: the ends of the bands change places
    assert run.days.low / run.days.value == pytest.approx(rate / run.tokens_per_s.high)
    assert run.days.high / run.days.value == pytest.approx(rate / run.tokens_per_s.low)


def test_engineering_is_a_share_of_the_cost_of_compute(base: Base, c: Coefficients) -> None:
    system = systems.system(base, "64x h100")
    few, more = (
        plan.train(base, system, SMALL, c, 128, 8192, tokens=1e11, rent=2.0, engineering=share).engineering_usd
        for share in (0.1, 0.2)
    )
    assert few is not None and more == pytest.approx(2 * few)
    run = plan.train(base, system, SMALL, c, 128, 8192, tokens=1e11, rent=2.0, engineering=0.1)
    assert run.usd_owned is not None and 0.02 < few / run.usd_owned.value < 0.12


def test_without_tokens_a_run_has_rates_only(base: Base, c: Coefficients) -> None:
    run = plan.train(base, systems.system(base, "64x h100"), SMALL, c, 128, 8192)
    assert (run.days, run.energy_mwh, run.usd_owned, run.gpu_hours, run.engineering_usd) == (None,) * 5
    assert run.tokens_per_s.value > 0


@pytest.mark.parametrize(
    ("system", "model", "bounds", "sharded"),
    [
        ("16x h100", LLAMA, Bounds(tp=1, pp=1), True),  # large, on more than one server, no other split: shared out
        ("8x h100", LLAMA, Bounds(tp=1, pp=1), False),
        ("16x h100", SMALL, Bounds(tp=1, pp=1), False),
        ("16x h100", R1, Bounds(tp=1, pp=1), False),  # experts
        ("16x h100", LLAMA, Bounds(tp=2, pp=1), False),
        ("16x h100", LLAMA, Bounds(tp=1), False),
        ("16x h100", LLAMA, None, False),
    ],
)
def test_who_shards_in_full(base: Base, system: str, model: models.Model, bounds: Bounds | None, sharded: bool) -> None:
    asked = plan.settle(systems.system(base, system), model, 64, 4096, bounds=bounds)
    assert (asked.bounds.zero == 3) is sharded
    compiled = plan.settle(systems.system(base, system), model, 64, 4096, bounds=bounds, stack="maxtext-gpu")
    assert compiled.bounds.zero is None  # the compiler decides


@pytest.mark.parametrize(("batch", "seq", "maturity"), [(0.0, 4096.0, 1.0), (64.0, -1.0, 1.0), (64.0, 4096.0, 0.0)])
def test_what_must_be_above_zero(base: Base, batch: float, seq: float, maturity: float) -> None:
    wrong = "batch" if batch <= 0 else "seq" if seq <= 0 else "maturity"
    with pytest.raises(BadInput, match=f"{wrong} must be above zero"):
        plan.settle(systems.system(base, "8x h100"), SMALL, batch, seq, maturity=maturity)


def test_splits_that_do_not_divide_name_the_nearest(base: Base, c: Coefficients) -> None:
    def refused(bounds: Bounds) -> str:
        with pytest.raises(BadInput) as caught:
            plan.fastest(plan.settle(systems.system(base, "64x h100"), LLAMA, 64, 4096, bounds=bounds), c)
        return str(caught.value)

    # 80 layers: 7 stages divide neither 80 nor 82; 64 heads: not over 3
    assert "80 layers cannot be split over 7 stages; nearest: 5, 8" in refused(Bounds(pp=7))
    assert "64 heads cannot be split over 3 tensor ranks; nearest: 2, 4" in refused(Bounds(tp=3))


@pytest.mark.parametrize(
    ("chip", "asked", "used"),
    [("h100", 4, 8), ("h100", 8, 8), ("a100", 8, 16), ("a100", 4, 16), ("b200", 4, 4), ("h100", 16, 16)],
)
def test_products_are_no_narrower_than_the_chips_units(base: Base, chip: str, asked: int, used: int) -> None:
    question = plan.served(systems.system(base, f"8x {chip}"), LLAMA, Service(1000, 500, compute_bits=asked), Target())
    if chip == "a100":
        used = 8 if question.hw.peak8 > question.hw.peak16 else 16  # INT8 units count
    assert question.service.compute_bits == used
    assert question.spread >= question.hw.spread


def test_a_services_figures_fit_together(base: Base, c: Coefficients) -> None:
    system = systems.system(base, "16x h100")
    found = plan.serving(base, system, LLAMA, c, Service(1000, 500), Target(), rent=2.0, per_worker=50.0)
    total, each = found.tokens_per_s.value, found.per_chip.value
    assert total == pytest.approx(each * 16)
    assert found.per_user == pytest.approx(1000 / found.ms_per_token.value)
    assert found.per_mw.value == pytest.approx(total * 1000 / found.grid_kw, rel=0.02)
    assert found.joules_per_token.value == pytest.approx(found.grid_kw * 1000 / total, rel=0.1)
    assert found.virtual_workers.value == pytest.approx(total / 50.0)
    # two dollars an hour a chip, per million of its tokens
    assert found.usd_per_million_rented is not None
    assert found.usd_per_million_rented.value == pytest.approx(2.0 / 3600 / each * 1e6, rel=1e-6)
    assert found.first_token.value == pytest.approx(found.first_token_s)
    assert found.first_token_s <= found.first_token_p95_s <= found.first_token_p99_s
    assert found.usd_per_million_total_tokens.value < found.usd_per_million_owned.value


def test_a_target_that_cannot_be_met_is_said(base: Base, c: Coefficients) -> None:
    system = systems.system(base, "8x h100")
    missed = plan.serving(base, system, LLAMA, c, Service(1000, 500), Target(token_s=0.001))
    met = plan.serving(base, system, LLAMA, c, Service(1000, 500), Target(token_s=0.2))
    assert "missed" in missed.assumed["latency"] and "1 ms" in missed.assumed["latency"]
    assert "latency" not in met.assumed
    assert met.ms_per_token.value <= 200 * 1.001


def told(_done: int, _all: int) -> None:
    """Nothing to tell."""


@pytest.mark.parametrize(
    ("system", "model", "batch", "seq", "precision"),
    [
        ("256x h100", "llama3-70b", 256, 8192, "bf16"),
        ("1000x h100", "llama3-8b", 4608, 4096, "bf16"),  # 1,000 chips cannot share 4,608 sequences out
        ("400x gb200", "kimi-k2", 384, 4096, "fp8"),
        ("64x tpu-v6e", "llama3-8b", 128, 4096, "bf16"),
    ],
)
def test_search_takes_the_layout_that_train_takes(
    base: Base, system: str, model: str, batch: float, seq: float, precision: str
) -> None:
    same = {"system": system, "model": model, "batch": batch, "seq": seq, "precision": precision}
    trained = train(questions.Train(**same), base, told).values
    searched = search(questions.Search(**same), base, told).values
    assert searched["best"]["layout"] == trained["layout"]
    assert searched["best"]["usual"]
    assert searched["best"]["seconds"] == pytest.approx(trained["step_s"]["value"], rel=1e-12)
    for key in ("step_s", "tokens_per_s", "chips_used", "batch"):
        assert searched[key] == trained[key]


def test_what_search_finds_faster_is_nothing_that_the_software_does_by_itself(base: Base) -> None:
    found = search(questions.Search(system="256x h100", model="llama3-70b", batch=256, seq=8192), base, told)
    rows = next(table.rows for table in found.tables if table.name == "pareto")
    faster = [row for row in rows if row["seconds"] < found.values["best"]["seconds"] * (1 - 1e-9)]
    assert faster and not any(row["usual"] for row in faster)
    assert all(row["layout"]["zero"] > 1 or row["layout"]["offload"] or row["layout"]["micro"] > 16 for row in faster)


def test_a_stated_option_of_the_search_decides(base: Base) -> None:
    found = search(questions.Search(system="256x h100", model="llama3-70b", batch=256, most_zero=3), base, told)
    assert found.values["best"]["layout"]["zero"] >= 2


def test_a_batch_that_chips_cannot_share_out_says_what_was_run(base: Base) -> None:
    found = train(questions.Train(system="1000x h100", model="llama3-8b", batch=4608), base, told)
    assert found.values["batch"] == 5000  # five sequences per chip
    assert "4,608 do not share out over 1,000 chips" in found.values["assumed"]["batch"]
    rows = {row["what"]: row["assumed"] for table in found.tables for row in table.rows}
    assert rows["step"].startswith("5,000 sequences") and rows["layout"].startswith("tp ")


def test_a_microbatch_divides_what_a_rank_gets(base: Base, c: Coefficients) -> None:
    system = systems.system(base, "64x h100")  # dp 32: 512 / 32 = 16 sequences, of which no three fit evenly
    with pytest.raises(BadInput, match="no parallelisation"):
        plan.train(base, system, SMALL, c, 512, 4096, bounds=Bounds(tp=2, pp=1, dp=32, micro=3))
