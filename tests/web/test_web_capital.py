"""Every figure of capital is the answer's, in the report, behind the page and in its pictures."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from clients import TestClient

from rechenmacht.domains.capital import questions
from rechenmacht.evidence.base import Base
from rechenmacht.faces import machine
from rechenmacht.faces.drawn import rows_of
from rechenmacht.outputs.report import capital_look
from rechenmacht.outputs.report.capital_look import Look, ask, table

DRAWS = 40


@pytest.fixture(scope="module")
def report(base: Base) -> Look:
    return capital_look.look(base, 1, DRAWS)


def get(client: TestClient, path: str) -> Any:
    found = client.get(f"/api/v1/{path}")
    assert found.status_code == 200, found.text
    return found.json()


def test_the_report_shows_what_the_answers_say(base: Base, report: Look) -> None:
    network = ask(base, questions.Network)
    assert report.links == table(network, "links")
    assert report.waterfall == table(network, "layers")
    circles = ask(base, questions.Circularity, draws=DRAWS)
    assert report.circularity == table(circles, "circularity")
    assert report.waterfall == table(circles, "waterfall")
    covered = ask(base, questions.Coverage, draws=DRAWS)
    assert report.maturities == table(covered, "maturities")
    one = ask(base, questions.Stress, scenario="rent_170", draws=DRAWS)
    mine = next(row for row in report.stressed if row.id == "rent_170")
    alone = table(one, "scenarios")[0]  # all scenarios together, and one alone, draw the same
    assert (mine.total, mine.amount, mine.result) == (alone["total_lost_revenue"], alone["amount"], alone["result"])
    assert list(mine.decides) == table(one, "what_would_change_this")[: capital_look.MOST_DRIVERS]
    assert sum(len(part) for name in report.history.values() for part in name.values()) == sum(
        row["range"] is not None for row in table(ask(base, questions.History), "comparisons")
    )


def test_the_page_is_served_what_the_answers_say(client: TestClient, base: Base) -> None:
    links = table(ask(base, questions.Network), "links")
    served = get(client, "capital/network")
    assert [(e["from"], e["to"], e["layer"], e["announced"], e["firm"], e["paid"]) for e in served["edges"]] == [
        (r["payer"], r["payee"], r["layer"], r["headline"], r["firm"], r["paid"]) for r in links
    ]
    told = client.post("/api/v1/capital/stress", json={"scenario": "rent_170", "draws": DRAWS}).json()
    answer = ask(base, questions.Stress, scenario="rent_170", draws=DRAWS)
    assert told["stressed"]["total_lost_revenue"] == table(answer, "scenarios")[0]["total_lost_revenue"]
    assert told["without_stress"]["total_lost_revenue"] == answer.values["without_stress"]["total_lost_revenue"]
    lost = {r["org"]: r["stressed"] for r in table(answer, "outcomes") if r["measure"] == "lost_revenue"}
    assert told["stressed"]["lost_revenue"] == lost
    fails = {r["org"]: r["stressed"] for r in table(answer, "defaults")}
    assert told["stressed"]["default_probability"] == fails


@pytest.mark.parametrize(
    ("chart", "question", "given", "name"),
    [
        ("network", questions.Network, {}, "links"), ("layers", questions.Network, {}, "layers"),
        ("wall", questions.Coverage, {"draws": DRAWS}, "maturities"),
        ("path", questions.Path, {"draws": DRAWS}, "quarters"),
        ("stress", questions.Stress, {"draws": DRAWS, "scenario": "rent_170"}, "outcomes"),
    ],
)  # fmt: skip
def test_a_picture_has_the_rows_of_its_answer(
    client: TestClient, base: Base, chart: str, question: Any, given: dict[str, Any], name: str
) -> None:
    query = "&".join(f"{key}={value}" for key, value in given.items())
    answer = ask(base, question, **given)
    drawn = next(one for one in answer.charts if one.table == name)
    whole = next(one for one in answer.tables if one.name == name)
    flat = machine.csv_text(replace(whole, rows=rows_of(answer, drawn)))
    wanted = [{k: v for k, v in row.items() if k != "legs"} for row in csv.DictReader(io.StringIO(flat))]
    shown = get(client, f"charts/{chart}?{query}")["charts"][0]
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in shown["rows"]] == wanted
    assert shown["title"] and shown["alt"]


@pytest.mark.parametrize("date", ["1999-01-01", "2020-01-01", "2021-06-01", "2022-01-01", "2023-01-01", "2035-01-01"])
def test_no_day_is_a_fault_of_the_server(client: TestClient, date: str) -> None:
    for path in (f"charts/stress?date={date}&draws=10", f"charts/network?date={date}",
                 f"charts/wall?date={date}&draws=10"):  # fmt: skip
        found = client.get(f"/api/v1/{path}")
        assert found.status_code in {200, 422}, (path, found.text)
        assert found.status_code == 200 or found.json()["detail"]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("name", ["network", "wall", "path"])
def test_the_table_under_a_picture_is_in_words(client: TestClient, name: str, lang: str) -> None:
    chart = get(client, f"charts/{name}?draws={DRAWS}&lang={lang}")["charts"][0]
    said, keys = chart["table"], {key for row in chart["rows"] for key in row}
    cells = [cell for row in said["cells"] for cell in row]
    assert len(said["cells"]) == len(chart["rows"]) > 0
    assert len(said["heads"]) == len(said["numbers"]) == len(said["cells"][0])
    assert any(said["numbers"])
    assert not keys & {head for head in said["heads"] if "_" in head}
    assert not [cell for cell in cells if cell.startswith("org:") or "purchase_commitment" in cell]
    assert said["heads"] != get(client, f"charts/{name}?draws={DRAWS}&lang={'en' if lang == 'de' else 'de'}")["charts"][0]["table"]["heads"]  # fmt: skip


def test_lang_leads_to_the_page_in_that_language(client: TestClient) -> None:
    for address, leads in (
        ("/capital?lang=de", "/de/capital"), ("/de/capital?lang=en&date=2026-01-01", "/capital?date=2026-01-01"),
        ("/?lang=de&x=%0d%0aa", "/de/?x=%0D%0Aa"), ("/de/?lang=en", "/"),
    ):  # fmt: skip
        found = client.get(address, follow_redirects=False)
        if found.status_code in {404, 503}:
            pytest.skip("the pages are not built; make web")
        assert (found.status_code, found.headers["location"]) == (307, leads), address
    for stays in ("/capital?lang=en", "/capital?lang=fr", "/de/?lang=de"):
        assert client.get(stays, follow_redirects=False).status_code == 200, stays
