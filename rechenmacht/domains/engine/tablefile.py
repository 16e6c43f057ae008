"""A table of questions as a file: cells by column, as text."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rechenmacht import files
from rechenmacht.domains.engine.rows import Row, read_row
from rechenmacht.errors import BadInput
from rechenmacht.numberform import Convention, odd_ones, once, readings, said
from rechenmacht.numberform import settled as by_column

NUMBERS = (
    "params_B", "active_params_B", "arrival_per_s", "acceptance", "cached_pct", "price_usd", "rent_usd_per_hour",
    "value",
)  # fmt: skip
WHOLE = (
    "layers", "hidden", "heads", "kv_heads", "seq", "global_batch_seqs", "n_chips", "tp", "pp", "dp", "ep", "cp",
    "vpp", "microbatch", "concurrency",
)  # fmt: skip
ASKED = ("workload", "experts", "chip", "interconnect", "precision", "quantity", "unit", "date", "software", "system",
         "tokens", "region")  # fmt: skip
# What others call a column: its cells would be passed over in silence.
MEANT = {
    "batch": "global_batch_seqs", "batch_size": "global_batch_seqs", "global_batch": "global_batch_seqs",
    "global_batch_size": "global_batch_seqs", "gbs": "global_batch_seqs", "micro_batch": "microbatch",
    "mbs": "microbatch", "model": "workload", "model_name": "workload", "gpu": "chip", "gpus": "n_chips",
    "chips": "n_chips", "num_gpus": "n_chips", "n_gpus": "n_chips", "num_chips": "n_chips", "gpu_count": "n_chips",
    "hardware": "chip", "accelerator": "chip", "sequence_length": "seq", "seq_len": "seq", "dtype": "precision",
    "metric": "quantity", "framework": "software", "stack": "software", "interconnection": "interconnect",
    "year": "date", "users": "concurrency", "tensor_parallel": "tp", "pipeline_parallel": "pp",
    "data_parallel": "dp", "expert_parallel": "ep", "arrival": "arrival_per_s", "price": "price_usd",
    "rent": "rent_usd_per_hour",
}  # fmt: skip
LONGEST_CELL = 1000  # characters
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BEYOND = "beyond the heading"  # key of cells that no column names
ALIKE = 0.85  # of difflib's ratio: one letter more, less or other in a name of eight


def measured(path: Path) -> list[dict[str, str]]:
    """Read the cells of any table.

    Raises:
        BadInput: if the file cannot be read.
    """
    return _read(path)


def cells(path: Path) -> list[dict[str, str]]:
    """Read the cells of a table of questions; unknown columns are kept, missing ones empty.

    Raises:
        BadInput: if the file cannot be read or has no `quantity` column.
    """
    return _read(path, "quantity")


def _columns(names: Sequence[str], where: str) -> None:
    """Refuse a column that stands twice, or that is a known one misspelt: its cells would say nothing.

    Raises:
        BadInput: naming the column.
    """
    for name in names:
        if name and names.count(name) > 1:
            raise BadInput.of("error.engine.twice", f"{where}: column {name!r} stands twice", file=where, column=name)
        plain = re.sub(r"[\s-]+", "_", name.strip()).lower()
        like = {known.lower(): known for known in (*ASKED, *NUMBERS, *WHOLE)}
        meant = [MEANT[plain].lower()] if plain in MEANT else difflib.get_close_matches(plain, like, 1, ALIKE)
        close = [] if name in like.values() else meant
        if close and like[close[0]] not in names:
            said = f"{where}: no column is called {name!r}; did you mean {like[close[0]]}?"
            raise BadInput.of("error.engine.column", said, file=where, column=name, like=like[close[0]])


def _read(path: Path, needed: str = "") -> list[dict[str, str]]:
    """Read a table that has a column; where its first line says how it writes numbers, as Python writes them.

    Raises:
        BadInput: if the file cannot be read or lacks the column.
    """
    told, text = said(files.text(path))
    text = text.lstrip("\r\n")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_mark(text))
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        if not any(names) or (needed and needed not in names):
            raise BadInput(f"{path}: no column {needed or 'at all'!r}: it says what a row asks for")
        reader.fieldnames = names
        if needed:  # a table of questions; others have columns of their own
            _columns(names, path.name)
        rows = [_cells(row) for row in reader]
    except csv.Error as error:
        raise BadInput(f"{path.name} row {reader.line_num}: {error}") from None
    if needed and not rows:
        raise BadInput.of("error.engine.no_rows", f"{path.name}: has a heading, and no row below it", file=path.name)
    return rows if told is None and needed else settled(rows, path.name, told)


def _mark(text: str) -> str:
    """Return what parts the cells of a table: a comma, else the semicolon or tab that its heading has alone."""
    heading = text.partition("\n")[0]
    return next((mark for mark in ";\t" if mark in heading and "," not in heading), ",")


def _cells(row: dict[str | None, Any]) -> dict[str, str]:
    """Return a row's cells, those beyond the heading under `BEYOND`."""
    more = row.pop(None, None)
    found = {key: value or "" for key, value in row.items() if key}
    return found | {BEYOND: ",".join(more)} if any(cell.strip() for cell in more or ()) else found


