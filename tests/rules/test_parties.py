"""End users, purposes, systems, law that is not enforced, and what a country that goods leave asks besides."""

import json
from pathlib import Path

import pytest

from rechenmacht.domains.rules import chips, propose
from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.explain import explain
from rechenmacht.domains.rules.parties import applied, consolidated, look_up
from rechenmacht.errors import BadInput


def asked(facts, rules, name, day, to, **more):
    one = chips.chip(facts, name)
    return explain(rules, chips.cases_of([one], [{**chips.row_of(one, day, to), **more}], rules))


def test_a_listed_party_needs_a_licence_from_its_day_on(facts, rules) -> None:
    inspur = "Inspur Electronic Information Industry"
    assert look_up(rules.parties, inspur, "2025-04-01").properties == {"entity_listed": "1"} | (
        {"footnote_4": "1"} if "footnote_4" in look_up(rules.parties, inspur, "2025-04-01").properties else {}
    )
    assert not look_up(rules.parties, inspur, "2014-12-31").rows
    row = {"case_id": "1", "subject": "chip", "date": "2025-04-01", "dest": "CN", "party": inspur, "tpp": "100",
           "datacenter": "0", "io_bw": "0", "dram_bw": "0", "vendor": "NVIDIA"}  # fmt: skip
    cases = applied(rules.parties, from_rows([row, {**row, "party": "Nobody of that name"}], rules.places))
    result = classify(rules, cases)
    assert [result.outcome(0), result.outcome(1)] == ["LIC_PD", "NLR"]


def test_a_name_that_only_begins_alike_is_shown_and_not_applied(rules) -> None:
    found = look_up(rules.parties, "Inspur", "2026-01-01")
    assert not found.rows and found.possible and not found.properties


def test_huawei_carries_footnote_1(rules) -> None:
    assert "footnote_1" in look_up(rules.parties, "Huawei", "2020-01-01").properties


@pytest.mark.parametrize(
    ("day", "to", "given", "outcome"),
    [
        ("2026-03-01", "MY", {"entity_listed": "1"}, "LIC_PD"),
        ("2025-10-15", "MY", {"owner_listed_share": "0.5"}, "LIC"), ("2025-10-15", "MY", {"owner_listed_share": "0.49"}, "NLR"),
        ("2025-11-10", "MY", {"owner_listed_share": "0.5"}, "NLR"),  # suspended for a year
        ("2024-06-01", "VE", {"military": "1"}, "LIC_PD"), ("2024-06-01", "MY", {"military": "1"}, "NLR"),
        ("2024-06-01", "CN", {"supercomputer_use": "1"}, "LIC_PD"), ("2024-06-01", "MY", {"supercomputer_use": "1"}, "NLR"),
    ],
)  # fmt: skip
def test_who_and_what_for(facts, rules, day, to, given, outcome) -> None:
    assert asked(facts, rules, "T4", day, to, **given).outcome == outcome


def test_both_lines_of_the_diffusion_rule(facts, rules) -> None:
    found = asked(facts, rules, "H100", "2025-06-01", "CH")
    assert found.outcome == "NLR" and found.on_the_books[0].rule.id == "D2025-3A090A"
    assert not asked(facts, rules, "H100", "2025-05-14", "CH").on_the_books


def test_the_emirates_after_their_rule(facts, rules) -> None:
    found = asked(facts, rules, "GB300", "2026-08-01", "AE")
    assert found.outcome == "LIC_PA" and [one.rule.id for one in found.fired] == ["R2026-UAE-A"]
    assert asked(facts, rules, "GB300", "2026-08-01", "AE", approved_recipient="1").outcome == "NLR"
    assert asked(facts, rules, "GB300", "2026-08-01", "AE", hq="CN").outcome == "LIC_PD"


