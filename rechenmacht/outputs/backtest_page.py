"""Writes the results of the rolling origin into docs/backtest.md: `python -m rechenmacht.outputs.backtest_page docs`.

`--ablation` makes the table of mechanisms anew as well, which takes many times as long.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rechenmacht import __version__
from rechenmacht.answers.answer import Row
from rechenmacht.domains.uncertainty.questions import Backtest
from rechenmacht.evidence.base import load

DRAWS, ABLATION_DRAWS = 1000, 100
PAGE = "backtest.md"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _skill(row: Row) -> str:
    value = f"{row['skill']:+.2f}"
    return value if row["skill_low"] is None else f"{value} ({row['skill_low']:+.2f} to {row['skill_high']:+.2f})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def results(tables: dict[str, Sequence[Row]], pooled: Row) -> str:
    """Return the results as Markdown."""
    said = (
        f"Version {__version__}, {DRAWS:,} draws: {pooled['n']:,} forecasts of {len(tables['targets'])} targets, "
        f"{_percent(pooled['coverage50'])} in the 50 % bands, {_percent(pooled['coverage90'])} in the 90 % bands; "
        f"pooled skill {_skill(pooled)}."
    )
    horizons = [
        (row["quarters"], row["n"], row["origins"], _percent(row["coverage50"]), _percent(row["coverage90"]),
         f"{row['crps']:.3f}", _skill(row), " ".join(str(number) for number in row["pit"]))
        for row in tables["horizons"]
    ]  # fmt: skip
    targets = [
        (f"`{row['id']}`", row["n"], _percent(row["coverage50"]), _percent(row["coverage90"]), f"{row['crps']:.3f}",
         f"{row['best_baseline'].replace('_', ' ')} {row['crps_best_baseline']:.3f}", _skill(row))
        for row in tables["targets"]
    ]  # fmt: skip
    by_horizon = ("quarters", "n", "origins", "in 50 %", "in 90 %", "CRPS", "skill (90 %)", "PIT by tenth")
    by_target = ("target", "n", "in 50 %", "in 90 %", "CRPS", "best naive, CRPS", "skill (90 %)")
    return "\n\n".join([said, _table(by_horizon, horizons), _table(by_target, targets)])


def ablation(rows: Sequence[Row]) -> str:
    """Return the scores without each mechanism as Markdown."""
    lines = [
        (row["mechanism"], f"{row['crps']:.4f}", f"{row['difference']:+.4f}", _percent(row["coverage50"]),
         _percent(row["coverage90"]))
        for row in rows
    ]  # fmt: skip
    return _table(("without", "CRPS", "difference", "in 50 %", "in 90 %"), lines)


def filled(page: str, name: str, text: str) -> str:
    """Return a page with the part between the marks of a name replaced."""
    return re.sub(
        rf"<!-- {name} -->.*<!-- /{name} -->",
        lambda _: f"<!-- {name} -->\n{text}\n<!-- /{name} -->",
        page,
        flags=re.DOTALL,
    )


def main(folder: Path, also_ablation: bool) -> None:
    """Write the results into the page in a folder."""
    base, path = load(), folder / PAGE
    page = path.read_text(encoding="utf-8")
    answer = Backtest(target=[], draws=DRAWS).answer(base)
    page = filled(page, "results", results({one.name: one.rows for one in answer.tables}, answer.values["pooled"]))
    if also_ablation:
        less = Backtest(target=[], draws=ABLATION_DRAWS, ablation=True).answer(base)
        page = filled(page, "ablation", ablation(next(one.rows for one in less.tables if one.name == "ablation")))
    path.write_text(page, encoding="utf-8", newline="")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--ablation" in sys.argv)
