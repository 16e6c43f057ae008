"""Projects that compete for power, as a CSV file lists them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rechenmacht.errors import BadInput

Kind = Literal["research", "training", "inference", "public_good"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Least = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Project(BaseModel):
    """One project: its yearly value when it has all the power it can use, in any one unit, and how that grows."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    project: str = Field(min_length=1)
    kind: Kind
    value_low: Least
    value_mid: Least
    value_high: Least
    gw_scale: Positive
    gw_min: Least = 0.0
    gw_max: Positive
    basis: str = ""
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def in_order(self) -> Project:
        """Refuse bounds that are not in order."""
        if not self.value_low <= self.value_mid <= self.value_high:
            raise ValueError("value_low, value_mid and value_high are not in order")
        if self.gw_min > self.gw_max:
            raise ValueError("gw_min is above gw_max")
        return self


def read(path: Path) -> tuple[Project, ...]:
    """Read projects from a CSV file.

    Raises:
        BadInput: naming the file, row and reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: {error}") from None
    found = []
    for line, row in enumerate(rows, 2):
        try:
            found.append(
                Project.model_validate({k: v for k, v in row.items() if k is not None and v not in {None, ""}})
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"{path} row {line}: {where + ': ' if where else ''}{first['msg'].lower()}") from None
    if not found:
        raise BadInput(f"{path}: no projects")
    names = [one.project for one in found]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise BadInput(f"{path}: project {double!r} stands twice")
    return tuple(found)
