"""Scenario files: what is wrong with one is refused by name, before anything runs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest

from rechenmacht import scenario
from rechenmacht.domains.race.step import NAMES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.sample import Shifted

HEAD = """id = "mine"
[title]
en = "Mine"
de = "Meins"
[question]
en = "What if?"
de = "Was wäre, wenn?"
"""
PRIOR = '[prior."capital.growth_long"]\nlow = 0.0\nmid = 0.1\nhigh = 0.2\nreason = "slower"\n'
LEVER = '[[lever]]\nname = "deployment.retirement"\nat = "2027-07"\nvalue = 0.2\nreason = "shorter lives"\n'
EXPECT = '[[expect]]\nvariable = "installed|h100e_8bit"\nregion = "World"\nat = "2030-Q4"\nsign = "lower"\n'


def prepared(folder: Path, base: Base, text: str) -> scenario.Setup:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return scenario.prepare(base, scenario.find(base, str(path)), NAMES)


def test_a_whole_scenario(tmp_path: Path, base: Base) -> None:
    setup = prepared(tmp_path, base, f'off = ["deployment"]\n{HEAD}{PRIOR}{LEVER}{EXPECT}')
    changed = {p.name: p for p in setup.parameters}["capital.growth_long"]
    assert (changed.low, changed.mid, changed.high, changed.note) == (0.0, 0.1, 0.2, "slower")
    assert setup.levers == {"deployment.retirement": (("2027-Q3", 0.2),)}
    assert setup.scenario.off == ("deployment",)


def test_all_else_stays_as_in_the_reference(tmp_path: Path, base: Base) -> None:
    mine = prepared(tmp_path, base, HEAD + PRIOR).parameters
    reference = scenario.prepare(base, scenario.find(base, "reference"), NAMES).parameters
    assert [p.name for p in mine] == [p.name for p in reference]
    assert [p.name for p, q in zip(mine, reference, strict=True) if p != q] == ["capital.growth_long"]


def test_levers_of_one_parameter_act_in_the_order_of_time(tmp_path: Path, base: Base) -> None:
    later = LEVER.replace("2027-07", "2029").replace("0.2", "0.1")
    setup = prepared(tmp_path, base, HEAD + later + LEVER)
    assert setup.levers["deployment.retirement"] == (("2027-Q3", 0.2), ("2029-Q4", 0.1))


def test_bounds_are_declared_for_every_parameter_of_the_race_and_hold_its_prior(base: Base) -> None:
    share = base.parameters["deployment.chinese_export_share"]
    assert scenario.bounds(share) == (0.0, 1.0)
    for p in base.parameters.values():
        if p.mechanism in NAMES:
            assert any(fnmatchcase(p.name, name) for name in scenario.declared()), p.name
            low, high = scenario.bounds(p)
            assert low <= p.low <= p.high <= high, p.name
            # A fall of capacity is a question too.
            fitting = [name for name in scenario.declared() if fnmatchcase(p.name, name)]
            assert (low, high) == scenario.declared()[max(fitting, key=len)], p.name  # the longest name that fits
    assert scenario.bounds(base.parameters["production.capacity_growth.wafers_n3"])[0] < -1


def test_a_lever_with_an_end_goes_back_over_its_recovery(tmp_path: Path, base: Base) -> None:
    outage = """
