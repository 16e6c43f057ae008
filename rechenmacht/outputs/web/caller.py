"""Who waits for an answer: whom limits count it for, its language, and whether it still listens."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.types import Receive


@dataclass
class Caller:
    """The caller of a request. `left` is called when the request ends, however it ends."""

    client: str
    receive: Receive | None = None
    user: str = ""
    lang: str = "en"
    left: list[Callable[[], object]] = field(default_factory=list)

    async def gone(self) -> None:
        """Wait until the caller has hung up; to be called once the body has been read."""
        if self.receive is None:
            return
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def end(self) -> None:
        """Stop what was begun for this caller alone."""
        for leave in self.left:
            with contextlib.suppress(Exception):
                leave()
        self.left.clear()


_NOBODY = Caller("-")
CALLER: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


def caller() -> Caller:
    """Return whose request this is."""
    return CALLER.get()
