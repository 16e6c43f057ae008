"""Which kind of measurement lends its offset and spread to a question that no row of a table asks."""

from __future__ import annotations

CHINA = {"ascend", "china-other"}


def training_kind(family: str, moe: bool, width: int, stack: str = "") -> str:
    """Return the kind of training measurement by chip family, expert model, bits of products and software."""
    if family.startswith("tpu"):
        return "train_tpu"
    maker = "china" if family in CHINA else "amd" if family.startswith("cdna") else ""
    if maker or moe:
        return f"train_{'moe' if moe else 'dense'}_{maker or 'nvidia'}"
    if family.startswith("trainium"):
        return "train_dense_trainium"
    if stack == "fsdp":
        return "train_dense_fsdp"
    return "train_dense_nvidia_bf16" if width >= 16 else "train_dense_nvidia_fp8_fp4"


def serving_kind(family: str) -> str:
    """Return the kind of serving measurement by chip family."""
    return "infer_china" if family in CHINA else "infer_west"
