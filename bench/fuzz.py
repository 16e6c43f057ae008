"""Mutated files of every form that a user can hand over: no traceback, no hang, exit codes 0, 1 and 2 alone.

python bench/fuzz.py [files, default 10,000] [form ...]. Files are mutated by Hypothesis (`mutations`); each goes through
the command that reads it, in this process, with an alarm after 20 s. Prints a JSON line: cases by form and exit code,
the slowest, and the first faults.
"""

from __future__ import annotations

import collections
import contextlib
import io
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
LIMIT = 20
ODD = [
    b"NaN", b"inf", b"-1", b"1e999", b"0", b"-0.0", b"1.5", b"999999999999999999999999", b"\0", b'"', b"'", b",", b";", b"\n",
    b"\r", b"\xff", b"\xed\xa0\x80", b"=HYPERLINK(1)", b"[", b"{", b"]]", b"<", b"<html>", b"%PDF-", b"../", b"#", b"\xef\xbb\xbf",
    "Ünï".encode(), b"2024-13-45", b"INFQ4", b"true", b"null", b"1.234", b"1,234", b"@", b"a" * 3000,
]  # fmt: skip


@st.composite
def mutations(draw: Any, data: bytes) -> bytes:
    """Return a file with some things wrong: bytes changed, cut, doubled, lines lost or swapped, odd words put in."""
    found = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(found) - 1)))
        end = min(len(found), at + draw(st.integers(1, 200)))
        kind = draw(st.sampled_from(("odd", "odd", "odd", "byte", "cut", "double", "tail", "line", "word")))
        if kind == "odd":
            found[at:at] = draw(st.sampled_from(ODD))
        elif kind == "byte" and found:
            found[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del found[at:end]
        elif kind == "double":
            found[at:at] = found[at:end] * draw(st.integers(1, 20))
        elif kind == "tail":
            del found[at:]
        elif kind == "line":
            lines = found.split(b"\n")
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            lines[one], lines[other] = lines[other], lines[one]
            found = bytearray(b"\n".join(lines))
        else:  # a cell or a value replaced
            end = next((i for i in range(at, len(found)) if found[i] in b',\n=:"'), len(found))
            found[at:end] = draw(st.sampled_from(ODD))
    return bytes(found)


HTML = b"<html><head><title>A</title></head><body><p>The H100 has 80 GB and costs 30,000 dollars.</p></body></html>"
IMPORTED = {
    "btos.csv": "census-btos", "clusters.csv": "epoch-gpu-clusters", "electricity.csv": "owid-electricity",
    "gdp.csv": "worldbank-gdp", "hardware.csv": "epoch-ml-hardware", "inference.csv": "mlperf-inference",
    "models.csv": "epoch-models", "training.csv": "mlperf-training",
}  # fmt: skip
Form = tuple[str, bytes, list[str]]  # the file's name, a good file, the command's words, {} where the file's name goes


def pdf() -> bytes:
    """Return a page as PDF."""
    drawn = b"BT /F 12 Tf 50 700 Td (The H100 has 80 GB of memory and draws 700 W.) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>> stream\n%s\nendstream" % (len(drawn), drawn), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )  # fmt: skip
    found, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(found))
        found += b"%d 0 obj %s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer <</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF\n"
    return found + tail % (table, len(found))


def of_runs() -> dict[str, Form]:
    """Return the forms that describe runs and what is measured against them."""
    data, shown = ROOT / "rechenmacht" / "data", ROOT / "docs" / "examples"
    register, observed = max((data / "forecasts").glob("*.json")), shown / "observed.csv"
    return {
        "scenario": ("jevons.toml", (data / "scenarios" / "jevons.toml").read_bytes(), ["run", "{}", "--draws", "3", "--out", "OUT", "--force"]),
        "stress": ("notice.toml", (data / "capital" / "notice.toml").read_bytes(), ["capital", "stress", "{}", "--draws", "20", "--json"]),
        "projects": ("projects.csv", (shown / "projects.csv").read_bytes(), ["allocate", "--projects", "{}", "--draws", "50", "--json"]),
        "observed": ("observed.csv", observed.read_bytes(), ["forecast", "score", "{}", "--json"]),
        "register": ("register.json", register.read_bytes(), ["forecast", "score", str(observed), "--edition", "{}", "--json"]),
        "sweep": ("sweep.toml", (shown / "sweep.toml").read_bytes(), ["PLAN", "{}"]),
    }  # fmt: skip


