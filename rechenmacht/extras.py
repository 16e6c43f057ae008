"""Which extra brings which library, so that a missing one is named in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rechenmacht.errors import BadInput

# Top module of a library -> the extra of this package that installs it.
EXTRA_OF = {
    "altair": "charts",
    "vl_convert": "charts",
    "duckdb": "sql",
    "scipy": "stats",
    "trafilatura": "articles",
    "lxml": "articles",
    "pypdf": "articles",
    "pooch": "update",
    "fastapi": "serve",
    "uvicorn": "serve",
    "sqlalchemy": "serve",
    "orjson": "serve",
    "jax": "grad",
    "emcee": "bayes",
    "arviz_stats": "bayes",
    "distributed": "cluster",
    "sklearn": "discover",
}


def sentence(error: ModuleNotFoundError) -> str | None:
    """Return what to install for a library that is not there, or None if no extra of this package brings it."""
    top = (error.name or "").partition(".")[0]
    extra = EXTRA_OF.get(top)
    return f"this needs {top}: pip install 'rechenmacht[{extra}]'" if extra else None


@contextmanager
def told() -> Iterator[None]:
    """Turn a missing library of an extra into a sentence.

    Raises:
        BadInput: if a library is missing that an extra brings.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        text = sentence(error)
        if text is None:
            raise
        raise BadInput(text) from None
