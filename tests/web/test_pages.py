"""The pages without a browser: texts in both languages, nothing inline, files as Vite built them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.outputs.web import pages
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

SOURCES = Path(__file__).resolve().parents[2] / "playground" / "src"


class Fake(pages.Built):
    manifest = {  # noqa: RUF012
        "src/main.ts": {"file": "main-1.js", "css": ["main-2.css"]},
        "src/rules.ts": {"file": "rules-3.js", "imports": ["src/main.ts", "_figure.js"]},
        "_figure.js": {"file": "figure-4.js"},
    }


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", pages.PAGES[1:])
def test_a_page_has_its_texts_and_nothing_inline(name: str, code: str) -> None:
    text = pages.page(name, code, ["CN", "DE"], Fake())
    assert f'<html lang="{code}">' in text
    assert language(code).text(f"play.{name}.title") in text
    assert "<script>" not in text
    assert "style=" not in text
    assert not re.findall(r'(?:src|href)="https?:', text)
    assert text.count("aria-current") == 1
    told = json.loads(re.search(r'id="given">(.*?)</script>', text, re.DOTALL)[1])
    assert told["page"] == name
    assert not [key for key in told["words"] if key.split(".")[0] in set(pages.PAGES) - {name}]


def test_every_text_that_a_script_asks_for_is_in_the_locales() -> None:
    asked = {
        (path.stem, key)
        for path in SOURCES.glob("*.ts")
        for key in re.findall(r'\bt\((?:[^()"]*\? )?"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    asked |= {("swarm", f"swarm.{key}") for key in re.findall(r'line\("(\w+)"', (SOURCES / "swarm.ts").read_text())}
    assert len(asked) > 100
    for code in LANGUAGES:
        assert [(where, key) for where, key in asked if f"play.{key}" not in language(code).texts] == []


def test_a_page_asks_only_for_its_own_texts() -> None:
    for name in pages.PAGES[1:]:
        text = (SOURCES / f"{name}.ts").read_text(encoding="utf-8")
        others = [f'"{one}.' for one in pages.PAGES if one != name]
        assert not [key for key in re.findall(r'\bt\((?:[^()"]*\? )?("[\w.]+)"', text) if key.startswith(tuple(others))]


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_are_words_and_not_keys(code: str) -> None:
    found = pages.names(language(code))
    for group in ("regions", "definitions", "mechanisms", "layers", "reach", "grades", "claim_bases", "left_out",
                  "workloads", "outcomes"):  # fmt: skip
        assert found[group]
        assert not [key for key, text in found[group].items() if text == key and "_" in key], group
    assert found["units"]["count"] == ""


def test_the_same_keys_are_named_that_the_engine_and_the_contracts_know() -> None:
    from rechenmacht.domains.capital.contracts import STATES
    from rechenmacht.domains.engine.compare import WORKLOADS
    from rechenmacht.domains.engine.library import methods, reaches

    found = pages.names(language("en"))
    assert set(found["left_out"]) == set(STATES) - {"binding"}
    assert set(found["workloads"]) == set(WORKLOADS)
    assert set(found["methods"]) == {"sync", *(one.name for one in methods())}
    assert list(found["reach"]) == [one.name for one in reaches()]


def test_files_are_named_by_the_manifest() -> None:
    assert Fake().files("rules") == {
        "script": "/static/main-1.js",
        "styles": ["/static/main-2.css"],
        "modules": ["/static/figure-4.js", "/static/rules-3.js"],
    }


def test_colours_follow_the_system_or_the_reader() -> None:
    text = pages.stylesheet()
    assert text.count("--c-paper:") == 4
    assert ":root[data-theme=dark]{color-scheme:dark;" in text


def test_a_server_without_built_pages_says_how_to_build_them(base, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    told = Settings(compiled=False, hosts=("testserver",), database=str(tmp_path / "serve.sqlite"))
    with TestClient(create_app(base, told)) as client:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "make web" in answer.text
        assert client.get("/api/v1/health").status_code == 200


@pytest.mark.skipif(not (pages.STATIC / "manifest.json").is_file(), reason="the pages are not built; make web")
class TestBuilt:
    def test_pages_and_files_are_served_with_the_right_lifetime(self, client: TestClient) -> None:
        answer = client.get("/rules")
        assert answer.headers["cache-control"] == "no-cache"
        script = re.search(r'src="(/static/[^"]+)"', answer.text)[1]
        assert "immutable" in client.get(script).headers["cache-control"]
        assert client.get("/static/../pages.py").status_code == 404
        assert client.get("/theme.css").headers["content-type"].startswith("text/css")

    def test_the_reader_s_theme_is_in_the_page_from_the_start(self, client: TestClient) -> None:
        assert 'data-theme="dark"' in client.get("/de/rules", headers={"cookie": "theme=dark"}).text
        assert "data-theme" not in client.get("/de/rules", headers={"cookie": 'theme="><script>'}).text

    def test_the_first_load_is_small_without_the_chart_library(self) -> None:
        import gzip

        files = [path for path in pages.STATIC.glob("*") if not path.name.startswith("vega-")]
        assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000
