"""The forms of the fact base: one frozen record per kind of row. `docs/data-forms.md` describes each column."""

from __future__ import annotations

from dataclasses import dataclass

PERIODS = ("static", "level", "quarter", "year", "cumulative")
COMPUTE_BASES = ("", "4bit", "8bit", "16bit", "bandwidth")
# Strongest first: `resolve` prefers what stands earlier.
BASES = ("measured", "specified", "reported", "estimated", "forecast", "target", "judgement")
GRADES = ("primary", "secondary", "unverified")
AHEAD_OF_TIME = frozenset({"forecast", "target", "specified", "judgement"})
# Strongest first. `own_arithmetic` is as strong as the weakest claim it is made from.
SOURCE_CLASSES = (
    "filing", "data_set", "paper", "law", "standard", "vendor", "official", "press", "think_tank",
    "blog", "aggregator", "own_arithmetic", "recollection",
)  # fmt: skip
WEAK_CLASSES = frozenset({"blog", "aggregator", "recollection"})
OWN_CLASSES = frozenset({"own_arithmetic", "recollection"})
DEAL_KINDS = ("equity", "debt", "purchase_commitment", "lease", "guarantee", "warrant")
DEAL_STATES = ("executed", "signed", "reported", "announced", "letter of intent", "reported talks", "cancelled")
DEAL_BANDS = ("", "value", "firm_headline")
DEAL_SCOPES = ("contract", "aggregate", "historical")
DISTRIBUTIONS = ("fixed", "uniform", "triangular", "normal", "lognormal", "logitnormal")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be measured: one definition, its only unit and its hard bounds (in that unit).

    Synonyms are further words that articles use for it; the reader finds it by name, synonyms and meaning.
    """

    id: str
    unit: str
    low: float
    high: float
    period: str
    family: str
    compute_basis: str
    name_en: str
    name_de: str
    meaning_en: str
    meaning_de: str
    synonyms_en: tuple[str, ...] = ()
    synonyms_de: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A chip, system, organisation, bloc, site, model, deal...; its names and aliases in both languages."""

    id: str
    kind: str
    name_en: str
    name_de: str
    aliases_en: tuple[str, ...]
    aliases_de: tuple[str, ...]
    bloc: str
    parent: str
    start: str
    end: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """A publication: what it says of itself, where it stands, where it was read and who said it first.

    `origin` is a key shared by all publications that repeat one statement; `read_at` is the mirror, transcription or
    digest that was read where it is not `address`; `sha256` holds `file=hash` for each file of a data set.
    """

    id: str
    title: str
    publisher: str
    published: str
    accessed: str
    address: str
    read_at: str
    origin: str
    class_: str
    licence: str
    language: str
    archived: str
    sha256: tuple[str, ...]
    note: str

    @property
    def first(self) -> str:
        """Who said it first: `origin`, or the publication itself where none is named."""
        return self.origin or self.id


TOPIC_KINDS = ("topic", "headline")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic or headline number, the quantities that observe it (`capex_*`), and how often something new appears.

    `note` says that nothing newer is published, where that was looked for.
    """

    id: str
    kind: str
    name_en: str
    name_de: str
    quantities: tuple[str, ...]
    every_months: float
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One number that one source states about one subject, in the quantity's unit, with its band (5-95 %)."""

    id: str
    subject: str
    quantity: str
    low: float | None
    value: float | None
    high: float | None
    unit: str
    as_of: str
    source: str
    locator: str
    basis: str
    grade: str
    note: str
    file: str = ""
    row: int = 0

    @property
    def mid(self) -> float:
        """The value, or the middle of the band (geometric where both ends are positive)."""
        if self.value is not None:
            return self.value
        if self.low is None or self.high is None:
            only = self.low if self.low is not None else self.high
            return only if only is not None else float("nan")
        return (self.low * self.high) ** 0.5 if self.low > 0 else (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class History:
    """One period of an observed series: 5th, 50th and 95th percentile in the quantity's unit."""

    subject: str
    quantity: str
    period: str
    low: float | None
    value: float
    high: float | None
    unit: str
    source: str
    locator: str
    basis: str
    grade: str
    note: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A known error in a source: applies while the source still says `expect`."""

    id: str
    target: str
    row: str
    column: str
    expect: str
    replace: str
    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class Override:
    """A workspace's word that one of its claims wins: the shipped `claim` is set aside."""

    claim: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """The prior of an uncertain parameter; low, mid, high in `unit`, read as its `distribution` says."""

    name: str
    mechanism: str
    subject: str
    low: float
    mid: float
    high: float
    unit: str
    distribution: str
    basis: str
    claims: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Deal:
    """One leg of a contract; the payer is always who pays or grants. Its amounts are claims about `deal:<id>`.

    `band` says what the amount claim's low and high mean, `scope` whether the leg may be added to others, `obligor`
    whose failure draws a guarantee or whose rent serves a loan (docs/data-forms.md).
    """

    id: str
    package: str
    date: str
    payer: str
    payee: str
    kind: str
    amount_basis: str
    band: str
    scope: str
    start: str
    exit_days: str
    obligor: str
    horizon_years: str
    gw: str
    conditions: str
    spent_back_on: str
    spent_back_with: str
    status: str
    superseded_by: str
    source: str
    locator: str
    grade: str
    note: str


# dormant: on the books, not enforced; licence: granted or refused; foreign: another side's rule; reach: whether United
# States law reaches an item at all.
RULE_KINDS = (
    "control", "relaxation", "guidance", "fee", "buyer", "quota", "bill", "dormant", "licence", "foreign", "reach",
)  # fmt: skip
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
