"""Write `api/examples.json`: a real request and the beginning of its answer for every operation of the API.

`python -m rechenmacht.outputs.web.examples` asks a server of its own; a test holds every example against its schema.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from rechenmacht.evidence.base import load
from rechenmacht.faces.fields import fields
from rechenmacht.faces.language import language
from rechenmacht.faces.registry import everything

H = "/api/v1"
LONGEST = 90  # letters of a text
DRAWS = 100  # the fewest that comparisons take
GIVEN: dict[str, dict[str, Any]] = {
    "/simulate": {"scenario": "reference", "set": {"capital.stop": [{"at": "2028Q1", "value": 0.5}]}, "draws": DRAWS,
                  "outcomes": ["runs|legal"]},
    "/compare": {"a": {"scenario": "reference"}, "b": {"scenario": "tight_controls"}, "draws": DRAWS},
    "/engine/train": {"system": "1024x h100-sxm", "model": "llama3-70b"},
    "/engine/serve": {"system": "8x h100-sxm", "model": "llama3-70b"},
    "/engine/compare": {"a": "cloudmatrix-384", "b": "gb200-nvl72"},
    "/engine/reach": {"model": "llama3-70b", "chip": "h100"},
    "/engine/decentral": {"model": "llama3-70b", "workers": 1000, "chip": "h100"},
    "/capital/stress": {"scenario": "rent_170", "draws": DRAWS},
    "/check": {"text": "The NVIDIA H100 has 80 GB of memory.", "lang": "en"},
}  # fmt: skip
"""Requests of routes that are no questions."""
ASKED: dict[str, str] = {
    "facts": "q=h100+memory&limit=1", "sources": "limit=1", "rules/status": "chip=h20&to=CN",
    "rules/timeline": "chip=h20",
    "charts/race": f"draws={DRAWS}", "charts/stress": f"draws={DRAWS}", "charts/wall": f"draws={DRAWS}",
    "charts/path": f"draws={DRAWS}",
}  # fmt: skip
TOLD: dict[str, dict[str, Any]] = {
    "engine.decentral": {"model": "llama3-70b", "workers": 1000}, "rules.classify": {"chip": "H200", "to": "CN"},
    "rules.propose": {"bill": "BILL-GAIN"}, "uncertainty.compare": {"a": "reference", "b": "tight_controls"},
}  # fmt: skip
"""What some questions need besides their required fields."""
NAMED = {"claim": "chip.h100-sxm.tdp.1", "name": "epoch-ml-hardware-2026-05-12", "chips": "chip:h100-sxm"}
VIEW = {"name": "Tight", "scenario": "tight_controls", "set": {"capital.stop": [{"at": "2028Q1", "value": 0.5}]}}


def cut(value: Any, key: str = "") -> Any:
    """Return the beginning of an answer: one row or two values of each list, no long texts."""
    if isinstance(value, dict):
        return {} if key == "spec" else {name: cut(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [cut(one) for one in value[: 1 if value and isinstance(value[0], dict) else 2]]
    return value[: LONGEST - 1] + "…" if isinstance(value, str) and len(value) > LONGEST else value


def body_of(name: str) -> dict[str, Any]:
    """Return a request to a question: what it needs, and few draws."""
    question, found = everything()[name], {}
    for field in fields(question, language("en")):
        if field.info.is_required() and field.info.examples:
            found[field.name] = field.info.examples[0]
    found |= TOLD.get(name, {})
    return found | ({"draws": DRAWS} if "draws" in question.model_fields else {})


class Kept:
    """The examples as they are found."""

    def __init__(self, client: Any, document: dict[str, Any]) -> None:
        self.client = client
        self.ids = {(m.upper(), p): op["operationId"] for p, ops in document["paths"].items() for m, op in ops.items()}
        self.found: dict[str, dict[str, Any]] = {}

    def ask(self, method: str, route: str, path: str, body: Any = None, headers: Any = None) -> Any:
        """Ask one operation and keep what came, if it answered."""
        began = time.monotonic()
        answer = self.client.request(method, H + path, json=body, headers=headers)
        name = self.ids[method, H + route].removesuffix("_post")
        if answer.status_code < 300:
            told = {"answer": cut(answer.json())} if answer.content else {}
            self.found.setdefault(name, {}).update(told if body is None else {"body": body, **told})
        elif answer.status_code >= 300:
            sys.stderr.write(f"{method} {route}: {answer.status_code} {answer.text[:160]}\n")
        if time.monotonic() - began > 5:
            sys.stderr.write(f"{method} {route}: {time.monotonic() - began:.0f} s\n")
        return answer


def _workspaces(kept: Kept) -> None:
    """Keep what becomes of a saved view."""
    route = "/workspaces/{workspace}"
    made = kept.ask("POST", "/workspaces", "/workspaces", {"name": "Team"}).json()["workspace"]["id"]
    first = f"/workspaces/{made}"
    view = kept.ask("POST", f"{route}/scenarios", f"{first}/scenarios", VIEW).json()["scenario"]["id"]
    one, own = f"{route}/scenarios/{{scenario}}", f"{first}/scenarios/{view}"
    kept.ask("GET", "/workspaces", "/workspaces")
    for name in ("scenarios", "members"):
        kept.ask("GET", f"{route}/{name}", f"{first}/{name}")
    kept.ask("GET", one, own)
    kept.ask("PUT", one, own, {**VIEW, "name": "Tighter"}, {"If-Match": '"1"'})
    kept.ask("GET", f"{one}/revisions", f"{own}/revisions")
    kept.ask("PUT", f"{route}/members/{{member}}", f"{first}/members/ada", {"role": "reader"})
    kept.client.delete(H + own, headers={"If-Match": '"2"'})
    kept.ask("GET", f"{route}/deleted", f"{first}/deleted")
    kept.ask("POST", f"{route}/deleted/{{scenario}}/restore", f"{first}/deleted/{view}/restore")
    kept.client.delete(H + first)
    kept.ask("POST", f"{route}/restore", f"{first}/restore")


def made() -> dict[str, Any]:
    """Return all examples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Starlette would have the client under another name
        from fastapi.testclient import TestClient

    from rechenmacht.outputs.web.app import create_app
    from rechenmacht.outputs.web.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        told = Settings(compiled=False, requests_per_second=1e6, burst=10**6, hosts=("testserver",), seconds=120,
                        database=f"{folder}/serve.sqlite")  # fmt: skip
        client = TestClient(create_app(load(), told), raise_server_exceptions=False)
        kept = Kept(client, client.get(f"{H}/openapi.json").json())
        for method, path in kept.ids:
            route = path.removeprefix(H)
            if (
                route.startswith(("/workspaces", "/jobs"))
                or "." in route.rpartition("/")[2]
                or route.endswith("/stream")
            ):
                continue
            if method == "POST" and route.startswith("/answers/"):
                kept.ask(method, route, route, body_of(route.removeprefix("/answers/").replace("/", ".")))
            elif method == "POST" and route in GIVEN:
                kept.ask(method, route, route, GIVEN[route])
            elif method == "GET" and not route.startswith("/answers/"):
                own = route.replace("{name}", NAMED["chips" if route.startswith("/chips") else "name"])
                asked = ASKED.get(route.strip("/"), "")
                kept.ask(method, route, own.replace("{claim}", NAMED["claim"]) + (f"?{asked}" if asked else ""))
        _workspaces(kept)
        client.close()
    return kept.found


def main() -> None:
    """Write the file."""
    path = Path(__file__).parent / "api" / "examples.json"
    path.write_text(json.dumps(made(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
