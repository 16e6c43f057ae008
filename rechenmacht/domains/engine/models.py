"""Model arithmetic: parameters, operations and cached bytes per token of dense and expert transformers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rechenmacht.domains.engine.library import Architecture, architecture
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput

DEFAULT_VOCABULARY = 51200


@dataclass(frozen=True, slots=True)
class Model:
    """A transformer as the engine sees it. Widths in elements, parameters in units (not billions).

    `attention`: weights of the projections per layer; `ffn`: active feed-forward weights per layer (mean over layers);
    `ffn_stored`: all of them, experts included; `q_width`, `kv_width`: widths of queries, and of keys with values;
    `score_width`: sum over heads of the key and value widths (4 x heads x head width / 2 for plain attention);
    `decode_score`: the same when decoding from a latent cache (0: as `score_width`); `cache_width`: elements cached per
    token and layer; `windowed`: share of layers whose attention spans only `window`; `linear`: share of layers whose
    attention is linear: its state is `state` wide per query, and costs what attention over so many tokens does.
    """

    name: str
    layers: float
    hidden: float
    heads: float
    kv_heads: float
    vocab: float
    attention: float
    ffn: float
    ffn_stored: float
    q_width: float
    kv_width: float
    score_width: float
    cache_width: float
    params: float
    active: float
    experts: float = 0.0
    top_k: float = 0.0
    expert_ffn: float = 0.0
    moe_share: float = 0.0
    shared: float = 0.0
    gated: bool = True
    window: float = 0.0
    windowed: float = 0.0
    linear: float = 0.0
    state: float = 0.0
    decode_score: float = 0.0
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0

    @property
    def embedding(self) -> float:
        """Weights of one embedding table."""
        return self.vocab * self.hidden

    @property
    def matrix(self) -> float:
        """Weights that every token is multiplied with: active layers and the output layer."""
        return self.layers * (self.attention + self.ffn) + self.embedding

    def decode_flops(self, context: float) -> float:
        """Return operations per generated token of scores and values over a cached context, all layers."""
        return self.attention_flops(context, causal=False) * (self.decode_score or self.score_width) / self.score_width

    def attention_flops(self, seq: float, causal: bool = True) -> float:
        """Return forward operations per token of scores and values over a sequence, all layers."""
        span = seq / 2 if causal else seq
        short = min(self.window, span) if self.window else span
        mean = (1 - self.windowed - self.linear) * span + self.windowed * short + self.linear * min(self.state, span)
        return 2 * self.layers * self.score_width * mean

    def train_flops(self, seq: float, causal: bool = True, frozen: bool = False) -> float:
        """Return model operations per token of a training step (forward and backward, nothing recomputed).

        Weights that are `frozen` (only adapters beside them learn) need no products for their gradients.
        """
        return (4 if frozen else 6) * self.matrix + 3 * self.attention_flops(seq, causal)


def _dense_ffn(hidden: float, ffn: float, gated: bool) -> float:
    return (3 if gated else 2) * hidden * ffn


def from_architecture(a: Architecture, layers: float | None = None) -> Model:
    """Return the model of a published architecture; `layers` cuts it to fewer (of which dense ones keep their share).

    Raises:
        BadInput: if the number of layers is not above zero.
    """
    depth = a.layers if layers is None else layers
    if depth <= 0:
        raise BadInput(f"{a.name}: the number of layers must be above zero, not {depth:g}")
    gated = a.gated > 0
    q, kv = a.heads * a.head_dim, 2 * a.kv_heads * a.head_dim
    if a.latent:  # low-rank query 1536, key and value expanded from the latent part
        rank = 1536.0
        qk = a.heads * (a.head_dim + a.rope_dim)
        attention = a.hidden * rank + rank * qk + a.hidden * (a.latent + a.rope_dim)
        attention += a.latent * a.heads * 2 * a.head_dim + q * a.hidden
        score, cache = qk + q, a.latent + a.rope_dim
        q, kv = qk, a.heads * (2 * a.head_dim + a.rope_dim)
    else:
        attention = a.hidden * (q + kv) + q * a.hidden
        score, cache = 2 * q, kv
    if a.experts:
        dense = min(a.dense_layers, depth) if layers is None else min(a.dense_layers * depth / a.layers, depth)
        share = 1 - dense / depth
        one = _dense_ffn(a.hidden, a.expert_ffn, gated)
        ffn = share * one * (a.top_k + a.shared) + (1 - share) * _dense_ffn(a.hidden, a.ffn, gated)
        stored = share * one * (a.experts + a.shared) + (1 - share) * _dense_ffn(a.hidden, a.ffn, gated)
    else:
        share, ffn = 0.0, _dense_ffn(a.hidden, a.ffn, gated)
        stored = ffn
    embeddings = 2 * a.vocab * a.hidden
    params = depth * (attention + stored) + embeddings
    return Model(
        name=a.name, layers=depth, hidden=a.hidden, heads=a.heads, kv_heads=a.kv_heads, vocab=a.vocab,
        attention=attention, ffn=ffn, ffn_stored=stored, q_width=q, kv_width=kv, score_width=score, cache_width=cache,
        params=params, active=depth * (attention + ffn) + embeddings, experts=a.experts, top_k=a.top_k,
        expert_ffn=a.expert_ffn, moe_share=share, shared=a.shared, gated=gated, window=a.window,
        windowed=a.windowed, linear=a.linear, state=a.state,
        decode_score=a.heads * (2 * a.latent + a.rope_dim) if a.latent else 0.0,
    )  # fmt: skip


def aspect(params: float) -> tuple[int, int]:
    """Return customary (layers, width) of a dense model: 12 layers x width^2 parameters, width 128 x layers."""
    width = (params * 128 / 12) ** (1 / 3)
    width = max(128, round(width / 128) * 128)
    return max(1, round(params / (12 * width**2))), width


def _shape(
    active: float, layers: float | None, hidden: float | None, experts: float, assumed: dict[str, str]
) -> tuple[float, float]:
    """Return layers and width, customary ones for the active parameters where they are not given."""
    if layers is not None and hidden is not None:
        return layers, hidden
    guess_layers, guess_width = aspect(active if not experts else active * 1.2)
    size = active / 1e9
    if hidden is None:
        hidden = guess_width if layers is None else max(128.0, round((active / 12 / layers) ** 0.5 / 128) * 128)
        assumed["hidden"] = said("customary", "{n:g}, customary for {size:g}e9 parameters", n=hidden, size=size)
    if layers is None:
        layers = max(1, round(active / (12 * hidden**2))) if "hidden" not in assumed else guess_layers
        assumed["layers"] = said("customary", "{n:g}, customary for {size:g}e9 parameters", n=layers, size=size)
    return layers, hidden


MOST = 1e9  # of any count or width, and of 1e9 parameters: far above every model, and no product of them overflows


def _at_most(name: str, given: dict[str, float | None]) -> None:
    for what, value in given.items():
        if value is not None and not value <= MOST:
            raise BadInput(f"{name}: {what} is at most {MOST:g}, not {value:g}")


def _check(name: str, given: dict[str, float | None]) -> None:
    for what, value in given.items():
        if value is not None and not value > 0:
            raise BadInput(f"{name}: {what} must be above zero, not {value:g}")
    _at_most(name, given)
    if given["parameters"] is None and (given["layers"] is None or given["hidden width"] is None):
        raise BadInput(f"{name}: give the parameters, or layers and hidden width")


def _heads(
    hidden: float, heads: float | None, kv_heads: float | None, assumed: dict[str, str]
) -> tuple[float, float, float]:
    """Return attention heads, key-value heads and the width of a head."""
    if heads is None:
        heads = max(1.0, round(hidden / 128))
        assumed["heads"] = said("heads", "{n:g} of width 128", n=heads)
    width = hidden / heads if hidden / heads >= 64 else 128.0
    return heads, heads if kv_heads is None or not kv_heads > 0 else kv_heads, width


def _expert(ffn: float, stored: float, experts: float, top_k: float) -> float:
    """Return the weights of one expert; those that a token uses are part of its active weights."""
    if not experts:
        return 0.0
    return min(max((stored - ffn) / max(experts - top_k, 1.0), 0.01 * ffn / top_k), 0.95 * ffn / top_k)


def from_numbers(
    params_b: float | None = None,
    active_b: float | None = None,
    layers: float | None = None,
    hidden: float | None = None,
    heads: float | None = None,
    kv_heads: float | None = None,
    experts: float = 0.0,
    top_k: float = 0.0,
    shared: float = 0.0,
    vocab: float | None = None,
    name: str = "unnamed",
) -> Model:
    """Build a model from what a table row gives; what is missing follows from customary proportions, and is said.

    Args:
        params_b: all parameters in 1e9.
        active_b: parameters that a token uses, in 1e9 (default: all).
        layers: number of layers.
        hidden: width.
        heads: attention heads.
        kv_heads: key-value heads (default: as many as heads).
        experts: routed experts per layer (0: dense).
        top_k: experts that a token uses.
        shared: shared experts.
        vocab: vocabulary (default 51,200).
        name: for messages.

    Raises:
        BadInput: if neither the parameters nor layers and width are given, or a number is not above zero.
    """
    assumed: dict[str, str] = {}
    _check(name, {"parameters": params_b, "layers": layers, "hidden width": hidden, "heads": heads})
    _at_most(name, {"active parameters": active_b, "key-value heads": kv_heads, "vocabulary": vocab})
    _at_most(name, {"experts": experts, "experts per token": top_k, "shared experts": shared})
    active = (active_b or params_b or 0.0) * 1e9
    layers, hidden = _shape(active, layers, hidden, experts, assumed)
    heads, kv_heads, head_dim = _heads(hidden, heads, kv_heads, assumed)
    if vocab is None:
        vocab = DEFAULT_VOCABULARY
        assumed["vocab"] = f"{vocab:g}"
    q, kv = heads * head_dim, 2 * kv_heads * head_dim
    attention = hidden * (q + kv) + q * hidden
    params = params_b * 1e9 if params_b else layers * (attention + 8 * hidden**2) + 2 * vocab * hidden
    active = active or params
    params = max(params, active)
    if experts and not top_k:
        top_k = 2.0
        assumed["top_k"] = said("top_k", "{n} experts per token", n=2)
    tables = min(2 * vocab * hidden, 0.5 * active)
    ffn = max((active - tables) / layers - attention, hidden**2)
    stored = max((params - tables) / layers - attention, ffn)
    each = _expert(ffn, stored, experts, top_k)
    return Model(
        name=name, layers=layers, hidden=hidden, heads=heads, kv_heads=kv_heads, vocab=vocab, attention=attention,
        ffn=ffn, ffn_stored=stored, q_width=q, kv_width=kv, score_width=2 * q, cache_width=kv, params=params,
        active=active, experts=experts, top_k=top_k, expert_ffn=each / (3 * hidden), moe_share=1.0 if experts else 0.0,
        shared=shared, gated=True, assumed=assumed, spread=0.03 * (("layers" in assumed) + ("hidden" in assumed)),
    )  # fmt: skip


def named(name: str, layers: float | None = None) -> Model:
    """Return a published model by name, optionally cut to fewer layers.

    Raises:
        BadInput: if no architecture has that name.
    """
    return from_architecture(architecture(name), layers)


def bytes_per_parameter(bits: float) -> float:
    """Return bytes per weight at a number format, with scales (4-bit formats carry one byte per 16 or 32)."""
    return 0.5625 if bits <= 4 else bits / 8


def is_moe(model: Model) -> bool:
    """Return whether a model routes tokens to experts."""
    return model.experts > 0 and not math.isclose(model.moe_share, 0.0)
