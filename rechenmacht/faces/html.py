"""An answer as HTML tables, for notebooks, the report and pages."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup, escape

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.kinds import Column
from rechenmacht.faces.words import NUMBERS, Words

Link = Callable[[str, str], str | None]
"""Returns the address of a thing of a kind (`claim`, `source`, `method`), or None where there is no page for it."""


def unlinked(_kind: str, _name: str) -> None:
    """Link nothing."""


def html(answer: Answer, words: Words, link: Link = unlinked) -> str:
    """Return the values, tables and notes of an answer; `link` says where claims, sources and methods are shown."""
    parts = [f"<p>{escape(words.note(head))}</p>" for head in answer.heads]
    lines = "".join(f"<tr><th scope=row>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in words.lines(answer))
    parts += [f"<table><tbody>{lines}</tbody></table>"] if lines else []
    for table in answer.tables:
        parts += _table(answer, table, words, link)
    parts += [f"<p class=note>{escape(note)}</p>" for note in words.notes(answer)]
    return Markup("\n").join(map(Markup, parts))


def _table(answer: Answer, table: Table, words: Words, link: Link) -> list[str]:
    parts: list[str] = []
    if not table.parts:
        return [f"<p>{escape(words.text(table.empty))}</p>"] if table.empty else []
    heads = "".join(f"<th scope=col>{escape(words.heading(answer, table, c))}</th>" for c in table.shown)
    for head, rows in table.parts:
        said = (
            words.cell(head, table.kinds[table.group])
            if table.group
            else words.text(table.title)
            if table.title
            else ""
        )
        body = "".join(
            "<tr>" + "".join(_cell(words, row, c, table, link) for c in table.shown) + "</tr>" for row in rows
        )
        caption = f"<caption>{escape(said)}</caption>" if said else ""
        parts.append(f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")
    return parts


def _cell(words: Words, row: dict[str, object], column: Column, table: Table, link: Link) -> str:
    number = column.kind.name in NUMBERS
    text = escape(words.cell(row.get(column.key), column.kind, row, column))
    kind, name = column.kind.name, str(row.get(column.key) or "")
    if kind in {"claim", "source"}:
        target = link(kind, name)
    elif number:
        claim = row.get("claim")
        target = (link("claim", str(claim)) if claim else None) or (
            link("method", table.method) if table.method else None
        )
    else:
        target = name if kind == "address" and name.startswith(("https://", "http://")) else None
    shown = f'<a href="{escape(target)}">{text}</a>' if target and text else text
    return f"<td{' class=n' if number else ''}>{shown}</td>"
