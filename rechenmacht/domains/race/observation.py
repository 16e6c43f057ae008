"""What statistics offices would publish of the model's adoption, each under its own definition; never merged.

Each source's level at the end of 2025 is a parameter (adoption.observed.*), and so is the ceiling of what it counts
(adoption.ceiling_observed.*): a share of all inhabitants cannot pass those who are old enough and online. The odds of a
source's share of its own ceiling move as the odds of the model's share of its ceiling do:

    odds(published / its ceiling) = odds then * odds(share / ceiling) / odds(share / ceiling) then

so no series passes its own ceiling. CNNIC counts people in China who used generative AI; Microsoft the share of people
aged 15 to 64 who used AI products, by its own measurement; Eurostat firms of ten or more employees; the US Census firms
of any size, with a new wording of the question from 2025-11-17.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import BLOCS, CN, EU, US

# name -> (bloc, share it observes)
PUBLISHED = {
    "cnnic_users": (CN, "people"),
    "msft_users_us": (US, "people"),
    "msft_users_cn": (CN, "people"),
    "eurostat_firms": (EU, "firms"),
    "btos_firms_old_wording": (US, "firms"),
    "btos_firms_new_wording": (US, "firms"),
}


def _odds(share: Any, ceiling: Any, xp: Any) -> Any:
    part = xp.minimum(xp.maximum(share / ceiling, 1e-9), 1 - 1e-9)
    return part / (1 - part)


def published(state: Any, p: Any, xp: Any) -> Any:
    """Return what each source would publish, shares of shape (definition, draw), in the order of `PUBLISHED`."""
    rows = []
    for name, (bloc, share) in PUBLISHED.items():
        own = p[f"adoption.ceiling_observed.{name}"]
        ceiling = p[f"adoption.ceiling_{share}.{BLOCS[bloc]}"]
        then = _odds(p[f"adoption.{share}_2025.{BLOCS[bloc]}"], ceiling, xp)
        odds = _odds(p[f"adoption.observed.{name}"], own, xp) * _odds(state[share][bloc], ceiling, xp) / then
        rows.append(own * odds / (1 + odds))
    return xp.stack(rows)
