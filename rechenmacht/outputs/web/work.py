"""Work for many callers: bounded places and waiting, a time limit, cancelling, answers kept and shared."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from rechenmacht.outputs.web.cache import Cache, Flights
from rechenmacht.outputs.web.model import Stopped
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.settings import Settings

T = TypeVar("T")
Tick = Callable[[int], None]


@dataclass
class Job:
    """Long work that can be followed and stopped."""

    id: str
    total: int
    done: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


class Work:
    """The places where answers are computed.

    Args:
        settings: how many at once, how many may wait, how long one may take, how many bytes of answers are kept.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.answers: Cache[bytes] = Cache(settings.cached_bytes, len)
        self.flights = Flights()
        self.jobs: dict[str, Job] = {}
        self._pools = {
            "simulate": ThreadPoolExecutor(settings.running, "simulate"),
            "stream": ThreadPoolExecutor(1, "stream"),  # long runs never take the place of short ones
            "other": ThreadPoolExecutor(settings.running, "other"),
        }
        self._waiting = 0
        self._lock = threading.Lock()

    def begin(self, work: Callable[[], T], pool: str) -> Future[T]:
        """Give work to a pool.

        Raises:
            Problem: 503, if too many wait already.
        """
        with self._lock:
            if self._waiting >= self.settings.waiting + self.settings.running:
                raise Problem(503, "too many requests are waiting; try again in a moment", {"Retry-After": "2"})
            self._waiting += 1
        try:
            future = self._pools[pool].submit(work)
        except RuntimeError:
            self._gone()
            raise Problem(503, "the server is shutting down", {"Retry-After": "10"}) from None
        future.add_done_callback(lambda _: self._gone())
        return future

    def _gone(self) -> None:
        with self._lock:
            self._waiting -= 1

    def deadline(self) -> Tick:
        """Return a tick that stops work when its time is up."""
        end = time.monotonic() + self.settings.seconds

        def tick(_: int) -> None:
            if time.monotonic() > end:
                raise Stopped

        return tick

    async def run(self, work: Callable[[], T], pool: str = "other") -> T:
        """Return the result of work in a pool.

        Raises:
            Problem: 503, if too many wait or the time is up.
        """
        return await self.until(self.begin(work, pool))

    async def until(self, future: Future[T]) -> T:
        """Wait for a future; the work goes on without this caller if the time is up.

        Raises:
            Problem: 503, if the time is up.
        """
        try:
            waited = asyncio.shield(asyncio.wrap_future(future))
            return await asyncio.wait_for(waited, self.settings.seconds)
        except (TimeoutError, Stopped, CancelledError):
            seconds = f"{self.settings.seconds:g}"
            raise Problem(
                503, f"this took longer than {seconds} s: ask for fewer draws or outcomes, or use the stream"
            ) from None

    async def answer(self, key: Hashable, work: Callable[[], bytes], pool: str = "simulate") -> bytes:
        """Return an answer: kept, being made for somebody else, or made now.

        Raises:
            Problem: 503, if too many wait or the time is up.
        """
        found = self.answers.get(key)
        if found is not None:
            return found

        def kept() -> bytes:
            made = work()
            self.answers.put(key, made)
            return made

        return await self.until(self.flights.join(key, lambda: self.begin(kept, pool)))

    def job(self, total: int) -> Job:
        """Return a new job."""
        made = Job(secrets.token_urlsafe(12), total)
        self.jobs[made.id] = made
        return made

    def close(self) -> None:
        """Stop all work."""
        for job in list(self.jobs.values()):
            job.stop.set()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
