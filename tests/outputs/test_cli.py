"""The command line: one JSON document each, exit codes 0, 1 and 2, one clear line for bad input, never a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rechenmacht import __version__
from rechenmacht.evidence import update
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.workspace import Written, init
from rechenmacht.faces.console import WORKSPACE_VARIABLE
from rechenmacht.outputs import reference
from rechenmacht.outputs.cli import main
from rechenmacht.outputs.report import build

CASES = Path(__file__).resolve().parents[1] / "cases" / "importers"


class Result(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run a command in an empty folder, without any workspace."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(WORKSPACE_VARIABLE, raising=False)

    def call(*words: str) -> Result:
        code = main([str(word) for word in words])
        return Result(code, *capsys.readouterr())

    return call


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return init(tmp_path / "mine")


ADD = (
    "facts", "add", "--subject", "chip:h100-sxm", "--quantity", "tdp", "--unit", "kW", "--value", "0.65",
    "--as-of", "2026-11", "--source", "project-recollection", "--basis", "reported", "--grade", "unverified",
)  # fmt: skip
JSON: dict[str, tuple[str, ...]] = {
    "facts list": ("facts", "list", "--kind", "chip"),
    "facts show": ("facts", "show", "chip:h100-sxm"),
    "facts query": ("facts", "query", "SELECT id, aliases_en FROM entities LIMIT 3"),
    "facts sources": ("facts", "sources"),
    "facts fact": ("facts", "fact", "H100", "tdp"),
    "facts claims": ("facts", "claims", "H100", "tdp"),
    "facts stale": ("facts", "stale"),
    "facts diff": ("facts", "diff", str(CASES.parents[2] / "rechenmacht" / "data")),
    "facts conflicts": ("facts", "conflicts"),
    "facts validate": ("facts", "validate"),
    "facts add": ("--workspace", "mine", *ADD),
    "facts import": ("--workspace", "mine", "facts", "import", "worldbank-gdp", str(CASES / "gdp.csv")),
    "facts update": ("--workspace", "mine", "facts", "update"),
    "init": ("init", "new"),
    "run": ("run", "reference", "--out", "out", "--draws", "5"),
    "report": ("report", "reference", "--out", "report", "--draws", "5"),
    "scenarios": ("scenarios",),
    "capital deals": ("capital", "deals", "org:openai"),
    "capital exposure": ("capital", "exposure", "org:oracle"),
    "capital circularity": ("capital", "circularity", "--draws", "20"),
    "capital roundtrip": ("capital", "roundtrip", "org:nvidia"),
    "capital concentration": ("capital", "concentration"),
    "capital coverage": ("capital", "coverage"),
    "capital clear": ("capital", "clear", "--network", str(CASES.parent / "capital" / "network.json")),
    "capital stress": ("capital", "stress", "--draws", "20"),
    "capital history": ("capital", "history"),
    "capital filings": ("capital", "filings"),
    "capital network": ("capital", "network"),
    "capital path": ("capital", "path", "--draws", "20"),
    "engine train": ("engine", "train", "--system", "64x h100", "--model", "llama3-8b", "--batch", "256"),
    "engine search": ("engine", "search", "--system", "64x a100", "--model", "llama3-8b", "--batch", "256"),
    "engine serve": ("engine", "serve", "--system", "8x h200", "--model", "llama3-70b"),
    "engine compare": (
        "engine",
        "compare",
        "--system",
        "cloudmatrix-384",
        "--system",
        "gb200-nvl72",
        "--workload",
        "train-70b",
    ),
    "engine decentral": ("engine", "decentral", "--workers", "8", "--model", "llama3-8b"),
    "engine reach": ("engine", "reach", "--model", "llama3-8b", "--chips", "64"),
    "engine frontier": ("engine", "frontier", "--system", "8x h200", "--model", "llama3-70b"),
    "engine predict": ("engine", "predict", "--table", str(CASES.parent / "engine" / "points.csv")),
    "engine calibrate": (
        "engine",
        "calibrate",
        "--table",
        str(CASES.parent / "engine" / "points.csv"),
        "--out",
        "calibrated",
    ),
    "chip compare": ("chip", "compare", "h100-sxm", "ascend-910c"),
    "check": ("check", str(CASES.parent.parent / "cases" / "reader" / "article.txt"), "--date", "2026-03-01"),
    "rules classify": ("rules", "classify", "H20", "--to", "CN", "--on", "2025-09-01"),
    "rules timeline": ("rules", "timeline", "H20", "--to", "CN"),
    "rules best": ("rules", "best", "--to", "CN", "--on", "2024-06-01"),
    "rules propose": ("rules", "propose", str(CASES.parent / "rules" / "proposal.csv"), "--on", "2024-06-01"),
    "rules list": ("rules", "list"),
    "rules changes": ("rules", "changes", "--regime", "NL"),
    "rules regimes": ("rules", "regimes", "H20"),
    "rules reach": ("rules", "reach", "H20"),
    "rules party": ("rules", "party", "Huawei"),
    "model export": ("model", "export"),
    "allocate": ("allocate", "--gw", "10", "--projects", str(CASES.parents[2] / "docs" / "examples" / "projects.csv")),
    "forecast register": ("forecast", "register", "--out", "register.json", "--draws", "50"),
    "forecast score": ("forecast", "score", str(CASES.parents[2] / "docs" / "examples" / "observed.csv")),
    "backtest": ("backtest", "--draws", "100"),
    "calibrate": ("calibrate", "--parameter", "electricity.other_2025.us", "--steps", "1500", "--out", "posterior"),
    "sweep": ("sweep", str(CASES.parents[2] / "docs" / "examples" / "sweep.toml"), "--out", "swept"),
    "sensitivity": ("sensitivity", "--draws", "100"),
    "compare": ("compare", "reference", "tight_controls", "--draws", "100"),
    "discover": ("discover", "--draws", "400"),
    "serve-token": ("serve-token", "someone", "--tokens", "tokens.txt"),
    "rules plane": ("rules", "plane", "--on", "2024-06-01"),
    "rules chart": ("rules", "chart", "plane.svg", "--on", "2024-06-01"),
}


def test_every_command_is_tried() -> None:
    assert set(JSON) == reference.commands() - {
        "serve",
        "site",
        "rules feed",
    }  # which answer over HTTP (tests/web), write a folder (tests/site), and write a file alone


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("name", JSON)
def test_json_is_one_document(run: Command, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(update, "update", lambda *_words, **_more: {"worldbank-gdp": Written(1, 2, 3, 4, 5)})
    monkeypatch.setattr(build, "sections", lambda _context: [])  # test_report.py reads them
    result = run(*JSON[name], "--json")
    assert result.code == 0, result.err
    assert isinstance(json.loads(result.out), dict | list)


def test_infinity_becomes_null_in_json(run: Command) -> None:
    found = json.loads(run("facts", "query", "SELECT 'inf'::DOUBLE AS x, 'nan'::DOUBLE AS y, 1.5 AS z", "--json").out)
    assert found["rows"][0]["x"] is None
    assert found["rows"][0]["y"] is None


def test_every_type_of_a_query_can_be_written_as_json(run: Command) -> None:
    sql = (
        "SELECT DATE '2024-01-01' AS d, 1.5::DECIMAL(4,1) AS n, [1,2] AS l, {'a': 1} AS s, 'x'::BLOB AS b, uuid() AS u"
    )
    assert run("facts", "query", sql, "--json").code == 0


def test_validate_counts(run: Command, base: Base) -> None:
    found = json.loads(run("facts", "validate", "--json").out)
    assert set(found) >= {
        "claims", "sources", "conflicts", "judgements", "unverified", "sources_dated", "origins", "errors",
    }  # fmt: skip
    assert (found["claims"], found["sources"]) == (len(base.tables.claims), len(base.tables.sources))
    assert found["errors"] == 0
    assert found["conflicts"] > 10


@pytest.mark.parametrize("lang", ["en", "de"])
def test_show_names_every_claim_with_its_source(run: Command, base: Base, lang: str) -> None:
    result = run("facts", "show", "H100", "--lang", lang)
    assert result.code == 0
    for claim in base.tables.claims:
        if claim.subject == "chip:h100-sxm":
            assert claim.id in result.out
            assert base.sources[claim.source].publisher in result.out


def test_show_knows_entities_claims_sources_quantities_and_parameters(run: Command, base: Base) -> None:
    names = ["Volksrepublik China", base.tables.claims[0].id, base.tables.sources[0].id, "tdp", "deployment.retirement"]
    for name in names:
        assert run("facts", "show", name).code == 0
        assert json.loads(run("facts", "show", name, "--json").out)


def test_show_resolves_a_quantity(run: Command) -> None:
    found = json.loads(run("facts", "show", "chip:h100-sxm", "memory_bandwidth", "--json").out)
    assert found["estimate"]["value"] == pytest.approx(3.35)
    assert sum(used["weight"] or 0 for used in found["stated"]) == pytest.approx(1, abs=1e-3)
    assert "zusammengeführt" in run("facts", "show", "H100", "memory_bandwidth", "--lang", "de").out


def test_german_numbers(run: Command) -> None:
    assert "3,35 TB/s" in run("facts", "show", "H100", "memory_bandwidth", "--lang", "de").out
    assert "3.35 TB/s" in run("facts", "show", "H100", "memory_bandwidth").out


BAD = (
    (("facts", "show", "chip:h100-smx"), "nothing is called 'chip:h100-smx'; did you mean chip:h100-sxm"),
    (("facts", "show", "H100", "tpd"), "no quantity 'tpd'; did you mean tdp"),
    (("facts", "show", "H100", "tdp", "--at", "soon"), "'soon' is no date"),
    (("facts", "list", "--quantity", "tpd"), "no quantity 'tpd'; did you mean tdp"),
    (("facts", "list", "--kind", "ship"), "no kind 'ship'; known: "),
    (("facts", "list", "--lang", "fr"), "'fr'"),
    (("facts", "query", "DROP TABLE claims"), "SQL: one SELECT statement is allowed"),
    (("facts", "query", "SELECT * FROM read_csv('/etc/passwd')"), "SQL: "),
    (("facts", "query", "SELECT 1", "--limit", "-1"), "limit"),
    (("facts", "import", "worldbank", "x.csv"), "no importer 'worldbank'; did you mean worldbank-gdp"),
    (("facts", "import", "worldbank-gdp"), "name the file or folder to import: file gdp.csv"),
    (("--workspace", "mine", "facts", "import", "worldbank-gdp", "none.csv"), "none.csv"),
    (ADD, "no workspace here: make one with rechenmacht init"),
    (("--workspace", "nowhere", "facts", "list"), "nowhere is no workspace"),
    (("--workspace", "mine", *ADD, "--replaces", "chip.h100-sxm.tpd.1"), "did you mean chip.h100-sxm.tdp.1"),
    (("--workspace", "mine", *(w.replace("kW", "kg") for w in ADD)), "'kg' cannot become 'W'"),
    (("init", "mine"), "mine is not empty"),
    (("run", "refrence", "--out", "a"), "no scenario 'refrence'; did you mean reference"),
    (("run", "reference", "--out", "a", "--draws", "0"), "draws must be at least 1"),
    (("run", "reference", "--out", "a", "--draws", "many"), "--draws"),
    (("run", "reference", "--out", "a", "--off", "deploiment"), "no mechanism 'deploiment'; did you mean deployment"),
    (("run", "reference", "--out", "mine"), "mine exists already"),
    (("report", "refrence"), "no scenario 'refrence'; did you mean reference"),
    (("nonsense",), "nonsense"),
    (("facts", "shw"), "did you mean 'show'"),
    (("facts", "list", "--jsn"), "--jsn"),
    (("facts", "show"), "missing argument"),
)


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(("words", "reason"), BAD)
def test_bad_input_gives_one_line_and_code_2(run: Command, words: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    result = run(*words)
    assert result.code == 2
    assert result.out == ""
    [line] = result.err.splitlines()
    assert line.startswith("error: ")
    assert reason.lower() in line.lower()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("odd", ["x" * 5000, "x" * 300 + ".toml", "a\0b", "http://[", "http://[x].toml", "\ud800", "/dev/zero", "..", "~x/a.csv"],
                         ids=lambda text: ascii(text[:12]))  # fmt: skip
@pytest.mark.parametrize("words", [
    ("run", "{}"), ("check", "{}"), ("capital", "stress", "{}"), ("capital", "clear", "--network", "{}"),
    ("allocate", "--projects", "{}"), ("rules", "classify", "--table", "{}"), ("rules", "propose", "{}"),
    ("engine", "predict", "--table", "{}"), ("engine", "train", "--system", "{}", "--model", "70b"),
    ("engine", "train", "--system", "h100", "--model", "{}"), ("engine", "compare", "h100", "b200", "--workload", "{}"),
    ("forecast", "score", "{}"), ("sweep", "{}", "--out", "a"), ("--workspace", "{}", "facts", "list"), ("serve", "--config", "{}"),
    ("facts", "import", "worldbank-gdp", "{}"), ("facts", "show", "{}"), ("rules", "classify", "{}", "--to", "CN"),
], ids=" ".join)  # fmt: skip
def test_odd_names_and_places_give_one_line_and_code_2(run: Command, words: tuple[str, ...], odd: str) -> None:
    """Longer than a file's name may be, no address, half a character, a device without an end."""
    result = run(*(word.format(odd) for word in words))
    assert (result.code, result.out) == (2, "")
    lines = result.err.splitlines()
    assert lines[-1].startswith("error: ")
    assert len(lines[-1]) < 1500


