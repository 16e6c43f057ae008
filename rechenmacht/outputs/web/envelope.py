"""What every answer carries: version, data checksum, and the publications that its numbers rest on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

import orjson
from starlette.responses import Response

from rechenmacht import __version__
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Source


def source_row(source: Source) -> dict[str, str]:
    """Return a publication as answers list it."""
    return {
        "id": source.id,
        "title": source.title,
        "url": source.address,
        "publisher": source.publisher,
        "date": source.published,
    }


def sources_of(base: Base, claims: Iterable[str] = (), ids: Iterable[str] = ()) -> list[dict[str, str]]:
    """Return the publications of claims and the named ones, each once, by id."""
    wanted = {base.claims[claim].source for claim in claims if claim in base.claims} | set(ids)
    return [source_row(base.sources[name]) for name in sorted(wanted) if name in base.sources]


def finite(value: Any) -> Any:
    """Return plain data in which numbers that JSON cannot write (infinity, not a number) are None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [finite(item) for item in value]
    return value


def envelope(base: Base, content: dict[str, Any], sources: list[dict[str, str]]) -> dict[str, Any]:
    """Return an answer's content with what every answer carries."""
    return {"version": __version__, "data_checksum": base.checksum, "sources": sources, **content}


def written(content: dict[str, Any]) -> bytes:
    """Return JSON as bytes; numbers that JSON cannot write are null."""
    try:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half of a surrogate pair from a request, tuples as keys, sets
        text = json.dumps(finite(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", errors="replace")


def answer(
    base: Base, content: dict[str, Any], sources: list[dict[str, str]], status: int = 200, **headers: str
) -> Response:
    """Return an answer with what every answer carries."""
    body = written(envelope(base, content, sources))
    return Response(body, status, headers=headers, media_type="application/json")
