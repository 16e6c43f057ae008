"""Files, read and written the safe way: only plain files up to a limit; whole or not at all, and on the disk."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from rechenmacht.errors import BadInput

T = TypeVar("T")
CACHE_VARIABLE = "RECHENMACHT_CACHE"
PIECE = 1 << 20
MOST_BYTES = 64_000_000  # of a file of a user: the largest table that is taken
MOST_DEPTH = 100  # of what nests in a document
PARTIAL = ".rechenmacht-write-"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class NoRoom(BadInput):
    """A disk that is full, or a quota that is used up; what stood there before still stands."""


def refused(path: Path | str, error: OSError, doing: str = "written") -> BadInput:
    """Return what is said of a file that the system refuses."""
    said = f"{path}: cannot be {doing} ({error.strerror or error})"
    return NoRoom(said) if error.errno in FULL else BadInput(said)


def cache_path() -> Path:
    """Return where what is made once is kept: RECHENMACHT_CACHE or the user's cache folder; it need not be there."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else Path(import_module("platformdirs").user_cache_path("rechenmacht", appauthor=False))


def cache_folder() -> Path:
    """Return the folder where what is made once is kept, made first; a fresh one if it is closed."""
    folder = cache_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="rechenmacht-"))


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on the disk, where the system lets folders be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@cache
def _sweep(folder: Path) -> None:
    """Remove what writes that were killed left in a folder; once a process."""
    for stale in folder.glob(f"{PARTIAL}*"):
        if _dead(stale.name.split(".")[-2]):
            stale.unlink(missing_ok=True)