def test_a_note_that_a_spreadsheet_would_run_is_kept_as_text(run: Command, mine: Path) -> None:
    assert run("--workspace", mine, *ADD, "--note", "=HYPERLINK(1)", "--locator", "@SUM(1)").code == 0
    text = (mine / "claims" / "mine.csv").read_text()
    assert "'=HYPERLINK(1)" in text
    assert "'@SUM(1)" in text
    assert ",=" not in text
    assert run("--workspace", mine, "facts", "validate").code == 0


def test_a_fault_in_the_workspace_is_found_with_code_1_and_stops_other_commands_with_2(
    run: Command, mine: Path
) -> None:
    with (mine / "claims" / "mine.csv").open("a", encoding="utf-8") as file:
        file.write("x.1,chip:h100-sxm,tdp,,1e9,,W,2026-11,project-recollection,,reported,unverified,\n")
    result = run("--workspace", mine, "facts", "validate", "--json")
    assert result.code == 1
    found = json.loads(result.out)
    assert found["errors"] == 1
    [wrong] = found["problems"]
    assert (wrong["file"], wrong["row"]) == ("mine/claims/mine.csv", 2)
    assert "value 1e+09 W is outside the bounds of tdp" in wrong["reason"]
    assert run("--workspace", mine, "facts", "list").code == 2