def of_tables() -> dict[str, Form]:
    """Return the forms that are tables and networks of a caller's own."""
    cases = "case_id,subject,date,dest,vendor,role,chip,datacenter,tpp,die_mm2\n"
    cases += "".join(f"c{i},chip,2024-0{i}-01,CN,NVIDIA,vendor,H20,1,{i * 1000},{800 + i}\n" for i in range(1, 9))
    asked = b"id,chip,n_chips,workload,quantity,precision\na,H100,8,llama3-8b pretrain,tokens_per_s,bf16\n"
    measured = asked.replace(b",precision", b",precision,value").replace(b"bf16", b"bf16,100000")
    network = (ROOT / "tests" / "cases" / "capital" / "network.json").read_bytes()
    rule = next((ROOT / "tests" / "cases" / "rules").glob("*.csv")).read_bytes()
    found: dict[str, Form] = {
        "cases": ("cases.csv", cases.encode(), ["rules", "classify", "--table", "{}", "--json"]),
        "proposal": ("proposal.csv", rule, ["rules", "propose", "{}", "--json"]),
        "engine": ("questions.csv", asked, ["engine", "predict", "--table", "{}", "--json"]),
        "system": ("mine.toml", b"[system]\nchip = 'h100-sxm'\nchips = 512\nmemory_gb = 141\n", ["engine", "train", "--system", "{}", "--model", "70b", "--json"]),
        "measured": ("measured.csv", measured, ["CELLS", "{}"]),
        "network": ("network.json", network, ["capital", "clear", "--network", "{}", "--json"]),
        "text": ("article.txt", (ROOT / "tests" / "cases" / "reader" / "article.txt").read_bytes(), ["check", "{}", "--json"]),
        "html": ("article.html", HTML, ["PARSE", "{}"]),
        "pdf": ("article.pdf", pdf(), ["PARSE", "{}"]),
        "settings": ("serve.toml", (ROOT / "deploy" / "serve.toml").read_bytes(), ["SETTINGS", "{}"]),
        "tokens": ("tokens", b"alice " + b"a" * 64 + b"\nbob " + b"b" * 64 + b"\n", ["TOKENS", "{}"]),
    }  # fmt: skip
    for file, importer in IMPORTED.items():
        good = (ROOT / "tests" / "cases" / "importers" / file).read_bytes()
        found[importer] = (file, good, [f"IMPORT {importer}", "{}"])
    return found


def of_workspaces(folder: Path) -> dict[str, Form]:
    """Return the forms of a workspace, which is made in a folder; each has rows that overlay or add to the shipped ones."""
    from rechenmacht.evidence.base import load
    from rechenmacht.evidence.workspace import init

    data, mine = ROOT / "rechenmacht" / "data", init(folder / "mine")
    claim = next(one for one in load().tables.claims if one.subject == "chip:h20")
    head = (data / "parameters" / "adoption.csv").read_bytes().splitlines(keepends=True)[0]
    priors = head + b"adoption.mine,adoption,,0.01,0.03,0.06,1/year,triangular,judgement,,mine\n"
    row = f"chip.h20.mine.1,chip:h20,{claim.quantity},,{claim.value},,{claim.unit},2024,{claim.source},,reported,unverified,mine\n"
    added = {
        "claims/mine.csv": row.encode(),
        "parameters/mine.csv": priors,
        "entities.csv": b"chip:mine,chip,Mine,Meiner,My chip,,,,,,\n",
        "overrides.csv": b"",
    }
    words, found = ["--workspace", str(mine), "facts", "show", "h20"], dict[str, Form]()
    for file, rows in added.items():
        path = mine / file
        path.write_bytes((path.read_bytes() if path.exists() else b"") + rows)
        found[f"workspace {Path(file).parts[0].removesuffix('.csv')}"] = (f"mine/{file}", path.read_bytes(), words)
    return found


def of_results(folder: Path, command: Callable[[list[str]], int]) -> dict[str, Form]:
    """Return the files that a run and a sweep leave, which are read again."""
    from rechenmacht import sweeps
    from rechenmacht.evidence.base import load

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        command(["run", "reference", "--draws", "3", "--out", str(folder / "made")])
    files = {"run": "run.json", "draws": "draws.npy", "summary": "summary.csv"}
    found = {
        form: (f"made/{file}", (folder / "made" / file).read_bytes(), ["RUN", "{}"]) for form, file in files.items()
    }
    design = folder / "small.toml"
    design.write_text('scenarios = ["reference"]\ndraws = 4\nchunk = 4\noutcomes = ["frontier_gap@China@2030-Q4"]\n')
    sweep = sweeps.plan(load(), sweeps.read(design))
    sweeps.run(load(), sweep, folder / "chunks")
    chunk = next((folder / "chunks").glob("*.npy"))
    return found | {"chunk": (f"chunks/{chunk.name}", chunk.read_bytes(), ["CHUNK", "{}"])}


