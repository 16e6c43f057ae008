"""Ages of topics: what counts as an outside observation, worked on a small base."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_base import CLAIMS, HISTORY, SOURCES, make

from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.freshness import after_months, age, marks, weak_headlines

TOPICS = "id,kind,name_en,name_de,quantities,every_months,note\n"
POWER = "power,topic,Power,Leistung,power*,3,\n"
HEADLINE = "headline.power,headline,Power,Leistung,power,3,\n"
OWN = "own,Our arithmetic,The project,2026-01,2026-01,,,,own_arithmetic,unknown,en,,,\n"
ON = date(2025, 6, 30)


def based(folder: Path, *claims: str, history: str = "", topics: str = POWER) -> Base:
    made = make(folder, sources=SOURCES + OWN, claims=CLAIMS + "".join(claims), history=HISTORY + history)
    (made / "topics.csv").write_text(TOPICS + topics, encoding="utf-8")
    return load(shipped=made)


def claim(n: int, as_of: str, source: str, basis: str = "reported", quantity: str = "power") -> str:
    return f"c.{n},site:hill,{quantity},,5,,MW,{as_of},{source},p. 1,{basis},unverified,\n"


def test_the_newest_is_what_was_published_last(tmp_path: Path) -> None:
    # news appeared on 2025-03-01: 121 days before 30 June 2025 (30 + 30 + 31 + 30). Three months on: 1 June, past.
    base = based(tmp_path, claim(1, "2024-05", "paper"), claim(2, "2024-12", "news"))
    found = age(base, base.tables.topics[0], ON)
    assert found.newest is not None
    assert (found.newest.claim, found.newest.published, found.latest_about) == ("c.2", "2025-03-01", "2024-12-31")
    assert (found.days, found.due, found.overdue) == (121, date(2025, 6, 1), True)


def test_a_month_counts_from_its_first_day(tmp_path: Path) -> None:
    base = based(tmp_path, claim(1, "2024-05", "paper"))  # paper: June 2024
    assert age(base, base.tables.topics[0], date(2024, 6, 11)).days == 10


@pytest.mark.parametrize(
    "row",
    [claim(2, "2024-12", "news", "forecast"), claim(2, "2024-12", "news", "target"), claim(2, "2024", "own"),
     claim(2, "2024", "memory"), "c.2,chip:one,peak,,5,,TFLOP/s,2024-12,news,p. 1,reported,unverified,\n"],
)  # fmt: skip
def test_what_is_no_outside_observation(tmp_path: Path, row: str) -> None:
    base = based(tmp_path, claim(1, "2024-05", "paper"), row)
    newest = age(base, base.tables.topics[0], ON).newest
    assert newest is not None
    assert newest.claim == "c.1"


def test_history_counts_and_what_had_not_appeared_does_not(tmp_path: Path) -> None:
    row = "org:acme,made,2024,,5,,count,news,table,reported,secondary,\n"
    base = based(tmp_path, claim(1, "2024-05", "paper"), history=row, topics="t,topic,T,T,made;power,12,\n")
    topic = base.tables.topics[0]
    newest = age(base, topic, ON).newest
    assert newest is not None
    assert (newest.source, newest.about) == ("news", "2024")
    before = age(base, topic, date(2025, 2, 28)).newest
    assert before is not None
    assert before.source == "paper"


def test_nothing_known(tmp_path: Path) -> None:
    found = age(base := based(tmp_path), base.tables.topics[0], ON)
    assert (found.newest, found.days, found.due, found.overdue, found.latest_about) == (None, None, None, False, "")


def test_a_headline_is_weak_if_all_its_observations_are(tmp_path: Path) -> None:
    blog = "blog,A blog post,Somebody,2025-03-01,2026-01,https://blog.example/a,,,blog,unknown,en,,,\n"
    for name, rows, weak in (
        ("a", [claim(1, "2024", "blog")], ["headline.power"]),
        ("b", [claim(1, "2024", "blog"), claim(2, "2024", "paper")], []),
        ("c", [], ["headline.power"]),
    ):
        made = make(tmp_path / name, sources=SOURCES + blog, claims=CLAIMS + "".join(rows))
        (made / "topics.csv").write_text(TOPICS + POWER + HEADLINE, encoding="utf-8")
        assert weak_headlines(load(shipped=made), ON) == weak


def test_months_are_added_by_the_calendar() -> None:
    assert after_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert after_months(date(2025, 12, 1), 1) == date(2026, 1, 1)
    assert after_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("t,theme,T,T,power,3,\n", "topics.csv row 2: kind 'theme' is none of"),
        ("t,topic,T,,power,3,\n", "topics.csv row 2: a name is missing"),
        ("t,topic,T,T,,3,\n", "topics.csv row 2: quantities is missing"),
        ("t,topic,T,T,power,0,\n", "topics.csv row 2: every_months 0 is not above 0"),
    ],
)
def test_a_topic_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    from rechenmacht.errors import BadInput

    with pytest.raises(BadInput, match=reason):
        based(tmp_path, topics=row)


def test_a_mark_reaches_no_further_than_the_run_and_says_what_is_weak(tmp_path: Path) -> None:
    # The claim is about December 2024; a run that observes to September 2024 has nothing later.
    known = claim(1, "2024-12", "news")
    base = based(tmp_path, known, topics=HEADLINE)
    mark = marks(base, "2024-Q3")["headline.power"]
    assert (mark.data_to, mark.weak) == ("2024-09-30", False)
    assert marks(base, "2025-Q1")["headline.power"].data_to == "2024-12-31"
    blog = SOURCES.replace(",,,press,unknown,de", ",,,blog,unknown,de")
    made = make(tmp_path / "weak", sources=blog, claims=CLAIMS + known)
    (made / "topics.csv").write_text(TOPICS + HEADLINE, encoding="utf-8")
    assert marks(load(shipped=made), "2025-Q1")["headline.power"].weak
