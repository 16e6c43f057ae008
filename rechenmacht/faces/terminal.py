"""An answer on a terminal: aligned columns; where a width is known, cells wrap within it."""

from __future__ import annotations

from collections.abc import Sequence

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.faces.words import NUMBERS, Words

Lines = list[list[str]]


def text(answer: Answer, words: Words, width: int | None = None) -> str:
    """Return an answer as text; without a width, as in a pipe, no cell breaks a line."""
    told = [words.cell(answer.values[key], Kind("words")) for key in ("title", "question") if key in answer.values]
    parts = [". ".join(told)] if told else []
    parts += [words.note(head) for head in answer.heads]
    if answer.show:
        parts.append(_plain([list(line) for line in words.lines(answer)], [False, False]))
    for table in answer.tables:
        parts += _table(answer, table, words, width)
    results = words.results(answer)
    return "\n\n".join([*parts, *(["\n".join(results)] if results else [])])


def _table(answer: Answer, table: Table, words: Words, width: int | None) -> list[str]:
    parts = [words.text(table.title)] if table.title and table.parts else []
    right = [column.kind.name in NUMBERS for column in table.shown]
    for head, rows in table.parts:
        lines = _lines(answer, table, rows, words)
        fits = width is None or max(map(len, _plain(lines, right).splitlines())) <= width
        body = _plain(lines, right) if fits else _rich(lines, right, width or 0)
        parts.append((words.cell(head, table.kinds[table.group]) + "\n" if table.group else "") + body)
    if not table.parts and table.empty:
        parts.append(words.text(table.empty))
    return parts


def _lines(answer: Answer, table: Table, rows: Sequence[dict[str, object]], words: Words) -> Lines:
    heads = [words.heading(answer, table, column) for column in table.shown]
    return [heads, *([words.cell(row.get(c.key), c.kind, row, c) for c in table.shown] for row in rows)]


def _plain(lines: Lines, right: list[bool]) -> str:
    """Return aligned columns. A cell never breaks a line."""
    rows = [[" ".join(cell.split()) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    placed = (
        (
            cell.rjust(wide) if at_right else cell.ljust(wide)
            for cell, wide, at_right in zip(row, widths, right, strict=True)
        )
        for row in rows
    )
    return "\n".join("  ".join(cells).rstrip() for cells in placed)


def _rich(lines: Lines, right: list[bool], width: int) -> str:
    """Return a table whose cells wrap."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head, at_right in zip(lines[0], right, strict=True):
        grid.add_column(Text(head), justify="right" if at_right else "left")
    for line in lines[1:]:
        grid.add_row(*map(Text, line))
    console = Console(width=width, highlight=False)
    with console.capture() as got:
        console.print(grid)
    return "\n".join(line.rstrip() for line in got.get().splitlines())
