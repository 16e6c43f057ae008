"""The door: how many connections there are, how long a request may take to arrive, and how often the log says so.

A connection whose request has not wholly arrived (or that waits between two requests) can be given up for a new one,
the oldest first: whoever opens hundreds and sends nothing closes their own, and nobody else is kept out.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from rechenmacht.outputs.web.settings import Settings

RESERVE = 100  # file handles kept for the database, files, processes
SPARE = 8  # closed connections whose handles the loop has yet to give back
LEAST_RATE = 1000.0  # bytes a second that a body must bring on the average, after its first ten seconds
GRACE = 10.0
LOOK = 5.0
SAY_AGAIN = 5.0  # seconds for which a cause is not said again
NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def client_of(host: str) -> str:
    """Return whom limits count together: an IPv4 address, or the network that an IPv6 caller chooses addresses in."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return host


class Connection(socket.socket):
    """An accepted connection; `waiting` while no whole request of it is under way."""

    gate: Gate
    client: str
    waiting: bool
    ended: bool

    def close(self) -> None:
        """Close it, and let the gate know."""
        self.gate.closed(self)
        super().close()

    def end(self) -> None:
        """End it from our side; the loop then sees its end and closes it."""
        self.ended, self.waiting = True, False
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)


class Gate:
    """Who may connect.

    Args:
        settings: the limits.
        exempt: tells which addresses stand for many clients (a proxy).
    """

    def __init__(self, settings: Settings, exempt: Callable[[str], bool] = lambda _: False) -> None:
        self.most = max(16, min(settings.connections, handles() - RESERVE))
        self.each = min(settings.connections_per_client, self.most)
        self.header_seconds, self.body_seconds = settings.header_seconds, settings.body_seconds
        self.exempt = exempt
        self.open: dict[int, Connection] = {}  # by file handle, in the order in which they last did something

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self.open.pop(connection.fileno(), None)

    def of(self, handle: int) -> Connection | None:
        """Return the connection of a file handle."""
        return self.open.get(handle)

    def touched(self, connection: Connection) -> None:
        """Note that a connection has done something: it is the youngest now."""
        handle = connection.fileno()
        if self.open.pop(handle, None) is not None:
            self.open[handle] = connection

    def _oldest(self, client: str | None = None) -> Connection | None:
        return next((one for one in self.open.values() if one.waiting and client in {None, one.client}), None)

    def _greedy(self) -> str | None:
        """Return the client with most waiting connections."""
        counts = Counter(one.client for one in self.open.values() if one.waiting)
        return counts.most_common(1)[0][0] if counts else None

    def admit(self, connection: Connection) -> bool:
        """Take a connection in, giving up an older one that waits where there are too many."""
        living = [one for one in self.open.values() if not one.ended]
        mine = sum(one.client == connection.client for one in living)
        if mine >= self.each and not self.exempt(connection.client):
            victim = self._oldest(connection.client)
        elif len(living) >= self.most:
            victim = self._oldest(self._greedy())
        else:
            self.open[connection.fileno()] = connection
            return True
        if victim is None:
            return False
        victim.end()
        self.open[connection.fileno()] = connection
        return True

    def make_room(self) -> None:
        """Give up waiting connections where the system has no handle left."""
        for _ in range(SPARE):
            victim = self._oldest(self._greedy())
            if victim is not None:
                victim.end()

    @property
    def crowded(self) -> bool:
        """Whether the loop must first close what has been given up."""
        return len(self.open) >= self.most + SPARE


