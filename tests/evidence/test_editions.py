"""Dated editions side by side: one of each series is seen, none is spliced, a workspace may bring a newer one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.errors import BadInput
from rechenmacht.evidence.asof import with_editions
from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.editions import EPOCH_CHIPS, data_set, editions, incomplete, seen, shown
from rechenmacht.evidence.forms import History, Source
from rechenmacht.evidence.importers._frame import dataset

DATES = ("2026-01-15", "2026-04-22", "2026-09-25")


def source(date: str) -> Source:
    return dataset("counts", date, "", "Counts", "Acme", "https://acme.example/counts", "MIT")


SOURCES = {f"counts-{date}": source(date) for date in DATES}


def row(subject: str, period: str, date: str, value: float = 1.0) -> History:
    return History(
        subject, "chips", period, None, value, None, "count", f"counts-{date}", "", "estimated", "primary", ""
    )


def test_a_series_comes_whole_from_one_edition() -> None:
    # org:a stands in two editions, org:b only in the older, org:c only in the newer
    rows = [
        row("org:a", "2026-Q1", DATES[1], 10),
        row("org:a", "2026-Q1", DATES[2], 11),
        row("org:a", "2025-Q4", DATES[1], 5),
        row("org:b", "2025-Q4", DATES[1], 7),
        row("org:c", "2026-Q1", DATES[2], 9),
    ]
    newest = seen(rows, SOURCES, {})
    # 2025-Q4 of org:a is in the older edition alone: not taken over, since the newer one has the series
    assert [(r.subject, r.value) for r in newest] == [("org:a", 11), ("org:b", 7), ("org:c", 9)]
    older = seen(rows, SOURCES, {"counts": DATES[1]})
    assert [(r.subject, r.value) for r in older] == [("org:a", 10), ("org:a", 5), ("org:b", 7)]
    assert seen(rows, SOURCES, {"counts": "2026-06-30"}) == older  # between two: the earlier
    assert seen(rows, SOURCES, {"counts": DATES[0]}) == []


def test_rows_of_undated_sources_always_stay() -> None:
    plain = replace(source(DATES[0]), id="plain", published="")
    rows = [row("org:a", "2026-Q1", DATES[2])]
    kept = [
        *rows,
        History("org:a", "chips", "2026-Q1", None, 2, None, "count", "plain", "", "estimated", "primary", ""),
    ]
    assert seen(kept, {**SOURCES, "plain": plain}, {"counts": DATES[0]}) == kept[1:]
    assert data_set(plain) == ""
    assert data_set(SOURCES["counts-2026-09-25"]) == "counts"


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["2025-Q4", "2026-Q1"]), st.sampled_from(DATES)), unique=True
    ),
    st.sampled_from(DATES),
)
def test_never_two_editions_of_a_series_nor_one_from_later(told: list[tuple[str, str, str]], wanted: str) -> None:
    found = seen([row(f"org:{who}", period, date) for who, period, date in told], SOURCES, {"counts": wanted})
    by_series: dict[str, set[str]] = {}
    for one in found:
        by_series.setdefault(one.subject, set()).add(one.source)
    assert all(len(sources) == 1 for sources in by_series.values())
    assert all(SOURCES[one.source].published <= wanted for one in found)
    assert set(by_series) == {f"org:{who}" for who, _, date in told if date <= wanted}


def test_both_editions_of_the_chip_counts_can_be_loaded(base: Base) -> None:
    assert editions(base.tables.editions, base.sources)[EPOCH_CHIPS] == ["2026-04-22", "2026-09-25"]
    april, later = (with_editions(base, {EPOCH_CHIPS: date}) for date in ("2026-04-22", "2026-09-25"))

    def value(which: Base, subject: str, quantity: str, period: str) -> list[float]:
        return [r.value for r in which.series(subject, quantity) if r.period == period]

    # the medians as published in each edition
    assert value(april, "org:google", "h100e_delivered_cumulative", "2025-Q4") == [3812878]
    assert value(later, "org:google", "h100e_delivered_cumulative", "2025-Q4") == [3663628]
    assert value(april, "org:nvidia", "h100e_delivered_cumulative", "2026-Q2") == []
    assert value(later, "org:nvidia", "h100e_delivered_cumulative", "2026-Q2") == [20987084]
    assert value(april, "bloc:cn", "h100e_smuggled_cumulative", "2025-Q4") == []
    assert value(later, "bloc:cn", "h100e_smuggled_cumulative", "2025-Q4") == [662048]
    # China's purchases by line are in the older form alone, and stay
    assert april.series("chipline:nvidia-h20", "chips_bought_china_quarter") == later.series(
        "chipline:nvidia-h20", "chips_bought_china_quarter"
    )
    assert incomplete(later.series("org:nvidia", "h100e_delivered_cumulative")[-1])
    for which in (april, later):
        keys = [(r.subject, r.quantity, r.period) for r in which.tables.history]
        assert len(keys) == len(set(keys))


def test_what_is_not_there_is_refused(base: Base) -> None:
    with pytest.raises(BadInput, match=r"no edition of 2026-05-01 here; it has 2026-04-22, 2026-09-25"):
        with_editions(base, {EPOCH_CHIPS: "2026-05-01"})
    with pytest.raises(BadInput, match="no data set called 'epoch-ai-chip-count' has dated history"):
        with_editions(base, {"epoch-ai-chip-count": "2026-04-22"})


def test_a_workspace_may_bring_a_newer_edition(tmp_path: Path) -> None:
    assert shown([source("2027-01-10")]) == shown()  # another data set
    newer = dataset(EPOCH_CHIPS, "2027-01-10", "", "x", "Epoch AI", "https://acme.example/c", "MIT")
    assert shown([newer])[EPOCH_CHIPS] == "2027-01-10"
    older = dataset(EPOCH_CHIPS, "2025-01-10", "", "x", "Epoch AI", "https://acme.example/c", "MIT")
    assert shown([older]) == shown()


def test_a_workspace_with_a_newer_edition_is_seen_in_it(tmp_path: Path) -> None:
    from rechenmacht.evidence.importers import Imported
    from rechenmacht.evidence.workspace import init, write_imported

    workspace = init(tmp_path / "mine")
    newer = dataset(EPOCH_CHIPS, "2026-11-20", "", "x", "Epoch AI", "https://acme.example/c", "MIT")
    mine = History(
        "org:nvidia",
        "h100e_delivered_cumulative",
        "2026-Q3",
        None,
        2.3e7,
        None,
        "h100e",
        newer.id,
        "t",
        "estimated",
        "primary",
        "",
    )
    write_imported(workspace, Imported(history=[mine], sources=[newer]), "counts")
    found = load(workspace).series("org:nvidia", "h100e_delivered_cumulative")
    assert [(r.period, r.value) for r in found] == [("2026-Q3", 2.3e7)]
