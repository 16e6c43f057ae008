"""How strong the publications behind a number are: which claims are used, and what rests on weak sources alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.forms import SOURCE_CLASSES, WEAK_CLASSES, Claim

_NAME = re.compile(r"[a-z]+(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
RANK = {name: place for place, name in enumerate(SOURCE_CLASSES)}
"""Strongest first."""
UNKNOWN = "recollection"
"""What own arithmetic counts as whose inputs cannot be told."""


def is_weak(class_: str) -> bool:
    """Tell whether a class of publications is weak: blogs, aggregators, recollection, arithmetic of unknown inputs."""
    return class_ in WEAK_CLASSES or class_ == "own_arithmetic"


@cache
def _file_words(sha256: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.partition("=")[0].rpartition("/")[2] for part in sha256 if "=" in part)


class Strength:
    """The class that each claim's source counts as; own arithmetic counts as the weakest of its inputs."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._known: dict[str, str] = {}
        self._files = {word: row.id for row in base.tables.sources for word in _file_words(row.sha256)}

    def inputs(self, claim: Claim) -> tuple[list[str], list[str]]:
        """Return the claims and the sources that own arithmetic names in its locator and note."""
        text = f"{claim.locator} ; {claim.note}"
        claims = [found.rstrip(".") for found in _NAME.findall(text)]
        words = [found.rstrip(".") for found in _WORD.findall(text)]
        sources = [self._files.get(word, word) for word in words if word in self.base.sources or word in self._files]
        same = re.match(r"as ([a-z0-9_]+) of the same", claim.locator)
        claims += [
            other.id
            for other in (self.base.about.get((claim.subject, same[1]), []) if same else [])
            if other.as_of == claim.as_of
        ]
        return [name for name in dict.fromkeys(claims) if name in self.base.claims and name != claim.id], list(
            dict.fromkeys(sources)
        )

    def of(self, name: str) -> str:
        """Return the class of a claim's source; of own arithmetic, the weakest class among its inputs."""
        if name not in self._known:
            claim = self.base.claims[name]
            own = self.base.sources[claim.source].class_
            self._known[name] = UNKNOWN if own == "own_arithmetic" else own  # while its inputs are looked at
            if own == "own_arithmetic":
                claims, sources = self.inputs(claim)
                found = [self.of(other) for other in claims]
                found += [self.base.sources[other].class_ for other in sources if other != claim.source]
                self._known[name] = max(found, key=lambda one: RANK[one]) if found else UNKNOWN
        return self._known[name]

    def weak(self, name: str) -> bool:
        """Tell whether a claim rests on a weak source."""
        return is_weak(self.of(name))

    def weak_alone(self, names: Iterable[str]) -> bool:
        """Tell whether there are claims and all of them are weak."""
        known = [name for name in names if name in self.base.claims]
        return bool(known) and all(self.weak(name) for name in known)


@cache
def _named_in_files(data: Path, code: Path) -> frozenset[str]:
    texts = [
        path.read_text(encoding="utf-8")
        for folder, endings in (("scenarios", {".toml"}), ("rules", {".csv"}), ("engine", {".csv"}),
                                ("capital", {".csv", ".toml"}), ("", {".toml"}))
        for path in sorted((data / folder).glob("*"))
        if path.suffix in endings
    ] + [path.read_text(encoding="utf-8") for path in sorted(code.rglob("*.py"))]  # fmt: skip
    return frozenset(found.rstrip(".") for text in texts for found in _NAME.findall(text))


def used_claims(base: Base) -> list[str]:
    """Return the claims that parameters, scenarios, rules, backtests or code name, in the order of the base."""
    named = {name for parameter in base.tables.parameters for name in parameter.claims}
    named |= _named_in_files(SHIPPED, SHIPPED.parent)
    return [name for name in base.claims if name in named]


@dataclass(frozen=True, slots=True)
class Summary:
    """What rests on weak sources alone, of what is used."""

    used: tuple[str, ...]
    weak_claims: tuple[str, ...]
    weak_parameters: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of used claims whose source is primary or serious."""
        return 1 - len(self.weak_claims) / len(self.used) if self.used else 1.0


def summary(base: Base) -> Summary:
    """Return which used claims rest on weak sources, and which parameters rest on such claims alone."""
    strength, used = Strength(base), used_claims(base)
    return Summary(
        tuple(used),
        tuple(name for name in used if strength.weak(name)),
        tuple(one.name for one in base.tables.parameters if strength.weak_alone(one.claims)),
    )
