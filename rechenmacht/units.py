"""Conversion of units at the edge: what a user types becomes the unit in which a quantity is kept.

Inside the model there are only plain numbers with the unit in the name. Money is never converted between currencies or
price years, since that takes an exchange rate or a deflator, which is a judgement of its own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rechenmacht.errors import BadInput

CURRENCIES = "USD|EUR|CNY|RMB|GBP|JPY|KRW|TWD|INR|AED|SAR|CHF|CAD"
_MONEY = re.compile(rf"(?<![A-Za-z])({CURRENCIES})(?:[ _]?((?:19|20)\d\d))?(?![A-Za-z0-9])")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "RMB": "CNY"}
_WORDS = {  # English and German; "Billion" with a capital could be either and is refused
    "thousand": 1e3, "k": 1e3, "tausend": 1e3, "Tsd": 1e3,
    "million": 1e6, "mn": 1e6, "Millionen": 1e6, "Mio": 1e6,
    "billion": 1e9, "bn": 1e9, "Milliarden": 1e9, "Mrd": 1e9,
    "trillion": 1e12, "tn": 1e12, "Billionen": 1e12, "Bio": 1e12,
}  # fmt: skip
_NAMES = {
    "count": "thing", "chips": "thing", "GPUs": "thing", "percent": "hundredth", "Prozent": "hundredth",
    "%": "hundredth", "OP": "FLOP", "FLOPs": "FLOP", "FLOPS": "FLOP/s",
}  # fmt: skip
_OWN = (
    "thing = [thing]", "money = [money]", "FLOP = [operation]", "h100e = [h100e]", "token = [token]",
    "hundredth = 0.01",
)  # fmt: skip


@cache
def _registry() -> Any:
    import pint  # noqa: PLC0415

    registry: Any = pint.UnitRegistry(cache_folder=None)
    for line in _OWN:
        registry.define(line)
    return registry


_PLAIN = re.compile(r"[A-Za-zµ²³%$€£0-9 ./*^-]{0,40}")
_POWER = re.compile(r"(?:\*\*|\^)(?!\s*-?[1-4](?![0-9*^ ]))")  # anything but one small whole exponent


def _split(unit: str) -> tuple[str, tuple[str, ...]]:
    """Return the unit in pint's words with money as `money`, and the kinds of money in it (`USD`, `USD 2023`)."""
    text = unit.strip()
    for sign, name in _SIGNS.items():
        text = re.sub(rf"(?<![A-Za-z]){re.escape(sign)}(?![A-Za-z])", name, text)
    found = tuple(sorted(" ".join(part for part in match.groups() if part) for match in _MONEY.finditer(text)))
    text = _MONEY.sub("money", text)
    for name, own in _NAMES.items():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", own, text)
    text = re.sub(
        r"([TGMPEk])(FLOPs?|OPs?|FLOPS)(?![A-Za-z])", lambda m: f"{m[1]}FLOP" + "/s" * (m[2] == "FLOPS"), text
    )
    text = re.sub(r"\b(k|m|c)?m([23])\b", r"\1m**\2", text)
    scale = 1.0
    for word, factor in _WORDS.items():
        text, times = re.subn(rf"(?<![A-Za-z0-9/]){word}\.?(?=\s+[A-Za-z])", "", text)
        scale *= factor**times
    return f"{scale!r} * ({text.strip() or '1'})", found


def convert(value: float, unit: str, to: str) -> float:
    """Return `value`, given in `unit`, in the unit `to`.

    Args:
        value: the number.
        unit: what the user wrote: `bn USD`, `%`, `PFLOP/s`, `GWh`, `Mio. EUR`.
        to: the unit of a quantity, as in quantities.csv.

    Raises:
        BadInput: if a unit is unknown, the two do not measure the same thing, or they name different currencies or
            price years.
    """
    if unit.strip() == to.strip():
        return value
    for text in (unit, to):
        if not _PLAIN.fullmatch(text) or _POWER.search(text):
            raise BadInput(f"unit {text[:40]!r} is unknown")
    (given, given_money), (wanted, wanted_money) = _split(unit), _split(to)
    if given_money != wanted_money:
        names = [", ".join(money) or "no money" for money in (given_money, wanted_money)]
        raise BadInput(
            f"unit {unit!r} is not converted to {to!r}: {names[0]} against {names[1]}; "
            "currencies and price years need a rate of your own choice"
        )
    from tokenize import TokenError  # noqa: PLC0415

    import pint  # noqa: PLC0415

    registry = _registry()
    try:
        factor = registry.parse_expression(given) / registry.parse_expression(wanted)
        ratio = factor.to("dimensionless").magnitude if hasattr(factor, "to") else factor
    except pint.DimensionalityError:
        raise BadInput(f"unit {unit!r} cannot become {to!r}: they do not measure the same thing") from None
    except (
        pint.PintError,
        ArithmeticError,
        TypeError,
        ValueError,
        AttributeError,
        SyntaxError,
        AssertionError,
        TokenError,
    ):
        raise BadInput(f"unit {unit!r} or {to!r} is unknown") from None
    return float(f"{value * float(ratio):.15g}")
