from __future__ import annotations

from itertools import pairwise

import pytest

from rechenmacht.domains.engine.library import reaches
from rechenmacht.domains.engine.models import named
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.plan import train
from rechenmacht.domains.engine.reach import reach
from rechenmacht.domains.engine.swarm import Swarm, train_swarm
from rechenmacht.domains.engine.systems import system
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base


def steps(base: Base, chips: int = 1024, model: str = "llama3-70b", chip: str = "h100", **told):
    return {one.name: one for one in reach(base, coefficients(base), chip, chips, model, **told)}


def test_the_same_chips_stand_in_ever_more_places(base: Base) -> None:
    found = steps(base)
    # 1024 = 1 x 1024 = 4 x 256 = 16 x 64 = 32 x 32 = 128 x 8 = 1024 x 1
    assert [one.places for one in found.values()] == [1, 1, 4, 16, 32, 128, 1024]
    assert {one.chips for name, one in found.items() if name != "rack"} == {1024}
    assert found["rack"].chips == 32
    assert [one.uplink_gbit for one in found.values()] == [None, None, 1600, 100, 10, 0.11, 0.11]


def test_the_table_s_uplinks_are_those_of_its_claims(base: Base) -> None:
    for row in reaches():
        if row.claim:
            assert row.uplink_gbit == pytest.approx(base.claims[row.claim].value / 1000)  # Mbit/s
            assert row.basis in {base.claims[row.claim].basis, "judgement"}


def test_what_is_far_apart_delivers_less_and_the_internet_is_bound_by_its_uplinks(base: Base) -> None:
    found = steps(base)
    near = [found[name].per_chip for name in ("hall", "campuses", "sites", "racks", "nodes")]
    # fewer chips stand less in each other's way, which may outweigh a little of what a site more costs
    assert all(far < 1.02 * close for close, far in pairwise(near))
    assert near[-1] < near[-2] < near[0]
    assert found["nodes"].bound_by == "uplink"
    assert found["hall"].usd_per_million_tokens < found["campuses"].usd_per_million_tokens
    for one in found.values():
        assert one.low <= one.rate <= one.high
        assert one.claim or one.basis == "judgement"


def test_a_step_over_several_places_is_what_the_swarm_says(base: Base) -> None:
    found = steps(base)["sites"]
    far = train_swarm(base, coefficients(base), Swarm("llama3-70b", 16, "h100", 64, 100.0, "diloco"))
    assert found.rate == pytest.approx(far.equivalent_tokens_per_s.value)
    assert (found.low, found.high) == (far.equivalent_tokens_per_s.low, far.equivalent_tokens_per_s.high)
    assert found.raw / found.penalty == pytest.approx(found.rate)


def test_distance_alone_slows_a_site(base: Base) -> None:
    found, c = steps(base)["campuses"], coefficients(base)
    same = train(base, system(base, "256x h100"), named("llama3-70b"), c, 256, 4096)
    # four sites compute as 256 chips do alone; what is lost is the wait for the sync and the penalty, and nothing else
    assert found.rate == pytest.approx(4 * same.tokens_per_s.value * found.utilisation / found.penalty)
    assert found.utilisation > 0.99


def test_a_scale_up_domain_larger_than_a_rack_counts_as_one(base: Base) -> None:
    assert steps(base, chip="ascend-910c")["rack"].chips == 384


def test_steps_for_which_there_are_too_few_chips_are_left_out(base: Base) -> None:
    assert set(steps(base, chips=8, model="llama3-8b")) == {"rack", "hall", "campuses", "homes"}
    assert steps(base, chips=1000, model="llama3-8b")["racks"].chips == 992  # 31 racks of 32


def test_what_does_not_fit_says_so(base: Base) -> None:
    found = steps(base, chips=64, model="llama3-405b")
    assert "does not fit" in found["hall"].reason
    assert found["hall"].rate == 0
    assert found["hall"].usd_per_million_tokens is None


def test_an_uplink_of_ones_own_holds_on_the_internet_only(base: Base) -> None:
    slow, fast = steps(base), steps(base, uplink=1.0)
    assert fast["nodes"].rate > slow["nodes"].rate
    assert fast["nodes"].basis == "assumed"
    assert fast["sites"] == slow["sites"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"chips": 0}, "at least 1"),
        ({"method": "telepathy"}, "no method 'telepathy'"),
        ({"uplink": 0.0}, "uplink must be above 0"),
        ({"model": "no-such-model"}, "no-such-model"),
        ({"chip": "h2"}, "did you mean"),
    ],
)
def test_bad_questions_are_refused(base: Base, told: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        steps(base, **told)
