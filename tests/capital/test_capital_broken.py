"""Deals of a workspace that cannot be: one line with file, row and reason, exit code 2."""

from __future__ import annotations

import csv
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim, Deal
from rechenmacht.evidence.validate import problems
from rechenmacht.outputs.cli import main

MINE: dict[str, Any] = {
    "id": "d900", "package": "P-X", "date": "2026-05-01", "payer": "org:openai", "payee": "org:oracle", "band": "value",
    "kind": "purchase_commitment", "amount_basis": "headline", "scope": "contract", "horizon_years": "5",
    "status": "signed", "source": "cna-openai-840bn-valuation-2026", "grade": "secondary",
}  # fmt: skip
AMOUNT: dict[str, Any] = {
    "id": "deal.d900.deal_amount.1", "subject": "deal:d900", "quantity": "deal_amount", "value": "5000000000",
    "unit": "USD", "as_of": "2026-05-01", "source": "cna-openai-840bn-valuation-2026", "basis": "reported",
    "grade": "secondary",
}  # fmt: skip
MOVED = {**AMOUNT, "id": "deal.d900.deal_paid.1", "quantity": "deal_paid"}
OTHER = {"id": "d901"}
Rows = list[dict[str, Any]]


def write(path: Path, names: list[str], rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, names)
        out.writeheader()
        out.writerows(rows)


def said(base: Base, deals: Rows, claims: Rows) -> list[str]:
    """Return what is wrong with these deals and claims beside the shipped ones."""
    added = [replace(base.tables.deals[6], **{"superseded_by": "", "start": "", "note": "", **MINE, **one}) for one in deals]  # fmt: skip
    numbers = [
        replace(base.tables.claims[0], **{**one, "value": float(one["value"]), "low": None, "high": None})
        for one in claims
    ]
    tables = replace(base.tables, deals=[*base.tables.deals, *added], claims=[*base.tables.claims, *numbers])
    return [problem.reason for problem in problems(tables) if "d90" in problem.reason]


@pytest.mark.parametrize(
    ("deals", "claims", "message"),
    [
        ([{}], [AMOUNT, {**MOVED, "value": "9e9"}], "of at most 5e+09 USD, but 9e+09 USD have moved"),
        ([{}], [AMOUNT, {**MOVED, "value": "1e9", "as_of": "2020-01-01"}], "made on 2026-05-01, but money has moved by"),
        ([{"status": "executed"}], [AMOUNT, {**MOVED, "value": "1e9"}], "executed with 5e+09 USD, but 1e+09 USD have"),
        ([{"start": "2011-01"}], [AMOUNT], "ends before it is made: start 2011-01, 5 years"),
        ([{"superseded_by": "d901"}, {**OTHER, "date": "2020"}], [AMOUNT], "superseded by d901 of 2020, which is older"),
        ([{"superseded_by": "d901"}, {**OTHER, "superseded_by": "d900"}], [AMOUNT], "d900 and d901 supersede each other"),
        (
            [{"superseded_by": "d901"}, {**OTHER, "superseded_by": "d902"}, {"id": "d902", "superseded_by": "d900"}],
            [AMOUNT], "d900 and d902 supersede each other",
        ),
        ([{}, {}], [AMOUNT], "id 'd900' stands already in"),
        ([{"superseded_by": "d901"}, {**OTHER, "date": "soon"}], [AMOUNT], "d901 says"),
    ],
)  # fmt: skip
def test_a_deal_that_cannot_be_is_refused(base: Base, deals: Rows, claims: Rows, message: str) -> None:
    assert any(message in one for one in said(base, deals, claims)), said(base, deals, claims)


def test_a_deal_that_can_be_is_not(base: Base) -> None:
    named = replace(base, tables=replace(base.tables, entities=[
        *base.tables.entities, replace(base.entities["deal:d001"], id="deal:d900"),
    ]))  # fmt: skip
    assert said(named, [{"start": "2026-06"}], [AMOUNT, {**MOVED, "value": "4e9", "as_of": "2026-06"}]) == []


@pytest.mark.parametrize(
    ("deal", "claim", "message"),
    [
        ({"status": "rumour"}, {}, "deals.csv row 2: status 'rumour' is none of"),
        ({"payee": "org:orcale"}, {}, "deals.csv row 2: payee 'org:orcale' is unknown; did you mean org:oracle"),
        ({}, {"value": "-5e9"}, "claims/mine.csv row 2: value -5e+09 USD is outside the bounds"),
        ({}, {"value": "five bn"}, "claims/mine.csv row 2: value 'five bn' is no number"),
        ({}, {"unit": "EUR"}, "claims/mine.csv row 2: unit 'EUR' where deal_amount is kept in 'USD'"),
        ({"id": "d001"}, {}, "deals.csv row 2: id 'd001' stands already in deals.csv row 2"),
    ],
)
def test_the_command_says_file_row_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], deal: dict[str, str], claim: dict[str, str], message: str
) -> None:
    (tmp_path / "rechenmacht.toml").write_text("")
    write(tmp_path / "deals.csv", [one.name for one in fields(Deal)], [{**MINE, **deal}])
    names = [one.name for one in fields(Claim) if one.name not in {"file", "row"}]
    write(tmp_path / "claims" / "mine.csv", names, [{**AMOUNT, **claim}])
    entity = "id,kind,name_en,name_de,aliases_en,aliases_de,bloc,parent,start,end,note\n"
    (tmp_path / "entities.csv").write_text(entity + "deal:d900,deal,Mine,Meins,,,,org:openai,2026-05-01,,\n")
    assert main(["--workspace", str(tmp_path), "capital", "network"]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1
