"""A process of its own that turns an uploaded file into plain text, with bounded memory and time.

`python -m rechenmacht.outputs.web.extract SECONDS BYTES` reads the file's bytes on stdin and writes one JSON object.
Parsers of other people's PDF and HTML files can hang or take all memory; here that ends this process alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import NamedTuple

from rechenmacht.errors import BadInput

MEMORY = 2 * 2**30
NAME = "the upload"


class Extracted(NamedTuple):
    """The text of an upload and the day it says it appeared, if it says so."""

    text: str
    day: date | None


def extract(data: bytes, seconds: float, most: int) -> Extracted:
    """Return the text of an uploaded text, HTML or PDF file, told apart by its content.

    Args:
        data: the file.
        seconds: how long reading it may take.
        most: bytes it may have.

    Raises:
        BadInput: if it is of no such kind, holds no text, or takes too long.
    """
    if len(data) > most:
        raise BadInput(f"{NAME} has {len(data):,} bytes; it may have {most:,} at most")
    words = [sys.executable, "-m", "rechenmacht.outputs.web.extract", str(int(seconds) + 1), str(most)]
    try:
        done = subprocess.run(words, input=data, capture_output=True, timeout=seconds, check=False)
        found = json.loads(done.stdout) if done.returncode == 0 else {"error": f"{NAME} could not be read"}
    except (subprocess.TimeoutExpired, ValueError):
        found = {"error": f"{NAME} could not be read within {seconds:g} s"}
    if "error" in found:
        raise BadInput(found["error"])
    return Extracted(found["text"], date.fromisoformat(found["date"]) if found["date"] else None)


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the time limit of the parent holds there too
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read stdin, write JSON."""
    from rechenmacht.domains.reader.sources import parse

    seconds, most = int(sys.argv[1]), int(sys.argv[2])
    _limit(seconds)
    try:
        article = parse(NAME, sys.stdin.buffer.read(most + 1))
        found = {"text": article.text, "date": article.date.isoformat() if article.date else ""}
    except BadInput as error:
        found = {"error": str(error)}
    except (MemoryError, RecursionError):
        found = {"error": f"{NAME} is too large to be read"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
