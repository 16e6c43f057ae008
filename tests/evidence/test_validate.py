"""Every refusal of the fact base: one fault in an otherwise whole base gives one sentence with file, row and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_base
from small_base import CLAIMS, CORRECTIONS, DEALS, ENTITIES, HISTORY, ONE_CLAIM, PARAMETERS, QUANTITIES, RULES, SOURCES

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, gather, load

POWER = "site.hill.power.2025.1,site:hill,power,,90,,MW,2025-01,news,,reported,secondary,\n"
DEAL = "d1,,2025-01-01,org:acme,bloc:us,equity,,,contract,,,,,,,,,signed,,news,,secondary,\n"
RULE = "r1,control,2022-10-07,2022-10-21,2023-11-16,*,,,,,chip,tpp>=4800,LIC,,,,,,,paper,,primary,,US,,\n"
PRIOR = "race.x,race,,1,2,3,1,{distribution},{basis},{claims},a note\n"
SERIES = "org:acme,made,2024,90,100,110,count,paper,table 1,measured,primary,\n"


def faults(folder: Path, **tables: str) -> list[str]:
    _, problems = gather(shipped=small_base.make(folder / "base", **tables))
    return [str(problem).removeprefix("base/") for problem in problems]


def test_the_small_base_has_no_fault(tmp_path: Path) -> None:
    tables = {"claims": CLAIMS + ONE_CLAIM + POWER, "history": HISTORY + SERIES, "deals": DEALS + DEAL}
    tables |= {"rules": RULES + RULE, "corrections": CORRECTIONS}
    tables["parameters"] = PARAMETERS + PRIOR.format(distribution="normal", basis="estimated", claims="chip.one.peak.1")
    assert faults(tmp_path, **tables) == []


def test_the_shipped_base_has_no_fault(base: Base) -> None:
    assert len(base.tables.claims) >= 1500
    assert len(base.tables.sources) >= 250


CLAIM_FAULTS = (
    ("1000,", "1e9,", "value 1e+09 TFLOP/s is outside the bounds of peak, 0.001 to 1e+06"),
    ("1000,", "0,", "value 0 TFLOP/s is outside the bounds of peak"),
    ("TFLOP/s", "PFLOP/s", "unit 'PFLOP/s' where peak is kept in 'TFLOP/s'"),
    ("chip:one", "chip:two", "subject 'chip:two' is not in entities.csv; did you mean chip:one"),
    (",peak,", ",peek,", "quantity 'peek' is not in quantities.csv; did you mean peak"),
    (",sheet,", ",shet,", "source 'shet' is not in sources.csv; did you mean sheet"),
    (",sheet,", ",,", "source is missing"),
    ("specified", "guessed", "basis 'guessed' is none of measured, specified"),
    ("primary", "good", "grade 'good' is none of primary, secondary, unverified"),
    (",1000,", ",,", "none of low, value and high is given"),
    (",,1000,,", ",1001,1000,,", "low 1001 is above value 1000"),
    (",,1000,,", ",,1000,999,", "value 1000 is above high 999"),
    (",,1000,,", ",5,,4,", "low 5 is above high 4"),
    (",2024,", ",2024-13,", "date '2024-13' is no day of the calendar"),
    (",2024,", ",2024-02-30,", "date '2024-02-30' is no day of the calendar"),
    (",2024,", ",2024-Q5,", "date '2024-Q5' is no date"),
    (",2024,", ",,", "date '' is no date"),
    ("specified", "measured", "a measured figure for 2024, but sheet was published 2024-01-15"),
    (",sheet,", ",memory,", "grade 'primary' where the source is a recollection (must be unverified)"),
    (",sheet,", ",site-only,", "grade 'primary' where source site-only names no page (must be unverified)"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason"), CLAIM_FAULTS)
def test_a_claim_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    row = ONE_CLAIM.replace(old, new)
    if new == "measured":  # the period of the claim must begin after the publication
        row = row.replace(",2024,", ",2024-03,")
        reason = reason.replace("for 2024,", "for 2024-03,")
    found = faults(tmp_path, claims=CLAIMS + POWER + row)
    assert found[0].startswith(f"claims/all.csv row 3: {reason}")
    assert len(found) == 1


def test_a_forecast_may_be_about_the_time_after_its_publication(tmp_path: Path) -> None:
    row = ONE_CLAIM.replace("chip:one,peak", "org:acme,made").replace("TFLOP/s,2024", "count,2030")
    for basis in ("forecast", "target", "judgement"):
        assert faults(tmp_path / basis, claims=CLAIMS + row.replace("specified", basis)) == []


def test_repeats_are_refused_over_all_files(tmp_path: Path) -> None:
    again = ONE_CLAIM.replace(",1000,", ",1001,")
    found = faults(tmp_path, claims=CLAIMS + ONE_CLAIM + again)
    assert found == [
        "claims/all.csv row 3: id stands already in base/claims/all.csv row 2",
        "claims/all.csv row 3: the same source already says this in base/claims/all.csv row 2",
    ]
    folder = small_base.make(tmp_path / "two")
    (folder / "claims" / "more.csv").write_text(CLAIMS + again.replace("peak.1", "peak.2"), encoding="utf-8")
    _, problems = gather(shipped=folder)
    said = "two/claims/more.csv row 2: the same source already says this in two/claims/all.csv row 2"
    assert [str(problem) for problem in problems] == [said]


def test_a_series_may_not_repeat_a_period_of_the_same_source(tmp_path: Path) -> None:
    found = faults(tmp_path, history=HISTORY + SERIES + SERIES)
    assert found == ["history/all.csv row 3: the same source already says this in base/history/all.csv row 2"]
    broken = SERIES.replace("90,100", "101,100")
    assert faults(tmp_path / "b", history=HISTORY + broken) == ["history/all.csv row 2: low 101 is above value 100"]


LIST_FAULTS = (
    ("quantities", QUANTITIES, "power,MW", "power,", "quantities.csv row 3: unit is missing"),
    ("quantities", QUANTITIES, "0.001,1000000", "1000000,0.001", "quantities.csv row 2: low 1e+06 is not below high 0.001"),
    ("quantities", QUANTITIES, "static", "now", "quantities.csv row 2: period 'now' is none of"),
    ("quantities", QUANTITIES, "8bit", "7bit", "quantities.csv row 2: compute_basis '7bit' is none of"),
    ("quantities", QUANTITIES, "Spitzenrate.", "", "quantities.csv row 2: meaning_de is missing"),
    ("quantities", QUANTITIES, "balance", "power", "quantities.csv row 6: id 'power' stands already in row 3"),
    ("entities", ENTITIES, "site:hill", "place:hill", "entities.csv row 5: id 'place:hill' must be lower case and begin"),
    ("entities", ENTITIES, "site:hill", "site:Hill", "entities.csv row 5: id 'site:Hill' must be lower case"),
    ("entities", ENTITIES, "Hügel", "", "entities.csv row 5: a name is missing"),
    ("entities", ENTITIES, "2024-Q1,2025", "2024-Q1,2023", "entities.csv row 4: end 2023 lies before start 2024-Q1"),
    ("entities", ENTITIES, "us,org:acme,,", "us,org:acne,,", "entities.csv row 5: parent 'org:acne' is no entity; did you"),
    ("entities", ENTITIES, "Hügel,,,us", "Hügel,,,mars", "entities.csv row 5: bloc 'mars' is none of the blocs"),
    ("entities", ENTITIES, "site:hill,site", "org:acme,org", "entities.csv row 5: id 'org:acme' stands already in row 3"),
    ("sources", SOURCES, "2024-06,2026-01", "2026-02,2026-01", "sources.csv row 4: published 2026-02 lies after accessed"),
    ("sources", SOURCES, ",paper,", ",rumour,", "sources.csv row 4: class 'rumour' is none of"),
    ("sources", SOURCES, "doi:10.1/x", "", "sources.csv row 4: address is missing"),
    ("sources", SOURCES, "CC-BY-4.0", "", "sources.csv row 4: licence is missing"),
    ("sources", SOURCES, "site-only,A", "news,A", "sources.csv row 6: id 'news' stands already in row 5"),
)  # fmt: skip


@pytest.mark.parametrize(("table", "text", "old", "new", "reason"), LIST_FAULTS)
def test_a_code_list_is_refused(tmp_path: Path, table: str, text: str, old: str, new: str, reason: str) -> None:
    found = faults(tmp_path, **{table: text.replace(old, new)}, claims=CLAIMS)
    assert any(fault.startswith(reason) for fault in found), found


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"distribution": "cauchy"}, "distribution 'cauchy' is none of"),
        ({"claims": ""}, "race.x has no claims and does not say judgement"),
        ({"claims": "chip.one.peek.1"}, "race.x: claim 'chip.one.peek.1' does not exist; did you mean chip.one.peak.1"),
        ({"old": "1,2,3", "new": "1,4,3"}, "race.x: low, mid, high are not in order (1, 4, 3)"),
        ({"old": "1,2,3", "new": "0,2,3", "distribution": "lognormal"}, "race.x: a lognormal needs low above 0, not 0"),
        ({"distribution": "logitnormal"}, "race.x: a logitnormal needs values between 0 and 1"),
    ],
)
def test_a_parameter_is_refused(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    words = {"distribution": "triangular", "basis": "estimated", "claims": "chip.one.peak.1"}
    row = PRIOR.format(**(words | {k: v for k, v in change.items() if k in words}))
    found = faults(tmp_path, parameters=PARAMETERS + row.replace(change.get("old", "?"), change.get("new", "?")))
    assert len(found) == 1
    assert found[0].startswith(f"parameters/own.csv row 2: {reason}")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("org:acme", "org:acne", "payer 'org:acne' is unknown; did you mean org:acme"),
        ("bloc:us", "bloc:mars", "payee 'bloc:mars' is unknown"),
        (",news,", ",nws,", "source 'nws' is unknown; did you mean news"),
        ("signed,,", "signed,d1,", "d1 supersedes itself"),
        ("signed,,", "signed,d9,", "superseded_by 'd9' is no deal"),
        ("2025-01-01", "soon", "date 'soon' is no date"),
    ],
)
def test_a_deal_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    found = faults(tmp_path, deals=DEALS + DEAL.replace(old, new))
    assert found[0].startswith(f"deals.csv row 2: {reason}")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",paper,", ",papr,", "source 'papr' is not in sources.csv; did you mean paper"),
        ("2022-10-21", "later", "effective_from 'later' is no date"),
        ("2023-11-16", "2022-01-01", "effective_to 2022-01-01 lies before effective_from 2022-10-21"),
    ],
)
def test_a_rule_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    found = faults(tmp_path, rules=RULES + RULE.replace(old, new))
    assert found[0].startswith(f"rules/rules.csv row 2: {reason}")


def test_loading_stops_at_the_first_fault_and_counts_the_others(tmp_path: Path) -> None:
    rows = ONE_CLAIM.replace("TFLOP/s", "GHz") + POWER.replace("site:hill", "site:hull")
    with pytest.raises(BadInput, match=r"base/claims/all.csv row 2: unit 'GHz' .* \(and 1 more: rechenmacht facts"):
        load(shipped=small_base.make(tmp_path / "base", claims=CLAIMS + rows))


def test_a_workspace_lays_claims_over_the_base_and_can_set_one_aside(tmp_path: Path) -> None:
    shipped, mine = small_base.make(tmp_path / "base"), tmp_path / "mine"
    (mine / "claims").mkdir(parents=True)
    (mine / "rechenmacht.toml").touch()
    own = ONE_CLAIM.replace("peak.1", "peak.2").replace(",sheet,", ",paper,")
    (mine / "claims" / "mine.csv").write_text(CLAIMS + own, encoding="utf-8")
    (mine / "overrides.csv").write_text("claim,reason\nchip.one.peak.1,measured anew\n", encoding="utf-8")
    base = load(mine, shipped)
    assert [claim.id for claim in base.tables.claims] == ["chip.one.peak.2"]
    assert [claim.id for claim in base.about["chip:one", "peak"]] == ["chip.one.peak.2"]
    assert "chip.one.peak.1" in base.claims  # still there to be named
    (mine / "overrides.csv").write_text("claim,reason\nchip.one.peak.7,typo\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine/overrides.csv row 2: there is no claim 'chip.one.peak.7' to set aside"):
        load(mine, shipped)
    with pytest.raises(BadInput, match="is no workspace"):
        load(tmp_path, shipped)
