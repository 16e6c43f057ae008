"""Terms that tell runs apart that once looked alike: adapters, hosts, interleaving, software, dates, open batches."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rechenmacht.domains.engine import models, plan
from rechenmacht.domains.engine.ask import question, usual_batch
from rechenmacht.domains.engine.asked_serving import UNDATED, serving_question, serving_stack, spread_of
from rechenmacht.domains.engine.benchmarks import benchmark
from rechenmacht.domains.engine.best import best
from rechenmacht.domains.engine.goodput import evaluation_share
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.inference import Service, cache_bytes, serve, software_age, sum_share
from rechenmacht.domains.engine.layout import AUTO, Bounds, one, space
from rechenmacht.domains.engine.library import stacks
from rechenmacht.domains.engine.network import group_bandwidth
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.serving import fixed_setup
from rechenmacht.domains.engine.systems import system
from rechenmacht.domains.engine.table import predict
from rechenmacht.domains.engine.training import Run, step
from rechenmacht.evidence.base import load

BASE = load()
C = coefficients(BASE)
H100 = hardware(BASE, "chip:h100-sxm")
CORE = stacks()["megatron-core"]
LORA = {"workload": "MLPerf Llama 2 70B LoRA fine-tune", "chip": "H100 SXM", "seq": "8192", "precision": "fp8",
        "quantity": "time_to_train_min", "unit": "min", "date": "2024-05"}  # fmt: skip
SERVE = {"chip": "H100 SXM", "n_chips": "8", "workload": "deepseek-r1 serving", "seq": "1024 in/512 out",
         "precision": "fp8", "quantity": "tokens_per_s_per_chip"}  # fmt: skip


def test_stages_interleave_only_in_whole_rounds():
    # 64 chips, batch 64: with dp 8 a rank has 8 sequences, so 8 stages take turns with microbatches of 1 alone
    found = space(64, 64, 32, 32, 8, 4096, 0, 8, Bounds())
    turns = found.vpp > 1
    assert turns.any()
    rounds = 64 / (found.dp * found.micro)
    assert (rounds[turns] % found.pp[turns] == 0).all()
    assert ((found.vpp == 1) & (rounds % found.pp != 0)).any()  # these stay, without taking turns


def test_a_host_shows_only_where_it_is_slower_than_the_chip():
    model, lay = models.named("llama3-8b"), one(tp=1.0, dp=8.0, recompute=AUTO)
    slow = C.with_values({"launch.host_us": 1e5})
    free = C.with_values({"launch.host_us": 1e-3})
    large, small = Run(8192, 64), Run(128, 8)
    for run in (large, small):
        assert step(model, H100, CORE, slow, run, lay).seconds > step(model, H100, CORE, free, run, lay).seconds
    # a usual host hides behind 8,192 tokens a chip; behind 128 it does not: 32 layers x 3 passes
    usual = C.with_values({"launch.host_us": 600.0})
    hidden = step(model, H100, CORE, usual, large, lay).seconds / step(model, H100, CORE, free, large, lay).seconds
    assert hidden == pytest.approx(1.0)
    assert step(model, H100, CORE, usual, small, lay).seconds[0] >= 32 * 3 * 600e-6
    # a compiled program has no such host
    tpu, maxtext = hardware(BASE, "chip:tpu-v5p"), stacks()["maxtext"]
    assert step(model, tpu, maxtext, slow, small, lay).seconds == step(model, tpu, maxtext, free, small, lay).seconds


def test_evaluations_of_adapters_by_hand():
    # 3,072 sequences at 384 between evaluations: 8 are due, the first floor(0.125 * 8 + 2) = 3 are skipped;
    # each reads 173 sequences in 22 batches of 8 = 176, forward only: half of a step (no gradient of frozen weights)
    q = question(BASE, read_row(LORA | {"n_chips": "8", "global_batch_seqs": "8"}, 2))
    assert evaluation_share(q, C) == pytest.approx(176 / 384 / 2 * 5 / 8 * C["evaluation.slowdown"])
    # a batch of 128 skips 18
    q = question(BASE, read_row(LORA | {"n_chips": "1024", "global_batch_seqs": "128"}, 2))
    due = 11136 / 384  # sequences of the reference at that batch
    assert evaluation_share(q, C) == pytest.approx(256 / 384 / 2 * (due - 18) / due * C["evaluation.slowdown"])


def test_adapters_keep_frozen_weights_in_16_bits():
    # 70B on 80 GB chips: 140 GB of weights need two chips at least, whatever the products' format
    q = question(BASE, read_row(LORA | {"n_chips": "64", "global_batch_seqs": "8"}, 2))
    assert q.run.states.weight == 2.0
    assert q.run.states.optimiser == 0.0


def test_an_open_batch_grows_with_the_system():
    assert usual_batch(1024, 8192) == 1024  # 8,192 tokens a chip
    assert usual_batch(8, 131072) == 1
    llama = models.named("llama3-70b")
    rates = {n: plan.train(BASE, system(BASE, f"{n}x h100"), llama, C, None, 8192).mfu.value for n in (1024, 65536)}
    assert rates[65536] > 0.7 * rates[1024]
    row = {"workload": "llama3-70b pretrain", "chip": "H100 SXM", "n_chips": "1024", "seq": "8192", "precision": "bf16",
           "quantity": "tokens_per_s", "unit": "tokens/s"}  # fmt: skip
    by_row = predict(BASE, [read_row(row, 2)])[0]
    asked = plan.train(BASE, system(BASE, "1024x h100"), llama, C, None, 8192).tokens_per_s
    assert (asked.low, asked.value, asked.high) == (by_row["low"], by_row["value"], by_row["high"])


def test_a_software_slows_kernels_and_launches_apart():
    # twice the launches add their floor once more: 80 layers and one step, scheduling of one sequence included
    model = models.named("llama3-70b")
    one_chip, many = np.array([8.0]), np.array([1.0])

    def decode(c):
        return float(serve(model, H100, c, Service(128, 128, stack="vllm"), one_chip, many).decode_s[0])

    twice = C.with_values({"serve.launch.vllm": 2 * C["serve.launch.vllm"]})
    floor = 80 * C["serve.layer_us"] * 1e-6 + C["serve.step_ms"] * 1e-3 + C["serve.row_us.vllm"] * 1e-6
    age = software_age(model, C, 2026.0)
    assert decode(twice) - decode(C) == pytest.approx(floor * C["serve.launch.vllm"] * age)
    slower = C.with_values({"serve.stack.vllm": 2 * C["serve.stack.vllm"]})
    assert decode(C) < decode(slower) < 2 * decode(C)


def test_a_small_sum_reads_every_neighbour_and_a_large_one_runs_as_a_ring():
    # sizes far below the half: sum_small / members; far above: sum_large
    few = sum_share(C, np.array([2.0, 4.0, 8.0]), np.array([1.0, 1.0, 1.0]))
    assert few == pytest.approx(C["serve.sum_small"] / np.array([2.0, 4.0, 8.0]), rel=1e-3)
    assert float(sum_share(C, np.array([8.0]), np.array([1e12]))[0]) == pytest.approx(C["serve.sum_large"], rel=1e-3)


def test_what_does_not_fit_waits_for_a_whole_stay():
    # 4 x H100 hold Llama 3 70B in 8 bits and some caches of 32,768 tokens; of twice as many, half wait one stay
    model, s = models.named("llama3-70b"), Service(32000, 768, stack="vllm")
    full = next(b for b in range(200, 0, -1) if fixed_setup(model, H100, C, s, 4.0, float(b)).batch == b)
    alone, waiting = (fixed_setup(model, H100, C, s, 4.0, float(n)) for n in (full, 2 * full))
    assert waiting.batch <= full
    stay = (2 * full / waiting.batch - 1) * s.output * waiting.token_s
    assert waiting.first_s - alone.first_s == pytest.approx(stay, rel=0.1)


def test_software_without_a_date_or_a_measurement_is_less_certain():
    def wide(**more):
        q = serving_question(BASE, read_row(SERVE | {"software": "vllm"} | more, 2))
        return spread_of(q, C)

    dated, undated = wide(date="2026-03"), wide()
    # experts gain per year; an undated software may be of any day of a year
    assert undated == pytest.approx(math.hypot(dated, C["serve.gain_moe"] * UNDATED))
    assert wide(date="2026-03", software="llama.cpp") > dated + 0.05
    assert wide(workload="llama3-70b serving") < undated  # dense models gain next to nothing


def test_llama_cpp_is_known_by_its_names():
    assert serving_stack("", "hopper", "llama.cpp") == serving_stack("", "hopper", "Ollama 0.5.1") == "llamacpp"
    assert serving_stack("llama 3 8b with llama.cpp", "hopper") == "llamacpp"
    assert serving_stack("llama 3 8b with vllm", "hopper") == "vllm"
    q = serving_question(BASE, read_row(SERVE | {"workload": "llama3-8b serving", "software": "llama.cpp",
                                                 "precision": "q4_k_m"}, 2))  # fmt: skip
    assert (q.service.weight_bits, q.service.cache_bits) == (4, 16)


def test_gemma_keeps_its_window_only():
    # 62 layers x 2 x 16 heads x 128 = 253,952 elements per token; 52 layers keep 1,024 of 8,192 tokens
    gemma = models.named("gemma-3-27b")
    full = 253_952 * 2 * 8192
    assert cache_bytes(gemma, Service(1, 1), 8192) == pytest.approx(full * (10 + 52 / 8) / 62, rel=1e-3)


def test_the_same_question_under_other_names_is_the_same_answer():
    row = SERVE | {"workload": "llama3-70b serving"}
    first, second, other = predict(
        BASE, [read_row(row | {"id": "a"}, 2), read_row(row | {"id": "b", "source": "x"}, 3),
               read_row(row | {"id": "c", "n_chips": "16"}, 4)])  # fmt: skip
    assert first | {"id": "b"} == second
    assert [r["id"] for r in (first, second, other)] == ["a", "b", "c"]
    assert first["assumed"] is not second["assumed"]
    refused = predict(BASE, [read_row(row | {"id": i, "chip": "none such"}, 2) for i in "de"])
    assert [r["reason"][:6] for r in refused] == ["row d:", "row e:"]


def test_a_chip_is_the_same_object_each_time_and_nobody_changes_it():
    first = hardware(BASE, "chip:h100-sxm")
    replace(first, domain=4)
    predict(BASE, [read_row(SERVE | {"interconnect": "8x 400 Gb/s"}, 2)])
    assert hardware(BASE, "chip:h100-sxm") is first
    assert first.domain == 8


def test_what_does_not_interrupt_decoding_delays_nobody_s_next_token():
    # the time between tokens is decoding plus a share of reading; the whole stay holds all of it
    model, args = models.named("llama3-70b"), (np.array([8.0]), np.array([32.0]))
    half = serve(model, H100, C.with_values({"serve.meets.vllm": 0.5}), Service(2048, 256, stack="vllm"), *args)
    whole = serve(model, H100, C.with_values({"serve.meets.vllm": 1.0}), Service(2048, 256, stack="vllm"), *args)
    read = whole.token_s - whole.decode_s
    assert half.token_s == whole.token_s
    # of 32 sequences, each waits for the prompts of the other 31
    assert whole.between_s == pytest.approx(whole.decode_s + read * 31 / 32)
    assert half.between_s == pytest.approx(half.decode_s + read / 2 * 31 / 32)


def test_gradients_of_interleaved_stages_leave_behind_a_whole_round():
    # 8 microbatches on 8 stages over a slow network: taking turns, a chunk's gradients hide behind the round
    gpt, slow = models.named("gpt3-175b"), replace(H100, scaleout_gbps=5.0)
    lay = {"tp": 4.0, "pp": 8.0, "dp": 32.0, "zero": 1.0, "recompute": AUTO}
    plain, turns = (step(gpt, slow, CORE, C, Run(2048, 256), one(vpp=v, **lay)) for v in (1.0, 12.0))
    assert turns.parts["data"][0] < plain.parts["data"][0]


def test_utilisation_of_adapters_counts_what_they_need():
    # frozen weights: 2 forward and 2 backward operations per weight instead of 6
    llama = models.named("llama3-70b")
    frozen, whole = (llama.train_flops(8192, frozen=f) for f in (True, False))
    assert whole - frozen == pytest.approx(2 * llama.matrix)
    found = plan.train(BASE, system(BASE, "8x h200"), llama, C, 32, 8192, lora=True)
    each = llama.train_flops(8192, causal=False, frozen=True) * found.tokens_per_s.value / 8
    assert found.mfu.value == pytest.approx(each / (hardware(BASE, "chip:h200-sxm").peak16 * 1e12), rel=1e-6)


def test_servers_wired_in_pairs_give_a_small_group_few_wires():
    # eight chips in pairs: 7 wires each; two chips share one, four have three, all eight have seven. A switch gives all
    mi300x, members = hardware(BASE, "chip:mi300x"), np.array([2.0, 4.0, 8.0])
    assert mi300x.mesh and not H100.mesh
    lanes = group_bandwidth(mi300x, C, members, np.ones(3))
    assert lanes == pytest.approx(mi300x.scaleup_gbps * 1e9 * C["link.scaleup"] * np.array([1, 3, 7]) / 7)
    switched = group_bandwidth(H100, C, members, np.ones(3))
    assert switched == pytest.approx(H100.scaleup_gbps * 1e9 * C["link.scaleup"])


@pytest.mark.parametrize(("chip", "chips", "batch"), [("H100 SXM", 64, 8), ("L40S", 64, 8), ("MI300X", 8, 8)])
def test_adapters_train_without_a_pipeline(chip, chips, batch):
    asked = LORA | {"chip": chip, "n_chips": str(chips), "global_batch_seqs": str(batch)}
    q = question(BASE, read_row(asked, 2))
    assert best(q, C).layout.pp[0] == 1
    assert best(replace(q, bounds=replace(q.bounds, pp=2)), C).layout.pp[0] == 2  # told otherwise


def test_adapters_gather_shared_out_weights():
    # frozen weights that are shared out are gathered twice a microbatch, in 16 bits; trained ones also leave gradients
    model, lay = models.named("llama2-70b"), one(dp=64.0, zero=3.0, recompute=AUTO, overlap=0.0)
    frozen = step(model, H100, CORE, C, Run(4096, 64, 16, 0.0), lay).parts["data"][0]
    trained = step(model, H100, CORE, C, Run(4096, 64, 16, 1.0), lay).parts["data"][0]
    assert frozen / trained == pytest.approx(4 / 6, rel=0.01)
    assert step(model, H100, CORE, C, Run(4096, 64, 16, 0.0), one(dp=64.0, zero=1.0)).parts["data"][0] < frozen / 50


def test_samples_follow_the_reference_at_each_batch():
    lora = benchmark("mlperf llama 2 70b lora fine-tune")
    assert [lora.samples(b) for b in (4, 8, 16, 128, 512)] == pytest.approx([3072, 3072, 3840, 11136, 11136])
    # a power law between 32 (6,144) and 128 (11,136): at 64 the geometric mean
    assert lora.samples(64) == pytest.approx(math.sqrt(6144 * 11136))
    assert [lora.usual_batch(n) for n in (8, 64, 72, 512, 100_000)] == [8, 8, 9, 64, 128]
    assert benchmark("mlperf llama 3.1 405b").usual_batch(8192) == 1152
    assert benchmark("mlperf llama 3.1 8b").every == 12288 and benchmark("llama3-70b pretrain") is None
    untold = LORA | {"n_chips": "64", "measured_quantity": "time to train"}
    told = untold | {"global_batch_seqs": "8", "measured_quantity": "time to train (samples 3072)"}
    a, b = predict(BASE, [read_row(untold, 2), read_row(told, 3)])
    assert a["value"] == pytest.approx(b["value"])


def test_a_rate_per_node_is_of_the_whole_spread_of_experts():
    # eight chips cannot hold the model: the eight are the node that the rate is told of, the replica has 64
    row = SERVE | {"quantity": "other", "measured_quantity": "output tokens/s per node", "unit": "tokens/s/node",
                   "workload": "deepseek-r1 decode"}  # fmt: skip
    narrow, wide = (serving_question(BASE, read_row(row | {"ep": ep}, 2)) for ep in ("8", "64"))
    assert (narrow.chips, wide.chips, wide.sizes) == (8, 64, (64.0,))
    assert predict(BASE, [read_row(row | {"ep": "64"}, 2)])[0]["bound_by"] != "memory capacity"
