"""What a server allows: limits on size, draws, time, concurrency and rate, from a TOML file and the environment."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rechenmacht.errors import BadInput

PREFIX = "RECHENMACHT_SERVE_"


class Settings(BaseModel):
    """Limits and addresses; every field may be set in the file or as `RECHENMACHT_SERVE_<FIELD>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_draws: Annotated[int, Field(ge=1, le=20_000)] = 10_000
    stream_draws: Annotated[int, Field(ge=1, le=20_000)] = 20_000
    body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 2_000_000
    seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    running: Annotated[int, Field(ge=1, le=64)] = 2
    waiting: Annotated[int, Field(ge=0, le=10_000)] = 256
    requests_per_second: Annotated[float, Field(gt=0, le=100_000)] = 50.0
    burst: Annotated[int, Field(ge=1, le=100_000)] = 200
    cached_answers: Annotated[int, Field(ge=0, le=10_000)] = 200
    compiled: bool = True
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]", "testserver")
    framed_by: tuple[str, ...] = ()


def read(path: Path | None = None) -> Settings:
    """Return the settings of a TOML file with the environment laid over it.

    Raises:
        BadInput: if the file or a variable cannot be used, naming it.
    """
    found: dict[str, object] = {}
    where = "environment"
    if path is not None:
        where = path.name
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadInput(f"{path.name}: {error}") from None
    for name, field in Settings.model_fields.items():
        text = os.environ.get(PREFIX + name.upper())
        if text is not None:
            found[name] = tuple(text.split(",")) if "tuple" in str(field.annotation) else text
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None
