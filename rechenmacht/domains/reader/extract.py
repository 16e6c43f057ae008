"""A process of its own that turns a file of somebody else into plain text, with bounded memory and time.

`python -m rechenmacht.domains.reader.extract NAME SECONDS` reads the file's bytes on stdin and writes one JSON object.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys

from rechenmacht.errors import BadInput

MEMORY = 1536 * 2**20  # bytes of address space; the libraries alone map some 400 MB


def _limit(seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none; the parent's time limit holds there
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)


def main() -> None:
    """Read stdin, write JSON."""
    from rechenmacht.domains.reader.sources import MOST_BYTES, parse

    name, seconds = sys.argv[1], int(sys.argv[2])
    _limit(seconds)
    try:
        article = parse(name, sys.stdin.buffer.read(MOST_BYTES + 1))
        found = {"text": article.text, "date": article.date.isoformat() if article.date else ""}
    except BadInput as error:
        found = {"error": str(error)}
    except (MemoryError, RecursionError):
        found = {"error": f"{name} needs more memory than an article may"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
