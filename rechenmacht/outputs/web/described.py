"""The OpenAPI document: short ids, what each parameter means with an example, and the media types of files."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response

from rechenmacht.faces import registry
from rechenmacht.outputs.web.api import answered
from rechenmacht.outputs.web.api.forms import ProblemDocument
from rechenmacht.outputs.web.service import Service, json_answer

PREFIX = "/api/v1"
KINDS = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png", "html": "text/html", "atom": "application/atom+xml",
         "parquet": "application/vnd.apache.parquet"}  # fmt: skip
SAID: dict[str, tuple[str, Any]] = {
    "a": ("A system, or N x chip", "cloudmatrix-384"), "b": ("Another system, or N x chip", "gb200-nvl72"),
    "against": ("A second scenario, drawn dotted", "tight_controls"), "at": ("A day, 2025-12-31; empty: the last known", "2025-12-31"),
    "bloc": ("A bloc", "cn"), "chip": ("A chip by id or name", "h20"), "chips": ("How many chips", 1024),
    "claim": ("A claim's id", "chip.h100-sxm.tdp.1"), "claim_id": ("A claim's id", "chip.h100-sxm.tdp.1"),
    "date": ("A day, 2025-11-20; empty: today, or the last date known", "2025-11-20"),
    "draws": ("How many draws; the same seed gives the same draws", 1000), "grade": ("Evidence: primary, secondary or unverified", "primary"),
    "job": ("A job's id, from its progress events", "h7Qb2dXfYt1mZk0P"), "lang": ("Language of texts", "en"), "limit": ("How many rows at most", 50),
    "member": ("A member's account", "ada"),
    "method": ("How separate chips train together", "diloco"), "model": ("A model by name", "llama3-70b"),
    "name": ("A name", "reference"), "offset": ("How many rows to leave out first", 0), "outcome": ("A variable of /outcomes; may be repeated", "installed|h100e_8bit"),
    "proposed": ("Whether proposed contracts count", False), "q": ("Words that all must occur", "h100 memory"),
    "quantity": ("A quantity's id", "tdp"), "region_a": ("Whose prices of electricity the first system pays", "us"),
    "region_b": ("Whose prices of electricity the second system pays", "us"), "scenario": ("A scenario's id", "reference"),
    "seed": ("Seed of the draws", 1), "set": ("NAME=VALUE or NAME=VALUE@2027Q1; may be repeated", "export_controls.enforcement=0.9@2027Q1"),
    "source": ("A publication's id", "epoch-ml-hardware-2026-05-12"), "source_id": ("A publication's id", "epoch-ml-hardware-2026-05-12"),
    "subject": ("A thing by id or name", "H100"), "to": ("Country: code or name", "CN"), "uplink": ("Uplink per place, Gbit/s", 0.11),
    "version": ("Number of a version", 1), "width": ("CSS pixels that the chart is drawn for", 680), "workload": ("A workload's name", "train-70b"),
    "workspace": ("A workspace's id", "2f1c"), "scenario_id": ("A saved view's id", 1),
    "If-Match": ("ETag of the version you have seen", '"3"'), "if-match": ("ETag of the version you have seen", '"3"'),
}  # fmt: skip


def _about(path: str) -> str:
    """Return what a route of workspaces is about: the last thing that its path names."""
    parts = [part.strip("{}") for part in path.split("/") if part]
    return "_".join(parts[-2:]).removeprefix("v1_")


def operation_id(route: APIRoute) -> str:
    """Return a short id: a question's name, a file's kind; what only pages read begins with `page`."""
    name = re.sub(r"\W+", "_", route.name).strip("_").removesuffix("_json")
    tag = re.sub(r"\W+", "_", str(route.tags[0])) if route.tags else ""
    if tag == "workspaces":
        return f"{name}_{_about(route.path_format)}"
    if "." in route.name or name.startswith(("chart", "table", "simulate_")):
        return name
    own = name if name.startswith(tag) else f"{tag}_{name}"
    return f"page_{own}" if tag in registry.DOMAINS else own


def _parameter(one: dict[str, Any]) -> None:
    said, example = SAID.get(one["name"], ("", None))
    schema = one.get("schema", {})
    if not one.get("description"):
        one["description"] = schema.get("description") or said or f"{one['name'].replace('_', ' ')}".capitalize()
    if "example" in one or "examples" in one:
        return
    told = schema.get("examples") or ([schema["default"]] if schema.get("default") not in (None, "", []) else None)
    found = told[0] if told else _fitting(schema, example)
    if found is not None:
        one["example"] = found


def _fitting(schema: dict[str, Any], example: Any = None) -> Any:
    """Return an example that a schema allows: the given one, or one made of its kind."""
    for part in (schema, *schema.get("anyOf", [])):
        if part.get("enum"):
            return part["enum"][0]
        kind = part.get("type")
        if kind == "array":
            return example if isinstance(example, list) else [_fitting(part.get("items", {}), example)]
        if kind in {"integer", "number"}:
            return (
                example
                if isinstance(example, int | float) and not isinstance(example, bool)
                else part.get("minimum", part.get("exclusiveMinimum", 0) + 1)
            )
        if kind == "boolean":
            return False
        if kind == "string":
            return example if isinstance(example, str) else None if part.get("pattern") else "text"
    return example


def _responses(path: str, operation: dict[str, Any]) -> None:
    answers = operation.get("responses", {})
    if "204" in answers or "201" in answers:
        answers.pop("200", None)
    ending = path.rpartition(".")[2] if "." in path.rpartition("/")[2] else ""
    if ending in KINDS and "200" in answers:
        form = (
            {"type": "string"} if ending in {"csv", "svg", "html", "atom"} else {"type": "string", "format": "binary"}
        )
        answers["200"] = {"description": "The file", "content": {KINDS[ending]: {"schema": form}}}
    elif path.endswith("/stream") and "200" in answers:
        answers["200"] = {"description": "Events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}


def _typed(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say of an answer that no question describes what stands in it."""
    title = "".join(part[:1].upper() + part[1:] for part in operation["operationId"].split("_")) + "Answer"
    form = answered.answer(f"{method.upper()} {path.removeprefix(PREFIX)}", title)
    if form is None:
        return
    schemas[title] = form
    for status in ("200", "201"):
        if status in operation["responses"]:
            content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{title}"}}}
            operation["responses"][status] = {**operation["responses"][status], "content": content}


