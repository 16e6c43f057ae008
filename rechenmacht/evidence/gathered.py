"""The tables of the fact base as they are read, with the place of every row; what checks and lookups work on."""

from __future__ import annotations

from dataclasses import dataclass, field

from rechenmacht.evidence import forms, forms_filings, forms_rules


@dataclass
class Tables:
    """The tables as read, before they are looked up: one list per form, in file order.

    A loaded base's `history` holds one edition of each series, `editions` those of all (see `editions.py`).
    """

    quantities: list[forms.Quantity] = field(default_factory=list)
    entities: list[forms.Entity] = field(default_factory=list)
    sources: list[forms.Source] = field(default_factory=list)
    claims: list[forms.Claim] = field(default_factory=list)
    history: list[forms.History] = field(default_factory=list)
    corrections: list[forms.Correction] = field(default_factory=list)
    parameters: list[forms.Parameter] = field(default_factory=list)
    deals: list[forms.Deal] = field(default_factory=list)
    filed: list[forms_filings.Filed] = field(default_factory=list)
    debts: list[forms_filings.Debt] = field(default_factory=list)
    rules: list[forms_rules.Rule] = field(default_factory=list)
    destinations: list[forms_rules.Destination] = field(default_factory=list)
    countries: list[forms_rules.Country] = field(default_factory=list)
    coverage: list[forms_rules.Coverage] = field(default_factory=list)
    parties: list[forms_rules.Party] = field(default_factory=list)
    systems: list[forms_rules.SystemChip] = field(default_factory=list)
    markets: list[forms_rules.Market] = field(default_factory=list)
    topics: list[forms.Topic] = field(default_factory=list)
    overrides: list[forms.Override] = field(default_factory=list)
    set_aside: list[forms.Claim] = field(default_factory=list)
    editions: list[forms.History] = field(default_factory=list)
    places: dict[int, tuple[str, int]] = field(default_factory=dict)

    def place(self, row: object) -> tuple[str, int]:
        """Return the file and line that a row came from."""
        return self.places.get(id(row), ("?", 0))
