"""Words as pages say them: days written out, the meaning of a rule's outcome without its code, rules by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rechenmacht.answers.kinds import Kind
from rechenmacht.faces.labels import subject_name
from rechenmacht.faces.words import Words
from rechenmacht.outputs.rules_text import rule_name

RULED = "rule_outcome"


@dataclass(frozen=True)
class PageWords(Words):
    """Words for readers of pages; codes and ISO days are for machines, and stand in the files beside each page."""

    def term(self, group: str, value: str) -> str:
        """Return the word of a vocabulary; an outcome of rules without the code that it begins with."""
        found = super().term(group, value)
        return found.removeprefix(f"{value}, ") if group == RULED else found

    def _day(self, value: str, _kind: Kind, _row: Mapping[str, Any]) -> str:
        return self.language.date(value)

    def _ids(self, value: Sequence[str], _kind: Kind, _row: Mapping[str, Any]) -> str:
        return "; ".join(map(self.named, value))

    def named(self, name: str) -> str:
        """Return what an id stands for: a contract by who pays whom and when, a thing or a rule by its name."""
        contract = self._deal(name)
        if contract != name:
            return contract
        if name in self.base.entities:
            return subject_name(self.base, self.language, name)
        return rule_name(self.base, name, self.language.code)  # type: ignore[arg-type]
