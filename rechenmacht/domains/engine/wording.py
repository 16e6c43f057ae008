"""Refuse words that ask for something which the engine does not model, or that name two things at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rechenmacht.domains.engine.library import Architecture
from rechenmacht.domains.engine.rows import Row
from rechenmacht.errors import BadInput

OTHER = re.compile(
    r"(?<![\w-])(rl|rlhf|rlvr|grpo|ppo|dpo|on-policy|post-training|rollouts?|distill\w*|destill\w*|diffusion|vision|vlm"
    r"|multimodal\w*|embeddings?|rerank\w*|mamba\d?|rwkv|ssm|state[- ]space|retnet|lineare?\w* attention"
    r"|without attention|ohne attention|bitnet|ternary|1-bit|images?|bilder|video\w*|audio|speech|sprache|tts|whisper"
    r"|bert|resnet\w*|dlrm|recommend\w*|half|halb\w*|pruned|not|nicht|kein\w*|or|oder|instead|statt|except|außer)(?!\w)"
)
SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?([bt])(?![\w])(?! ?-?tok)")
DEPTH = re.compile(r"(\d+) ?(?:layers|schichten|lagen)")


NOTHING = re.compile(
    r"(?:\btpot\s*[<≤=]*\s*|\b(?:bs|batch(?: size)?|conc(?:urrency)?)\s*=?\s*)"
    r"(?:0+(?:\.0+)?(?![\d.])|\d{10,}|[\d.]+e[+-]?\d+)"
    r"|\bat 0+(?:\.0+)? tok(?:ens)?/s/user|(?:[1-9]\d{2,}(?:\.\d+)?)\s*% (?:kv )?cache hits?"
)


def check(row: Row) -> None:
    """Refuse a workload that is something else than training or serving one transformer on text.

    Raises:
        BadInput: naming the word.
    """
    found = _other(row.workload)
    if found:
        said = f"workload {row.workload!r}: {found!r} is nothing that the engine models"
        raise BadInput.of("error.engine.other_work", said, given=row.workload, word=found)
    empty = NOTHING.search(row.head)
    if empty:
        said = f"workload {row.workload!r}: {empty[0]!r} is no limit and no number of sequences"
        raise BadInput.of("error.engine.no_limit", said, given=row.workload, word=empty[0])


@lru_cache(4096)
def _other(workload: str) -> str:
    found = OTHER.search(workload.lower())
    return found[1] if found else ""


def one_model(row: Row, known: Architecture, spans: Mapping[str, list[tuple[int, int]]]) -> None:
    """Refuse words that name another model, size or depth besides the one that was found.

    Args:
        row: the row.
        known: the architecture that its words name.
        spans: where each architecture's names stand in the words, by architecture.

    Raises:
        BadInput: naming what does not go together.
    """
    own = spans.get(known.name, [])
    for name, places in spans.items():
        if name != known.name and any(all(e <= a or b <= s for a, b in own) for s, e in places):
            said = f"{row.workload!r} names {known.name} and {name}; ask for one at a time"
            raise BadInput.of("error.engine.two_models", said, given=row.workload, one=known.name, other=name)
    for size, unit in SIZE.findall(row.workload.lower()):
        billions = float(size) * (1000 if unit == "t" else 1)
        if not any(0.75 < billions / own < 1.33 for own in (known.params_b, known.active_b)):
            text = f"{row.workload!r} says {size}{unit.upper()}, {known.name} has {known.params_b:g}B parameters"
            raise BadInput.of("error.engine.other_size", text, given=row.workload, size=f"{size}{unit.upper()}",
                              model=known.name, own=known.params_b)  # fmt: skip
    depth = DEPTH.search(row.workload.lower())
    if depth and "cut to" not in row.workload.lower() and abs(float(depth[1]) - known.layers) > 0.5:
        said = f"{row.workload!r} says {depth[1]} layers, {known.name} has {known.layers:g}"
        raise BadInput.of("error.engine.other_depth", said, given=row.workload, layers=depth[1], model=known.name,
                          own=known.layers)  # fmt: skip
