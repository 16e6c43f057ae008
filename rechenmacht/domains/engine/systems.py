"""Systems by name, by count (`1024x h100`), by power, or described."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from rechenmacht.domains.engine import models
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.chipnames import fits, known_name, named
from rechenmacht.domains.engine.counts import counted, whole
from rechenmacht.domains.engine.documents import Documents, document
from rechenmacht.domains.engine.hardware import Hardware, hardware
from rechenmacht.domains.engine.library import table
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import Power, power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base, once
from rechenmacht.evidence.resolve import number_of

MIXED = re.compile(r"\w\s*(?:[+&;]|,\s|\b(?:and|plus|und|sowie)\b)\s*\d", re.IGNORECASE)
MARKS = re.compile(r"[^a-z0-9]+")
MAKER = re.compile(r"^(?:nvidia|amd|huawei|google|aws|amazon|meta|microsoft|cerebras)\s+")
ENDING = re.compile(r"\s+(?:systems?|systeme|systemen|units?|anlagen?)$")
# Words of systems of many chips: a name that holds one and is no known system is never answered as one chip.
WHOLE = re.compile(
    r"\b(?:dgx|hgx|nvl\d+|(?:super|hyper)?(?:pods?|clusters?|nodes?)|racks?|schränke?|knoten|servers?|ultraservers?|trays?"
    r"|cloudmatrix|helios)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipped or announced system: its chip, how many, racks (zero: unknown), and chips of one scale-up domain."""

    name: str
    chip: str
    chips: float
    racks: float
    domain: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class System:
    """Chips with their links, how many, and racks (unknown: None); `peak16` in TFLOP/s as the maker states it.

    `counted`: whether the text says how many chips, rather than only which. `said`: what its text was taken to mean.
    """

    name: str
    hw: Hardware
    chips: int
    racks: float | None
    power_kw: float | None
    peak16: float
    counted: bool = True
    said: str = ""


@cache
def shipped() -> dict[str, Shipped]:
    """Return the rack-scale systems of data/engine/systems.csv by id."""
    return {row.name: row for row in table("systems.csv", Shipped)}


def chip(base: Base, name: str) -> Hardware:
    """Return the chip that a text names.

    Raises:
        BadInput: if it names none, or states a memory or power that is not the chip's.
    """
    short = name.strip().lower()
    hw = hardware(base, known_name(base, short) or named(base, short) or named(base, short.replace("-", " ")) or name)
    fits(hw, short)
    return hw


@once
def _spelt(base: Base) -> dict[str, str]:
    """Return the systems of the base by their names without marks and spaces, where one system alone is called so."""
    found: dict[str, set[str]] = {}
    for name, entity in base.names.items():
        if entity.startswith("system:"):
            for spelling in (name.removeprefix("system:"), MAKER.sub("", name)):
                found.setdefault(MARKS.sub("", spelling.lower()), set()).add(entity)
    return {spelling: next(iter(named)) for spelling, named in found.items() if len(named) == 1}


def _system_of(base: Base, name: str) -> str | None:
    """Return the system that a text names, however it is spaced, in the singular or plural; None if none."""
    lowered = " ".join(name.lower().split())
    if lowered in base.names or known_name(base, lowered):
        known = base.names.get(lowered, "")
        return known if known.startswith("system:") else None
    for spelling in (lowered, ENDING.sub("", lowered), lowered.removesuffix("s")):
        known = _spelt(base).get(MARKS.sub("", spelling), "")
        if known:
            return known
    return None


def _shipped_of(base: Base, name: str) -> Shipped | None:
    """Return the shipped system that a text names.

    Raises:
        BadInput: if it names a system whose chips nobody states, or speaks of a system that nobody knows.
    """
    known = _system_of(base, name)
    if known in shipped():
        return shipped()[str(known)]
    if known is not None:
        raise BadInput(f"{known}: the engine does not know which chips it holds; name them: --system '8x h100'")
    if WHOLE.search(name) and not known_name(base, name):
        near = nearest(name, [one.removeprefix("system:") for one in shipped()])
        said = f"{name!r}: no system of several chips is known by that name; count its chips (8x h100){near}"
        key = "error.engine.whole" if near else "error.engine.whole_unlike"
        raise BadInput.of(key, said, given=name, near=near.removeprefix("; did you mean ").rstrip("?"))
    return None


def _racked(base: Base, hw: Hardware) -> Shipped | None:
    """Return the system of one rack that a chip comes in, or None."""
    rows = [r for r in shipped().values() if r.chip == hw.id and r.racks]
    return min(rows, key=lambda r: (r.racks != 1, -r.domain), default=None)


