"""Refusals of tables and rule files, each with row and column; and large tables."""

import csv
from pathlib import Path

import pytest

from rechenmacht.domains.rules import propose, ruleset
from rechenmacht.domains.rules.casefile import read_table
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, gather, load

HEAD = "case_id,subject,date,dest,hq,role,tpp,die_mm2,datacenter\n"
GOOD = "1,chip,2024-01-01,CN,,vendor,100,500,1\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "t.csv: empty"),
        ("case_id,subject,date\n", "row 1: column dest is missing"),
        (HEAD.replace("role", "tpp"), "row 1: column tpp stands twice"),
        (HEAD + GOOD + GOOD.replace("100", "many"), "row 3, column tpp: 'many' is no number"),
        (HEAD + GOOD.replace("100", "nan"), "row 2, column tpp: 'nan' is no plain number"),
        (HEAD + GOOD.replace("100", "-5"), "row 2, column tpp: -5 is outside"),
        (HEAD + GOOD.replace("500", "0"), "row 2, column die_mm2: an area or node of 0"),
        (HEAD + GOOD.replace("2024-01-01", "2024-01"), "row 2, column date: '2024-01' is no day"),
        (HEAD + GOOD.replace("2024-01-01", "2024-02-30"), "row 2, column date: '2024-02-30' is no day"),
        (HEAD + GOOD.replace("CN,", ","), "row 2, column dest: empty"),
        (HEAD + GOOD.replace("vendor", "broker"), "row 2, column role: 'broker' is none of vendor, foundry, reexporter, transfer"),
        (HEAD + GOOD.replace("chip", "chop"), "row 2, column subject: 'chop' is none of chip, system, hbm, foundry"),
        (HEAD + GOOD.replace(",1\n", ",2\n"), "row 2, column datacenter: '2' is none of 1, 0 and empty"),
        (HEAD + "1,chip,2024-01-01\n", "row 2: 3 cells where 9 are needed"),
    ],
)  # fmt: skip
def test_a_malformed_table_is_refused_with_row_and_column(tmp_path: Path, rules, text: str, says: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        read_table(path, rules.places)
    assert says in str(caught.value)


def test_lines_are_counted_as_an_editor_does(tmp_path: Path, rules) -> None:
    path = tmp_path / "t.csv"
    path.write_text(HEAD + '"1\n2",chip,2024-01-01,CN,,vendor,100,500,1\n\n' + GOOD.replace("100", "x"))
    with pytest.raises(BadInput, match="row 5, column tpp"):
        read_table(path, rules.places)


RULE = "id,condition,outcome,dest_groups\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,condition,outcome\nX,True,LIC\n", "row 1: column dest_groups is missing"),
        (RULE.replace("outcome", "outcomes") + "X,True,LIC,CN\n", "row 1: column outcome is missing; did you mean outcomes"),
        (RULE + "X,tpp>>3,LIC,CN\n", "p.csv row 2: condition: '>' stands where"),
        (RULE + "X,tpp>=3,NO,CN\n", "row 2: outcome 'NO' is none of NLR"),
        (RULE + "X,tpp>=3,LIC,D9\n", "row 2: dest_groups 'D9' is no destination or country group"),
        (RULE + "X,tpp>=3,LIC\n", "row 2: 3 cells where 4 are needed"),
        (RULE + "R2026-CBC,tpp>=3,LIC,CN\n", "row 2: id 'R2026-CBC' is taken"),
        (RULE, "no rule in it"),
        ("id,condition,outcome,dest_groups,effective_from\nX,True,LIC,CN,soon\n", "row 2: effective_from 'soon' is no date"),
        ("id,condition,outcome,dest_groups,replaces\nX,True,LIC,CN,R2026\n", "row 2: replaces 'R2026' is no rule"),
    ],
)  # fmt: skip
def test_a_malformed_proposal_is_refused_with_row(tmp_path: Path, facts: Base, rules, text: str, says: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        propose.with_rules(rules, propose.read(path.read_text(), path.name, facts))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("kind", "law", "kind 'law' is none of control"),
        ("outcome", "MAYBE", "outcome 'MAYBE' is none of NLR"),
        ("grade", "sure", "grade 'sure' is none of primary"),
        ("source", "nowhere", "source 'nowhere' is not in sources.csv"),
        ("dest_groups", "EU9", "dest_groups 'EU9' is no destination"),
        ("effective_to", "2021-01-01", "lies before effective_from"),
        ("relaxes", "R2026-CBC", "relaxes stands in a rule of kind control"),
        ("id", "R2026-CBC", "id 'R2026-CBC' stands already in row"),
    ],
)  # fmt: skip
def test_a_workspace_rule_is_checked_like_a_shipped_one(tmp_path: Path, facts: Base, column, value, says) -> None:
    row = next(r for r in _shipped() if r["id"] == "R2023-3A090B")
    (tmp_path / "rechenmacht.toml").write_text("")
    _write(tmp_path, {**row, "id": "MINE", column: value})
    _, problems = gather(tmp_path)
    assert any(says in str(one) and "rules/rules.csv row" in str(one) for one in problems), problems


