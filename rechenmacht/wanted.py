"""Whether anybody still waits for what is being computed: long loops ask between two turns, and stop where nobody does.

Who computes for others says how to find out (`watched`); everywhere else asking costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Look = Callable[[], None]
"""Returns, or raises what ends the work."""

_LOOK: ContextVar[Look | None] = ContextVar("look", default=None)


@contextmanager
def watched(look: Look) -> Iterator[None]:
    """Have loops of this thread look, while the block runs, whether they are to go on."""
    kept = _LOOK.set(look)
    try:
        yield
    finally:
        _LOOK.reset(kept)


def still(*_done: int) -> None:
    """Go on, or raise what ends the work; it can stand where a loop tells how far it is."""
    look = _LOOK.get()
    if look is not None:
        look()