@once
def _rack_kw(base: Base, name: str) -> float | None:
    return number_of(base, name, "system_power")


def housed(base: Base, hw: Hardware, row: Shipped | None) -> Hardware:
    """Return a chip with the domain of its system and the watts of the rest of its rack, from claims."""
    row = row or next(
        (r for r in shipped().values() if r.chip == hw.id and (r.chips == 1 or (r.domain >= 32 and r.racks))), None
    )
    if row is None:
        return hw
    power_kw = _rack_kw(base, row.name)
    rest = None if power_kw is None else 1000 * power_kw / row.chips - hw.tdp_w
    assumed = {k: v for k, v in hw.assumed.items() if k != "scaleup_domain"}
    return replace(hw, domain=max(1, round(row.domain)), host_w=hw.host_w if rest is None or rest <= 0 else rest,
                   assumed=assumed)  # fmt: skip


def _in_racks(base: Base, many: float, name: str, text: str) -> System:
    row = _shipped_of(base, name)
    hw = chip(base, name) if row is None else hardware(base, row.chip)
    row = row or _racked(base, hw)
    if row is None or not row.racks:
        raise BadInput(f"{text.strip()!r}: nobody states how many {hw.name} stand in a rack; say how many chips")
    chips = whole(many * row.chips / row.racks, text)
    hw = housed(base, hw, row)
    power = number_of(base, row.name, "system_power")
    return System(
        f"{chips}x {hw.name}", hw, chips, many, None if power is None else power * many / row.racks, hw.peak16 * chips,
        said=said("racks", "{n:g} racks of {each:g} {chip} ({system})", n=many, each=row.chips / row.racks,
                  chip=hw.name, system=row.name),
    )  # fmt: skip  # fmt: skip


def _in_pods(base: Base, many: float, name: str, text: str) -> System:
    """Return so many pods of a chip: the system of that name, or the one that its chips are known to form."""
    hw = None if _shipped_of(base, name) else chip(base, name)
    pods = [r for r in shipped().values() if hw is not None and r.chip == hw.id and r.name.endswith("pod")]
    if hw is not None and len(pods) != 1:
        raise BadInput(f"{text.strip()!r}: nobody states how many {hw.name} stand in a pod; say how many chips")
    return system(base, f"{whole(many, text)}x {pods[0].name.removeprefix('system:') if hw else name}")


