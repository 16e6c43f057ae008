"""Destinations: their names in both languages, and their country groups, which change from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rechenmacht.dates import span
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.forms_rules import Country, Destination

HOME = "US"  # what stays there is no export
Groups = dict[str, frozenset[str]]


def folded(name: str) -> str:
    """Return a name as it is looked up: lower case, single spaces, plain apostrophes."""
    return " ".join(name.casefold().replace("’", "'").split())


@dataclass(frozen=True)
class Places:
    """All destinations.

    `starts` are the ordinal days on which some country group changed, ascending, 0 first; `groups` has one entry for
    each, valid until the next. `names` leads from a folded name to a code; `called` from a code to (English, German).
    """

    starts: tuple[int, ...]
    groups: tuple[Groups, ...]
    names: dict[str, str] = field(default_factory=dict)
    called: dict[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every destination's code."""
        return frozenset(self.groups[-1])

    def __contains__(self, code: object) -> bool:
        """Tell whether there is a destination of this code."""
        return code in self.codes

    def __iter__(self) -> Iterator[str]:
        """Yield the codes, in the order of the table."""
        return iter(self.groups[-1])

    def find(self, text: str) -> str | None:
        """Return the code of a destination given by code, name or alias in either language; None if there is none."""
        code = text.strip().upper()
        return code if code in self.codes else self.names.get(folded(text))

    def code(self, text: str, what: str) -> str:
        """Return the code of a destination.

        Raises:
            BadInput: if nothing is called that, naming `what` was given and the nearest names.
        """
        found = self.find(text)
        if found is None:
            near = nearest(text, [*self.codes, *(name for pair in self.called.values() for name in pair)])
            said = f"{what}: {text!r} is no destination{near}"
            raise BadInput.of("error.rules.place", said, field=what, given=text, hint=near)
        return found

    def name(self, code: str, lang: str = "en") -> str:
        """Return what a destination is called in a language."""
        return self.called.get(code, (code, code))[lang == "de"]

    def vintage(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which of `groups` holds on each ordinal day, shape (rows,)."""
        found: npt.NDArray[np.int64] = np.searchsorted(np.array(self.starts), days, side="right") - 1
        return found

    def on(self, day: int) -> Groups:
        """Return the country groups of all destinations on an ordinal day."""
        return self.groups[int(self.vintage(np.array([day]))[0])]


def members(names: Iterable[str], groups: Groups) -> frozenset[str]:
    """Return the destinations that are named, or in a group that is named (`*`: all)."""
    wanted = set(names)
    return frozenset(dest for dest, own in groups.items() if "*" in wanted or dest in wanted or wanted & own)


def build(rows: Iterable[Destination], countries: Iterable[Country] = ()) -> Places:
    """Return the destinations of the tables."""
    periods: dict[str, list[tuple[int, int, frozenset[str]]]] = {}
    for row in rows:
        first = span(row.effective_from)[0].toordinal() if row.effective_from else 0
        last = span(row.effective_to)[1].toordinal() if row.effective_to else 10**7
        periods.setdefault(row.dest, []).append((first, last, frozenset(row.groups)))
    starts = sorted({0} | {first for spans in periods.values() for first, _, _ in spans})

    def own(dest: str, day: int) -> frozenset[str]:
        return next((groups for first, last, groups in periods[dest] if first <= day <= last), frozenset())

    groups = tuple({dest: own(dest, day) for dest in periods} for day in starts)
    names: dict[str, str] = {}
    called = {}
    for one in countries:
        called[one.dest] = (one.name_en, one.name_de)
        for name in (one.name_en, one.name_de, *one.aliases_en, *one.aliases_de):
            names.setdefault(folded(name), one.dest)
    return Places(tuple(starts), groups, names, called)
