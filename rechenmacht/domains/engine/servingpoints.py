"""Measured serving times (aiconfigurator's silicon sample) as calibration points: seconds per output token.

Rows that mainly measure prefill or queueing are left out, every sixth of the rest is taken, each with a wide error:
they teach the coefficients of decoding without outvoting the table of measured runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rechenmacht.domains.engine import models
from rechenmacht.domains.engine.calibrate import Measured, Point
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.found import Found
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.inference import TODAY, Service, serve
from rechenmacht.domains.engine.parameters import Coefficients, coefficients
from rechenmacht.domains.engine.serving import fixed_setup
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

KIND, FIRST = "serving_component", "serving_first"
KINDS = {KIND, FIRST}
FIRST_NAMES = ("serve.host_ms.", "serve.burst.")  # fitted to first tokens alone, last
COLUMNS = ("id", "mode", "model_path", "system", "precision", "batch_size", "concurrency", "isl", "osl", "tp_size",
           "moe_tp_size", "moe_ep_size", "backend", "backend_version", "measured", "silicon_tpot_ms",
           "silicon_ttft_ms")  # fmt: skip
CHIPS = {"h100_sxm": "chip:h100-sxm", "h200_sxm": "chip:h200-sxm", "b200_sxm": "chip:b200", "gb200": "chip:gb200"}
MODELS = {"Llama-3.1-8B": "llama3-8b", "Qwen3-32B": "qwen3-32b", "Qwen3-235B": "qwen3-235b",
          "Qwen3.5-397B": "qwen3.5-397b", "Kimi": "kimi-k2", "gpt-oss": "gpt-oss-120b"}  # fmt: skip
WEIGHT_BITS = {"fp8": 8, "fp4": 4, "int4": 4}
PRODUCT_BITS = {"fp8": 8, "fp4": 4}
# When versions came out: the days on which their packages were put on PyPI (read off its index in November 2026);
# a nightly build is of the days before its measurement.
RELEASED: dict[str, dict[str, float]] = {
    "trtllm": {"1.0.0rc3": 2025.54, "1.2.0rc6": 2025.98, "1.3.0rc1": 2026.07, "1.3.0rc5": 2026.15},
    "vllm": {"0.11.2": 2025.89, "0.12.": 2025.92, "0.15.": 2026.1, "0.16.": 2026.16, "0.17.": 2026.18,
             "0.18.": 2026.21, "0.19.": 2026.25},
    "sglang": {"0.5.1.": 2025.65, "0.5.6": 2025.92, "0.5.6.post2": 2025.94, "0.5.8.post1": 2026.1, "0.5.9": 2026.15,
               "0.5.10": 2026.27, "nightly": 2026.2},
}  # fmt: skip
EVERY, UNCLEAR, MOST_PREFILL = 3, 0.28, 0.6
EVERY_FIRST, UNCLEAR_FIRST = 6, 0.4


def released(backend: str, version: str) -> float:
    """Return the year in which a version of a serving software came out; today's where it is not known."""
    known = [(len(start), when) for start, when in RELEASED.get(backend, {}).items() if version.startswith(start)]
    return max(known)[1] if known else TODAY


def chips_of(cells: Mapping[str, str]) -> float:
    """Return the chips of a row's replica: attention and experts are split over the same ones."""
    split = {name: float(cells[name] or 1) for name in ("tp_size", "moe_tp_size", "moe_ep_size")}
    plain = split["tp_size"] * float(cells.get("attention_dp_size") or 1)
    routed = split["moe_tp_size"] * split["moe_ep_size"]
    if routed > plain and min(split["moe_tp_size"], split["moe_ep_size"]) >= plain:  # one split, given twice
        routed = max(split["moe_tp_size"], split["moe_ep_size"])
    return max(plain, routed)


def points(base: Base, cells: Sequence[Mapping[str, str]]) -> list[Measured]:
    """Return the points of a silicon sample.

    Raises:
        BadInput: if it lacks the columns of one.
    """
    missing = next((c for c in COLUMNS if not cells or c not in cells[0]), None)
    if missing:
        raise BadInput(f"serving: no column {missing!r}: this is no silicon sample of aiconfigurator")
    prior, kept, waited = coefficients(base, calibrated=False), [], []
    for r in cells:
        name = next((m for words, m in MODELS.items() if words in r["model_path"]), None)
        precision = r["precision"]
        if r["mode"] != "agg" or name is None or (r["system"] == "gb200" and precision not in WEIGHT_BITS):
            continue
        model, hw = models.named(name), hardware(base, CHIPS[r["system"]])
        batch, asked = float(r["batch_size"]), float(r["concurrency"] or r["batch_size"])
        many = asked if asked / batch <= 8 else batch
        chips = chips_of(r)
        bits = WEIGHT_BITS.get(precision, 16)
        s = Service(float(r["isl"]), float(r["osl"]), bits, PRODUCT_BITS.get(precision, 16), 8 if bits < 16 else 16,
                    r["backend"], year=year(r["measured"]) or released(r["backend"], r["backend_version"]))  # fmt: skip
        first = serve(model, hw, prior, s, np.array([chips]), np.array([many]))
        waited.append(_first_token(r, (model, hw, s, chips, many)))
        if float(first.parts["prefill"][0] / first.token_s[0]) > MOST_PREFILL:
            continue

        def answer(c: Coefficients, a=(model, hw, s, chips, many)) -> Found:  # type: ignore[no-untyped-def]
            m, h, how, size, n = a
            return Found(1000 * fixed_setup(m, h, c, how, size, n).between_s, "", {}, 0.0, "", sense=-1)

        point = Point(r["id"], -math.log(float(r["silicon_tpot_ms"])), KIND, f"{model.name} {r['system']} {precision}",
                      f"{model.name} {r['system']} {r['backend']}", UNCLEAR, shifted=False)  # fmt: skip
        kept.append(Measured(point, answer, "serving"))
    return kept[::EVERY] + waited[::EVERY_FIRST]


def _first_token(r: Mapping[str, str], setup: tuple[Any, ...]) -> Measured:
    """Return the time to the first token of a row as a point."""
    model, hw, s, chips, many = setup

    def answer(c: Coefficients) -> Found:
        return Found(1000 * fixed_setup(model, hw, c, s, chips, many).first_s, "", {}, 0.0, "", sense=-1)

    point = Point(r["id"] + "_first", -math.log(float(r["silicon_ttft_ms"])), FIRST,
                  f"{model.name} {r['system']} {r['backend']}", f"{model.name} {r['system']} {r['backend']}",
                  UNCLEAR_FIRST, shifted=False)  # fmt: skip
    return Measured(point, answer, "serving")
