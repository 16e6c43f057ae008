"""The set-up that answers a serving question, the same for a row, a command and a request; and what must be said of it.

What cannot be is refused: a replica of more chips than there are, a model that no replica holds, more requests than can
be served. What is not as asked is listed: missed limits, sequences that wait for memory, chips left idle.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rechenmacht.domains.engine.asked_serving import IN_TURN, ServingQuestion
from rechenmacht.domains.engine.inference import held_gb, usable_gb
from rechenmacht.domains.engine.kinds import serving_kind
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.serving import Setup, arrival_setup, best_setup, fixed_setup, placed, shared_setup
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput

ALMOST = 1.0001  # a limit that is met but for rounding


def within(q: ServingQuestion, shift: Offsets, kind: str = "") -> ServingQuestion:
    """Return the question with the speed of its kind, and limits as the times before offsets must keep them.

    A kind whose services are slower than the physics must hold its limits with what they really take. Limits of a
    benchmark, and of points of a kind that was calibrated, stay: the offset was measured at them.

    Args:
        q: the question.
        shift: calibrated offsets.
        kind: kind of measurement that a row names.
    """
    member = f"{q.hw.family}:moe" if q.model.experts else q.hw.family
    move, _ = shift.of(shift.kind_of(kind or serving_kind(q.hw.family), "serving"), member, "serving")
    limits, speed = q.target, math.exp(move)
    if limits.benchmark or kind:
        return replace(q, speed=speed)
    token, first = (None if one is None else one * speed for one in (limits.token_s, limits.first_s))
    return replace(q, target=replace(limits, token_s=token, first_s=first), speed=speed)


def _chosen(q: ServingQuestion, c: Coefficients) -> Setup:
    sizes = None if q.sizes is None else np.array(q.sizes)
    if q.arrival is not None:
        return arrival_setup(q.model, q.hw, c, q.service, q.target, q.chips, q.arrival, sizes, q.speed)
    if q.batch is None:
        return best_setup(q.model, q.hw, c, q.service, q.target, q.chips, sizes)
    if q.service.stack in IN_TURN:  # layers one after the other: one chip works at a time
        return fixed_setup(q.model, q.hw, c, q.service, 1.0, q.batch)
    if q.concurrent:
        return shared_setup(q.model, q.hw, c, q.service, q.chips, q.batch, sizes)
    return fixed_setup(q.model, q.hw, c, q.service, float(q.chips) if q.sizes is None else q.sizes[0], q.batch)


def setup_for(q: ServingQuestion, c: Coefficients) -> Setup:
    """Return the set-up that answers a serving question; what of it is not as asked is listed with the assumptions.

    Raises:
        BadInput: if replicas are larger than the system, the model does not fit, or more requests arrive than can be
            served.
    """
    if q.sizes is not None and min(q.sizes) > q.chips:
        raise BadInput(f"a replica of {min(q.sizes):.0f} chips does not stand on {q.chips} x {q.hw.name}")
    alone = q.row is not None and "decode" in f"{q.row.quantity} {q.row.head}"  # others, not counted, read the prompts
    if q.service.disaggregated and not alone and min(q.sizes or (1.0,)) >= q.chips:
        raise BadInput(f"replicas of {q.chips} chips leave none of {q.chips} x {q.hw.name} to read prompts")
    found = placed(_chosen(q, c), q.hw, q.chips, q.service)
    _fits(q, c, found)
    _missed(q, found)
    _idle(q, found)
    return found


def _fits(q: ServingQuestion, c: Coefficients, found: Setup) -> None:
    """Refuse what no memory holds, and say how many sequences wait for memory."""
    turns = q.service.stack in IN_TURN  # each chip holds its share of the layers
    held = found.memory_gb
    if turns:
        held = float(held_gb(q.model, q.service, np.array([float(q.chips)]), np.array([1.0]))[0])
    limit = usable_gb(q.hw, c)
    if held > limit * ALMOST:
        chips = q.chips if turns else found.chips
        raise BadInput(
            f"{q.model.name} does not fit on {chips:.0f} x {q.hw.name}: {held - limit:.1f} GB "
            f"per chip too much ({held:.1f} of {limit:.1f} GB)"
        )
    asked = None if q.batch is None else q.batch
    if asked is not None and q.concurrent:
        asked = max(asked * found.chips / (q.chips * found.share), 1.0)
    if asked is not None and found.batch < asked * (1 - 1e-6) and not turns:
        q.assumed["in_flight"] = said(
            "clamped", "memory holds {n:,.0f} of {asked:,.0f} sequences per replica at once: the others wait",
            n=found.batch, asked=asked,
        )  # fmt: skip


def _missed(q: ServingQuestion, found: Setup) -> None:
    """Say which latency limits the set-up does not keep."""
    limits, speed = q.target, q.speed
    if limits.token_s is not None and found.between_s > limits.token_s * ALMOST:
        q.assumed["latency"] = said(
            "missed", "target of {n:.0f} ms per token missed: {ms:.0f} ms", n=1000 * limits.token_s / speed,
            ms=1000 * found.between_s / speed,
        )  # fmt: skip
    first = found.first_share(limits.share)
    if limits.first_s is not None and first > limits.first_s * ALMOST:
        q.assumed["first_token"] = said(
            "first_missed", "target of {n:.3g} s to the first token missed: {share:.0f}% have it within {s:.3g} s",
            n=limits.first_s / speed, s=first / speed, share=100 * limits.share,
        )  # fmt: skip


def _idle(q: ServingQuestion, found: Setup) -> None:
    """Say how many chips no whole replica takes."""
    idle = round(q.chips * (1 - found.share))
    if idle:
        q.assumed["idle_chips"] = said(
            "idle", "{idle:,d} of {chips:,d} chips, which whole replicas of {size:.0f} leave over: rates per "
            "chip, power, energy and cost count them", idle=idle, chips=q.chips, size=found.chips,
        )  # fmt: skip
