from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.engine import models
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.inference import Service, cache_bytes, serve, touched_bytes
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.serving import Target, best_setup
from rechenmacht.evidence.base import load

BASE = load()
C = coefficients(BASE)
H100 = hardware(BASE, "chip:h100-sxm")
LLAMA, R1 = models.named("llama3-70b"), models.named("deepseek-r1")


def test_cache_by_hand():
    # Llama 3 70B: 80 layers x 2 x 8 heads x 128 = 163,840 elements per token; 16 bits: 327,680 bytes
    assert cache_bytes(LLAMA, Service(1, 1), 1000) == pytest.approx(327_680_000)
    # DeepSeek-R1: 61 x 576 x 1 byte = 35,136 bytes per token
    assert cache_bytes(R1, Service(1, 1, cache_bits=8), 1) == pytest.approx(35_136)


def test_touched_experts_by_hand():
    # one sequence touches 8 of 256 experts; very many touch all
    s = Service(1, 1, weight_bits=8)
    plain, routed = touched_bytes(R1, s, np.array([1.0, 1e6]))
    few, all_ = plain + routed
    assert all_ == pytest.approx(R1.params - R1.embedding, rel=1e-6)
    # 37e9 active without the input table
    assert few == pytest.approx(R1.active - R1.embedding, rel=0.02)
    # ten tokens that choose like six touch 1 - (248/256)^6 = 0.1735 of the experts
    _, six = touched_bytes(R1, s, np.array([10.0]), skew=0.6)
    assert six[0] / (all_ - plain) == pytest.approx(1 - (248 / 256) ** 6)


def test_a_larger_batch_serves_more_and_each_user_slower():
    result = serve(LLAMA, H100, C, Service(1000, 500), np.full(6, 8.0), 2.0 ** np.arange(6))
    assert (np.diff(result.token_s) > 0).all()
    assert (np.diff(2.0 ** np.arange(6) / result.token_s) > 0).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 0.2), st.floats(1.0, 3.0))
def test_a_looser_target_never_serves_less(limit, looser):
    tight = best_setup(LLAMA, H100, C, Service(1000, 500), Target(limit), 8)
    loose = best_setup(LLAMA, H100, C, Service(1000, 500), Target(limit * looser), 8)
    if tight.between_s <= limit:
        assert loose.output_per_chip >= tight.output_per_chip * 0.97  # the batch is refined on a grid
        assert tight.between_s <= limit * (1 + 1e-9)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["memory_tbps", "scaleup_gbps", "memory_gb", "peak8"]), st.floats(1.0, 4.0))
def test_more_of_anything_never_slows_serving(field, factor):
    s, chips, batch = Service(1000, 500), np.array([8.0]), np.array([32.0])
    changed = replace(H100, **{field: getattr(H100, field) * factor})
    assert serve(LLAMA, changed, C, s, chips, batch).token_s[0] <= serve(LLAMA, H100, C, s, chips, batch).token_s[0]


def test_speculation_needs_fewer_steps():
    plain = serve(LLAMA, H100, C, Service(1000, 500), np.array([8.0]), np.array([4.0])).decode_s[0]
    drafted = serve(LLAMA, H100, C, Service(1000, 500, speculative=2.0), np.array([8.0]), np.array([4.0])).decode_s[0]
    assert plain / 2 < drafted < plain
