"""The commands as their user meets them: text, one JSON document, charts, refusals with exit code 2."""

import json
from pathlib import Path

import pytest

from rechenmacht.outputs.cli.app import main

CASES = str(Path(__file__).with_name("status_cases.csv"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["rules", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_classify_says_what_since_when_and_why(capsys) -> None:
    code, out, _ = run(capsys, "classify", "h20", "--to", "cn", "--on", "2025-05-01")
    assert code == 0 and out.startswith("NVIDIA H20 to CN on 2025-05-01: LIC,")
    assert "R2025-04-INFORMED-BW" in out and "2025-04-09" in out and "chip.h20.peak_int8_dense.1" in out
    assert "second-hand" in out and "tpp 2,368 ≥ 2,400 TPP 1.3%" in out


def test_classify_in_german(capsys) -> None:
    code, out, _ = run(capsys, "classify", "h200", "--to", "CN", "--on", "2026-02-15", "--lang", "de")
    assert code == 0 and "Genehmigung im Einzelfall" in out and "vom chinesischen Zoll aufgehalten" in out
    assert "4.800  GB/s" in out and "unterliegt" not in out


def test_classify_as_json(capsys) -> None:
    code, out, err = run(capsys, "classify", "H200", "--to", "CN", "--on", "2026-02-15", "--json")
    found = json.loads(out)
    assert code == 0 and not err and found["outcome"] == "LIC_CBC" and found["buyer"] == "CN_BLOCKED"
    assert [one["rule"] for one in found["relaxations"]] == ["R2026-CBC"]
    assert found["known"]["tpp"]["claims"] and found["fees"][0]["outcome"] == "TARIFF_25"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["h100", "--to", "MY", "--on", "2024-06-01"], "NLR"),
        (["h100", "--to", "MY", "--hq", "CN", "--on", "2024-06-01"], "LIC_PD"),
        (["h100", "--to", "MY", "--hq", "?", "--on", "2024-06-01"], "UNDETERMINED"),
        (["l40s", "--to", "CN", "--market", "consumer", "--on", "2024-06-01"], "NAC"),
        (["h200", "--to", "CN", "--role", "reexporter", "--on", "2026-02-15"], "LIC_PD"),
        (["My chip", "--tpp", "4800", "--to", "CN", "--market", "datacenter", "--on", "2024-06-01"], "LIC_PD"),
        (["My chip", "--tpp", "2399", "--die", "800", "--to", "CN", "--market", "datacenter", "--on", "2024-06-01"], "NLR"),
        (["My chip", "--tpp", "2399", "--pd", "3.2", "--to", "CN", "--market", "datacenter", "--on", "2024-06-01"], "NAC"),
    ],
)  # fmt: skip
def test_options(capsys, arguments, expected) -> None:
    code, out, _ = run(capsys, "classify", *arguments, "--json")
    assert code == 0 and json.loads(out)["outcome"] == expected


def test_table_gives_one_row_per_case(capsys) -> None:
    code, out, err = run(capsys, "classify", "--table", CASES, "--json")
    rows = json.loads(out)
    assert (
        code == 0
        and all("but the base says" in line for line in err.splitlines())
        and len(rows) == 56
        and len(out.splitlines()) == 58
    )
    assert {"case_id", "outcome", "fired", "missing"} <= rows[0].keys()
    assert rows[1]["fired"] == ["R2023-3A090A-DC"] and rows[0]["case_id"] == "C006"


def test_a_misspelt_column_is_pointed_out(capsys, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("case_id,subject,date,dest,die_mm\n1,chip,2024-01-01,CN,5\n")
    code, out, err = run(capsys, "classify", "--table", str(path))
    assert code == 0 and "UNDETERMINED" in out and "column 'die_mm' is ignored; did you mean die_mm2?" in err


def test_timeline_best_propose_list_and_charts(capsys, tmp_path: Path) -> None:
    code, _, _ = run(capsys, "chart", str(tmp_path / "t.svg"), "A800", "--to", "CN")
    assert code == 0 and (tmp_path / "t.svg").read_text().startswith("<svg")
    code, out, _ = run(capsys, "timeline", "A800", "--to", "CN")
    assert code == 0 and "2023-10-23  2023-11-16  LIC_PD" in out
    code, out, _ = run(capsys, "timeline", "A800", "--to", "CN", "--json")
    assert json.loads(out)["periods"][-1]["outcome"] == "LIC_CBC"
    code, out, _ = run(capsys, "best", "--to", "CN", "--on", "2024-06-01", "--json")
    assert [one["basis"] for one in json.loads(out)["bases"]] == ["8bit", "16bit", "bandwidth"]
    proposal = tmp_path / "p.csv"
    proposal.write_text("id,condition,outcome,dest_groups\nMEM,dram_bw >= 3 [TB/s] and datacenter,LIC_PD,CN\n")
    code, out, _ = run(capsys, "propose", str(proposal), "--on", "2024-06-01", "--json")
    caught = [(row["chip"], row["before"], row["after"]) for row in json.loads(out)["caught"]]
    assert ("chip:h20", "NLR", "LIC_PD") in caught
    code, out, _ = run(capsys, "propose", str(proposal), "--on", "2024-06-01", "--lang", "de")
    assert code == 0 and "Neu erfasst" in out and "Nach CN am 2024-06-01: " in out
    code, out, _ = run(capsys, "list", "--lang", "de")
    assert code == 0 and "Regel vom Oktober 2023: 3A090.b, Grauzone" in out
    code, _, _ = run(capsys, "chart", str(tmp_path / "p.json"), "--on", "2024-06-01")
    assert code == 0 and json.loads((tmp_path / "p.json").read_text())["layer"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["classify", "h2000", "--to", "CN"], "no entity called 'h2000'"),
        (["classify", "h20"], "name a chip and a destination"),
        (["classify", "h20", "--to", "XX"], "to: 'XX' is no destination"),
        (["classify", "h20", "--to", "CN", "--on", "May"], "May is no day of the calendar"),
        (["classify", "h20", "--to", "CN", "--table", CASES], "either a chip or a table"),
        (["classify", "nvidia", "--to", "CN"], "org:nvidia is a org, not a chip"),
        (["classify", "--table", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["classify", "h20", "--to", "CN", "--die", "0"], "die must be above 0"),
        (["chart", "x.pdf", "h20", "--to", "CN"], "written as .svg, .png or .json"),
    ],
)  # fmt: skip
def test_refusals_are_one_line_and_exit_code_2(capsys, arguments, says) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2 and not out and says in err and err.count("\n") == 1
