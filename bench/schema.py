"""Requests made from the API's own description, valid and broken: none may be a fault of the server.

python bench/schema.py [cases]; 10,000 by default. Prints a JSON line: cases by kind of answer, and the first faults.
"""

from __future__ import annotations

import collections
import json
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rechenmacht.evidence.base import Base, load
from rechenmacht.outputs.web.app import create_app
from rechenmacht.outputs.web.settings import Settings

FREE = {"requests_per_second": 1e6, "burst": 10**6, "hosts": ("testserver",)}


DAYS = ["2022-10-07", "2024-06-01", "2025-11-20", "2026-03-01"]
CHIPS = ["h20", "H100", "chip:h200-sxm", "ascend-910c"]
PLACES = ["CN", "AE", "DE", "US"]


def names(base: Base) -> dict[str, list[Any]]:
    """Return names that exist, by the name of the field that takes them."""
    return {
        "chip": CHIPS, "to": PLACES, "hq": PLACES, "origin": ["US"], "region_a": ["us"], "region_b": ["cn"], "region": ["us", "cn"],
        "on": DAYS, "at": DAYS, "date": DAYS, "since": DAYS, "until": DAYS, "known": DAYS, "end": DAYS, "before": DAYS,
        "scenario": ["reference", "tight_controls", "jevons"], "against": ["reference", ""], "system": ["h100", "gb200-nvl72"],
        "a": ["cloudmatrix-384", "gb200-nvl72"], "b": ["gb200-nvl72"], "model": ["llama3-70b", "70b"], "workload": ["train-70b"],
        "outcome": ["installed|h100e_8bit@China@2030-Q4"], "outcomes": [["installed|h100e_8bit"]], "set": [{}, []],
        "settings": [[]], "claim": list(base.claims)[:20], "fact": list(base.claims)[:20], "source": list(base.sources)[:20],
        "quantity": ["peak_fp16_dense", "memory_bandwidth"], "subject": ["chip:h20"], "q": ["h100", "nvidia"], "draws": [5],
        "seed": [1, 2], "org": ["nvidia", "org:openai"], "vendor": ["nvidia", ""], "limit": [5, 50], "offset": [0], "lang": ["en", "de"],
        "date_": DAYS, "entity": ["chip:h20"], "party": [[]], "text": ["The H100 has 80 GB of memory."], "name": ["A view"],
        "sql": ["SELECT count(*) FROM claims"], "width": [700], "basis": ["8bit"], "kind": [None], "precision": ["bf16"],
        "stack": [None], "batch": [64], "seq": [2048], "off": [[]], "prior": [{}], "table": [None],
    }  # fmt: skip


DRAWING = frozenset(
    {"simulate", "run", "allocate", "sensitivity", "discover", "backtest", "exposure", "circularity", "stress"}
    | {"roundtrip", "concentration", "coverage", "path"}
)


class State:
    """What the cases before have made: ids of workspaces and views, and the versions that were seen."""

    def __init__(self, known: dict[str, list[Any]]) -> None:
        self.known, self.views, self.folders = known, list[tuple[str, str, int]](), list[str]()

    def settle(self, case: Any, choose: Any) -> None:
        """Put names that exist into most fields of a case; what is left out has a default, which may be many draws."""
        asked = case.operation.definition.raw
        if any(one.get("name") == "draws" for one in asked.get("parameters", [])):
            case.query = {**(case.query or {}), "draws": 5}
        if isinstance(case.body, dict) and case.path.rpartition("/")[2] in DRAWING:
            case.body.setdefault("draws", 5)
        for place in (case.path_parameters, case.query, case.body):
            if not isinstance(place, dict):
                continue
            for key in list(place):
                if self.known.get(key) and choose(10) < 9:
                    place[key] = self.known[key][choose(len(self.known[key]))]
                elif place is not case.path_parameters and key not in NEEDED and choose(10) < 8:
                    del place[key]
        ids = case.path_parameters or {}
        if "/workspaces/" in case.path and self.folders and choose(10) < 9:
            folder, view, version = self.folders[choose(len(self.folders))], "", 0
            if "{scenario}" in case.path and self.views:
                folder, view, version = self.views[choose(len(self.views))]
                ids["scenario"] = view
            ids["workspace"] = folder
            if version:
                case.headers = {**(case.headers or {}), "If-Match": f'"{version}"'}

    def seen(self, case: Any, answer: Any) -> None:
        """Remember what an answer has made."""
        if answer.status_code not in {200, 201} or "/workspaces" not in case.path:
            return
        content = answer.json()
        if "workspace" in content and isinstance(content["workspace"], dict):
            self.folders = [*self.folders[-20:], content["workspace"]["id"]]
        one = content.get("scenario")
        if isinstance(one, dict):
            kept = [row for row in self.views[-20:] if row[1] != one["id"]]
            self.views = [*kept, (one["workspace"], one["id"], one["version"])]


