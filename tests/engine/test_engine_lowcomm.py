import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.engine import lowcomm
from rechenmacht.domains.engine.lowcomm import Fleet, Outer
from rechenmacht.domains.engine.models import named
from rechenmacht.domains.engine.plan import train
from rechenmacht.domains.engine.sites import site, train_sites
from rechenmacht.domains.engine.swarm import Swarm, train_swarm
from rechenmacht.domains.engine.systems import system
from rechenmacht.errors import BadInput


def test_sync_by_hand():
    # 10e9 parameters, 1 byte each, ring over 10 workers at 1 Gbit/s: 2 x 9/10 x 1e10 / 1.25e8 = 144 s, 5 s to agree
    assert lowcomm.sync_seconds(10e9, Outer(10, 100)) == pytest.approx(149)
    # an object store takes one upload of the compressed state: 72.7e9 x 2 / 146 / (0.11 x 1.25e8) = 72.4 s, plus 1 s
    store = Outer(20, 30, 2.0, 146.0, 0.11, store=True)
    assert lowcomm.sync_seconds(72.7e9, store) == pytest.approx(72.43 + 1, rel=1e-3)
    assert lowcomm.sync_seconds(10e9, Outer(1, 100)) == 0


def test_utilisation_by_hand():
    # 100 steps of 20 s against 149 s of sync: 2000 / 2149
    assert lowcomm.utilisation(20, 10e9, Outer(10, 100)) == pytest.approx(2000 / 2149)
    assert lowcomm.utilisation(20, 10e9, Outer(10, 100, overlap=1.0)) == pytest.approx(1.0)


@given(st.floats(0.01, 10), st.floats(1.0, 10), st.integers(1, 500), st.floats(0.1, 60))
def test_a_faster_uplink_never_hurts(uplink, factor, steps, inner):
    slow = lowcomm.utilisation(inner, 1e10, Outer(8, steps, uplink_gbit=uplink))
    fast = lowcomm.utilisation(inner, 1e10, Outer(8, steps, uplink_gbit=uplink * factor))
    assert 0 < slow <= fast <= 1


def test_decoding_over_the_internet_by_hand():
    # 100 GB over 2 TB/s = 0.05 s, 70 layers x 1 ms = 0.07 s, 3 hops x (100 ms x 0.8 + 14336 x 2 / 12.5e6 s)
    found = lowcomm.internet_decode(1e11, 70, 3, 100, 0.1, 14336, 2.0, 1.0)
    assert found.token_s == pytest.approx(0.12 + 3 * (0.08 + 28672 / 12.5e6))
    assert found.bound_by == "network latency"


def test_a_fleet_leaves_out_whoever_cannot_sync():
    fleet = Fleet(np.array([10.0, 10.0]), np.array([100.0, 100.0]), np.array([1.0, 0.0001]), np.array([1.0, 1.0]))
    rate = lowcomm.fleet_throughput(fleet, 1e9, Outer(20, 100), 1e15)
    assert rate[0] > 0
    assert rate[1] == 0


def test_a_swarm_pipeline_waits_for_its_uplinks():
    fast = lowcomm.swarm_pipeline(1e13, np.full(8, 50.0), np.full(8, 10.0), 4096, 8192)
    slow = lowcomm.swarm_pipeline(1e13, np.full(8, 50.0), np.full(8, 0.1), 4096, 8192)
    assert fast.bound_by == "compute"
    assert slow.bound_by == "uplink"
    # 2 x 4096 x 8192 bytes over 0.1 Gbit/s = 5.37 s
    assert slow.microbatch_s == pytest.approx(2 * 4096 * 8192 / 1.25e7)
    assert slow.utilisation < fast.utilisation <= 1


def test_a_described_swarm(base, c):
    plain = train_swarm(base, c, Swarm("10b", 14, "h100", uplink_gbit=0.33, method="intellect-1", seq=8192))
    assert 0.6 < plain.utilisation < 0.95
    assert plain.equivalent_tokens_per_s.value < plain.tokens_per_s.value
    sync = train_swarm(base, c, Swarm("10b", 14, "h100", uplink_gbit=0.33, method="sync", seq=8192))
    assert sync.utilisation < 0.1
    assert sync.bound_by == "uplink"
    # 70e9 x 16 bytes x 1.25 = 1,400 GB over cards with 24 GB x 0.94: 62 and more stages; 10 cards do not hold it
    cards = train_swarm(base, c, Swarm("70b", 1000, "rtx-4090", chips_per_worker=1, uplink_gbit=0.1))
    assert cards.stages >= 62
    assert cards.bound_by == "uplink"
    with pytest.raises(BadInput, match=r"does not fit.*GB per chip"):
        train_swarm(base, c, Swarm("70b", 10, "rtx-4090", chips_per_worker=1))
    with pytest.raises(BadInput, match="did you mean diloco"):
        train_swarm(base, c, Swarm("10b", 14, "h100", method="dilico"))


