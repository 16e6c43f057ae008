"""The network's charts on the page: those of the answers, drawn as on every other face."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rechenmacht.answers.answer import Answer, Row, Table
from rechenmacht.answers.kinds import NUMBERS
from rechenmacht.evidence.base import Base
from rechenmacht.faces import drawn, machine
from rechenmacht.faces.words import Words
from rechenmacht.outputs.web.drawn.drawing import Drawn, Look, nothing

LARGEST = 6
"""How many rows the sentence for those who cannot see a picture names."""


def of_answer(
    look: Look, base: Base, answer: Answer, name: str, notes: tuple[str, ...] = (), more: dict[str, Any] | None = None,
    title: str = "",
) -> Drawn:  # fmt: skip
    """Return a chart of an answer with the rows that it shows; `more` is what the page needs beside it."""
    chart, words = next(one for one in answer.charts if one.name == name), Words(look.language, base)
    table = next(one for one in answer.tables if one.name == chart.table)
    shown = drawn.rows_of(answer, chart)
    heads, cells = machine.flat(replace(table, rows=shown, whole=None))
    keep = [place for place, head in enumerate(heads) if head != "legs"]
    rows = [{heads[place]: row[place] for place in keep} for row in cells]
    title = title or drawn.title(answer, chart, words)
    more = {**(more or {}), "table": _said(answer, table, shown, words)}
    if not shown:
        return Drawn(title, notes, ". ".join([title, *notes]), nothing(look), rows, frozenset(answer.claims), more=more)
    columns = {column.key: column for column in table.shown}
    said = [
        " ".join(words.cell(row[key], columns[key].kind, row) for key in columns if columns[key].kind.name != "ids")
        for row in shown[:LARGEST]
    ]
    return Drawn(title, notes, f"{title}. {'; '.join(said)}.", drawn.spec(answer, chart, words, look.size), rows,
                 frozenset(answer.claims), more=more)  # fmt: skip


def _said(answer: Answer, table: Table, shown: list[Row], words: Words) -> dict[str, Any]:
    """Return the rows of a chart as people read them: headings, which columns hold numbers, and cells."""
    columns = [column for column in table.shown if column.kind.name != "rows"]
    return {
        "heads": [words.heading(answer, table, column) for column in columns],
        "numbers": [column.kind.name in NUMBERS for column in columns],
        "cells": [[words.cell(row.get(column.key), column.kind, row, column) for column in columns] for row in shown],
    }


def network(look: Look, base: Base, content: dict[str, Any], answer: Answer) -> Drawn:
    """Return who pays whom; `content` is what /capital/network answers."""
    lang = look.language
    notes = (lang.text("figure.capital_matrix.about"), lang.text("figure.capital_matrix.caption"))
    return of_answer(look, base, answer, "flows", notes, content)


def layers(look: Look, base: Base, answer: Answer) -> Drawn:
    """Return announced, firm and paid value by layer."""
    lang = look.language
    notes = (lang.text("figure.capital_waterfall.about"), lang.text("figure.capital_waterfall.caption"))
    return of_answer(look, base, answer, "value", notes)


def stress(look: Look, base: Base, content: dict[str, Any], answer: Answer) -> Drawn:
    """Return who loses how much revenue within twelve months; `content` is what /capital/stress answers."""
    lang = look.language
    told = content["scenario"]["title"][lang.code] if content["scenario"] else lang.text("play.capital.calm")
    title = lang.text("play.capital.lost_title", title=told)
    notes: tuple[str, ...] = (lang.text("figure.capital_cascade.about"),)
    if not content["stressed"]["lost_revenue"]:
        notes = (*notes, lang.text("play.capital.none_lost"))
    return of_answer(look, base, answer, "cascade", notes, content, title)


def wall(look: Look, base: Base, answer: Answer) -> Drawn:
    """Return what falls due by year."""
    return of_answer(look, base, answer, "maturities", (look.language.text("figure.capital_wall.about"),))


def path(look: Look, base: Base, answer: Answer) -> Drawn:
    """Return the chance of each firm to have failed by each quarter, with the tables of the path beside it."""
    lang = look.language
    notes = (lang.text("figure.capital_path.about"), lang.text("figure.capital_path.caption"))
    tables = {table.name: list(table.rows) for table in answer.tables if table.name in {"firms", "losses", "called"}}
    more = {"path": {**tables, "total_loss": answer.values["total_loss"]}}
    return of_answer(look, base, answer, "path", notes, more)
