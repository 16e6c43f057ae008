"""What would change this: which drawn parameters move a result most."""

from __future__ import annotations

import numpy as np

from rechenmacht.domains.capital.contracts import Array
from rechenmacht.domains.capital.recorder import Recorder
from rechenmacht.evidence.forms import Parameter
from rechenmacht.special import ranks


def correlations(recorder: Recorder, result: Array) -> tuple[list[str], Array]:
    """Return the parameters that were drawn anew in each draw, and the rank correlation of each with a result.

    Spearman's rho: cheap, sees only monotone effects, and one parameter at a time.

    Args:
        recorder: what the result was drawn from.
        result: shape (draws,); where it is the same in all draws, nothing correlates with it and no name is returned.
    """
    names = [name for name, values in recorder.values.items() if values.shape == result.shape and np.ptp(values) > 0]
    if np.ptp(result) == 0 or not names:
        return [], np.zeros(0)
    places = ranks(np.stack([recorder.values[name] for name in names]))
    places -= places.mean(axis=1, keepdims=True)
    target = ranks(result) - (len(result) + 1) / 2
    return names, (places @ target) / np.sqrt((places**2).sum(axis=1) * (target**2).sum())


def drivers(recorder: Recorder, result: Array, most: int = 8) -> list[tuple[Parameter, float]]:
    """Return the parameters with the largest rank correlation with a result, largest first.

    Args:
        recorder: what the result was drawn from.
        result: shape (draws,).
        most: how many to return; those below 0.05 or three standard errors are left out as noise.
    """
    names, rho = correlations(recorder, result)
    order = np.argsort(-np.abs(rho))[:most]
    return [
        (recorder.parameters[names[i]], float(rho[i]))
        for i in order
        if abs(rho[i]) >= max(0.05, 3 / len(result) ** 0.5)
    ]
