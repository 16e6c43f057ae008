"""What a table may ask for: each quantity, the part of the engine that answers it, and the units it may stand in.

A quantity or unit that is not listed in data/engine/quantities.csv is refused, never answered as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rechenmacht.answers.said import Said
from rechenmacht.domains.engine.library import table
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest

TRAINING, SERVING, DECENTRAL, SWARM = "training", "serving", "decentral", "swarm"
PER = re.compile(r"\s*(?:/|\bper\b|\bpro\b|\bje\b)\s*")
WORDS = ((r"\b(?:seconds?|sekunden?|secs?)\b", "s"), (r"\btok(?:ens?)?\b", "tokens"), (r"\bhours?\b|\bstunden?\b", "h"),
         (r"\bminutes?\b|\bminuten?\b", "min"), (r"\bday\b|\btage?\b", "days"))  # fmt: skip
BATCHWISE = re.compile(r"throughput[- ]normali[sz]ed|\bbs ?= ?\d")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of data/engine/quantities.csv; `units` are spellings with their factor from the engine's own unit."""

    name: str
    parts: tuple[str, ...]
    sense: float
    unit: str = ""
    units: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: parts that can answer it, the unit of its name, units by factor from the engine's own, direction.

    `sense`: +1 where more of it means faster hardware (rates), -1 where it means slower (times, money, energy), 0
    where speed does not matter (power, shares of time).
    """

    parts: tuple[str, ...]
    unit: str
    units: Mapping[str, float]
    sense: int
    names: tuple[str, ...]


def plain(unit: str) -> str:
    """Return a unit in one spelling: `Tok / sec per GPU` as `tokens/s/gpu`; what stands in brackets is a remark."""
    bare = re.sub(r"\s*\(.*\)$", "", " ".join(unit.lower().split()))
    bare = PER.sub("/", re.sub(r"\s+(lower bound|upper bound|midpoint)$", "", bare))
    for pattern, word in WORDS:
        bare = re.sub(pattern, word, bare)
    return bare


def _quantity(row: Listed) -> Quantity:
    units = {}
    for unit, _, by in (one.rpartition("=") for one in row.units):
        above, _, below = by.partition("/")
        units[unit] = float(above) / float(below or 1)
    return Quantity(row.parts, row.unit, units, round(row.sense), row.aliases)


QUANTITIES: dict[str, Quantity] = {row.name: _quantity(row) for row in table("quantities.csv", Listed)}
BY_NAME = {alias.lower(): name for name, q in QUANTITIES.items() for alias in (name, *q.names)}
BY_UNIT = {plain(unit): name for unit, name in (
    ("tokens/s", "tokens_per_s"), ("tokens/s/chip", "tokens_per_s_per_chip"), ("tokens/s/gpu", "tokens_per_s_per_chip"),
    ("tokens/s/user", "tokens_per_s_per_user"), ("tokens/s/MW", "tokens_per_s_per_MW"), ("ms/token", "ms_per_token"),
    ("J/token", "energy_per_token_J"), ("USD/million tokens", "usd_per_million_tokens"), ("USD/token", "usd_per_token"),
    ("requests/s", "requests_per_s"),
)}  # fmt: skip
"""Quantities by the words under which commands show them: tokens/s per MW."""
FACTORS = {name: {plain(unit): by for unit, by in q.units.items()} for name, q in QUANTITIES.items()}


def asked_name(row: Row) -> str:
    """Return the listed quantity that a row asks for.

    Raises:
        BadInput: naming the nearest, if the engine answers nothing called that.
    """
    asked = row.quantity.strip()
    if not asked:
        raise BadInput.of("error.engine.no_quantity", "column 'quantity' is empty: it says what the row asks for")
    name = BY_NAME.get(re.sub(r"[\s-]+", "_", asked).lower()) or BY_UNIT.get(plain(asked))
    if name is None:
        raise BadInput.of(
            "error.engine.quantity",
            f"quantity {asked!r} is nothing that the engine answers{nearest(asked, BY_NAME)}",
            given=asked,
        )
    return name


def canonical(row: Row) -> str:
    """Return the engine's name of the quantity that a row asks for.

    `ms_per_token` is the time per output token of a user, as commands call it, but for benchmarks of a batch of fixed
    size, which divide the time of the batch by its sequences.

    Raises:
        BadInput: naming the nearest, if the engine answers nothing called that.
    """
    name = asked_name(row)
    return "tpot_ms" if name == "ms_per_token" and not BATCHWISE.search(row.head) else name


def remark(row: Row, name: str) -> dict[str, Said]:
    """Return what is said of a quantity that could be understood in two ways."""
    if name != "ms_per_token":
        return {}
    return {
        "ms_per_token": said("of_batch", "time of the whole batch divided by its sequences, as its benchmark has it")
    }


def factor(row: Row, name: str) -> float:
    """Return what turns the engine's own unit into the row's, or into the unit of the quantity's name.

    Raises:
        BadInput: if the quantity cannot stand in that unit.
    """
    known = QUANTITIES[name]
    if not known.units:
        return 1.0
    unit = plain(row.unit) or plain(QUANTITIES[asked_name(row)].unit)
    if unit not in FACTORS[name]:
        raise BadInput.of(
            "error.engine.unit",
            f"{name} is never in {row.unit.strip()!r}; in: {', '.join(known.units)}",
            name=name,
            given=row.unit.strip(),
            units=", ".join(known.units),
        )
    return FACTORS[name][unit]


def shown_unit(row: Row) -> str:
    """Return the unit of a row's answer: its own, in full where it says less than the quantity's name (`tokens/s`).

    Raises:
        BadInput: if the engine answers no such quantity.
    """
    own, given = QUANTITIES[asked_name(row)].unit, row.unit.strip()
    short = not given or (plain(own).startswith(f"{plain(given)}/") and own != given)
    return own if short else given
