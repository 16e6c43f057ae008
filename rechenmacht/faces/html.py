"""An answer as HTML tables, for notebooks, the report and pages."""

from __future__ import annotations

from markupsafe import Markup, escape

from rechenmacht.answers.answer import Answer
from rechenmacht.answers.kinds import Column
from rechenmacht.faces.words import NUMBERS, Words


def html(answer: Answer, words: Words) -> str:
    """Return the tables and notes of an answer."""
    parts: list[str] = []
    for table in answer.tables:
        heads = "".join(f"<th scope=col>{escape(words.heading(answer, table, c))}</th>" for c in table.shown)
        for head, rows in table.parts:
            caption = f"<caption>{escape(words.cell(head, table.kinds[table.group]))}</caption>" if table.group else ""
            body = "".join(
                "<tr>" + "".join(_cell(words, row, column) for column in table.shown) + "</tr>" for row in rows
            )
            parts.append(f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
        if not table.parts and table.empty:
            parts.append(f"<p>{escape(words.text(table.empty))}</p>")
    parts += [f"<p class=note>{escape(note)}</p>" for note in words.notes(answer)]
    return Markup("\n").join(map(Markup, parts))


def _cell(words: Words, row: dict[str, object], column: Column) -> str:
    kind = "n" if column.kind.name in NUMBERS else ""
    return f"<td{' class=n' if kind else ''}>{escape(words.cell(row.get(column.key), column.kind, row))}</td>"
