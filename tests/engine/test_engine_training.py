from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.engine import layout, memory, models, plan
from rechenmacht.domains.engine.best import best
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.layout import AUTO, FULL, NONE, Bounds, Layout, chunks, contexts, one, space, stages
from rechenmacht.domains.engine.library import stacks
from rechenmacht.domains.engine.matmul import best_rate
from rechenmacht.domains.engine.network import ring
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.search import evaluate, search
from rechenmacht.domains.engine.systems import system
from rechenmacht.domains.engine.training import Run, needed, step
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

BASE = load()
C = coefficients(BASE)
CORE = stacks()["megatron-core"]
A100, H100 = hardware(BASE, "chip:a100-sxm-80gb"), hardware(BASE, "chip:h100-sxm")
GPT3 = models.named("gpt3-175b")


def test_ring_collectives():
    # all-reduce of 1 GB over 4 members at 100 GB/s: 2 x 3/4 x 1e9 / 1e11 = 0.015 s
    assert ring(np.array([1e9]), np.array([4.0]), np.array([1e11]), 0.0, 2.0)[0] == pytest.approx(0.015)
    assert ring(np.array([1e9]), np.array([1.0]), np.array([1e11]), 1e-5)[0] == 0


def test_states_of_a_dense_model():
    # 175.2e9 parameters over tp 8 x pp 8 = 2.74e9 per chip; 2 + 4 + 12 bytes each without sharing = 49.3 GB,
    # with optimiser states over 4 data-parallel ranks 2 + 4 + 3 = 24.6 GB
    whole = memory._states(GPT3, one(tp=8, pp=8, dp=4), memory.States())[0]
    shared = memory._states(GPT3, one(tp=8, pp=8, dp=4, zero=1), memory.States())[0]
    assert whole / 1e9 == pytest.approx(175.2 / 64 * 18, rel=1e-3)
    assert shared / 1e9 == pytest.approx(175.2 / 64 * 9, rel=1e-3)


def test_bubble_by_hand():
    # 8 stages, 16 microbatches, no interleaving: the bubble is 7/16 of the stages' own time
    run = Run(2048, 16)
    found = step(GPT3, A100, CORE, C, run, one(tp=8, pp=8, dp=1, micro=1, recompute=FULL))
    own = sum(found.parts[p][0] for p in ("matmul", "attention", "memory", "tensor", "context", "expert", "pipeline"))
    own += found.parts["launch"][0] - C["launch.step_ms"] * 1e-3
    assert found.parts["bubble"][0] / own == pytest.approx(7 / 16, rel=1e-6)
    # with 4 chunks per stage a quarter of it
    chunks = step(GPT3, A100, CORE, C, run, one(tp=8, pp=8, dp=1, micro=1, vpp=4, recompute=FULL))
    assert chunks.parts["bubble"][0] < found.parts["bubble"][0] / 3


def test_search_agrees_with_one_by_one():
    model, run = models.named("llama3-8b"), Run(4096, 16)
    bounds = Bounds(sequence=None, overlap=None, offload=None, vpp=1, largest_micro=4, tp_beyond=2)
    found = search(model, H100, CORE, C, run, 8, bounds)
    layouts = space(8, 16, 32, 32, 8, 4096, 0, H100.domain, bounds)
    times = []
    for i in range(len(layouts)):
        single = step(model, H100, CORE, C, run, Layout(*(getattr(layouts, f.name)[[i]] for f in fields(Layout))))
        times.append(float(single.seconds[0]) if single.fits[0] else np.inf)
    assert found.configurations == len(layouts)
    assert found.best.seconds == pytest.approx(min(times), rel=1e-12)
    assert found.best.layout == layouts.row(int(np.argmin(times)))
    for kept in found.pareto:  # nobody beats a member of the front in everything
        assert kept.seconds >= found.best.seconds
        others = [o for o in found.pareto if o is not kept]
        assert not any(o.seconds <= kept.seconds and o.memory_gb < kept.memory_gb and o.energy_kwh < kept.energy_kwh
                       for o in others)  # fmt: skip


def test_every_layout_uses_all_chips_and_shares_the_batch():
    layouts = space(1024, 1536, 96, 96, 96, 2048, 0, 8, Bounds())
    assert (layouts.tp * layouts.pp * layouts.dp * layouts.cp == 1024).all()
    assert (1536 % (layouts.dp * layouts.micro) == 0).all()
    assert (96 % layouts.tp == 0).all()


