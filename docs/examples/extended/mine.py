"""Compute out for repair (a mechanism), and a country, a vendor and a part of a bloc as outcomes of one's own."""

import rechenmacht as rm


def start(p, xp):
    """What the mechanism's own state is before the first quarter."""
    return {"under_repair": p["repair.share"] * 0.0}


def step(state, p, policy, xp):
    """A share of what has power stands still, from the first simulated quarter on."""
    away = state["powered"] * p["repair.share"] * policy["after"]
    return {"powered": state["powered"] - away, "under_repair": xp.sum(away, 0)}


def none(state, p, policy, xp):
    """Switched off (`--off repair`), nothing stands still."""
    return {"powered": state["powered"] * 1.0, "under_repair": p["repair.share"] * 0.0}


PLUGINS = (
    rm.Mechanism(
        name="repair",
        after="electricity",
        reads=("powered",),
        writes=("powered", "under_repair"),
        start=start,
        step=step,
        none=none,
    ),
    rm.Outcome(
        name="under_repair",
        unit="h100e",
        title={"en": "compute under repair", "de": "Rechenleistung in Reparatur"},
        reads=("under_repair",),
        formula=lambda seen, p, xp: seen["under_repair"],
    ),
    rm.Outcome(  # a country: its part of a bloc
        name="country_compute",
        unit="h100e",
        title={"en": "installed in the country", "de": "im Land installiert"},
        reads=("installed|h100e_8bit@Europe", "installed|h100e_8bit@Gulf states"),
        formula=lambda seen, p, xp: xp.stack(
            [
                p["country.germany"] * seen["installed|h100e_8bit@Europe"],
                p["country.emirates"] * seen["installed|h100e_8bit@Gulf states"],
            ]
        ),
        regions=(("Germany", "Deutschland"), ("United Arab Emirates", "Vereinigte Arabische Emirate")),
    ),
    rm.Outcome(  # a vendor: its part of those that the model counts together
        name="wafer_scale_delivered",
        unit="h100e",
        title={"en": "wafer-scale chips delivered", "de": "gelieferte Wafer-Chips"},
        reads=("delivered|h100e_8bit|other_us@World",),
        formula=lambda seen, p, xp: p["vendor.wafer_scale"] * seen["delivered|h100e_8bit|other_us@World"],
    ),
    rm.Outcome(  # a bloc: several together, and a ratio of outcomes
        name="allies_lead",
        unit="1",
        title={"en": "allies' compute over China's", "de": "Rechenleistung der Verbündeten je China"},
        reads=("installed|h100e_8bit@United States", "installed|h100e_8bit@Europe", "installed|h100e_8bit@China"),
        formula=lambda seen, p, xp: (
            (seen["installed|h100e_8bit@United States"] + seen["installed|h100e_8bit@Europe"])
            / xp.maximum(seen["installed|h100e_8bit@China"], 1.0)
        ),
    ),
)
