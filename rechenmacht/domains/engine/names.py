"""Read number formats and dates out of the free text of tables."""

from __future__ import annotations

import re
from functools import lru_cache

from rechenmacht.domains.engine.spoken import said

ROUNDS = {"v0.7": 2020.55, "v1.0": 2021.5, "v1.1": 2021.9, "v2.0": 2022.5, "v2.1": 2022.85, "v3.0": 2023.45,
          "v3.1": 2023.85, "v4.0": 2024.45, "v4.1": 2024.85, "v5.0": 2025.4, "v5.1": 2025.85,
          "v6.0": 2026.4}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@lru_cache(4096)
def year_of(text: str) -> float | None:
    """Return the year that a text dates itself by (MLPerf round, release YY.MM, arXiv number, month), or None."""
    lowered = text.lower()
    for name, year in ROUNDS.items():
        if re.search(rf"mlperf[^0-9]{{0,24}}{re.escape(name)}\b|results_{re.escape(name)}", lowered):
            return year
    bridge = re.search(r"(?:bridge|nemo|ngc)\D{0,40}?[_ ]?(2\d)\.(\d\d)", lowered)
    if bridge:
        return 2000 + int(bridge[1]) + int(bridge[2]) / 12
    paper = re.search(r"arxiv\D{0,4}(\d\d)(\d\d)\.\d{4,5}", lowered)
    if paper:
        return 2000 + int(paper[1]) + int(paper[2]) / 12
    month = re.search(rf"\b({'|'.join(MONTHS)})[a-z]*[ _-]?(?:20)?(2\d)\b", lowered.replace("_", " "))
    if month:
        return 2000 + int(month[2]) + (MONTHS.index(month[1]) + 1) / 12
    plain = re.search(r"\b(20[12]\d)(?:-(\d\d))?\b", lowered)
    return None if plain is None else int(plain[1]) + (int(plain[2]) / 12 if plain[2] else 0.5)


def bits_of(text: str) -> tuple[int | None, str]:
    """Return the bits of matrix products that a text names, and what was assumed; None if it names none."""
    lowered = text.lower()
    if not lowered.strip():
        return None, ""
    four = bool(re.search(r"fp4|mx4|int4|nf4|\b4[- ]?bit|w4a|\bq4_[k0-9]", lowered))
    eight = bool(re.search(r"fp8|int8|\b8[- ]?bit|w8a|aqt|e4m3|e5m2|\bq8_0", lowered))
    sixteen = bool(re.search(r"b?fp?16|bf-16|b?float16|\b16[- ]?bit|\bhalf\b", lowered))
    if sum((four, eight, sixteen)) > 1:
        chosen = 4 if four and not eight else 8
        return chosen, said("products_for", "{n}-bit products for {given!r}", n=chosen, given=text)
    for found, bits in ((four, 4), (eight, 8), (sixteen, 16)):
        if found:
            return bits, ""
    return (16, "") if re.search(r"tf32", lowered) else (None, "")