class Listener(socket.socket):
    """A listening socket that asks the gate; what asyncio calls when somebody connects."""

    gate: Gate

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection that is let in.

        Raises:
            BlockingIOError: if there is none.
        """
        while True:
            if self.gate.crowded:
                raise BlockingIOError
            try:
                handle, address = self._accept()  # type: ignore[attr-defined]
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                self.gate.make_room()  # asyncio would say so thousands of times a second
                raise BlockingIOError from None
            made = Connection(self.family, self.type, self.proto, fileno=handle)
            made.gate, made.client, made.waiting, made.ended = self.gate, client_of(str(address[0])), True, False
            if self.gate.admit(made):
                loop = asyncio.get_running_loop()
                # Also one that never gets as far as a request, such as a TLS handshake that stays half done.
                loop.call_later(self.gate.header_seconds + 1, _late, made)
                return made, address
            with contextlib.suppress(OSError):
                made.send(REFUSED)
            made.close()


REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 5\r\n"
    b"connection: close\r\n\r\n"
    b'{"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "too many connections are open '
    b'(limits connections and connections_per_client); try again in 5 s"}'
)
LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def _late(connection: Connection) -> None:
    if connection.fileno() >= 0 and not getattr(connection, "served", False) and connection.waiting:
        connection.end()


class Timed(H11Protocol):
    """HTTP with limits on how long headers and bodies take to arrive and answers to be taken."""

    gate: ClassVar[Gate]
    _connection: Connection | None = None
    _timer: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None
    _phase = ""
    _began = 0.0
    _read = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin: the first headers have so long to arrive."""
        super().connection_made(transport)
        found = transport.get_extra_info("socket")
        self._connection = self.gate.of(found.fileno()) if found is not None else None
        if self._connection is not None:
            self._connection.served = True  # type: ignore[attr-defined]
        self._arm("headers", self.gate.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, with all timers."""
        self._disarm()
        if self._writing is not None:
            self._writing.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, and see how far the request has come."""
        self._read += len(data)
        if not self._phase and self._idle:
            self._arm("headers", self.gate.header_seconds)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request; in between the connection can be given up."""
        self._disarm()
        self._state(waiting=True)
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Wait for a peer that does not take its answer, for so long."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self.gate.body_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    @property
    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _state(self, *, waiting: bool) -> None:
        if self._connection is not None and not self._connection.ended:
            self._connection.waiting = waiting
            self.gate.touched(self._connection)

    def _look(self) -> None:
        if self._idle or self.transport.is_closing():
            return
        if not self.cycle.more_body:
            self._disarm()
            self._state(waiting=False)
        elif self._phase != "body":
            self._began, self._read = self.loop.time(), 0
            self._arm("body", LOOK)

    def _arm(self, phase: str, seconds: float) -> None:
        self._disarm()
        self._phase = phase
        self._timer = self.loop.call_later(seconds, self._expired)

    def _disarm(self) -> None:
        self._phase = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expired(self) -> None:
        spent = self.loop.time() - self._began
        slow = spent >= self.gate.body_seconds or self._read < LEAST_RATE * (spent - GRACE)
        if self._phase == "body" and not slow:
            self._arm("body", LOOK)
            return
        if not self.transport.is_closing():
            if self._idle:
                self.transport.write(LATE)
            self.transport.close()


def timed(gate: Gate) -> type[H11Protocol]:
    """Return the protocol of a gate."""
    return type("Gated", (Timed,), {"gate": gate})


def handles() -> int:
    """Return how many file handles this process may have, after asking for as many as are allowed."""
    try:
        import resource
    except ImportError:  # Windows
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return 4096 if soft == resource.RLIM_INFINITY else int(soft)


class Seldom(logging.Filter):
    """Lets a cause be logged once in a while, and then says how often it came in between."""

    def __init__(self, seconds: float = SAY_AGAIN) -> None:
        super().__init__()
        self.seconds = seconds
        self._said: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written."""
        kind = record.exc_info[0] if record.exc_info else None
        key = (record.name, record.levelno, str(record.msg)[:40], kind)
        now = time.monotonic()
        last, missed = self._said.get(key, (-1e9, 0))
        if now - last < self.seconds:
            self._said[key] = (last, missed + 1)
            return False
        if len(self._said) > 1000:
            self._said.clear()
        self._said[key] = (now, 0)
        if missed:
            record.msg, record.args = f"{record.getMessage()} (and {missed} times more before)", ()
        return True


def quieten() -> None:
    """Let no cause fill the log."""
    for name in ("uvicorn", "uvicorn.error", "asyncio", "rechenmacht"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, Seldom) for one in logger.filters):
            logger.addFilter(Seldom())
