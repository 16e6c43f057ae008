"""Which model a row describes: a published one that its words name, one of the same shape, or its own numbers."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rechenmacht.domains.engine import library, models, wording
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput


def _cut(workload: str) -> float | None:
    found = re.search(r"cut to (\d+) layers", workload.lower())
    return float(found[1]) if found else None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds an architecture's name however it is spaced: `llama2-7b` in `Llama 2 7B`."""
    parts = re.findall(r"[a-z]+|\d+(?:\.\d+)?", name)
    return re.compile(r"(?<![a-z0-9])" + r"[\s_.\-]*".join(map(re.escape, parts)) + r"(?![0-9])(?![.]\d)(?![a-z]{2})")


@lru_cache(4096)
def known_architecture(text: str, params_b: float | None) -> library.Architecture | None:
    """Return the published architecture that a text names and whose size fits, or None."""
    best: tuple[int, library.Architecture] | None = None
    for name, row in library.architectures().items():
        if _pattern(name).search(text.lower()) is None:
            continue
        if params_b is not None and not 0.8 < row.params_b / params_b < 1.25:
            continue
        if best is None or len(name) > best[0]:
            best = (len(name), row)
    return None if best is None else best[1]


@lru_cache(4096)
def _spans(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return where the names of published architectures stand in a text, by architecture."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name, row in library.architectures().items():
        places = [m.span() for m in _pattern(name).finditer(text)]
        if places:
            found.setdefault(row.name, []).extend(places)
    return found


def model_of(row: Row, assumed: dict[str, str]) -> Model:
    """Return the model that a row describes: a published one where its size and depth fit, else from its numbers.

    Raises:
        BadInput: if the row says neither the parameters nor layers and width.
    """
    cut = _cut(row.workload)
    known = known_architecture(row.head, row.params_b if cut is None else None)
    if known is not None:
        wording.one_model(row, known, _spans(row.workload.lower()))
    known = known or _same_shape(row)
    same_depth = known is not None and (row.layers is None or cut is not None or abs(row.layers - known.layers) < 1)
    if known is not None and same_depth:
        assumed["architecture"] = said("published", "{name}, as published", name=known.name)
        return models.from_architecture(known, cut)
    if row.params_b is None and (row.layers is None or row.hidden is None):
        size = re.search(r"(\d+(?:\.\d+)?)\s*(b|t)\b(?!\s*tok)", row.head)
        if size is None or not (re.search(r"\bdense\b|\bgpt\b", row.head) or re.match(r"\s*\d", row.head)):
            raise BadInput.of(
                "error.engine.architecture",
                f"no published architecture in {row.workload!r}; give params_B, active_params_B (or the "
                "word dense), layers, hidden, heads and experts",
                given=row.workload,
            )
        scale = 1000.0 if size[2] == "t" else 1.0
        assumed["architecture"] = said("dense", "dense, of customary proportions")
        return _numbers(row, float(size[1]) * scale, assumed)
    return _numbers(row, row.params_b, assumed)


def _same_shape(row: Row) -> library.Architecture | None:
    """Return the published model with the same layers, width and size."""
    if row.layers is None or row.hidden is None:
        return None
    for known in library.architectures().values():
        sized = row.params_b is None or 0.9 < known.params_b / row.params_b < 1.1
        same_heads = row.kv_heads is None or row.kv_heads == known.kv_heads or known.latent > 0
        if (known.layers, known.hidden) == (row.layers, row.hidden) and sized and same_heads:
            return known
    return None


def _numbers(row: Row, params_b: float | None, assumed: dict[str, str]) -> Model:
    heads = row.heads
    if heads and row.hidden and row.hidden / heads > 512:
        heads = None
    vocab = 131072.0 if row.quantity == "tflops_model_per_chip" and "scaling" in row.workload else None
    made = models.from_numbers(
        params_b, row.active_b, row.layers, row.hidden, heads, row.kv_heads, row.experts, row.top_k, row.shared,
        vocab=vocab, name=f"row {row.id}",
    )  # fmt: skip
    assumed |= made.assumed
    return made