NEEDED = frozenset(
    {
        "chip",
        "to",
        "system",
        "model",
        "a",
        "b",
        "text",
        "name",
        "outcome",
        "q",
        "sql",
        "role",
        "draws",
        "table",
        "files",
    }
)


class Tally:
    """What came of the cases."""

    def __init__(self) -> None:
        self.kinds = collections.Counter[str]()
        self.by_path = collections.defaultdict[str, collections.Counter[str]](collections.Counter)
        self.faults: list[str] = []
        self.slowest = (0.0, "")

    def case(self, case: Any, state: State) -> None:
        """Ask one case, and note what comes of it."""
        began = time.perf_counter()
        try:
            answer = case.call(timeout=120)
            status = answer.status_code
            text = answer.text[:200] if status >= 500 else ""
            state.seen(case, answer)
        except Exception as error:  # noqa: BLE001 - a fault of the app comes through as it is
            status, text = 599, repr(error)[-300:]
        self.kinds[f"{status // 100}xx"] += 1
        self.by_path[f"{case.method} {case.path}"][str(status)] += 1
        self.slowest = max(self.slowest, (round(time.perf_counter() - began, 1), f"{case.method} {case.path}"))
        if status >= 500:
            said = f"{case.method} {case.path} {case.path_parameters} {case.query} {case.body}: {text}"
            self.faults.append(said[:900])

    def told(self) -> dict[str, Any]:
        """Return it in short."""
        first = list({one[:60]: one for one in self.faults}.values())[:10]
        return {"cases": sum(self.kinds.values()), "answers": dict(self.kinds), "slowest_s": self.slowest,
                "faults": len(self.faults), "first": first}  # fmt: skip


def tried(tally: Tally, state: State, operation: Any, count: int) -> None:
    """Try cases of one operation."""

    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), seed=st.integers(0, 2**32))
    def ask(case: Any, seed: int) -> None:
        # What is chosen depends on what was made before; what Hypothesis draws must not.
        state.settle(case, random.Random(seed).randrange)  # noqa: S311 - chooses test data
        tally.case(case, state)

    ask()
    found = dict(tally.by_path[f"{operation.method.upper()} {operation.path}"])
    print(operation.method, operation.path, found, file=sys.stderr, flush=True)


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Starlette would have its test client under another name
        base = load()
        app = create_app(base, Settings(**FREE, database=str(Path(folder) / "serve.sqlite")))
        app.openapi()  # takes longer than the loader waits
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
        # A stream's answer has no end to wait for; its body is that of /simulate.
        operations = [one for one in (row.ok() for row in schema.get_all_operations()) if "/stream" not in one.path]
        operations.sort(key=lambda one: (one.method.upper() == "DELETE", one.path.count("/")))  # what is made is used
        tally, state = Tally(), State(names(base))
        for operation in operations:
            tried(tally, state, operation, -(-cases // len(operations)))
    line = {"operations": len(operations), "seconds": round(time.perf_counter() - began)}
    print(json.dumps(line | tally.told(), indent=1))


if __name__ == "__main__":
    main()
