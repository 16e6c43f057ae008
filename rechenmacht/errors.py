"""The one exception for bad input: a sentence for the user, never a traceback."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


class BadInput(Exception):
    """Input that cannot be used; the message names the file, the row or the name, and the reason.

    The command line prints it as one line and ends with exit code 2. `key` and `values` let a face say it in another
    language; a message without a key is English only.
    """

    key = ""
    values: dict[str, object] = {}  # noqa: RUF012 - replaced, never changed

    @classmethod
    def of(cls, key: str, text: str, **values: object) -> BadInput:
        """Return an error that the locales word under `key`; `text` stands where they have no such key."""
        made = cls(f"{values['where']}: {text}" if "where" in values else text)
        made.key, made.values = key, values
        return made


MOST = 1200  # characters of a sentence that is told


def one_line(text: str, most: int = MOST) -> str:
    """Return a message as one line of bounded length: what it repeats of somebody's input is cut in the middle."""
    said = re.sub(r"\S{161,}", lambda found: f"{found[0][:120]}…{found[0][-20:]}", " ".join(text.split()))
    return said if len(said) <= most else f"{said[: most - 200]} … {said[-180:]}"


SHORT = 5  # letters; names shorter than this are like too many others
LONG = 200  # letters; what is longer is no name, and comparing it would take long


class Names(str):
    """Names that a message adds, as English says them; `key` is how the locales say it with `names`."""

    __slots__ = ("key", "names")
    key: str
    names: str

    @classmethod
    def of(cls, key: str, text: str, names: Iterable[str]) -> Names:
        """Return the English text with what it is made of."""
        made = cls(text)
        made.key, made.names = key, ", ".join(names)
        return made


def nearest(name: str, known: Iterable[str], most: int = 3) -> str:
    """Return `; did you mean a, b?` for the known names nearest to `name`, or an empty string."""
    if len(name) > LONG:
        return ""
    names = list(known)
    lowered = {candidate.lower(): candidate for candidate in names}
    hits = difflib.get_close_matches(name.lower(), lowered, n=most, cutoff=0.65 if len(name) < SHORT else 0.55)
    tail = name.rsplit(":", maxsplit=1)[-1].lower()
    hits += [candidate for candidate in lowered if len(tail) > 2 and tail in candidate and candidate not in hits]
    found = [lowered[hit] for hit in hits[:most]]
    return Names.of("error.nearest", f"; did you mean {', '.join(found)}?", found) if found else ""


def among(names: Iterable[str]) -> str:
    """Return `; known: a, b` for all known names."""
    found = list(names)
    return Names.of("error.among", f"; known: {', '.join(found)}", found)
