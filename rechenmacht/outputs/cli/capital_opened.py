"""What the commands of `rechenmacht capital` share: the contracts that count, and the source of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import base

if TYPE_CHECKING:
    from rechenmacht.domains.capital.contracts import Book, Contract
    from rechenmacht.domains.capital.drivers import Recorder
    from rechenmacht.evidence.base import Base

At = Annotated[str | None, typer.Option("--at", help="Look at the contracts as they stood at this date.")]
Proposed = Annotated[bool, typer.Option("--proposed", help="Count announced contracts and talks too.")]
Unsupported = Annotated[bool, typer.Option("--unsupported", help="Count amounts that no named page supports too.")]


def sampler(draws: int, seed: int) -> Recorder:
    """Return the source of draws, keyed by parameter name.

    Raises:
        BadInput: if `draws` is not positive.
    """
    from rechenmacht.domains.capital.drivers import Recorder
    from rechenmacht.sample import strata, values

    if draws < 1:
        raise BadInput(f"draws must be at least 1, not {draws}")
    return Recorder(lambda p: values(p, strata(p.name, draws, seed)))


def opened(
    at: str | None, proposed: bool = False, unsupported: bool = False
) -> tuple[Base, tuple[Contract, ...], Book, str]:
    """Return the base, all legs, those that count, and the date.

    Raises:
        BadInput: if nothing counts or the date is none.
    """
    from rechenmacht.domains.capital.contracts import contracts, counted, last_date

    facts = base()
    legs = contracts(facts, at)
    book = counted(legs, proposed=proposed, unsupported=unsupported)
    if not book.contracts:
        raise BadInput(f"no contract counts{' at ' + at if at else ''}")
    return facts, legs, book, at or last_date(facts)