def test_a_claim_of_ones_own(run: Command, mine: Path, base: Base) -> None:
    added = json.loads(run("--workspace", mine, *ADD, "--replaces", "chip.h100-sxm.tdp.1", "--json").out)
    assert (added["value"], added["unit"]) == (650, "W")
    shown = run("--workspace", mine, "facts", "show", "H100", "--json").out
    ids = {claim["claim"] for claim in json.loads(shown)["stated"]}
    assert added["id"] in ids
    assert "chip.h100-sxm.tdp.1" not in ids
    assert len(json.loads(run("facts", "show", "H100", "--json").out)["stated"]) == sum(
        claim.subject == "chip:h100-sxm" for claim in base.tables.claims
    )


def test_the_workspace_is_found_from_a_folder_inside_it_and_by_the_variable(
    run: Command, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claims() -> int:
        return int(json.loads(run("facts", "validate", "--json").out)["claims"])

    shipped = claims()
    assert run("--workspace", mine, *ADD).code == 0
    assert claims() == shipped
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(mine))
    assert claims() == shipped + 1
    monkeypatch.delenv(WORKSPACE_VARIABLE)
    monkeypatch.chdir(mine / "scenarios")
    assert claims() == shipped + 1


def test_a_run_from_the_command_line(run: Command, tmp_path: Path) -> None:
    result = run("run", "reference", "--out", "out", "--draws", "20", "--off", "production", "--lang", "de")
    assert result.code == 0
    assert "Mio. H100e" in result.out
    assert "out" in result.err
    meta: dict[str, Any] = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert meta["scenario"]["off"] == ["production"]
    assert run("run", "reference", "--out", "out", "--draws", "5").code == 2
    assert run("run", "reference", "--out", "out", "--draws", "5", "--force").code == 0


