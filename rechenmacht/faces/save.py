"""An answer as a folder: each table as CSV, each chart as SVG and PNG, the JSON document, and what the answer adds."""

from __future__ import annotations

import json
from pathlib import Path

from rechenmacht import files
from rechenmacht.answers.answer import Answer
from rechenmacht.faces import drawn, machine
from rechenmacht.faces.console import plain
from rechenmacht.faces.words import Words


def write(folder: Path, answer: Answer, words: Words) -> None:
    """Write an answer into a folder that exists."""
    for table in answer.tables:
        if table.machine:
            files.put(folder / f"{table.name}.csv", machine.csv_text(table))
    text = json.dumps(plain(machine.document(answer, words.base)), ensure_ascii=False, indent=1, allow_nan=False)
    files.put(folder / "answer.json", text + "\n")
    if answer.charts:
        from rechenmacht.faces import charts

        said = []
        for chart in answer.charts:
            if not drawn.rows_of(answer, chart):
                continue
            svg = charts.to_svg(drawn.spec(answer, chart, words, charts.WIDE), words.language)
            files.put(folder / f"{chart.name}.svg", svg)
            files.put(folder / f"{chart.name}.png", charts.to_png(svg))
            said.append(f"{chart.name}: {drawn.title(answer, chart, words)}")
        files.put(folder / "figures.txt", "\n".join(said) + "\n")
    if answer.save:
        answer.save(folder)
