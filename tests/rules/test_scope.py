"""No clearance without its scope: embargoed places, unknown places, what an answer covers, and every outlet."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from rechenmacht.domains.rules import chips, ruleset
from rechenmacht.domains.rules.casefile import read_table
from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.places import members
from rechenmacht.domains.rules.scope import known_to, scope_on, would_change
from rechenmacht.evidence.base import load
from rechenmacht.outputs.cli.app import app

FACTS = load()
RULES = ruleset.load(FACTS)
CHIPS = chips.catalogue(FACTS)
ASKED = [*members(("E1", "E2"), RULES.groups)]


def test_no_chip_is_free_for_an_embargoed_place_on_any_day_of_change() -> None:
    """All chips, all countries of E:1 and E:2, each day on which anything changes: every answer asks for a licence."""
    days = sorted({date(2022, 1, 1).toordinal(), *(one.first for one in RULES.of("control", "relaxation"))})
    days = [day for day in days if date(2022, 1, 1).toordinal() <= day < date(2030, 1, 1).toordinal()]
    assert sorted(ASKED) == ["CU", "IR", "KP", "SY"]
    for place in ASKED:
        rows = [
            chips.row_of(one, date.fromordinal(day).isoformat(), place, role="vendor") for one in CHIPS for day in days
        ]
        result = classify(RULES, chips.cases_of([one for one in CHIPS for _ in days], rows, RULES))
        assert all(result.outcome(index).startswith("LIC") for index in range(len(rows))), place


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*ASKED, "RU", "BY", "UA-43"]),
    st.dates(date(2022, 3, 2), date(2031, 1, 1)).map(str),
    st.sampled_from(["chip", "system", "hbm", "foundry", "tool"]),
    st.one_of(st.just(""), st.floats(0, 60000).map(repr)),
    st.sampled_from(["", "0", "1"]),
    st.sampled_from(["", "vendor", "reexporter", "foundry"]),
)
def test_nothing_is_free_for_an_embargoed_place(place, day, subject, tpp, datacenter, role) -> None:
    row = {"case_id": "x", "subject": subject, "date": day, "dest": place, "tpp": tpp, "datacenter": datacenter,
           "role": role}  # fmt: skip
    assert classify(RULES, from_rows([row], RULES.places)).outcome(0).startswith("LIC")


@pytest.mark.parametrize(
    ("place", "day", "group", "inside"),
    [("KH", "2026-02-02", "D5", True), ("KH", "2026-02-03", "D5", False), ("AE", "2026-07-09", "D4", True),
     ("AE", "2026-07-10", "A5", True), ("NI", "2024-03-14", "D5", False), ("NI", "2024-03-15", "D5", True),
     ("CY", "2024-05-29", "D5", True), ("CY", "2024-05-30", "D5", False)],
)  # fmt: skip
def test_country_groups_change_on_their_day(place, day, group, inside) -> None:
    assert (group in RULES.places.on(date.fromisoformat(day).toordinal())[place]) is inside


@pytest.mark.parametrize(
    ("text", "code"),
    [("CN", "CN"), ("cn", "CN"), ("China", "CN"), ("Volksrepublik China", "CN"), ("Emirates", "AE"), ("VAE", "AE"),
     ("Weißrussland", "BY"), ("Krim", "UA-43"), ("Elfenbeinküste", "CI"), ("Atlantis", None)],
)  # fmt: skip
def test_countries_by_code_name_and_alias(text, code) -> None:
    assert RULES.places.find(text) == code


def test_an_unknown_country_leaves_its_row_undetermined_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "case_id,subject,date,dest,tpp,datacenter\n1,chip,2024-01-01,Atlantis,9000,1\n2,chip,2024-01-01,CN,9000,1\n"
    )
    cases, _ = read_table(path, RULES.places)
    result = classify(RULES, cases)
    assert result.outcome(0) == "UNDETERMINED" and "dest" in result.missing(0)
    assert result.outcome(1) == "LIC_PD" and cases.unknown_places == ((2, "Atlantis"),)


def test_a_day_after_the_horizon_is_told() -> None:
    until = known_to(RULES)
    assert not scope_on(RULES, until).after_horizon and scope_on(RULES, "2031-01-01").after_horizon
    assert {"us-parties", "us-sanctions"} <= set(scope_on(RULES, until).not_looked_at)


def test_what_would_change_an_answer_is_found_by_asking_again() -> None:
    one = chips.chip(FACTS, "H100")
    cases = chips.cases_of([one], [chips.row_of(one, "2026-03-01", "MY")], RULES)
    assert classify(RULES, cases).outcome(0) == "NLR"
    assert would_change(RULES, cases)["hq"] == "LIC_PD"


TABLE = "case_id,subject,date,dest,tpp,datacenter\n1,chip,2031-01-01,DE,9000,1\n"
FACES = [
    ["classify", "H100", "--to", "DE"], ["timeline", "H100", "--to", "DE"], ["best", "--to", "DE"],
    ["propose", "P.csv", "--to", "DE"], ["chart", "c.json", "--to", "DE"], ["plane", "--to", "DE"], ["classify", "--table", "T.csv"],
]  # fmt: skip


@pytest.mark.parametrize("command", FACES, ids=lambda parts: " ".join(parts[:2]))
@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_prints_an_outcome_without_scope_and_horizon(command, as_json, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("T.csv").write_text(TABLE)
    Path("P.csv").write_text("id,condition,outcome,dest_groups\nX,tpp>=100,LIC,DE\n")
    found = CliRunner().invoke(app, ["rules", *command, *(["--json"] if as_json else [])])
    assert found.exit_code == 0, found.output
    if as_json:
        content = json.loads(found.stdout)
        scope = (content[0] if isinstance(content, list) else content)["scope"]
        assert scope["known_to"] == known_to(RULES) and scope["after_horizon"] and scope["not_looked_at"]
    else:
        assert ("23 July 2026" in found.stdout or known_to(RULES) in found.stdout) and "clearance" in found.stdout
        assert "no licence required" not in found.stdout


@pytest.mark.parametrize("lang", ["en", "de"])
def test_charts_carry_the_scope(lang) -> None:
    from rechenmacht.domains.rules.timeline import timeline
    from rechenmacht.outputs.rules_charts import plane_chart, timeline_chart

    one = chips.chip(FACTS, "H100")
    periods = timeline(RULES, one, chips.row_of(one, "2022-01-01", "DE"))
    for chart in (
        plane_chart(RULES, CHIPS, "DE", "2031-01-01", lang),
        timeline_chart(RULES, one.name, "DE", periods, lang, "2031-01-01"),
    ):
        told = json.dumps(chart.to_dict(), ensure_ascii=False)
        assert ("Freigabe" if lang == "de" else "clearance") in told and "2026" in told and "2031" in told


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_page_of_the_playground_carries_scope_and_horizon(lang) -> None:
    from rechenmacht.outputs.web.pages import Built, page

    class Nothing(Built):
        """No scripts: only the text of the page is looked at."""

        def __init__(self) -> None:
            pass

        def files(self, _page: str) -> dict[str, object]:
            return {"script": "", "styles": [], "modules": []}

    text = page("rules", lang, ["CN"], Nothing(), known_to=known_to(RULES))
    assert ("Freigabe" if lang == "de" else "clearance") in text and "2026" in text
