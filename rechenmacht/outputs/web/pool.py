"""Threads that take turns among clients: one who asks a hundred things at once waits for them, the others do not."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


_HERE = threading.local()


def patient() -> bool:
    """Tell whether this thread does work that lets others go first."""
    return bool(getattr(_HERE, "nice", 0))


class Pool:
    """A few threads and a queue for each client.

    Args:
        threads: how many work at once.
        name: of the threads.
        nice: by how much the system lets other threads go first, where it can tell threads apart.
    """

    def __init__(self, threads: int, name: str, nice: int = 0) -> None:
        self._nice = nice
        self._queues: OrderedDict[str, deque[tuple[Future[Any], Callable[[], Any]]]] = OrderedDict()
        self._ready = threading.Condition()
        self._closed = False
        for number in range(threads):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def submit(self, client: str, work: Callable[[], T]) -> Future[T]:
        """Queue work of a client.

        Raises:
            RuntimeError: if the pool is closed.
        """
        made: Future[T] = Future()
        with self._ready:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._queues.setdefault(client, deque()).append((made, work))
            self._ready.notify()
        return made

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._ready:
            while not self._queues and not self._closed:
                self._ready.wait()
            if self._closed:
                return None
            client, queue = next(iter(self._queues.items()))
            found = queue.popleft()
            self._queues.pop(client)
            if queue:
                self._queues[client] = queue  # behind the others
            return found

    def _serve(self) -> None:
        _HERE.nice = self._nice
        if self._nice and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._nice)
        while (found := self._next()) is not None:
            future, work = found
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - whatever it is, its caller is told
                future.set_exception(error)
            else:
                future.set_result(result)
            del found, future, work

    def close(self) -> None:
        """Take no more work, and drop what waits."""
        with self._ready:
            self._closed = True
            left = [future for queue in self._queues.values() for future, _ in queue]
            self._queues.clear()
            self._ready.notify_all()
        for future in left:
            future.cancel()
