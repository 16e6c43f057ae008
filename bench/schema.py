"""Requests made from the API's own description, valid and broken: none may be a fault of the server.

python bench/schema.py [cases]; 10,000 by default. Prints a JSON line: cases by kind of answer, and the first faults.
"""

from __future__ import annotations

import collections
import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from rechenmacht.evidence.base import load
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

FREE = {"compiled": False, "requests_per_second": 1e6, "burst": 10**6, "hosts": ("testserver",)}


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Starlette would have its test client under another name
        app = create_app(load(), Settings(**FREE, database=str(Path(folder) / "serve.sqlite")))
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
        # A stream's answer has no end to wait for; its body is that of /simulate.
        operations = [one for one in (row.ok() for row in schema.get_all_operations()) if "/stream" not in one.path]
        each = -(-cases // len(operations))
        kinds: collections.Counter[str] = collections.Counter()
        faults: list[str] = []
        began = time.perf_counter()
        for operation in operations:

            @settings(
                max_examples=each, deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy())
            def ask(case: Any) -> None:
                if isinstance(case.body, dict) and "draws" in case.body:
                    case.body["draws"] = 5
                if case.query and "draws" in case.query:
                    case.query["draws"] = 5
                answer = case.call()
                kinds[f"{answer.status_code // 100}xx"] += 1
                if answer.status_code >= 500:
                    faults.append(f"{case.method} {case.path} {case.query} {case.body}: {answer.text[:200]}"[:600])

            ask()
            print(operation.method, operation.path, dict(kinds), file=sys.stderr, flush=True)
        line = {"operations": len(operations), "cases": sum(kinds.values()), "answers": dict(kinds)}
        print(json.dumps(line | {"seconds": round(time.perf_counter() - began), "faults": faults[:5]}))


if __name__ == "__main__":
    main()
