"""Rows of Megatron-Bridge's performance tables (Apache-2.0) in the form of the table interface.

python bench/megatron_bridge.py GIT_DIRECTORY KNOWN.csv... > rows.csv

Only configurations (model, chip, number format, chips, task) that one of the known tables lists are written, at every
release that states them: the others stay unseen, so that they can test the engine.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MODELS = {
    "llama3_8b": ("llama3_8b", 8.03, 8.03, 32, 4096, 32, 8, ""),
    "llama3_70b": ("llama3_70b", 70.6, 70.6, 80, 8192, 64, 8, ""),
    "llama3.1_405b": ("llama3_405b", 405.85, 405.85, 126, 16384, 128, 8, ""),
    "deepseekv3": ("dsv3", 671, 37, 61, 7168, 128, "", "256 routed top8 +1 shared"),
    "gpt oss 120b": ("gptoss", 117, 5.1, 36, 2880, 64, 8, "128 top4"),
    "qwen3_30b_a3b": ("qwen30", 30.5, 3.3, 48, 2048, 32, 4, "128 top8"),
    "qwen3_235b_a22b": ("qwen235", 235, 22, 94, 4096, 64, 4, "128 top8"),
    "kimi_k2": ("kimik2", 1040, 32, 61, 7168, 64, "", "384 top8"),
    "nemotron_3_nano": ("nemotron3_nano", 31.6, 3.6, "", "", "", "", "128 top6"),
    "nemotron_3_super": ("nemotron3_super", 120, 12, "", "", "", "", "512 top22"),
    "nemotron_3_ultra": ("nemotron3_ultra", 550, 55, "", "", "", "", "512 top22"),
    "deepseekv4 flash": ("dsv4_flash", 284, 13, 43, 4096, 64, "", "256 top6 +1 shared"),
}  # fmt: skip
LINKS = {"GB300": "NVL72 NVLink5 900GB/s + IB/RoCE", "GB200": "NVL72 NVLink5 900GB/s + IB/RoCE",
         "B300": "NVL8 + 800Gb/s per GPU", "B200": "NVL8 + 400-800Gb/s per GPU",
         "H100": "NVL8 + 400Gb/s per GPU"}  # fmt: skip
SHAPE = ("params_B", "active_params_B", "layers", "hidden", "heads", "kv_heads", "experts")
DENSE = {"BF16": "train_dense_nvidia_bf16"}
PAGE = "NVIDIA-NeMo/Megatron-Bridge docs/performance-summary(-archive).md"
PAGES = ("docs/performance-summary.md", "docs/performance-summary-archive.md")


def _formats(text: str) -> list[str]:
    names = {"fp8-cs": "FP8", "fp8-mx": "MXFP8", "fp8": "FP8", "mxfp8": "MXFP8", "bf16": "BF16", "nvfp4": "NVFP4"}
    found = [names.get(part.strip().lower()) for part in re.split(r"[()/]", text) if part.strip()]
    return [name for name in found if name]


def lines(page: str) -> Iterator[dict[str, str]]:
    """Yield the cells of every line of a page's tables, with release, task, model and system."""
    release = task = model = system = ""
    header: list[str] = []
    for line in page.splitlines():
        said = re.match(r"## (2\d\.\d\d(?:\.\d\d)?) ", line)
        if said:
            release = said[1]
        elif line.startswith("### "):
            task = "sft" if "SFT" in line else "lora" if "LoRA" in line else ""
        elif line.startswith("#### Model:"):
            model, system = line.split(":")[1].strip(), ""
        elif line.startswith("#### System:"):
            model, system = "", line.split(":")[1].strip()
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells[0] in {"System", "Model"}:
                header = cells
            elif header and not cells[0].startswith("-"):
                got = dict(zip(header, cells, strict=False))
                yield got | {"release": release, "task": task, "Model": got.get("Model") or model,
                             "System": got.get("System") or system}  # fmt: skip


def rows(page: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a page, one for each number format."""
    for got in lines(page):
        name = re.sub(r"\s*\(.*\)", "", got["Model"]).lower()
        formats = _formats(got.get("Precision", ""))
        if name not in MODELS or not formats:
            continue
        short, *shape = MODELS[name]
        chip, moe = got["System"].removeprefix("DGX-"), bool(shape[-1])
        values = re.findall(r"\d[\d,]*", got["Tokens / sec / GPU"])
        tflops = re.findall(r"\d[\d,]*", got["Model TFLOP / sec / GPU"])
        for number, precision in enumerate(formats[: len(values)]):
            what = {"sft": " SFT", "lora": " LoRA fine-tune"}.get(got["task"], " pretrain")
            made = dict(zip(SHAPE, map(str, shape), strict=True))
            suffix = f"_{got['task']}" if got["task"] else ""
            ranks = {k.lower(): "" if got.get(k, "") in {"n/a", "0"} else got.get(k, "") for k in ("TP", "PP", "CP")}
            yield made | ranks | {
                "id": f"mbridge_{got['release']}_{short}_{chip}_{precision}_{got['#-GPUs']}{suffix}",
                "kind": "train_moe_nvidia" if moe else DENSE.get(precision, "train_dense_nvidia_fp8_fp4"),
                "workload": short + what + (" (force-balanced, dropless)" if moe else ""),
                "seq": got["Sequence Length"], "global_batch_seqs": got["GBS"], "microbatch": got["MBS"],
                "chip": chip, "n_chips": got["#-GPUs"], "interconnect": LINKS.get(chip, ""),
                "ep": got["EP"] if moe else "", "vpp": "" if got["VP"] in {"n/a", "1"} else got["VP"],
                "precision": precision, "quantity": "tokens_per_s_per_chip",
                "measured_quantity": f"tokens/s per GPU ({tflops[min(number, len(tflops) - 1)]} model TFLOP/s)",
                "value": values[number].replace(",", ""), "unit": "tokens/s/GPU", "verified": "yes",
                "date": f"20{got['release'][:2]}-{got['release'][3:5]}",
                "source": f"{PAGE} {got['release']} (github, commit 067f987d)",
            }  # fmt: skip


def configuration(name: str) -> str:
    """Return an id without its release."""
    return re.sub(r"^mbridge_[\d.]+_", "", name)


def main() -> None:
    folder, *tables = sys.argv[1:]
    known = set()
    for table in tables:
        with Path(table).open(encoding="utf-8", newline="") as file:
            known |= {r["id"] for r in csv.DictReader(file)}
    wanted = {configuration(name) for name in known if name.startswith("mbridge_")}
    kept: dict[str, dict[str, str]] = {}
    for page in PAGES:
        text = subprocess.run(["git", "-C", folder, "show", f"HEAD:{page}"], capture_output=True, text=True, check=True)
        for row in rows(text.stdout):
            if configuration(row["id"]) in wanted and row["id"] not in known:
                kept.setdefault(row["id"], row)
    columns = list(dict.fromkeys(key for row in kept.values() for key in row))
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept.values())


if __name__ == "__main__":
    main()
