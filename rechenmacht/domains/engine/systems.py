"""Systems by name, by count (`1024x h100`), or from a TOML description."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from rechenmacht.domains.engine import models
from rechenmacht.domains.engine.hardware import Hardware, hardware
from rechenmacht.domains.engine.library import table
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.names import chip_of
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base


@dataclass(frozen=True, slots=True)
class Shipped:
    """A rack-scale system: its chip, how many, and racks."""

    name: str
    chip: str
    chips: float
    racks: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class System:
    """Chips with their links, how many, and racks (unknown: None); `peak16` in TFLOP/s as the maker states it."""

    name: str
    hw: Hardware
    chips: int
    racks: float | None
    power_kw: float | None
    peak16: float


@cache
def shipped() -> dict[str, Shipped]:
    """Return the rack-scale systems of data/engine/systems.csv by id."""
    return {row.name: row for row in table("systems.csv", Shipped)}


def _claim(base: Base, subject: str, quantity: str) -> float | None:
    values = [
        c.value for c in base.about.get((subject, quantity), ()) if c.value is not None and c.grade != "unverified"
    ]
    return sum(values) / len(values) if values else None


def _chip(base: Base, name: str) -> Hardware:
    short = name.strip().lower()
    for candidate in (short, f"chip:{short}", short.replace("-", " ")):
        known = base.names.get(candidate)
        if known is not None and known.startswith("chip:"):
            return hardware(base, known)
    found, _ = chip_of(base, short.replace("-", " "))
    return hardware(base, found or name)


def system(base: Base, text: str) -> System:
    """Return the system that a text names: a shipped system, `N x chip`, `4x gb200-nvl72`, or a TOML file.

    Raises:
        BadInput: naming the nearest, if nothing is called that.
    """
    if text.endswith(".toml"):
        return from_toml(base, Path(text))
    counted = re.fullmatch(r"\s*([\d_,.]+(?:e\d+)?)\s*[x×*]?\s+?(.+)|\s*([\d_,]+)\s*[x×*]\s*(.+)", text)
    many, name = 1, text.strip()
    if counted:
        many = round(float((counted[1] or counted[3]).replace(",", "").replace("_", "")))
        name = (counted[2] or counted[4]).strip()
    if many < 1:
        raise BadInput(f"a system needs at least one chip, not {many}")
    known = base.names.get(name.lower()) or (
        f"system:{name.lower()}" if f"system:{name.lower()}" in base.entities else None
    )
    if known in shipped():
        row = shipped()[str(known)]
        hw = hardware(base, row.chip)
        peak = _claim(base, row.name, "system_peak_fp16_dense") or hw.peak16 * row.chips
        power = _claim(base, row.name, "system_power")
        return System(
            text.strip(), hw, round(row.chips) * many, row.racks * many, None if power is None else power * many,
            peak * many,
        )  # fmt: skip
    if known is not None and known.startswith("system:"):
        raise BadInput(f"{known}: the engine does not know which chips it holds; name them: --system '8x h100'")
    hw = _chip(base, name)
    return System(f"{many}x {hw.name}", hw, many, None, None, hw.peak16 * many)


def _known_keys(part: str, given: dict[str, Any], allowed: set[str], path: Path) -> None:
    for key in given:
        if key not in allowed:
            raise BadInput(f"{path}: [{part}] has no key {key!r}{nearest(key, allowed)}")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a description.

    Raises:
        BadInput: if the file cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: no TOML ({error})") from None


def from_toml(base: Base, path: Path) -> System:
    """Return the system of a TOML description: `[system] chip, chips`, and any field of the chip to override.

    `oversubscription` divides the scale-out bandwidth; `racks` and `power_kw` may be stated.

    Raises:
        BadInput: naming the key, if it is unknown or its value cannot be.
    """
    given = read_toml(path).get("system")
    if not isinstance(given, dict) or "chip" not in given:
        raise BadInput(f'{path}: needs a table [system] with chip = "name"')
    numbers = {f.name for f in fields(Hardware)} - {"id", "name", "family", "assumed"}
    _known_keys("system", given, numbers | {"chip", "chips", "racks", "power_kw", "oversubscription"}, path)
    hw = _chip(base, str(given["chip"]))
    changed: dict[str, Any] = {}
    for key, value in given.items():
        if key in numbers:
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise BadInput(f"{path}: [system] {key} must be a number above zero, not {value!r}")
            changed[key] = int(value) if key in {"domain", "node"} else float(value)
    hw = replace(hw, **changed)
    over = given.get("oversubscription", 1.0)
    if not isinstance(over, int | float) or not over >= 1:
        raise BadInput(f"{path}: [system] oversubscription must be at least 1, not {over!r}")
    hw = replace(hw, scaleout_gbps=hw.scaleout_gbps / over)
    chips = given.get("chips", 1)
    if not isinstance(chips, int) or chips < 1:
        raise BadInput(f"{path}: [system] chips must be a whole number of at least 1, not {chips!r}")
    return System(path.stem, hw, chips, given.get("racks"), given.get("power_kw"), hw.peak16 * chips)


def model(text: str) -> Model:
    """Return the model that a text names: a published architecture, `70b`, or a TOML file with `[model]`.

    Raises:
        BadInput: naming the nearest, if nothing is called that.
    """
    if text.endswith(".toml"):
        path = Path(text)
        given = read_toml(path).get("model", {})
        if "name" in given and len(given) == 1:
            return models.named(str(given["name"]))
        allowed = {
            "params_b",
            "active_b",
            "layers",
            "hidden",
            "heads",
            "kv_heads",
            "experts",
            "top_k",
            "shared",
            "vocab",
            "name",
        }
        _known_keys("model", given, allowed, path)
        return models.from_numbers(**given)
    size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([bt])", text.strip().lower())
    if size:
        return models.from_numbers(float(size[1]) * (1000 if size[2] == "t" else 1), name=text.strip())
    return models.named(text)
