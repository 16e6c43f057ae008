"""Which numbers in this article are wrong? German and English text to quantities, subjects and verdicts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rechenmacht.domains.reader import compiled

if TYPE_CHECKING:
    from rechenmacht.domains.reader.model import Document, Quantity, Verdict
    from rechenmacht.domains.reader.reading import Reader

__all__ = ["Document", "Quantity", "Reader", "Verdict"]
compiled.install()


def __getattr__(name: str) -> Any:
    """Return a name of the package, loaded when it is asked for: a question alone needs none of it."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{'reading' if name == 'Reader' else 'model'}"), name)
