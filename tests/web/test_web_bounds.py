"""Every lever at both of its bounds gives finite outcomes (pairs over all scenarios: bench/levers.py)."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.web.ensembles import simulate
from rechenmacht.outputs.web.model import LATE, Question, Race
from rechenmacht.scenario import bounds


def test_no_lever_at_a_bound_gives_what_is_no_number(base: Base) -> None:
    race = Race(base)
    setup = race.setup(Question("reference", (), 64, 1))
    compiled = race._compiled
    if compiled is None:
        pytest.skip(f"no kernel is built: {race.trouble}")
    acting = race.lever_names()
    changes = [((i, end),) for i, one in enumerate(setup.parameters) if one.name in acting for end in bounds(one)]
    values, cut = race.sample(setup, 64, 1), LATE * race.given.per_quarter
    p = np.ascontiguousarray(values[:, np.arange(len(changes)) % 64])
    out = np.empty((len(SERIES), len(QUARTERS), len(changes)), np.float32)
    parked, blocks, levers = compiled.park(len(changes)), range(-(-len(changes) // compiled.lanes)), dict(setup.levers)
    compiled.fill(p, levers, QUARTERS, out, blocks, None, parked, cut)
    for place, change in enumerate(changes):
        for row, end in change:
            p[row, place] = end
    compiled.fill(p, levers, QUARTERS, out, blocks, None, parked, cut, resume=True)
    bad = np.flatnonzero(~np.isfinite(out).all((0, 1)))
    assert len(changes) > 800
    assert [(setup.parameters[row].name, end) for place in bad for row, end in changes[place]] == []
    race.close()


@pytest.mark.filterwarnings("ignore:overflow")  # NumPy says so where no kernel is built
def test_a_pair_that_leaves_the_range_of_numbers_is_refused_by_name(base: Base) -> None:
    race = Race(base)
    asked = Question("reference", (("algorithms.talent.rest", (("", 5.0),)), ("research.harder", (("", 0.0),))), 64, 1)
    with pytest.raises(BadInput, match=r"(algorithms\.talent\.rest|research\.harder).*20\d\d|20\d\d.*(talent|harder)"):
        simulate(race, asked, None, 10**9)
    race.close()
