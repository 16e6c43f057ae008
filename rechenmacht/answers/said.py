"""A text of an answer that is made where the answer is made, and said in the reader's language by the faces."""

from __future__ import annotations

from collections.abc import Mapping

from rechenmacht.errors import BadInput


class Said(str):
    """An English text with the key under which the locales word it, and the values it names.

    Machines read the English text; people read the locale's, where it has the key.
    """

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, key: str, text: str, **values: object) -> Said:
        """Return a text.

        Args:
            key: its key in the locales.
            text: the English text with the values in braces, as `str.format` takes them.
            values: numbers, names, or texts of this kind.
        """
        made = cls(text.format(**values))
        made.key, made.values = key, values
        return made

    @classmethod
    def error(cls, error: BadInput) -> Said:
        """Return what an error says."""
        made = cls(str(error))
        made.key, made.values = error.key, error.values
        return made