@cache
def examples() -> dict[str, Any]:
    """Return real requests and answers by operation, the answers cut short; `python -m rechenmacht.outputs.web.examples`."""
    path = Path(__file__).parent / "api" / "examples.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _exemplified(operation: dict[str, Any]) -> None:
    """Show what is asked and answered."""
    known = examples().get(operation["operationId"].removesuffix("_post").removesuffix("_stream"), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None and "body" in known:
        content["example"] = known["body"]
    for status in ("200", "201"):
        content = operation["responses"].get(status, {}).get("content", {}).get("application/json")
        if content is not None and "answer" in known:
            content["example"] = known["answer"]


def _bodies(schemas: dict[str, Any]) -> None:
    """Describe the fields of bodies that say nothing of themselves."""
    for form in schemas.values():
        for name, one in form.get("properties", {}).items():
            if "description" not in one and "$ref" not in one:
                one["description"] = SAID.get(name, (name.replace("_", " ").capitalize(), None))[0]


def completed(found: dict[str, Any]) -> dict[str, Any]:
    """Return the document with all that FastAPI leaves out."""
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas |= answered.parts()
    schemas["ProblemDocument"] = json.loads(json.dumps(ProblemDocument.model_json_schema()))
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", []):
                _parameter(one)
            _responses(path, operation)
            _typed(method, path, operation, schemas)
            _exemplified(operation)
    _bodies(schemas)
    return found


def install(app: FastAPI, service: Service, prefix: str, make: Callable[[], None]) -> None:
    """Complete the OpenAPI document of an app, and serve it; `make` makes the routes that are not there yet."""
    made, lock, name = app.openapi, threading.Lock(), "openapi.json"

    def openapi() -> dict[str, Any]:
        with lock:
            make()
            return completed(made())

    def written() -> bytes:
        found = service.kept.get(name)
        if found is None:
            found = json.dumps(openapi()).encode()
            service.kept.put(name, found)
        return found

    @app.get(f"{prefix}/{name}", include_in_schema=False)
    async def document() -> Response:
        # It takes seconds the first time after a change, and other callers do not wait for it.
        return json_answer(await service.work.answer(("openapi",), written, "other"))

    app.openapi = openapi  # type: ignore[method-assign]