def test_a_system_is_classified_by_its_chip(facts, rules) -> None:
    assert chips.chip(facts, "gb200-nvl72").id == "chip:gb200" and chips.is_system(facts, "gb200-nvl72")
    assert asked(facts, rules, "gb200-nvl72", "2026-02-01", "CN", subject="system").outcome == "LIC_PD"


@pytest.mark.parametrize("name", ["h100-sxm", "TPU v7 Ironwood", "RTX PRO 6000 Blackwell Server Edition", "B30A"])
def test_names_without_prefix_or_maker(facts, name) -> None:
    assert chips.chip(facts, name).id.startswith("chip:")


def test_a_chinese_chip_in_china_is_a_transfer(facts, rules) -> None:
    row = chips.row_of(chips.chip(facts, "Ascend 910C"), "2026-03-01", "CN")
    assert row["role"] == "transfer"
    assert asked(facts, rules, "Ascend 910C", "2026-03-01", "CN").outcome == "LIC_PD"


def test_exceptions_by_place_and_day(facts, rules) -> None:
    assert asked(facts, rules, "RTX 4090", "2024-06-01", "CN").exception == "NAC"
    assert asked(facts, rules, "RTX 4090", "2024-06-01", "VN").exception == "ACA"
    assert asked(facts, rules, "RTX 4090", "2024-06-01", "DE").exception == ""


def test_the_cliff_of_authorised_designers(ask) -> None:
    order = {"subject": "foundry", "node_nm": 5, "nonplanar": 1, "transistors_bn": 90, "has_hbm": 1, "pack_ok": 0,
             "designer_approved": 0, "datacenter": 0, "role": "foundry"}  # fmt: skip
    assert ask("2026-12-31", **order, designer_authorised=1) == "NLR"
    assert ask("2027-01-01", **order, designer_authorised=1) == "LIC_PD"
    assert ask("2027-01-01", **order, designer_authorised=1, designer_applied=1) == "NLR"
    assert ask("2027-01-01", **{**order, "designer_approved": 1}) == "NLR"


def test_tools_by_eccn(rules) -> None:
    def outcome(eccn: str, to: str) -> str:
        row = {"case_id": "1", "subject": "tool", "date": "2025-06-01", "dest": to, "chip": eccn}
        return classify(rules, from_rows([row], rules.places)).outcome(0)

    assert outcome("3B001.f.1", "CN") == "LIC_PD" and outcome("3B001.f.1", "DE") == "NLR"
    assert outcome("3B001", "CN") == "UNDETERMINED"  # the heading alone does not say which paragraph
    assert outcome("3B001.c.1.a", "DE") == "LIC"


def test_a_bill_can_be_run_as_a_rule(facts, rules) -> None:
    after = propose.with_rules(rules, propose.bill(facts, "BILL-FULL-BAN"))
    caught = propose.changes(rules, after, chips.catalogue(facts), "CN", "2026-03-01")
    assert {one.chip.id: one.after for one in caught}["chip:h200-sxm"] == "LIC_PD"
    assert propose.bill(facts, "R2026-CBC") is None


def test_the_published_list_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "consolidated.json"
    entry = {"name": "Example Chips Co., Ltd.", "alt_names": ["EXC"], "source": "Entity List (EL) - Bureau of Industry and Security",
             "addresses": [{"country": "CN"}], "start_date": "2024-12-05", "federal_register_notice": "89 FR 96830",
             "license_requirement": "For all items subject to the EAR. (See §§ 734.9(e) and 744.11 of the EAR)4"}  # fmt: skip
    path.write_text(json.dumps({"results": [entry]}))
    text = consolidated(path, "2026-07-31", "csl-2026-07-31")
    assert text.splitlines()[1].startswith('"Example Chips Co., Ltd.",EXC,EL,4,CN,2024-12-05,89 FR 96830,2026-07-31')
    path.write_text("{}")
    with pytest.raises(BadInput, match="no consolidated screening list"):
        consolidated(path, "2026-07-31", "csl-2026-07-31")
