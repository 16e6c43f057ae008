"""What the OpenAPI document says, tidy tables, problems for people, and the site's pages on the server."""

from __future__ import annotations

import csv
import io
import warnings

import pytest
from fastapi.testclient import TestClient

from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web import described, problems

H = "/api/v1"
FILES = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png", "parquet": "application/vnd.apache.parquet",
         "atom": "application/atom+xml"}  # fmt: skip


def _operations(client: TestClient) -> list[tuple[str, str, dict]]:  # type: ignore[type-arg]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # FastAPI warns of two operations with one id
        paths = client.get(f"{H}/openapi.json").json()["paths"]
    return [(path, method, one) for path, some in paths.items() for method, one in some.items()]


def test_each_operation_has_an_id_of_its_own_and_each_parameter_a_meaning_and_an_example(client: TestClient) -> None:
    found = _operations(client)
    ids = [one["operationId"] for _, _, one in found]
    assert len(set(ids)) == len(ids)
    assert all("api_v1" not in one and len(one) < 60 for one in ids)
    parameters = [(path, one) for path, _, some in found for one in some.get("parameters", [])]
    assert [(path, one["name"]) for path, one in parameters if not one.get("description")] == []
    lacking = [
        (path, one["name"]) for path, one in parameters if "example" not in one and not one["schema"].get("examples")
    ]
    assert lacking == []


def test_files_are_declared_as_what_they_are_and_nothing_promises_what_it_does_not_give(client: TestClient) -> None:
    for path, _, one in _operations(client):
        ending = path.rpartition(".")[2]
        if ending in FILES:
            assert list(one["responses"]["200"]["content"]) == [FILES[ending]], path
        if "204" in one["responses"] or "201" in one["responses"]:
            assert "200" not in one["responses"], path


def test_an_example_fits_the_form_it_stands_for() -> None:
    assert described._fitting({"type": "integer", "minimum": 3}) == 3
    assert described._fitting({"anyOf": [{"type": "number"}, {"type": "null"}]}, 0.11) == 0.11
    assert described._fitting({"type": "array", "items": {"type": "string"}}, "a") == ["a"]
    assert described._fitting({"type": "string", "enum": ["us", "cn"]}, "x") == "us"


@pytest.mark.parametrize(
    ("name", "least"), [("outcomes", 300), ("levers", 25), ("scenarios", 20), ("chips", 500), ("rules", 90)]
)
def test_one_tidy_table_by_one_request(client: TestClient, name: str, least: int) -> None:
    answer = client.get(f"{H}/{name}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) > least
    assert {len(row) for row in rows} == {len(rows[0])}


def test_any_outcomes_are_one_table_with_the_numbers_of_simulate(client: TestClient) -> None:
    told = {"outcome": ["runs|legal", "power_connected"], "draws": 30, "set": "export_controls.enforcement=0.9@2027Q1"}
    rows = list(csv.DictReader(io.StringIO(client.get(f"{H}/simulate.csv", params=told).text)))
    assert {row["variable"] for row in rows} == {"runs|legal", "power_connected"}
    body = {
        "outcomes": ["runs|legal"],
        "draws": 30,
        "set": {"export_controls.enforcement": [{"at": "2027Q1", "value": 0.9}]},
    }
    found = client.post(f"{H}/simulate", json=body).json()
    mine = next(row for row in rows if (row["variable"], row["quarter"]) == ("runs|legal", "2030-Q4"))
    at = found["quarters"].index("2030-Q4")
    assert float(mine["q50"]) == pytest.approx(found["series"][0]["values"][2][at], rel=1e-6)
    assert len({one.variable for one in SERIES}) > 100


def test_a_person_gets_a_page_in_the_language_and_a_program_a_document(client: TestClient) -> None:
    person = {"accept": "text/html,application/xhtml+xml"}
    german = client.get("/de/gibtsnicht", headers=person)
    assert german.status_code == 404
    assert german.headers["content-type"].startswith("text/html")
    assert '<html lang="de">' in german.text
    assert 'href="/de/"' in german.text
    assert "Unter dieser Adresse gibt es nichts." in german.text
    assert client.get("/nothing", headers=person).text.count("There is nothing at this address") >= 1
    program = client.get("/nothing")
    assert program.headers["content-type"] == problems.MEDIA_TYPE
    assert client.get(f"{H}/nothing", headers=person).headers["content-type"] == problems.MEDIA_TYPE


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("facts/nope?lang=de", "eine solche Angabe gibt es nicht"),
        ("facts?subject=qqqq&lang=de", "nichts heißt 'qqqq'"),
        ("charts/race?scenario=zzzz&lang=de", "kein Szenario 'zzzz'"),
        ("charts/network?date=2000-01-01&lang=de", "zählt kein Vertrag"),
    ],
)
def test_errors_are_german_for_germans(client: TestClient, path: str, says: str) -> None:
    assert says in client.get(f"{H}/{path}").json()["detail"]
    bare = path.replace("?lang=de", "").replace("&lang=de", "")
    assert says in client.get(f"{H}/{bare}", headers={"accept-language": "de-DE,de;q=0.9"}).json()["detail"]


def test_a_short_name_is_not_guessed_at_wildly(base: Base) -> None:
    from rechenmacht.errors import nearest

    assert nearest("foo", base.entities) == ""
    assert "h20" in nearest("h2", ["h20", "h200", "b200"])


@pytest.mark.parametrize("day", ["2020-01-01", "2021-06-01", "2022-01-01", "2023-01-01"])
def test_stress_answers_on_every_day_of_the_calendar(client: TestClient, day: str) -> None:
    assert client.get(f"{H}/charts/stress", params={"date": day, "draws": 20}).status_code in {200, 422}


def test_the_server_has_the_site_s_pages_too(client: TestClient) -> None:
    page = client.get("/de/facts/chip/h100-sxm.html")
    assert page.status_code == 200
    assert 'id="chip.h100-sxm.tdp.' in page.text
    assert client.get("/assets/site.css").headers["content-type"].startswith("text/css")
    dark = client.get("/about.html", headers={"cookie": "theme=dark"}).text
    assert dark.count('<html data-theme="dark" lang="en"') == 1
    assert client.get("/facts/chip/nope.html").status_code == 404
    assert client.get(f"{H}/simulate").status_code == 405
