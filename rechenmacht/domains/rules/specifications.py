"""The named specifications that a rule's condition may use: unit, kind, meaning in both languages.

Total processing performance (TPP) is the maximum over precisions of 2 x MacTOPS x bits; a dense TOPS figure counts two
operations per multiply-accumulate, so TPP = dense TOPS x bits. Performance density is TPP over the applicable die area
(logic dies on a non-planar node). Both: technical notes to ECCN 3A090, 88 FR 73458.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "flag", "name", "date"]
Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """One input of a rule.

    `unit` is the only unit of a number. `low` is the smallest value that can be (in that unit). `presumed` stands where
    nothing is said: certificates that the applicant has to give, and properties that a row of this kind normally has.
    """

    name: str
    kind: Kind
    unit: str
    low: float
    presumed: float | None
    name_en: str
    name_de: str


def _number(name: str, unit: str, en: str, de: str, presumed: float | None = None) -> Specification:
    return Specification(name, "number", unit, 0.0, presumed, en, de)


def _flag(name: str, en: str, de: str, presumed: float | None = None) -> Specification:
    return Specification(name, "flag", "", 0.0, presumed, en, de)


# Who receives it and what for. Where nothing is said, none of this is supposed, and the answer's scope says so.
_PARTY = (
    _flag("entity_listed", "a party is on the Entity List", "ein Beteiligter steht auf der Entity List", presumed=0.0),
    _flag("footnote_1", "Entity List, footnote 1", "Entity List, Fußnote 1", presumed=0.0),
    _flag("footnote_4", "Entity List, footnote 4", "Entity List, Fußnote 4", presumed=0.0),
    _flag("footnote_5", "Entity List, footnote 5", "Entity List, Fußnote 5", presumed=0.0),
    _flag("military", "military end user or end use", "militärischer Endverwender oder Zweck", presumed=0.0),
    _flag("denied_party", "a party is denied or blocked", "ein Beteiligter ist ausgeschlossen", presumed=0.0),
    _flag("supercomputer_use", "for a supercomputer", "für einen Supercomputer", presumed=0.0),
    _flag("advanced_fab_use", "for an advanced chip fab", "für ein Werk mit fortgeschrittener Fertigung", presumed=0.0),
    _flag("tool_making_use", "for making chip tools", "zum Bau von Fertigungsanlagen", presumed=0.0),
    _flag("remote_access", "only remote access to chips", "nur Fernzugriff auf Chips", presumed=0.0),
    _flag("approved_recipient", "authorised recipient", "ermächtigter Empfänger", presumed=0.0),
)
PARTY = tuple(one.name for one in _PARTY)

_ALL = (
    _number("tpp", "TPP", "total processing performance", "Gesamtrechenleistung (TPP)"),
    _number("die_mm2", "mm2", "applicable die area", "anrechenbare Chipfläche"),
    _number("pd", "TPP/mm2", "performance density", "Leistungsdichte"),
    _number("io_bw", "GB/s", "aggregate bidirectional I/O rate", "Ein-/Ausgaberate, beide Richtungen"),
    _number("dram_bw", "GB/s", "memory bandwidth", "Speicherbandbreite"),
    _number(
        "hbm_density", "GB/s/mm2", "memory-bandwidth density of the stack", "Bandbreitendichte des Speicherstapels"
    ),
    _number("node_nm", "nm", "process node", "Fertigungsknoten"),
    _number("transistors_bn", "bn", "transistors", "Transistoren"),
    _number("cn_us_volume_ratio", "1", "China volume over US volume", "China-Menge je US-Menge", presumed=0.0),
    _number("owner_listed_share", "1", "share owned by listed parties", "Anteil gelisteter Eigentümer", presumed=0.0),
    _number("us_content_share", "1", "share of controlled US content", "Anteil kontrollierter US-Bestandteile"),
    _number("training_ops", "1", "operations in training", "Rechenschritte im Training"),
    _flag("datacenter", "designed or marketed for data centres", "für Rechenzentren entworfen oder vermarktet"),
    _flag("has_hbm", "has high-bandwidth memory", "mit HBM"),
    _flag("nonplanar", "made on a non-planar node", "nichtplanare Fertigung"),
    _flag("designer_approved", "designer approved or authorised", "Entwickler zugelassen"),
    _flag(
        "designer_authorised",
        "designer authorised (seat in Taiwan, A:1 or A:5)",
        "Entwickler ermächtigt (Sitz in Taiwan, A:1 oder A:5)",
        presumed=0.0,
    ),
    _flag("designer_applied", "designer has applied for approval", "Entwickler hat Zulassung beantragt", presumed=0.0),
    _flag("pack_ok", "packaged and attested by an approved site", "von zugelassenem Betrieb verpackt und bescheinigt"),
    _flag("eligible_packager", "eligible packaging site", "begünstigter Verpackungsbetrieb"),
    _flag("co_packaged", "packaged with a dominant logic die", "mit überwiegendem Logikchip verpackt", presumed=0.0),
    _flag("us_commercial", "commercially available in the US", "in den USA im Handel", presumed=1.0),
    _flag("us_supply_ok", "sufficient supply in the US", "ausreichende Versorgung in den USA", presumed=1.0),
    _flag("third_party_tested", "tested by a US laboratory", "von einem US-Labor geprüft", presumed=1.0),
    _flag("kyc_ok", "know-your-customer checks in place", "Kundenprüfung eingerichtet", presumed=1.0),
    _flag("foreign_chip", "not of a Chinese vendor", "nicht von einem chinesischen Hersteller"),
    _flag("state_funded_dc", "for a state-funded data centre", "für ein staatlich gefördertes Rechenzentrum"),
    *_PARTY,
    _flag("us_technology", "made with listed US technology or in such a plant", "mit gelisteter US-Technik gefertigt"),
    Specification("chip_name", "name", "", 0.0, None, "name of the chip", "Name des Chips"),
    Specification("year", "date", "year", 0.0, None, "year of the transaction", "Jahr des Geschäfts"),
)
SPECIFICATIONS: dict[str, Specification] = {one.name: one for one in _ALL}
# Who and where: not used in conditions, but they can be unknown too and then decide.
SCOPE = {"dest": ("destination", "Zielland"), "hq": ("headquarters of the buyer", "Firmensitz des Käufers"),
         "vendor": ("vendor", "Hersteller"), "role": ("role of the exporter", "Rolle des Exporteurs")}  # fmt: skip
_BITS = (*SPECIFICATIONS, *SCOPE)
BIT: dict[str, int] = {name: 1 << index for index, name in enumerate(_BITS)}
NUMBERS = tuple(one.name for one in _ALL if one.kind == "number")
FLAGS = tuple(one.name for one in _ALL if one.kind == "flag")
# The bit length of each precision's operations; TF32 multiplies 19-bit numbers.
PRECISION_BITS = {
    "peak_fp4_dense": 4, "peak_fp8_dense": 8, "peak_int8_dense": 8, "peak_fp16_dense": 16, "peak_tf32_dense": 19,
    "peak_fp32": 32, "peak_fp64": 64,
}  # fmt: skip
NARROW = ("peak_fp4_dense", "peak_fp8_dense", "peak_int8_dense", "peak_fp16_dense")


def label(name: str, lang: str = "en") -> str:
    """Return what a specification or scope column is called in a language."""
    if name in SCOPE:
        return SCOPE[name][lang == "de"]
    one = SPECIFICATIONS[name]
    return one.name_de if lang == "de" else one.name_en


def names_of(bits: int) -> tuple[str, ...]:
    """Return the specifications whose bits are set, in the order of the registry."""
    return tuple(name for name in _BITS if bits & BIT[name])


def dimension(unit: str) -> Dimension:
    """Return a unit as powers of base units: `TPP/mm2` is TPP 1, mm2 -1. A rate such as `GB/s` is a base unit."""
    powers: dict[str, int] = {}
    text = unit.replace("GB/s", "GBps").replace("TB/s", "TBps")
    for index, part in enumerate(text.split("/")):
        if part not in {"1", ""}:
            powers[part] = powers.get(part, 0) + (1 if index == 0 else -1)
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def unit_text(dim: Dimension) -> str:
    """Return a dimension as people write it; `1` for a plain number."""
    above = [name if power == 1 else f"{name}^{power}" for name, power in dim if power > 0]
    below = [name if power == -1 else f"{name}^{-power}" for name, power in dim if power < 0]
    return "/".join(["*".join(above) or "1", *below]).replace("GBps", "GB/s")
