"""Read counts with their units: `10k`, `1.5 million`, `1,024`, `2e4`; and what is no count of chips (`100 MW`)."""

from __future__ import annotations

import re

from rechenmacht.errors import BadInput

SUFFIX = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
MOST = 1e12  # chips; more is no count of anything built
POWER = {"kw": 1e-3, "mw": 1.0, "gw": 1e3}
NUMBER = r"(\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d+)?)"
CHIP_WORDS = r"(?:gpus?|chips?|npus?|tpus?|accelerators?|cards?|dies)"
OTHER = re.compile(r"\b(racks?|pods?|nodes?|servers?|[kmg]wh?|megawatts?|gigawatts?|usd|dollars?|[tp]b)\b")


def number_of(text: str) -> float | None:
    """Return the number that a text states, with its suffix (`10k`: 10,000), or None if it is no plain number."""
    found = re.fullmatch(NUMBER + r"\s*(k|m|bn|thousand|million|billion)?", text.strip().lower())
    if found is None:
        return None
    return float(found[1].replace(",", "").replace("_", "")) * SUFFIX[found[2] or ""]


def whole(value: float, text: str) -> int:
    """Return a number of chips as a whole number.

    Raises:
        BadInput: if it is not a whole number of at least one.
    """
    if value < 1 or abs(value - round(value)) > 1e-6 * value:
        raise BadInput(f"{text.strip()!r}: a system needs a whole number of chips, at least one chip")
    return round(value)


def chips_in(text: str) -> int | None:
    """Return the number of chips that a cell states; None if it is empty.

    `~64`, `<=112 (30 providers)` and `8 GPUs` count, a power or a number of racks does not.

    Raises:
        BadInput: if the cell states no positive whole number, or counts something else than chips.
    """
    lowered = text.strip().lower()
    if not lowered:
        return None
    bare = re.sub(r"\(.*?\)", "", lowered).strip(" ~<>=≤≥≈")
    other = OTHER.search(bare)
    if other:
        raise BadInput(f"n_chips {text.strip()!r}: counts {other[0]}, not chips; say how many chips, or name a system")
    bare = re.sub(r"^(\d+)\s*[-–]\s*\d+(?=\s|$)", r"\1", bare)  # 17-20 peers: at least seventeen
    found = re.fullmatch(NUMBER + r"\s*(k|m|thousand|million)?(?:\s*[x×*]?\s+[^\d].*|[a-z ]*)", bare)
    if found is None:
        raise BadInput(f"n_chips {text.strip()!r} is no positive whole number of chips")
    many = float(found[1].replace(",", "").replace("_", "")) * SUFFIX[found[2] or ""]
    if many < 1 or many > MOST or abs(many - round(many)) > 1e-9 * many:
        raise BadInput(f"n_chips {text.strip()!r} is no positive whole number of chips")
    return round(many)


def counted(text: str) -> tuple[float, str, str]:
    """Split `1000 gb200 racks`, `100 MW gb200`, `10k x h100` into number, unit (``, `racks`, `mw`) and name.

    A text without a leading count gives 1 and the text itself.
    """
    lowered = " ".join(text.strip().split())
    found = re.fullmatch(
        NUMBER + r"(?:\s*(k|m|thousand|million)\b|(k|m)(?=\s*[x×*]))?(?:\s*[x×*]\s*|\s+)(.+)", lowered, re.IGNORECASE
    )
    if found is None:
        return 1.0, "", lowered
    many = float(found[1].replace(",", "").replace("_", "")) * SUFFIX[(found[2] or found[3] or "").lower()]
    rest = found[4].strip()
    power = re.match(r"(kw|mw|gw)\b\s*(?:of\s+|x\s+)?(.*)", rest, re.IGNORECASE)
    if power:
        return many * POWER[power[1].lower()], "mw", power[2].strip()
    racks = re.fullmatch(r"racks?\s+(?:of\s+)?(.+)|(.+?)\s+racks?", rest, re.IGNORECASE)
    if racks:
        return many, "racks", (racks[1] or racks[2]).strip()
    return many, "", re.sub(rf"\s+{CHIP_WORDS}$", "", rest, flags=re.IGNORECASE)
