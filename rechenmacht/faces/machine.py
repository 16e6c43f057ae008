"""An answer for programs: JSON with a schema number, CSV of a table, and the types of both."""

from __future__ import annotations

import csv
import io
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from rechenmacht import __version__
from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.kinds import columns
from rechenmacht.answers.question import Question
from rechenmacht.evidence.base import Base


def schema_name(question: type[Question]) -> str:
    """Return the schema that a question's answers follow."""
    return f"{question.name}/{question.schema_number}"


def document(answer: Answer, base: Base) -> dict[str, Any]:
    """Return an answer as plain data; values and tables stand under their own names."""
    sources = {base.claims[claim].source for claim in answer.claims if claim in base.claims}
    return {
        "schema": schema_name(type(answer.question)), "version": __version__, "data_checksum": base.checksum,
        "asked": answer.question.model_dump(mode="json"), **answer.values,
        **{table.name: list(table.rows) for table in answer.tables},
        "claims": list(answer.claims), "sources": sorted(sources),
    }  # fmt: skip


@cache
def model(question: type[Question]) -> type[BaseModel]:
    """Return the form of a question's answers, for schemas and types; answers are not run through it."""
    fields: dict[str, Any] = {
        "schema_": (Literal[schema_name(question)], Field(alias="schema")), "version": (str, ...),
        "data_checksum": (str, ...),
        "asked": (question, ...), **{key: (kind | None, None) for key, kind in question.values.items()},
        **{name: (list[row] | None, None) for name, row in question.tables.items()},  # type: ignore[valid-type]
        "claims": (list[str], ...), "sources": (list[str], ...),
    }  # fmt: skip
    name = "".join(part.title() for part in question.name.split(".")) + "Answer"
    return create_model(name, __config__=ConfigDict(protected_namespaces=()), **fields)


def flat(table: Table) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and rows of a whole table; a band is three columns, a list of ids one cell."""
    known = columns(table.row)
    heads = [f"{c.key}_{part}" if part else c.key for c in known for part in c.parts or ("",)]
    return heads, [[cell for c in known for cell in _cells(row.get(c.key), c.parts)] for row in table.rows]


def _cells(value: Any, parts: tuple[str, ...]) -> list[Any]:
    if parts:
        return [value[part] if value else None for part in parts]
    if isinstance(value, dict):
        return [value["en"]]
    return [";".join(value) if isinstance(value, list | tuple) else value]


def csv_text(table: Table) -> str:
    """Return all rows and columns of a table as CSV."""
    out = io.StringIO()
    heads, rows = flat(table)
    csv.writer(out, lineterminator="\n").writerows([heads, *rows])
    return out.getvalue()
