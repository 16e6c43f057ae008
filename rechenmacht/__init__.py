"""Rechenmacht: an open, executable model of the AI compute race.

`import rechenmacht as rm` gives `rm.fact`, `rm.claims`, `rm.query`, `rm.run`, `rm.compare`, `rm.sensitivity`,
`rm.check` and `rm.open`, and the questions of each domain: `rm.capital.stress("funding_stop")`. Nothing loads before it
is used.
"""

from rechenmacht.faces.offered import DOMAINS, LIBRARY, offered

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load a function or a domain's functions when they are first used."""
    return offered(name)


def __dir__() -> list[str]:
    """Return the names of the library."""
    return sorted(["__version__", *LIBRARY, *DOMAINS])
