"""What happened, as somebody writes it down to score forecasts: id, year, value, and when it became known."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rechenmacht.errors import BadInput

Short = Annotated[str, Field(min_length=1, max_length=80)]


def _day(text: str) -> str:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("no_date", "{said}", {"said": f"{text!r} is no date"}) from None
    return text


Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(_day)]


class Outturn(BaseModel):
    """A public quantity of a register (`id`, `year`), its value in the register's unit, and the day it was known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Short
    year: Short
    value: Annotated[float, Field(allow_inf_nan=False)]
    known: Day = ""


def read(path: Path) -> list[dict[str, Any]]:
    """Return the outturns of a CSV file with the columns id, year, value and, if days are given, known.

    Raises:
        BadInput: if the file or a row cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"id", "year", "value"} - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path.name}: no column {', '.join(sorted(missing))}")
            found = [_row(path.name, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from None
    if not found:
        raise BadInput(f"{path.name}: no rows")
    return found


def _row(name: str, number: int, row: dict[str, Any]) -> dict[str, Any]:
    try:
        value = float(row["value"] or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"{name}, row {number}: {row['value']!r} is no finite number")
    texts = {key: str(row.get(key) or "").strip() for key in ("id", "year", "known")}
    return {**texts, "value": value}
