"""Notebooks as what they are, JSON: their cells run in order, and what they print and show."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(notebook: dict[str, Any], draws: int | None = None) -> list[tuple[str, Any]]:
    """Run the code cells in one fresh namespace and return what each printed, and the value of its last line.

    Args:
        notebook: as read.
        draws: instead of the number in the first cell.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for number, cell in enumerate(code(notebook)):
        text = "".join(cell["source"])
        if number == 0:
            assert text.startswith("DRAWS = ")
            text = text if draws is None else f"DRAWS = {draws}"
        tree, last = ast.parse(text), None
        if isinstance(tree.body[-1], ast.Expr) and not isinstance(tree.body[-1].value, ast.Constant):
            last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        out, value = io.StringIO(), None
        with contextlib.redirect_stdout(out):
            exec(compile(tree, f"cell {number}", "exec"), space)  # noqa: S102
            if last is not None:
                value = eval(compile(last, f"cell {number}", "eval"), space)  # noqa: S307
        found.append((out.getvalue(), value))
    return found


def shown(printed: str, value: Any) -> list[dict[str, Any]]:
    """Return a cell's outputs as a notebook stores them: text, and a chart as SVG."""
    outputs: list[dict[str, Any]] = []
    if printed:
        outputs.append({"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)})
    if value is not None:
        data: dict[str, Any] = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "to_dict") and type(value).__module__.startswith("altair"):
            import vl_convert

            drawn = vl_convert.vegalite_to_svg(value.to_dict())
            data = {"image/svg+xml": drawn.splitlines(keepends=True), "text/plain": ["chart"]}
        outputs.append({"data": data, "metadata": {}, "output_type": "display_data"})
    return outputs


def text_of(cell: dict[str, Any]) -> str:
    """Return what a cell printed when it was stored."""
    return "".join("".join(one["text"]) for one in cell["outputs"] if one["output_type"] == "stream")


def store(name: str, notebook: dict[str, Any], found: list[tuple[str, Any]]) -> None:
    for number, (cell, (printed, value)) in enumerate(zip(code(notebook), found, strict=True), 1):
        cell["execution_count"], cell["outputs"] = number, shown(printed, value)
    (FOLDER / f"{name}.ipynb").write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
