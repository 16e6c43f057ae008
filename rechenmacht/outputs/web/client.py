"""A typed client of the API, written from its OpenAPI document: Python on the standard library, or TypeScript on fetch.

`python -m rechenmacht.outputs.web.client py|ts [FILE]` writes it; tests ask through the one and compile the other.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rechenmacht import files

PY = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
TS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Document = Mapping[str, Any]
TEMPLATES = Path(__file__).parent / "templates"


class Operation(NamedTuple):
    """One operation: its parameters, the names of its body and answer, and whether it answers JSON."""

    id: str
    method: str
    path: str
    parameters: list[Mapping[str, Any]]
    body: str
    answer: str
    json: bool


def named(reference: str) -> str:
    """Return the name of a schema as both languages can write it."""
    return re.sub(r"\W", "_", reference.rpartition("/")[2])


def _template(kind: str) -> str:
    """Return what of a client is the same for every document."""
    return (TEMPLATES / f"client.{kind}.txt").read_text(encoding="utf-8")


def _python(schema: Mapping[str, Any]) -> str:
    """Return a schema as a type of Python."""
    if "$ref" in schema:
        return f'"{named(schema["$ref"])}"'
    if "const" in schema or "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema.get('enum', [schema.get('const')]))}]"
    if "anyOf" in schema:
        return f"Union[{', '.join(dict.fromkeys(_python(one) for one in schema['anyOf']))}]"
    if schema.get("type") == "array":
        return f"list[{_python(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {_python(more) if isinstance(more, dict) else 'Any'}]"
    return PY.get(str(schema.get("type")), "Any")


def _typescript(schema: Mapping[str, Any]) -> str:
    """Return a schema as a type of TypeScript."""
    if "$ref" in schema:
        return named(schema["$ref"])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return "(" + " | ".join(dict.fromkeys(_typescript(one) for one in schema["anyOf"])) + ")"
    if schema.get("type") == "array":
        return f"({_typescript(schema.get('items', {}))})[]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"Record<string, {_typescript(more) if isinstance(more, dict) else 'unknown'}>"
    return TS.get(str(schema.get("type")), "unknown")


def operations(document: Document) -> Iterator[Operation]:
    """Yield the operations that answer once; streams are for programs that read events."""
    for path, some in document["paths"].items():
        for method, one in some.items():
            told = [one["responses"][code] for code in ("200", "201") if code in one["responses"]]
            kinds = told[0].get("content", {}) if told else {}
            if "text/event-stream" in kinds:
                continue
            plain = "application/json" in kinds
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found = named(kinds["application/json"]["schema"].get("$ref", "")) if plain else ""
            asked = named(body["$ref"]) if "$ref" in body else "dict" if body else ""
            yield Operation(one["operationId"], method.upper(), path, one.get("parameters", []), asked, found, plain)


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    required = set(schema.get("required", ()))
    for name, form in schema.get("properties", {}).items():
        yield name, form, name in required


def python(document: Document) -> str:
    """Return the client in Python: a class with a method for each operation, answers as typed dictionaries."""
    lines = [
        '"""A client of the API of Rechenmacht, written from its OpenAPI document."""', "",
        "from __future__ import annotations", "", "import json", "import urllib.parse", "import urllib.request",
        "from typing import Any, Literal, TypedDict, Union", "", "from typing_extensions import NotRequired", "",
    ]  # fmt: skip
    for name, schema in document["components"]["schemas"].items():
        fields = [
            f"    {json.dumps(field)}: {_python(form) if needed else f'NotRequired[{_python(form)}]'},"
            for field, form, needed in _fields(schema)
        ]
        lines += (
            [f'{named(name)} = TypedDict("{named(name)}", {{', *fields, "})"]
            if fields
            else [f"{named(name)} = {_python(schema)}"]
        )
    lines += ["", "", _template("py")]
    for one in operations(document):
        needed = [p for p in one.parameters if p.get("required")]
        others = [p for p in one.parameters if not p.get("required")]
        told = [f"{_name(p['name'])}: {_python(p.get('schema', {}))}" for p in needed]
        told += [f"body: {one.body if one.body != 'dict' else 'dict[str, Any]'}"] if one.body else []
        told += (
            ["*", *(f"{_name(p['name'])}: {_python(p.get('schema', {}))} | None = None" for p in others)]
            if others
            else []
        )
        given = {
            place: [p["name"] for p in one.parameters if p["in"] == place] for place in ("path", "query", "header")
        }
        parts = [
            f"{place}={{{', '.join(f'{name!r}: {_name(name)}' for name in names)}}}"
            for place, names in given.items()
            if names
        ]
        kind = (one.answer or "Any") if one.json else "bytes"
        call = ", ".join(
            [repr(one.method), repr(one.path), *parts, *(["body=body"] if one.body else []), f"plain={one.json}"]
        )
        lines += [f"    def {one.id}(self, {', '.join(told)}) -> {kind}:".replace("(self, )", "(self)"),
                  f"        return self.ask({call})  # type: ignore[no-any-return]", ""]  # fmt: skip
    return "\n".join(lines)


def _name(text: str) -> str:
    name = re.sub(r"\W", "_", text).lower()
    return f"{name}_" if keyword.iskeyword(name) or name in {"self", "body", "set"} else name


def typescript(document: Document) -> str:
    """Return the client in TypeScript: interfaces, and `ask`, whose argument and answer follow the operation."""
    lines = ["// A client of the API of Rechenmacht, written from its OpenAPI document."]
    for name, schema in document["components"]["schemas"].items():
        fields = [
            f"  {json.dumps(field)}{'' if needed else '?'}: {_typescript(form)};"
            for field, form, needed in _fields(schema)
        ]
        lines += (
            [f"export interface {named(name)} {{", *fields, "}"]
            if fields
            else [f"export type {named(name)} = {_typescript(schema)};"]
        )
    lines.append("export interface Operations {")
    routes = []
    for one in operations(document):
        given = []
        for place in ("path", "query", "header"):
            mine = [p for p in one.parameters if p["in"] == place]
            told = "; ".join(
                f"{json.dumps(p['name'])}{'' if p.get('required') else '?'}: {_typescript(p.get('schema', {}))}"
                for p in mine
            )
            if mine:
                given.append(f"{place}{'' if any(p.get('required') for p in mine) else '?'}: {{ {told} }}")
        if one.body:
            given.append(f"body: {one.body if one.body != 'dict' else 'Record<string, unknown>'}")
        answer = (one.answer or "unknown") if one.json else "Blob"
        lines.append(f"  {one.id}: {{ given: {{ {'; '.join(given)} }}; answer: {answer} }};")
        routes.append(f"  {one.id}: [{json.dumps(one.method)}, {json.dumps(one.path)}, {json.dumps(one.json)}],")
    return "\n".join(
        [
            *lines,
            "}",
            "const routes: Record<keyof Operations, [string, string, boolean]> = {",
            *routes,
            "};",
            _template("ts"),
        ]
    )


def main(told: list[str]) -> int:
    """Write a client to a file or to the screen."""
    if not told or told[0] not in {"py", "ts"}:
        sys.stderr.write("py or ts\n")
        return 2
    from rechenmacht.evidence.base import load
    from rechenmacht.outputs.web.app import create_app
    from rechenmacht.outputs.web.settings import Settings

    document = create_app(load(), Settings(compiled=False)).openapi()
    text = (python if told[0] == "py" else typescript)(document)
    if len(told) > 1:
        files.write(Path(told[1]), text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
