"""The questions about rules: changes, all regimes of a chip, reach of US law, parties; the feed; each in two languages."""

from xml.etree import ElementTree

import pytest

from rechenmacht.domains.rules import questions, ruleset
from rechenmacht.domains.rules.scope import known_to
from rechenmacht.errors import BadInput
from rechenmacht.faces import terminal
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words
from rechenmacht.outputs import rules_feed

ASKED = [
    questions.Changes(since="2026-01-01"), questions.Regimes(chip="H20"), questions.Reach(chip="H20"),
    questions.Party(party="Huawei"), questions.Party(party="Nobody of that name"),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.name)
def test_every_answer_carries_scope_and_horizon(facts, rules, asked, lang) -> None:
    answer = asked.answer(facts)
    words = Words(language(lang), facts)
    told = terminal.text(answer, words) + "\n".join(words.notes(answer))
    assert answer.values["known_to"] == known_to(rules) and "us-parties" in answer.values["not_looked_at"]
    assert ("Freigabe" if lang == "de" else "clearance") in told


def test_changes_come_newest_first_and_hold_every_dated_rule(facts) -> None:
    rows = questions.Changes().answer(facts).tables[0].rows
    days = [row["day"] for row in rows]
    assert days == sorted(days, reverse=True)
    assert {row["rule"] for row in rows} >= {rule.id for rule in facts.tables.rules if rule.effective_from}
    assert {row["regime"] for row in questions.Changes(regime="NL").answer(facts).tables[0].rows} == {"NL"}


def test_a_chip_is_followed_over_all_regimes(facts) -> None:
    rows = questions.Regimes(chip="RTX 5090 D V2").answer(facts).tables[0].rows
    assert ("CN", "2026-05-15", "CN_BLOCKED") in {(r["regime"], r["effective_from"], r["outcome"]) for r in rows}


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ({"chip": "H100", "to": "CN", "us_technology": True, "on": "2026-03-01"}, "yes"),
        ({"chip": "H100", "to": "CN", "us_technology": False, "us_content": 0.2, "on": "2026-03-01"}, "no"),
        ({"chip": "H100", "to": "CN", "us_technology": False, "us_content": 0.26, "on": "2026-03-01"}, "yes"),
        ({"chip": "H100", "to": "IR", "us_technology": False, "us_content": 0.2, "on": "2026-03-01"}, "yes"),
        ({"chip": "T4", "to": "DE", "us_technology": True, "us_content": 0.0, "footnote": "1", "on": "2026-03-01"}, "yes"),
        ({"chip": "H100", "to": "CN", "on": "2026-03-01"}, "unknown"),
    ],
)  # fmt: skip
def test_reach_of_american_law(facts, given, reached) -> None:
    assert questions.Reach(**given).answer(facts).values["reached"] == reached


def test_no_day(facts) -> None:
    with pytest.raises(BadInput, match=r"soon.*is no day"):
        questions.Party(party="Huawei", on="soon").answer(facts)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_feed_is_atom_and_tells_no_future(facts, lang) -> None:
    root = ElementTree.fromstring(rules_feed.atom(facts, lang, "2026-08-01"))  # noqa: S314 - our own text
    name = "{http://www.w3.org/2005/Atom}"
    days = [one.findtext(f"{name}updated")[:10] for one in root.iter(f"{name}entry")]
    ids = [one.findtext(f"{name}id") for one in root.iter(f"{name}entry")]
    assert days == sorted(days, reverse=True) and days[0] <= "2026-08-01" and len(ids) == len(set(ids)) > 50


def test_the_chart_has_a_line_for_every_regime(facts) -> None:
    spec = rules_feed.chart(facts, ruleset.load(facts), "en", "2026-11-30").to_dict()
    rows = next(iter(spec["datasets"].values())) if "datasets" in spec else spec["data"]["values"]
    assert {row["regime"] for row in rows} >= {"US", "CN", "NL", "JP", "MY", "TW"}
