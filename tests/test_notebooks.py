"""The notebooks of docs/notebooks run from the first cell to the last, and print what they show."""

from __future__ import annotations

import notebooks
import pytest

DRAWS = 100


def test_there_is_one_for_each_reader() -> None:
    assert notebooks.NAMES == ["investor", "journalist", "planner", "policy"]


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_a_notebook_runs(name: str, request: pytest.FixtureRequest) -> None:
    notebook = notebooks.read(name)
    if request.config.getoption("--golden-rewrite"):
        notebooks.store(name, notebook, notebooks.run(notebook))
        return
    cells = notebooks.code(notebook)
    stable = 0
    for cell, (printed, value) in zip(cells, notebooks.run(notebook, DRAWS), strict=True):
        if "stable" in cell["metadata"].get("tags", ()):
            assert printed == notebooks.text_of(cell), "".join(cell["source"])
            stable += 1
        if value is not None:  # a chart: it can be made, and one is stored
            assert value.to_dict()["datasets"]
            assert any("image/svg+xml" in one.get("data", {}) for one in cell["outputs"])
        elif printed:
            assert notebooks.text_of(cell)
    assert stable >= 2
    assert any('lang="de"' in "".join(cell["source"]) for cell in cells)
    assert (notebooks.FOLDER / f"{name}.ipynb").stat().st_size < 150_000
