"""A table of questions as a file: cells by column, as text."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Sequence
from pathlib import Path

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.numberform import Convention, said
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
    """Read a table that has a column, its numbers as Python writes them.

    Raises:
        BadInput: if the file cannot be read or lacks the column.
    """
    told, text = said(files.text(path))
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        if not reader.fieldnames or (needed and needed not in reader.fieldnames):
            raise BadInput(f"{path}: no column {needed or 'at all'!r}: it says what a row asks for")
        if needed:  # a table of questions; others have columns of their own
            _columns(reader.fieldnames, path.name)
        rows = [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
    except csv.Error as error:
        raise BadInput(f"{path.name} row {reader.line_num}: {error}") from None
    return settled(rows, path.name, told)


def settled(rows: Sequence[dict[str, str]], name: str, told: Convention | None = None) -> list[dict[str, str]]:
    """Return cells with each column of numbers read by one convention.

    Raises:
        BadInput: if a column follows no one convention; the message has both readings.
    """
    return by_column(rows, (*NUMBERS, *WHOLE), WHOLE, name, told)
