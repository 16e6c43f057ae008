"""Scores of a calibration by kind: errors with all data, without the point, without its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rechenmacht.domains.engine.calibrate import Array, Fit, Measured


def relative(log_residual: Array) -> Array:
    """Return absolute relative errors |predicted / measured - 1| of log residuals (measured over predicted)."""
    return np.abs(np.expm1(-np.asarray(log_residual)))


def summary(result: Fit, points: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return points and median absolute errors by kind."""
    rows = []
    for kind in sorted({m.point.kind for m in points}):
        index = [i for i, m in enumerate(points) if m.point.kind == kind]
        rows.append(
            {
                "kind": kind,
                "points": len(index),
                "fitted": float(np.median(relative(result.residuals[index]))),
                "without_point": float(np.median(relative(result.without_point[index]))),
                "without_source": float(np.median(relative(result.without_source[index]))),
                "without_release": float(np.median(relative(result.without_release[index]))),
                "without_model": float(np.median(relative(result.without_model[index]))),
            }
        )
    return rows
