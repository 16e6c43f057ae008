"""What the rules need to know of a catalogue chip, taken from claims, each number with the claims behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rechenmacht.domains.rules.cases import Cases, from_rows
from rechenmacht.domains.rules.parties import applied
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.domains.rules.specifications import NARROW, PRECISION_BITS, SPECIFICATIONS
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Entity
from rechenmacht.evidence.resolve import Resolved, resolve

GB_PER_TB = 1000.0
# No DRAM reads itself empty a thousand times a second (HBM: about 50 times); what does is memory on the chip.
ON_CHIP_READS_PER_SECOND = 1000.0
_FILLING = frozenset({
    "nvidia", "amd", "intel", "google", "amazon", "aws", "microsoft", "meta", "huawei", "gpu", "accelerator", "geforce",
    "instinct",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """A specification's value in its unit, how it came about, the claims used and whether all are unverified."""

    value: float
    how: str
    claims: tuple[str, ...]
    unverified: bool


@dataclass(frozen=True, slots=True)
class RuledChip:
    """A catalogue chip as the rules see it; what no claim states is not in `known`."""

    id: str
    name: str
    names: frozenset[str]
    vendor: str
    market: str
    released: str
    home: str
    known: Mapping[str, Derived]
    notes: tuple[str, ...]


def _claims(found: Resolved) -> tuple[str, ...]:
    return tuple(claim.id for claim, _ in found.used)


def _unverified(found: Iterable[Resolved]) -> bool:
    return any(all(claim.grade == "unverified" for claim, _ in one.used) for one in found)


def _resolved(base: Base, subject: str, quantities: Iterable[str]) -> dict[str, Resolved]:
    return {name: resolve(base, subject, name) for name in quantities if (subject, name) in base.about}


def _digits(value: float) -> float:
    return float(f"{value:.5g}")


def performance(base: Base, subject: str) -> tuple[Derived | None, str]:
    """Return a chip's TPP and a remark.

    A stated TPP wins. Otherwise it is the maximum over precisions of dense TOPS x bits (two operations per
    multiply-accumulate, so 2 x MacTOPS x bits; technical notes to ECCN 3A090). If nothing is known at 16 bits or
    fewer, the TPP is unknown: the wide precisions of a chip with matrix units say little about it.
    """
    stated = _resolved(base, subject, ("total_processing_performance",)).get("total_processing_performance")
    if stated is not None:
        return Derived(_digits(stated.median), "stated", _claims(stated), _unverified([stated])), ""
    found = _resolved(base, subject, PRECISION_BITS)
    if not any(name in found for name in NARROW):
        return None, "no peak at 16 bits or fewer is known" if found else ""
    products = {name: one.median * PRECISION_BITS[name] for name, one in found.items()}
    best = max(products, key=lambda name: products[name])
    how = (
        f"{best.removeprefix('peak_').removesuffix('_dense')} {_digits(found[best].median):g} x {PRECISION_BITS[best]}"
    )
    rest = [name.removeprefix("peak_").removesuffix("_dense") for name in NARROW if name not in found]
    remark = f"not known at {', '.join(rest)}" if rest else ""
    value = float(f"{products[best]:.5g}")
    return Derived(value, how, _claims(found[best]), _unverified([found[best]])), remark


def _plain(base: Base, subject: str) -> dict[str, Derived]:
    sources = {
        "die_mm2": ("die_area", 1.0), "dram_bw": ("memory_bandwidth", GB_PER_TB), "node_nm": ("process_node", 1.0),
        "transistors_bn": ("transistors", 1e-9), "io_bw": ("io_bandwidth_total", 1.0),
    }  # fmt: skip
    known = {}
    for name, (quantity, factor) in sources.items():
        found = _resolved(base, subject, (quantity,)).get(quantity)
        if found is not None:
            how = quantity if factor == 1 else f"{quantity} x {factor:g}"
            known[name] = Derived(_digits(found.median * factor), how, _claims(found), _unverified([found]))
    capacity = _resolved(base, subject, ("memory_capacity",)).get("memory_capacity")
    bandwidth = known.get("dram_bw")
    if capacity and bandwidth and bandwidth.value > ON_CHIP_READS_PER_SECOND * capacity.median:
        del known["dram_bw"]
    if "io_bw" not in known:
        link = _resolved(base, subject, ("scaleup_bandwidth",)).get("scaleup_bandwidth")
        if link is not None:  # one direction in the fact base, both in the rules; host links are not in it
            known["io_bw"] = Derived(
                _digits(2 * link.median), "2 x scaleup_bandwidth", _claims(link), _unverified([link])
            )
    return known


