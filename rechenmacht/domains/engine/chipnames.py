"""Which chip a text names: nothing may be left over but makers, packages, and numbers that fit the chip."""

from __future__ import annotations

import re

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, once

# (pattern, chip id, what is assumed); the first that fits decides, so the longer names come first.
CHIPS: tuple[tuple[str, str, str], ...] = (
    (r"gb300|blackwell ultra gpu \(gb", "chip:gb300", ""),
    (r"gb200", "chip:gb200", ""),
    (r"b300|blackwell ultra", "chip:b300", ""),
    (r"b200|hgx blackwell", "chip:b200", ""),
    (r"b100", "chip:b100", ""),
    (r"vr200|rubin", "chip:rubin-vr-nvl72", ""),
    (r"gh200.*96 ?gb", "chip:gh200-96gb", ""),
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
    (r"trainium ?1|trn1", "chip:trainium1", ""),
    (r"trainium", "chip:trainium1", "Trainium 1 for an unnamed Trainium"),
    (r"gaudi\D{0,5}3", "chip:gaudi3", ""),
    (r"gaudi\D{0,5}2", "chip:gaudi2", ""),
    (r"gaudi", "chip:gaudi2", "Gaudi 2 for an unnamed Gaudi"),
    (r"910b/c", "chip:ascend-910b", "Ascend 910B for '910B/C class'"),
    (r"910c|cloudmatrix(?:[- ]?384)?", "chip:ascend-910c", ""),
    (r"910b|800i a2", "chip:ascend-910b", ""),
    (r"950dt", "chip:ascend-950dt", ""),
    (r"950pr", "chip:ascend-950pr", ""),
    (r"ascend", "chip:ascend-910b", "Ascend 910B for an unnamed Ascend"),
    (r"m3 ultra", "chip:m3-ultra", ""),
    (r"m4 max", "chip:m4-max", ""),
    (r"m4 pro", "chip:m4-pro", ""),
    (r"m2 ultra", "chip:m2-ultra", ""),
    (r"wse-?3|cs-3", "chip:wse-3", ""),
    (r"cerebras", "chip:wse-3", "WSE-3 for an unnamed chip of Cerebras"),
    (r"groq|lpu", "chip:groq-lpu-v1", ""),
    (r"rtx 6000 ada", "chip:rtx-6000-ada", ""),
    (r"consumer|gaming|volunteer", "chip:rtx-3090", "RTX 3090 for unnamed consumer cards"),
)
NEAR = {"g": 0.15, "w": 0.3}  # a stated memory or power may differ so much from the claims'
ULTRA = {"chip:gb300", "chip:b300", "chip:m3-ultra", "chip:m2-ultra"}
RACKS = {"chip:gb200": {72}, "chip:gb300": {72}, "chip:rubin-vr-nvl72": {72, 144}}
NODES = set(range(1, 9))
MAKERS = re.compile(
    r"nvidia|amd|intel|google|huawei|apple|amazon|aws|instinct|blackwell|hopper|ampere|ada|volta|hgx|dgx|geforce|tesla"
    r"|accelerators?|beschleuniger|gpus?|chips?|tpus?|npus?|ai|cards?|superchips?|tensor|core|trillium|ironwood|ascend"
    r"|server|workstation|edition|sxm\d?|pcie|nvl8?|oam|hbm\d?e?|r|rtx|gen\d?|arc|cloud|vera|xdna|cdna\d?|ki"
    r"|unnamed|class|neuron|cloudmatrix|atlas|mit|with|of|grace|dlc|cts|nps\d|spx|cpx|aarch64|x86_64|air|liquid|cooled|se"
)
# Chips that come as cards, and those that come as modules: a text that says the other form means another product.
CARDS = re.compile(r"chip:(?:.*(?:pcie|-nvl$)|t4|a10(?!0)|a30|a40|b30a|b40|l\d|rtx|gtx|titan|arc|rx-|radeon|mi210|mi100"
                   r"|mi50|mlu|max-1100|mtt|kunlun|inferentia|groq)")  # fmt: skip
