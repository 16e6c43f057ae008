"""The forms of rules, destinations, parties and markets: one frozen record per kind of row."""

from __future__ import annotations

from dataclasses import dataclass

RULE_SUBJECTS = ("chip", "hbm", "foundry", "tool", "weights", "material", "entity", "*")
# Whose rules: the United States', China's...
REGIMES = ("US", "CN", "NL", "JP", "KR", "TW", "MY", "EU", "GB")
# Loosest first; UNDETERMINED is no outcome of a rule but of not knowing.
OUTCOMES = ("NLR", "NAC", "LIC_PA", "LIC_CBC", "LIC", "LIC_PD")
BUYER_OUTCOMES = ("CN_DISCOURAGED", "CN_BLOCKED", "CN_BANNED")
MARKETS = ("datacenter", "consumer")


@dataclass(frozen=True, slots=True)
class Rule:
    """One export or import rule with its dates, destinations, condition and outcome."""

    id: str
    kind: str
    published: str
    effective_from: str
    effective_to: str
    dest_groups: tuple[str, ...]
    dest_except: tuple[str, ...]
    hq_groups: tuple[str, ...]
    vendors: tuple[str, ...]
    roles: tuple[str, ...]
    subject: str
    condition: str
    outcome: str
    outcome_d1_d4: str
    relaxes: tuple[str, ...]
    replaces: tuple[str, ...]
    summary_en: str
    summary_de: str
    citation: str
    source: str
    locator: str
    grade: str
    note: str
    regime: str
    name_en: str
    name_de: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination's country groups in Supplement 1 to part 740 of the EAR, from a first to a last day."""

    dest: str
    groups: tuple[str, ...]
    effective_from: str
    effective_to: str
    note: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Country:
    """A destination's names: ISO 3166-1 code, or 3166-2 where part of a country is treated apart."""

    dest: str
    name_en: str
    name_de: str
    aliases_en: tuple[str, ...]
    aliases_de: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a field of law the tables hold, and the last day to which it is known (empty: not held at all)."""

    id: str
    regime: str
    known_to: str
    text_en: str
    text_de: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Party:
    """A party on lists of the United States (EL, MEU, DPL, UVL, SDN), as of a day; `footnotes` of the Entity List."""

    name: str
    aliases: tuple[str, ...]
    lists: tuple[str, ...]
    footnotes: tuple[str, ...]
    country: str
    listed_from: str
    citation: str
    as_of: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class SystemChip:
    """The chip that decides how a system is classified."""

    system: str
    chip: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Market:
    """Whether a chip is designed or marketed for data centres, which decides the paragraph it falls under."""

    chip: str
    market: str
    source: str
    locator: str
    grade: str
    note: str
