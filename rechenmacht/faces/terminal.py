"""An answer on a terminal: aligned columns; where a width is known, cells wrap within it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.kinds import Column, Kind, columns
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
        if table.lines:
            said = words.cell(head, table.kinds[table.group]) + "\n" if table.group else ""
            parts.append(said + "\n".join(line for row in rows for line in _told(answer, table, row, words)))
            continue
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


def _told(answer: Answer, table: Table, row: dict[str, Any], words: Words) -> Iterator[str]:
    """Yield a row as lines, those after the first set in."""
    known = {column.key: column for column in columns(table.row)}
    for at, keys in enumerate(table.lines):
        outer, _, inner = keys[0].partition(".")
        if inner:
            yield from _inside(answer, table, known[outer], [key.partition(".")[2] for key in keys], row, words)
            continue
        cells = []
        for key in keys:
            column = known[key.rstrip(":")]
            cell = " ".join(words.cell(row.get(column.key), column.kind, row, column).split())
            named = f"{words.heading(answer, table, column)}: {cell}" if key.endswith(":") else cell
            cells += [named] if cell else []
        if cells:
            yield ("    " if at else "  ") + ", ".join(cells)


def _inside(
    answer: Answer, table: Table, column: Column, keys: list[str], row: dict[str, Any], words: Words
) -> Iterator[str]:
    """Yield the rows inside a cell as a small table."""
    inner = {one.key: one for one in columns(column.inner)} if column.inner else {}
    shown = [inner[key] for key in keys]
    lines = [[words.heading(answer, table, one) for one in shown]]
    lines += [[words.cell(one.get(c.key), c.kind, one, c) for c in shown] for one in row[column.key]]
    for line in _plain(lines, [one.kind.name in NUMBERS for one in shown]).splitlines():
        yield f"    {line}"


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
