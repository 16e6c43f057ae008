"""Read the cells of a table strictly: a number in a form that is known, or nothing; all else is refused.

Nothing here takes the first number out of a text: `2048-4096`, `80 (60 linear)`, `1,5` and `ten` are no numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rechenmacht.domains.engine.counts import ABOUT, AMBIGUOUS, number_of
from rechenmacht.errors import BadInput

NOT_SAID = {"", "-", "–", "—", "n/a", "na"}
KILO = 1024.0  # `8k` tokens of a sequence
FIRST_YEAR, LAST_YEAR = 2016, 2032


@dataclass(frozen=True, slots=True)
class Form:
    """What a column's numbers may look like: words after the number with their factor, least, most.

    `whole`: a whole number in digits; `count`: a whole number that may have a suffix (`1k`).
    """

    units: dict[str, float]
    whole: bool = False
    count: bool = False
    least: float = 0.0
    most: float = float("inf")
    hint: str = ""


RANKS = Form({}, whole=True, least=1)
WIDTH = Form({}, whole=True, least=1)
USD = {"usd": 1.0, "$": 1.0, "us$": 1.0}
FORMS: dict[str, Form] = {
    "params_B": Form({"b": 1.0, "bn": 1.0, "t": 1e3}, least=1e-4, hint="billions of parameters"),
    "active_params_B": Form({"b": 1.0, "bn": 1.0, "t": 1e3}, least=1e-4, hint="billions of parameters"),
    "layers": WIDTH, "hidden": WIDTH, "heads": WIDTH, "kv_heads": WIDTH,
    "global_batch_seqs": Form({"seqs": 1.0, "sequences": 1.0, "samples": 1.0, "sequenzen": 1.0},
                              count=True, least=1, hint="whole sequences, not tokens"),
    "tp": RANKS, "pp": RANKS, "dp": RANKS, "ep": RANKS, "cp": RANKS, "vpp": RANKS,
    "microbatch": Form({}, count=True, least=1),
    "concurrency": Form({"requests": 1.0, "users": 1.0, "anfragen": 1.0}, least=1),
    "arrival_per_s": Form({"/s": 1.0, "per second": 1.0, "1/s": 1.0, "requests/s": 1.0}, least=1e-6,
                          hint="requests per second"),
    "acceptance": Form({"%": 0.01}, most=64, hint="a share of 0 to 1, or tokens per step from 1 on"),
    "cached_pct": Form({"%": 1.0}, least=0.0, most=99.0, hint="percent of the prompt, 50 for half"),
    "price_usd": Form(USD, least=0.01, hint="USD per chip"),
    "rent_usd_per_hour": Form({**USD, "usd/h": 1.0, "$/h": 1.0, "usd/hour": 1.0}, least=1e-4,
                              hint="USD per chip and hour"),
}  # fmt: skip
AUTO = {"tp", "pp", "dp", "ep", "cp", "vpp", "microbatch"}


def number(text: str, column: str) -> float | None:
    """Return the number of a cell in the column's own unit, or None if the cell says nothing.

    Raises:
        BadInput: naming the column, if the cell is no such number.
    """
    form, lowered = FORMS[column], text.strip().lower()
    if lowered in NOT_SAID or (lowered == "auto" and column in AUTO):
        return None
    bare = re.sub(rf"^{ABOUT}", "", lowered)
    unit = next((u for u in sorted(form.units, key=len, reverse=True) if bare.endswith(u)), "")
    plain = bare.removeprefix("$").removesuffix(unit).strip() if unit else bare.removeprefix("$")
    value = None if form.whole and re.search(r"[a-df-z]", plain) else number_of(plain)
    hint = f" ({form.hint})" if form.hint else ""
    wrong = BadInput.of("error.engine.number", f"{column} {text!r} is no number{hint}", column=column, given=text)
    if value is not None and form.count and abs(value - round(value)) > 1e-9:
        raise BadInput.of(
            "error.engine.no_whole", f"{column} {text!r} is no whole number{hint}", column=column, given=text
        )
    if value is None or (form.whole and abs(value - round(value)) > 1e-9):
        raise wrong
    if (form.whole or form.count or column == "price_usd") and AMBIGUOUS.fullmatch(plain):
        said = f"{column} {text!r}: a point or a thousands mark? write {plain.replace('.', '')} or {value:g}"
        raise BadInput.of("error.engine.mark", said, column=column, given=text, whole=plain.replace(".", ""))
    value *= form.units.get(unit, 1.0)
    if column == "acceptance" and unit == "%" and value > 1:  # more than all drafts; tokens per step have no %
        raise wrong
    low_share = column == "cached_pct" and 0 < value < 1
    if not (value >= form.least and value <= form.most) or low_share or (value == 0 and column != "cached_pct"):
        raise wrong
    return value


def whole(text: str, column: str) -> int | None:
    """Return a whole number of a cell, or None if the cell says nothing.

    Raises:
        BadInput: if the cell is no whole number.
    """
    value = number(text, column)
    return None if value is None else round(value)


def _length(text: str) -> float | None:
    """Return tokens from `8192`, `8,192`, `8k` or `8192 tokens`; None if it is no number."""
    said = re.fullmatch(r"(.+?)\s*(?:tokens?|tok)?", text.strip().lower())
    kilo = None if said is None else re.fullmatch(r"(\d+)\s*k", said[1])
    if kilo:
        return float(kilo[1]) * KILO
    value = None if said is None else number_of(said[1])
    return value if value is not None and value > 0 and value == round(value) else None


def lengths(seq: str, workload: str) -> tuple[float | None, float | None]:
    """Return prompt and output tokens, from `8192 in/1024 out`, `8k/1k`, `8k` or a single length.

    Raises:
        BadInput: if the cell is no length.
    """
    if seq.strip().lower() not in NOT_SAID:
        pair = re.fullmatch(r"(.+?)\s*(?:in|ein)?\s*/\s*(.+?)\s*(?:out|aus)?", seq.strip().lower())
        found = (_length(pair[1]), _length(pair[2])) if pair else (_length(seq), None)
        if found[0] is None or (pair and found[1] is None):
            raise BadInput.of(
                "error.engine.length", f"seq {seq!r} is no length in tokens; write 8192, or 8192 in/1024 out", given=seq
            )
        if pair or not re.search(r"\b\d+k\s*/\s*\d+k\b", workload.lower()):
            return found
    short = re.search(r"\b(\d+)k\s*/\s*(\d+)k\b", workload.lower())
    if short:
        return float(short[1]) * KILO, float(short[2]) * KILO
    kilo = re.search(r"\b(\d+)k prompts?\b", workload.lower())
    return (float(kilo[1]) * KILO if kilo else None), None


def experts(text: str) -> tuple[float, float, float]:
    """Return routed, used and shared experts from `256 routed top8 +1 shared`.

    Raises:
        BadInput: if the cell says anything else.
    """
    lowered = text.strip().lower()
    if lowered in NOT_SAID | {"0"}:
        return 0.0, 0.0, 0.0
    said = re.fullmatch(
        r"(\d+)(?:\s*(?:routed|experts?|experten))*(?:[\s,]*top[- ]?(\d+))?(?:\s*\+\s*(\d+)\s*shared)?", lowered
    )
    if said is None:
        raise BadInput.of(
            "error.engine.experts", f"experts {text!r} is not understood; write 256 top8 +1 shared", given=text
        )
    routed, used, shared = float(said[1]), float(said[2] or 0), float(said[3] or 0)
    if used > routed:
        text = f"experts {text!r}: a token cannot use more experts than there are"
        raise BadInput.of("error.engine.used_experts", text, given=said[0])
    return routed, used, shared


def year(text: str) -> float | None:
    """Return a year from `2026-04`, `2026-04-17`, `2026.3` or `2026` (its middle); None if empty.

    Raises:
        BadInput: if it is no date, or one that no software of this kind has.
    """
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?|(\.\d+))?", text.strip())
    try:
        if found is None:
            raise ValueError
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise BadInput.of(
            "error.engine.date", f"{text!r} is no date; write 2026-04 or 2026-04-17", given=text
        ) from None
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        said = f"date {text!r}: the software that the engine knows is of {FIRST_YEAR} to {LAST_YEAR}"
        raise BadInput.of("error.engine.period", said, given=text, first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return int(found[1]) + (int(found[2]) / 12 if found[2] else float(found[4]) if found[4] else 0.5)


def amount(text: str) -> float | None:
    """Return a number of tokens from `14.8e12`, `14.8T` or `300B`; None if empty.

    Raises:
        BadInput: if it is no number.
    """
    if not text:
        return None
    said = re.fullmatch(r"(.+?)\s*([kmbt])?(?: tokens)?", text.strip().lower())
    scale = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
    value = None if said is None or re.search(r"[a-df-z]", said[1]) else number_of(said[1])
    if said is None or value is None or not value > 0:  # `1 Billion` is a thousand times more in German
        raise BadInput.of(
            "error.engine.tokens", f"tokens {text!r} is no number of tokens; write 14.8e12 or 14.8T", given=text
        )
    return value * scale.get(said[2] or "", 1.0)
