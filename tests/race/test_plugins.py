"""A workspace's plug-ins add mechanisms and outcomes; they run only where asked for, and their faults are sentences."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import rechenmacht as rm
from rechenmacht import runs, scenario
from rechenmacht.domains.race.added import Acting, Added, Mechanism
from rechenmacht.domains.race.backends.choose import chosen
from rechenmacht.domains.race.backends.symbols import Expr, Graph, Namespace, symbols
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.plugins import Extended, extended, named, of, without
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load
from rechenmacht.outputs.cli import main
from rechenmacht.sample import draw

TOP = Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "docs" / "examples" / "extended"
DRAWS = 16
COUNTRIES = ("Germany", "United Arab Emirates")


@pytest.fixture(scope="module")
def own() -> Base:
    return extended(load(EXAMPLE))


@pytest.fixture(scope="module")
def ran(own: Base) -> dict[tuple[str, str], np.ndarray]:
    model = runs.model_of(own, scenario.find(own, "reference"))
    found = whole(model, DRAWS, 1, "numpy")
    return {(one.variable, one.region): found[k] for k, one in enumerate(model.given.added.series)}


def workspace(base: Base, folder: Path, text: str, names: str = '["mine.py"]') -> Base:
    """Return the example's tables in a workspace whose plug-in is another text."""
    folder.mkdir()
    (folder / "mine.py").write_text(text, encoding="utf-8")
    (folder / "rechenmacht.toml").write_text(f"version = 1\nplugins = {names}\n", encoding="utf-8")
    return Base(base.tables, folder)


def test_a_mechanism_acts_where_it_stands(ran: dict, own: Base) -> None:
    shipped = runs.compute(without(own), scenario.find(own, "reference"), DRAWS, 1, backend="numpy")[0]
    before = dict(zip(((one.variable, one.region) for one in SERIES), shipped, strict=True))
    observed, later = 10, 30
    powered = "powered|h100e_8bit", "World"
    assert (ran[powered][observed] == before[powered][observed]).all()  # `after` is 0 in the history
    # What stands still is the share of what had power: away / (away + left) lies within the prior's 1 to 8 %.
    away, left = ran["under_repair", "World"][later], ran[powered][later]
    share = away / (away + left)
    assert ((share > 0.0099) & (share < 0.0801)).all()
    assert (away > 0).all()
    assert (ran[powered][later] < before[powered][later]).mean() > 0.9


def test_outcomes_follow_their_formulas(ran: dict, own: Base) -> None:
    p = draw(runs.model_of(own, scenario.find(own, "reference")).parameters, DRAWS, 1)
    europe = ran["installed|h100e_8bit", "Europe"]
    np.testing.assert_allclose(ran["country_compute", "Germany"], p["country.germany"] * europe, rtol=1e-5)
    gulf = ran["installed|h100e_8bit", "Gulf states"]
    np.testing.assert_allclose(ran["country_compute", COUNTRIES[1]], p["country.emirates"] * gulf, rtol=1e-5)
    both = ran["installed|h100e_8bit", "United States"] + europe
    wanted = both / np.maximum(ran["installed|h100e_8bit", "China"], 1)
    np.testing.assert_allclose(ran["allies_lead", "World"], wanted, rtol=1e-5)


def test_switched_off_and_moved(own: Base) -> None:
    place = next(k for k, one in enumerate(of(own).series) if one.variable == "under_repair")
    reference = scenario.find(own, "reference")
    off = whole(runs.model_of(own, runs.replace_off(reference, ("repair",))), DRAWS, 1, "numpy")
    assert (off[place] == 0).all()
    worn = runs.model_of(own, scenario.find(own, "worn_out"))
    found = whole(worn, DRAWS, 1, "numpy")
    powered = next(k for k, one in enumerate(SERIES) if (one.variable, one.region) == ("powered|h100e_8bit", "World"))
    late = found[place, 30] / (found[place, 30] + found[powered, 30])
    np.testing.assert_allclose(late, 0.08, rtol=1e-4)  # the lever holds from 2028-Q1, the 25th quarter


def test_what_they_do_can_be_traced(own: Base) -> None:
    """The symbolic namespace takes their lines, so that native code holds them too."""
    graph = Graph()
    p = {name: symbols([graph.node("parameter", k)]) for k, name in enumerate(own.parameters)}
    repair = of(own).mechanisms[0]
    state = {"powered": symbols([[graph.node("state", k)] for k in range(5)]), **repair.begin(p, Namespace())}
    after = repair.act("repair", state, p, {"after": symbols([1.0])}, Namespace(), ())
    assert after["powered"].shape == (5, 1)
    shipped = symbols([[graph.node("state", k)] for k in range(len(SERIES))])
    found = of(own).record(shipped, after, p, Namespace())
    assert [one.shape for one in found] == [(1, 1), (2, 1), (1, 1), (1, 1)]
    assert all(isinstance(value, Expr) for one in found for value in np.asarray(one).ravel())


