"""`import rechenmacht as rm`: each one-liner gives a right answer that prints, shows and converts itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rechenmacht as rm
from rechenmacht.errors import BadInput

FEW = 100


def test_importing_loads_nothing_and_warns_of_nothing(tmp_path: Path) -> None:
    code = "import sys, rechenmacht; print(*[m for m in ('numpy', 'pydantic', 'typer', 'pandas') if m in sys.modules])"
    here = {**os.environ, "PYTHONPATH": str(Path(rm.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=here
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_one_number_with_its_claims() -> None:
    found = rm.fact("H100", "tdp")
    assert found.value == pytest.approx(700, rel=0.01)  # NVIDIA's datasheet: 700 W
    assert found.low < found.value < found.high
    assert found.unit == "W"
    assert "chip.h100-sxm.tdp.2" in set(found.claims["claim"])
    assert "NVIDIA" in repr(found)
    assert "<table>" in found._repr_html_()
    with pytest.raises(BadInput, match="keine Größe"):
        rm.fact("H100", "tpd", lang="de")


def test_claims_and_sql() -> None:
    frame = rm.claims("H100", "tdp").frame()
    assert {"claim", "value_low", "value_value", "unit", "source"} <= set(frame.columns)
    assert set(frame["unit"]) == {"W"}
    pytest.importorskip("duckdb")
    found = rm.query("SELECT count(*) AS n FROM claims WHERE subject = 'chip:h100-sxm' AND quantity = 'tdp'")
    assert int(found["n"][0]) == len(frame)


def test_a_run_gives_quantiles_and_draws_of_the_same_ensemble() -> None:
    run = rm.run("reference", draws=FEW, seed=1, set={"export_controls.enforcement": {"2027Q1": 0.9}})
    frame = run.frame("installed|h100e_8bit")
    assert list(frame.columns) == ["region", "quarter", "unit", "q05", "q25", "q50", "q75", "q95"]
    draws = run.draws("installed|h100e_8bit")
    assert draws.dims == ("region", "quarter", "draw")
    assert draws.sizes["draw"] == FEW
    world = frame[(frame["region"] == "World") & (frame["quarter"] == "2030-Q4")]["q50"].iloc[0]
    own = float(draws.sel(region="World", quarter="2030-Q4").median())
    assert world == pytest.approx(own, rel=1e-5)
    assert run.chart()["datasets"]["rows"]
    assert run.sources


def test_comparison_and_capital() -> None:
    same = rm.compare("reference", "reference", draws=FEW, outcome=["power_connected@World@2030-Q4"])
    assert same.outcomes[0]["same"] == 1
    stress = rm.capital.stress("funding_stop", draws=FEW)
    assert {"org", "stressed_low", "stressed_median", "stressed_high"} <= set(stress.frame("outcomes").columns)
    assert stress.json()["schema"].startswith("capital.stress/")
    assert "Verlorener Umsatz" in repr(rm.capital.stress("funding_stop", draws=FEW, lang="de"))


def test_an_article_is_checked() -> None:
    found = rm.check("The NVIDIA H100 has 80 GB of memory.", date="2025-11-20")
    assert list(found.frame()["verdict"]) == ["supported"]
    assert found.sources


def test_facts_of_ones_own(tmp_path: Path) -> None:
    from rechenmacht.outputs.cli import main

    assert main(["init", str(tmp_path / "mine")]) == 0
    mine = rm.open(tmp_path / "mine")
    assert mine.fact("H100", "tdp").value == rm.fact("H100", "tdp").value
    assert mine.capital.deals().base is mine.base
    with pytest.raises(BadInput, match="no workspace"):
        rm.open(tmp_path)


def test_one_text_stands_for_a_list_of_one() -> None:
    one, many = (
        rm.sensitivity("reference", outcome=given, draws=100).json()
        for given in ("capex_ai@us@2030", ["capex_ai@us@2030"])
    )
    assert one == many
