"""What a server makes ready while it serves: native code of its kernel, the first page, the longest other ones.

It is made in a process of its own at the lowest priority and kept in the cache folder: once for each version, day and
state of the data. The process ends with the server, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.placed import FRONT
from rechenmacht.outputs.web.service import Service

DOCUMENT = "openapi.json"
NATIVE = "native code"
_BEGUN: list[str] = []  # folders that are to go when the process does
LEAVE = 10.0  # seconds in which a process that is told to end can put away what it has begun


class Order(NamedTuple):
    """What is to be made: of which data and day, whether native code, and which pages."""

    workspace: str
    checksum: str
    day: str
    native: bool
    pages: list[str]


def missing(service: Service) -> Order:
    """Return what a server could have and has not."""
    native = service.race.backend == "kernel" and not service.race.quicken()
    pages = [name for name in (DOCUMENT, *FRONT) if service.kept.get(name) is None]
    workspace = service.base.workspace
    return Order(str(workspace or ""), service.base.checksum, service.day, native, pages)


@contextlib.contextmanager
def making(service: Service) -> Iterator[subprocess.Popen[str] | None]:
    """Have what is missing made while the block runs; native code is used from the moment it is there."""
    order = missing(service)
    if not (order.native or order.pages):
        yield None
        return
    # A group of its own, to end it with all it begins, in the server's session: Linux shares processors out between
    # sessions first, so in one of its own it would take half of them, however nice it is.
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, process_group=0,
    )  # fmt: skip
    orders, said = process.stdin, process.stdout

    def follow() -> None:
        if said is not None:
            with said:
                for line in said:
                    if line.strip() == NATIVE:
                        service.race.quicken()
        process.wait()

    try:
        if orders is not None:
            with contextlib.suppress(OSError):
                orders.write(json.dumps(order) + "\n")
                orders.flush()
        threading.Thread(target=follow, name="ahead", daemon=True).start()
        yield process
    finally:
        if orders is not None:
            with contextlib.suppress(OSError):
                orders.close()  # it ends when nobody holds the other end any more


def _end_with_the_server() -> None:
    """Wait until the server is gone, then end with all that was begun."""
    while sys.stdin.read(1):
        pass
    if hasattr(os, "killpg"):
        threading.Timer(LEAVE, _leave).start()
        os.killpg(os.getpgrp(), signal.SIGINT)  # also the compiler; what it wrote is removed
    else:
        os._exit(1)


def _leave() -> None:
    """End at once, however far putting away has come: a busy machine may not have let it begin."""
    for folder in _BEGUN:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def make(order: Order) -> None:
    """Make what an order names; what cannot be made is left."""
    from rechenmacht.domains.race.backends import ready
    from rechenmacht.domains.race.plugins import without
    from rechenmacht.evidence.base import load
    from rechenmacht.outputs.stage.page import Stage
    from rechenmacht.outputs.web.app import create_app
    from rechenmacht.outputs.web.placed import Placed
    from rechenmacht.outputs.web.settings import Settings

    facts = without(load(Path(order.workspace))) if order.workspace else load()
    if facts.checksum != order.checksum:
        return  # the data have changed since the server began
    with tempfile.TemporaryDirectory(prefix="rechenmacht-ahead-") as folder:
        _BEGUN.append(folder)
        app = create_app(facts, Settings(database=str(Path(folder) / "none.sqlite")))
        service: Service = app.state.service
        service.day = order.day
        with contextlib.suppress(BadInput):
            _ = Stage(facts).found  # kept where it is not shipped; a workspace's is not
        if DOCUMENT in order.pages:
            service.kept.put(DOCUMENT, json.dumps(app.openapi()).encode())
        if order.native:
            with contextlib.suppress(BadInput, subprocess.SubprocessError, OSError):
                ready.prepare(service.race.given, [one.name for one in service.race.reference])
                _say(NATIVE)
        placed = Placed(service)
        for name in order.pages:
            if name != DOCUMENT:
                placed.made(name, keep=True)
                _say(name)


def main() -> int:
    """Read an order and carry it out.

    Returns:
        Exit code: 0, or 2 where something of it could not be made.
    """
    if hasattr(os, "nice"):
        os.nice(19)
    told: list[Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    try:
        make(Order(*told))
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
