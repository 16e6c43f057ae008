"""A text of an answer that is made where the answer is made, and said in the reader's language by the faces."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from rechenmacht.errors import BadInput


class Said(str):
    """An English text with the key under which the locales word it, and the values it names.

    `forms` are the formats that the English text gives its values: every language shows the same digits.

    Machines read the English text; people read the locale's, where it has the key.
    """

    __slots__ = ("forms", "key", "values")
    key: str
    values: Mapping[str, object]
    forms: Mapping[str, str]

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
        made.forms = {name: form for _, name, form, _ in Formatter().parse(text) if name and form}
        return made

    @classmethod
    def error(cls, error: BadInput) -> Said:
        """Return what an error says."""
        made = cls(str(error))
        made.key, made.values, made.forms = error.key, error.values, {}
        return made
