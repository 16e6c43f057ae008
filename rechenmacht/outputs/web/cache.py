"""A bounded cache of answers; equal questions that arrive while one is being answered wait for that answer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Least recently used values, at most so many bytes of them.

    Args:
        most: bytes kept.
        size: bytes of a value.
    """

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self.most, self.size, self.bytes = most, size, 0
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """Return a kept value, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: Hashable, value: T) -> None:
        """Keep a value; the ones asked for longest ago make room. A value larger than the cache is not kept."""
        size = self.size(value)
        if size > self.most:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self.bytes += size - (self.size(old) if old is not None else 0)
            self._kept[key] = value
            while self.bytes > self.most:
                _, gone = self._kept.popitem(last=False)
                self.bytes -= self.size(gone)

    def __len__(self) -> int:
        return len(self._kept)


class Flights:
    """Work under way by key: the second caller of a key gets the first one's future."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, Future[bytes]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._under_way)

    def join(self, key: Hashable, begin: Callable[[], Future[bytes]]) -> Future[bytes]:
        """Return the future of a key's work, begun by `begin` if nobody has begun it."""
        with self._lock:
            found = self._under_way.get(key)
            if found is not None:
                return found
            found = self._under_way[key] = begin()
        found.add_done_callback(lambda _: self._landed(key))
        return found

    def _landed(self, key: Hashable) -> None:
        with self._lock:
            self._under_way.pop(key, None)