def test_the_kernel_says_that_it_does_not_serve(own: Base) -> None:
    model = runs.model_of(own, scenario.find(own, "reference"))
    compiled, why = chosen(model.given, [p.name for p in model.parameters], (), "kernel")
    assert (compiled, why) == (None, "the kernel holds no plug-ins (backend native compiles them)")
    record = runs._meta(own, scenario.find(own, "reference"), model, 1, 1, "kernel")
    assert (record["backend"], record["backend_note"]) == ("numpy", why)
    assert [one["name"] for one in record["plugins"]] == ["mine.py"]
    assert "plugins" not in runs._meta(without(own), scenario.find(own, "reference"), runs.model_of(
        without(own), scenario.find(own, "reference")), 1, 1, "numpy")  # fmt: skip


def test_the_library_answers_with_them() -> None:
    mine = rm.open(EXAMPLE, plugins=True)
    run = mine.run("worn_out", draws=DRAWS, outcome=["country_compute"])
    frame = run.frame("country_compute")
    assert set(frame["region"]) == set(COUNTRIES)
    assert "Plug-ins act in this run, which is not the shipped model: mine.py" in repr(run)
    assert "Computed by numpy" in repr(run)
    draws = run.draws("country_compute").sel(region="Germany", quarter="2030-Q4")
    band = frame[(frame["region"] == "Germany") & (frame["quarter"] == "2030-Q4")].iloc[0]
    assert float(draws.median()) == pytest.approx(band["q50"], rel=1e-5)
    apart = mine.compare("reference", "worn_out", draws=100, outcome=["under_repair@World@2030-Q4"], lang="de")
    assert apart.outcomes[0]["higher"] > 0.95
    assert "Rechenleistung in Reparatur" in repr(apart)
    assert apart.outcomes[0]["drivers"][0]["name"].startswith(("repair.", "production.", "capital.", "deployment."))
    told = mine.sensitivity("reference", draws=100, outcome=["country_compute@Germany@2030-Q4"])
    ranks = {one["name"]: abs(one["rank"]) for one in told.outcomes[0]["parameters"]}
    assert ranks["country.germany"] > 0.3


