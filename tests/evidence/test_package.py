"""The description of the data as a Frictionless Data Package: it is valid, and it finds what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, system

from rechenmacht.evidence import forms, package
from rechenmacht.evidence.base import SHIPPED
from rechenmacht.evidence.tables import columns


def faults(folder: Path) -> list[str]:
    with system.use_context(trusted=False):
        report = Package(str(folder / package.FILE)).validate()
    return [f"{task.name}: {error.type}" for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


def test_the_shipped_package_is_valid() -> None:
    assert faults(SHIPPED) == []


def test_every_table_is_described() -> None:
    described = {resource["path"] for resource in package.describe()["resources"]}
    assert described == {path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.csv")}


def test_columns_are_those_of_the_records() -> None:
    resources: dict[str, Any] = {resource["name"]: resource for resource in package.describe()["resources"]}
    claims = resources["claims-chips"]["schema"]
    assert [field["name"] for field in claims["fields"]] == list(columns(forms.Claim))
    kinds = {field["name"]: field for field in claims["fields"]}
    assert kinds["value"]["type"] == "number"
    assert kinds["basis"]["constraints"]["enum"] == list(forms.BASES)
    assert kinds["source"]["constraints"]["required"] is True
    assert claims["primaryKey"] == "id"
    assert {key["reference"]["resource"] for key in claims["foreignKeys"]} == {"entities", "quantities", "sources"}


def test_it_says_whose_it_is_in_both_languages() -> None:
    described = package.describe()
    assert [licence["name"] for licence in described["licenses"]] == ["CC-BY-4.0"]
    assert all(described[key] for key in ("title", "title_de", "description", "description_de"))
    assert any("Epoch AI" in source["title"] for source in described["sources"])
    assert all(resource["title"] and resource["title_de"] for resource in described["resources"])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Copy what a valid small package needs: the code lists and one file of claims."""
    for name in ("quantities.csv", "entities.csv", "sources.csv", "claims/systems.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(SHIPPED / name, tmp_path / name)
    package.write(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",specified,", ",guessed,", "constraint-error"),
        ("system:", "sistem:", "foreign-key"),
        (",kW,", ",,", "constraint-error"),
        (",system_power,", ",sistem_power,", "foreign-key"),
        (",2026-11,", ",November,", "constraint-error"),
        ("system.dgx-h100.system_power.2", "system.dgx-h100.system_power.1", "primary-key"),
        ("10.2", "ten", "type-error"),
    ],
)
def test_what_is_wrong_is_found(small: Path, old: str, new: str, fault: str) -> None:
    path = small / "claims" / "systems.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(found == f"claims-systems: {fault}" for found in faults(small))


def test_the_text_is_what_is_written(small: Path) -> None:
    assert (small / package.FILE).read_text(encoding="utf-8") == package.text(small)
    assert json.loads(package.text(small))["profile"] == "tabular-data-package"