def test_stages_hold_the_same_number_of_layers_but_the_first_and_the_last():
    # Llama 3 405B: 126 layers on 16 stages of 8 are 2 short; DeepSeek-V3: 61 on 16 of 4 are 3 short
    assert stages(126, 16) and stages(61, 16) and stages(80, 16)
    # 80 layers on 19 stages of 5 are 15 short, on 13 of 7 are 11 short; 61 in 20 turns of 4 are 19 short
    assert not (stages(80, 19) or stages(80, 13) or stages(61, 20) or stages(4, 8))
    # 80 layers on 41 stages of 2 are 2 short, which could be run, but nobody chooses; on 20 stages of 4 none are short
    usual = layout.usual_stages
    assert stages(80, 41) and not usual(80, 41) and usual(126, 16) and usual(80, 20) and usual(61, 3)
    # 126 + 2 layers in 8 stages take turns 2, 4, 8 times (16, 32, 64 chunks of 8, 4, 2), but not 3 or 5 times
    assert chunks(126, 8) == (1, 2, 4, 8)
    assert 10 not in chunks(61, 2) and chunks(61, 1) == (1,)


def test_ranks_of_a_context_take_two_equal_pieces_of_it():
    # 8,192 tokens: pieces of 8192 / 2 / cp; 3 and 5 leave a rest. 6,144 = 2 * 3 * 1,024. At least 1,024 tokens a rank.
    assert contexts(960, 8192) == (1, 2, 4, 8)
    assert contexts(960, 6144) == (1, 2, 3, 4, 6)
    assert contexts(960, 4096) == (1, 2, 4)
    assert contexts(960, 4097) == (1,)


@settings(max_examples=20, deadline=None)
@given(st.integers(8, 700).map(lambda n: 8 * n), st.sampled_from([60, 61, 80, 94, 126]), st.integers(1, 64))
def test_every_layout_is_one_that_frameworks_run(chips, layers, each):
    found = space(chips, chips * each, layers, 64, 8, 8192, 0, 8, Bounds(recompute=AUTO))
    assert (-layers % (found.pp * found.vpp) <= 3).all() and (found.pp * found.vpp <= layers).all()
    assert (8192 % (2 * found.cp) == 0).all()
    assert not np.isin(found.pp, [13, 19, 41]).any()


def test_a_misfit_says_by_how_much():
    found = search(GPT3, A100, CORE, C, Run(2048, 8), 8, Bounds())
    assert found.best is None
    assert found.nearest_miss_gb > 100
    with pytest.raises(BadInput, match="no parallelisation"):
        search(GPT3, A100, CORE, C, Run(2048, 7), 64, Bounds(dp=2))


def best_time(hw, c=C, batch=64.0, model=None):
    model = model or models.named("llama3-8b")
    layouts = space(16, int(batch), 32, 32, 8, 4096, 0, hw.domain, Bounds(recompute=AUTO))
    e = evaluate(model, hw, CORE, c, Run(4096, batch), layouts)
    return float(np.min(np.where(e.fits, e.seconds, np.inf)))


PLAIN = best_time(H100)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["memory_gb", "memory_tbps", "scaleup_gbps", "scaleout_gbps", "peak16", "matmul16"]),
    st.floats(1.0, 4.0),
)
def test_more_of_anything_never_slows(field, factor):
    value = getattr(H100, field) * factor
    if field == "matmul16":
        value = min(value, 1.0)
    changed = replace(H100, **{field: value})
    if field == "peak16":  # the half size of products grows with the chip, never so far that it slows
        changed = replace(changed, peak8=changed.peak8 * factor, peak4=changed.peak4 * factor)
    assert best_time(changed) <= PLAIN * (1 + 1e-9)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["matmul.hopper", "link.scaleup", "link.scaleout", "link.memory", "attention.fused"]),
       st.floats(1.0, 1.5))  # fmt: skip
def test_better_efficiency_never_slows(name, factor):
    assert best_time(H100, C.with_values({name: C[name] * factor})) <= PLAIN * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([1, 2, 4, 8]), st.sampled_from([1, 2, 4, 8]), st.sampled_from([1, 2, 4]),
    st.sampled_from([1, 2, 4]), st.integers(1, 32), st.sampled_from([NONE, FULL]), st.sampled_from([0.0, 1.0, 3.0]),
)  # fmt: skip
def test_doubling_the_batch_never_costs_a_token_more(tp, pp, dp, micro, per_rank, recompute, zero):
    lay = one(tp=tp, pp=pp, dp=dp, micro=micro, recompute=recompute, zero=zero)
    batch = float(dp * micro * per_rank)
    small = step(GPT3, A100, CORE, C, Run(2048, batch), lay).seconds[0] / batch
    large = step(GPT3, A100, CORE, C, Run(2048, 2 * batch), lay).seconds[0] / (2 * batch)
    assert large <= small * (1 + 1e-9)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 10))
