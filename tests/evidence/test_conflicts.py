"""Where sources disagree: what counts as a conflict, its reasons, and three conflicts that the shipped base must show."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_base

from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.conflicts import Conflict, conflicts, stated

SOURCES = small_base.SOURCES.replace("2024-01-15", "2024-07-15")  # so that the sheet can speak of June


def hill(folder: Path, *rows: str) -> Base:
    text = small_base.CLAIMS + "".join(f"c{index},site:hill,{row}\n" for index, row in enumerate(rows))
    return load(shipped=small_base.make(folder, claims=text, sources=SOURCES))


def found(folder: Path, *rows: str) -> list[Conflict]:
    return conflicts(hill(folder, *rows))


def row(
    value: str, *, quantity: str = "power", date: str = "2024-06", source: str = "paper", basis: str = "measured"
) -> str:
    band = value if value.count(",") == 2 else f",{value},"
    return f"{quantity},{band},MW,{date},{source},,{basis},secondary,"


def test_sources_that_disagree_beyond_rounding_are_named(tmp_path: Path) -> None:
    # Tolerance 2.5 % to each side: 100 reaches 102.5, 106 reaches 103.35 (apart); 105 reaches 102.375 (together).
    [conflict] = found(tmp_path / "a", row("100"), row("106", source="sheet"))
    assert (conflict.subject, conflict.topic, conflict.unit) == ("site:hill", "power", "MW")
    assert conflict.factor == pytest.approx(1.06)
    assert [claim.value for claim in conflict.claims] == [100, 106]
    assert found(tmp_path / "b", row("100"), row("105", source="sheet")) == []


def test_bands_that_overlap_agree(tmp_path: Path) -> None:
    assert found(tmp_path / "a", row("50,100,150"), row("140,200,260", source="news")) == []
    assert len(found(tmp_path / "b", row("50,100,130"), row("140,200,260", source="news"))) == 1


def test_at_least_and_at_most_are_open_ends(tmp_path: Path) -> None:
    assert found(tmp_path / "a", row("50,,"), row("5000", source="news")) == []
    assert len(found(tmp_path / "b", row(",,50"), row("5000", source="news"))) == 1
    base = hill(tmp_path / "c", row(",,50"))
    assert stated(base, base.claims["c0"]) == (float("-inf"), 50)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({}, {"source": "sheet-2", "value": "200"}, ("date",)),  # published more than half a year apart
        ({}, {"source": "sheet", "value": "200"}, ("sources",)),
        ({}, {"source": "sheet", "value": "200", "basis": "estimated"}, ("basis",)),
        ({}, {"source": "sheet", "value": "200", "quantity": "power_it"}, ("definition",)),
        ({}, {"source": "sheet", "value": "200", "date": "2024"}, ("date",)),
    ],
)
def test_the_reason_is_what_is_recorded(
    tmp_path: Path, one: dict[str, str], other: dict[str, str], reasons: tuple[str, ...]
) -> None:
    [conflict] = found(tmp_path, row(**({"value": "100"} | one)), row(**({"value": "100"} | other)))
    assert conflict.reasons == reasons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"source": "sheet-2", "value": "200", "date": "2025"}),  # about another time
        ({}, {"source": "news", "value": "200", "basis": "forecast"}),  # a forecast beside an observation
        ({"source": "sheet"}, {"source": "sheet-2", "value": "200", "quantity": "power_it"}),  # one publisher, two definitions
        ({"source": "sheet", "basis": "specified"}, {"source": "sheet-2", "value": "200", "basis": "specified"}),  # a new vintage
        ({"source": "sheet"}, {"source": "sheet", "value": "200", "date": "2024"}),  # one source, a month and its year
    ],
)  # fmt: skip
def test_what_is_no_conflict(tmp_path: Path, one: dict[str, str], other: dict[str, str]) -> None:
    assert found(tmp_path, row(**({"value": "100"} | one)), row(**({"value": "100"} | other))) == []


def test_conflicts_of_three_are_one_and_the_largest_comes_first(tmp_path: Path) -> None:
    first = found(
        tmp_path,
        row("100"), row("300", source="sheet"), row("200", source="news"),
        row("10", date="2023"), row("900", date="2023", source="sheet"),
    )  # fmt: skip
    assert [(round(c.factor), len(c.claims)) for c in first] == [(90, 2), (3, 3)]


def shipped(base: Base, subject: str, topic: str, year: str) -> Conflict:
    [one] = [
        c
        for c in conflicts(base)
        if (c.subject, c.topic) == (subject, topic) and all(claim.as_of.startswith(year) for claim in c.claims)
    ]
    return one


def test_the_base_shows_the_quarrel_about_ascend_output_in_2025(base: Base) -> None:
    conflict = shipped(base, "org:huawei", "accelerators_shipped", "2025")
    stated_numbers = {x for claim in conflict.claims for x in (claim.value, claim.low, claim.high) if x}
    assert {200_000, 805_000} <= stated_numbers
    assert "sources" in conflict.reasons
    assert conflict.factor > 4


def test_the_base_shows_the_quarrel_about_chinas_data_centres_in_2024(base: Base) -> None:
    conflict = shipped(base, "bloc:cn", "data_centre_electricity", "2024")
    assert [claim.value for claim in conflict.claims] == [102, 140]
    assert conflict.unit == "TWh"
    assert conflict.reasons == ("sources",)


def test_the_base_shows_that_nvidia_cards_in_china_are_counted_by_two_definitions(base: Base) -> None:
    conflict = shipped(base, "bloc:cn", "nvidia_chips_china", "2025")
    values = [claim.value or 0 for claim in conflict.claims]
    assert min(values) == pytest.approx(0.53e6, rel=0.01)
    assert max(values) == 2.2e6
    assert conflict.reasons == ("definition",)


def test_every_conflict_of_the_base_has_a_reason_and_claims_in_one_unit(base: Base) -> None:
    for conflict in conflicts(base):
        assert conflict.reasons
        assert len(conflict.claims) >= 2
        assert {claim.unit for claim in conflict.claims} == {conflict.unit}
        assert len({claim.source for claim in conflict.claims}) >= 2
