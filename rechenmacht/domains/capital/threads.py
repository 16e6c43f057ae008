"""Keep small linear systems on one thread."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np  # noqa: F401 (its linear algebra must be loaded before it can be limited)
from threadpoolctl import ThreadpoolController


@cache
def _controller() -> Any:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which linear algebra runs on one thread.

    Hundreds of systems of a few hundred unknowns gain nothing from threads, and on a busy machine the threads wait for
    each other: 22 s instead of 0.3 s for one balanced split was measured.
    """
    context: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return context