[[lever]]
name = "production.outage.wafers_n3"
at = "2027-Q3"
until = "2027-Q4"
recovery = 3
value = 0.8
reason = "blockade"
"""
    found = prepared(tmp_path, base, HEAD + outage).levers["production.outage.wafers_n3"]
    # 0.8 for two quarters, then 3 / 4, 2 / 4 and 1 / 4 of it, then nothing
    assert [q for q, _ in found] == ["2027-Q3", "2028-Q1", "2028-Q2", "2028-Q3", "2028-Q4"]
    assert [v for _, v in found] == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0])


def test_a_setting_may_have_an_end(base: Base) -> None:
    found = scenario.with_settings(
        scenario.find(base, "reference"), ["production.outage.wafers_n3=0.8@2027Q1..2027Q4"], "2026-Q3"
    )
    assert scenario.prepare(base, found, NAMES).levers["production.outage.wafers_n3"] == (
        ("2027-Q1", 0.8),
        ("2028-Q1", 0.0),
    )


FAULTS = (
    (HEAD + PRIOR.replace("growth_long", "growth_lon"), "'capital.growth_lon'; did you mean capital.growth_long"),
    (HEAD + LEVER.replace("retirement", "retirment"), "'deployment.retirment'; did you mean deployment.retirement"),
    (HEAD + LEVER.replace("0.2", "-0.2"), "-0.2 1/year is outside 0.001 to"),
    (HEAD + PRIOR.replace("high = 0.2", "high = 200"), "200 1/year is outside"),
    (HEAD + LEVER + 'until = "2028"\n', "only a parameter that is the same in all draws can go back"),
    (HEAD + LEVER + "recovery = 2\n", "a recovery needs an end"),
    (HEAD + LEVER.replace("deployment.retirement", "capital.fall.us") + 'until = "2020"\n', "ends in 2020-Q4, before"),
    (HEAD + PRIOR.replace("mid = 0.1", "mid = 0.3"), "capital.growth_long: low, mid and high are not in order"),
    (f'off = ["deploiment"]\n{HEAD}', "no mechanism 'deploiment'; did you mean deployment"),
    (HEAD + LEVER.replace('at = "2027-07"', 'at = "soon"'), "deployment.retirement: 'soon' is no date"),
    (HEAD + PRIOR + 'claims = ["org.nobody.1"]\n', "no claim 'org.nobody.1'"),
    (HEAD + LEVER + 'claims = ["org.nobody.1"]\n', "no claim 'org.nobody.1'"),
    (HEAD + LEVER.replace("deployment.retirement", "evidence.half_life"), "'evidence.half_life'"),
    (HEAD + PRIOR.replace("capital.growth_long", "evidence.half_life"), "'evidence.half_life'"),
    ("colour = 1\n" + HEAD, "mine.toml: colour: extra inputs are not permitted"),
    (HEAD + PRIOR + "colour = 1\n", "mine.toml: prior.capital.growth_long.colour: extra inputs"),
    (HEAD.replace('de = "Meins"\n', ""), "mine.toml: title.de: field required"),
    (HEAD.replace('"Mine"', '""'), "mine.toml: title.en: string should have at least 1 character"),
    (HEAD + PRIOR.replace('reason = "slower"\n', ""), "mine.toml: prior.capital.growth_long.reason: field required"),
    (HEAD + PRIOR.replace("0.1", '"much"'), "mine.toml: prior.capital.growth_long.mid: "),
    (HEAD + PRIOR.replace("0.1", "nan"), "mine.toml: prior.capital.growth_long.mid: input should be a finite number"),
    (HEAD + LEVER.replace("0.2", "inf"), "mine.toml: lever.0.value: input should be a finite number"),
    (HEAD + EXPECT.replace("lower", "best"), "mine.toml: expect.0.sign: "),
    (HEAD.replace("mine", "other", 1), "mine.toml: id 'other' differs from the file's name"),
    (HEAD.replace("mine", "My Scenario", 1), "mine.toml: id: string should match pattern"),
    ("id = mine", "mine.toml: "),
    ("", "mine.toml: id: field required"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), FAULTS)
def test_a_wrong_scenario_is_refused_by_name(tmp_path: Path, base: Base, text: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        prepared(tmp_path, base, text)
    assert reason in str(caught.value)


def test_an_unknown_scenario_names_the_nearest(base: Base, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no scenario 'refrence'; did you mean reference"):
        scenario.find(base, "refrence")
    with pytest.raises(BadInput, match="'ascend_supercluster' is now two: million_ascends"):
        scenario.find(base, "ascend_supercluster")
    with pytest.raises(BadInput, match="no scenario"):
        scenario.find(base, str(tmp_path / "none.toml"))
    with pytest.raises(BadInput, match="no scenario"):
        scenario.find(base, str(tmp_path))


def test_a_workspaces_scenario_wins_over_the_shipped_one(base: Base, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    own = HEAD.replace("mine", "reference", 1)
    (tmp_path / "scenarios" / "reference.toml").write_text(own, encoding="utf-8")
    mine = Base(base.tables, tmp_path)
    assert scenario.find(mine, "reference").title.en == "Mine"
    assert next(iter(scenario.available(mine))) == "reference"


def test_the_shipped_scenarios_hold_together(base: Base) -> None:
    found = [scenario.read(path) for path in scenario.available(base).values()]
    assert found[0].id == "reference"
    assert len(found) >= 3
    for one in found:
        scenario.prepare(base, one, NAMES)
        assert one.id == "reference" or one.expect, f"{one.id} expects nothing"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a", "write NAME=VALUE"), ("a=x", "'x' is no finite number"), ("a=inf", "no finite")],
)
def test_a_setting_that_cannot_be_read_says_what_is_wrong_with_it(base, text, reason):
    reference = scenario.read(scenario.available(base)["reference"])
    with pytest.raises(BadInput, match=reason):
        scenario.with_settings(reference, [text], "2026-Q1")
    moved = scenario.with_settings(reference, ["a.b=0.5@2027q1", "c=2"], "2026-Q1").lever[-2:]
    assert [(one.name, one.at, one.value) for one in moved] == [("a.b", "2027-Q1", 0.5), ("c", "2026-Q1", 2.0)]


def test_a_shift_moves_the_whole_range_to_a_new_median() -> None:
    """Shares by the logit: 0.2 -> 0.5 adds log(4) to each; so 0.5 becomes 4/5 and 0.0588 (1/17) becomes 1/5."""
    draws = np.array([1 / 17, 0.2, 0.5])
    assert Shifted(0.5, 0.2, "share", 0.0).of(draws) == pytest.approx([0.2, 0.5, 0.8])
    assert Shifted(0.0, 0.2, "share", 0.0).of(draws).tolist() == [0.0, 0.0, 0.0]
    assert Shifted(3.0, 2.0, "year", 0.0).of(np.array([1.0, 2.0, 4.0])).tolist() == [1.5, 3.0, 6.0]
    assert Shifted(-0.1, 0.2, "1/year", -2.0).of(np.array([0.1, 0.2])) == pytest.approx([-0.2, -0.1])


def test_a_shift_is_a_setting_of_its_own(base: Base) -> None:
    reference = scenario.find(base, "reference")
    found = scenario.with_settings(reference, [], "2026-Q3", ["export_controls.smuggled_share=0.003@2027Q1"])
    setup = scenario.prepare(base, found, NAMES)
    ((at, value),) = setup.levers["export_controls.smuggled_share"]
    assert (at, float(value), isinstance(value, Shifted)) == ("2027-Q1", 0.003, True)
    with pytest.raises(BadInput, match="only a parameter that differs between draws"):
        fixed = next(name for name, one in base.parameters.items() if name.startswith("production.outage"))
        scenario.prepare(base, scenario.with_settings(reference, [], "2026-Q3", [f"{fixed}=0.5"]), NAMES)
