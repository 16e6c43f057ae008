"""Which claims count as weak, and own arithmetic as the weakest of its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_base import CLAIMS, PARAMETERS, SOURCES, make

from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.strength import Strength, is_weak, summary, used_claims

OWN = "own,Our arithmetic,The project,2026-01,2026-01,,,,own_arithmetic,unknown,en,,,\n"
BLOG = "blog,A blog post,Somebody,2025-03-01,2026-01,https://blog.example/a,,,blog,unknown,en,,,\n"
SET = "set,A set,Office,2025-03-01,2026-01,https://set.example/a,,,data_set,MIT,en,,dir/table.csv=" + "ab" * 32 + ",\n"


def based(folder: Path, *claims: str, parameters: str = "") -> Base:
    made = make(
        folder, sources=SOURCES + OWN + BLOG + SET, claims=CLAIMS + "".join(claims), parameters=PARAMETERS + parameters
    )
    return load(shipped=made)


def claim(name: str, source: str, locator: str = "p. 1", note: str = "", as_of: str = "2024") -> str:
    return f"{name},site:hill,power,,5,,MW,{as_of},{source},{locator},estimated,unverified,{note}\n"


@pytest.mark.parametrize(
    ("class_", "weak"),
    [("filing", False), ("press", False), ("think_tank", False), ("blog", True), ("aggregator", True),
     ("recollection", True), ("own_arithmetic", True)],
)  # fmt: skip
def test_classes(class_: str, weak: bool) -> None:
    assert is_weak(class_) is weak


def test_own_arithmetic_counts_as_the_weakest_of_its_inputs(tmp_path: Path) -> None:
    base = based(
        tmp_path,
        claim("in.strong.1", "paper"),
        claim("in.weak.1", "blog"),
        claim("sum.good.1", "own", "in.strong.1 / 2"),
        claim("sum.bad.1", "own", "in.strong.1 + in.weak.1", as_of="2023"),
        claim("sum.twice.1", "own", "half of sum.bad.1", as_of="2022"),
        claim("sum.file.1", "own", "table.csv: sum of a column", as_of="2021"),
        claim("sum.unknown.1", "own", "0.9 / 2.4", as_of="2020"),
        claim("sum.note.1", "own", "0.9 / 2.4", "from the data of set", as_of="2019"),
    )
    strength = Strength(base)
    assert {name: strength.of(name) for name in base.claims if name.startswith("sum")} == {
        "sum.good.1": "paper",
        "sum.bad.1": "blog",
        "sum.twice.1": "blog",
        "sum.file.1": "data_set",
        "sum.unknown.1": "recollection",
        "sum.note.1": "data_set",
    }


def test_arithmetic_that_names_itself_in_a_ring_is_weak(tmp_path: Path) -> None:
    base = based(tmp_path, claim("a.b.1", "own", "a.c.1 x 2"), claim("a.c.1", "own", "a.b.1 / 2", as_of="2023"))
    assert Strength(base).weak("a.b.1")


def test_a_parameter_is_weak_if_all_its_claims_are(tmp_path: Path) -> None:
    row = "{0},m,,1,2,3,1,triangular,estimated,{1},\n"
    base = based(
        tmp_path,
        claim("in.strong.1", "paper"),
        claim("in.weak.1", "blog"),
        claim("in.other.1", "memory"),
        parameters=row.format("p.mixed", "in.strong.1;in.weak.1") + row.format("p.weak", "in.weak.1;in.other.1")
        + "p.judged,m,,1,2,3,1,triangular,judgement,,\n",
    )  # fmt: skip
    found = summary(base)
    assert found.weak_parameters == ("p.weak",)
    assert {"in.strong.1", "in.weak.1", "in.other.1"} <= set(used_claims(base))
    assert found.weak_claims == ("in.weak.1", "in.other.1")
    assert found.share == pytest.approx(1 / 3)


def test_every_shipped_headline_is_named_and_none_is_weak_unmarked() -> None:
    from datetime import date

    from rechenmacht.evidence.freshness import weak_headlines

    base = load()
    assert {topic.id for topic in base.tables.topics if topic.kind == "headline"} == {
        "headline.us", "headline.cn", "headline.share", "headline.power"
    }  # fmt: skip
    assert weak_headlines(base, date(2026, 11, 30)) == []
