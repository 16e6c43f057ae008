"""Set-ups of services: which chips work, what is refused, what is said where the answer is not as asked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rechenmacht.answers.question import untold
from rechenmacht.domains.engine import compare, systems
from rechenmacht.domains.engine.answers.serve import serve as answer
from rechenmacht.domains.engine.asked_serving import serving_stack
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.cost import electricity_price
from rechenmacht.domains.engine.found import Band, Found, banded
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.library import families, serving_software
from rechenmacht.domains.engine.models import named
from rechenmacht.domains.engine.offsets import Offset, Offsets
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.questions import Serve
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.serving import replica_sizes, replicas
from rechenmacht.domains.engine.table import answer_row
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

BASE = load()
FITTED = calibration(BASE)


def serve(system, model="llama3-70b", **more):
    return answer(Serve(system=system, model=model, **more), BASE, untold).values


def row(**cells):
    given = {"id": "r", "seq": "4096/1024", "precision": "fp8", "quantity": "tokens_per_s", **cells}
    return answer_row(BASE, read_row(given, 2), FITTED)


def test_whole_replicas_do_not_span_domains():
    gb200 = systems.system(BASE, "gb200-nvl72").hw  # domains of 72
    size = np.array([64.0, 36.0, 5.0, 144.0])
    # one domain: 1, 2, 14 (70 of 72), none; 150 chips: two domains and 6: 2 x (1, 2, 14) + (0, 0, 1), 150 // 144 = 1
    assert list(replicas(gb200, 72, size)) == [1, 2, 14, 0]
    assert list(replicas(gb200, 150, size)) == [2, 4, 29, 1]


def test_sizes_of_replicas_leave_no_chip_of_a_domain_over():
    gb200, h200 = systems.system(BASE, "gb200-nvl72").hw, hardware(BASE, "chip:h200-sxm")
    deepseek, llama = named("deepseek-v3"), named("llama3-70b")
    assert {36, 72} <= set(replica_sizes(gb200, 72, deepseek))
    assert set(replica_sizes(h200, 100, deepseek)) == {1, 2, 4, 8, 16, 32, 64, 96}  # 12 whole domains of 8
    assert set(replica_sizes(h200, 7, llama)) == {1, 2, 4}  # heads split into powers of two


@pytest.mark.parametrize("replica", [64, None])
def test_rates_power_energy_and_cost_are_of_the_same_chips(replica):
    found = serve("gb200-nvl72", "deepseek-v3", ms_per_token=20, replica=replica)
    rate, kw = found["tokens_per_s"]["value"], found["grid_kw"]
    assert found["per_chip"]["value"] == pytest.approx(rate / 72)
    assert found["per_mw"]["value"] == pytest.approx(rate / (kw / 1000))
    assert found["joules_per_token"]["value"] == pytest.approx(1000 * kw / rate)
    # 72 - 64 chips are idle, and said; where the replica is chosen, none is
    assert ("8 of 72 chips" in found["assumed"].get("idle_chips", "")) == (replica == 64)


def test_what_is_chosen_gives_out_more_in_all_than_what_leaves_chips_idle():
    chosen = serve("gb200-nvl72", "deepseek-v3", ms_per_token=20)["tokens_per_s"]["value"]
    for replica in (16, 32, 64, 72):
        assert chosen >= serve("gb200-nvl72", "deepseek-v3", ms_per_token=20, replica=replica)["tokens_per_s"]["value"]


def test_a_replica_of_more_chips_than_there_are_is_refused():
    with pytest.raises(BadInput, match="a replica of 32 chips does not stand on 16 x"):
        serve("16x h200", replica=32)


def test_where_others_read_the_prompts_some_chips_are_left_for_them():
    assert serve("8x h200", disaggregated=True)["chips_per_replica"] < 8
    with pytest.raises(BadInput, match="replicas of 8 chips leave none of 8 x NVIDIA H200 SXM to read prompts"):
        serve("8x h200", disaggregated=True, replica=8)


def test_a_first_token_that_comes_too_late_is_said_everywhere():
    found = serve("8x h200", first_token=0.05)
    late = f"target of 0.05 s to the first token missed: 95% have it within {found['first_token_p95_s']:.3g} s"
    assert found["first_token_p95_s"] > 0.05
    assert found["assumed"]["first_token"] == late
    kept = serve("8x h200", first_token=2)
    assert kept["first_token_p95_s"] <= 2.0002
    assert "first_token" not in kept["assumed"]
    lines = answer(Serve(system="8x h200", model="llama3-70b", first_token=2), BASE, untold).tables[0].rows
    assert "at most 2 s to the first token, for 95% of the requests" in [r["assumed"] for r in lines]


def test_no_more_is_served_than_arrives():
    found, full = serve("16x h200", arrival=6), serve("16x h200")
    # 6 requests/s x 1,024 tokens = 6,144 tokens/s, of 16 chips: 384 each
    assert found["tokens_per_s"]["value"] == pytest.approx(6144)
    assert found["tokens_per_s"]["high"] == pytest.approx(6144)
    assert found["per_chip"]["value"] == pytest.approx(384)
    assert found["joules_per_token"]["value"] == pytest.approx(1000 * found["grid_kw"] / 6144)
    assert found["usd_per_million_owned"]["low"] == found["usd_per_million_owned"]["value"]
    # what a system serves at most arrives at it without being refused
    most = full["tokens_per_s"]["value"] / 1024
    assert serve("16x h200", arrival=0.97 * most)["tokens_per_s"]["value"] == pytest.approx(0.97 * most * 1024)
    apart = serve("16x h200", arrival=6, disaggregated=True)
    assert apart["tokens_per_s"]["value"] == pytest.approx(6144)


def test_what_demand_sets_is_never_above_it():
    shift = Offsets({("k", ""): Offset("k", "", math.log(2), 0.3, 9), ("k", "m"): Offset("k", "m", 0, 0.3, 9)})
    made = banded(shift, Found(50.0, "", {}, 0.0, "m", room=1.1), "k", "serving")
    # the offset doubles 50 to 100; speed could fall to 100 x 1.1 x exp(-1.28 s), s^2 = 0.3^2 + 0.01^2: 75
    assert made.value == made.high == pytest.approx(100)
    assert made.low == pytest.approx(110 * math.exp(-1.28155 * math.hypot(0.3, 0.01)), rel=1e-4)
    cost = banded(shift, Found(8.0, "", {}, 0.0, "m", sense=-1, room=50), "k", "serving")
    assert cost == Band(cost.value, cost.value, cost.value)
    assert cost.value == pytest.approx(4)


def test_software_runs_on_chips_of_its_makers_alone():
    for family in ("cdna", "ascend", "tpu"):
        with pytest.raises(BadInput, match="trtllm runs on chips of NVIDIA, not of"):
            serving_stack("", family, "TensorRT-LLM 1.0")
    assert serving_stack("", "cdna", "vllm") == "vllm"
    assert serving_stack("", "other", "trtllm") == "trtllm"  # nobody knows whose chip it is
    makers = {row.vendor for row in families().rows}
    assert all(set(row.vendors) <= makers for row in serving_software().values())
    assert "none named" in serve("8x h200")["assumed"]["stack"]
    rates = [serve("8x h200", stack=name)["tokens_per_s"]["value"] for name in ("vllm", "sglang", "trtllm")]
    assert serve("8x h200")["tokens_per_s"]["value"] > sorted(rates)[1]  # faster than most, as is said of it
    assert serve("8x h200", stack="vllm")["assumed"]["stack"] == "vllm"


def test_a_batch_that_memory_holds_back_is_said_and_no_limit_listed_that_is_missed():
    asked = Serve(system="16x h200", model="llama3-70b", replica=4, batch=4096)
    found = answer(asked, BASE, untold)
    listed = {r["what"] for r in found.tables[0].rows}
    assert "of 4,096 sequences per replica at once: the others wait" in found.values["assumed"]["in_flight"]
    assert "latency" in listed
    assert "limit" not in listed


def test_what_is_chosen_and_what_is_given_come_to_the_same_digits():
    chosen = serve("16x h200")
    given = serve("16x h200", replica=chosen["chips_per_replica"])
    assert given == chosen


def test_concurrency_is_of_the_whole_system():
    cells = {"workload": "serving llama-3.1-70b", "chip": "H200", "n_chips": "8", "concurrency": "64", "tp": "2"}
    rate, each = row(**cells)["value"], row(**cells, quantity="tpot_ms")["value"]
    # 64 in flight: 16 on each of four replicas, as the command has them; a token of each every tpot at most
    told = serve("8x h200", "llama3-70b", replica=2, batch=16)
    assert rate == told["tokens_per_s"]["value"]
    assert each == told["ms_per_token"]["value"]
    assert rate <= 64 / (each / 1000) * 1.0001
    # two in flight keep two of eight replicas busy: a quarter of what sixteen times as many in all eight would be
    few = row(**{**cells, "tp": "1", "concurrency": "2"})["value"]
    assert few == pytest.approx(row(**{**cells, "tp": "1", "concurrency": "8"})["value"] / 4)


QUANTITIES = {
    "tokens_per_s": "tokens_per_s", "tokens_per_s_per_chip": "per_chip", "tokens_per_s_per_MW": "per_mw",
    "energy_per_token_J": "joules_per_token", "usd_per_million_tokens": "usd_per_million_owned",
    "usd_per_million_rented": "usd_per_million_rented", "usd_per_million_input_tokens": "usd_per_million_input_tokens",
    "virtual_workers": "virtual_workers", "tpot_ms": "ms_per_token",
}  # fmt: skip


@pytest.mark.parametrize("arrival", [None, 20.0])
def test_a_row_and_a_command_come_to_the_same_digits(arrival):
    told = serve("gb200-nvl72", "deepseek-v3", ms_per_token=20, arrival=arrival)
    cells = {"workload": "deepseek-v3 tpot<=20ms", "system": "gb200-nvl72"}
    if arrival:
        cells["arrival_per_s"] = f"{arrival:g}"
    for quantity, name in QUANTITIES.items():
        found = row(**cells, quantity=quantity)
        assert [found[end] for end in ("low", "value", "high")] == [told[name][e] for e in ("low", "value", "high")]


def test_a_comparison_states_what_each_service_states_by_itself():
    one, two = (systems.system(BASE, name) for name in ("gb200-nvl72", "cloudmatrix-384"))
    found = compare.compare(BASE, one, two, compare.workload("serve-deepseek-r1"), FITTED.coefficients,
                            shift=FITTED.offsets)  # fmt: skip
    for side in (found.a, found.b):
        alone = serve(side.system.name, "deepseek-r1")
        assert side.rate == alone["tokens_per_s"]["value"]
        assert side.power_kw == alone["grid_kw"]
        assert side.document()["usd_per_million_tokens"] == pytest.approx(alone["usd_per_million_owned"]["value"])
    # at the price that breaks even, a token costs the same on both
    a, hourly = found.a, found.a.hourly
    at = (hourly.amortisation * found.price_factor + hourly.electricity) * (1 + hourly.engineering_share)
    assert at * a.system.chips / a.rate == pytest.approx(found.b.usd_per_hour / found.b.rate)
    kwh = electricity_price(BASE, "us", FITTED.coefficients)
    assert hourly.electricity == pytest.approx(a.power_kw / 72 * kwh)


def test_rent_stated_of_a_comparison_is_that_of_the_service():
    one = systems.system(BASE, "8x mi300x")  # engineering of its stack counts in both
    found = compare.side(BASE, one, compare.workload("serve-llama-70b"), FITTED.coefficients, Terms(rent=2.0), None,
                         FITTED.offsets)  # fmt: skip
    alone = serve("8x mi300x", rent=2.0)
    assert found.document()["usd_per_million_tokens"] == pytest.approx(alone["usd_per_million_rented"]["value"])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"workload": "serving deepseek-v3", "chip": "H100", "n_chips": "1"}, "does not fit on 1 x"),
        ({"workload": "serving deepseek-v3", "chip": "H100", "n_chips": "1", "concurrency": "8"}, "does not fit on 1 x"),
        ({"workload": "serving llama-3.1-70b", "chip": "H100", "n_chips": "8", "tp": "16"}, "tp x pp x cp is 16, and there are 8 chips"),
        ({"workload": "serving llama-3.1-70b", "chip": "H100", "n_chips": "8", "ep": "16"}, "a replica of 16 chips"),
        ({"workload": "llama-3.1-70b pretrain", "chip": "H100", "n_chips": "1024", "tp": "4096", "seq": "4096",
          "quantity": "mfu"}, "tp x pp x cp is 4096"),
        ({"workload": "serving llama-3.1-70b", "chip": "H100", "n_chips": "8", "quantity": "mfu"}, "is of a training run"),
        ({"workload": "serving llama-3.1-70b", "chip": "MI300X", "n_chips": "8", "software": "trt-llm"}, "NVIDIA"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_refused(cells, reason):
    found = row(**cells)
    assert found["value"] is None
    assert reason in found["reason"]
