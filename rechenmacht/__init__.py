"""Rechenmacht: an open, executable model of the AI compute race."""

from importlib import import_module

__version__ = "0.1.0"

_FACES = ("capital", "engine")


def __getattr__(name: str) -> object:
    """Load a domain's functions when they are first used: `rechenmacht.capital.stress("funding_stop")`."""
    if name in _FACES:
        return import_module(f"rechenmacht.{name}")
    raise AttributeError(name)