def test_version_and_help(run: Command) -> None:
    assert run("--version").out == f"rechenmacht {__version__}\n"
    for name in reference.commands():
        result = run(*name.split(), "--help")
        assert (result.code, result.err) == (0, "")
        assert "Usage: " in result.out


@pytest.mark.parametrize("words", [(), ("facts",)])
def test_without_a_command_the_help_keeps_its_lines(run: Command, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.code in {0, 2}
    assert len((result.out + result.err).splitlines()) > 5


def test_a_closed_pipe_is_no_error() -> None:
    words = [sys.executable, "-m", "rechenmacht", "facts", "list"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_results_are_utf_8_whatever_the_terminal_says(base: Base) -> None:
    """A terminal that knows only ASCII must not end a command with a traceback."""
    environment = os.environ | {"PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = [sys.executable, "-m", "rechenmacht", "facts", "list", "--lang", "de"]
    result = subprocess.run(words, capture_output=True, check=False, env=environment)
    assert b"Traceback" not in result.stderr
    assert result.returncode == 0
    assert io.BytesIO(result.stdout).readline().startswith(b"Kennung")
    assert len(base.tables.entities) > 0


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("mine.py", "raise SystemExit(7)", "wanted to end the program"),
        ("mine.py", "def f(): f()\nf()", "RecursionError"),
        ("mine.py", "PLUGINS = (1,)", "no Mechanism or Outcome"),
        ("a\\u0000b.py", "", "NUL"),
        ("x" * 5000 + ".py", "", "File name too long"),
        ("../mine.py", "", "no such file in the workspace"),
    ],
)
def test_a_plug_in_that_is_none_is_one_line_and_code_2(
    run: Command, mine: Path, name: str, text: str, says: str
) -> None:
    (mine / "mine.py").write_text(text)
    (mine.parent / "mine.py").write_text("raise AssertionError('of outside the workspace')")
    with (mine / "rechenmacht.toml").open("a") as file:
        file.write(f'\nplugins = ["{name}"]\n')
    result = run("--workspace", mine, "--plugins", "run", "reference", "--draws", "3", "--out", "out")
    assert (result.code, result.out) == (2, "")
    assert says in result.err.splitlines()[-1]
