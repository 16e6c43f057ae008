"""An answer for programs: JSON with a schema number, CSV of a table, and the types of both."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from functools import cache
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model
from typing_extensions import TypedDict, is_typeddict

from rechenmacht import __version__
from rechenmacht.answers.answer import Answer, Asked, Table
from rechenmacht.answers.kinds import NUMBERS, Id, Text, columns, kind_of
from rechenmacht.answers.question import Question
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.files import inert


def schema_name(question: type[Asked]) -> str:
    """Return the schema that a question's answers follow."""
    return f"{question.name}/{question.schema_number}"


def document(answer: Answer, base: Base) -> dict[str, Any]:
    """Return an answer as plain data; values and tables stand under their own names, which come before ours."""
    sources = {base.claims[claim].source for claim in answer.claims if claim in base.claims}
    rest = {"claims": list(answer.claims), "sources": sorted(sources)}
    return {
        "schema": schema_name(type(answer.question)), "version": __version__, "data_checksum": base.checksum,
        "asked": answer.question.model_dump(mode="json"), **answer.values,
        **{table.name: list(table.rows) for table in answer.tables if table.machine},
        **{key: ids for key, ids in rest.items() if key not in answer.values},
    }  # fmt: skip


def stem(question: type[Question]) -> str:
    """Return the name of a question's types: CapitalStress."""
    return "".join(part.title() for part in question.name.replace("_", ".").split("."))


@cache
def _prefixed(row: type, domain: str) -> type:
    """Return a type of rows under a name that no other domain uses, so that schemas have short names."""
    if not is_typeddict(row) or not row.__module__.startswith("rechenmacht.domains"):
        return row
    make: Any = TypedDict  # a name made at run time is nothing that a type checker knows
    made: type = make(f"{domain.title()}{row.__name__}Row", get_type_hints(row, include_extras=True))
    made.__doc__ = row.__doc__
    return made


def _optional(row: Any) -> Any:
    return list[row] | None


@cache
def model(question: type[Question]) -> type[BaseModel]:
    """Return the form of a question's answers, for schemas and types; answers are not run through it."""
    domain = question.name.partition(".")[0]
    values = {key: _prefixed(kind, domain) if isinstance(kind, type) else kind for key, kind in question.values.items()}
    rows: dict[str, Any] = {name: _prefixed(row, domain) for name, row in question.tables.items()}
    fields: dict[str, Any] = {
        "schema_": (Literal[schema_name(question)], Field(alias="schema")), "version": (str, ...),
        "data_checksum": (str, ...), "asked": (create_model(f"{stem(question)}Asked", __base__=question), ...),
        "claims": (list[str], ...), "sources": (list[str], ...),
        **{key: (kind | None, None) for key, kind in values.items()},
        **{name: (_optional(row), None) for name, row in rows.items()},
    }  # fmt: skip
    return create_model(f"{stem(question)}Answer", __config__=ConfigDict(protected_namespaces=()), **fields)


def schema_hash(question: type[Question]) -> str:
    """Return a short hash of what programs read of a question's answers: the keys, and what stands under them."""
    said = {"values": {key: _shape(kind) for key, kind in question.values.items()},
            "tables": {name: _shape(row) for name, row in question.tables.items()}}  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _shape(type_: Any) -> Any:
    """Return keys and kinds of a type of rows, or the kind and form of a value."""
    if is_typeddict(type_):
        return {
            c.key: [c.kind.name, c.kind.unit, c.parts, _shape(c.inner) if c.inner else None, c.optional]
            for c in columns(type_)
        }
    make: Any = TypedDict
    one = columns(make("One", {"value": type_}))[0]
    form = getattr(type_, "__origin__", type_)
    return [one.kind.name, one.kind.unit, one.parts, getattr(form, "__name__", str(form))]


def flat(table: Table) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and rows of a whole table; a band is three columns, a list of ids one cell.

    Rows inside the cells of a column become lines of their own where the rows around them hold nothing but names.
    Columns that need not be there are left out where no row has them.
    """
    known, rows = columns(table.row), table.rows if table.whole is None else table.whole
    inner = [c for c in known if c.inner]
    if len(inner) == 1 and not any(c.parts or c.kind.name in NUMBERS for c in known):
        key, type_ = inner[0].key, inner[0].inner
        assert type_ is not None  # noqa: S101 - filtered above
        known = (*(c for c in known if c.key != key), *columns(type_))
        rows = [{**row, **one} for row in rows for one in ([row[key]] if isinstance(row[key], dict) else row[key])]
    known = tuple(c for c in known if not c.optional or any(c.key in row for row in rows))
    heads = [f"{c.key}_{part}" if part else c.key for c in known for part in c.parts or ("",)]
    return heads, [[cell for c in known for cell in _cells(row.get(c.key), c.parts)] for row in rows]


def _cells(value: Any, parts: tuple[str, ...]) -> list[Any]:
    if parts:
        return [value[part] if value else None for part in parts]
    if isinstance(value, dict):
        return [value["en"] if set(value) == {"en", "de"} else json.dumps(value, ensure_ascii=False)]
    if isinstance(value, list | tuple):
        plain = all(isinstance(one, str | int | float) for one in value)
        return [";".join(map(str, value)) if plain else json.dumps(value, ensure_ascii=False)]
    return [value]


def csv_text(table: Table) -> str:
    """Return all rows and columns of a table as CSV."""
    out = io.StringIO()
    heads, rows = flat(table)
    csv.writer(out, lineterminator="\n").writerows([heads, *([inert(cell) for cell in row] for row in rows)])
    return out.getvalue()


class Valued(TypedDict):
    """A value of an answer as a row: a number with its range, or a text; its unit."""

    name: Id
    value: Text
    low: Text
    high: Text
    unit: Text


def first_table(answer: Answer) -> Table:
    """Return the table that CSV shows: the first with rows, else the first; where all are for people only, its values.

    Raises:
        BadInput: if the answer has none.
    """
    if not answer.tables:
        raise BadInput.of("error.no_table", "this answer has no table; ask for it as JSON")
    if answer.show and not any(table.machine for table in answer.tables):
        return Table("values", Valued, _valued(answer))
    return next((table for table in answer.tables if table.rows), answer.tables[0])


def _valued(answer: Answer) -> list[dict[str, Any]]:
    """Return the values that people see first, then all others; what is inside a value under `value.part`."""
    known, rows = answer.question.values, []
    seen = [key for key in answer.show if key in answer.values]
    for key in dict.fromkeys([*seen, *answer.values]):
        value, kind = answer.values[key], kind_of(known.get(key, str))
        line = {"name": key, "value": value, "low": None, "high": None, "unit": kind.unit.removeprefix("1")}
        if isinstance(value, dict) and {"value", "low", "high"} <= set(value):
            line |= {part: value[part] for part in ("value", "low", "high")}
        elif isinstance(value, dict):
            rows += [line | {"name": f"{key}.{part}", "value": one} for part, one in value.items()]
            continue
        if line["value"] is not None:
            rows.append(line)
    return rows
