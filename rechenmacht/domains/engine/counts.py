"""Read counts with their units: `10k`, `1.5 million`, `1,024`, `2e4`; and what is no count of chips (`100 MW`)."""

from __future__ import annotations

import math
import re

from rechenmacht.errors import BadInput

SUFFIX = {"": 1.0, "k": 1e3, "thousand": 1e3, "tsd": 1e3, "tausend": 1e3, "m": 1e6, "million": 1e6, "mio": 1e6,
          "millionen": 1e6, "bn": 1e9, "billion": 1e9}  # fmt: skip
POWER = {"w": 1e-6, "watt": 1e-6, "kw": 1e-3, "kilowatt": 1e-3, "mw": 1.0, "megawatt": 1.0, "gw": 1e3, "gigawatt": 1e3}
DECIMAL = r"0,\d+|\d+,\d{1,2}(?!\d)"  # a comma that can be no thousands mark: 0,5 and 1,25 as written in German
NUMBER = rf"({DECIMAL}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)"
MANY = r"(k|m|thousand|million|millionen|tsd\.?|tausend|mio\.?)"
ABOUT = r"(?:~|≈|about|approx\.?|circa|ca\.?|etwa|rund|up to|bis zu|at most|<=|≤)\s*"
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # ten, or ten thousand as it is written in German
MOST = 1e12  # of anything that is counted here
CHIP_WORDS = r"(?:gpus?|chips?|npus?|tpus?|accelerators?|beschleuniger|cards?|karten|dies|stück)"
OTHER = re.compile(
    r"\b(racks?|schränke?n?|pods?|nodes?|knoten|hosts?|servers?|trays?|clusters?|sites?|standorte?"
    r"|[kmg]wh?|megawatts?|gigawatts?|usd|eur|dollars?|[tp]b|[tp]?flops?|%)(?!\w)"
)


def _value(digits: str) -> float:
    """Return the number that digits with their marks are."""
    return float(digits.replace(",", "." if re.fullmatch(DECIMAL, digits) else "").replace("_", ""))


def number_of(text: str) -> float | None:
    """Return the finite number that a text states, with its suffix (`10k`: 10,000), or None if it is none."""
    found = re.fullmatch(
        NUMBER + r"\s*(k|m|bn|thousand|million|billion|tsd\.?|tausend|mio\.?|millionen)?", text.strip().lower()
    )
    if found is None:
        return None
    value = _value(found[1]) * SUFFIX[(found[2] or "").rstrip(".")]
    return value if math.isfinite(value) else None


def _clear(number: str, suffix: str, text: str) -> None:
    """Refuse `10.000` as a count: ten in one language, ten thousand in the other.

    Raises:
        BadInput: if it could be both.
    """
    if not suffix and AMBIGUOUS.fullmatch(number):
        raise BadInput(f"{text.strip()!r}: a point or a thousands mark? write {number.replace('.', '')} or {number}e0")


def bounded(value: float, text: str) -> float:
    """Return a count that something could be built of.

    Raises:
        BadInput: if it is beyond a trillion, or no finite number.
    """
    if not value <= MOST:
        given = text.strip()
        raise BadInput.of(
            "error.engine.endless", f"{given!r}: more than {MOST:g} of anything is no count", given=given, most=MOST
        )
    return value


def whole(value: float, text: str) -> int:
    """Return a number of chips as a whole number.

    Raises:
        BadInput: if it is not a whole number of at least one, or beyond a trillion.
    """
    bounded(value, text)
    if value < 1 or abs(value - round(value)) > 1e-6 * value:
        raise BadInput(f"{text.strip()!r}: a system needs a whole number of chips, at least one chip")
    return round(value)


def chips_in(text: str) -> int | None:
    """Return the number of chips that a cell states; None if it is empty.

    `~64`, `<=112 (30 providers)`, `10k`, `8 GPUs` and `~17-20 peers` (at least 17) count; a power, a number of racks,
    a range, `ten` do not.

    Raises:
        BadInput: if the cell counts something else than chips, or is no number.
    """
    lowered = text.strip().lower()
    if lowered in {"", "-", "–", "n/a", "na"}:
        return None
    bare = re.sub(r"\s*\([^()]*\)$", "", lowered)
    found = re.fullmatch(
        rf"(?:{ABOUT})?{NUMBER}\s*{MANY}?\s*(?:{CHIP_WORDS}|(?:-\d+)?\s*(?:peers|providers|workers))?", bare
    )
    if found is None:
        other = OTHER.search(bare)
        if other:
            said = f"n_chips {text.strip()!r}: counts {other[0]}, not chips; say how many chips, or name a system"
            raise BadInput.of("error.engine.other_count", said, given=text.strip(), other=other[0])
        raise BadInput.of("error.engine.chips", f"n_chips {text.strip()!r} is no number of chips", given=text.strip())
    suffix = (found[2] or "").rstrip(".")
    _clear(found[1], suffix, text)
    return whole(_value(found[1]) * SUFFIX[suffix], text)


def counted(text: str) -> tuple[float, str, str]:
    """Split `1000 gb200 racks`, `100 MW gb200`, `10k x h100` into number, unit (``, `racks`, `pods`, `mw`) and name.

    A text without a leading count gives 1 and the text itself.

    Raises:
        BadInput: if the text counts energy, or a mark could be a point or a thousands mark.
    """
    lowered = " ".join(text.strip().split())
    lowered = re.sub(r"^(\d{1,3}(?:[ '’]\d{3})+)(?=\s*[x×*])", lambda one: re.sub(r"\D", "", one[0]), lowered)
    found = re.fullmatch(
        NUMBER + r"(?:\s*(k|m|thousand|million|millionen|tsd\.?|tausend|mio\.?)(?!\w)|(k|m)(?=\s*[x×*]))?"
        r"(?:\s*[x×*]\s*|\s+|(?=[kmg]?wh?\b|(?:kilo|mega|giga)watt))(.+)", lowered, re.IGNORECASE
    )  # fmt: skip
    if found is None:
        return 1.0, "", lowered
    suffix = (found[2] or found[3] or "").lower().rstrip(".")
    many = bounded(_value(found[1]) * SUFFIX[suffix], text)
    rest = found[4].strip()
    if re.match(r"(?:[kmgt]?wh|(?:kilo|mega|giga|tera)?watt[- ]?(?:hours?|stunden?))\b", rest, re.IGNORECASE):
        said = f"{text.strip()!r}: an energy; what limits a site is a power, such as 100 MW"
        raise BadInput.of("error.engine.energy", said, given=text.strip())
    power = re.match(r"((?:kilo|mega|giga)?watt|[kmg]?w)s?\b\s*(?:of\s+|mit\s+|x\s+)?(.*)", rest, re.IGNORECASE)
    if not power:
        _clear(found[1], suffix, text)
    if power:
        return many * POWER[power[1].lower()], "mw", power[2].strip()
    racks = re.fullmatch(r"(?:racks?|schränke)\s+(?:of\s+)?(.+)|(.+?)[\s-]+(?:racks?|schränke)", rest, re.IGNORECASE)
    if racks:
        return many, "racks", (racks[1] or racks[2]).strip()
    pods = re.fullmatch(r"(?:(?:super)?pods?)\s+(?:of\s+)?(.+)", rest, re.IGNORECASE)
    if pods:
        return many, "pods", pods[1].strip()
    return many, "", re.sub(rf"\s+{CHIP_WORDS}$", "", rest, flags=re.IGNORECASE)
