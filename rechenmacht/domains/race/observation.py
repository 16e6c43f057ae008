"""What statistics offices would publish of the model's adoption, each under its own definition; never merged.

Each source's level at the end of 2025 is a parameter (adoption.observed.*); it moves as the model's share does. CNNIC
counts people in China who used generative AI; Microsoft the share of people aged 15 to 64 who used AI products, by its
own measurement; Eurostat firms of ten or more employees; the US Census firms of any size, with a new wording of the
question from 2025-11-17.
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


def published(state: Any, p: Any, xp: Any) -> Any:
    """Return what each source would publish, shares of shape (definition, draw), in the order of `PUBLISHED`."""
    return xp.stack(
        [
            xp.minimum(
                state[share][bloc] / p[f"adoption.{share}_2025.{BLOCS[bloc]}"] * p[f"adoption.observed.{name}"], 1.0
            )
            for name, (bloc, share) in PUBLISHED.items()
        ]
    )
