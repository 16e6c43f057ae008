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


def prepared(folder: Path) -> dict[str, tuple[str, bytes, list[str]]]:
    """Return the forms: name -> (file's name, a good file, the command's words with {} where the file's name goes)."""
    from rechenmacht.evidence.base import load
    from rechenmacht.evidence.workspace import init

    base = load()
    data = ROOT / "rechenmacht" / "data"
    workspace = init(folder / "mine")
    claim = next(one for one in base.tables.claims if one.subject == "chip:h20")
    mine = (workspace / "claims" / "mine.csv").read_text() + (
        f"chip.h20.mine.1,chip:h20,{claim.quantity},,{claim.value},,{claim.unit},2024,{claim.source},,reported,unverified,mine\n"
    )
    cases = "case_id,subject,date,dest,vendor,role,chip,datacenter,tpp,die_mm2\n"
    cases += "".join(f"c{i},chip,2024-0{i}-01,CN,NVIDIA,vendor,H20,1,{i * 1000},{800 + i}\n" for i in range(1, 9))
    questions = "id,chip,n_chips,workload,quantity,precision\na,H100,8,llama3-8b pretrain,tokens_per_s,bf16\n"
    register = max((data / "forecasts").glob("*.json"))
    html = "<html><head><title>A</title></head><body><p>The H100 has 80 GB and costs 30,000 dollars.</p></body></html>"
    rule = next((ROOT / "tests" / "cases" / "rules").glob("*.csv"))
    return {
        "scenario": ("jevons.toml", (data / "scenarios" / "jevons.toml").read_bytes(), ["run", "{}", "--draws", "3", "--out", "OUT", "--force"]),
        "claims": ("mine/claims/mine.csv", mine.encode(), ["--workspace", str(workspace), "facts", "show", "h20"]),
        "cases": ("cases.csv", cases.encode(), ["rules", "classify", "--table", "{}", "--json"]),
        "proposal": ("proposal.csv", rule.read_bytes(), ["rules", "propose", "{}", "--json"]),
        "engine": ("questions.csv", questions.encode(), ["engine", "predict", "--table", "{}", "--json"]),
        "network": ("network.json", (ROOT / "tests" / "cases" / "capital" / "network.json").read_bytes(), ["capital", "clear", "--network", "{}", "--json"]),
        "stress": ("notice.toml", (data / "capital" / "notice.toml").read_bytes(), ["capital", "stress", "{}", "--draws", "20", "--json"]),
        "projects": ("projects.csv", (ROOT / "docs" / "examples" / "projects.csv").read_bytes(), ["allocate", "--projects", "{}", "--draws", "50", "--json"]),
        "observed": ("observed.csv", (ROOT / "docs" / "examples" / "observed.csv").read_bytes(), ["forecast", "score", "{}", "--json"]),
        "register": ("register.json", register.read_bytes(), ["forecast", "score", str(ROOT / "docs" / "examples" / "observed.csv"), "--edition", "{}", "--json"]),
        "text": ("article.txt", (ROOT / "tests" / "cases" / "reader" / "article.txt").read_bytes(), ["check", "{}", "--json"]),
        "html": ("article.html", html.encode(), ["check", "{}", "--json"]),
        "sweep": ("sweep.toml", (ROOT / "docs" / "examples" / "sweep.toml").read_bytes(), ["PLAN", "{}"]),
        "settings": ("serve.toml", (ROOT / "deploy" / "serve.toml").read_bytes(), ["SETTINGS", "{}"]),
        "tokens": ("tokens", b"alice " + b"a" * 64 + b"\nbob " + b"b" * 64 + b"\n", ["TOKENS", "{}"]),
        "run": ("made/run.json", b"", ["RUN", "{}"]),
        "draws": ("made/draws.npy", b"", ["RUN", "{}"]),
    }  # fmt: skip


def direct(word: str, path: Path) -> int:
    """Read a form that no quick command reads, as its command would."""
    from rechenmacht import runs, sweeps
    from rechenmacht.errors import BadInput
    from rechenmacht.outputs.web import settings as forms
    from rechenmacht.outputs.web import tokens

    try:
        if word == "PLAN":
            sweeps.read(path)
        elif word == "SETTINGS":
            forms.load(path, {}, {})
        elif word == "TOKENS":
            tokens.read(path)
        else:
            made = runs.read(path.parent)
            _ = made.summary, made.probabilities, made.draws
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
    told = [word.replace("{}", str(path)).replace("OUT", str(folder / "out")) for word in words]

    def run() -> tuple[int, str]:
        if words[0].isupper():
            return direct(words[0], path), ""
        err = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
            return command(told), err.getvalue()

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=mutations(good))
    def one(data: bytes) -> None:
        path.write_bytes(data)
        tally.case(form, data, run, words[0].isupper())

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
        forms = prepared(folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            command(["run", "reference", "--draws", "3", "--out", str(folder / "made")])
        for form, file in (("run", "run.json"), ("draws", "draws.npy")):
            forms[form] = (f"made/{file}", (folder / "made" / file).read_bytes(), ["RUN", "{}"])
        wanted = sys.argv[2:] or list(forms)
        for form in wanted:
            tried(tally, command, folder, form, forms[form], -(-count // len(wanted)))
    print(json.dumps(tally.told(), indent=1))


if __name__ == "__main__":
    main()
