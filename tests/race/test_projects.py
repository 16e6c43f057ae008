"""Dividing power among projects: worked cases, the conditions of an optimum, bad files."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from typer.testing import CliRunner

from rechenmacht.domains.race import project_file, projects
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.app import app

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "projects.csv"
HEAD = "project,kind,value_low,value_mid,value_high,gw_scale,gw_min,gw_max\n"


def one(name: str, value: float, scale: float, least: float = 0.0, most: float = 100.0, kind: str = "training"):
    return projects.Project(
        project=name,
        kind=kind,
        value_low=value,
        value_mid=value,
        value_high=value,
        gw_scale=scale,
        gw_min=least,
        gw_max=most,
    )


def test_worked_case_two_alike_share_evenly_and_the_price_is_the_slope() -> None:
    found = projects.divide([one("a", 10, 2), one("b", 10, 2)], 4.0)
    # 2 GW each; one more is worth 10 / 2 * exp(-2 / 2) = 5 * 0.367879 = 1.8394 a GW
    assert found.gw == pytest.approx([2.0, 2.0])
    assert found.price == pytest.approx(1.8394, rel=1e-4)


def test_worked_case_the_steeper_comes_first() -> None:
    found = projects.divide([one("steep", 10, 1), one("flat", 10, 10)], 1.0)
    # slopes 10 and 1: the steep one is filled until 10 * exp(-x) = 1, x = ln 10 = 2.30 > 1 GW
    assert found.gw == pytest.approx([1.0, 0.0], abs=1e-9)


def test_worked_case_a_least_size_that_does_not_pay() -> None:
    found = projects.divide([one("a", 10, 1), one("big", 12, 4, least=4)], 4.0)
    # all of 4 GW for `big`: 12 * (1 - exp(-1)) = 7.59; all for `a`: 10 * (1 - exp(-4)) = 9.82
    assert found.gw == pytest.approx([4.0, 0.0], abs=1e-9)
    assert found.total == pytest.approx(9.817, rel=1e-3)
    assert found.bound >= found.total


def test_what_nobody_can_use_is_left_over() -> None:
    found = projects.divide([one("a", 10, 1, most=2.0)], 5.0)
    assert found.gw == pytest.approx([2.0])
    assert found.price == 0.0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 5), st.floats(0.1, 6)), min_size=2, max_size=6),
    st.floats(0.2, 8),
)
def test_the_conditions_of_an_optimum_hold_and_no_solver_finds_better(rows, gw: float) -> None:
    listed = [one(str(i), v, s, most=m) for i, (v, s, m) in enumerate(rows)]
    found = projects.divide(listed, gw)
    value, scale, most = (np.array(column) for column in zip(*rows, strict=True))
    assert found.gw.sum() == pytest.approx(min(gw, most.sum()), rel=1e-6)
    slope = value / scale * np.exp(-found.gw / scale)
    inside = (found.gw > 1e-6) & (found.gw < most - 1e-6)
    assert slope[inside] == pytest.approx(np.full(inside.sum(), found.price), rel=1e-5)
    assert (slope[found.gw <= 1e-6] <= found.price * (1 + 1e-6)).all()
    other = minimize(
        lambda x: -(value * (1 - np.exp(-x / scale))).sum(),
        np.minimum(most, gw / len(rows)),
        bounds=[(0, m) for m in most],
        constraints=[{"type": "ineq", "fun": lambda x: gw - x.sum()}],
    )
    assert found.total >= -other.fun - 1e-4 * max(1.0, -other.fun)


def test_every_choice_of_projects_is_tried() -> None:
    listed = project_file.read(EXAMPLE)
    found = projects.divide(listed, 3.0)
    best = 0.0
    for choice in product((False, True), repeat=len(listed)):
        chosen = [p for p, yes in zip(listed, choice, strict=True) if yes]
        if chosen and sum(p.gw_min for p in chosen) <= 3.0:
            value, scale, least, most = (
                np.array([getattr(p, n) for p in chosen])[:, None]
                for n in ("value_mid", "gw_scale", "gw_min", "gw_max")
            )
            x, _ = projects.fill(value, scale, least, most, 3.0)
            best = max(best, float(projects.worth(x, value, scale).sum()))
    assert found.total == pytest.approx(best)
    assert all(x <= 1e-9 or x >= p.gw_min - 1e-9 for x, p in zip(found.gw, listed, strict=True))


def test_more_power_never_brings_less_and_more_weight_never_less_public_value() -> None:
    listed = project_file.read(EXAMPLE)
    values = [value for _, value, _ in projects.curve(listed, 5.0)]
    assert values == sorted(values)
    public = [value for _, _, value in projects.trade_off(listed, 5.0)]
    assert public == pytest.approx(sorted(public))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD, "no projects"),
        (HEAD + "a,training,3,2,4,1,0,1\n", "row 2: value error, value_low, value_mid and value_high are not in order"),
        (HEAD + "a,training,1,2,4,0,0,1\n", "row 2: gw_scale: input should be greater than 0"),
        (HEAD + "a,training,1,2,4,1,2,1\n", "row 2: value error, gw_min is above gw_max"),
        (HEAD + "a,fun,1,2,4,1,0,1\n", "row 2: kind: input should be"),
        (HEAD + "a,training,1,2,4,1,0,1\na,training,1,2,4,1,0,1\n", "project 'a' stands twice"),
        ("project\na\n", "row 2: kind: field required"),
    ],
)
def test_a_wrong_file_is_refused_by_row(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        project_file.read(path)
    assert reason in str(caught.value)


def test_too_many_choices_are_refused() -> None:
    with pytest.raises(BadInput, match="at most 16 projects"):
        projects.divide([one(str(i), 1, 1, least=0.1) for i in range(17)], 5.0)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_command_answers_in_both_languages(lang: str) -> None:
    done = CliRunner().invoke(app, ["allocate", "--gw", "10", "--projects", str(EXAMPLE), "--lang", lang])
    assert done.exit_code == 0
    assert ("One more GW" if lang == "en" else "Ein weiteres GW") in done.stdout


def test_the_command_in_json() -> None:
    done = CliRunner().invoke(app, ["allocate", "--gw", "10", "--projects", str(EXAMPLE), "--json"])
    found = json.loads(done.stdout)
    assert sum(p["gw"] for p in found["projects"]) == pytest.approx(10)
    assert found["bound"] >= found["value"]


def test_the_order_is_surer_where_values_are() -> None:
    sure = [one("a", 10, 1), one("b", 1, 1)]
    funded, bands = projects.robustness(sure, 1.0, 200, 1)
    assert funded.tolist() == [1.0, 0.0]
    assert bands.shape == (2, 3)
