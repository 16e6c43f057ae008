"""The forms of requests: strict, bounded, and with no way to name a file or an address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.model import Question, Steps
from rechenmacht.scenario import setting

QUARTER = re.compile(r"(\d{4})-?(Q[1-4])")


def no_place(text: str) -> str:
    """Refuse what could name a file or an address: the model's own look-ups would open some of those.

    Raises:
        ValueError: if the text looks like one.
    """
    if re.search(r"[/\\\0]|\.toml\s*$|://", text, re.IGNORECASE):
        raise ValueError("this must be a name, not a file or an address")
    return text


def kept_text(text: str) -> str:
    """Refuse what no database and no file can hold: NUL, and halves of characters.

    Raises:
        ValueError: if the text has one.
    """
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("a text cannot hold NUL or half a character")
    return text


Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(no_place)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e18, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
DrawCount = Annotated[int, Field(ge=1, le=1_000_000)]
Search = Annotated[str, Query(max_length=200)]
Day = Annotated[str, Query(max_length=10, description="2025-11-20; empty: today, or the last date known")]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=500)]
REGION = r"^[A-Za-z_-]+$"
Lang = Literal["en", "de"]


class Strict(BaseModel):
    """A form that takes nothing it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Strict):
    """A value of a lever from a quarter on."""

    at: Annotated[str, Field(pattern=r"^\d{4}-?Q[1-4]$")]
    value: Number


Moves = dict[Short, Number | Annotated[list[Dated], Field(min_length=1, max_length=60)]]


class World(Strict):
    """A scenario with levers moved, as `rechenmacht run --set --shift` moves them.

    Steps join those of the scenario in the order of time; of two for one quarter the one asked for here holds.
    `set` gives all draws one value, `shift` moves the whole range so that its median is the value.
    """

    scenario: Short = "reference"
    set: Moves = Field(default_factory=dict, max_length=60)
    shift: Moves = Field(default_factory=dict, max_length=60)


class Simulate(World):
    """What to simulate. `outcomes` are variables, each given for all its regions; null asks for all."""

    draws: DrawCount = 1000
    seed: Seed = 1
    outcomes: Annotated[list[Short], Field(min_length=1, max_length=60)] | None = None


class Compare(Strict):
    """Two worlds on the same draws."""

    a: World = Field(default_factory=World)
    b: World = Field(default_factory=World)
    draws: DrawCount = 1000
    seed: Seed = 1
    outcomes: Annotated[list[Short], Field(min_length=1, max_length=60)] = Field(
        default_factory=lambda: ["installed|h100e_8bit"]
    )


def question(world: World, draws: int, seed: int, most: int) -> Question:
    """Return a world as the model takes it.

    Raises:
        BadInput: if the draws are too many.
    """
    if draws > most:
        raise BadInput(f"draws: at most {most:,}, not {draws:,}")
    return Question(world.scenario, _moves(world.set), draws, seed, _moves(world.shift))


def _moves(levers: Moves) -> tuple[tuple[str, Steps], ...]:
    found = []
    for name, value in sorted(levers.items()):
        if isinstance(value, list):
            steps = tuple(sorted(((QUARTER.sub(r"\1-\2", one.at), one.value) for one in value), key=itemgetter(0)))
        else:
            steps = (("", value),)
        found.append((name, steps))
    return tuple(found)


def steps_of(settings: Sequence[str], key: str = "set") -> tuple[tuple[str, Steps], ...]:
    """Return levers written NAME=VALUE or NAME=VALUE@QUARTER as a question takes them.

    Raises:
        BadInput: if one cannot be read.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    for text in settings:
        try:
            name, at, value = setting(text)
        except ValueError as error:
            raise BadInput(f"{key}: {text!r}: {error}") from None
        if at and not QUARTER.fullmatch(at):
            raise BadInput(f"{key}: {text!r}: no quarter after @ (write 2027Q1)")
        found.setdefault(name, []).append((at, value))
    return tuple((name, tuple(sorted(steps, key=itemgetter(0)))) for name, steps in sorted(found.items()))


class SourceRow(BaseModel):
    """A publication that an answer rests on."""

    id: str
    title: str
    url: str
    publisher: str
    date: str


class Answer(BaseModel):
    """What every answer carries; docs/serve.md describes the rest of each."""

    model_config = ConfigDict(extra="allow")

    version: str
    data_checksum: str
    sources: list[SourceRow]


class ProblemDocument(BaseModel):
    """An error as RFC 9457 describes it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def _problem(why: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    return {"description": why, "content": {"application/problem+json": schema}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    200: {"model": Answer, "description": "The answer"},
    400: _problem("The body is not what its type says"),
    401: _problem("No account, or none that is known"),
    403: _problem("Not allowed"),
    404: _problem("Nothing there"),
    409: _problem("There are as many as there may be"),
    412: _problem("Somebody saved in between"),
    413: _problem("The request is too large"),
    422: _problem("The request cannot be used; the detail says why"),
    428: _problem("If-Match is missing"),
    429: _problem("Too many requests; Retry-After says when to come back"),
    503: _problem("Too busy, or it took too long"),
    507: _problem("The server's disk is full"),
}
