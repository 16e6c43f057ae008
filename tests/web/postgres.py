"""A PostgreSQL server of the test's own, on a socket in a fresh folder, where the programs are found."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name))


def fresh(address: str) -> str:
    """Return the address of a new database."""
    from sqlalchemy import create_engine, text

    name = f"t{secrets.token_hex(6)}"
    engine = create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.format(name=name)


@contextmanager
def running() -> Iterator[str]:
    """Yield the SQLAlchemy address of a server, to which the name of a database is to be put in; stop it afterwards."""
    assert PROGRAMS is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to run as root; Debian's package makes a user for it.
    who: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if who:
        shutil.chown(folder, "postgres", "postgres")

    def call(program: str, *words: str) -> None:
        asked = [str(PROGRAMS / program), *words]
        subprocess.run(asked, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)

    data = folder / "data"
    call("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D", str(data))
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=30"
    call("pg_ctl", "start", "-w", "-s", "-D", str(data), "-o", settings, "-l", str(folder / "log"))
    try:
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    finally:
        call("pg_ctl", "stop", "-s", "-m", "immediate", "-D", str(data))
        shutil.rmtree(folder)