def test_code_runs_only_where_it_is_asked_for(
    base: Base, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rechenmacht.faces.library import Workspace
    from rechenmacht.outputs.cli import serve

    named_ones = workspace(base, tmp_path / "w", "raise SystemError('it ran')\n")
    with pytest.raises(BadInput, match=r"names plug-ins \(mine.py\), which are code: --plugins runs them"):
        Workspace(named_ones).run("reference", draws=1)
    assert Workspace(named_ones).fact("H100", "tdp").value == pytest.approx(700, rel=0.01)  # facts need no decision
    with pytest.raises(BadInput, match=r"plug-in mine\.py: SystemError: it ran"):
        extended(named_ones)
    monkeypatch.setattr(serve, "base", lambda: named_ones)
    served = serve._facts()
    assert isinstance(served, Extended)
    assert not served.added
    assert "a server runs none (mine.py)" in capsys.readouterr().err
    assert runs.model_of(served, scenario.find(served, "reference")).parameters == runs.model_of(
        base, scenario.find(base, "reference")).parameters  # fmt: skip


def test_the_command_line_runs_them_by_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["run", "reference", "--draws", "2", "--outcome", "allies_lead", "--json"]
    assert main(["--workspace", str(EXAMPLE), *given]) == 2
    assert "--no-plugins leaves them out" in capsys.readouterr().err
    assert main(["--workspace", str(EXAMPLE), "--plugins", *given]) == 0
    assert {row["variable"] for row in json.loads(capsys.readouterr().out)["quantiles"]} == {"allies_lead"}


def test_a_run_folder_has_its_series_and_names_its_plugins(own: Base, tmp_path: Path) -> None:
    found = runs.run(own, scenario.find(own, "reference"), tmp_path / "run", draws=4, seed=1, backend="numpy")
    assert found.meta["plugins"][0]["name"] == "mine.py"
    assert found.series("country_compute", "Germany").shape[1] == 4
    assert ("allies_lead", "World") in found.summary
    reference = scenario.find(own, "reference")
    assert runs.same_run(tmp_path / "run", own, reference, 4, 1)
    assert not runs.same_run(tmp_path / "run", without(own), reference, 4, 1)


MECHANISM = """
import rechenmacht as rm
def start(p, xp): return {start}
def step(state, p, policy, xp): return {step}
PLUGINS = (rm.Mechanism(name={name!r}, after={after!r}, reads={reads}, writes={writes}, step=step, none=step, start=start),)
"""
GOOD = {"start": "{'mine': p['scarcity.fade'] * 0.0}", "step": "{'mine': state['mine']}", "name": "repair",
        "after": "electricity", "reads": ("mine",), "writes": ("mine",)}  # fmt: skip
OUTCOME = """
import rechenmacht as rm
PLUGINS = (rm.Outcome(name={name!r}, unit="share", title={title}, reads={reads}, formula={formula}, regions={regions}),)
"""
TOLD = {"name": "mine", "title": {"en": "a", "de": "b"}, "reads": ("powered",), "formula": "lambda s, p, xp: s['powered'][0]",
        "regions": ("us",)}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "given", "said"),
    [
        (MECHANISM, {"step": "{'mine': state['powered'][0]}"}, "mechanism repair: it reads 'powered' without declaring it"),
        (MECHANISM, {"step": "{'mine': state['mine'], 'debt': 1}"}, "it writes 'debt' without declaring it in writes"),
        (MECHANISM, {"step": "{'mine': 1 / 0}"}, "mechanism repair: ZeroDivisionError"),
        (MECHANISM, {"step": "{'mine': p['scarcity.fad']}"}, "there is no 'scarcity.fad'"),
        (MECHANISM, {"step": "{'mine': xp.stack([state['mine']] * 2)}"}, "it writes 'mine' of shape (2, 2) where (2,) is"),
        (MECHANISM, {"reads": ("poweredd",)}, "reads names no state 'poweredd'; did you mean powered"),
        (MECHANISM, {"after": "electricty"}, "after names no mechanism 'electricty'; did you mean electricity"),
        (MECHANISM, {"name": "market"}, "mechanism market: that name is taken"),
        (MECHANISM, {"start": "{'powered': 1}"}, "start gives 'powered' without declaring it in writes"),
        (OUTCOME, {"name": "capex_ai"}, "outcome capex_ai: that name is taken"),
        (OUTCOME, {"title": {"en": "a"}}, "title needs en and de"),
        (OUTCOME, {"reads": ("capex_ai@Wrld",)}, "no state or outcome 'capex_ai@Wrld'; did you mean capex_ai@World"),
        (OUTCOME, {"regions": ("fr",)}, "no region 'fr'; known: us, cn"),
        (OUTCOME, {"formula": "lambda s, p, xp: s['powered']"}, "the formula gives shape (5, 2), not (region, draw) (1, 2)"),
        (OUTCOME, {"formula": "lambda s, p, xp: s['debt']"}, "outcome mine: it reads 'debt' without declaring it"),
        ("PLUGINS = (1,)", {}, "plug-in mine.py: int is no Mechanism or Outcome"),
        ("x = 1", {}, "plug-in mine.py: it has no PLUGINS"),
        ("x = ", {}, "plug-in mine.py: SyntaxError"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(base: Base, tmp_path: Path, form: str, given: dict, said: str) -> None:
    text = form.format(**{**(GOOD if form is MECHANISM else TOLD), **given}) if "{" in form else form
    p = {name: np.ones(2) for name in base.parameters}
    with pytest.raises(BadInput) as error:
        added = of(extended(workspace(base, tmp_path / "w", text)))
        state = {"powered": np.ones((5, 2)), "debt": np.ones((5, 2))}
        for one in added.mechanisms:
            state = one.act(one.own.name, {**state, **one.begin(p, np)}, p, {}, np, ())
        added.record(np.ones((len(SERIES), 2)), state, p, np)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_files_outside_and_names_that_no_package_brings(base: Base, tmp_path: Path) -> None:
    outside = workspace(base, tmp_path / "a", "PLUGINS = ()", '["../b.py"]')
    (tmp_path / "b.py").write_text("raise SystemError", encoding="utf-8")
    with pytest.raises(BadInput, match="no such file in the workspace"):
        extended(outside)
    missing = workspace(base, tmp_path / "c", "", '["nobody"]')
    with pytest.raises(BadInput, match=r"plug-in nobody: no installed package brings it"):
        extended(missing)
    wrong = workspace(base, tmp_path / "d", "", '"mine.py"')
    with pytest.raises(BadInput, match="plugins is no list of names"):
        named(wrong.workspace)


def test_an_installed_package_brings_plugins(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(EXAMPLE / "mine.py", tmp_path / "installed_plugin.py")
    about = tmp_path / "brings-0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: brings\nVersion: 0.1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[rechenmacht.plugins]\nrepair = installed_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    found = of(extended(workspace(base, tmp_path / "w", "", '["repair"]')))
    assert [name for name, _ in found.order if name == "repair"] == ["repair"]
    assert found.files[0][0] == "repair"


def test_the_order_is_that_of_registration() -> None:
    def act(*_given: object) -> dict[str, object]:
        return {}

    one, two = (Acting(Mechanism(name, "market", (), (), act, act), name) for name in ("one", "two"))
    after = Acting(Mechanism("three", "one", (), (), act, act), "three")
    names = [name for name, _ in Added((one, two, after)).order]
    at = names.index("market")
    assert names[at : at + 5] == ["market", "one", "two", "three", "uptake"]


@pytest.mark.parametrize("command", [["model", "export"], ["sweep", "x.toml", "--out", "o"]])
def test_what_is_of_the_shipped_model_says_so(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--workspace", str(EXAMPLE), "--plugins", *command]) == 2
    assert "without plug-ins: leave them out (--no-plugins)" in capsys.readouterr().err


def test_data_alone_brings_a_chip_and_a_firm() -> None:
    mine = rm.open(EXAMPLE, plugins=False)
    assert mine.rules.classify("Example One", to="DE").on
    train = mine.engine.train(system="1024x Example One", model="llama3-70b")
    assert "Example One" in repr(train)
    assert mine.fact("Example One", "tdp").value == 700
