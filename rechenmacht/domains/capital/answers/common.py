"""What the answers share: the contracts that count, the source of draws, the claims."""

from __future__ import annotations

from collections.abc import Iterable

from rechenmacht.answers.kinds import Kind
from rechenmacht.domains.capital import questions
from rechenmacht.domains.capital.contracts import Book, Contract, contracts, counted, last_date
from rechenmacht.domains.capital.recorder import Recorder
from rechenmacht.domains.capital.recorder import sampler as recorded
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

USD, SHARE = Kind("money", "USD"), Kind("share", "1")


def book_of(asked: questions.OfNetwork, base: Base) -> tuple[Book, str]:
    """Return the contracts that count, and the day they are looked at.

    Raises:
        BadInput: if none counts.
    """
    book = counted(contracts(base, asked.at), proposed=getattr(asked, "proposed", False), unsupported=asked.unsupported)
    if not book.contracts:
        raise BadInput(f"no contract counts{' at ' + asked.at if asked.at else ''}")
    return book, asked.at or last_date(base)


def sampler(asked: questions.Drawn) -> Recorder:
    """Return the source of draws, which remembers what was drawn."""
    return recorded(asked.draws, asked.seed)


def claims_of(legs: Iterable[Contract], draw: Recorder | None = None) -> tuple[str, ...]:
    """Return the claims of contracts and of what was drawn, each once."""
    found = [leg.claim for leg in legs if leg.claim]
    return tuple(dict.fromkeys([*found, *(c for p in (draw.parameters.values() if draw else ()) for c in p.claims)]))
