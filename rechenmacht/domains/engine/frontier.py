"""The edge of what a service can be: tokens/s per user against tokens/s per chip, over replica sizes and batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from rechenmacht.domains.engine.asked_serving import ServingQuestion
from rechenmacht.domains.engine.calibrated import Calibration
from rechenmacht.domains.engine.found import banded
from rechenmacht.domains.engine.inference import serve
from rechenmacht.domains.engine.service import service_found, service_outcome
from rechenmacht.domains.engine.serving import BATCHES, fixed_setup, placed, replica_sizes, replicas
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base


def points(base: Base, q: ServingQuestion, fitted: Calibration, most: int) -> list[dict[str, Any]]:
    """Return the set-ups that no other beats per user and per chip at once, the fastest for a user first.

    Args:
        base: the fact base (prices).
        q: the question.
        fitted: coefficients and offsets.
        most: points at most, evenly over the edge.

    Raises:
        BadInput: if the model fits on no replica.
    """
    c = fitted.coefficients
    sizes = replica_sizes(q.hw, q.chips, q.model)
    size, batch = (a.ravel() for a in np.meshgrid(sizes, BATCHES, indexing="ij"))
    result = serve(q.model, q.hw, c, q.service, size, batch)
    user = np.where(result.fits, 1 / result.between_s, 0.0)
    taken = 1.0 if q.service.disaggregated else replicas(q.hw, q.chips, size) * size / q.chips
    chip = np.where(result.fits, batch / result.token_s / size * taken, 0.0)
    order = np.lexsort((-chip, -user))
    order = order[result.fits[order]]
    if not order.size:
        raise BadInput(f"{q.model.name} does not fit on {min(q.chips, 512)} x {q.hw.name}")
    best = np.maximum.accumulate(chip[order])
    edge = order[chip[order] > np.concatenate([[0.0], best[:-1]])]
    chosen = edge[np.unique(np.round(np.linspace(0, len(edge) - 1, min(most, len(edge)))).astype(int))]
    return [_point(base, q, fitted, float(size[i]), float(batch[i])) for i in chosen]


def _point(base: Base, q: ServingQuestion, fitted: Calibration, size: float, batch: float) -> dict[str, Any]:
    """Return one set-up with the offset of its kind."""
    c = fitted.coefficients
    found = placed(fixed_setup(q.model, q.hw, c, q.service, size, batch), q.hw, q.chips, q.service)
    values = service_outcome(base, q, found, c)

    def middle(name: str) -> float:
        made = service_found(q, c, name, values[name], found)
        return banded(fitted.offsets, made, made.kind, "serving").value

    return {
        "tokens_per_s_per_user": middle("tokens_per_s_per_user"),
        "tokens_per_s_per_chip": middle("tokens_per_s_per_chip"),
        "tokens_per_s_per_mw": middle("tokens_per_s_per_MW"),
        "usd_per_million_tokens": middle("usd_per_million_tokens"),
        "joules_per_token": middle("energy_per_token_J"),
        "first_token_s": middle("ttft_ms") / 1000, "first_token_p95_s": middle("ttft_p95_ms") / 1000,
        "chips_per_replica": round(size), "batch": round(found.batch), "bound_by": found.bound_by,
    }  # fmt: skip
