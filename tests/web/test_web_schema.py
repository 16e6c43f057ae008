"""Any request within the OpenAPI document is answered or refused, never a fault of the server."""

from __future__ import annotations

from typing import Any

import pytest
from clients import made
from hypothesis import HealthCheck, Phase, given, settings

from rechenmacht.evidence.base import Base

schemathesis = pytest.importorskip("schemathesis")
FACES = (".html", ".csv", ".svg", ".png")
"""Ends of addresses that show the same answer in another form: asked once; the answer itself is asked three times."""


def test_any_request_within_the_description_is_answered_or_refused(
    base: Base, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # An app of its own: each of these requests begins and ends it.
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", made(base, tmp_path_factory).app)
    assert schema.raw_schema["openapi"].startswith("3.1")
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith("/stream"):
            continue  # its answer has no end to wait for

        @settings(
            max_examples=1 if operation.path.endswith(FACES) else 3, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            for fields in (case.body, case.query):
                if isinstance(fields, dict) and "draws" in fields:
                    fields["draws"] = 5
            answer = case.call(timeout=600)  # a busy machine is no failure
            assert answer.status_code < 500, (case.path, answer.text[:300])
            asked += 1

        ask()
    assert asked > 60