@contextlib.contextmanager
def whole(path: Path, *, mode: int = 0o644, new: bool = False) -> Iterator[Any]:
    """Give a binary file to write; it becomes `path` in one step, on the disk, when the block ends well.

    Args:
        path: the file.
        mode: who may read it.
        new: whether a file that is there already is refused rather than replaced.

    Raises:
        NoRoom: if the disk is full; nothing is left behind, and what stood there still stands.
        BadInput: if it cannot be written otherwise, or, with `new`, is there already.
    """
    partial = path.with_name(f"{PARTIAL}{path.name}.{os.getpid()}.{secrets.token_hex(3)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        if not new and path.exists() and not path.is_file():
            raise BadInput(f"{path}: cannot be written (it is no plain file)")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if new:
            os.link(partial, path)
        else:
            partial.replace(path)
        sync_folder(path.parent)
    except FileExistsError:
        raise BadInput(f"{path} exists already") from None
    except ValueError:
        raise BadInput(f"{str(path)!r}: no name of a file") from None
    except OSError as error:
        raise refused(path, error) from None
    finally:
        with contextlib.suppress(OSError, ValueError):
            partial.unlink(missing_ok=True)


def put(path: Path, content: str | bytes) -> str:
    """Write a file of a folder that is not there yet (`whole_folder`), and return its SHA-256.

    Raises:
        NoRoom: if the disk is full.
        BadInput: if it cannot be written otherwise.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise refused(path, error) from None
    return hashlib.sha256(data).hexdigest()


def write(path: Path, content: str | bytes, *, mode: int = 0o644, new: bool = False) -> None:
    """Write a file whole or not at all, and on the disk; text as UTF-8 with the line ends that it has.

    Raises:
        NoRoom: if the disk is full; what stood there before still stands.
        BadInput: if it cannot be written otherwise.
    """
    with whole(path, mode=mode, new=new) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def _dead(name: str) -> bool:
    """Tell whether the process that owns a partial folder is gone."""
    try:
        os.kill(int(name.rsplit("-", 1)[-1]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


OURS = ("run.json", "answer.json")  # one of them stands in every folder that a run or an answer was written to


@contextlib.contextmanager
def whole_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a hidden folder beside `out` to fill; it becomes `out` in one step, on the disk, when the block ends well.

    Raises:
        BadInput: if `out` exists and is not an empty folder (or, with `force`, not one of a run or an answer), or it
            cannot be written; nothing half written is left, and what stood there before still stands.
    """
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except (OSError, ValueError):
        raise BadInput(f"{str(out)[:200]!r} cannot be a folder") from None
    if taken:
        if not force:
            raise BadInput(f"{out} exists already (choose another --out, or --force to replace a run)")
        if not any((out / name).exists() for name in OURS):
            raise BadInput(f"{out} is no run folder, so --force does not replace it")
    parent = out.absolute().parent
    partial = parent / f".rechenmacht-partial-{out.name}-{os.getpid()}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for stale in parent.glob(".rechenmacht-partial-*"):
            if _dead(stale.name):
                shutil.rmtree(stale, ignore_errors=True)
        partial.mkdir()
        yield partial
        sync_folder(partial)
        if out.exists():
            old = parent / f".rechenmacht-partial-old-{out.name}-{os.getpid()}"
            out.rename(old)
            partial.rename(out)
            shutil.rmtree(old)
        else:
            partial.rename(out)
        sync_folder(parent)
    except OSError as error:
        raise refused(out, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


_RUNS = re.compile(r"\s*[=+\-@\t\r|%]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")


def inert(cell: Any) -> Any:
    """Return a cell of a CSV file in a form that no spreadsheet runs: text that begins like a formula behind a quote.

    Numbers, with or without a sign, stay as they are.
    """
    if not isinstance(cell, str) or not _RUNS.match(cell) or _NUMBER.fullmatch(cell.strip()):
        return cell
    return "'" + cell


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def unchanged(path: Path, wanted: str | None) -> None:
    """Let pass a file whose bytes are those that a record tells of.

    Args:
        path: the file.
        wanted: the checksum that the record has of it; None if it has none.

    Raises:
        BadInput: if it is missing, or its bytes have changed since it was written.
    """
    try:
        if wanted is not None and path.is_file() and checksum(path) == wanted:
            return
    except OSError as error:
        raise refused(path, error, "read") from None
    said = "has no checksum in run.json" if wanted is None else "is missing"
    if wanted is not None and path.exists():
        said = "is damaged or of another run: its checksum does not fit"
    raise BadInput(f"{path.parent}: {path.name} {said}; run the scenario anew (--force replaces it)")


def must_be_plain(path: Path | str, most: int = MOST_BYTES) -> None:
    """Let pass a plain file up to a size, for readers of our own that open it themselves.

    Raises:
        BadInput: if it is none, or larger.
    """
    name = str(path)
    try:
        found = os.stat(name)  # noqa: PTH116
    except ValueError:
        raise BadInput(f"{name!r} is no name of a file") from None
    except OSError as error:
        raise refused(name if len(name) <= 200 else f"{name[:80]}...", error, "read") from None
    if not stat.S_ISREG(found.st_mode):
        raise BadInput(f"{name} cannot be read: it is {_kind(found.st_mode)}, no plain file")
    if found.st_size > most:
        raise BadInput(f"{name} has more than {most / 1e6:g} MB, more than is read")


def read(path: Path | str, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a plain file, read in pieces up to a limit: a device, a pipe or a folder is not opened.

    Raises:
        BadInput: if it is no plain file, cannot be read, or is larger than that.
    """
    name, handle = str(path), -1
    try:
        if not stat.S_ISREG(os.stat(name).st_mode):  # noqa: PTH116 - a text that is no path has no Path
            raise BadInput(f"{name} cannot be read: it is {_kind(os.stat(name).st_mode)}, no plain file")  # noqa: PTH116
        handle = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):  # it was changed in between
            raise BadInput(f"{name} cannot be read: it is {_kind(found.st_mode)}, no plain file")
        pieces, size = [], 0
        while piece := os.read(handle, PIECE):
            size += len(piece)
            if size > most:
                raise BadInput(f"{name} has more than {most / 1e6:g} MB, more than is read")
            pieces.append(piece)
    except ValueError:  # a NUL in the name
        raise BadInput(f"{name!r} is no name of a file") from None
    except OSError as error:
        shown = name if len(name) <= 200 else f"{name[:80]}..."
        raise refused(shown, error, "read") from None
    finally:
        if handle >= 0:
            os.close(handle)
    return b"".join(pieces)


def _kind(mode: int) -> str:
    kinds: tuple[tuple[Callable[[int], bool], str], ...] = (
        (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    )  # fmt: skip
    return next((said for test, said in kinds if test(mode)), "something else")


def text(path: Path | str, most: int = MOST_BYTES) -> str:
    """Return the text of a plain UTF-8 file without a byte order mark.

    Raises:
        BadInput: if it is no plain file, cannot be read, is larger than that, or is no UTF-8 text.
    """
    try:
        return read(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text (byte {error.start})") from None


def _deep(found: Any) -> bool:
    """Tell whether a document nests more deeply than what reads it later can follow; keys with dots nest, too."""
    level = [found]
    for _ in range(MOST_DEPTH):
        level = [
            one
            for part in level
            if isinstance(part, dict | list)
            for one in (part.values() if isinstance(part, dict) else part)
            if isinstance(one, dict | list)
        ]
        if not level:
            return False
    return True


def _parsed(path: Path | str, most: int, parse: Callable[[str], T]) -> T:
    said = text(path, most)
    try:
        found = parse(said)
        if _deep(found):
            raise RecursionError
        return found
    except RecursionError:
        raise BadInput(f"{path}: nested too deeply") from None
    except ValueError as error:  # of JSON, of TOML, and numbers too long to be read
        raise BadInput(f"{path}: {str(error).splitlines()[0]}") from None


def toml(path: Path | str, most: int = 4_000_000) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises:
        BadInput: if it cannot be read or is no TOML.
    """
    return _parsed(path, most, lambda said: tomllib.loads(said.replace("\r\n", "\n")))


def sealed(document: dict[str, Any], apart: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a document with the SHA-256 of what it says besides (but for entries set apart): a change of it shows."""
    body = {key: value for key, value in document.items() if key != "sha256"}
    told = json.loads(json.dumps({key: value for key, value in body.items() if key not in apart}))
    text = json.dumps(told, sort_keys=True, ensure_ascii=True)
    return {**body, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def json_of(path: Path | str, most: int = MOST_BYTES) -> Any:
    """Return the content of a JSON file; NaN and Infinity are no JSON.

    Raises:
        BadInput: if it cannot be read or is no JSON.
    """
    return _parsed(path, most, lambda said: json.loads(said, parse_constant=_no_constant))