def entity_of(base: Base, name: str) -> Entity:
    """Return the chip of an id (with or without its kind), name, alias, or name without its vendor; or a system's chip.

    Raises:
        BadInput: if nothing, no chip, or more than one chip is called that.
    """
    known = next(filter(None, (base.names.get(prefix + name.lower()) for prefix in ("", "chip:", "system:"))), None)
    if known is None:
        wanted = _plain_name(name)
        short = {row.id for row in base.tables.entities if row.kind == "chip" and wanted in _plain_names(row)}
        if len(short) > 1:
            raise BadInput(f"{name!r} is called several: {', '.join(sorted(short))}")
        known = next(iter(short), None)
    entity = base.entities[known] if known else base.find(name)
    inside = {row.system: row.chip for row in base.tables.systems}.get(entity.id)
    if inside:
        return base.entities[inside]
    if entity.kind != "chip":
        raise BadInput(f"{entity.id} is a {entity.kind}, not a chip, and rules/systems.csv names no chip for it")
    return entity


def _plain_name(text: str) -> str:
    """Return a chip's name without makers and what every chip is: `NVIDIA GeForce RTX 5090` is rtx 5090."""
    return " ".join(word for word in text.casefold().split() if word not in _FILLING)


def _plain_names(row: Entity) -> frozenset[str]:
    texts = (row.name_en, row.name_de, *row.aliases_en, *row.aliases_de)
    return frozenset(map(_plain_name, texts)) - {""}


def is_system(base: Base, name: str) -> bool:
    """Tell whether a name is that of a system, which is classified by its chips (4A090 and the .z items)."""
    known = base.names.get(name.lower()) or base.names.get(f"system:{name.lower()}")
    return bool(known) and base.entities[str(known)].kind == "system"


def chip(base: Base, name: str) -> RuledChip:
    """Return what the rules need to know of a chip.

    Args:
        base: the fact base.
        name: id, name or alias.

    Raises:
        BadInput: if nothing or no chip is called that.
    """
    entity = entity_of(base, name)
    known = _plain(base, entity.id)
    tpp, remark = performance(base, entity.id)
    if tpp is not None:
        known["tpp"] = tpp
    if tpp is not None and "die_mm2" in known:
        area = known["die_mm2"]
        known["pd"] = Derived(
            float(f"{tpp.value / area.value:.5g}"), f"{tpp.value:g} / {area.value:g}", (*tpp.claims, *area.claims),
            tpp.unverified or area.unverified,
        )  # fmt: skip
    vendor = base.entities[entity.parent].name_en if entity.parent in base.entities else ""
    names = (entity.name_en, entity.name_de, *entity.aliases_en, *entity.aliases_de)
    markets = {row.chip: row.market for row in base.tables.markets}
    return RuledChip(
        entity.id,
        entity.name_en,
        frozenset(" ".join(text.casefold().split()) for text in names if text),
        vendor,
        markets.get(entity.id, ""),
        entity.start,
        entity.bloc,
        known,
        (f"TPP: {remark}",) if remark else (),
    )


def catalogue(base: Base) -> tuple[RuledChip, ...]:
    """Return every chip of the fact base as the rules see it, in the order of entities.csv."""
    return tuple(chip(base, row.id) for row in base.tables.entities if row.kind == "chip")


def at_home(one: RuledChip, to: str) -> bool:
    """Tell whether a chip's vendor sits in the destination, so that it is not exported there."""
    return one.home == {"HK": "cn", "MO": "cn"}.get(to, to.lower())


def row_of(one: RuledChip, day: str, to: str, hq: str = "", role: str = "", market: str = "") -> dict[str, str]:
    """Return a chip as a row of the table of cases.

    Args:
        one: the chip.
        day: 2024-07-31.
        to: destination (ISO code).
        hq: the buyer's headquarters (empty: the destination's; ? unknown).
        role: vendor (exports from the United States), reexporter, foundry or transfer (within the country); empty:
            transfer where the chip is at home, else vendor.
        market: datacenter or consumer; empty: as in rules/markets.csv.
    """
    chosen = market or one.market
    role = role or ("transfer" if at_home(one, to) else "vendor")
    row = {
        "case_id": one.id, "subject": "chip", "date": day, "dest": to, "hq": hq, "role": role, "vendor": one.vendor,
        "chip": one.name, "datacenter": {"datacenter": "1", "consumer": "0"}.get(chosen, ""),
        "foreign_chip": {"cn": "0", "": ""}.get(one.home, "1"),
    }  # fmt: skip
    row |= {name: repr(derived.value) for name, derived in one.known.items() if name in SPECIFICATIONS}
    return row


def cases_of(chips: Sequence[RuledChip], rows: Sequence[Mapping[str, str]], rules: RuleSet) -> Cases:
    """Return rows about catalogue chips as cases in which each chip goes by all its names."""
    cases = from_rows(rows, rules.places)
    vocabulary = {one.name: one.names for one in chips}
    order = list(dict.fromkeys(row["chip"] for row in rows if row["chip"]))
    known = tuple(vocabulary.get(name, names) for name, names in zip(order, cases.columns.vocabulary, strict=True))
    return applied(rules.parties, replace(cases, columns=replace(cases.columns, vocabulary=known)))
