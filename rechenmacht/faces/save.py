"""An answer as a folder: each table as CSV, each chart as SVG and PNG, the JSON document, and what the answer adds."""

from __future__ import annotations

import json
from pathlib import Path

from rechenmacht.answers.answer import Answer
from rechenmacht.faces import drawn, machine
from rechenmacht.faces.console import plain
from rechenmacht.faces.words import Words


def write(folder: Path, answer: Answer, words: Words) -> None:
    """Write an answer into a folder that exists."""
    for table in answer.tables:
        if table.machine:
            (folder / f"{table.name}.csv").write_text(machine.csv_text(table), encoding="utf-8", newline="")
    text = json.dumps(plain(machine.document(answer, words.base)), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "answer.json").write_text(text + "\n", encoding="utf-8")
    if answer.charts:
        from rechenmacht.faces import charts

        said = []
        for chart in answer.charts:
            if not drawn.rows_of(answer, chart):
                continue
            svg = charts.to_svg(drawn.spec(answer, chart, words, charts.WIDE), words.language)
            (folder / f"{chart.name}.svg").write_text(svg, encoding="utf-8")
            (folder / f"{chart.name}.png").write_bytes(charts.to_png(svg))
            said.append(f"{chart.name}: {drawn.title(answer, chart, words)}")
        (folder / "figures.txt").write_text("\n".join(said) + "\n", encoding="utf-8")
    if answer.save:
        answer.save(folder)