def settled(rows: Sequence[dict[str, str]], name: str, told: Convention | None = None) -> list[dict[str, str]]:
    """Return cells with each column of numbers read by one convention.

    Raises:
        BadInput: if a column follows no one convention; the message has both readings.
    """
    return by_column(rows, (*NUMBERS, *WHOLE), WHOLE, name, told)


def by_row(rows: Sequence[Mapping[str, str]]) -> list[tuple[dict[str, str], list[BadInput]]]:
    """Return cells with each column of numbers read by one convention, and what is wrong with each row's cells.

    A cell that does not follow its column's convention, or can be read in two, spoils its own row only.
    """
    found: list[tuple[dict[str, str], list[BadInput]]] = [(dict(row), _beyond(row) + _unread(row)) for row in rows]
    for column in (*NUMBERS, *WHOLE):
        texts = [(row.get(column) or "").strip() for row in rows]
        if not any("." in text or "," in text for text in texts):
            continue
        counts = column in WHOLE and not any("." in text for text in texts)
        way, odd = ("en", {}) if counts else odd_ones(texts)
        for (cells, wrong), text in zip(found, texts, strict=True):
            if text in odd:
                wrong.append(_unclear(column, text, odd[text]))
            elif "." in text or "," in text:
                cells[column] = once(text, way)
    return found


def _beyond(row: Mapping[str, str]) -> list[BadInput]:
    if BEYOND not in row:
        return []
    given = row[BEYOND]
    said = f"has more cells than the heading has columns (beyond the last: {given!r}); quote cells that hold a comma"
    return [BadInput.of("error.engine.beyond_heading", said, given=given)]


def _unread(row: Mapping[str, str]) -> list[BadInput]:
    """Return what is wrong with cells that are no cells of a question: pages of text, control characters."""
    for column in (*ASKED, *NUMBERS, *WHOLE):
        text = row.get(column) or ""
        if len(text) > LONGEST_CELL:
            said = f"column {column!r} has a cell of {len(text)} characters; at most {LONGEST_CELL}"
            return [BadInput.of("error.engine.long_cell", said, column=column, n=len(text), most=LONGEST_CELL)]
        if CONTROL.search(text):
            said = f"column {column!r} has a cell with characters that cannot be printed"
            return [BadInput.of("error.engine.unprintable", said, column=column)]
    return []


def _unclear(column: str, text: str, why: str) -> BadInput:
    if why == "doubtful":
        one, other = readings(text)
        said = (f"{column} {text!r} is {one} (en) or {other} (de), and no other row says which; "
                "write numbers without such marks")  # fmt: skip
        return BadInput.of("error.engine.doubtful", said, column=column, given=text, one=one, other=other)
    said = f"{column} {text!r}: other rows of this column write numbers the other way (1,234.5 or 1.234,5)"
    return BadInput.of("error.engine.mixed_marks", said, column=column, given=text)


def asked_rows(table: Sequence[Mapping[str, str]]) -> list[Row]:
    """Return the rows of a table of questions; what is wrong with one's cells is told by that row."""
    return [read_row(cells, line, odd) for line, (cells, odd) in enumerate(by_row(table), start=2)]