FORMS = re.compile(r"\b(pcie|sxm\d?|oam)\b")
STATED = re.compile(r"(\d+(?:\.\d+)?) ?(gb\w*|w\b)|nvl ?(\d+)")


def _pattern(pattern: str) -> str:
    return rf"(?<![a-z0-9])(?:{pattern})(?![0-9])"


def _found(base: Base, text: str) -> tuple[str, str, str] | None:
    """Return chip, what is assumed, and the pattern that found it; None if a text names none."""
    lowered = text.lower().replace("tpu-v", "tpu v")
    for pattern, chip, assumed in CHIPS:
        if re.search(_pattern(pattern), lowered) and chip in base.entities:
            return chip, assumed, pattern
    return None


def known_name(base: Base, text: str) -> str | None:
    """Return the chip that the base knows by just this name, however it is spaced; None if there is none."""
    short = text.strip().lower()
    for candidate in (short, f"chip:{short}", short.replace("-", " "), f"chip:{re.sub(r'[ _]+', '-', short)}"):
        known = base.names.get(candidate)
        if known is not None and known.startswith("chip:"):
            return known
    return None


@once
def chip_of(base: Base, text: str, hint: str = "") -> tuple[str | None, str]:
    """Return the chip id that a text names (or its hint), and what was assumed; None if it names none."""
    for source in (text, hint):
        known = known_name(base, source)
        if known:
            return known, ""
        found = _found(base, source)
        if source and found:
            return found[0], found[1]
    return None, ""


@once
def left_over(base: Base, text: str) -> str:
    """Return the first word of a chip's name that says something else than the chip; empty if there is none."""
    found, lowered = _found(base, text), text.lower().replace("tpu-v", "tpu v")
    if found is None or known_name(base, text):
        return ""
    left = re.sub(_pattern(found[2]), " ", lowered, count=1)
    own = set(re.findall(r"[a-z]*\d+[a-z]*", found[0].removeprefix("chip:")))
    own |= {"ultra"} if found[0] in ULTRA else set()
    left = STATED.sub(" ", left)
    return next((w for w in re.findall(r"[\w+./]+", left) if not MAKERS.fullmatch(w) and w not in own), "")


def named(base: Base, text: str) -> str | None:
    """Return the chip that a whole text names, or None if it names none or something besides."""
    chip, _ = chip_of(base, text)
    return None if chip is None or left_over(base, text) else chip


def fits(hw: Hardware, text: str) -> None:
    """Refuse a chip's name that states a memory, power, rack or form that is not the chip's own.

    Raises:
        BadInput: naming what differs.
    """
    for form in FORMS.findall(text.lower()):
        if (form == "pcie") != bool(CARDS.match(hw.id)) and text.lower() not in {hw.name.lower(), hw.id}:
            shown = "PCIe" if form == "pcie" else form.upper()
            said = f"{text!r}: {hw.name} is no {shown} product; describe another chip in a TOML file"
            raise BadInput.of("error.engine.form", said, given=text, chip=hw.name, form=shown)
    for amount, unit, rack in STATED.findall(text.lower()):
        if rack and int(rack) not in RACKS.get(hw.id, NODES):
            raise BadInput.of(
                "error.engine.rack",
                f"{text!r}: the engine knows no rack of {rack} {hw.name}; describe it in a TOML file",
                given=text,
                n=rack,
                chip=hw.name,
            )
        own, sign = (hw.memory_gb, "GB") if unit.startswith("gb") else (hw.tdp_w, "W")
        if unit and abs(float(amount) / own - 1) > NEAR[unit[0]]:
            raise BadInput.of(
                "error.engine.chip_differs",
                f"{text!r}: {hw.name} has {own:g} {sign}; describe another chip in a TOML file",
                given=text,
                chip=hw.name,
                own=f"{own:g} {sign}",
            )
