"""Work for many callers: bounded places and waiting, a time limit, cancelling, answers kept and shared."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from rechenmacht import wanted
from rechenmacht.outputs.web.cache import Cache, Flights
from rechenmacht.outputs.web.caller import caller
from rechenmacht.outputs.web.model import Stopped
from rechenmacht.outputs.web.pool import Pool
from rechenmacht.outputs.web.problems import Problem
from rechenmacht.outputs.web.settings import Settings

T = TypeVar("T")
MOST_JOBS = 10_000


@dataclass
class Job:
    """Long work that can be followed and stopped."""

    id: str
    total: int
    done: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


class Places(NamedTuple):
    """A pool's limits: how much may be under way or wait in all and for one client, and what the settings call it."""

    most: int
    each: int
    names: tuple[str, str]


@dataclass
class _Begun:
    """Work that was begun: what stops it, and how many callers wait for it."""

    stop: threading.Event = field(default_factory=threading.Event)
    callers: int = 0


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
            "simulate": Pool(settings.running, "simulate"),
            "stream": Pool(1, "stream", nice=10),  # long runs never take the place of short ones
            "check": Pool(settings.running, "check", nice=5),  # nor do the articles of others
            "pages": Pool(1, "pages", nice=5),  # the site's pages, some of which ask dozens of questions
            "store": Pool(4, "store"),  # a database that keeps one waiting holds nothing else up
            "other": Pool(settings.running, "other"),
        }
        room = settings.waiting + settings.running
        usual = Places(
            room, min(room, settings.waiting_per_client + settings.running), ("waiting", "waiting_per_client")
        )
        self._places = dict.fromkeys(self._pools, usual) | {
            "stream": Places(settings.streams, settings.streams_per_client, ("streams", "streams_per_client")),
            "check": Places(room, min(room, settings.articles_per_client), ("waiting", "articles_per_client")),
        }
        self._under_way: Counter[tuple[str, str]] = Counter()
        self._begun: dict[Future[Any], _Begun] = {}
        self._lock = threading.Lock()

    def begin(self, work: Callable[[], T], pool: str) -> Future[T]:
        """Give work to a pool.

        Raises:
            Problem: 429 if this client has too much under way there, 503 if all have; it says which limit that is.
        """
        client, begun = caller().client, _Begun()
        self._take(pool, client)
        look = self._look(begun, pool)

        def run() -> T:
            with wanted.watched(look):
                look()
                return work()

        try:
            future = self._pools[pool].submit(client, run)
        except RuntimeError:
            self._gone(pool, client)
            raise Problem(503, "the server is shutting down", {"Retry-After": "10"}) from None
        self._begun[future] = begun
        future.add_done_callback(lambda done: self._over(done, pool, client))
        return future

    def room(self, pool: str) -> None:
        """Let pass a caller for whom a pool has room, before anything is done for it.

        Raises:
            Problem: as `begin`.
        """
        self._take(pool, caller().client)
        self._gone(pool, caller().client)

    def _take(self, pool: str, client: str) -> None:
        places = self._places[pool]
        with self._lock:
            if self._under_way[pool, ""] >= places.most:
                said = f"too many requests are waiting (limit {places.names[0]})"
                raise Problem(503, f"{said}; try again in a moment", {"Retry-After": "2"})
            if self._under_way[pool, client] >= places.each:
                said = f"you have {places.each:,} requests of this kind under way (limit {places.names[1]})"
                raise Problem(429, f"{said}; try again when one is answered", {"Retry-After": "2"})
            self._under_way[pool, client] += 1
            self._under_way[pool, ""] += 1

    def _over(self, future: Future[Any], pool: str, client: str) -> None:
        self._gone(pool, client)
        self._begun.pop(future, None)

    def _gone(self, pool: str, client: str) -> None:
        with self._lock:
            for key in ((pool, client), (pool, "")):
                self._under_way[key] -= 1
                if self._under_way[key] <= 0:
                    del self._under_way[key]

    def stop(self, future: Future[Any]) -> None:
        """Stop work that nobody waits for: at once where it has not begun, else when it next looks (`wanted`)."""
        begun = self._begun.get(future)
        if begun is not None:
            begun.stop.set()
        future.cancel()

    def _look(self, begun: _Begun, pool: str) -> wanted.Look:
        """Return what ends work when its time is up, or when nobody waits for it any more.

        A page of the site is for everybody and kept: it is finished, whoever has hung up.
        """
        streams = pool == "stream"
        end = time.monotonic() + (self.settings.stream_seconds if streams else self.settings.seconds)

        def look() -> None:
            if pool != "pages" and (begun.stop.is_set() or time.monotonic() > end):
                raise Stopped

        return look

    async def run(self, work: Callable[[], T], pool: str = "other") -> T:
        """Return the result of work in a pool.

        Raises:
            Problem: 429 or 503, if too many wait or the time is up.
        """
        return await self.until(self.begin(work, pool))

    async def until(self, future: Future[T]) -> T:
        """Wait for a future; work that no caller waits for any more is stopped.

        Raises:
            Problem: 503, if the time is up.
        """
        begun = self._begun.get(future) or _Begun()
        begun.callers += 1
        waited, gone = asyncio.wrap_future(future), asyncio.ensure_future(caller().gone())
        waited.add_done_callback(lambda done: done.cancelled() or done.exception())  # told here, or to nobody
        watched: set[asyncio.Future[Any]] = {waited} if caller().receive is None else {waited, gone}
        try:
            done, _ = await asyncio.wait(watched, timeout=self.settings.seconds, return_when=asyncio.FIRST_COMPLETED)
            if waited in done:
                return waited.result()
            if gone in done:
                raise Problem(503, "the caller has hung up")
            raise self._late()
        except (Stopped, CancelledError):
            raise self._late() from None
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await asyncio.wait({gone}, timeout=0)
            begun.callers -= 1
            if begun.callers <= 0 and not future.done():
                self.stop(future)

    def _late(self) -> Problem:
        seconds = f"{self.settings.seconds:g}"
        said = f"this took longer than {seconds} s (limit seconds): ask for less at once, or use the stream"
        return Problem(503, said, {"Retry-After": "5"})

    async def answer(self, key: Hashable, work: Callable[[], bytes], pool: str = "simulate") -> bytes:
        """Return an answer: kept, being made for somebody else, or made now.

        Raises:
            Problem: 429 or 503, if too many wait or the time is up.
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
        for begun in list(self._begun.values()):
            begun.stop.set()
        for pool in self._pools.values():
            pool.close()
