"""Charts over HTTP: one specification for the page, SVG, PNG and CSV."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from rechenmacht import __version__
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.outputs.web.api.charts import ENDINGS, NAMES
from rechenmacht.outputs.web.api.forms import steps_of
from rechenmacht.outputs.web.drawn import drawing

H = "/api/v1/charts"
LEVER = "export_controls.enforcement"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "de"])
def test_each_chart_says_what_it_shows_and_where_it_is_from(client: TestClient, name: str, lang: str) -> None:
    answer = client.get(f"{H}/{name}", params={"lang": lang, "width": 700, "draws": 50}).json()
    chart = answer["charts"][0]
    assert answer["sources"]
    assert chart["title"]
    assert len(chart["alt"]) > len(chart["title"])
    assert "title" not in chart["spec"]  # the page has it as a heading
    assert chart["spec"]["config"]["background"] == "#fffefb"
    assert chart["rows"]


@pytest.mark.parametrize("name", NAMES)
def test_each_chart_is_a_file_that_stands_alone(client: TestClient, base: Base, name: str) -> None:
    found = {ending: client.get(f"{H}/{name}.{ending}", params={"draws": 50}) for ending in ENDINGS}
    for ending, answer in found.items():
        assert answer.status_code == 200
        assert answer.headers["content-type"] == ENDINGS[ending]
        assert answer.headers["x-data-checksum"] == base.checksum
        assert answer.headers["x-version"] == __version__
        told = answer.headers["link"].removeprefix("<").partition(">")[0]
        assert client.get(told).json()["sources"]
        assert f"rechenmacht-{name}.{ending}" in answer.headers["content-disposition"]
    ElementTree.fromstring(found["svg"].text)  # noqa: S314 - our own
    assert f"data {base.checksum[:12]}" in found["svg"].text
    assert found["png"].content.startswith(b"\x89PNG")
    assert list(csv.DictReader(io.StringIO(found["csv"].text)))


def test_the_race_s_numbers_are_those_of_simulate(client: TestClient) -> None:
    told = {"outcome": "installed|h100e_8bit", "set": f"{LEVER}=0.9@2027Q1", "draws": 40, "seed": 3}
    rows = client.get(f"{H}/race", params=told).json()["charts"][0]["rows"]
    body = {
        "set": {LEVER: [{"at": "2027Q1", "value": 0.9}]},
        "draws": 40,
        "seed": 3,
        "outcomes": ["installed|h100e_8bit"],
    }
    series = client.post("/api/v1/simulate", json=body).json()["series"]
    china = next(one for one in series if one["region"] == "China")
    mine = next(row for row in rows if row["region"] == "China" and row["quarter"] == "2030-Q4")
    at = QUARTERS.index("2030-Q4")
    assert [mine[name] for name in ("q05", "q25", "q50", "q75", "q95")] == [row[at] for row in china["values"]]


def test_another_scenario_is_in_chart_and_rows(client: TestClient) -> None:
    told = {"outcome": ["firms_using_ai", "frontier_gap"], "against": "tight_controls", "draws": 20}
    charts = client.get(f"{H}/race", params=told).json()["charts"]
    assert [one["outcome"] for one in charts] == ["firms_using_ai", "frontier_gap"]
    assert all("compared_q50" in row for one in charts for row in one["rows"])
    low, high = charts[0]["domain"]
    assert low == 0 < high


def test_a_file_speaks_one_language(client: TestClient) -> None:
    svg = client.get(f"{H}/race.svg", params={"draws": 20, "lang": "de", "set": f"{LEVER}=0.9@2027Q1"}).text
    assert "20 Ziehungen, Startwert 1" in svg
    assert ", Daten " in svg
    assert not {"draws", "seed", "data"} & set(svg.split("<style")[0].replace(">", " ").replace("<", " ").split())


def test_a_chart_is_as_wide_as_asked_for(client: TestClient) -> None:
    for width in (360, 900):
        svg = client.get(f"{H}/race.svg", params={"draws": 20, "width": width}).text
        assert 0.85 * width < float(ElementTree.fromstring(svg).attrib["viewBox"].split()[2]) < 1.2 * width  # noqa: S314


def test_settings_are_read_as_the_command_line_reads_them() -> None:
    assert steps_of(["a.b=1", "c=0.5@2027q1", "c=0.7@2029-Q1"]) == (
        ("a.b", (("", 1.0),)), ("c", (("2027-Q1", 0.5), ("2029-Q1", 0.7))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("race?outcome=nothing", "has no chart"),
        ("race?set=a", "NAME=VALUE"),
        ("race?set=a=nan", "no finite number"),
        ("race?set=a=1@2027", "no quarter after @"),
        ("race?set=no.such=1", "no.such"),
        ("race?scenario=no-such", "no scenario"),
        ("race?scenario=../../etc/passwd", "not a file or an address"),
        ("race?draws=99999", "at most"),
        ("comparison?a=mine.toml", "not a file or an address"),
        ("comparison?region_a=%21%21", "is not of the form"),
        ("reach?chip=h2", "did you mean"),
        ("reach?method=telepathy", "no method"),
        ("plane?to=ZZ", "no destination"),
        ("timeline?chip=h2", "did you mean"),
        ("stress?scenario=no-such", "no stress scenario"),
        ("stress?scenario=..%2Fmine.toml", "not a file or an address"),
        ("network?date=1999-01-01", "not within 2000"),
        ("network?date=2000-01-01", "no contract counts"),
        ("race?width=1", "280"),
        ("race?lang=fr", "'en' or 'de'"),
    ],
)
def test_bad_questions_are_one_sentence(client: TestClient, path: str, says: str) -> None:
    answer = client.get(f"{H}/{path}")
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_rows_that_lack_a_number_keep_their_columns() -> None:
    chart = drawing.Drawn("t", (), "a", {}, [{"what": "x", "n": 1}, {"what": "y", "low": 2}])
    assert drawing.as_csv([chart]).decode().splitlines() == ["what,n,low", "x,1,", "y,,2"]
    assert drawing.as_csv([chart._replace(rows=[])]) == b""
    assert [drawing.Look(language("en"), width).size.columns for width in (360, 680, 900)] == [2, 3, 5]
    assert drawing.Look(language("en"), 1600).size.columns == 5


def test_the_engine_answers_from_one_rack_to_the_internet(client: TestClient) -> None:
    found = client.post("/api/v1/engine/reach", json={"chip": "h100-sxm", "chips": 1024, "model": "llama3-70b"}).json()
    assert found["steps"][0]["name"] == "rack"
    assert "robirahman-covenant-analysis" in {one["id"] for one in found["sources"]}
    one = client.post("/api/v1/engine/decentral", json={"model": "10b", "workers": 14, "uplink_gbit": 0.33}).json()
    assert 0 < one["result"]["utilisation"] <= 1


def test_a_comparison_names_the_sources_of_both_systems_peaks(client: TestClient, base: Base) -> None:
    told = {row["id"] for row in client.get(f"{H}/comparison", params={"b": "2x gb200-nvl72"}).json()["sources"]}
    for system in ("cloudmatrix-384", "gb200-nvl72"):
        about = [one for one in base.tables.claims if one.subject == f"system:{system}" and one.grade != "unverified"]
        assert about
        assert {one.source for one in about} <= told


def test_rules_change_on_days_and_apply_to_destinations(client: TestClient) -> None:
    found = client.get("/api/v1/rules/dates").json()
    days = [one["date"] for one in found["changes"]]
    assert days == sorted(set(days))
    assert "2022-10-21" in days
    assert "CN" in {one["code"] for one in found["destinations"]}


def test_quantities_are_those_that_have_claims(client: TestClient, base: Base) -> None:
    found = client.get("/api/v1/quantities").json()
    assert sum(one["claims"] for one in found["quantities"]) == len(base.tables.claims)
    assert "chip:h20" in {one["id"] for one in found["subjects"]}


def test_twelve_months_without_stress_say_that_nothing_is_lost(client: TestClient) -> None:
    chart = client.get(f"{H}/stress", params={"scenario": "none", "draws": 50}).json()["charts"][0]
    assert "No seller misses revenue" in chart["alt"]
    assert chart["rows"] == []


def test_several_outcomes_in_one_file_are_all_there(client: TestClient) -> None:
    told = {"outcome": ["firms_using_ai", "frontier_gap"], "draws": 20}
    rows = list(csv.DictReader(io.StringIO(client.get(f"{H}/race.csv", params=told).text)))
    assert {row["variable"] for row in rows} == {"firms_using_ai", "frontier_gap"}
    both = ElementTree.fromstring(client.get(f"{H}/race.svg", params=told).text)  # noqa: S314 - our own
    alone = ElementTree.fromstring(client.get(f"{H}/race.svg", params={**told, "outcome": "firms_using_ai"}).text)  # noqa: S314
    inner = [one for one in both if one.tag.endswith("svg")]
    assert len(inner) == 2
    assert float(inner[1].attrib["y"]) == float(alone.attrib["viewBox"].split()[3])
    ids = [one.attrib["id"] for one in both.iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids))
