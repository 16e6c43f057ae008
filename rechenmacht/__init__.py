"""Rechenmacht: an open, executable model of the AI compute race.

`import rechenmacht as rm` gives `rm.fact`, `rm.claims`, `rm.query`, `rm.run`, `rm.compare`, `rm.sensitivity`,
`rm.check` and `rm.open`, and the questions of each domain: `rm.capital.stress("funding_stop")`. Nothing loads before it
is used.
"""

from importlib import import_module

__version__ = "0.1.0"

_LIBRARY = {
    **dict.fromkeys(("fact", "claims", "query", "run", "check", "open"), "rechenmacht.faces.library"),
    **dict.fromkeys(("compare", "sensitivity", "discover"), "rechenmacht.uncertainty"),
    **dict.fromkeys(("scenarios", "allocate"), "rechenmacht.race"),
}
_DOMAINS = ("capital", "engine", "facts", "race", "reader", "rules", "uncertainty")


def __getattr__(name: str) -> object:
    """Load a function or a domain's functions when they are first used."""
    if name in _LIBRARY:
        return getattr(import_module(_LIBRARY[name]), name)
    if name in _DOMAINS:
        try:
            return import_module(f"rechenmacht.{name}")
        except ModuleNotFoundError:
            pass
    raise AttributeError(f"module 'rechenmacht' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the names of the library."""
    return sorted(["__version__", *_LIBRARY, *_DOMAINS])
