"""A source of draws that remembers what it gave."""

from __future__ import annotations

from rechenmacht.domains.capital.contracts import Array, Draw
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import strata, values


class Recorder:
    """A source of draws that remembers what it gave, so that results can be traced to their inputs.

    Args:
        draw: the source.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.parameters: dict[str, Parameter] = {}
        self.values: dict[str, Array] = {}

    def __call__(self, parameter: Parameter) -> Array:
        """Return the draws of a parameter, each drawn once."""
        if parameter.name not in self.values:
            self.values[parameter.name] = self._draw(parameter)
            self.parameters[parameter.name] = parameter
        return self.values[parameter.name]


def sampler(draws: int, seed: int) -> Recorder:
    """Return draws keyed by parameter name, remembered."""
    return Recorder(lambda parameter: values(parameter, strata(parameter.name, draws, seed)))
