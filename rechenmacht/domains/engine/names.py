"""Read chips, number formats and dates out of the free text of tables."""

from __future__ import annotations

import re

from rechenmacht.evidence.base import Base

# (pattern, chip id, what is assumed); the first that fits decides, so the longer names come first.
CHIPS: tuple[tuple[str, str, str], ...] = (
    (r"gb300|blackwell ultra gpu \(gb", "chip:gb300", ""),
    (r"gb200", "chip:gb200", ""),
    (r"b300|blackwell ultra", "chip:b300", ""),
    (r"b200|hgx blackwell", "chip:b200", ""),
    (r"b100", "chip:b100", ""),
    (r"vr200|rubin", "chip:rubin-vr-nvl72", ""),
    (r"gh200", "chip:gh200-144gb", ""),
    (r"h200.*nvl", "chip:h200-nvl", ""),
    (r"h200", "chip:h200-sxm", ""),
    (r"a100/h100-class ampere|class ampere", "chip:a100-sxm-80gb", "A100 80 GB for 'Ampere class'"),
    (r"h100.*pcie|pcie.*h100", "chip:h100-pcie", ""),
    (r"h100.*nvl\b|h100-nvl", "chip:h100-nvl", ""),
    (r"h100", "chip:h100-sxm", ""),
    (r"h800", "chip:h800-sxm", ""),
    (r"\bh20\b", "chip:h20", ""),
    (r"a800", "chip:a800-sxm", ""),
    (r"a100.*pcie.*40|a100-pcie-40", "chip:a100-pcie-40gb", ""),
    (r"a100.*pcie", "chip:a100-pcie-80gb", ""),
    (r"a100.*40 ?gb", "chip:a100-sxm-40gb", ""),
    (r"a100", "chip:a100-sxm-80gb", ""),
    (r"\ba10g?\b", "chip:a10", ""),
    (r"l40s", "chip:l40s", ""),
    (r"\bl40\b", "chip:l40", ""),
    (r"\bl4\b", "chip:l4", ""),
    (r"\bt4\b", "chip:t4", ""),
    (r"v100", "chip:v100-sxm2-32gb", ""),
    (r"pro 6000", "chip:rtx-pro-6000", ""),
    (r"5090", "chip:rtx-5090", ""),
    (r"4090", "chip:rtx-4090", ""),
    (r"3090", "chip:rtx-3090", ""),
    (r"mi355x?", "chip:mi355x", ""),
    (r"mi350x?", "chip:mi350x", ""),
    (r"mi325x?", "chip:mi325x", ""),
    (r"mi308x?", "chip:mi308x", ""),
    (r"mi300x?", "chip:mi300x", ""),
    (r"mi250x?", "chip:mi250x", ""),
    (r"v6e|trillium", "chip:tpu-v6e", ""),
    (r"v5e|v5 ?lite", "chip:tpu-v5e", ""),
    (r"tpu.*v5p|v5p", "chip:tpu-v5p", ""),
    (r"ironwood|tpu ?v?7", "chip:tpu-v7-ironwood", ""),
    (r"tpu.*v4|v4 pod", "chip:tpu-v4", ""),
    (r"tpu.*v3", "chip:tpu-v3", ""),
    (r"trainium ?3|trn3", "chip:trainium3", ""),
    (r"trainium ?2|trn2", "chip:trainium2", ""),
    (r"trainium|trn1", "chip:trainium1", ""),
    (r"gaudi\D{0,5}3", "chip:gaudi3", ""),
    (r"gaudi\D{0,5}2?", "chip:gaudi2", ""),
    (r"910b/c", "chip:ascend-910b", "Ascend 910B for '910B/C class'"),
    (r"910c|cloudmatrix", "chip:ascend-910c", ""),
    (r"910b|800i a2", "chip:ascend-910b", ""),
    (r"950dt", "chip:ascend-950dt", ""),
    (r"950", "chip:ascend-950pr", ""),
    (r"ascend", "chip:ascend-910b", "Ascend 910B for an unnamed Ascend"),
    (r"m3 ultra", "chip:m3-ultra", ""),
    (r"m4 max", "chip:m4-max", ""),
    (r"m4 pro", "chip:m4-pro", ""),
    (r"m2 ultra", "chip:m2-ultra", ""),
    (r"wse|cerebras|cs-3", "chip:wse-3", ""),
    (r"groq|lpu", "chip:groq-lpu-v1", ""),
    (r"rtx 6000 ada", "chip:rtx-6000-ada", ""),
    (r"consumer|gaming|volunteer", "chip:rtx-3090", "RTX 3090 for unnamed consumer cards"),
)
ROUNDS = {"v0.7": 2020.55, "v1.0": 2021.5, "v1.1": 2021.9, "v2.0": 2022.5, "v2.1": 2022.85, "v3.0": 2023.45,
          "v3.1": 2023.85, "v4.0": 2024.45, "v4.1": 2024.85, "v5.0": 2025.4, "v5.1": 2025.85,
          "v6.0": 2026.4}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def chip_of(base: Base, text: str, hint: str = "") -> tuple[str | None, str]:
    """Return the chip id that a text names (or its hint), and what was assumed; None if it names none."""
    for source in (text, hint):
        found = base.names.get(source.strip().lower())
        if found is not None and found.startswith("chip:"):
            return found, ""
        lowered = source.lower().replace("tpu-v", "tpu v")
        for pattern, chip, assumed in CHIPS:
            if source and re.search(pattern, lowered) and chip in base.entities:
                return chip, assumed
    return None, ""


NOISE = re.compile(
    r"nvidia|amd|intel|google|huawei|apple|amazon|aws|instinct|blackwell|hopper|ampere|hgx|dgx|geforce|accelerators?"
    r"|gpus?|chips?|tpus?|npus?|cards?|ultra|superchips?|tensor core|trillium|ironwood|lite|ascend|server|edition"
    r"|sxm\d?|pcie|nvl\d*|oam|hbm\d\w?|\d+ ?gb\w*|\(r\)|ai|v\d\w?|gen ?\d|[ax]$|\b[a-z]\b"
)


def names_nothing_else(base: Base, text: str) -> str | None:
    """Return the chip that a whole text names: nothing may be left over but makers and package words."""
    found, _ = chip_of(base, text)
    if found is None:
        return None
    lowered = text.lower().replace("tpu-v", "tpu v")
    if base.names.get(text.strip().lower()) == found:
        return found
    for pattern, chip, _ in CHIPS:
        if chip == found and re.search(pattern, lowered):
            left = NOISE.sub(" ", re.sub(pattern, " ", lowered, count=1))
            return found if not re.search(r"[a-z0-9]", left) else None
    return None


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, thousands marks removed."""
    return [float(x) for x in re.findall(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", text.replace(",", ""))]


def first_number(text: str) -> float | None:
    """Return the first number in a text, or None."""
    found = numbers(text)
    return found[0] if found else None


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
    four = bool(re.search(r"fp4|nvfp4|mx4|int4|nf4|4-bit|mxfp4|w4a", lowered))
    eight = bool(re.search(r"fp8|int8|8-bit|w8a8|aqt", lowered))
    sixteen = bool(re.search(r"bf16|fp16|16-bit|half", lowered))
    if sum((four, eight, sixteen)) > 1:
        chosen = 4 if four and not eight else 8
        return chosen, f"{chosen}-bit products for {text!r}"
    for found, bits in ((four, 4), (eight, 8), (sixteen, 16)):
        if found:
            return bits, ""
    return (16, "") if re.search(r"fp32|tf32", lowered) else (None, "")
