"""The levers that the playground offers: parameters of policy, money, energy and technology that decide most."""

from __future__ import annotations

from typing import Any

from rechenmacht import scenario
from rechenmacht.evidence.base import Base
from rechenmacht.faces.labels import parameter_label
from rechenmacht.faces.language import language
from rechenmacht.sample import values

NAMES = (
    "export_controls.licensed",
    "export_controls.acceptance",
    "export_controls.enforcement",
    "export_controls.smuggled_share",
    "export_controls.remote_share",
    "export_controls.remote_rule",
    "production.china.hbm_growth",
    "production.china.yield",
    "production.china.displaced",
    "capital.growth_now.us",
    "capital.growth_long",
    "capital.stop",
    "capital.vendor_finance",
    "capital.programme.cn",
    "capital.programme.eu",
    "electricity.firm_growth.us",
    "electricity.firm_growth.cn",
    "electricity.lead.grid.us",
    "electricity.lead.grid.eu",
    "electricity.on_time",
    "adoption.ceiling_firms.us",
    "adoption.ceiling_firms.cn",
    "adoption.ceiling_firms.eu",
    "algorithms.progress",
    "allocation.concentration.us",
    "allocation.concentration.cn",
    "decentralisation.growth",
    "deployment.retirement",
)


def offered(base: Base) -> list[str]:
    """Return the levers that the base has parameters for, and those that scenario files move, each once."""
    moved = [lever.name for path in scenario.available(base).values() for lever in scenario.read(path).lever]
    return [name for name in dict.fromkeys((*NAMES, *moved)) if name in base.parameters]


def levers(base: Base) -> list[dict[str, Any]]:
    """Return the levers with range, default (the prior's median), texts in both languages, and sources."""
    import numpy as np

    found = []
    words = {code: language(code) for code in ("en", "de")}
    for name in offered(base):
        p = base.parameters[name]
        low, high = scenario.bounds(p)
        claims = [base.claims[claim] for claim in p.claims]
        found.append(
            {
                "name": name,
                "group": p.mechanism,
                "low": max(low, p.low - (p.high - p.low)) if p.unit != "share" else max(low, 0.0),
                "high": min(high, p.high + (p.high - p.low)) if p.unit != "share" else min(high, 1.0),
                "default": float(values(p, np.array([0.5]))[0]),
                "unit": p.unit,
                "title": {code: parameter_label(base, one, name) for code, one in words.items()},
                "explanation": {"en": p.note, "de": words["de"].notes.get(f"parameter.{name}", p.note)},
                "basis": p.basis,
                "claims": list(p.claims),
                "sources": sorted({claim.source for claim in claims}),
            }
        )
    return found
