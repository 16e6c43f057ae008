"""Epoch AI's tables of AI models, frontier or notable: compute, data, chips, time and cost (CC BY 4.0).

Judgements:
- Both tables have the same columns for what we read. A file with the column "Open model weights?" is the
  frontier table of 2026; one without is the notable table of 2025.
- Figures are static facts about a model. `as_of` is the model's publication date.
- Compute is counted as operations of the final training run, with fine-tuning of a base model left out. It
  is `reported` where Epoch's method says only "Reported", else `estimated`; Epoch's confidence goes into
  the note, and a "Speculative" figure is graded secondary.
- Parameters count all experts. The data set's size is in tokens only for language models without images and
  speech, so `training_tokens` is given for the domain "Language" alone; "gradients" (2025) and "total"
  (2026) count epochs.
- Cost is in 2023 USD, amortised hardware and energy of the final run. Power is published in W.
- MFU above 1 or of 0 is a slip and refused or skipped. HFU, batch, finetuning, cloud and upfront cost are
  left out.
- Models before 2010 are left out: no chips of today's kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Correction, Entity
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    Row,
    dataset,
    day_of,
    number,
    slug,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "epoch-models"
FRONTIER, NOTABLE = "2026-04-27", "2025-11-03"
EARLIEST = "2010-01-01"
NEED = (
    "Model",
    "Organization",
    "Publication date",
    "Domain",
    "Parameters",
    "Training compute (FLOP)",
    "Confidence",
)
COLUMNS = (
    ("Training compute (FLOP)", "training_compute", "FLOP", 1.0),
    ("Parameters", "model_parameters", "count", 1.0),
    ("Training time (hours)", "training_time", "h", 1.0),
    ("Hardware quantity", "training_chips", "count", 1.0),
    ("Hardware utilization (MFU)", "training_mfu", "1", 1.0),
    ("Training compute cost (2023 USD)", "training_cost", "USD", 1.0),
    ("Training power draw (W)", "training_power", "MW", 1e-6),
)
TOKENS = ("Training dataset size (total)", "Training dataset size (gradients)")
MAKERS = {
    "OpenAI": "org:openai",
    "Google": "org:google",
    "Google DeepMind": "org:google",
    "DeepMind": "org:google",
    "Google Brain": "org:google",
    "Meta AI": "org:meta",
    "Facebook AI Research": "org:meta",
    "Alibaba": "org:alibaba",
    "Microsoft": "org:microsoft",
    "Anthropic": "org:anthropic",
    "Baidu": "org:baidu",
    "xAI": "org:xai",
    "NVIDIA": "org:nvidia",
    "DeepSeek": "org:deepseek",
    "Mistral AI": "org:mistral",
    "ByteDance": "org:bytedance",
    "Tencent": "org:tencent",
    "Huawei": "org:huawei",
    "Amazon": "org:amazon",
    "Moonshot": "org:moonshot",
}
BLOCS = {
    "United States of America": "us",
    "China": "cn",
    "France": "eu",
    "Germany": "eu",
    "United Arab Emirates": "gulf",
}


def _entity(row: Row, released: str) -> Entity:
    name, country = row["Model"], row.get("Country (of organization)", "").split(",")[0]
    maker = MAKERS.get(row["Organization"].split(",")[0], "")
    return Entity(f"model:{slug(name)}", "model", name, name, (), (), BLOCS.get(country, ""), maker, released, "", "")


def _claims(row: Row, model: str, released: str, file: str, into: Collector) -> None:
    method = row.get("Training compute estimation method", "")
    sure = row["Confidence"] or "not stated"
    columns = [
        *COLUMNS,
        *((column, "training_tokens", "count", 1.0) for column in TOKENS if row["Domain"] == "Language"),
    ]
    for column, quantity, unit, scale in columns:
        value = number(row, column, file)
        if not value:
            continue
        if quantity == "training_mfu" and value > 1:
            raise BadInput(f"{file} row {row[LINE]}: {column} is {value:g}, above 1")
        reported = quantity == "training_compute" and method == "Reported"
        note = f"Epoch's confidence: {sure.lower()}" + ("; 2023 USD" if quantity == "training_cost" else "")
        into.claim(
            model,
            quantity,
            float(f"{value * scale:.15g}"),
            unit,
            released,
            f"row {row['Model']}, {column}",
            basis="reported" if reported else "estimated",
            grade="secondary" if sure == "Speculative" else "primary",
            static=True,
            note=note,
        )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read `frontier_ai_models.csv` or `notable_ai_models.csv`.

    Returns:
        Claims about `model:*` in FLOP, counts, h, MW, USD of 2023 and shares.

    Raises:
        BadInput: naming file, row and reason.
    """
    rows = table(path, NEED, ("Model",), NAME, corrections)
    frontier = "Open model weights?" in rows[0]
    stem, title, default = (
        ("epoch-frontier-models", "Frontier AI Models", FRONTIER)
        if frontier
        else ("epoch-notable-models", "Notable AI Models", NOTABLE)
    )
    source = dataset(stem, default, vintage, title, "Epoch AI", "https://epoch.ai/data/ai-models", "CC-BY-4.0")
    into = Collector(source)
    for row in rows:
        released = day_of(row, "Publication date", path.name)
        if not row["Model"] or not released:
            raise BadInput(f"{path.name} row {row[LINE]}: Model or Publication date is empty")
        if EARLIEST <= released <= source.published:
            _claims(row, into.add_entity(_entity(row, released)), released, path.name, into)
    return into.out


IMPORTER = Importer(
    NAME,
    "Epoch AI: frontier or notable AI models",
    f"epoch-frontier-models-{FRONTIER}",
    "file frontier_ai_models.csv or notable_ai_models.csv",
    read,
)
