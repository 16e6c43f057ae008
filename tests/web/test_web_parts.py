"""Facts, engine, rules, capital and articles over HTTP: the same as from the command line, with their sources."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rechenmacht.domains.reader.sources import extracted
from rechenmacht.evidence.base import Base


def get(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def post(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_what_is_checked_is_not_kept(client: TestClient) -> None:
    kept = client.app.state.service.work.answers
    before, text = len(kept), "A sentence that nobody else has with 80 GB in it."
    assert client.post("/api/v1/check", json={"text": text}).status_code == 200
    assert len(kept) == before


def test_facts_are_searched_and_downloaded(client: TestClient, base: Base, tmp_path: Path) -> None:
    import duckdb

    body = get(client, "facts", q="h100", grade="primary", limit=5)
    assert body["total"] > 5
    assert len(body["facts"]) == 5
    assert {row["source"]["id"] for row in body["facts"]} == {row["id"] for row in body["sources"]}
    assert get(client, "facts", q="h100", grade="primary", offset=2, limit=1)["facts"] == body["facts"][2:3]
    one = body["facts"][0]
    assert get(client, f"facts/{one['id']}")["fact"] == one
    assert one["value"] == base.claims[one["id"]].value
    table = client.get("/api/v1/facts.csv", params={"q": "h100", "grade": "primary"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == body["total"]
    assert rows[0]["id"] == one["id"]
    path = tmp_path / "facts.parquet"
    path.write_bytes(client.get("/api/v1/facts.parquet", params={"q": "h100", "grade": "primary"}).content)
    ids = duckdb.sql(f"SELECT id FROM '{path}'").fetchall()
    assert [row[0] for row in ids] == [row["id"] for row in rows]
    assert client.get("/api/v1/facts.csv", params={"q": "no such words"}).text.startswith("id,subject")
    assert client.get("/api/v1/facts.parquet", params={"q": "no such words"}).content[:4] == b"PAR1"


def test_conflicting_claims_name_each_other(client: TestClient) -> None:
    marked = [row for row in get(client, "facts", subject="h100", limit=500)["facts"] if row["conflict"]]
    assert marked
    for row in marked:
        assert row["id"] in get(client, f"facts/{row['conflict'][0]}")["fact"]["conflict"]


def test_sources_and_chips_lead_back_to_claims(client: TestClient, base: Base) -> None:
    body = get(client, "sources", q="epoch chip", limit=3)
    assert body["rows"][0]["claims"] + body["rows"][0]["history"] > 0
    one = get(client, f"sources/{body['rows'][0]['id']}")
    assert all(base.claims[claim].source == body["rows"][0]["id"] for claim in one["claims"])
    chip = get(client, "chips/H100")["chip"]
    assert chip["id"] == "chip:h100-sxm"
    assert chip["specifications"]["memory_capacity"]["median"] == pytest.approx(80, rel=0.01)
    listed = next(row for row in get(client, "chips")["chips"] if row["id"] == "chip:h100-sxm")
    assert listed["specifications"]["memory_capacity"] == chip["specifications"]["memory_capacity"]["median"]
    assert {row["ask"] for row in get(client, "systems")["systems"]} >= {"cloudmatrix-384"}


def test_the_engine_answers_as_on_the_command_line(client: TestClient, base: Base) -> None:
    from rechenmacht.domains.engine import plan, questions, systems

    found = post(client, "engine/compare", a="cloudmatrix-384", b="gb200-nvl72")
    wanted = questions.Compare.asked({"system": ["cloudmatrix-384", "gb200-nvl72"]}).answer(base)
    assert found["ratio_a_over_b"] == wanted.values["ratio_a_over_b"]
    trained = post(client, "engine/train", system="1024x h100", model="llama3-70b", tokens=1e12, tp=8)["result"]
    assert trained["layout"]["tp"] == 8
    assert trained["days"]["low"] < trained["days"]["value"] < trained["days"]["high"]
    served = post(client, "engine/serve", system="gb200-nvl72", model="deepseek-r1")
    assert served["result"]["bound_by"]
    assert served["sources"]
    assert plan.stack_for(systems.system(base, "1024x h100")).name == trained["assumed"]["stack"]


def test_rules_give_status_plane_and_best(client: TestClient) -> None:
    status = get(client, "rules/status", chip="h20", to="CN", date="2025-09-01")
    assert status["outcome"] == "LIC_CBC"
    assert status["fired"][0]["source"] in {row["id"] for row in status["sources"]}
    before = get(client, "rules/status", chip="h20", to="CN", date="2024-09-01", lang="de")
    assert before["outcome"] == "NLR"
    plane = get(client, "rules/plane", to="CN", date="2024-01-01")
    assert {"tpp", "density"} == {row["what"] for row in plane["thresholds"]}
    assert 4800 in [row["value"] for row in plane["thresholds"] if row["what"] == "tpp"]
    h100 = next(row for row in plane["chips"] if row["id"] == "chip:h100-sxm")
    assert h100["status"] != "NLR"
    assert h100["reason"]
    periods = get(client, "rules/timeline", chip="h20")["periods"]
    assert [p["from"] for p in periods] == sorted(p["from"] for p in periods)
    best = get(client, "rules/best", to="CN", date="2024-01-01")["bases"]
    assert {row["basis"] for row in best} == {"8bit", "16bit", "bandwidth"}


def test_the_network_adds_up(client: TestClient) -> None:
    body = get(client, "capital/network")
    total = next(row for row in body["layers"] if row["layer"] == "total")
    for mine, theirs in (("announced", "headline"), ("firm", "firm"), ("paid", "paid")):
        assert sum(edge[mine] for edge in body["edges"]) == pytest.approx(total[theirs])
    names = {node["id"] for node in body["nodes"]}
    assert {edge["from"] for edge in body["edges"]} | {edge["to"] for edge in body["edges"]} == names
    early = get(client, "capital/network", date="2024-12-31")
    assert len(early["edges"]) < len(body["edges"])


def test_stress_by_scenario_and_by_shocks_of_ones_own(client: TestClient) -> None:
    found = post(client, "capital/stress", scenario="funding_stop", draws=100)
    before, after = (found[key]["total_lost_revenue"]["high"] for key in ("without_stress", "stressed"))
    assert after > before
    fields = ("lever", "low", "mid", "high", "who")
    own = [{name: shock[name] for name in fields} for shock in found["scenario"]["shock"]]
    mine = post(client, "capital/stress", shock=own, draws=100)
    assert mine["stressed"]["total_lost_revenue"]["high"] == pytest.approx(after, rel=0.1)
    calm = post(client, "capital/stress", draws=100)
    assert calm["stressed"] == calm["without_stress"]


TEXT = "The H100 SXM has a memory bandwidth of 3.35 TB/s. The H200 has a memory bandwidth of 9.9 TB/s."


def test_an_article_is_checked_as_text_and_as_a_file(client: TestClient) -> None:
    body = post(client, "check", text=TEXT, lang="en", date="2026-01-05")
    assert {row["verdict"] for row in body["claims"]} >= {"supported", "contradicted"}
    assert "".join(part["text"] for part in body["parts"]) == TEXT
    for row in body["claims"]:
        assert TEXT[row["start"] : row["end"]] == row["text"]
        assert set(row["sources"]) <= {source["id"] for source in body["sources"]}
    page = f"<!doctype html><html><body><article><p>{TEXT}</p></article></body></html>".encode()
    answer = client.post("/api/v1/check", files={"file": ("../../x.html", page)}, data={"lang": "en"})
    assert answer.status_code == 200, answer.text
    assert [row["verdict"] for row in answer.json()["claims"]] == [row["verdict"] for row in body["claims"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"MZ\x90\x00\x03\x00", "binary, not text, HTML or PDF"),
        (b"%PDF-1.7 nothing", "damaged PDF"),
        (b"PK\x03\x04\x00\x00", "binary, not text, HTML or PDF"),
        (b"   ", "is empty"),
    ],
)
def test_uploads_are_told_apart_by_their_content(client: TestClient, data: bytes, reason: str) -> None:
    answer = client.post("/api/v1/check", files={"file": ("article.txt", data, "text/plain")})
    assert answer.status_code == 422
    assert reason in answer.json()["detail"]


def test_reading_an_upload_is_bounded_in_time_and_size() -> None:
    from rechenmacht.errors import BadInput

    with pytest.raises(BadInput, match=r"within 0\.01 s"):
        extracted("the upload", b"<html><p>words</p></html>", 0.01)
    with pytest.raises(BadInput, match="may have 20 MB at most"):
        extracted("the upload", b"<" * 20_000_001)


def test_addresses_and_paths_in_requests_are_never_opened(client: TestClient, tmp_path: Path) -> None:
    bait = tmp_path / "system.toml"
    bait.write_text('[system]\nchip = "h100"\n', encoding="utf-8")
    for path in (str(bait), "file:///x", "https://example.org/x", "a.toml"):
        answer = client.post("/api/v1/engine/compare", json={"a": path, "b": "gb200-nvl72"})
        assert answer.status_code == 422
        assert "a name, not a file or an address" in answer.json()["detail"]
        answer = client.post("/api/v1/simulate", json={"scenario": path})
        assert answer.status_code == 422
        assert "no scenario" in answer.json()["detail"]
        assert post(client, "check", text=f"{path} has 5 chips")["claims"] is not None
    answer = client.post("/api/v1/engine/train", json={"system": "h100", "model": str(bait)})
    assert answer.status_code == 422
