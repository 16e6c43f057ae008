"""The loops are closed: nobody's state is read by nobody, and outcomes answer each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race import coupling
from rechenmacht.domains.race.step import NAMES
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.coupling import readers_table
from rechenmacht.sample import draw


def test_no_state_but_declared_outcomes_is_read_by_nobody() -> None:
    assert coupling.unread() == []


def test_every_mechanism_is_read_by_another() -> None:
    found = coupling.readers()
    for module, name in zip(coupling.MECHANISMS, NAMES, strict=True):
        assert any(found[variable] for variable in module.WRITES), name


def test_the_page_names_who_reads_whom() -> None:
    text = (Path(__file__).parents[2] / "docs" / "coupling.md").read_text(encoding="utf-8")
    assert readers_table() in text, "python -m rechenmacht.outputs.coupling docs"


@pytest.fixture(scope="module")
def found(base: Base) -> dict[tuple[str, str], float]:
    model = runs.model_of(base, scenario.find(base, "reference"))
    names, table = coupling.elasticities(model.given, draw(model.parameters, 60, 1))
    assert np.isfinite(table).all()
    return {(a, b): float(table[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)}


# (pushed, answering, least elasticity): what each loop is for
ACTS = (
    ("adoption", "market", 0.3),  # what users would spend is earned
    ("production", "deployment", 0.3),
    ("market", "returns", 0.05),  # revenue raises hope
    ("returns", "capital", 0.05),  # and hope budgets
    ("capital", "production", 0.2),  # budgets bring chips
    ("capital", "books", 0.1),  # and debt
    ("research", "algorithms", 0.05),  # research brings knowledge
)


@pytest.mark.parametrize(("pushed", "answering", "least"), ACTS)
def test_loops_act(found: dict, pushed: str, answering: str, least: float) -> None:
    assert found[pushed, answering] >= least


def test_dearer_chips_are_fewer(found: dict) -> None:
    assert found["scarcity", "production"] < -0.1