def direct(word: str, path: Path) -> int:
    """Read a form that no quick command reads, as its command would."""
    from rechenmacht import runs, sweeps
    from rechenmacht.domains.engine import tablefile
    from rechenmacht.domains.reader import sources
    from rechenmacht.errors import BadInput
    from rechenmacht.evidence.importers import IMPORTERS
    from rechenmacht.outputs.web import settings as forms
    from rechenmacht.outputs.web import tokens

    def run() -> None:
        made = runs.read(path.parent)
        _ = made.summary, made.probabilities, made.draws

    def chunk() -> None:
        if sweeps.held(path) is None:  # it is made anew by --resume
            raise BadInput(f"{path} is damaged")

    kind, _, name = word.partition(" ")
    readers: dict[str, Callable[[], Any]] = {
        "PLAN": lambda: sweeps.read(path),
        "SETTINGS": lambda: forms.load(path, {}, {}),
        "TOKENS": lambda: tokens.read(path),
        "PARSE": lambda: sources.parse(path.name, path.read_bytes()),  # what `check` does in a process of its own
        "CELLS": lambda: tablefile.cells(path),
        "CHUNK": chunk,
        "IMPORT": lambda: IMPORTERS[name].read(path),
        "RUN": run,
    }
    try:
        readers[kind]()
    except BadInput:
        return 2
    return 0


def ready() -> Callable[[list[str]], int]:
    """Return the command line with its fact base kept, where no workspace is named."""
    from rechenmacht.evidence import base as bases
    from rechenmacht.outputs.cli.app import main

    kept = cache(bases.load)
    real = bases.load
    bases.load = lambda workspace=None, *a, **k: kept() if workspace is None else real(workspace, *a, **k)  # type: ignore[assignment]
    return main


class Hang(Exception):
    """A case that took longer than it may."""


class Tally:
    """What came of the cases."""

    def __init__(self) -> None:
        self.kinds: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.faults: list[str] = []
        self.slowest: dict[str, float] = {}

    def told(self) -> dict[str, Any]:
        first = list({one[:120]: one for one in self.faults}.values())[:20]
        files = sum(sum(one.values()) for one in self.kinds.values())
        return {
            "files": files,
            "faults": len(self.faults),
            "codes": self.kinds,
            "slowest_s": self.slowest,
            "first": first,
        }

    def case(self, form: str, data: bytes, run: Callable[[], tuple[int, str]], direct: bool) -> None:
        began = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, LIMIT)
        try:
            code, said = run()
            unsaid = code == 2 and not direct and "error: " not in said
            if code not in {0, 1, 2} or "Traceback" in said or unsaid:
                self.faults.append(f"{form}: exit {code}: {said[-300:]} <- {data[:300]!r}")
            self.kinds[form][str(code)] += 1
        except Hang:
            self.kinds[form]["hang"] += 1
            self.faults.append(f"{form}: longer than {LIMIT} s <- {data[:300]!r}")
        except BaseException:  # noqa: BLE001 - that is what is looked for
            self.kinds[form]["traceback"] += 1
            self.faults.append(f"{form}: {traceback.format_exc()[-700:]} <- {data[:200]!r}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.slowest[form] = max(self.slowest.get(form, 0.0), round(time.perf_counter() - began, 2))


def tried(tally: Tally, command: Callable[[list[str]], int], folder: Path, form: str, asked: Any, count: int) -> None:
    """Try mutations of one form."""
    file, good, words = asked
    path = folder / file
    path.write_bytes(good)
    told = [word.replace("{}", str(path)).replace("OUT", str(folder / "out")) for word in words]

    def run() -> tuple[int, str]:
        if words[0].split()[0].isupper():
            return direct(words[0], path), ""
        err = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
            return command(told), err.getvalue()

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=mutations(good))
    def one(data: bytes) -> None:
        path.write_bytes(data)
        tally.case(form, data, run, words[0].split()[0].isupper())

    assert run()[0] == 0, f"{form}: the good file is refused: {run()}"
    one()
    path.write_bytes(good)
    print(form, dict(tally.kinds[form]), tally.slowest[form], file=sys.stderr, flush=True)


def alarm(*_: Any) -> None:
    raise Hang


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    command, tally = ready(), Tally()
    signal.signal(signal.SIGALRM, alarm)
    os.environ.pop("RECHENMACHT_WORKSPACE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forms = of_runs() | of_tables() | of_workspaces(folder) | of_results(folder, command)
        wanted = sys.argv[2:] or list(forms)
        for form in wanted:
            tried(tally, command, folder, form, forms[form], -(-count // len(wanted)))
    print(json.dumps(tally.told(), indent=1))


if __name__ == "__main__":
    main()