def test_a_workspace_rule_counts(tmp_path: Path) -> None:
    row = next(r for r in _shipped() if r["id"] == "R2023-3A090B")
    (tmp_path / "rechenmacht.toml").write_text("")
    _write(tmp_path, {**row, "id": "MINE"})
    assert ruleset.load(load(tmp_path)).find("MINE") is not None
    _write(tmp_path, {**row, "id": "MINE", "condition": "tpp >"})
    with pytest.raises(BadInput, match="row 2: condition: 'the end' stands where"):
        ruleset.load(load(tmp_path))


def _shipped() -> list[dict[str, str]]:
    from rechenmacht.evidence.base import SHIPPED

    with (SHIPPED / "rules" / "rules.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _write(folder: Path, row: dict[str, str]) -> None:
    (folder / "rules").mkdir(exist_ok=True)
    with (folder / "rules" / "rules.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerow(row)


def test_every_threshold_stands_as_a_claim_too(facts: Base, rules) -> None:
    """A number in a condition without a claim behind it is worse than none."""
    from rechenmacht.domains.rules.grammar import And, Arith, Compare, Not, Number, Or

    def numbers(node: object) -> set[float]:
        if isinstance(node, Number):
            return {node.value}
        if isinstance(node, Compare | Arith):
            return numbers(node.left) | numbers(node.right)
        if isinstance(node, Not):
            return numbers(node.item)
        if isinstance(node, And | Or):
            return set().union(*(numbers(item) for item in node.items))
        return set()

    years = {2026.0, 2027.0, 2029.0}
    repeats = {"R2022-08-INFORMED-RU": "R2022-08-INFORMED", "R2023-08-INFORMED-ME": "R2022-08-INFORMED",
               "R2025-AFFILIATES-C": "R2025-AFFILIATES", "R2025-AFFILIATES-C2": "R2025-AFFILIATES",
               "D2025-4E091": "R2025-DIFFUSION"}  # fmt: skip
    recognised = {4800.0, 2400.0, 1.6, 1600.0, 3.2}  # the licences of 2025 repeat 3A090's thresholds
    for one in rules.rules:
        subject = f"rule:{repeats.get(one.id, one.id).lower()}"
        claimed: set[float] = set()
        for claim in facts.tables.claims:
            if claim.subject == subject:
                claimed |= {x for x in (claim.low, claim.value, claim.high) if x is not None}
        claimed |= {x / 1e9 for x in claimed}
        if one.id == "R2025-07-H20-LICENCES":
            claimed |= recognised
        if one.rule.kind in {"foreign", "bill", "reach"} or one.id.startswith(
            ("G2", "R2025-DIFFUSION", "R2026-UAE", "D20")
        ):
            claimed |= {*recognised, 5.92}  # these repeat the thresholds of 3A090
        shares = {x for x in numbers(one.condition) if f"{100 * x:g} %" in one.rule.name_en + one.rule.summary_en}
        shares |= {0.1} if "a tenth" in one.rule.summary_en else set()
        assert numbers(one.condition) - years - shares <= claimed, one.id


def test_spellings_that_spreadsheets_make_are_read(tmp_path: Path, rules) -> None:
    from rechenmacht.domains.rules.classify import classify

    path = tmp_path / "t.csv"
    path.write_text(
        "\ufeffcase_id,subject,date,dest,vendor,role,tpp,die_mm2,io_bw,dram_bw,datacenter,chip\r\n"
        '1,chip,2025-05-01,cn,NVIDIA Corporation,vendor,2368.0,814,900,4e3,1.0,"H20, 96 GB"\r\n'
    )
    cases, ignored = read_table(path, rules.places)
    assert not ignored and classify(rules, cases).outcome(0) == "LIC"
