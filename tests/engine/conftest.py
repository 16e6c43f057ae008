import pytest

from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.evidence.base import load


@pytest.fixture(scope="session")
def base():
    return load()


@pytest.fixture(scope="session")
def c(base):
    return coefficients(base)