def test_a_site_computes_as_train_says(base, c):
    alone = train(base, system(base, "64x h100"), named("llama3-8b"), c, 256, 4096)
    site_of_64 = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", chips_per_worker=64, uplink_gbit=10))
    assert site_of_64.inner_step_s == pytest.approx(alone.step_s.value)  # 256 x 4,096 = 1,048,576 tokens
    assert "train" in site_of_64.assumed["inner_step"]
    # one server is a community node, and that is said
    node = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", uplink_gbit=10))
    assert f"{c['lowcomm.inner']:.2f} times" in node.assumed["inner_step"] and node.assumed["stack"] == "fsdp"


def test_tokens_per_step_stay_as_given_or_are_said(base, c):
    kept = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", chips_per_worker=64))
    assert "tokens_per_step" not in kept.assumed
    # 1,000 tokens are less than the one sequence of 4,096 that eight chips take at least
    few = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", tokens_per_step=1000))
    assert "4,096 per worker" in few.assumed["tokens_per_step"] and "1,000" in few.assumed["tokens_per_step"]


def test_the_interval_of_a_run_is_that_of_its_inner_step_and_penalty(base, c):
    run = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", chips_per_worker=64, uplink_gbit=10, tokens=1e12))
    plain, equal = run.tokens_per_s, run.equivalent_tokens_per_s
    assert plain.low < plain.value < plain.high and equal.low < equal.value < equal.high
    assert equal.low == pytest.approx(plain.low / run.penalty_high)
    assert run.days.low == pytest.approx(1e12 / plain.high / 86400)
    # a slow uplink, which is given, leaves less to doubt than the chips do
    slow = train_swarm(base, c, Swarm("llama3-8b", 4, "h100", chips_per_worker=64, uplink_gbit=0.01))
    assert slow.tokens_per_s.high / slow.tokens_per_s.low < plain.high / plain.low


@pytest.mark.parametrize("field", ["workers", "inner_steps", "uplink_gbit", "compression"])
def test_impossible_rounds_are_refused(field):
    with pytest.raises(BadInput, match=field):
        Outer(**{"workers": 4, "inner_steps": 10, field: 0})


def test_equal_sites_are_workers_and_unlike_ones_wait(base, c):
    run = Swarm("llama3-8b", 6, "h100", chips_per_worker=8, uplink_gbit=1.0, seq=8192)
    plain = train_swarm(base, c, run)
    same = train_sites(base, c, run, [site("2x 8 h100 @ 1"), site("4x 8 h100 @ 1 Gbit/s")])
    assert (same.tokens_per_s.value, same.sync_s, same.grid_kw) == pytest.approx(
        (plain.tokens_per_s.value, plain.sync_s, plain.grid_kw)
    )
    assert same.tokens_per_s.low == pytest.approx(plain.tokens_per_s.low)
    # a site with a tenth of the uplink holds up all others, and one with slower chips makes them wait
    far = train_sites(base, c, run, [site("5x 8 h100 @ 1"), site("1x 8 h100 @ 0.1")])
    slow = train_sites(base, c, run, [site("5x 8 h100 @ 1"), site("1x 8 a100 @ 1")])
    assert far.sync_s > 9 * plain.sync_s * 0.9
    assert slow.inner_step_s > plain.inner_step_s
    assert max(far.tokens_per_s.value, slow.tokens_per_s.value) < plain.tokens_per_s.value
    assert slow.utilisation < plain.utilisation


@pytest.mark.parametrize(("uplink", "gbit"), [("10", 10), ("0.8", 0.8), ("0,8 Gbit/s", 0.8), ("800 Mbit/s", 0.8),
                                              ("10 Gb/s", 10), ("1 GB/s", 8), ("100 MB/s", 0.8), ("1 Tbit/s", 1000),
                                              ("10 GBit/s", 10), ("10gbps", 10)])  # fmt: skip
def test_uplinks_have_units(uplink, gbit):
    assert site(f"4x 8 h100 @ {uplink}").uplink_gbit == pytest.approx(gbit)


@pytest.mark.parametrize(
    "text", ["10 h100", "4x 8 h100", "4x 8 h100 @ fast", "4x 8 h100 @ 5 parsecs", "0x 8 h100 @ 1", "4x 8 h100 @ 0", ""]
)
def test_a_site_that_is_not_understood_is_refused(text):
    with pytest.raises(BadInput, match="site"):
        site(text)
