"""What is not understood is refused in one line that names it, never answered as something else."""

from __future__ import annotations

import pytest

from rechenmacht.domains.engine import systems
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.table import answer_row, prepare, rows_of
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

BASE = load()
FITTED = calibration(BASE)
TRAIN = {"workload": "llama3-70b pretrain", "chip": "H100", "n_chips": "64", "precision": "bf16",
         "quantity": "tokens_per_s"}  # fmt: skip
SERVE = {"workload": "llama3-70b serving", "chip": "H100", "n_chips": "8", "precision": "fp8",
         "quantity": "tokens_per_s_per_chip"}  # fmt: skip

REFUSED = {
    "n_chips": "ten|zehn|a dozen|64-128|64 bis 128|64 to 128|-8|0|8.5|8x8|2^6|?|viele|64 EUR|64 %|64 clusters|>64|64+"
               "|64 Knoten|64 Schränke|64 hosts|10.000|64 H100 + 64 A100|1/2|half of 64|64 TFLOPS|3 racks|100 MW",
    "chip": "H100 oder A100|H100 + A100|8x H100|Dual H100|half an H100|not H100|faster than H100|some chips like H100"
            "|H1000|B2000|A1000|V1000|A100X|Trainium 4|Gaudi 4|Rubin Ultra|Cerebras WSE-2|L4 L40|5090 Ti|H100 at 350 W"
            "|H20 141GB|GB200 NVL36|GB200 NVL144|H100 underclocked|H100 (2030)|Grafikkarte|Feynman|M5 Ultra",
    "workload": "Kimi-K2 oder DeepSeek-V3|llama3-70b 8b|llama3-70b GRPO|RL post-training of llama3-70b|1-bit 70B dense"
                "|llama3-70b distillation|llama3-70b without attention|llama3-70b mit 126 Schichten|gpt-oss-1t"
                "|qwen3-235b half|llama3-70b embedding|llama3-70b vision encoder|Mamba 7B|diffusion LM 8B|GPT-5|BERT-large"
                "|mixtral 8x70b|Nemotron hybrid 56B|lineare Attention 70B|Stable Diffusion XL",
    "precision": "fp6|int2|1.58 bit|ternary|mixed|MXFP6|FP12|posit16|fp64|auto|best|unknown|halb",
    "date": "März 2026|2026-13|2026-02-31|1999|2050|heute|3/2026|2026Q1",
    "seq": "8k-32k|lang|-5|8192.5|4k oder 8k", "layers": "80 (60 linear)|eighty|-80|80.5", "hidden": "8k",
    "params_B": "seventy|-3|70 Billionen", "experts": "256 choose 8|many|top8", "tp": "all|8,4|-2|8 or 4",
    "pp": "1.5|max", "global_batch_seqs": "4M tokens|2048-4096|-4", "concurrency": "high|-1",
    "arrival_per_s": "burst|5 per minute", "acceptance": "high|-1|80", "cached_pct": "150|0.5|half",
    "price_usd": "free|-5|25.000 EUR|25.000", "rent_usd_per_hour": "2 EUR", "tokens": "viele|1 Billion|15 Bio|-3",
    "interconnect": "dial-up|satellite|WLAN|none", "region": "moon|Deutschland",
    "software": "vLLM oder SGLang|ktransformers|keine|exllamav2|pytorch",
    "quantity": "Durchsatz|co2_kg|tokens_per_s_per_watt|tokens_per_dollar|accuracy|ttft_p90_ms|samples_per_s",
    "unit": "tokens/min|EUR|tokens/s/rack|Tokens pro Monat|GB/s|samples/s",
}  # fmt: skip
CASES = [(column, cell) for column, cells in REFUSED.items() for cell in cells.split("|")]


@pytest.mark.parametrize(("column", "cell"), CASES)
def test_a_cell_that_is_not_understood_is_refused(column, cell):
    for asked in (TRAIN, SERVE):
        a = answer_row(BASE, read_row({**asked, column: cell}, 2), FITTED)
        assert a["value"] is None, a
        assert a["reason"].startswith("row row-2")
        assert "\n" not in a["reason"]


@pytest.mark.parametrize("text", ["10.000 h100", "64 x 8 h100", "64x h100 + 64x mi300x", "zehn h100",
                                  "half gb200-nvl72", "two gb200-nvl72", "5 racks", "H100 cluster", "100 GWh gb200",
                                  "100 MW of gb200 and h100", "-5x h100", "1000 banana racks", "64x gb200 nvl36",
                                  "nvl72 gb300", "dgx gb300", "12 h100 nodes", "dgx v100", "16x h100 cluster"])  # fmt: skip
def test_a_system_that_is_not_understood_is_refused(text):
    with pytest.raises(BadInput):
        systems.system(BASE, text)


@pytest.mark.parametrize(("asked", "column", "cell", "like"), [
    (TRAIN, "n_chips", "ca. 64", "64"), (TRAIN, "n_chips", "64 Karten", "64"), (TRAIN, "n_chips", "10 Tsd.", "10,000"),
    (TRAIN, "chip", "NVIDIA H100-SXM5-80GB", "H100"), (TRAIN, "chip", "H100 700W", "H100"),
    (TRAIN, "precision", "bfloat16", "bf16"), (TRAIN, "precision", "e4m3", "fp8"), (TRAIN, "seq", "8k", "8192"),
    (TRAIN, "tp", "auto", ""), (TRAIN, "params_B", "70.6B", "70.6"), (SERVE, "software", "vLLM 0.11.0", "vllm"),
    (SERVE, "acceptance", "80 %", "0.8"), (SERVE, "cached_pct", "50 %", "50"), (SERVE, "seq", "8k/1k", "8192 in/1024 out"),
    (SERVE, "interconnect", "400 Gbit/s InfiniBand", "400 Gbit/s"), (TRAIN, "software", "Megatron-LM", "megatron"),
])  # fmt: skip
def test_other_spellings_of_the_same_give_the_same(asked, column, cell, like):
    one, other = (answer_row(BASE, read_row({**asked, column: c}, 2), FITTED) for c in (cell, like))
    assert one["value"] == other["value"] is not None
    assert (one["low"], one["high"]) == (other["low"], other["high"])


def test_every_point_of_the_calibration_is_understood():
    for one in rows_of(FOLDER / "points.csv"):
        prepare(BASE, one)
