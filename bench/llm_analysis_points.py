"""What the PyPI package llm-analysis says for the points that it can represent: dense 16-bit training on A100 and H100.

Run by bench/scoreboard.py in an environment of its own (make scoreboard builds it). Reads a JSON list of points on
stdin, writes {id: seconds per step or null} on stdout. Its efficiency is an input of the user; the default is 1, its
documentation names 0.5 as usual.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path


def seconds(point: dict[str, float], folder: Path, efficiency: float) -> float | None:
    from llm_analysis.analysis import train

    config = {
        "name": "x", "num_layers": int(point["layers"]), "n_head": int(point["heads"]),
        "hidden_dim": int(point["hidden"]), "vocab_size": 51200, "max_seq_len": int(point["seq"]),
        "num_key_value_heads": int(point["heads"]), "num_key_value_groups": 1,
        "ffn_embed_dim": 4 * int(point["hidden"]), "expansion_ratio": 4,
    }  # fmt: skip
    path = folder / "model.json"
    path.write_text(json.dumps(config))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result = train(
                model_name=str(path), gpu_name=point["gpu"], dtype_name="w16a16e16", log_level="ERROR",
                batch_size_per_gpu=int(point["micro"]), global_batch_size=int(point["batch"]),
                seq_len=int(point["seq"]), total_num_tokens=1e12, activation_recomputation=int(point["recompute"]),
                ds_zero=1, tp_size=int(point["tp"]), pp_size=int(point["pp"]), dp_size=int(point["dp"]),
                flash_attn=bool(point["flash"]), flops_efficiency=efficiency,
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever the package refuses is a point that it cannot represent
        print(f"{point['id']}: {error}", file=sys.stderr)
        return None
    return float(result["latency_per_iter"]) if result else None


def main() -> None:
    points = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = {p["id"]: [seconds(p, folder, e) for e in (1.0, 0.5)] for p in points}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
