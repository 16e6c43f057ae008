"""Adoption: worked case, what published figures it reproduces, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import adoption
from rechenmacht.domains.race.axes import BLOCS, CN, US
from rechenmacht.domains.race.observation import PUBLISHED, published
from tests.race.cases import parameters, policy, state


def test_worked_case_diffusion() -> None:
    # innovation 0.03, imitation 0.42, ceiling 0.75, share 0.1348, one year:
    # left = (0.75 - 0.1348) / (0.75 + 0.1348 * 0.42 / 0.03) = 0.6152 / 2.6372 = 0.233278
    # times exp(-0.45) = 0.637628 -> 0.148744; share = 0.75 * (1 - 0.148744) / (1 + 14 * 0.148744) = 0.638442 / 3.082416
    share = adoption.diffuse(np.array([0.1348]), 0.03, 0.42, 0.75, 1.0, np)
    assert share == pytest.approx([0.638442 / 3.082416], rel=1e-5)
    assert share[0] == pytest.approx(0.1995, rel=0.05)  # Eurostat published 19.95 % for 2025 after 13.48 % for 2024


def test_worked_case_what_users_and_workers_would_spend() -> None:
    p = parameters(adoption__fall__us=0.25)
    begun = state(p, depth=np.full((len(BLOCS), 1), 2.0))
    told = {name: begun[name] for name in adoption.READS}
    found = adoption.step(told, p, policy(dt=0.0), np)
    people, firms = begun["people"][US, 0], begun["firms"][US, 0]
    # (people * population * spending + firms * workforce * spending) * purse * depth 2 * (1 - 0.25) = 1.5
    users = people * p["adoption.population.us"] * p["adoption.spend_per_user"]
    workers = firms * p["adoption.workforce.us"] * p["adoption.spend_per_worker"]
    assert found["spend"][US] == pytest.approx((users + workers) * p["adoption.purse.us"] * 1.5)


def test_nothing_happens_before_the_diffusion_begins() -> None:
    p = parameters()
    begun = state(p)
    told = {name: begun[name] for name in adoption.READS} | {"people_begin": np.full((len(BLOCS), 1), 2030.0)}
    assert adoption.step(told, p, policy(), np)["people"] == pytest.approx(begun["people"])


@given(
    share=st.floats(0, 0.7),
    innovation=st.floats(0.001, 0.2),
    imitation=st.floats(0.05, 2),
    time=st.floats(0, 20),
)
def test_a_share_never_falls_nor_passes_its_ceiling_and_two_half_steps_are_one(
    share: float, innovation: float, imitation: float, time: float
) -> None:
    start = np.array([share])
    once = adoption.diffuse(start, innovation, imitation, 0.7, time, np)
    half = adoption.diffuse(start, innovation, imitation, 0.7, time / 2, np)
    twice = adoption.diffuse(half, innovation, imitation, 0.7, time / 2, np)
    assert share - 1e-12 <= once[0] <= 0.7 + 1e-12
    assert twice == pytest.approx(once, abs=1e-9)


def test_switched_off_nobody_new_takes_it_up() -> None:
    p = parameters()
    begun = state(p)
    found = adoption.none(begun, p, policy(), np)
    assert not {"people", "firms", "depth"} & set(found)
    assert found["spend"] is begun["spend"]


def test_worked_case_a_published_series_keeps_below_its_own_ceiling() -> None:
    p = parameters(
        adoption__ceiling_people__cn=0.8, adoption__people_2025__cn=0.2, adoption__observed__cnnic_users=0.4,
        adoption__ceiling_observed__cnnic_users=0.6,
    )  # fmt: skip
    begun = state(p)
    people = begun["people"].copy()
    people[CN] = 0.4
    found = published(begun | {"people": people}, p, np)[list(PUBLISHED).index("cnnic_users")]
    # odds then 0.4 / 0.2 = 2; the model's odds rise from 0.25 / 0.75 = 1/3 to 0.5 / 0.5 = 1: 2 * 3 = 6; 0.6 * 6 / 7
    assert found == pytest.approx([0.6 * 6 / 7])
    people[CN] = 0.8 - 1e-9
    assert published(begun | {"people": people}, p, np)[list(PUBLISHED).index("cnnic_users")] < 0.6
