"""The one exception for bad input: a sentence for the user, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BadInput(Exception):
    """Input that cannot be used; the message names the file, the row or the name, and the reason.

    The command line prints it as one line and ends with exit code 2.
    """


def nearest(name: str, known: Iterable[str], most: int = 3) -> str:
    """Return `; did you mean a, b?` for the known names nearest to `name`, or an empty string."""
    names = list(known)
    lowered = {candidate.lower(): candidate for candidate in names}
    hits = difflib.get_close_matches(name.lower(), lowered, n=most, cutoff=0.55)
    tail = name.rsplit(":", maxsplit=1)[-1].lower()
    hits += [candidate for candidate in lowered if len(tail) > 2 and tail in candidate and candidate not in hits]
    return f"; did you mean {', '.join(lowered[hit] for hit in hits[:most])}?" if hits else ""