def _on_power(base: Base, megawatts: float, name: str, text: str) -> System:
    """Return as many chips as a site of so many MW at the grid can feed when all of them are busy."""
    row = _shipped_of(base, name)
    hw = housed(base, hardware(base, row.chip) if row else chip(base, name), row)
    each = full_power(hw, calibration(base).coefficients).facility_w
    chips = int(megawatts * 1e6 // each)
    if row is not None and row.racks:
        chips = int(chips // row.chips * row.chips)
    if chips < 1:
        raise BadInput(f"{text.strip()!r}: less than one {hw.name}, which takes {each / 1000:.2f} kW at the grid")
    fed = said(
        "site",
        "{n:g} MW at the grid feed {chips} {chip} at {kw:.2f} kW each, all busy",
        n=megawatts,
        chips=chips,
        chip=hw.name,
        kw=each / 1000,
    )
    return System(f"{chips}x {hw.name}", hw, chips, None, None, hw.peak16 * chips, said=fed)


def full_power(hw: Hardware, c: Coefficients) -> Power:
    """Return the power per chip while all of them are busy."""
    return power(hw, c, 1.0)


def system(base: Base, text: str) -> System:
    """Return the system that a text names.

    A shipped system (`cloudmatrix-384`, `4x gb200-nvl72`), chips by count (`1024x h100`, `10k h100`), by racks (`1000
    gb200 racks`), by the power of a site (`100 MW gb200`), or a TOML file.

    Raises:
        BadInput: naming the nearest, if nothing is called that, or what cannot be counted.
    """
    if MIXED.search(text):
        said = f"{text.strip()!r}: unlike chips train as sites: engine decentral --site '1x 512 h100 @ 100' --site ..."
        raise BadInput.of("error.engine.mixed", said, given=text.strip())
    number, unit, name = counted(text)
    if (_system_of(base, text) or "") in shipped():  # `8x h100 server` is the name of one
        number, unit, name = 1.0, "", text
    if not name:
        raise BadInput(f"{text.strip()!r}: names no chip and no system")
    if unit == "pods":
        return _in_pods(base, number, name, text)
    if unit == "racks":
        return _in_racks(base, number, name, text)
    if unit == "mw":
        return _on_power(base, number, name, text)
    many = whole(number, text)
    row = _shipped_of(base, name)
    if row is not None:
        hw = housed(base, hardware(base, row.chip), row)
        peak = number_of(base, row.name, "system_peak_fp16_dense") or hw.peak16 * row.chips
        kw = number_of(base, row.name, "system_power")
        return System(
            text.strip(), hw, round(row.chips) * many, row.racks * many if row.racks else None,
            None if kw is None else kw * many, peak * many,
        )  # fmt: skip
    hw = housed(base, chip(base, name), None)
    return System(f"{many}x {hw.name}", hw, many, None, None, hw.peak16 * many, counted=name != text.strip())


def _known_keys(part: str, given: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in given:
        if key not in allowed:
            raise BadInput(f"{where}: [{part}] has no key {key!r}{nearest(key, allowed)}")


def described(base: Base, given: Any, where: str) -> System:
    """Return a described system: `chip`, `chips`, and any field of the chip to override.

    `oversubscription` divides the scale-out bandwidth; `racks` and `power_kw` may be stated.

    Args:
        base: the fact base.
        given: the description, `[system]` of a TOML file.
        where: what it is called in errors.

    Raises:
        BadInput: naming the key, if it is unknown or its value cannot be.
    """
    if not isinstance(given, dict) or "chip" not in given:
        raise BadInput(f'{where}: needs a table [system] with chip = "name"')
    numbers = {f.name for f in fields(Hardware)} - {"id", "name", "family", "assumed"}
    _known_keys("system", given, numbers | {"chip", "chips", "racks", "power_kw", "oversubscription"}, where)
    hw = chip(base, str(given["chip"]))
    changed: dict[str, Any] = {}
    for key, value in given.items():
        if key in numbers:
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise BadInput(f"{where}: [system] {key} must be a number above zero, not {value!r}")
            changed[key] = int(value) if key in {"domain", "node"} else float(value)
    hw = replace(hw, **changed)
    over = given.get("oversubscription", 1.0)
    if not isinstance(over, int | float) or not over >= 1:
        raise BadInput(f"{where}: [system] oversubscription must be at least 1, not {over!r}")
    hw = replace(hw, scaleout_gbps=hw.scaleout_gbps / over)
    chips = given.get("chips", 1)
    if not isinstance(chips, int) or chips < 1:
        raise BadInput(f"{where}: [system] chips must be a whole number of at least 1, not {chips!r}")
    for key in ("racks", "power_kw"):
        value = given.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise BadInput(f"{where}: [system] {key} must be a number above zero, not {value!r}")
    return System(where, hw, chips, given.get("racks"), given.get("power_kw"), hw.peak16 * chips)


MODEL_KEYS = {"params_b", "active_b", "layers", "hidden", "heads", "kv_heads", "experts", "top_k", "shared", "vocab",
              "name"}  # fmt: skip


def described_model(given: Any, where: str) -> Model:
    """Return a described model: `[model]` of a TOML file.

    Raises:
        BadInput: naming the key, if it is unknown or its value cannot be.
    """
    if not isinstance(given, dict) or not given:
        raise BadInput(f"{where}: needs a table [model] with params_b, or the name of a published model")
    if "name" in given and len(given) == 1:
        return models.named(str(given["name"]))
    _known_keys("model", given, MODEL_KEYS, where)
    for key, value in given.items():
        least = 0 if key in {"experts", "top_k", "shared"} else 1e-6
        if key != "name" and (isinstance(value, bool) or not isinstance(value, int | float) or not value >= least):
            raise BadInput(f"{where}: [model] {key} must be a number above zero, not {value!r}")
    if "params_b" not in given:
        raise BadInput(f"{where}: [model] needs params_b, the parameters in billions")
    return models.from_numbers(**given)


def model(text: str) -> Model:
    """Return the model that a text names: a published architecture, or `70b`.

    Raises:
        BadInput: naming the nearest, if nothing is called that.
    """
    size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([bt])", text.strip().lower())
    if size:
        return models.from_numbers(float(size[1]) * (1000 if size[2] == "t" else 1), name=text.strip())
    return models.named(text)


def told(base: Base, name: str, documents: Documents | None) -> System:
    """Return the system of a question: as its documents describe it, else by its name.

    Raises:
        BadInput: if it is unknown, or a description cannot be.
    """
    given, there = document(documents, name, "system")
    return described(base, given, name) if there else system(base, name)


def told_model(name: str, documents: Documents | None) -> Model:
    """Return the model of a question: as its documents describe it, else by its name.

    Raises:
        BadInput: if it is unknown, or a description cannot be.
    """
    given, there = document(documents, name, "model")
    return described_model(given, name) if there else model(name)