def test_the_unit_of_time_does_not_matter(k):
    """All rates k times higher and all latencies k times lower: every time is k times shorter."""
    lay = one(tp=4, pp=4, dp=4, micro=2, recompute=FULL, zero=1)
    fast = replace(
        A100, peak8=A100.peak8 * k, peak4=A100.peak4 * k, memory_tbps=A100.memory_tbps * k,
        scaleup_gbps=A100.scaleup_gbps * k, scaleout_gbps=A100.scaleout_gbps * k,
        matmul16=A100.matmul16 * k,  # in place of the peak, which also sets the half size
    )  # fmt: skip
    timed = [n for n in C.mid if n.startswith(("latency.", "launch."))]
    c = C.with_values({n: C[n] / k for n in timed})
    before = step(GPT3, A100, CORE, C, Run(2048, 64), lay).seconds[0]
    after = step(GPT3, fast, CORE, c, Run(2048, 64), lay).seconds[0]
    assert after * k == pytest.approx(before, rel=1e-9)


def test_eight_bit_products_are_faster_only_where_there_are_units():
    assert best_rate(H100, C, 8) > 1.3 * best_rate(H100, C, 16)
    assert best_rate(H100, C, 4) == best_rate(H100, C, 8)


def test_a_compilers_recipes_share_out_weights_where_every_chip_has_a_sequence():
    def asked(batch, **fixed):
        q = plan.settle(system(BASE, "256x tpu-v6e"), models.named("llama3-70b"), batch, 8192, bounds=Bounds(**fixed))
        return best(q, C).layout.row(0)

    usual = asked(512)
    assert (usual["tp"], usual["dp"], usual["zero"]) == (1, 256, 3)
    assert asked(64)["tp"] * asked(64)["cp"] > 1  # fewer sequences than chips
    assert asked(512, tp=4)["tp"] == 4  # what is fixed stays


def test_ragged_groups_of_experts_are_slower_than_equal_ones():
    q = plan.settle(system(BASE, "256x tpu-v6e"), models.named("mixtral-8x7b"), 1024, 4096)
    ragged, equal = (best(replace(q, run=replace(q.run, capacity=one)), C).step.seconds[0] for one in (False, True))
    assert equal < ragged < equal / C["moe.ragged"]


def test_calculons_optimum_in_its_own_space():
    # Calculon's search of GPT-3 175B on 4,096 A100, batch 4,096: 11.25 s a step (tp 8, pp 8, vpp 6, micro 1); it may hide
    # all traffic and knows neither shared-out gradients and weights (ZeRO 2 and 3) nor context parallelism
    a100 = system(BASE, "4096x a100").hw
    bounds = Bounds(sequence=None, overlap=None, offload=None, cp=1, largest_micro=64, tp_beyond=4, most_zero=1)
    found = search(GPT3, a100, stacks()["ideal"], C, Run(2048, 4096), 4096, bounds)
    assert found.best is not None
    assert found.best.seconds == pytest.approx(11.25, rel=0.02)
    assert found.best.layout["zero"] <= 1


@given(
    st.sampled_from([8, 48, 64, 1000]), st.integers(1, 400), st.sampled_from([None, 1, 2]), st.sampled_from([None, 2])
)
def test_layouts_kept_for_all_batches_are_those_of_each(chips, batch, vpp, micro):
    bounds = Bounds(vpp=vpp, micro=micro, recompute=AUTO, zero=1.0)
    given_all = (chips, 32, 32, layout.contexts(chips, 4096), 0, 8, bounds)
    one_batch, every = layout._table(*given_all, batch), layout._known(*given_all)
    once = one_batch.rows.take(layout._shared_out(one_batch, batch, bounds), axis=1)
    assert np.array_equal(once, every.rows.take(layout._shared_out(every, batch, bounds), axis=1))
    assert ((batch % once[2]) == 0).all() and (once[0] * once[1] * once[2] * once[3] == chips).all()


def test_layouts_that_do_not_fit_are_never_chosen_and_need_no_time():
    # 70B in 16 bits with its states on 64 H100: whole weights on one chip (2 + 2 bytes each) do not fit into 80 GB
    llama, run = models.named("llama3-70b"), Run(4096, 64)
    lay = space(64, 64, 80, 64, 8, 4096, 0, 8, Bounds(recompute=AUTO, zero=1.0))
    whole = step(llama, H100, CORE, C, run, lay)
    need, room = needed(llama, H100, CORE, C, run, lay)
    assert np.array_equal(room, whole.fits) and room.any() and not room.all()
    again = step(llama, H100, CORE, C, run, lay, (need, room))
    assert np.array_equal(again.seconds, whole.seconds)
