import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.engine import models
from rechenmacht.domains.engine.inference import Service, cache_bytes, state_bytes
from rechenmacht.domains.engine.library import architectures
from rechenmacht.domains.engine.models import named
from rechenmacht.errors import BadInput


@pytest.mark.parametrize("name", sorted({a.name for a in architectures().values()}))
def test_published_models_add_up(name):
    made, said = models.named(name), architectures()[name]
    # tied embedding tables (MPT, BLOOM) and biases explain the rest; small models have large tables
    assert made.params / 1e9 == pytest.approx(said.params_b, rel=0.09)


def test_gpt3_flops_per_token():
    # weights that every token is multiplied with: 96 layers x 12 x 12288^2 + 51200 x 12288
    #   = 96 x 1.8119e9 + 0.6291e9 = 1.74576e11
    # scores over a full sequence of 2048, forward: 2 x 96 x (2 x 12288) x 2048 = 9.6637e9
    # training: 6 x 1.74576e11 + 3 x 9.6637e9 = 1.07645e12
    gpt3 = models.named("gpt3-175b")
    assert gpt3.matrix == pytest.approx(1.74576e11, rel=1e-4)
    assert gpt3.attention_flops(2048, causal=False) == pytest.approx(9.6637e9, rel=1e-4)
    assert gpt3.train_flops(2048, causal=False) == pytest.approx(1.07645e12, rel=1e-4)
    # Megatron's formula for the same: 72 s l h^2 (1 + s / 6h + V / 12 l h) / s per token
    s, layers, h, v = 2048, 96, 12288, 51200
    megatron = 72 * layers * h**2 * (1 + s / (6 * h) + v / (12 * layers * h))
    assert gpt3.train_flops(2048, causal=False) == pytest.approx(megatron, rel=2e-3)


def test_latent_attention_caches_little():
    # DeepSeek-V3 caches 512 + 64 elements per token and layer; plain attention with 128 heads of 128 would need 32,768
    assert models.named("deepseek-v3").cache_width == 576
    # active: 61 layers; of 671e9 weights a token uses about 37e9
    assert models.named("deepseek-v3").active / 1e9 == pytest.approx(37, rel=0.03)


@given(st.floats(0.5, 2000), st.sampled_from([0, 8, 64, 256]))
def test_models_from_a_size_alone_keep_it(params, experts):
    made = models.from_numbers(params, experts=float(experts), top_k=2.0 if experts else 0.0)
    assert made.layers >= 1
    assert made.hidden >= 128
    assert made.ffn > 0
    assert made.train_flops(2048) > 0
    assert made.assumed


def test_a_cut_model_keeps_its_width():
    assert models.named("llama3-70b", 12).hidden == models.named("llama3-70b").hidden
    assert models.named("llama3-70b", 12).layers == 12


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"params_b": -1}, "must be above zero"),
        ({"layers": 0, "hidden": 4096}, "must be above zero"),
        ({}, "give the parameters"),
        ({"params_b": 70, "hidden": 1e308}, "hidden width is at most 1e"),  # its square is no number
        ({"params_b": 70, "vocab": 1e300}, "vocabulary is at most 1e"),
        ({"params_b": 70, "experts": float("inf")}, "experts is at most 1e"),
        ({"params_b": 70, "active_b": float("nan")}, "active parameters is at most 1e"),
    ],
)
def test_impossible_models_are_refused(given_, says):
    with pytest.raises(BadInput, match=says):
        models.from_numbers(**given_)


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(BadInput, match="llama3-70b"):
        models.named("llama3-71b")


def test_linear_attention_keeps_a_state_of_fixed_size():
    """Qwen3.5: 45 of 60 layers, 32 x 256 queries, state 128, 4 bytes: 45 x 8192 x 128 x 4 = 189 MB a sequence."""
    qwen = named("qwen3.5-397b")
    assert state_bytes(qwen) == pytest.approx(45 * 8192 * 128 * 4)
    # the cache of the other 15 layers: 2 x 2 heads x 256 elements a token, 1 byte each
    assert cache_bytes(qwen, Service(1, 1, cache_bits=8), 1000) == pytest.approx(15 * 1024 * 1000)
    # twice the context: the full layers' attention doubles, the linear layers' does not
    full, lin = 15 / 60, 45 / 60
    assert qwen.attention_flops(65536) / qwen.attention_flops(32768) == pytest.approx(
        (full * 32768 + lin * 128) / (full * 16384 + lin * 128)
    )
